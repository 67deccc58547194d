"""The timeline of a film: clicks, drags, scrolling, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annolab import edits, track_edits
from annolab.media.video_table import FrameTable
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Geometry, Interval, Keyframe, Track, Whole
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, TierKind
from annolab.model.tracks import seen_ranges
from annolab.settings import Settings
from annolab.store.project import Project, create_project
from annolab.widgets import tier_commands, timeline_commands
from annolab.widgets.film_rows import FilmRow, RowKind
from annolab.widgets.film_timeline import FilmTimeline
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.session import Session

COUNT = 100
BOX = Box(20.0, 30.0, 40.0, 20.0)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def table(count: int) -> FrameTable:
    """Of an even film of 25 frames a second that can be entered at each tenth."""
    pts = np.arange(count, dtype=np.int64)
    return FrameTable(pts, pts % 10 == 0, None, Fraction(1, 25), complete=True)


def track(*keys: tuple[int, bool], shape: Box | Whole = BOX) -> Track:
    return Track(tuple(Keyframe(frame, shape, outside) for frame, outside in keys))


@dataclass
class Bench:
    """A timeline on a project with one film."""

    project: Project
    session: Session
    film: FilmTimeline
    item: Item
    wanted: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def put(self, geometry: Geometry, frame: int | None = None) -> Annotation:
        made = Annotation(
            id=new_id(), item_id=self.item.id, annotator_id=self.project.annotator.id,
            geometry=geometry, frame=frame, label_id=1,
        )  # fmt: skip
        self.project.apply(edits.add([made]), initiator=self)
        return made

    def stored(self, annotation: Annotation) -> Annotation:
        found = self.project.annotation(annotation.id)
        assert found is not None
        return found

    def chosen(self) -> list[int]:
        return list(self.session.selection)

    def spans(self, annotation: Annotation) -> list[tuple[int, int]]:
        geometry = self.stored(annotation).geometry
        assert isinstance(geometry, Track)
        return seen_ranges(geometry, COUNT)

    def y_of(self, annotation: Annotation) -> int:
        tracks = self.film.tracks
        place = tracks.rows.place_of(annotation.id)
        assert place is not None
        return tracks.top_of(place) + tracks.row_height // 2

    def on(self, annotation: Annotation, frame: int) -> QPoint:
        x = self.film.view.middle_of(frame)
        return QPoint(round(x), self.y_of(annotation))

    def edge(self, annotation: Annotation, frame: int) -> QPoint:
        return QPoint(round(self.film.view.edge_of(frame)), self.y_of(annotation))

    def drag(self, start: QPoint, stop: QPoint, *, release: bool = True) -> None:
        drag(self.film.tracks, start, stop, release=release)


def drag(
    widget: QWidget,
    start: QPoint,
    stop: QPoint,
    held: Qt.KeyboardModifier = NONE,
    *,
    release: bool = True,
) -> None:
    QTest.mousePress(widget, LEFT, held, start)
    for at in (start + QPoint(5, 0), stop):
        there = QPointF(widget.mapToGlobal(at))
        none, kind = Qt.MouseButton.NoButton, QEvent.Type.MouseMove
        moved = QMouseEvent(kind, QPointF(at), there, none, LEFT, held)
        QApplication.sendEvent(widget, moved)
    if release:
        QTest.mouseRelease(widget, LEFT, held, stop)


def turn(
    widget: QWidget, at: QPoint, notches: int, held: Qt.KeyboardModifier = NONE
) -> None:
    place, there = QPointF(at), QPointF(widget.mapToGlobal(at))
    event = QWheelEvent(
        place, there, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        held, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """A timeline with ten pixels a frame."""
    label = Label(id=1, name="car", color="#ffb000")
    project = create_project(tmp_path / "p.annolab", schema=Schema((label,)))
    root = project.add_root(tmp_path)
    item = Item(id=new_id(), path="f.mp4", media=Media.VIDEO, root_id=root.id)
    project.apply(Edit("Add", (Change(None, item),)))
    session = Session(None, Settings(tmp_path / "settings.toml"))
    session.set_project(project)
    session.open_item(item.id)
    film = FilmTimeline(session, FrameRange())
    qtbot.addWidget(film)
    film.marked.set_film(COUNT)
    film.resize(1250, 240)
    film.show()
    film.set_film(table(COUNT))
    made = Bench(project, session, film, item)
    film.wanted.connect(made.wanted.append)
    film.edit_requested.connect(lambda edit: session.apply(edit, film))
    film.selection_requested.connect(session.select)
    film.tracks.problem_found.connect(made.problems.append)
    yield made
    session.set_project(None)


def test_a_click_selects_the_row_and_goes_to_the_frame(bench: Bench) -> None:
    one, other = bench.put(track((10, False))), bench.put(track((30, False)))
    QTest.mouseClick(bench.film.tracks, LEFT, NONE, bench.on(other, 50))
    assert bench.chosen() == [other.id]
    assert bench.wanted == [50]
    QTest.mouseClick(bench.film.tracks, LEFT, NONE, QPoint(30, bench.y_of(one)))
    assert bench.chosen() == [one.id]
    assert bench.wanted == [50]  # on the name it is only selected
    QTest.mouseClick(bench.film.tracks, LEFT, CTRL, bench.on(other, 50))
    assert bench.chosen() == [one.id, other.id]
    QTest.mouseClick(bench.film.tracks, LEFT, CTRL, bench.on(other, 50))
    assert bench.chosen() == [one.id]


def test_a_dragged_keyframe_is_one_step_of_undo(bench: Bench) -> None:
    held = bench.put(track((10, False), (30, False), (60, True)))
    steps = len(bench.project.history())
    bench.drag(bench.on(held, 30), bench.on(held, 40))
    geometry = bench.stored(held).geometry
    assert isinstance(geometry, Track)
    assert [k.frame for k in geometry.keyframes] == [10, 40, 60]
    assert len(bench.project.history()) == steps + 1
    assert bench.wanted[-1] == 40  # the picture at which it is let go
    bench.session.undo()
    assert bench.stored(held).geometry == held.geometry


def test_a_click_on_a_keyframe_goes_there(bench: Bench) -> None:
    held = bench.put(track((10, False), (30, False)))
    QTest.mouseClick(bench.film.tracks, LEFT, NONE, bench.on(held, 30) + QPoint(3, 0))
    assert bench.wanted == [30]


def test_a_double_click_goes_to_the_nearest_keyframe(bench: Bench) -> None:
    held = bench.put(track((10, False), (30, False)))
    QTest.mouseDClick(bench.film.tracks, LEFT, NONE, bench.on(held, 24))
    assert bench.wanted[-1] == 30


def test_the_ends_of_a_bar_are_dragged(bench: Bench) -> None:
    held = bench.put(track((20, False), (50, True)))
    away = QPoint(-6, 0)  # beside the diamond, which is grasped first
    bench.drag(bench.edge(held, 20) + away, bench.edge(held, 12))
    assert bench.spans(held) == [(12, 50)]
    tail = bench.put(track((40, False)))
    bench.drag(bench.edge(tail, COUNT) + away, bench.edge(tail, 70))
    assert bench.spans(tail) == [(40, 70)]
    assert bench.wanted[-1] == 69  # the last one where it is seen


def test_a_drag_is_given_up_by_cancel_and_by_a_change_from_elsewhere(
    bench: Bench,
) -> None:
    held = bench.put(track((10, False), (30, False)))
    tracks = bench.film.tracks
    bench.drag(bench.on(held, 30), bench.on(held, 40), release=False)
    assert tracks.cancel()
    assert not tracks.cancel()
    bench.drag(bench.on(held, 30), bench.on(held, 40), release=False)
    bench.project.apply(edits.set_locked([held], locked=True))
    assert not tracks.cancel()
    assert bench.stored(held).geometry == held.geometry


def test_what_is_locked_stays(bench: Bench) -> None:
    held = bench.put(track((10, False), (30, False)))
    bench.project.apply(edits.set_locked([held], locked=True))
    bench.drag(bench.on(held, 30), bench.on(held, 40))
    assert bench.stored(held).geometry == held.geometry
    assert "locked" in bench.problems[0]


def test_dots_of_single_frames_are_selected_with_their_frame(bench: Bench) -> None:
    one, other = bench.put(BOX, 40), bench.put(BOX, 40)
    QTest.mouseClick(bench.film.tracks, LEFT, NONE, bench.on(one, 40) + QPoint(3, 0))
    assert set(bench.session.selection) == {one.id, other.id}
    assert bench.wanted == [40]


def test_a_tag_on_a_frame_is_dragged_to_a_range(bench: Bench) -> None:
    tag = bench.put(Whole(), 30)
    bench.drag(bench.edge(tag, 31) + QPoint(1, 0), bench.edge(tag, 45))
    assert bench.spans(tag) == [(30, 45)]
    assert bench.stored(tag).frame is None
    assert bench.film.tracks.rows.rows == [FilmRow(RowKind.TAGS, 1)]


def test_shift_and_a_drag_on_the_ruler_select_a_range(bench: Bench) -> None:
    film, view = bench.film, bench.film.view
    at = [QPoint(round(view.middle_of(f)), 10) for f in (20, 39)]
    drag(film.ruler, at[0], at[1], SHIFT)
    assert film.marked.span == (20, 40)
    assert bench.wanted == []
    end = QPoint(round(view.edge_of(40)), 10)
    drag(film.ruler, end, QPoint(round(view.edge_of(60)), 10))
    assert film.marked.span == (20, 60)
    start = QPoint(round(view.edge_of(20)), 10)
    drag(film.ruler, start, QPoint(round(view.edge_of(30)), 10))
    assert film.marked.span == (30, 60)
    drag(film.ruler, at[0], QPoint(round(view.middle_of(5)), 10))
    assert bench.wanted[-1] == 5
    assert film.marked.span == (30, 60)


def test_the_wheel_scrolls_and_ctrl_zooms_about_the_pointer(bench: Bench) -> None:
    film, view = bench.film, bench.film.view
    at = QPoint(round(view.middle_of(80)), 10)
    turn(film.ruler, at, 4, CTRL)
    assert view.frame_at(at.x()) == 80
    assert view.seen()[1] - view.seen()[0] < COUNT // 2
    first = view.seen()[0]
    turn(film.ruler, at, 1)
    assert view.seen()[0] < first
    film.fit()
    assert view.seen() == (0, COUNT)


def test_hundreds_of_tracks_are_scrolled_and_the_selected_one_is_seen(
    bench: Bench,
) -> None:
    annotator = bench.project.annotator.id
    made = [
        Annotation(
            id=new_id(), item_id=bench.item.id, annotator_id=annotator,
            geometry=track((n % 90, False)), label_id=1,
        )
        for n in range(300)
    ]  # fmt: skip
    bench.project.apply(edits.add(made), initiator=bench)
    tracks = bench.film.tracks
    assert tracks.bar.maximum() > 0
    turn(tracks, QPoint(400, 20), -2)
    assert tracks.bar.value() == 4 * tracks.row_height
    bench.session.select((made[250].id,))
    assert 0 <= bench.y_of(made[250]) <= tracks.height()
    bench.session.select((made[0].id,))
    assert 0 <= bench.y_of(made[0]) <= tracks.height()
    shape = bench.put(BOX, 3)
    bench.session.select((shape.id,))
    bench.project.apply(track_edits.track_from_shape(shape), initiator=bench)
    assert 0 <= bench.y_of(shape) <= tracks.height()  # in another row now


def test_tips_tell_of_names_keyframes_and_bars(bench: Bench) -> None:
    held, tracks = bench.put(track((20, False), (61, True))), bench.film.tracks

    def told(frame: int) -> str:
        return tracks.tip_at(QPointF(bench.on(held, frame)))

    assert told(20) == "car: keyframe 20"
    assert told(40) == "car: frames 20 to 60"
    assert told(80) == ""
    assert tracks.tip_at(QPointF(10, bench.y_of(held))) == "car"
    assert tracks.tip_at(QPointF(10, tracks.height() - 1)) == ""


def test_the_stretch_of_what_is_selected_fills_the_timeline(bench: Bench) -> None:
    held, film = bench.put(track((20, False), (60, True))), bench.film
    bench.session.select((held.id,))
    timeline_commands.run(film, "timeline_zoom", 0)
    first, stop = film.view.seen()
    assert 15 < first < 20
    assert 60 < stop < 65
    film.marked.select(30, 69)
    timeline_commands.run(film, "timeline_zoom", 0)
    first, stop = film.view.seen()
    assert 25 < first < 30
    assert 70 < stop < 75
    timeline_commands.run(film, "timeline_fit", 0)
    assert film.view.seen() == (0, COUNT)


def test_changes_come_to_the_rows(bench: Bench) -> None:
    held = bench.put(track((20, False)))
    other = bench.put(BOX, 3)
    kinds = [row.kind for row in bench.film.tracks.rows.rows]
    assert kinds == [RowKind.SHAPES, RowKind.TRACK]
    bench.project.apply(edits.delete([held, other]))
    assert bench.film.tracks.rows.rows == []
    bench.session.undo()
    assert len(bench.film.tracks.rows.rows) == 2
    bench.film.set_film(None)
    assert bench.film.tracks.rows.rows == []
    QTest.mouseClick(bench.film.tracks, LEFT, NONE, QPoint(500, 10))
    assert bench.wanted == []


# The tiers of the sound


@pytest.fixture
def tiered(bench: Bench) -> Bench:
    """With a tier of words, in which there is a boundary at frame 50."""
    film = bench.film
    timeline_commands.run(film, "tiers", 0)
    tier_commands.add_tier(film.tiers.area, "words", TierKind.INTERVAL)
    QApplication.processEvents()
    bench.film.view.select(2.0)
    assert film.tiers.area.trigger("audio.add_boundary")
    return bench


def in_tier(bench: Bench, frame: int) -> QPoint:
    area = bench.film.tiers.area
    place = area.place_of(area.tier)
    x = bench.film.view.middle_of(frame)
    return QPoint(round(x), round(place.center().y()))


def test_a_tier_of_a_film_is_as_long_as_the_film(tiered: Bench) -> None:
    marks = sorted(
        (a.geometry.start, a.geometry.stop)
        for a in tiered.project.annotations(tiered.item.id)
        if isinstance(a.geometry, Interval)
    )
    assert marks == [(0.0, 2.0), (2.0, 4.0)]


def test_a_click_in_a_tier_goes_to_its_frame_and_keys_are_typed(tiered: Bench) -> None:
    film = tiered.film
    film.wanted.connect(film.set_frame)
    film.set_frame(10)
    tiered.wanted.clear()
    QTest.mouseClick(film.tiers.area, LEFT, NONE, in_tier(tiered, 70))
    assert tiered.wanted == [50]  # where the interval begins
    assert (film.view.low, film.view.high) == (2.0, 4.0)
    (chosen,) = tiered.session.selection
    QTest.keyClicks(film.tiers, "well")
    held = tiered.project.annotation(chosen)
    assert held is not None
    assert held.text == "well"
    film.set_frame(10)
    assert film.view.low == film.view.frames.start(10)
    assert tiered.chosen() == [chosen]


def test_two_clicks_in_a_tier_select_its_frames(tiered: Bench) -> None:
    QTest.mouseClick(tiered.film.tiers.area, LEFT, NONE, in_tier(tiered, 20))
    QTest.mouseDClick(tiered.film.tiers.area, LEFT, NONE, in_tier(tiered, 20))
    assert tiered.film.marked.span == (0, 50)


def test_keys_of_tiers_are_heard_where_the_keyboard_is_on_them(tiered: Bench) -> None:
    film = tiered.film
    QTest.mouseClick(film.tiers.area, LEFT, NONE, in_tier(tiered, 20))
    film.tiers.area.select_time(1.0)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Return, NONE)
    event.ignore()
    QApplication.sendEvent(film.tiers, event)
    assert event.isAccepted()
    QTest.keyClick(film.tiers, Qt.Key.Key_Return)
    count = sum(
        isinstance(a.geometry, Interval)
        for a in tiered.project.annotations(tiered.item.id)
    )
    assert count == 3


def test_tiers_are_hidden_again(tiered: Bench) -> None:
    timeline_commands.run(tiered.film, "tiers", 0)
    assert not tiered.film.tiers.isVisible()
    assert timeline_commands.states(tiered.film)["video.tiers"] is False


@pytest.mark.parametrize("low", range(0, 90, 15))
def test_every_stretch_of_the_film_can_be_painted(bench: Bench, low: int) -> None:
    """Also where a track has no keyframe, no bar or nothing at all in sight."""
    bench.put(track((10, False), (11, False), (12, True), (40, False), (80, True)))
    bench.put(track(*((f, f % 3 == 0) for f in range(20, 60))))
    bench.put(BOX, 33)
    bench.put(Whole(), 34)
    bench.put(track((36, False), (38, True), shape=Whole()))
    bench.film.view.show(low * 0.04, (low + 3) * 0.04)
    image = bench.film.grab().toImage()
    assert not image.isNull()


def test_two_clicks_on_a_tag_make_its_frames_the_range(bench: Bench) -> None:
    tag = bench.put(track((20, False), (40, True), shape=Whole()))
    QTest.mouseDClick(bench.film.tracks, LEFT, NONE, bench.on(tag, 30))
    assert bench.film.marked.span == (20, 40)
    QTest.mouseDClick(bench.film.tracks, LEFT, NONE, bench.on(tag, 60))
    assert bench.film.marked.span == (20, 40)
