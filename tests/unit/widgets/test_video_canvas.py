"""The canvas of films on a real, tiny film."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Geometry, Keyframe, Track, Whole
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.tracks import seen_ranges
from annolab.store.project import Project, create_project
from annolab.widgets.session import Session
from annolab.widgets.video_canvas import VideoCanvas
from annolab.widgets.worker import stop_all
from tests.unit.media import films

COUNT = 30
BOX = Box(20.0, 30.0, 40.0, 20.0)
MOVED = Box(60.0, 30.0, 40.0, 20.0)
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@dataclass
class Bench:
    """A canvas on a project with a film, one that is cut off, and mere sound."""

    qtbot: QtBot
    project: Project
    session: Session
    canvas: VideoCanvas
    items: list[Item]
    problems: list[str] = field(default_factory=list)

    def open(self, item: int) -> None:
        self.session.open_item(self.items[item].id)
        self.qtbot.waitUntil(lambda: self.canvas.view.shown is not None)

    def go(self, frame: int) -> None:
        self.canvas.go_to(frame)
        self.settle()

    def settle(self) -> None:
        """Wait for the frame that was asked for last."""
        canvas = self.canvas
        self.qtbot.waitUntil(lambda: canvas.view.index == canvas.wanted)

    def act(self, *names: str) -> None:
        for name in names:
            assert self.canvas.trigger(name)
        self.settle()

    def number(self) -> int:
        """The number in the picture that is seen."""
        shown = self.canvas.view.shown
        assert shown is not None
        return films.read_number(shown.picture.pixels)

    def put(self, geometry: Geometry, frame: int | None = None) -> Annotation:
        annotation = Annotation(
            id=new_id(),
            item_id=self.items[0].id,
            annotator_id=self.project.annotator.id,
            geometry=geometry,
            frame=frame,
        )
        self.project.apply(edits.add([annotation]), initiator=self)
        return annotation

    def stored(self) -> list[Annotation]:
        return self.project.annotations(self.items[0].id)

    def seen(self) -> list[Geometry]:
        return [mark.shape for mark in self.canvas.view.scene.store]

    def drag(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        view = self.canvas.view
        first, last = (QPointF(*view.view.to_widget(*p)) for p in (start, stop))
        self._move(first, Qt.MouseButton.NoButton)
        QTest.mousePress(view, LEFT, NONE, first.toPoint())
        self._move(last, LEFT)
        QTest.mouseRelease(view, LEFT, NONE, last.toPoint())

    def _move(self, at: QPointF, button: Qt.MouseButton) -> None:
        view = self.canvas.view
        there = QPointF(view.mapToGlobal(at.toPoint()))
        none = Qt.MouseButton.NoButton
        kind = QEvent.Type.MouseMove
        QApplication.sendEvent(view, QMouseEvent(kind, at, there, none, button, NONE))


@pytest.fixture
def bench(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """The canvas with the whole film open at its first frame."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    recipe = films.Recipe("tiny.avi", "mpeg4", count=COUNT, gop=10)
    whole = films.make(tmp_path, recipe)
    cut = films.truncated(whole, tmp_path, 0.5)
    heard = films.sound_only(tmp_path / "heard.mp4")
    project = create_project(
        tmp_path / "p.annolab",
        schema=Schema((Label(id=1, name="car", color="#ffb000"),)),
    )
    root = project.add_root(tmp_path)
    items = [
        Item(
            id=new_id(), path=path.name, media=Media.VIDEO, root_id=root.id,
            width=films.WIDTH, height=films.HEIGHT,
        )
        for path in (whole, cut, heard)
    ]  # fmt: skip
    project.apply(Edit("Add", tuple(Change(None, item) for item in items)))
    session = Session()
    session.set_project(project)
    session.set_order(np.array([item.id for item in items]))
    canvas = VideoCanvas(session)
    qtbot.addWidget(canvas)
    made = Bench(qtbot, project, session, canvas, items)
    canvas.edit_requested.connect(lambda edit: session.apply(edit, canvas))
    canvas.selection_requested.connect(session.select)
    canvas.problem_found.connect(made.problems.append)
    canvas.resize(700, 500)
    canvas.show()
    made.open(0)
    yield made
    stop_all()
    session.set_project(None)
    assert not [t for t in threading.enumerate() if t.name == "film reader"]


def test_every_frame_is_found(bench: Bench) -> None:
    for frame in (0, 17, 3, COUNT - 1):
        bench.go(frame)
        assert bench.number() == frame
    assert "frame 29 of 30" in bench.canvas.timeline.bar.text.text()
    assert "00:00.967" in bench.canvas.timeline.bar.text.text()


