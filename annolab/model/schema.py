"""The label schema: labels, declared attributes, tiers, guidelines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from annolab.model.geometry import AttributeValue, Kind

# Colour-blind-safe, apart on dark and light grounds and on photographs.
LABEL_COLORS = (
    "#ffb000",
    "#56b4e9",
    "#2fc49a",
    "#d08be8",
    "#ff7a6b",
    "#f0e442",
    "#8c9eff",
    "#a5d26a",
)


class Owner(StrEnum):
    """What an attribute is a key-value of."""

    ITEM = "item"
    ANNOTATION = "annotation"
    KEYFRAME = "keyframe"


class ValueType(StrEnum):
    """The type of a declared attribute."""

    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    CHOICE = "choice"
    MULTI = "multi"


class TierKind(StrEnum):
    """Interval and point tiers, as in Praat."""

    INTERVAL = "interval"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Names of keypoints and the pairs of their 0-based indices that are joined."""

    keypoints: tuple[str, ...]
    edges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A class. `kinds` limits the geometry kinds it is offered for; empty: all."""

    id: int
    name: str
    color: str
    hotkey: str | None = None
    parent_id: int | None = None
    kinds: frozenset[Kind] = frozenset()
    skeleton: Skeleton | None = None
    position: int = 0
    retired: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSpec:
    """A declared key: a type, a form field and a check. `label_id` None: all labels."""

    id: int
    owner: Owner
    name: str
    type: ValueType = ValueType.TEXT
    label_id: int | None = None
    choices: tuple[str, ...] = ()
    default: AttributeValue = None
    required: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A layer of intervals or points on audio or video."""

    id: int
    name: str
    kind: TierKind
    parent_id: int | None = None
    position: int = 0


Declared = TypeVar("Declared", Label, AttributeSpec, Tier)


@dataclass(frozen=True, slots=True)
class Entry:
    """A project-wide value by key: title, guidelines, `coco.info` ... as JSON text."""

    id: int
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Schema:
    """What can be said in this project; each tuple in order of position."""

    labels: tuple[Label, ...] = ()
    attributes: tuple[AttributeSpec, ...] = ()
    tiers: tuple[Tier, ...] = ()
    guidelines: str = ""

    def label(self, label_id: int | None) -> Label | None:
        """The label with this id, or None."""
        return next((x for x in self.labels if x.id == label_id), None)

    def label_named(self, name: str) -> Label | None:
        """The first label with this name, or None."""
        return next((x for x in self.labels if x.name == name), None)

    def like(self, entity: Declared) -> tuple[Declared, ...]:
        """The labels, attributes or tiers: all of the sort of `entity`."""
        match entity:
            case Label():
                return self.labels
            case AttributeSpec():
                return self.attributes
            case Tier():
                return self.tiers

    def specs(self, owner: Owner, label_id: int | None) -> tuple[AttributeSpec, ...]:
        """The declared attributes for an owner with this label."""
        return tuple(
            spec
            for spec in self.attributes
            if spec.owner is owner and spec.label_id in (None, label_id)
        )
