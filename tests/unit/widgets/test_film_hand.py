"""What a drag on the timeline makes of a track."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Keyframe, Track, Whole
from annolab.model.tracks import geometry_at, is_seen, seen_ranges
from annolab.model.validity import problems_of
from annolab.widgets.film_hand import Grip, Part, _end_grip, edit_of, grip_at, key_near
from annolab.widgets.film_rows import FilmRow, FilmRows, RowKind
from annolab.widgets.frame_scale import FilmView, FrameTimes

COUNT = 60


def box(frame: int) -> Box:
    return Box(float(frame), 0.0, 5.0, 5.0)


def track(*keys: tuple[int, bool]) -> Track:
    return Track(tuple(Keyframe(f, box(f), outside) for f, outside in keys))


def made(geometry: Track | Whole, frame: int | None = None) -> Annotation:
    return Annotation(
        id=1, item_id=1, annotator_id=1, geometry=geometry, frame=frame, label_id=1
    )


def bench(annotation: Annotation) -> tuple[FilmRows, FilmView]:
    from fractions import Fraction

    rows, view = FilmRows(), FilmView()
    rows.read([annotation], COUNT)
    view.set_width(104 + 10 * COUNT)  # ten pixels a frame
    view.set_frames(FrameTimes.of(np.arange(COUNT, dtype=np.int64), Fraction(1, 25)))
    return rows, view


TRACK = FilmRow(RowKind.TRACK, 1)


def test_keyframes_and_ends_are_grasped_where_they_are_drawn() -> None:
    rows, view = bench(made(track((10, False), (20, False), (30, True), (40, False))))
    found = grip_at(rows, TRACK, view, view.middle_of(20) + 2)
    assert found is not None
    assert (found.part, found.frame, found.low, found.high) == (Part.KEY, 20, 11, 29)
    view.zoom(0.1, view.frames.start(10))
    start = grip_at(rows, TRACK, view, view.edge_of(10) + 1)
    assert start is not None
    assert (start.part, start.frame, start.low, start.high) == (Part.START, 10, 0, 29)
    assert grip_at(rows, TRACK, view, view.middle_of(12)) is None


def test_an_end_is_grasped_outside_of_the_diamond_that_hides_it() -> None:
    rows, view = bench(made(track((0, False), (COUNT - 1, False))))
    view.set_width(view.left + 2 * COUNT)  # two pixels a frame
    grips = [
        grip_at(rows, TRACK, view, x)
        for x in (view.edge_of(0) - 6, view.edge_of(0), view.edge_of(COUNT) + 6)
    ]
    found = [(grip.part, grip.frame) for grip in grips if grip is not None]
    ends = [(Part.START, 0), (Part.KEY, 0), (Part.STOP, COUNT)]
    assert found == ends
    assert view.names <= view.edge_of(0) - 11


def test_keyframes_without_room_are_not_grasped() -> None:
    rows, view = bench(made(track(*((f, False) for f in range(10, 30)))))
    view.set_width(104 + 2 * COUNT)
    assert grip_at(rows, TRACK, view, view.middle_of(20)) is None
    assert key_near(rows, TRACK, view, view.middle_of(20)) == 20


def test_a_keyframe_stays_between_its_neighbours() -> None:
    annotation = made(track((10, False), (20, False), (30, False)))
    rows, view = bench(annotation)
    grip = grip_at(rows, TRACK, view, view.middle_of(20))
    assert grip is not None
    edit = edit_of(grip, 99, COUNT)
    assert edit is not None
    assert [k.frame for k in after(edit.changes[0].after).keyframes] == [10, 29, 30]
    assert edit_of(grip, 20, COUNT) is None


def after(entity: object) -> Track:
    assert isinstance(entity, Annotation)
    assert isinstance(entity.geometry, Track)
    assert problems_of(entity) == ()
    return entity.geometry


def test_the_end_of_a_tag_on_a_frame_makes_it_a_range() -> None:
    grip = Grip(made(Whole(), 7), Part.STOP, 8, 8, COUNT)
    edit = edit_of(grip, 12, COUNT)
    assert edit is not None
    entity = edit.changes[0].after
    assert seen_ranges(after(entity), COUNT) == [(7, 12)]
    assert isinstance(entity, Annotation)
    assert entity.frame is None


def test_the_start_of_a_tag_leaves_no_keyframe_behind() -> None:
    keys = (Keyframe(10, Whole()), Keyframe(20, Whole(), outside=True))
    edit = edit_of(Grip(made(Track(keys)), Part.START, 10, 0, 19), 5, COUNT)
    assert edit is not None
    assert [k.frame for k in after(edit.changes[0].after).keyframes] == [5, 20]


KEYS = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.booleans()),
    min_size=1, max_size=6, unique_by=lambda key: key[0],
).map(sorted)  # fmt: skip


@given(KEYS, st.data())
def test_a_dragged_end_changes_only_what_is_seen_there(
    keys: list[tuple[int, bool]], data: st.DataObject
) -> None:
    before = track(*keys)
    spans = seen_ranges(before, COUNT)
    if not spans:
        return
    span = data.draw(st.sampled_from(spans))
    part = data.draw(st.sampled_from([Part.START, Part.STOP]))
    grip = _end_grip(made(before), part, span, COUNT)
    to = data.draw(st.integers(grip.low, grip.high))
    edit = edit_of(grip, to, COUNT)
    if edit is None:
        assert to == grip.frame
        return
    now = after(edit.changes[0].after)
    start, stop = (to, span[1]) if part is Part.START else (span[0], to)
    for frame in range(COUNT):
        inside = span[0] <= frame < span[1]
        wanted = start <= frame < stop or (is_seen(before, frame) and not inside)
        assert is_seen(now, frame) == wanted, frame
        if wanted and is_seen(before, frame):
            one, other = geometry_at(now, frame), geometry_at(before, frame)
            assert isinstance(one, Box)
            assert isinstance(other, Box)
            assert abs(one.x - other.x) < 1e-9, frame
