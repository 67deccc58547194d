"""Objects are followed through a film: what is made of it, shown and said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Keyframe, Track
from annolab.model.tracks import SCORE, distance
from annolab.widgets.follow_bar import FollowBar, Reach
from annolab.widgets.follower import Follower
from tests.unit.widgets.film_bench import COUNT, FilmBench, truth


@pytest.fixture
def bench(film_bench: FilmBench) -> Iterator[FilmBench]:
    """The canvas on the film with the square."""
    yield film_bench
    film_bench.canvas.follower.cancel()


def bar(bench: FilmBench) -> FollowBar:
    return bench.canvas.follower.bar


def follower(bench: FilmBench) -> Follower:
    return bench.canvas.follower


def go(bench: FilmBench, action: str, reach: Reach, frames: int = 5) -> None:
    """Follow as far as that, up to the end of it."""
    bench.act(action)
    asked = bar(bench)
    assert not asked.isHidden()
    asked.reach.setCurrentIndex(reach)
    asked.frames.setValue(frames)
    QTest.keyClick(asked.reach, Qt.Key.Key_Return)
    end(bench)


def end(bench: FilmBench) -> None:
    bench.qtbot.waitUntil(lambda: not follower(bench).busy, timeout=20_000)
    bench.settle()
    assert bar(bench).isHidden()


def assert_follows(bench: FilmBench, track: Annotation, frames: range) -> None:
    shown = bench.shown(track)
    for frame in frames:
        there = shown[frame]
        assert there is not None
        assert distance(there, truth(frame)) < 3


def test_a_shape_is_followed_to_the_end(bench: FilmBench) -> None:
    shape = bench.put(truth(0), 0)
    bench.session.select((shape.id,))
    go(bench, "video.follow", Reach.UNSURE)
    assert_follows(bench, shape, range(COUNT))
    assert (
        bench.said[-1] == f"Followed over {COUNT - 1} frames, up to frame {COUNT - 1}."
    )
    assert bench.canvas.view.index == COUNT - 1
    assert bench.session.selection == (shape.id,)
    assert bench.canvas.view.live == {}
    made = bench.held(shape).geometry
    assert isinstance(made, Track)
    assert [SCORE in key.attributes for key in made.keyframes][:2] == [False, True]
    bench.session.undo()
    assert bench.stored() == [shape]


def test_backwards_for_some_frames(bench: FilmBench) -> None:
    track = bench.track(Keyframe(12, truth(12)))
    bench.settle()
    go(bench, "video.follow_back", Reach.FRAMES, 5)
    assert bench.frames(track)[0] == bench.canvas.view.index == 7
    assert_follows(bench, track, range(7, 13))
    assert bench.said[-1] == "Followed over 5 frames, up to frame 7."


def test_to_the_end_of_the_range(bench: FilmBench) -> None:
    track = bench.track()
    bench.canvas.timeline.marked.select(2, 9)
    go(bench, "video.follow", Reach.RANGE)
    assert bench.canvas.view.index == 9
    bench.go(12)
    bench.act("video.follow")  # the range lies behind
    asked = bar(bench)
    assert asked.reach.currentData() != Reach.RANGE
    QTest.keyClick(asked.reach, Qt.Key.Key_Escape)
    assert asked.isHidden()
    assert bench.frames(track)[-1] == 9


def test_keyframes_of_a_person_stay(bench: FilmBench) -> None:
    own = Keyframe(6, Box(0, 0, 9, 9))
    track = bench.track(Keyframe(0, truth(0)), own)
    go(bench, "video.follow", Reach.UNSURE)
    assert bench.said[-1] == "Followed over 5 frames, up to your keyframe at 6."
    held = bench.held(track).geometry
    assert isinstance(held, Track)
    assert held.keyframes[-1] == own
    bench.go(5)
    go(bench, "video.follow", Reach.UNSURE)
    assert "a keyframe of yours" in bench.said[-1]


def test_several_objects_are_one_step(bench: FilmBench) -> None:
    one, other = bench.put(truth(0), 0), bench.put(truth(0), 0)
    bench.session.select((one.id, other.id))
    go(bench, "video.follow", Reach.FRAMES, 4)
    assert bench.said[-1] == "Followed 2 objects over up to 4 frames; none lost."
    assert_follows(bench, other, range(5))
    bench.session.undo()
    assert {a.frame for a in bench.stored()} == {0}


def test_cancel_keeps_nothing_and_goes_back(bench: FilmBench) -> None:
    shape = bench.put(truth(0), 0)
    bench.session.select((shape.id,))
    bench.act("video.follow", "video.follow")  # asked for twice, it goes
    assert bar(bench).is_working
    QTest.keyClick(bar(bench).stop_button, Qt.Key.Key_Escape)
    end(bench)
    assert bench.stored() == [shape]
    assert bench.canvas.view.index == 0


def test_what_was_found_is_kept_on_demand(bench: FilmBench) -> None:
    track = bench.track()
    bench.act("video.follow", "video.follow")
    bar(bench).stop_button.click()
    end(bench)
    last = bench.frames(track)[-1]
    assert last == bench.canvas.view.index > 0
    assert_follows(bench, track, range(last + 1))


def test_what_is_found_is_shown_meanwhile(bench: FilmBench) -> None:
    shape = bench.put(truth(0), 0)
    bench.session.select((shape.id,))
    seen: list[tuple[int, int]] = []

    def look() -> None:
        view = bench.canvas.view
        mark = view.scene.store.get(shape.id)
        if mark is not None and isinstance(mark.shape, Box):
            seen.append((view.index, round(mark.shape.x)))

    follower(bench).seen.connect(look)
    go(bench, "video.follow", Reach.UNSURE)
    assert seen
    for frame, x in seen:
        assert frame == 0 or abs(x - truth(frame).x) < 4


def test_esc_on_the_picture_cancels_and_the_keyboard_comes_back(
    bench: FilmBench,
) -> None:
    view = bench.canvas.view
    bench.track()
    with bench.qtbot.waitActive(bench.canvas):
        bench.canvas.activateWindow()
    bench.act("video.follow")
    bench.qtbot.waitUntil(lambda: bar(bench).isAncestorOf(bar(bench).focusWidget()))
    assert not view.hasFocus()
    bench.act("image.cancel")
    assert bar(bench).isHidden()
    assert view.hasFocus()
    assert len(bench.session.selection) == 1
    go(bench, "video.follow", Reach.FRAMES, 2)
    assert view.hasFocus()


def test_what_is_selected_at_the_start_is_followed(bench: FilmBench) -> None:
    first = bench.track()
    bench.act("video.follow")
    other = bench.track()
    bar(bench).go_button.click()
    end(bench)
    assert bench.frames(first) == [0]
    assert bench.frames(other)[-1] == COUNT - 1


def test_another_film_ends_it(bench: FilmBench) -> None:
    track = bench.track()
    bench.act("video.follow", "video.follow")
    bench.session.open_item(None)
    bench.qtbot.wait(50)
    assert not follower(bench).busy
    bench.session.open_item(bench.item.id)
    assert bench.frames(track) == [0]


def test_it_says_what_it_needs(bench: FilmBench) -> None:
    bench.act("video.follow")
    assert "Select a shape" in bench.said[-1]
    track = bench.track(Keyframe(0, truth(0)), Keyframe(5, truth(5)))
    bench.act("video.follow_back")
    assert "first frame" in bench.said[-1]
    bench.go(COUNT - 1)
    bench.act("video.follow")
    assert "last frame" in bench.said[-1]
    assert bar(bench).isHidden()
    assert bench.frames(track) == [0, 5]


def test_what_was_changed_meanwhile_stays(bench: FilmBench) -> None:
    track = bench.track()
    bench.act("video.follow", "video.follow")
    changed = edits.set_attribute([bench.held(track)], "make", "Saab")
    bench.project.apply(changed, initiator=bench)
    end(bench)
    assert bench.held(track).attributes["make"] == "Saab"
    assert "Followed" not in bench.said[-1] or bench.frames(track) != [0]


def test_a_narrow_bar_has_two_lines(qtbot: QtBot) -> None:
    made = FollowBar()
    qtbot.addWidget(made)
    made.resize(320, 80)
    made.ask(1, ranged=False)

    def apart() -> int:
        spots = [w.mapTo(made, w.rect().center()) for w in (made.title, made.reach)]
        return abs(spots[0].y() - spots[1].y())

    for width, is_narrow in ((320, True), (700, False), (320, True)):
        made.resize(width, 80)
        qtbot.waitUntil(lambda n=is_narrow: (apart() > 12) == n)  # type: ignore[misc]
        assert made.width() == width
