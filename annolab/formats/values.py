"""Attribute values and texts as other people's files give them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from annolab.model.geometry import AttributeValue

MAX_DEPTH = 20
_INT64 = 1 << 63


def clean(text: str) -> str:
    """A text without lone surrogates, which no UTF-8 file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def attribute_value(value: object, depth: int = 0) -> tuple[AttributeValue, bool]:
    """A parsed JSON value as an attribute value, and whether it is one as it is.

    Objects, numbers that are not finite or beyond 64 bits, and what is nested
    too deeply, are not.
    """
    if isinstance(value, str):
        return value, clean(value) == value
    if value is None or isinstance(value, bool):
        return value, True
    if isinstance(value, int):
        return value, -_INT64 <= value < _INT64
    if isinstance(value, float):
        return value, math.isfinite(value)
    if isinstance(value, list) and depth < MAX_DEPTH:
        inner = [attribute_value(x, depth + 1) for x in value]
        return tuple(x for x, _ in inner), all(good for _, good in inner)
    return None, False


def attributes(
    given: Mapping[str, object],
) -> tuple[dict[str, AttributeValue], dict[str, object]]:
    """The key-values that the model can hold, and the rest as it was given."""
    held: dict[str, AttributeValue] = {}
    rest: dict[str, object] = {}
    for key, value in given.items():
        held_value, good = attribute_value(value)
        if good and key.strip() and clean(key) == key:
            held[key] = held_value
        else:
            rest[key] = value
    return held, rest
