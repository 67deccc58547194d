"""How far the frames that are seen are behind the sound that is heard."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication

from annolab.media.player import DeviceSink, Sink
from annolab.model.edit import Change, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.settings import Settings
from annolab.store.project import create_project
from annolab.widgets.session import Session
from annolab.widgets.transport import Transport
from annolab.widgets.video_canvas import VideoCanvas
from annolab.widgets.worker import stop_all
from tests.perf.table import Row, duration, percentile
from tests.unit.media import films

COUNT, RATE = 360, 48000
SPEEDS = (0.25, 1.0, 2.0, 4.0)
PLAYED = 4.0  # seconds
FRAME = 1 / 30
PERIOD, LATENCY = 0.02, 0.05  # seconds, of the device
SIZE = (1400, 900)


class Stream:
    """A device that is none: PortAudio's stream as a thread with an even clock."""

    latency = LATENCY

    def __init__(self, **given: Any) -> None:
        self._given = given
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def time(self) -> float:
        """The clock of the device."""
        return time.monotonic()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _run(self) -> None:
        frames, due = round(PERIOD * self._given["samplerate"]), self.time
        out = np.zeros((frames, self._given["channels"]), np.float32)
        while not self._ends.wait(max(0.0, due - self.time)):
            times = {"outputBufferDacTime": due + LATENCY, "currentTime": self.time}
            self._given["callback"](out, frames, SimpleNamespace(**times), None)
            due += PERIOD

    def abort(self) -> None:
        """End."""
        self._ends.set()
        self._thread.join()

    def close(self) -> None:
        """There is nothing to let go of."""


def _open(rate: int, channels: int) -> Sink:
    return DeviceSink(SimpleNamespace(OutputStream=Stream), 0, rate, channels)


def _wait(true: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        QApplication.processEvents()
        time.sleep(0.001)


def _watch(canvas: VideoCanvas, seen: list[tuple[int, float]]) -> None:
    """Take down each frame and how far it is behind, when it has been painted."""

    def came(frame: int) -> None:
        canvas.view.repaint()
        at, video = canvas.player.transport.position, canvas.source.video
        if at is not None and video is not None:
            seen.append((frame, at - video.table.time(frame)))

    canvas.source.came.connect(came)


def _played(canvas: VideoCanvas, speed: float, seen: list[tuple[int, float]]) -> Row:
    bar = canvas.timeline.bar
    bar.speed.setCurrentIndex(bar.speed.findData(speed))
    canvas.go_to(0)
    _wait(lambda: canvas.view.index == 0)
    seen.clear()
    canvas.trigger("video.play")
    _wait(lambda: False, min(PLAYED, (COUNT * FRAME - 1) / speed))
    canvas.pause()
    late = [behind / speed for _, behind in seen[3:]]  # at first there is no sound
    middle, most = (percentile(late, share) for share in (0.5, 0.95))
    what = f"film and sound, {speed:g}x: behind, p95 (p50 {duration(middle)})"
    limit = max(FRAME / speed, FRAME)
    met = most <= limit
    count = f"{len(seen)} frames"
    return Row(what, duration(most), count, None, f"<= {duration(limit)}", met=met)


def rows() -> Iterator[Row]:
    """A film of 360 frames with sound that begins later, at several speeds."""
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        tone = np.sin(np.arange(12 * RATE) * 0.05).astype(np.float32) * np.float32(0.1)
        path = folder / "film.mp4"
        codecs = ("libx264", "aac")
        films.talking(path, tone, sound_at=0.2, count=COUNT, codecs=codecs)
        project = create_project(folder / "p.annolab")
        session = Session(None, Settings(folder / "settings.toml"))
        session.set_project(project)
        item = Item(id=new_id(), path=path.name, media=Media.VIDEO, root_id=0)
        project.apply(Edit("Add", (Change(None, item),)))
        canvas = VideoCanvas(session, transport=Transport(open_sink=_open))
        canvas.resize(*SIZE)
        canvas.show()
        session.open_item(item.id)
        _wait(lambda: canvas.view.shown is not None and not canvas.source.reading)
        canvas.sounds.want()
        _wait(lambda: canvas.sounds.sound is not None and canvas.sounds.sound.prepared)
        seen: list[tuple[int, float]] = []
        _watch(canvas, seen)
        for speed in SPEEDS:
            yield _played(canvas, speed, seen)
        canvas.close()
        stop_all()
        session.set_project(None)
    app.processEvents()
