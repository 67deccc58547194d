"""The actions on tracks: what is in the project afterwards, and what is said."""

from __future__ import annotations

import pytest

from annolab.actions import BY_ID, Context, bindings, default_table
from annolab.actions.tracks import TRACK_ACTIONS
from annolab.model.geometry import Box, Keyframe, Track, Whole
from annolab.model.tracks import OCCLUDED, attributes_at, number_of
from annolab.widgets.canvas import Submenu
from annolab.widgets.number_dialog import NumberDialog
from annolab.widgets.track_menu import MORE, OF_SHAPES, OF_TRACKS, track_menu
from tests.unit.widgets.film_bench import COUNT, FilmBench, truth

A, B = Box(20, 30, 40, 20), Box(60, 30, 40, 20)
LINE = (Keyframe(0, A), Keyframe(10, B))


def answer(bench: FilmBench, value: float) -> float:
    """Give a number to the dialog that is open; what it had proposed."""
    (dialog,) = bench.canvas.view.findChildren(NumberDialog)
    proposed = dialog.field.value()
    dialog.field.setValue(value)
    dialog.accept()
    bench.qtbot.waitUntil(lambda: not bench.canvas.view.findChildren(NumberDialog))
    return proposed


def test_every_action_has_a_key_and_is_done(film_bench: FilmBench) -> None:
    keys = bindings(default_table())
    for action in TRACK_ACTIONS:
        assert action.context is Context.VIDEO
        assert keys.of(action.id), action.id
        assert film_bench.canvas.trigger(action.id), action.id
    film_bench.settle()
    assert film_bench.stored() == []


def test_a_track_is_split_and_joined_again(film_bench: FilmBench) -> None:
    first = film_bench.track(*LINE)
    before = film_bench.shown(first)
    film_bench.go(5)
    film_bench.act("video.split")
    (second,) = (a for a in film_bench.stored() if a.id != first.id)
    assert film_bench.session.selection == (second.id,)
    assert film_bench.shown(first) == [*before[:5], *[None] * (COUNT - 5)]
    assert film_bench.shown(second) == [*[None] * 5, *before[5:]]
    film_bench.session.select((second.id, first.id))
    film_bench.act("video.join_fill")
    assert film_bench.shown(first) == before
    assert [a.id for a in film_bench.stored()] == [first.id]
    film_bench.session.undo()
    film_bench.session.undo()
    assert film_bench.stored() == [first]


def test_a_gap_is_kept_unless_it_is_to_be_filled(film_bench: FilmBench) -> None:
    first = film_bench.track(Keyframe(0, A), Keyframe(4, A, outside=True))
    second = film_bench.track(Keyframe(8, B))
    film_bench.session.select((first.id, second.id))
    film_bench.act("video.join")
    assert film_bench.shown(first) == [A] * 4 + [None] * 4 + [B] * (COUNT - 8)
    film_bench.session.undo()
    film_bench.session.select((first.id, second.id))
    film_bench.act("video.join_fill")
    assert film_bench.shown(first)[4] == Box(40, 30, 40, 20)


def test_tracks_are_cut_at_the_frame_and_in_the_range(film_bench: FilmBench) -> None:
    track = film_bench.track(Keyframe(0, A))
    film_bench.go(6)
    film_bench.act("video.trim_before")
    film_bench.go(15)
    film_bench.act("video.trim_after")
    film_bench.act("video.delete_range")
    assert film_bench.shown(track) == [None] * 6 + [A] * 9 + [None] * 9
    film_bench.go(8)
    film_bench.act("video.range_start")
    film_bench.go(10)
    film_bench.act("video.range_end", "video.delete_range")
    meant = [None] * 6 + [A] * 2 + [None] * 3 + [A] * 4 + [None] * 9
    assert film_bench.shown(track) == meant