def test_keys_step_through_the_frames(bench: Bench) -> None:
    bench.act("video.next_frame", "video.forward")
    assert bench.number() == 11
    bench.act("video.previous_frame")
    assert bench.number() == 10
    bench.act("video.end", "video.next_frame")
    assert bench.number() == COUNT - 1
    bench.act("video.start", "video.back")
    assert bench.number() == 0


def test_arrows_step_while_nothing_is_selected_and_move_what_is(bench: Bench) -> None:
    bench.act("image.right", "image.right_far")
    assert bench.number() == 11
    shape = bench.put(BOX, 11)
    bench.session.select((shape.id,))
    bench.act("image.right")
    assert bench.canvas.wanted == 11
    assert bench.stored()[0].geometry == Box(21.0, 30.0, 40.0, 20.0)


def test_going_from_keyframe_to_keyframe_of_the_file(bench: Bench) -> None:
    bench.act("video.next_entry")
    assert bench.number() == 10
    bench.act("video.next_frame", "video.next_entry", "video.next_entry")
    assert bench.number() == 20  # there is no further one
    bench.act("video.previous_frame", "video.previous_entry")
    assert bench.number() == 10


def test_going_from_keyframe_to_keyframe_of_what_is_selected(bench: Bench) -> None:
    said: list[str] = []
    bench.session.said.connect(lambda _, sentence: said.append(sentence))
    track = bench.put(Track((Keyframe(4, BOX), Keyframe(12, MOVED))))
    bench.put(BOX, 8)
    bench.act("video.next_keyframe")
    assert said == ["Select a track first."]
    bench.session.select((track.id,))
    bench.settle()
    assert bench.number() == 4
    bench.act("video.next_keyframe")
    assert bench.number() == 12
    bench.act("video.next_keyframe", "video.previous_frame", "video.previous_keyframe")
    assert bench.number() == 4


def test_going_from_label_to_label(bench: Bench) -> None:
    said: list[str] = []
    bench.session.said.connect(lambda _, sentence: said.append(sentence))
    bench.act("video.next_label")
    assert said == ["Select a shape or pick a label first."]
    (car,) = bench.session.schema.labels
    bench.put(BOX, 8)
    bench.session.pick_label(car)
    bench.act("video.next_label")
    assert bench.number() == 0
    assert said[1].startswith("No frame of this film is annotated with this label")
    cars = [bench.put(BOX, frame) for frame in (5, 11)]
    bench.project.apply(edits.relabel(cars, car), initiator=bench)
    bench.act("video.next_label", "video.next_label")
    assert bench.number() == 11
    bench.act("video.previous_label")
    assert bench.number() == 5


def test_scrubbing_comes_to_the_last_place(bench: Bench) -> None:
    line = bench.canvas.timeline.line
    for frame in (3, 28, 9, 21):
        line.wanted.emit(frame)
    bench.settle()
    assert bench.number() == 21
    assert line.index == 21
    for frame in range(COUNT):
        assert line.frame_at(line.x_of(frame)) == frame


def test_a_shape_is_drawn_on_the_frame_that_is_seen(bench: Bench) -> None:
    bench.go(7)
    bench.canvas.set_tool("box")
    bench.drag((30, 30), (80, 60))
    (made,) = bench.stored()
    assert made.frame == 7
    assert isinstance(made.geometry, Box)
    assert len(bench.seen()) == 1
    bench.go(8)
    assert bench.seen() == []
    assert bench.session.selection == ()


def test_a_track_moved_at_another_frame_has_a_keyframe_there(bench: Bench) -> None:
    shape = bench.put(BOX, 0)
    bench.session.select((shape.id,))
    bench.act("video.track")
    (track,) = bench.stored()
    assert track.geometry == Track((Keyframe(0, BOX),))
    bench.go(10)
    assert bench.session.selection == (shape.id,)
    bench.act(*["image.right_far"] * 4)
    (track,) = bench.stored()
    assert track.geometry == Track((Keyframe(0, BOX), Keyframe(10, MOVED)))
    assert track.frame is None
    bench.go(5)
    assert bench.seen() == [Box(40.0, 30.0, 40.0, 20.0)]
    assert bench.canvas.timeline.line.chosen == [0, 10]


def test_dragging_a_track_moves_its_keyframe(bench: Bench) -> None:
    track = bench.put(Track((Keyframe(0, BOX), Keyframe(10, MOVED))))
    bench.go(10)
    bench.session.select((track.id,))
    bench.drag((80, 40), (90, 50))
    (after,) = bench.stored()
    assert isinstance(after.geometry, Track)
    assert [key.frame for key in after.geometry.keyframes] == [0, 10]
    assert after.geometry.keyframes[0].geometry == BOX
    there = after.geometry.keyframes[1].geometry
    assert isinstance(there, Box)
    assert abs(there.x - 70) <= 1
    assert abs(there.y - 40) <= 1


