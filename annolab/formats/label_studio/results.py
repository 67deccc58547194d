"""Results of Label Studio and the values they stand for.

All results with the same `id` are about one region. Offsets are UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annolab.formats.json_rows import text_of
from annolab.formats.text_marks import whole
from annolab.formats.values import attribute_value
from annolab.model.geometry import AttributeValue

PROGRAM = "label_studio"
OURS = "annolab"  # the member for what Label Studio has no word for
UNITS = ("utf16", "codepoint")
LABELS = ("labels", "hypertextlabels")
# The member of `value` that holds what was answered, by the type of a result.
ANSWERS: Mapping[str, str] = {
    "choices": "choices",
    "textarea": "text",
    "number": "number",
    "rating": "rating",
    "datetime": "datetime",
    "taxonomy": "taxonomy",
}


def answer_of(result: Mapping[str, Any]) -> tuple[AttributeValue, bool]:
    """What a result answers, one of a list by itself; and whether it can be held."""
    kind = str(result.get("type"))
    value = result.get("value")
    if kind not in ANSWERS or not isinstance(value, dict):
        return None, False
    said = value.get(ANSWERS[kind])
    held, is_good = attribute_value(said)
    if isinstance(held, tuple) and len(held) == 1 and isinstance(held[0], str):
        held = held[0]
    return held, is_good and said is not None


def answering(kind: str, value: AttributeValue) -> dict[str, Any] | None:
    """The `value` of a result of this type; None: it would not be read as the same."""
    inner: Any = list(value) if isinstance(value, tuple) else value
    if kind in ("choices", "textarea") and isinstance(value, str):
        inner = [value]
    said = {ANSWERS[kind]: inner}
    held, is_good = answer_of({"type": kind, "value": said})
    same = is_good and (type(held), held) == (type(value), value)
    return said if same and kind_fits(kind, value) else None


def kind_fits(kind: str, value: AttributeValue) -> bool:
    """Whether Label Studio has such values under such a type."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "number" | "rating":
            return is_number
        case "datetime":
            return isinstance(value, str)
        case "taxonomy":
            return isinstance(value, tuple)
        case _:
            words = value if isinstance(value, tuple) else (value,)
            return all(isinstance(word, str) for word in words)


def id_of(result: Mapping[str, Any], key: str = "id") -> str | int | None:
    """The id of a result, or None."""
    id_ = result.get(key)
    return id_ if isinstance(id_, str | int) else None


def offsets_in(result: Mapping[str, Any]) -> tuple[int, int, str | None] | None:
    """Start, end and text of a region; None: it has none that can be used."""
    value = result.get("value")
    if not isinstance(value, dict):
        return None
    said = value.get("text")
    places = value.get("globalOffsets")
    if not isinstance(places, dict):
        places = value
    start, stop = whole(places.get("start")), whole(places.get("end"))
    if start is None or stop is None:
        return None
    return start, stop, said if isinstance(said, str) else None


def labels_in(result: Mapping[str, Any]) -> list[str]:
    """The names of the labels of a region."""
    value = result.get("value")
    names = None
    if isinstance(value, dict):
        names = value.get(str(result.get("type")), value.get("htmllabels"))
    said = (text_of(name) for name in (names if isinstance(names, list) else []))
    return [name for name in said if name and name.strip()]
