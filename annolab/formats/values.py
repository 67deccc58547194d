"""Attribute values and texts as other people's files give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from annolab.model.geometry import AttributeValue
from annolab.model.values import text_problem, value_problem

_DEEPEST = 100  # lists within lists: more is refused anyhow
_MOST_LEVELS = 200  # of what was parsed; Python itself gives up at about a thousand


def clean(text: str) -> str:
    """A text without lone surrogates, which no UTF-8 file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def is_too_deep(value: object) -> bool:
    """Whether lists and objects are nested so deeply that keeping them would fail.

    What can just be parsed cannot be compared or written some calls further down.
    """
    level: list[Any] = [[value]]
    for _ in range(_MOST_LEVELS + 1):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


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