def test_shapes_are_copied_and_tracks_held(film_bench: FilmBench) -> None:
    track = film_bench.track(*LINE)
    shape = film_bench.put(B, 3)
    film_bench.go(3)
    film_bench.session.select((track.id, shape.id))
    film_bench.act("video.propagate")
    assert answer(film_bench, 4) == 10
    assert film_bench.frames(track) == [0, 3, 7, 10]
    copies = sorted(a.frame for a in film_bench.stored() if a.frame is not None)
    assert copies == [3, 4, 5, 6, 7]
    film_bench.session.undo()
    assert len(film_bench.stored()) == 2
    film_bench.session.select((track.id,))
    film_bench.act("video.propagate")
    assert answer(film_bench, 2) == 4  # remembered


def test_a_track_is_moved_in_time(film_bench: FilmBench) -> None:
    track = film_bench.track(*LINE)
    film_bench.act("video.shift")
    answer(film_bench, 5)
    assert film_bench.frames(track) == [5, 15]
    film_bench.act("video.shift")
    answer(film_bench, -99)  # not before the film begins
    assert film_bench.frames(track) == [0, 10]


def test_tracks_change_places_from_here(film_bench: FilmBench) -> None:
    one = film_bench.track(Keyframe(0, A))
    other = film_bench.track(Keyframe(0, B))
    film_bench.go(9)
    film_bench.act("video.swap")
    assert "two tracks" in film_bench.said[-1]
    film_bench.session.select((one.id, other.id))
    film_bench.act("video.swap")
    assert film_bench.shown(one) == [A] * 9 + [B] * (COUNT - 9)
    assert film_bench.shown(other) == [B] * 9 + [A] * (COUNT - 9)


def test_tracks_have_numbers(film_bench: FilmBench) -> None:
    one, other = film_bench.track(*LINE), film_bench.track(*LINE)
    film_bench.act("video.number")
    assert answer(film_bench, 2) == 1
    assert number_of(film_bench.held(other)) == 2
    film_bench.session.select((one.id,))
    film_bench.act("video.number")
    answer(film_bench, 2)
    assert "number 2" in film_bench.said[-1]
    assert number_of(film_bench.held(one)) is None
    film_bench.session.select((one.id, other.id))
    film_bench.act("video.number")
    assert number_of(film_bench.held(one)) == 1
    film_bench.act("video.number")
    assert "All of these" in film_bench.said[-1]


def test_what_is_made_a_track_gets_a_number(film_bench: FilmBench) -> None:
    shapes = [film_bench.put(A, 0), film_bench.put(B, 0)]
    film_bench.session.select(tuple(shape.id for shape in shapes))
    film_bench.act("video.track")
    assert [number_of(film_bench.held(shape)) for shape in shapes] == [1, 2]
    film_bench.act("image.duplicate")
    chosen = film_bench.session.selected()
    assert [number_of(copy) for copy in chosen] == [3, 4]
    film_bench.session.undo()
    film_bench.session.select((shapes[1].id,))
    film_bench.go(5)
    film_bench.act("video.split")
    (later,) = film_bench.session.selected()
    assert number_of(later) == 3


def test_needless_keyframes_go(film_bench: FilmBench) -> None:
    middle = Keyframe(5, Box(40, 30, 40, 20))
    track = film_bench.track(LINE[0], middle, LINE[1])
    film_bench.act("video.simplify")
    answer(film_bench, 1)
    assert film_bench.frames(track) == [0, 10]
    assert film_bench.said[-1] == "Dropped 1 of 3 keyframes."
    film_bench.act("video.simplify")
    answer(film_bench, 1)
    assert film_bench.said[-1] == "Every keyframe is needed."


def test_whole_tracks_are_copied_or_one_shape_of_them(film_bench: FilmBench) -> None:
    track = film_bench.track(*LINE)
    film_bench.go(5)
    film_bench.act("image.copy")
    film_bench.go(7)
    film_bench.act("image.paste")
    (copy,) = (a for a in film_bench.stored() if a.id != track.id)
    assert copy.geometry == Track((Keyframe(7, A), Keyframe(17, B)))
    assert film_bench.session.selection == (copy.id,)
    film_bench.session.select((track.id,))
    film_bench.go(5)
    film_bench.act("video.copy_shape")
    film_bench.go(2)
    film_bench.act("image.paste")
    (shape,) = (a for a in film_bench.stored() if a.frame is not None)
    assert (shape.frame, type(shape.geometry)) == (2, Box)


