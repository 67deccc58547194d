"""What the rows of a film's timeline hold."""

from __future__ import annotations

from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Geometry, Interval, Keyframe, Track, Whole
from annolab.model.tracks import SCORE, is_seen
from annolab.widgets.film_rows import MIXED, FilmRow, FilmRows, RowKind, bars_of

BOX = Box(1.0, 2.0, 3.0, 4.0)
COUNT = 60


def made(
    id_: int, geometry: Geometry, frame: int | None = None, label: int | None = 1
) -> Annotation:
    return Annotation(
        id=id_,
        item_id=1,
        annotator_id=1,
        geometry=geometry,
        frame=frame,
        label_id=label,
    )


def track(*keys: tuple[int, bool], shape: Box | Whole = BOX) -> Track:
    return Track(tuple(Keyframe(frame, shape, outside) for frame, outside in keys))


def rows_of(*annotations: Annotation) -> FilmRows:
    rows = FilmRows()
    rows.read(annotations, COUNT)
    return rows


def test_rows_are_shapes_then_tags_by_label_then_tracks_as_made() -> None:
    rows = rows_of(
        made(9, track((3, False))),
        made(4, track((1, False))),
        made(5, BOX, 7),
        made(6, Whole(), 8, label=2),
        made(7, track((1, False), (5, True), shape=Whole()), label=None),
        made(8, Whole()),  # of the film, not of a frame
        made(3, Interval(0.0, 1.0)),
    )
    assert rows.rows == [
        FilmRow(RowKind.SHAPES),
        FilmRow(RowKind.TAGS, 0),
        FilmRow(RowKind.TAGS, 2),
        FilmRow(RowKind.TRACK, 4),
        FilmRow(RowKind.TRACK, 9),
    ]
    assert [rows.place_of(i) for i in (5, 7, 6, 4, 9, 8, 3)] == [
        0,
        1,
        2,
        3,
        4,
        None,
        None,
    ]


def test_the_bars_of_a_track_are_where_it_is_seen() -> None:
    scored = Keyframe(30, BOX, attributes=MappingProxyType({SCORE: 0.5}))
    there = Track((*track((10, False), (20, True)).keyframes, scored))
    bars = rows_of(made(1, there)).bars(FilmRow(RowKind.TRACK, 1))
    assert bars.start.tolist() == [10, 30]
    assert bars.stop.tolist() == [20, COUNT]
    assert bars.keys.tolist() == [10, 20, 30]
    assert bars.outside.tolist() == [False, True, False]
    assert bars.found.tolist() == [False, False, True]


def test_tags_of_a_label_share_a_row() -> None:
    rows = rows_of(
        made(1, Whole(), 40),
        made(2, track((5, False), (9, True), shape=Whole())),
    )
    bars = rows.bars(FilmRow(RowKind.TAGS, 1))
    assert bars.start.tolist() == [5, 40]
    assert bars.stop.tolist() == [9, 41]
    assert bars.owner.tolist() == [2, 1]


def test_a_dot_has_the_label_of_its_shapes_unless_they_differ() -> None:
    rows = rows_of(made(1, BOX, 5), made(2, BOX, 6), made(3, BOX, 6, label=2))
    assert rows.tones[5] == 1
    assert rows.tones[6] == MIXED
    assert rows.tones[7] == -1
    rows.take([2], lambda _: None)
    assert rows.tones[6] == 2
    rows.take([3, 1], lambda _: None)
    assert rows.rows == []


def test_frames_after_the_end_of_the_film_take_no_memory() -> None:
    far = 2**60
    rows = rows_of(
        made(1, BOX, far), made(2, Whole(), far), made(3, track((far, False)))
    )
    assert len(rows.tones) == COUNT
    assert len(rows.bars(FilmRow(RowKind.TRACK, 3)).start) == 0


KEYS = st.lists(
    st.tuples(st.integers(0, COUNT + 10), st.booleans()),
    min_size=1,
    max_size=8,
    unique_by=lambda key: key[0],
).map(sorted)


@given(KEYS, st.integers(0, COUNT), st.integers(0, COUNT))
def test_the_bars_that_are_seen_are_those_of_these_frames(
    keys: list[tuple[int, bool]], one: int, other: int
) -> None:
    there, (first, stop) = track(*keys), sorted((one, other))
    bars = bars_of([made(1, there)], COUNT)
    covered = set()
    for a, b in zip(bars.start.tolist(), bars.stop.tolist(), strict=True):
        covered |= set(range(a, b))
    assert covered == {f for f in range(COUNT) if is_seen(there, f)}
    seen = bars.seen(first, stop)
    inside = set()
    for a, b in zip(bars.start[seen].tolist(), bars.stop[seen].tolist(), strict=True):
        inside |= set(range(a, b))
    assert inside >= covered & set(range(first, stop))
    assert all(
        a < stop and b > first
        for a, b in zip(bars.start[seen], bars.stop[seen], strict=True)
    )
    keys_seen = bars.keys[bars.keys_seen(first, stop)].tolist()
    assert keys_seen == [f for f, _ in keys if first <= f < stop]


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), max_size=12))
def test_changes_lead_to_the_same_as_reading_anew(steps: list[tuple[int, int]]) -> None:
    shapes: list[tuple[Geometry, int | None]] = [
        (BOX, 3), (Whole(), 4), (track((2, False), (9, True)), None),
        (track((1, False), shape=Whole()), None), (BOX, 5),
    ]  # fmt: skip
    held: dict[int, Annotation] = {}
    rows = rows_of()
    for id_, kind in steps:
        if kind == 4 and id_ in held:
            del held[id_]
        else:
            geometry, frame = shapes[kind]
            held[id_] = made(id_, geometry, frame, label=1 + kind % 2)
        rows.take([id_], held.get)
        for row in rows.rows:
            rows.bars(row)
    fresh = rows_of(*held.values())
    assert rows.rows == fresh.rows
    assert rows.tones.tolist() == fresh.tones.tolist()
    for row in rows.rows:
        one, other = rows.bars(row), fresh.bars(row)
        assert one.start.tolist() == other.start.tolist()
        assert one.owner.tolist() == other.owner.tolist()
        assert one.keys.tolist() == other.keys.tolist()
