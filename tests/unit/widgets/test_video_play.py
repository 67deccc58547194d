"""A film plays, and what is heard and what is seen are of one time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.media.player import MemorySink
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Keyframe, Track
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.settings import Settings
from annolab.store.project import create_project
from annolab.widgets.frame_scale import ROUND
from annolab.widgets.session import Session
from annolab.widgets.transport import Transport
from annolab.widgets.video_canvas import VideoCanvas
from annolab.widgets.video_sound import FilmSounds
from annolab.widgets.worker import stop_all
from tests.unit.media import films
from tests.unit.media.test_film_sound import COUNTED, RATE
from tests.unit.media.test_player import Room

COUNT = 60
SAMPLE = RATE // 30  # to a frame
LATE = 6  # frames after the first one at which the sound begins


@dataclass
class Stage:
    """A canvas that shows a film; what it plays goes into memory."""

    qtbot: QtBot
    session: Session
    canvas: VideoCanvas
    room: Room
    root_id: int
    seen: list[int] = field(default_factory=list)

    def open(self, path: Path) -> None:
        project = self.session.project
        assert project is not None
        item = Item(
            id=new_id(), path=path.name, media=Media.VIDEO, root_id=self.root_id
        )
        project.apply(Edit("Add", (Change(None, item),)))
        self.session.open_item(item.id)
        self.wait(lambda: self.canvas.view.shown is not None)

    def decode(self) -> None:
        """Let the sound be there before it is wanted."""
        sounds = self.canvas.findChild(FilmSounds)
        assert sounds is not None
        sounds.want()
        self.wait(lambda: sounds.sound is not None and sounds.sound.prepared)

    @property
    def sink(self) -> MemorySink:
        return self.room.sink

    def wait(self, true: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(true, timeout=20_000)

    def hear(self) -> None:
        """Wait until the sound leads."""
        self.wait(lambda: self.canvas.player.transport.playing)

    def advance(self, frames: float) -> None:
        """Let so many frames of the film go by, by the clock of the sound."""
        speed = self.canvas.player.speed
        self.sink.advance(round(frames * SAMPLE / speed))

    def shows(self, frame: int) -> None:
        """Wait until this frame, and no later one, is seen."""
        self.wait(lambda: self.canvas.view.index == frame)
        shown = self.canvas.view.shown
        assert shown is not None
        assert films.read_number(shown.picture.pixels) == frame


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of pictures; a fifth of a second after the first, counted sound."""
    path = tmp_path_factory.mktemp("talk") / "talk.mov"
    at = LATE / 30
    return films.talking(path, np.tile(COUNTED, 2), sound_at=at, count=COUNT)


