"""What of a film is seen at a frame, and what edits of it mean."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Geometry, Keyframe, Track
from annolab.model.tracks import OCCLUDED, geometry_at
from annolab.widgets.video_board import (
    FilmBoard,
    beside,
    first_seen,
    on_tracks,
    seen_at,
)

NOTHING: dict[int, Annotation] = {}
BOX, OTHER = Box(0.0, 0.0, 4.0, 4.0), Box(8.0, 0.0, 4.0, 4.0)
FRAMES = st.integers(0, 20)


def _made(id_: int, geometry: Geometry, frame: int | None = None) -> Annotation:
    return Annotation(id=id_, item_id=1, annotator_id=1, geometry=geometry, frame=frame)


@st.composite
def _tracks(draw: st.DrawFn) -> Track:
    frames = sorted(draw(st.sets(FRAMES, min_size=1, max_size=5)))
    keys = (
        Keyframe(frame, Box(float(draw(FRAMES)), 0.0, 1.0, 1.0), draw(st.booleans()))
        for frame in frames
    )
    return Track(tuple(keys))


@given(_tracks(), FRAMES)
def test_a_reshaped_stand_in_sets_the_keyframe_of_its_frame(
    track: Track, frame: int
) -> None:
    real = _made(7, track)
    there = seen_at(real, frame)
    assert (there is None) == (geometry_at(track, frame) is None)
    if there is None:
        return
    asked = edits.set_geometry(there, BOX, "Move")
    (change,) = on_tracks(asked, frame, {7: real}.get).changes
    assert change.before == real
    assert isinstance(change.after, Annotation)
    after = change.after.geometry
    assert isinstance(after, Track)
    assert geometry_at(after, frame) == BOX
    kept = [key for key in track.keyframes if key.frame != frame]
    assert [key for key in after.keyframes if key.frame != frame] == kept


def test_other_edits_of_a_stand_in_leave_its_keyframes() -> None:
    hidden = Keyframe(0, BOX, attributes={OCCLUDED: True})
    real = _made(7, Track((hidden, Keyframe(9, OTHER))))
    there = seen_at(real, 3)
    assert there is not None
    assert there.attributes == {OCCLUDED: True}
    asked = edits.set_locked([there], locked=True)
    (change,) = on_tracks(asked, 3, {7: real}.get).changes
    assert change.before == real
    assert change.after == replace(real, locked=True)
    (change,) = on_tracks(edits.delete([there]), 3, {7: real}.get).changes
    assert (change.before, change.after) == (real, None)


def test_what_is_added_without_a_frame_belongs_to_the_one_that_is_seen() -> None:
    (change,) = on_tracks(edits.add([_made(1, BOX)]), 4, NOTHING.get).changes
    assert isinstance(change.after, Annotation)
    assert change.after.frame == 4
    shape = edits.add([_made(1, BOX, 2)])
    assert on_tracks(shape, 4, NOTHING.get) == shape
    track = edits.add([_made(1, Track((Keyframe(0, BOX),)))])
    assert on_tracks(track, 4, NOTHING.get) == track


@given(st.lists(st.tuples(st.integers(1, 6), st.one_of(FRAMES, st.none(), _tracks()))))
def test_the_board_tells_the_same_as_all_annotations(
    puts: list[tuple[int, int | Track | None]],
) -> None:
    board, held = FilmBoard(), {}
    for id_, what in puts:
        made = _made(id_, what) if isinstance(what, Track) else _made(id_, BOX, what)
        held[id_] = made
        board.put(made)
    board.drop(3)
    held.pop(3, None)
    for frame in range(21):
        wanted = {i for i, a in held.items() if seen_at(a, frame) is not None}
        assert {a.id for a in board.at(frame)} == wanted
        later = [f for f in board.frames() if f > frame]
        assert beside(board.frames(), frame, 1) == min(later, default=None)
        earlier = [f for f in board.frames() if f < frame]
        assert beside(board.frames(), frame, -1) == max(earlier, default=None)
    assert set(board.frames()) == {f for i in held for f in board.keyframes(i)}


def test_where_to_go_in_order_to_see_something() -> None:
    assert first_seen(_made(1, Track((Keyframe(5, BOX),)))) == 5
    assert first_seen(_made(1, BOX, 3)) == 3
    assert first_seen(_made(1, BOX)) is None
