"""The configurations of an exported collection."""

from __future__ import annotations

from collections.abc import Mapping

from annolab.formats.base import Records, Severity, Sink
from annolab.formats.brat.config import ANNOTATION, CONFIGS, VISUAL, configs_of
from annolab.formats.brat.importing import Kept
from annolab.formats.brat.rendering import word
from annolab.model.geometry import Kind
from annolab.model.schema import Label, Owner, Schema, ValueType


def folder_of(name: str, kept: Kept) -> str:
    """Where the configuration of a written file lies, which was above it."""
    parts = name.split("/")[:-1]
    return "/".join(parts[: max(0, len(parts) - kept.levels)])


def write_configs(
    schema: Schema, records: Records, sink: Sink, folders: Mapping[str, str]
) -> None:
    """Write those that were read where they were, else a new one at the top.

    `folders`: the digests of those that were read, by folder.
    """
    known = configs_of(records.entry(CONFIGS))
    there = {folder: known[key] for folder, key in folders.items() if key in known}
    if not there:
        there = {"": [annotation_text(schema), visual_text(schema)]}
    for folder, texts in there.items():
        for name, text in zip((ANNOTATION, VISUAL), texts, strict=True):
            if text:
                path = f"{folder}/{name}" if folder else name
                file = sink.open(path, companion=True)
                file.write(text.encode("utf-8", "surrogateescape"))


def annotation_text(schema: Schema) -> str:
    """An annotation.conf with the labels of a project."""
    lines = ["[entities]", *_tree(schema, Kind.SPAN, "")]
    lines += ["", "[relations]", "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>"]
    lines += _tree(schema, Kind.RELATION, "\tArg1:<ANY>, Arg2:<ANY>")
    roles = [_named(label) for label in schema.labels if _is(label, Kind.RELATION)]
    arguments = ", ".join(f"{role}*:<ANY>" for role in dict.fromkeys(roles))
    lines += ["", "[events]", *_tree(schema, Kind.EVENT, f"\t{arguments}".rstrip())]
    lines += ["", "[attributes]"]
    for spec in schema.attributes:
        if spec.owner is Owner.ANNOTATION and spec.type in (
            ValueType.BOOL,
            ValueType.CHOICE,
        ):
            values = "|".join(spec.choices)
            end = f", Value:{values}" if values else ""
            lines.append(f"{word(spec.name, _silent)}\tArg:<ANY>{end}")
    return "\n".join(lines) + "\n"


def visual_text(schema: Schema) -> str:
    """A visual.conf with the colours of a project."""
    lines = ["[labels]", "", "[drawing]"]
    for label in schema.labels:
        key = "color" if label.kinds == {Kind.RELATION} else "bgColor"
        lines.append(f"{_named(label)}\t{key}:{label.color}")
    return "\n".join(lines) + "\n"


def _tree(schema: Schema, kind: Kind, end: str) -> list[str]:
    """The labels of a kind, those under others indented by a tab."""
    found = {label.id: label for label in schema.labels if _is(label, kind)}
    below: dict[int, list[Label]] = {}
    for label in found.values():
        above = label.parent_id if label.parent_id in found else 0
        below.setdefault(above or 0, []).append(label)
    lines: list[str] = []
    stack = [(0, label) for label in reversed(below.get(0, []))]
    while stack:
        depth, label = stack.pop()
        lines.append("\t" * depth + _named(label) + end)
        stack += [(depth + 1, each) for each in reversed(below.get(label.id, []))]
    return lines


def _is(label: Label, kind: Kind) -> bool:
    if label.retired:
        return False
    return kind in label.kinds or (kind is Kind.SPAN and not label.kinds)


def _named(label: Label) -> str:
    return word(label.name, _silent)


def _silent(reason: str, severity: Severity) -> None:
    """The marks with such a name have been reported."""
