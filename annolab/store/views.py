"""What the store tells besides the nouns of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annolab.model.item import Media, Status


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as a list shows it: no attributes, no digest, no source."""

    id: int
    root_id: int
    path: str
    media: Media
    width: int | None
    height: int | None
    length: float | None
    rate: float | None
    split: str | None
    status: Status
    priority: float | None
    missing: bool
    problem: str
    n_annotations: int

    @property
    def name(self) -> str:
        """The file name without its folders."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the history.

    `at`: milliseconds since 1970, UTC. `rows`: how many rows a bulk edit
    inserted (undoing a large one takes seconds: do it in a worker), else 0.
    """

    edit_id: int
    name: str
    item_id: int | None
    annotator_id: int
    at: int
    done: bool = True
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is, from counters that every edit keeps.

    `by_label`: annotations by label id, None for those without one;
    `by_annotator`: annotations by annotator id. Zeros are left out.
    """

    items: int
    annotations: int
    relations: int
    by_status: Mapping[Status, int]
    by_label: Mapping[int | None, int]
    by_annotator: Mapping[int, int]
