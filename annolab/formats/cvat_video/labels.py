"""The labels of a document, with the types of their attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.values import clean
from annolab.model.geometry import AttributeValue
from annolab.model.schema import Label, Owner, Skeleton, ValueType
from annolab.model.values import MAX_INT, value_problem

TYPES: Mapping[str, ValueType] = {
    "select": ValueType.CHOICE,
    "radio": ValueType.CHOICE,
    "checkbox": ValueType.BOOL,
    "number": ValueType.NUMBER,
    "text": ValueType.TEXT,
}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_LINE = re.compile(r"<line\b[^<>]{0,2000}>")
_NODE = re.compile(r'data-node-(from|to)="([0-9]{1,6})"')
_CIRCLE = re.compile(r"<circle\b[^<>]{0,2000}>")
_NAMED = re.compile(r'data-(node-id|label-name)="([^"]{1,200})"')


@dataclass(slots=True)
class Known:
    """A label; the types of its attributes, and which of them change in a track."""

    label: Label | None
    types: dict[str, ValueType] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    keypoints: tuple[str, ...] = ()


def labels_of(meta: Any, ctx: ImportContext) -> dict[str, Known]:
    """The labels by name, made in the project."""
    given = list(meta.iter("label")) if meta is not None else []
    below: dict[str, list[str]] = {}
    for element in given:
        parent = _text(element, "parent")
        if parent:
            below.setdefault(parent, []).append(_text(element, "name"))
    found: dict[str, Known] = {}
    for element in given:
        name = _text(element, "name")
        if name and name not in found and not _text(element, "parent"):
            found[name] = _known(element, name, below.get(name, []), ctx)
    return found


def _known(element: Any, name: str, parts: list[str], ctx: ImportContext) -> Known:
    color = _text(element, "color")
    skeleton = None
    if _text(element, "type") == "skeleton" and parts and all(parts):
        unique = tuple(dict.fromkeys(parts))
        skeleton = Skeleton(unique, _edges(element.findtext("svg") or "", unique))
    label = ctx.label(
        name,
        color=color.lower() if _COLOR.fullmatch(color) else None,
        skeleton=skeleton,
    )
    known = Known(label, keypoints=skeleton.keypoints if skeleton else ())
    for each in element.iterfind("attributes/attribute"):
        _declare(each, known, label, ctx)
    return known


def _declare(element: Any, known: Known, label: Label, ctx: ImportContext) -> None:
    name = clean(element.findtext("name") or "")
    if not name.strip() or name in known.types:
        return
    type_ = TYPES.get(_text(element, "input_type"), ValueType.TEXT)
    values = (element.findtext("values") or "").split("\n")
    choices = tuple(dict.fromkeys(x for x in values if x.strip()))
    if type_ is ValueType.CHOICE and not choices:
        type_ = ValueType.TEXT
    is_fixed = _text(element, "mutable").lower() != "true"
    owner = Owner.ANNOTATION if is_fixed else Owner.KEYFRAME
    used = choices if type_ is ValueType.CHOICE else ()
    ctx.attribute(owner, name, type_, label_id=label.id, choices=used)
    known.types[name] = type_
    if is_fixed:
        known.fixed.add(name)


def _edges(svg: str, names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """The lines of the drawing between the points with these names."""
    place: dict[str, int] = {}
    for circle in _CIRCLE.findall(svg):
        said = dict(_NAMED.findall(circle))
        if said.get("label-name") in names and "node-id" in said:
            place[said["node-id"]] = names.index(said["label-name"])
    found: list[tuple[int, int]] = []
    for line in _LINE.findall(svg):
        ends = dict(_NODE.findall(line))
        if ends.get("from") in place and ends.get("to") in place:
            found.append((place[ends["from"]], place[ends["to"]]))
    return tuple(found)


def values_of(
    element: Any, known: Known, ctx: ImportContext, where: str
) -> dict[str, AttributeValue]:
    """The attributes of a shape, in the types of their label."""
    found: dict[str, AttributeValue] = {}
    for each in element.iterfind("attribute"):
        name = clean(each.get("name") or "")
        value = typed(clean(each.text or ""), known.types.get(name))
        if not name or value_problem(value) is not None:
            reason = "An attribute without a name, or with a value not to be kept."
            ctx.report.add(Problem(reason, Severity.LOSS, where=where))
            continue
        found[name] = value
    return found


def typed(text: str, type_: ValueType | None) -> AttributeValue:
    """A value as its type has it; the text where it does not fit."""
    if type_ is ValueType.BOOL and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if type_ is ValueType.NUMBER:
        if _INTEGER.fullmatch(text) and abs(int(text)) <= MAX_INT:
            return int(text)
        if _DECIMAL.fullmatch(text) and abs(float(text)) < float("inf"):
            return float(text)
    return text


def _text(element: Any, tag: str) -> str:
    return clean((element.findtext(tag) or "").strip())
