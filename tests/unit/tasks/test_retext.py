"""Find and replace in texts: what is found is what is replaced, as one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from annolab.errors import Cancelled, UserError
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Instant, Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Tier, TierKind
from annolab.model.substitution import Substitution
from annolab.store.project import Project
from annolab.tasks.retext import SHOWN, Where, find_texts, replace_texts

WORDS = Tier(id=1, name="words", kind=TierKind.INTERVAL)
PHONES = Tier(id=2, name="phones", kind=TierKind.INTERVAL, position=1)
EVENTS = Tier(id=3, name="events", kind=TierKind.POINT, position=2)
PROGRESS = Progress()


def text(
    id_: int, text: str | None, *, item: int = 100, tier: Tier | None = WORDS,
    locked: bool = False,
) -> Annotation:  # fmt: skip
    point = tier is not None and tier.kind is TierKind.POINT
    return Annotation(
        id=id_,
        item_id=item,
        annotator_id=1,
        geometry=Instant(id_ / 100) if point else Interval(id_ / 100, id_ / 100 + 0.01),
        tier_id=tier.id if tier is not None else None,
        text=text,
        locked=locked,
    )


MARKS = (
    text(200, "aba"),
    text(201, None),
    text(202, "xax", locked=True),
    text(203, "bA", tier=PHONES),
    text(204, "a", tier=EVENTS),
    text(205, "a on no tier", tier=None),
    text(210, "banana", item=101),
    text(211, "a", item=101, tier=PHONES),
)


@pytest.fixture
def spoken(project: Project) -> Project:
    """Two sounds with words and phones."""
    changes = [Change(None, tier) for tier in (WORDS, PHONES, EVENTS)]
    sounds = [
        Item(id=n, path=f"{n}.wav", media=Media.AUDIO, length=10.0, tiers=(1, 2, 3))
        for n in (100, 101)
    ]
    project.apply(Edit("Add", (*changes, *(Change(None, s) for s in sounds))))
    add(project, MARKS)
    return project


def add(project: Project, marks: Iterable[Annotation]) -> None:
    me = project.annotator.id
    made = [Change(None, replace(mark, annotator_id=me)) for mark in marks]
    project.apply(Edit("Add texts", tuple(made)))


def texts(project: Project) -> dict[int, str | None]:
    return {a.id: a.text for a in project.iter_annotations()}


BEFORE = {mark.id: mark.text for mark in MARKS}


@pytest.mark.parametrize(
    ("where", "wanted", "places"),
    [
        (Where(100), {200: "obo", 203: "bA", 204: "o"}, 3),
        (Where(100, frozenset({1})), {200: "obo"}, 2),
        (Where(None, frozenset({2})), {211: "o"}, 1),
        (Where(), {200: "obo", 204: "o", 210: "bonono", 211: "o"}, 7),
    ],
    ids=["item", "tier of an item", "tier", "project"],
)
def test_what_is_found_there_is_replaced_as_one_step(
    spoken: Project, where: Where, wanted: dict[int, str], places: int
) -> None:
    rule = Substitution("a", "o")
    found = find_texts(spoken, rule, where, PROGRESS)
    assert texts(spoken) == BEFORE  # looking changes nothing
    assert found.places == places
    assert {hit.annotation.id: hit.after for hit in found.hits} == {
        id_: after for id_, after in wanted.items() if after != BEFORE[id_]
    }
    assert found.texts == len(found.hits)
    steps = len(spoken.history())
    assert replace_texts(spoken, rule, where, PROGRESS) == places
    assert texts(spoken) == BEFORE | wanted
    assert len(spoken.history()) == steps + 1
    assert spoken.undo_step is not None
    assert spoken.undo_step.name == "Replace “a”"
    spoken.undo()
    assert texts(spoken) == BEFORE


def test_locked_marks_and_those_on_no_tier_stay(spoken: Project) -> None:
    replace_texts(spoken, Substitution("a", "o"), Where(), PROGRESS)
    after = texts(spoken)
    assert (after[202], after[205]) == ("xax", "a on no tier")
    assert find_texts(spoken, Substitution("x", "y"), Where(), PROGRESS).texts == 0


def test_expressions_groups_case_and_whole_texts(spoken: Project) -> None:
    swap = Substitution(r"(b)(a)", r"\2\1", expression=True, case=False)
    assert replace_texts(spoken, swap, Where(), PROGRESS) == 3
    after = texts(spoken)
    assert (after[200], after[203], after[210]) == ("aab", "Ab", "abnana")
    whole = Substitution("a", "", whole=True)
    assert replace_texts(spoken, whole, Where(), PROGRESS) == 2
    # An interval without a text has none, not an empty one.
    assert (texts(spoken)[204], texts(spoken)[211]) == (None, None)


def test_what_changes_nothing_is_no_step(spoken: Project) -> None:
    steps = len(spoken.history())
    assert replace_texts(spoken, Substitution("q", "r"), Where(), PROGRESS) == 0
    replace_texts(spoken, Substitution("a", "a"), Where(), PROGRESS)
    assert len(spoken.history()) == steps


@pytest.mark.parametrize(
    "rule",
    [
        Substitution(""),
        Substitution("(", expression=True),
        Substitution("a", r"\9", expression=True),
    ],
    ids=["nothing", "expression", "replacement"],
)
def test_a_bad_rule_is_told_and_nothing_is_changed(
    spoken: Project, rule: Substitution
) -> None:
    for act in (find_texts, replace_texts):
        with pytest.raises(UserError):
            act(spoken, rule, Where(), PROGRESS)
    assert texts(spoken) == BEFORE


def test_it_can_be_stopped_and_shows_only_the_first(spoken: Project) -> None:
    many = [text(1000 + n, "a") for n in range(SHOWN + 20)]
    add(spoken, many)
    found = find_texts(spoken, Substitution("a", "o"), Where(100), PROGRESS)
    assert len(found.hits) == SHOWN
    assert found.texts == SHOWN + 22
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        replace_texts(spoken, Substitution("a", "o"), Where(), stopped)
    assert texts(spoken)[200] == "aba"
