"""Attribute values and texts as other people's files give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from annolab.model.geometry import AttributeValue
from annolab.model.values import text_problem, value_problem

_DEEPEST = 100  # lists within lists: more is refused anyhow


def clean(text: str) -> str:
    """A text without lone surrogates, which no UTF-8 file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def attribute_value(value: object) -> tuple[AttributeValue, bool]:
    """A parsed JSON value as an attribute value, and whether it can be kept."""
    tupled = _tupled(value, _DEEPEST)
    return cast("AttributeValue", tupled), value_problem(tupled) is None


def _tupled(value: object, depth: int) -> object:
    if isinstance(value, list) and depth:
        return tuple(_tupled(each, depth - 1) for each in value)
    return value


def attributes(
    given: Mapping[str, object],
) -> tuple[dict[str, AttributeValue], dict[str, object]]:
    """The key-values that the model can hold, and the rest as it was given."""
    held: dict[str, AttributeValue] = {}
    rest: dict[str, object] = {}
    for key, value in given.items():
        held_value, good = attribute_value(value)
        if good and key and text_problem(key) is None:
            held[key] = held_value
        else:
            rest[key] = value
    return held, rest
