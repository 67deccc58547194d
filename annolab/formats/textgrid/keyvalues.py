"""Key-values in extra tiers: `words: speaker` holds the speakers of `words`.

Such a tier has the same kind and the same times as the tier it belongs to. A
value that is a plain text stands as it is, all else as JSON; a mark without the
key has no text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from annolab.formats.textgrid.grid import Grid, GridTier
from annolab.formats.values import attribute_value
from annolab.model.annotation import Annotation
from annolab.model.geometry import Attributes, AttributeValue

_BETWEEN = ": "


def folded(grid: Grid) -> list[tuple[GridTier, dict[int, Attributes]]]:
    """The tiers proper, each with the key-values of its marks by their place."""
    found: list[tuple[GridTier, dict[int, dict[str, AttributeValue]]]] = []
    for tier in grid.tiers:
        if not found or not _fold(tier, *found[-1]):
            found.append((tier, {}))
    return [(tier, dict(values)) for tier, values in found]


def _fold(
    tier: GridTier, owner: GridTier, values: dict[int, dict[str, AttributeValue]]
) -> bool:
    """Take a tier for key-values of the one before it, if it is that."""
    key = tier.name.removeprefix(owner.name + _BETWEEN)
    if key == tier.name or not key or tier.points != owner.points:
        return False
    if [mark[:2] for mark in tier.marks] != [mark[:2] for mark in owner.marks]:
        return False
    for place, (_, _, text) in enumerate(tier.marks):
        if text:
            values.setdefault(place, {})[key] = _value(text)
    return True


def extra_tiers(tier: GridTier, owners: Sequence[Annotation | None]) -> list[GridTier]:
    """A tier for each key; `owners` are the annotations of the tier's marks."""
    keys = dict.fromkeys(k for mark in owners if mark for k in mark.attributes if k)
    return [_extra(tier, owners, key) for key in keys]


def _extra(tier: GridTier, owners: Sequence[Annotation | None], key: str) -> GridTier:
    marks = []
    for (start, stop, _), mark in zip(tier.marks, owners, strict=True):
        there = mark is not None and key in mark.attributes
        text = _text(mark.attributes[key]) if mark and there else ""
        marks.append((start, stop, text))
    name = tier.name + _BETWEEN + key
    return GridTier(name, tier.points, tier.xmin, tier.xmax, marks)


def _text(value: AttributeValue) -> str:
    if isinstance(value, str) and value and _parsed(value) is None:
        return value
    return json.dumps(value, ensure_ascii=False)


def _value(text: str) -> AttributeValue:
    parsed = _parsed(text)
    if parsed is None:
        return text
    value, kept = attribute_value(parsed[0])
    return value if kept else text


def _parsed(text: str) -> tuple[Any] | None:
    """The JSON value a text is, in a tuple of one, or None."""
    try:
        return (json.loads(text),)
    except (ValueError, RecursionError):
        return None
