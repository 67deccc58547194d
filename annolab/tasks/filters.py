"""The text of a filter field and of `--where`: `street status:done label:car`.

Words are looked for in the path of an item. A token `key:value` limits the items
further; values with spaces are quoted, and alternatives are joined by commas:

    status:new,begun  label:"traffic light"  media:image  split:train
    missing:yes  attr:weather  attr:weather=rain

`status:open` is what is still to be done: new and begun.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from annolab.errors import UserError
from annolab.model.geometry import AttributeValue
from annolab.model.item import Media, Status
from annolab.model.schema import Schema
from annolab.store.filters import Filter

_TOKEN = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
_YES_NO = MappingProxyType({"yes": True, "no": False})
_Word = TypeVar("_Word", bound=Enum)


def parse_filter(text: str, schema: Schema) -> Filter:
    """The filter that a text stands for; UserError says which token is wrong."""
    words: list[str] = []
    given: dict[str, Any] = {}
    for token in _TOKEN.findall(text):
        key, colon, value = token.partition(":")
        reader = _READERS.get(key)
        if not colon or reader is None:
            words.append(token.replace('"', ""))
            continue
        field, read = reader
        if field in given:
            message = f"The filter names {key!r} twice; join the values by commas."
            raise UserError(message)
        given[field] = read(value.replace('"', ""), schema)
    return Filter(name=" ".join(words), **given)


def _status(value: str, schema: Schema) -> frozenset[Status]:
    known = {s.name.lower(): frozenset((s,)) for s in Status}
    known["open"] = frozenset((Status.NEW, Status.BEGUN))
    words = value.lower().split(",")
    return frozenset().union(*(_word("status", word, known) for word in words))


def _media(value: str, schema: Schema) -> frozenset[Media]:
    return _words("media", value, {m.value: m for m in Media})


def _words(key: str, value: str, known: Mapping[str, _Word]) -> frozenset[_Word]:
    return frozenset(_word(key, word, known) for word in value.lower().split(","))


def _word(key: str, word: str, known: Mapping[str, Any]) -> Any:
    if word not in known:
        message = f"{key}:{word} is no filter; {key} is one of {', '.join(known)}."
        raise UserError(message)
    return known[word]


def _label(value: str, schema: Schema) -> int:
    named = [label for label in schema.labels if label.name == value]
    loose = [x for x in schema.labels if x.name.casefold() == value.casefold()]
    for label in (*named, *loose):
        return label.id
    message = f"There is no label {value!r} in this project."
    raise UserError(message)


def _split(value: str, schema: Schema) -> str:
    return "" if value == "none" else value


def _missing(value: str, schema: Schema) -> bool:
    return bool(_word("missing", value.lower(), _YES_NO))


def _attribute(text: str, schema: Schema) -> str | tuple[str, AttributeValue]:
    """`key`, or `key=value` with numbers, true and false as such."""
    key, equals, value = text.partition("=")
    if not key:
        message = "attr: needs a key, as in attr:weather=rain."
        raise UserError(message)
    if not equals:
        return key
    plain = value in ("true", "false") or _NUMBER.fullmatch(value) is not None
    return key, (json.loads(value) if plain else value)


_READERS: Mapping[str, tuple[str, Callable[[str, Schema], object]]] = MappingProxyType(
    {
        "status": ("status", _status),
        "label": ("label_id", _label),
        "media": ("media", _media),
        "split": ("split", _split),
        "missing": ("missing", _missing),
        "attr": ("attribute", _attribute),
    }
)
