"""The text of an item, wherever it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from annolab import edits
from annolab.errors import MediaError, UserError
from annolab.media.markup import HTML, declared_encoding, rule_of, shown
from annolab.media.table import OpenTable
from annolab.media.text import Decoded, decode, encoding_named, read_bytes
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Span
from annolab.model.item import Item, Media
from annolab.model.text_item import (
    TextSpec,
    split_row,
    text_key,
    text_spec,
    with_spec,
)
from annolab.store.queries import Reader

CHANGED = (
    "{} has changed since it was added, and its spans may lie elsewhere: put the old "
    "file back, or check them."
)
NO_CHOICE = "{} is carried by the project itself: it has no encoding to choose."
TABLE_CHOICE = (
    "{} is a row of a table: to read it in another encoding, remove its items and add "
    "the table again."
)


def text_of(project: Reader, item: Item) -> Decoded:
    """The text in which the spans of a text item count.

    Raises MediaError or UserError with one sentence when it cannot be had, which
    a row of a table that is another one now counts as.
    """
    if text_spec(item).embedded:
        return _embedded(project, item)
    with OpenTable() as tables:
        return text_in(item, project.media_path(item), tables)


def text_in(item: Item, path: Path, tables: OpenTable) -> Decoded:
    """What `text_of` gives of an item whose text is in a file."""
    spec, row = text_spec(item), split_row(item.path)[1]
    if row is not None:
        return _of_row(item, path, row, spec, tables)
    found = _of_file(item, path, spec)
    return replace(found, doubt=doubt_of(item, found))


def doubt_of(item: Item, found: Decoded) -> str:
    """A sentence when the file is not as it was noted in the item, else ""."""
    if found.digest is None:
        return ""
    noted = (item.length, item.size, item.digest)
    now = (len(found.text), found.size, found.digest)
    same = all(was in (None, is_) for was, is_ in zip(noted, now, strict=True))
    return "" if same else CHANGED.format(item.name)


def file_of(project: Reader, item: Item) -> Path | None:
    """The file of an item of any kind; None when the project carries its text.

    Raises UserError as `media_path` does.
    """
    return None if text_spec(item).embedded else project.media_path(item)


def is_row(item: Item) -> bool:
    """Whether the text of an item is a row of a table."""
    return item.media is Media.TEXT and split_row(item.path)[1] is not None


def as_read(item: Item, found: Decoded) -> Item:
    """A text item with the facts of its file as it is now: there is no doubt of it."""
    length = float(len(found.text))
    return replace(item, length=length, size=found.size, digest=found.digest)


def text_facts(project: Reader, item: Item) -> Item:
    """A text item with length, size and digest, and how to get the same text again.

    The encoding is kept unless it is UTF-8 or told by a byte order mark, and so is
    the rule by which markup is shown. Raises as `text_of` does.
    """
    spec = text_spec(item)
    if spec.embedded or is_row(item):
        return item
    found = _of_file(item, project.media_path(item), spec)
    plain = found.marked or found.encoding == "utf-8"
    encoding = spec.encoding or ("" if plain else found.encoding)
    markup = spec.markup or rule_of(item.path)
    noted = replace(spec, encoding=encoding, markup=markup)
    item = item if noted == spec else with_spec(item, noted)
    return as_read(item, found)


def no_choice(item: Item) -> str:
    """Why no encoding can be chosen for an item; "" when one can."""
    if item.media is not Media.TEXT or text_spec(item).embedded:
        return NO_CHOICE.format(item.name)
    return TABLE_CHOICE.format(item.name) if is_row(item) else ""


def read_as(project: Reader, item: Item, encoding: str) -> tuple[Item, str]:
    """A text file in another encoding; "": found out. The item after it, and the text.

    Raises MediaError or UserError when it is no text in it, or none can be chosen.
    """
    if problem := no_choice(item):
        raise UserError(problem)
    spec = replace(text_spec(item), encoding=encoding_named(encoding))
    path = project.media_path(item)
    text = _of_file(item, path, replace(spec, encoding=encoding)).text
    length = float(len(text))
    return replace(with_spec(item, spec), length=length, problem=""), text


def set_encoding(project: Reader, items: Sequence[Item], encoding: str) -> Edit:
    """Read text files in another encoding; "": find it out again.

    Ask `spans_beyond` of the items of the edit which spans it would cut off. Raises
    MediaError or UserError when the encoding is not known, or one of the files is
    no text in it.
    """
    after = [read_as(project, item, encoding)[0] for item in items]
    return edits.replace(items, after, encoding_title(items, encoding))


def encoding_title(items: Sequence[Item], encoding: str) -> str:
    """What Undo calls the choice of an encoding; "": it is found out again."""
    what = items[0].name if len(items) == 1 else f"{len(items)} texts"
    return f"Read {what} as {encoding}" if encoding else f"Find encoding of {what}"


def take_text(item: Item, found: Decoded) -> Edit:
    """Take a file that has changed for the text of an item from now on."""
    return edits.replace([item], [as_read(item, found)], f"Take {item.name} as it is")


def check_encoding(encoding: str) -> None:
    """Raise UserError when there is no encoding of this name; "" is found out."""
    if encoding and not encoding_named(encoding):
        message = f"{encoding!r} is no text encoding known here: choose another."
        raise UserError(message)


def spans_beyond(project: Reader, item: Item) -> int:
    """How many marks of a text item reach beyond the length that the item tells."""
    if item.length is None:
        return 0
    spans = (mark.geometry for mark in project.annotations(item.id))
    return sum(
        isinstance(span, Span) and span.pieces[-1][1] > item.length for span in spans
    )


def delete_items(project: Reader, items: Sequence[Item]) -> Edit:
    """Take items out of the project, with the texts that it carries for them."""
    edit = edits.delete_items(items)
    carried = [item for item in items if text_spec(item).embedded]
    entries = [project.entry(text_key(item.id)) for item in carried]
    gone = tuple(Change(entry, None) for entry in entries if entry is not None)
    return replace(edit, changes=edit.changes + gone)


def row_digest(text: str) -> bytes:
    """What is kept of the text of a row, to know when it is another one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _of_file(item: Item, path: Path, spec: TextSpec) -> Decoded:
    data = read_bytes(path)
    rule = spec.markup or rule_of(item.path)
    declared = declared_encoding(data) if rule == HTML else ""
    found = decode(data, item.name, spec.encoding, declared)
    digest = hashlib.sha256(data).digest()
    text = shown(found.text, rule, item.name)
    return replace(found, text=text, digest=digest, size=len(data))


def _of_row(
    item: Item, path: Path, row: int, spec: TextSpec, tables: OpenTable
) -> Decoded:
    head = not spec.headless
    text = tables.row_text(path, row, spec.column, spec.encoding, head=head)
    if item.digest not in (None, row_digest(text)):
        message = (
            f"Row {row} of {path.name} is no longer the text that was added: put the "
            "old file back, or remove its items and add it again."
        )
        raise MediaError(message)
    return Decoded(text, spec.encoding or "utf-8")


def _embedded(project: Reader, item: Item) -> Decoded:
    entry = project.entry(text_key(item.id))
    try:
        text = json.loads(entry.value) if entry is not None else None
    except (ValueError, RecursionError):
        text = None
    if not isinstance(text, str):
        message = f"The text of {item.name} is not in the project: import it again."
        raise MediaError(message)
    return Decoded(text, "utf-8")