@pytest.fixture
def stage(
    qtbot: QtBot, talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """The canvas, with the film of `talk`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    project = create_project(tmp_path / "p.annolab")
    root = project.add_root(talk.parent)
    session = Session(None, Settings(tmp_path / "settings.toml"))
    session.set_project(project)
    room = Room()
    canvas = VideoCanvas(session, transport=Transport(open_sink=room.open))
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.show()
    made = Stage(qtbot, session, canvas, room, root.id)
    canvas.source.came.connect(lambda frame, _: made.seen.append(frame))
    made.open(talk)
    made.decode()
    yield made
    stop_all()
    session.set_project(None)
    assert not [t for t in threading.enumerate() if t.name == "film reader"]


def test_frames_follow_the_sound(stage: Stage) -> None:
    stage.canvas.trigger("video.play")
    stage.hear()
    for frame in (1, 2, 3, 11, 12, 40):
        stage.advance(frame + 0.5 - stage.canvas.player.transport.position * 30)  # type: ignore[operator]
        stage.shows(frame)
    assert stage.seen == sorted(stage.seen)
    heard = stage.sink.played[:, 0]
    late = LATE * SAMPLE
    assert not heard[:late].any()
    assert np.array_equal(heard[late:], np.tile(COUNTED, 2)[: len(heard) - late])
    stage.advance(COUNT)
    stage.wait(lambda: not stage.canvas.playing)
    stage.shows(COUNT - 1)


def test_the_sound_leads_as_soon_as_it_is_decoded(stage: Stage) -> None:
    item = stage.session.item
    assert item is not None
    stage.session.settings.values["video.wave"] = False  # else it is opened at once
    stage.session.open_item(None)
    stage.session.open_item(item.id)
    stage.wait(lambda: stage.canvas.view.shown is not None)
    stage.canvas.trigger("video.play")
    assert stage.room.sinks == []
    stage.hear()
    at = stage.canvas.player.transport.position
    assert at is not None
    stage.advance(20.5 - 30 * at)
    stage.shows(20)


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0, 4.0])
def test_they_follow_at_other_speeds(stage: Stage, speed: float) -> None:
    bar = stage.canvas.timeline.bar
    bar.speed.setCurrentIndex(bar.speed.findData(speed))
    stage.canvas.trigger("video.play")
    stage.hear()
    stage.advance(20.5)
    stage.shows(20)
    assert stage.canvas.player.transport.speed == speed


def test_another_speed_goes_on_where_it_is(stage: Stage) -> None:
    stage.canvas.trigger("video.play")
    stage.hear()
    stage.advance(10.5)
    stage.shows(10)
    stage.canvas.trigger("video.faster")
    assert stage.canvas.player.transport.position == pytest.approx(10.5 / 30, abs=1e-4)
    assert stage.canvas.player.speed == 1.5
    stage.advance(9.5)
    stage.shows(20)


@pytest.mark.parametrize("speed", [0.1, 8.0])
def test_what_no_sound_can_do_is_silent(stage: Stage, speed: float) -> None:
    bar = stage.canvas.timeline.bar
    bar.speed.setCurrentIndex(bar.speed.findData(speed))
    stage.canvas.trigger("video.play")
    stage.wait(lambda: stage.canvas.view.index > 2)
    assert stage.room.sinks == []


def test_backwards_is_silent_and_comes_to_the_start(stage: Stage) -> None:
    canvas = stage.canvas
    canvas.trigger("video.end")
    stage.shows(COUNT - 1)
    stage.seen.clear()
    canvas.timeline.bar.step_speed(9)
    canvas.trigger("video.play_back")
    assert canvas.playing
    stage.wait(lambda: not canvas.playing)
    stage.shows(0)
    assert stage.seen == sorted(stage.seen, reverse=True)
    assert stage.room.sinks == []
    canvas.trigger("video.play_back")  # from the start it begins at the end
    assert canvas.wanted == COUNT - 1


def test_the_keys_of_cutters(stage: Stage) -> None:
    canvas, player = stage.canvas, stage.canvas.player
    canvas.trigger("video.play_on")
    canvas.trigger("video.play_on")
    canvas.trigger("video.play_on")
    assert (player.way, player.speed) == (1, 2.0)
    canvas.trigger("video.play_back")
    assert (player.way, player.speed, player.playing) == (-1, 2.0, True)
    canvas.trigger("video.pause")
    assert not player.playing
    stage.wait(lambda: canvas.view.index == canvas.wanted)


def test_a_range_plays_to_its_end(stage: Stage) -> None:
    canvas = stage.canvas
    canvas.timeline.marked.select(10, 19)
    canvas.trigger("video.play_range")
    stage.hear()
    stage.shows(10)
    stage.advance(9.5)
    stage.shows(19)
    assert canvas.playing
    stage.advance(9)
    stage.wait(lambda: not canvas.playing)
    stage.shows(19)
    assert set(stage.seen) - {0} <= set(range(10, 20))
    heard = stage.sink.played[:, 0]
    start = (10 - LATE) * SAMPLE
    assert np.array_equal(heard, COUNTED[start : start + 10 * SAMPLE])


def test_a_range_goes_round_in_a_loop(stage: Stage) -> None:
    canvas = stage.canvas
    canvas.trigger("video.loop")
    assert canvas.states()["video.loop"]
    assert canvas.timeline.bar.loop.isChecked()
    canvas.timeline.marked.select(10, 19)
    canvas.go_to(15)
    canvas.trigger("video.play")
    stage.hear()
    stage.advance(3.5)
    stage.shows(18)
    stage.advance(4)
    stage.shows(12)
    stage.advance(10)
    canvas.timeline.marked.select(30, 39)  # what plays keeps to it
    stage.wait(lambda: 30 <= canvas.view.index < 40)
    assert canvas.playing
    canvas.trigger("video.loop")
    stage.hear()
    stage.advance(COUNT)
    stage.wait(lambda: not canvas.playing)
    stage.shows(COUNT - 1)


def test_without_a_range_there_is_none_to_play(stage: Stage) -> None:
    said: list[str] = []
    stage.session.said.connect(lambda _, sentence: said.append(sentence))
    stage.canvas.trigger("video.play_range")
    stage.canvas.trigger("video.play_track")
    assert not stage.canvas.playing
    assert [s.split(":")[0] for s in said] == [
        "Select a range first", "Select a track first.",
    ]  # fmt: skip


def test_the_frames_of_a_selected_track_play(stage: Stage) -> None:
    session, canvas = stage.session, stage.canvas
    project, item = session.project, session.item
    assert project is not None
    assert item is not None
    box = Box(20.0, 30.0, 40.0, 20.0)
    track = Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=project.annotator.id,
        geometry=Track((Keyframe(20, box), Keyframe(26, box, outside=True))),
    )
    session.apply(edits.add([track]), canvas)
    session.select((track.id,))
    stage.shows(20)
    canvas.go_to(40)
    canvas.trigger("video.play_track")
    stage.hear()
    stage.advance(5.5)
    stage.shows(25)
    stage.advance(9)
    stage.wait(lambda: not canvas.playing)
    stage.shows(25)


def test_the_row_says_what_there_is_room_for(stage: Stage) -> None:
    bar = stage.canvas.timeline.bar
    stage.canvas.go_to(7)
    said = []
    for width in (900, 480, 240):
        stage.canvas.resize(width, 500)
        stage.wait(lambda: bar.width() == stage.canvas.width())
        said.append(bar.text.text())
        wide = bar.text.fontMetrics().horizontalAdvance(said[-1])
        assert bar.text.width() >= wide
    assert said[0] == "frame 7 of 60   00:00.233 of 00:01.967"
    assert said[2] == "7"
    assert bar.forward.isHidden()


def test_sound_can_be_switched_off_while_it_plays(stage: Stage) -> None:
    canvas = stage.canvas
    canvas.trigger("video.play")
    stage.hear()
    stage.advance(10.5)
    stage.shows(10)
    canvas.trigger("video.sound")
    assert not canvas.player.transport.playing
    assert not canvas.states()["video.sound"]
    stage.wait(lambda: canvas.view.index > 12)
    canvas.trigger("video.sound")
    stage.hear()
    assert canvas.timeline.bar.sound.isChecked()


def test_the_bar_shows_what_plays(stage: Stage) -> None:
    canvas, bar = stage.canvas, stage.canvas.timeline.bar
    assert bar.sound.isEnabled()
    assert bar.play.toolTip().startswith("Play")
    canvas.trigger("video.play_back")
    assert bar.way.toolTip().startswith("Pause")
    assert bar.play.toolTip().startswith("Play")
    canvas.trigger("video.play_on")
    assert bar.play.toolTip().startswith("Pause")
    canvas.trigger("video.pause")
    assert bar.play.toolTip().startswith("Play")


def test_a_film_without_sound_has_none_to_switch(stage: Stage, talk: Path) -> None:
    path = films.make(talk.parent, films.Recipe("dumb.avi", "mpeg4", count=20))
    stage.open(path)
    stage.canvas.go_to(0)
    assert not stage.canvas.timeline.bar.sound.isEnabled()
    stage.canvas.timeline.bar.step_speed(9)
    stage.canvas.trigger("video.play")
    stage.wait(lambda: not stage.canvas.playing)
    stage.shows(19)
    assert stage.room.sinks == []


def test_the_sound_is_drawn_where_it_is_heard(stage: Stage) -> None:
    wave = stage.canvas.film.wave
    assert wave.isVisible()
    sounds = stage.canvas.sounds
    stage.wait(lambda: sounds.peaks is not None and sounds.peaks.complete)
    low, high = wave.span(RATE)
    around = ROUND * (high - low) / wave.body().width()
    heard = (-LATE * SAMPLE, (COUNT - LATE) * SAMPLE)
    assert (low + around, high - around) == pytest.approx(heard)
    stage.canvas.trigger("video.wave")
    assert not wave.isVisible()
    assert stage.canvas.states()["video.wave"] is False
    stage.session.open_item(None)
    stage.canvas.trigger("video.wave")
    assert not wave.isVisible()
