"""Annotations: the marks, who made them, and how they relate."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from annolab.model.geometry import Attributes, Geometry, no_attributes


class AnnotatorKind(StrEnum):
    """What kind of annotator made a mark."""

    HUMAN = "human"
    MODEL = "model"
    RULE = "rule"
    IMPORT = "import"
    CONSENSUS = "consensus"


class AnnotationStatus(IntEnum):
    """How settled an annotation is; the numbers are stored in project files."""

    SUGGESTED = -1
    PLAIN = 0
    ACCEPTED = 1
    REJECTED = 2

    @property
    def settled(self) -> AnnotationStatus:
        """What it is when a person changes the mark: that accepts a suggestion."""
        judged = (AnnotationStatus.PLAIN, AnnotationStatus.ACCEPTED)
        return self if self in judged else AnnotationStatus.ACCEPTED


@dataclass(frozen=True, slots=True)
class Annotator:
    """Whoever could disagree: a person, a model, a rule, an import."""

    id: int
    name: str
    kind: AnnotatorKind = AnnotatorKind.HUMAN
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One mark on one item.

    `frame`: of a video or page of a picture; None for the item as a whole and
    for tracks, which carry their frames. `text`: transcription or free answer.
    `score`: confidence 0..1 of a model; None for people. `z`: drawing order.
    `group_id`: marks that belong together. `locked`: not to be
    changed on the canvas. `source`: JSON text of what the
    file it came from said and the model does not know.
    """

    id: int
    item_id: int
    annotator_id: int
    geometry: Geometry
    label_id: int | None = None
    attributes: Attributes = field(default_factory=no_attributes, hash=False)
    frame: int | None = None
    tier_id: int | None = None
    group_id: int | None = None
    text: str | None = None
    score: float | None = None
    status: AnnotationStatus = AnnotationStatus.PLAIN
    z: int = 0
    locked: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A directed, labelled arc from one annotation to another of the same item."""

    id: int
    item_id: int
    annotator_id: int
    head_id: int
    tail_id: int
    label_id: int | None = None
    attributes: Attributes = field(default_factory=no_attributes, hash=False)
    source: str | None = None
