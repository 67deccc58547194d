"""What brat has no word for, as JSON in a note of a type of our own.

`#1 TAB AnnoLab T1 TAB {"score": 0.5}`: brat shows it as it shows other notes. Fields
of marks stand in it by their names, and the key-values of relations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from annolab.formats.values import attributes, clean
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import AttributeValue

TYPE = "AnnoLab"
FIELDS = ("score", "status", "text", "z", "locked")  # as `report_mark` calls them
_MOST = 1 << 31  # of a drawing order
_LARGEST = 1e300

# Any: fields of annotations, as `dataclasses.replace` takes them.
Extra: TypeAlias = dict[str, Any]


def extra_of(mark: Annotation) -> Extra:
    """The fields of a mark that only a note can tell; none in most cases."""
    found: Extra = {
        "score": mark.score,
        "status": mark.status,
        "text": mark.text,
        "z": mark.z,
        "locked": mark.locked,
    }
    empty = (None, AnnotationStatus.PLAIN, None, 0, False)
    return {
        name: value
        for (name, value), nothing in zip(found.items(), empty, strict=True)
        if value != nothing
    }


def mark_extra(text: str) -> Extra | None:
    """The fields that a note of a mark tells; None: it is some other note."""
    said = _members(text)
    found: Extra = {}
    for name, value in said.items():
        match name, value:
            case "score", float() | int() if _is_number(value, _LARGEST):
                found[name] = float(value)
            case "status", str() if value.upper() in AnnotationStatus.__members__:
                found[name] = AnnotationStatus[value.upper()]
            case "text", str():
                found[name] = clean(value)
            case "z", int() if _is_number(value, _MOST):
                found[name] = value
            case "locked", True:
                found[name] = value
            case _:
                return None
    return found or None


def values_extra(text: str) -> dict[str, AttributeValue] | None:
    """The key-values that a note of a relation tells; None: it is some other note."""
    said = _members(text)
    given = said.get("attributes")
    if len(said) != 1 or not isinstance(given, dict):
        return None
    held, rest = attributes(given)
    return None if rest or not held else held


def extra_text(extra: Mapping[str, Any]) -> str:
    """The text of a note of a mark."""
    said = dict(extra)
    if "status" in said:
        said["status"] = said["status"].name.lower()
    return json.dumps(said)


def values_text(values: Mapping[str, AttributeValue]) -> str:
    """The text of a note of a relation."""
    return json.dumps({"attributes": dict(values)})


def _is_number(value: float, most: float) -> bool:
    return not isinstance(value, bool) and abs(value) < most


def _members(text: str) -> dict[str, Any]:
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