def test_a_track_ends_and_is_seen_again(bench: Bench) -> None:
    track = bench.put(Track((Keyframe(2, BOX),)))
    assert bench.seen() == []
    bench.session.select((track.id,))
    bench.settle()
    assert bench.canvas.wanted == 2
    bench.go(12)
    bench.act("video.outside")
    assert bench.seen() == []
    bench.go(11)
    assert bench.seen() == [BOX]
    bench.go(20)
    bench.act("video.outside")
    assert bench.seen() == [BOX]
    bench.session.undo()
    assert bench.canvas.view.board.keyframes(track.id) == [2, 12]


def test_a_step_does_not_lead_back_to_a_selected_track(bench: Bench) -> None:
    keys = (Keyframe(2, BOX), Keyframe(6, BOX, outside=True))
    track, shape = bench.put(Track(keys)), bench.put(MOVED, 4)
    bench.go(4)
    bench.session.select((track.id, shape.id))
    bench.go(8)
    assert bench.canvas.wanted == 8
    assert bench.session.selection == (track.id,)
    bench.session.select(())
    bench.session.select((shape.id,))
    bench.settle()
    assert bench.number() == 4


def test_keyframes_are_added_and_removed(bench: Bench) -> None:
    track = bench.put(Track((Keyframe(0, BOX), Keyframe(10, MOVED))))
    bench.go(5)
    bench.session.select((track.id,))
    bench.act("video.add_keyframe")
    assert bench.canvas.timeline.line.marks == [0, 5, 10]
    bench.act("video.remove_keyframe")
    assert bench.stored() == [track]


def test_deleting_a_track_deletes_all_of_it(bench: Bench) -> None:
    track = bench.put(Track((Keyframe(0, BOX), Keyframe(10, MOVED))))
    bench.go(5)
    bench.session.select((track.id,))
    bench.act("image.delete")
    assert bench.stored() == []
    bench.session.undo()
    assert bench.stored() == [track]


def test_undo_goes_to_the_keyframe_that_it_changes(bench: Bench) -> None:
    track = bench.put(Track((Keyframe(0, BOX), Keyframe(20, BOX))))
    bench.go(5)
    bench.session.select((track.id,))
    bench.act("video.add_keyframe")
    bench.go(15)
    bench.act("image.right")
    bench.go(12)  # the track is seen here, but nothing here is changed
    bench.session.undo()
    bench.settle()
    assert bench.number() == 15
    bench.session.undo()
    bench.settle()
    assert bench.number() == 5
    bench.go(29)
    bench.session.redo()
    bench.settle()
    assert bench.number() == 5
    assert bench.canvas.view.board.keyframes(track.id) == [0, 5, 20]


def test_annotated_frames_are_gone_to(bench: Bench) -> None:
    bench.put(BOX, 4)
    bench.put(Track((Keyframe(9, BOX), Keyframe(20, MOVED))))
    found = []
    for _ in range(4):
        bench.act("video.next_annotated")
        found.append(bench.number())
    assert found == [4, 9, 20, 20]
    bench.act("video.previous_annotated", "video.previous_annotated")
    assert bench.number() == 4


def test_playing_comes_to_the_end_and_stops(bench: Bench) -> None:
    canvas = bench.canvas
    canvas.trigger("video.faster")
    assert canvas.timeline.bar.chosen_speed == 1.5
    canvas.timeline.bar.step_speed(9)
    assert canvas.timeline.bar.chosen_speed == 8
    canvas.trigger("video.play")
    assert canvas.playing
    bench.qtbot.waitUntil(lambda: not canvas.playing)
    bench.settle()
    assert bench.number() == canvas.wanted > 20
    bench.go(COUNT - 1)
    canvas.trigger("video.play")
    assert canvas.playing
    assert canvas.wanted == 0
    canvas.trigger("video.play")
    bench.settle()
    assert not canvas.playing


def test_a_press_stops_playing_at_the_frame_that_is_seen(bench: Bench) -> None:
    canvas = bench.canvas
    canvas.timeline.bar.step_speed(-9)
    canvas.trigger("video.play")
    bench.drag((100, 80), (110, 85))
    assert not canvas.playing
    bench.settle()


def test_a_film_that_is_cut_off_is_shown_up_to_there(bench: Bench) -> None:
    bench.go(9)
    bench.open(1)
    assert 0 < bench.canvas.count < COUNT
    assert len(bench.problems) == 1
    bench.act("video.end")
    assert bench.number() == bench.canvas.count - 1
    bench.open(0)
    bench.settle()
    assert bench.number() == 9