def test_what_is_pasted_ends_with_the_film(film_bench: FilmBench) -> None:
    film_bench.track(*LINE)
    film_bench.act("image.cut")
    assert film_bench.stored() == []
    film_bench.go(COUNT - 2)
    film_bench.act("image.paste")
    (copy,) = film_bench.stored()
    assert max(film_bench.frames(copy)) <= COUNT
    assert film_bench.shown(copy)[-1] == Box(24, 30, 40, 20)


def test_a_track_that_is_not_seen_is_deleted_and_doubled(film_bench: FilmBench) -> None:
    track = film_bench.track(Keyframe(0, A), Keyframe(4, A, outside=True))
    film_bench.go(9)
    film_bench.act("image.duplicate")
    (copy,) = (a for a in film_bench.stored() if a.id != track.id)
    assert film_bench.shown(copy)[4:] == film_bench.shown(track)[4:]
    film_bench.session.select((track.id,))
    film_bench.go(9)
    film_bench.act("image.delete")
    assert [a.id for a in film_bench.stored()] == [copy.id]


def test_hidden_from_here_on_and_visible_again(film_bench: FilmBench) -> None:
    track = film_bench.track(*LINE)
    shape = film_bench.put(B, 4)
    film_bench.go(4)
    film_bench.session.select((track.id, shape.id))
    film_bench.act("video.occluded")
    held = film_bench.held(track).geometry
    assert isinstance(held, Track)
    states = [attributes_at(held, f).get(OCCLUDED) for f in (3, 4, 9, 10)]
    assert states == [None, True, True, None]
    assert film_bench.held(shape).attributes[OCCLUDED] is True
    film_bench.act("video.occluded")
    assert film_bench.held(shape).attributes[OCCLUDED] is False


def test_a_shape_of_a_track_and_a_track_of_a_shape(film_bench: FilmBench) -> None:
    track = film_bench.track(*LINE)
    film_bench.go(5)
    film_bench.act("video.shape")
    after = film_bench.held(track)
    assert (after.geometry, after.frame) == (Box(40, 30, 40, 20), 5)
    film_bench.act("video.track")
    assert film_bench.frames(track) == [5]


@pytest.mark.parametrize("action", [a.id for a in TRACK_ACTIONS if not a.checkable])
def test_tags_of_the_picture_break_nothing(film_bench: FilmBench, action: str) -> None:
    tag = film_bench.track(Keyframe(2, Whole()), Keyframe(9, Whole(), outside=True))
    shape = film_bench.put(Track((Keyframe(12, truth(12)),)))
    film_bench.session.select((tag.id, shape.id))
    film_bench.go(5)
    film_bench.act(action)
    for dialog in film_bench.canvas.view.findChildren(NumberDialog):
        dialog.accept()
    film_bench.settle()
    assert film_bench.stored()


def test_the_menu_offers_what_applies(film_bench: FilmBench) -> None:
    track, shape = film_bench.track(*LINE), film_bench.put(B, 0)
    found = film_bench.canvas.menu()
    assert "video.split" in found
    (more,) = (entry for entry in found if isinstance(entry, Submenu))
    assert "video.swap" in more.actions
    assert "video.track" in track_menu([shape])
    assert "video.track" not in track_menu([track])
    known = {*OF_SHAPES, *OF_TRACKS, *MORE, ""}
    assert {*known} - {""} <= BY_ID.keys()
    assert {a.id for a in TRACK_ACTIONS} <= known


def test_nothing_hides_a_tag(film_bench: FilmBench) -> None:
    tag = film_bench.track(Keyframe(0, Whole()))
    film_bench.act("video.occluded")
    assert film_bench.held(tag) == tag
    assert "Select what is seen" in film_bench.said[-1]
    assert "video.occluded" not in track_menu([tag])
    assert "video.split" in track_menu([tag])
