"""Tags of frames and of ranges of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.schema import Label
from annolab.model.validity import problems_of
from annolab.widgets.film_rows import is_tag, ranges_of
from annolab.widgets.film_tags import toggle_frame, toggle_range

LABEL = Label(id=1, name="rain", color="#2fc49a")
OTHER = Label(id=2, name="night", color="#d08be8")
COUNT, ME = 50, (7, 8)


def applied(there: list[Annotation], edit: Edit) -> list[Annotation]:
    gone = {c.before.id for c in edit.changes if c.before is not None}
    new = [c.after for c in edit.changes if isinstance(c.after, Annotation)]
    return [a for a in there if a.id not in gone] + new


def test_a_tag_on_a_frame_is_taken_away_by_the_same_again() -> None:
    edit, made = toggle_frame([], LABEL, 5, ME)
    there = applied([], edit)
    assert made is not None
    assert there == [made]
    assert (made.item_id, made.annotator_id, made.frame) == (7, 8, 5)
    assert is_tag(made)
    another, also = toggle_frame(there, OTHER, 5, ME)
    assert also is not None
    gone, none = toggle_frame(applied(there, another), LABEL, 5, ME)
    assert none is None
    assert applied([made, also], gone) == [also]


@given(st.integers(0, COUNT - 1), st.integers(1, COUNT))
def test_a_tag_on_a_range_is_seen_in_just_these_frames(start: int, more: int) -> None:
    span = (start, min(start + more, COUNT))
    there = applied([], toggle_range([], None, span, COUNT, ME))
    (made,) = there
    assert problems_of(made) == ()
    assert ranges_of(made, COUNT) == [span]
    assert applied(there, toggle_range(there, None, span, COUNT, ME)) == []
    two = applied(there, toggle_range(there, LABEL, span, COUNT, ME))
    assert len(two) == 2