def test_a_film_without_pictures_says_so(bench: Bench) -> None:
    hints: list[str] = []
    bench.canvas.hint_changed.connect(hints.append)
    bench.session.open_item(bench.items[2].id)
    view = bench.canvas.view
    bench.qtbot.waitUntil(
        lambda: (view.told or ("",))[0] == "This film cannot be shown"
    )
    assert view.told is not None
    assert view.told[1].endswith(".")
    assert not bench.canvas.film.isVisible()
    assert not bench.canvas.timeline.isVisible()
    assert hints[-1] == ""
    assert bench.canvas.count == 0
    bench.canvas.go_to(3)
    bench.canvas.trigger("video.play")
    assert not bench.canvas.playing
    bench.open(0)
    assert bench.canvas.film.isVisible()
    assert "plays" in hints[-1]


def test_verbs_of_tracks_say_what_they_need(bench: Bench) -> None:
    said: list[str] = []
    bench.session.said.connect(lambda _, text: said.append(text))
    bench.act("video.track", "video.outside")
    assert len(said) == 2
    assert bench.stored() == []


def test_keys_select_a_range_of_frames(bench: Bench) -> None:
    timeline, told = bench.canvas.timeline, []
    timeline.range_changed.connect(lambda: told.append(timeline.range))
    bench.go(5)
    bench.act("video.range_start")
    bench.go(9)
    bench.act("video.range_end")
    assert timeline.range == (5, 10)
    bench.act("video.range_clear")
    assert told == [(5, COUNT), (5, 10), None]


def test_the_frame_is_tagged_and_the_tag_taken_away_again(bench: Bench) -> None:
    bench.go(7)
    bench.session.pick_label(bench.project.schema.label(1))
    bench.act("image.whole")
    (made,) = bench.stored()
    assert (made.geometry, made.frame, made.label_id) == (Whole(), 7, 1)
    assert bench.session.selection == (made.id,)
    assert bench.seen() == [Whole()]
    bench.go(8)
    assert bench.seen() == []
    bench.go(7)
    bench.act("image.whole")
    assert bench.stored() == []


def test_a_labels_key_tags_the_selected_range(bench: Bench) -> None:
    label = bench.project.schema.label(1)
    bench.canvas.timeline.marked.select(5, 9)
    bench.session.pick_label(label)
    bench.session.pick_label(None)
    assert len(bench.stored()) == 2
    bench.session.pick_label(None)
    (made,) = bench.stored()
    assert isinstance(made.geometry, Track)
    assert seen_ranges(made.geometry, COUNT) == [(5, 10)]
    assert (made.label_id, made.frame) == (1, None)
    bench.go(9)
    assert bench.seen() == [Whole()]
    bench.go(10)
    assert bench.seen() == []


def test_a_labels_key_is_not_for_the_range_while_something_is_drawn_or_selected(
    bench: Bench,
) -> None:
    label = bench.project.schema.label(1)
    shape = bench.put(BOX, 0)
    bench.canvas.timeline.marked.select(5, 9)
    bench.session.select((shape.id,))
    bench.session.pick_label(label)
    assert [a.label_id for a in bench.stored()] == [1]
    bench.session.select(())
    bench.canvas.set_tool("box")
    bench.session.pick_label(label)
    assert len(bench.stored()) == 1


def test_a_frame_within_a_tagged_range_is_tagged_by_itself(bench: Bench) -> None:
    label = bench.project.schema.label(1)
    bench.canvas.timeline.marked.select(5, 9)
    bench.session.pick_label(label)
    bench.go(7)
    bench.act("image.whole")
    assert len(bench.stored()) == 2
    bench.act("image.whole")
    (kept,) = bench.stored()
    assert isinstance(kept.geometry, Track)


def test_a_track_is_deleted_at_a_frame_where_it_is_not_seen(bench: Bench) -> None:
    keys = (Keyframe(0, BOX), Keyframe(5, BOX, outside=True), Keyframe(20, BOX))
    track = bench.put(Track(keys))
    bench.session.select((track.id,))
    bench.go(10)
    assert bench.session.selection == (track.id,)
    bench.act("image.delete")
    assert bench.stored() == []


def test_the_timeline_is_shown_or_only_the_line_of_the_film(
    bench: Bench, tmp_path: Path
) -> None:
    bench.session.settings.path = tmp_path / "settings.toml"
    canvas = bench.canvas
    assert canvas.film.isVisible()
    assert not canvas.timeline.line.isVisible()
    bench.act("video.timeline")
    assert canvas.states()["video.timeline"] is False
    assert canvas.timeline.line.isVisible()
    assert not canvas.film.isVisible()
    other = VideoCanvas(bench.session)
    bench.qtbot.addWidget(other)
    assert other.film.isHidden()
    bench.act("video.timeline")
    assert canvas.film.isVisible()
