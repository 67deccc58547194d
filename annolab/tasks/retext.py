"""Find and replace in the texts of tiers, in one item or in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from annolab import tier_edits
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.substitution import Matcher, Substitution
from annolab.store.project import Project

SHOWN = 500
STEP = 512


@dataclass(frozen=True, slots=True)
class Where:
    """Which texts: those of one item or all (None), of some tiers or all (None)."""

    item_id: int | None = None
    tier_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that matches, and what would become of it."""

    annotation: Annotation
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """The first texts that match; how many there are, and places in them."""

    hits: tuple[Hit, ...] = ()
    texts: int = 0
    places: int = 0


def find_texts(
    project: Project, rule: Substitution, where: Where, progress: Progress
) -> Found:
    """What `replace_texts` would change. UserError as `Substitution.matcher`."""
    matcher = rule.matcher()
    hits: list[Hit] = []
    texts = places = 0
    for mark in _marks(project, where, progress):
        count, after = _after(matcher, mark)
        if count:
            texts += 1
            places += count
            if len(hits) < SHOWN:
                hits.append(Hit(mark, mark.text or "", after))
    return Found(tuple(hits), texts, places)


def _after(matcher: Matcher, mark: Annotation) -> tuple[int, str]:
    if mark.text is None and not matcher.rule.whole:
        return 0, ""
    after, count = matcher.replaced(mark.text or "")
    return count, after


def _marks(project: Project, where: Where, progress: Progress) -> Iterator[Annotation]:
    marks = (
        project.iter_annotations()
        if where.item_id is None
        else project.annotations(where.item_id)
    )
    total = project.totals().annotations if where.item_id is None else None
    for number, mark in enumerate(marks):
        if number % STEP == 0:
            progress.step(number, total, "Looking at texts")
        wanted = where.tier_ids is None or mark.tier_id in where.tier_ids
        if wanted and mark.tier_id is not None and not mark.locked:
            yield mark


def replace_texts(
    project: Project, rule: Substitution, where: Where, progress: Progress
) -> int:
    """Replace in every text, as one undoable edit; return how many places.

    UserError as `Substitution.matcher`.
    """
    matcher = rule.matcher()
    fitting = [
        mark for mark in _marks(project, where, progress) if _after(matcher, mark)[0]
    ]
    edit, places = tier_edits.replace_text(fitting, rule)
    if edit.changes:
        name = f"Replace “{' '.join(rule.pattern.split())[:30]}”"
        project.apply(replace(edit, name=name))
    return places
