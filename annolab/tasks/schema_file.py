"""Label schemas as files: what `annolab new --schema` reads, TOML or JSON.

guidelines = "Draw tightly."

[[label]]
name = "car"
color = "#ffb000"      # all but the name may be left out
hotkey = "c"
parent = "vehicle"
kinds = ["box", "polygon"]
keypoints = ["front", "back"]
edges = [["front", "back"]]

[[attribute]]
name = "occluded"
owner = "annotation"   # item, annotation, keyframe
type = "choice"        # text, number, bool, choice, multi
label = "car"          # left out: every label
choices = ["no", "partly", "mostly"]
default = "no"
required = true

[[tier]]
name = "words"
kind = "interval"      # interval, point
parent = "sentences"
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from annolab.errors import UserError
from annolab.model.geometry import AttributeValue, Kind
from annolab.model.ids import new_id
from annolab.model.schema import (
    LABEL_COLORS,
    AttributeSpec,
    Label,
    Owner,
    Schema,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)
from annolab.model.validity import schema_problem

MAX_BYTES = 16 << 20
NO_SCHEMA = Schema()
_KINDS = {kind.name.lower(): kind for kind in Kind}
_Enum = TypeVar("_Enum", bound=StrEnum)
_LABEL_KEYS = (
    "name", "color", "hotkey", "parent", "kinds", "keypoints", "edges",
)  # fmt: skip
_ATTRIBUTE_KEYS = (
    "name", "owner", "type", "label", "choices", "default", "required",
)  # fmt: skip


def load_schema(path: Path) -> Schema:
    """Read a schema; UserError says which entry is wrong."""
    reader = _Reader(path)
    data = reader.table(_parse(path), ("guidelines", "label", "attribute", "tier"), "")
    labels = reader.labels(data.get("label", []))
    schema = Schema(
        labels=labels,
        attributes=reader.attributes(data.get("attribute", []), labels),
        tiers=reader.tiers(data.get("tier", [])),
        guidelines=reader.text(data, "guidelines", "", default=""),
    )
    everything: list[Label | AttributeSpec | Tier] = [
        *schema.labels, *schema.attributes, *schema.tiers,
    ]  # fmt: skip
    for declared in everything:
        problem = schema_problem(schema, declared)
        if problem is not None:
            raise reader.wrong(f"{declared.name!r}: {problem.rstrip('.')}")
    return schema


def _parse(path: Path) -> object:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            message = f"{path} is too large for a label schema."
            raise UserError(message)
        text = raw.decode("utf-8-sig")
        data: object = (
            json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
        )
    except OSError as error:
        message = f"The schema {path} cannot be read: {error.strerror or error}."
        raise UserError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"The schema {path} is neither valid TOML nor JSON: {error}."
        raise UserError(message) from error
    return data


class _Reader:
    """Takes values out of untrusted tables, or says what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrong(self, what: str) -> UserError:
        """The error for one entry."""
        return UserError(f"The schema {self._path}: {what}.")

    def table(
        self, value: object, keys: Sequence[str], where: str
    ) -> Mapping[str, object]:
        """A table that has no other keys than these."""
        if not isinstance(value, dict):
            raise self.wrong(f"{where or 'it'} must be a table")
        for key in value:
            if key not in keys:
                known = ", ".join(keys)
                raise self.wrong(f"{where} has the unknown key {key!r} (not {known})")
        return value

    def tables(
        self, values: object, keys: Sequence[str], what: str
    ) -> list[tuple[str, str, Mapping[str, object]]]:
        """Where, name and table of each entry of a list."""
        if not isinstance(values, list):
            raise self.wrong(f"{what!r} must be a list of tables")
        found = []
        for number, value in enumerate(values, 1):
            where = f"{what} {number}"
            table = self.table(value, keys, where)
            name = self.text(table, "name", where)
            found.append((f"{what} {name!r}", name, table))
        return found

    def text(
        self,
        table: Mapping[str, object],
        key: str,
        where: str,
        *,
        default: str | None = None,
    ) -> str:
        """The text under `key`; needed when there is no default."""
        value = table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(f"{where} needs a text as {key!r}".strip())
        return value

    def optional(self, table: Mapping[str, object], key: str, where: str) -> str | None:
        """The text under `key`, None when it is not there."""
        return self.text(table, key, where) if key in table else None

    def texts(
        self, table: Mapping[str, object], key: str, where: str
    ) -> tuple[str, ...]:
        """The list of texts under `key`; empty when it is not there."""
        values = table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise self.wrong(f"{key!r} of {where} must be a list of texts")
        return tuple(values)

    def one_of(
        self, table: Mapping[str, object], key: str, where: str, default: _Enum
    ) -> _Enum:
        """A word of an enumeration."""
        word = self.text(table, key, where, default=default.value)
        kind = type(default)
        try:
            return kind(word)
        except ValueError:
            known = ", ".join(kind)
            raise self.wrong(f"{key} of {where} is one of {known}") from None

    def named(self, name: str | None, ids: Mapping[str, int], where: str) -> int | None:
        """The id of what has this name, which must stand earlier in the file."""
        if name is None:
            return None
        if name not in ids:
            raise self.wrong(f"{where} names {name!r}, which is not there before it")
        return ids[name]

    def labels(self, values: object) -> tuple[Label, ...]:
        """All labels, in their order."""
        ids: dict[str, int] = {}
        labels: list[Label] = []
        for where, name, table in self.tables(values, _LABEL_KEYS, "label"):
            parent = self.named(self.optional(table, "parent", where), ids, where)
            ids[name] = new_id()
            color = LABEL_COLORS[len(labels) % len(LABEL_COLORS)]
            labels.append(
                Label(
                    id=ids[name],
                    name=name,
                    color=self.text(table, "color", where, default=color),
                    hotkey=self.optional(table, "hotkey", where),
                    parent_id=parent,
                    kinds=self.kinds(table, where),
                    skeleton=self.skeleton(table, where),
                    position=len(labels),
                )
            )
        return tuple(labels)

    def kinds(self, table: Mapping[str, object], where: str) -> frozenset[Kind]:
        """The geometry kinds that a label is limited to."""
        words = self.texts(table, "kinds", where)
        for word in words:
            if word not in _KINDS:
                raise self.wrong(f"kinds of {where}: {word!r} is none of {[*_KINDS]}")
        return frozenset(_KINDS[word] for word in words)

    def skeleton(self, table: Mapping[str, object], where: str) -> Skeleton | None:
        """The keypoints with the edges between them, by name."""
        names = self.texts(table, "keypoints", where)
        edges = table.get("edges", [])
        if not names and not edges:
            return None
        try:
            pairs = tuple((names.index(a), names.index(b)) for a, b in edges)  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            message = f"edges of {where} must be pairs of names of its keypoints"
            raise self.wrong(message) from None
        return Skeleton(names, pairs)

    def attributes(
        self, values: object, labels: Sequence[Label]
    ) -> tuple[AttributeSpec, ...]:
        """All declared attributes, in their order."""
        ids = {label.name: label.id for label in labels}
        specs: list[AttributeSpec] = []
        for where, name, table in self.tables(values, _ATTRIBUTE_KEYS, "attribute"):
            required = table.get("required", False)
            if not isinstance(required, bool):
                raise self.wrong(f"'required' of {where} must be true or false")
            label = self.optional(table, "label", where)
            specs.append(
                AttributeSpec(
                    id=new_id(),
                    owner=self.one_of(table, "owner", where, Owner.ANNOTATION),
                    name=name,
                    type=self.one_of(table, "type", where, ValueType.TEXT),
                    label_id=self.named(label, ids, where),
                    choices=self.texts(table, "choices", where),
                    default=self.value(table.get("default"), where),
                    required=required,
                    position=len(specs),
                )
            )
        return tuple(specs)

    def value(self, value: object, where: str) -> AttributeValue:
        """A value of an attribute."""
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        if value is None or isinstance(value, str | int | float | bool):
            return value
        raise self.wrong(f"'default' of {where} must be a plain value")

    def tiers(self, values: object) -> tuple[Tier, ...]:
        """All tiers, in their order."""
        ids: dict[str, int] = {}
        tiers: list[Tier] = []
        for where, name, table in self.tables(
            values, ("name", "kind", "parent"), "tier"
        ):
            parent = self.named(self.optional(table, "parent", where), ids, where)
            ids[name] = new_id()
            tiers.append(
                Tier(
                    id=ids[name],
                    name=name,
                    kind=self.one_of(table, "kind", where, TierKind.INTERVAL),
                    parent_id=parent,
                    position=len(tiers),
                )
            )
        return tuple(tiers)
