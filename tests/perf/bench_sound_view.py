"""The view of sounds: panning, 100,000 intervals under a sound, the next clip."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from annolab import edits
from annolab.media.player import SilentSink
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Interval
from annolab.model.ids import reserve_ids
from annolab.model.item import Item, Media
from annolab.model.schema import LABEL_COLORS, Label, Schema, Tier, TierKind
from annolab.store.project import Project, create_project
from annolab.widgets.audio_canvas import AudioCanvas
from annolab.widgets.session import Session
from annolab.widgets.transport import Transport
from annolab.widgets.worker import idle, stop_all
from tests.perf.bench_canvas import _blit, _row, _send
from tests.perf.bench_sound import RATE, minute, write_sound
from tests.perf.table import Row, best_of, duration, percentile

INTERVALS, CLIPS = 100_000, 200
HOUR = 3600.0
WINDOW = (1600, 1000)
FRAME, WITH_SPECTROGRAM = 0.016, 0.05
WORDS = Tier(id=1, name="words", kind=TierKind.INTERVAL)
LABEL = Label(id=1, name="call", color=LABEL_COLORS[0])


def _item(id_: int, root_id: int, name: str, seconds: float, tiers: int = 0) -> Item:
    return Item(
        id=id_,
        path=name,
        media=Media.AUDIO,
        root_id=root_id,
        length=seconds,
        rate=float(RATE),
        tiers=(WORDS.id,) if tiers else (),
    )


def _project(folder: Path) -> tuple[Project, list[Item]]:
    """An hour with the intervals, the same without, and many clips of a second."""
    write_sound(folder / "hour.wav", 60)
    write_sound(folder / "bare.wav", 60)
    samples = minute()
    for number in range(CLIPS):
        start = number % 59 * RATE
        clip = samples[start : start + RATE]
        soundfile.write(folder / f"clip {number}.wav", clip, RATE)
    schema = Schema(labels=(LABEL,), tiers=(WORDS,))
    project = create_project(folder / "bench.annolab", schema=schema)
    root = project.add_root(folder)
    names = ["bare.wav", "hour.wav", *(f"clip {n}.wav" for n in range(CLIPS))]
    items = [
        _item(id_, root.id, name, 1.0 if "clip" in name else HOUR, name == "hour.wav")
        for id_, name in zip(reserve_ids(len(names)), names, strict=True)
    ]
    project.apply(Edit("Add", tuple(Change(None, item) for item in items)))
    times = np.linspace(0, HOUR, INTERVALS + 1).tolist()
    marks = [
        Annotation(
            id=id_,
            item_id=items[1].id,
            annotator_id=project.annotator.id,
            geometry=Interval(*span),
            tier_id=WORDS.id,
            text=f"word {n}",
        )
        for n, (id_, span) in enumerate(
            zip(reserve_ids(INTERVALS), pairwise(times), strict=True)
        )
    ]
    project.apply(edits.add(marks))
    return project, items


def _settle(canvas: AudioCanvas) -> None:
    """Until the sound is open, everything made, and everything painted."""
    deadline = time.monotonic() + 60
    while canvas.opened is None or not canvas.opened.peaks.complete or not idle():
        QApplication.processEvents()
        time.sleep(0.0005)
        if time.monotonic() > deadline:
            message = "The sound was not there after a minute."
            raise TimeoutError(message)
    QApplication.processEvents()
    canvas.repaint()


def _until_made(canvas: AudioCanvas) -> None:
    """Until the spectrogram of what is seen is there, and painted."""
    while not idle():
        QApplication.processEvents()
        time.sleep(0.002)  # longer, for the worker needs the interpreter
    QApplication.processEvents()


def _pans(canvas: AudioCanvas, seen: float, after: Callable[[], object]) -> float:
    """The 95th percentile of a pan by a twentieth of the window until painted."""
    canvas.view.show(100.0, 100.0 + seen)
    _settle(canvas)
    times = []
    for _ in range(60):
        start = time.perf_counter()
        canvas.view.scroll(seen / 20)
        canvas.repaint()
        after()
        times.append(time.perf_counter() - start)
        _settle(canvas)
    return percentile(times, 0.95)


def _views(canvas: AudioCanvas, blit: float) -> Iterator[Row]:
    """Frames of the whole view, ruler to overview, at several zooms."""
    for what, seen in (("1 s", 1.0), ("10 s", 10.0), ("5 min", 300.0)):
        canvas.sound.shows_spectrogram = False
        took = _pans(canvas, seen, lambda: None)
        yield _row(f"sound, {what} seen: pan, waveform, p95", took, blit, FRAME)
        canvas.sound.shows_spectrogram = True
        took = _pans(canvas, seen, lambda: None)
        yield _row(f"sound, {what} seen: pan, first frame, p95", took, blit, FRAME)
        took = _pans(canvas, seen, partial(_until_made, canvas))
        limit = WITH_SPECTROGRAM if seen <= 10 else None
        title = f"sound, {what} seen: pan, until the new spectrogram is there, p95"
        if limit is None:
            yield Row(title, duration(took))
        else:
            yield _row(title, took, blit, limit)


def _repaints(widget: QWidget) -> float:
    return best_of(widget.repaint, 10)


def _read_rows(path: Path, item_id: int) -> int:
    """The peer of opening an item: SQLite alone, the rows as tuples."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    question = "SELECT * FROM annotations WHERE item_id = ?"
    found = connection.execute(question, (item_id,)).fetchall()
    connection.close()
    return len(found)


def _open(
    canvas: AudioCanvas, session: Session, items: list[Item]
) -> tuple[float, float]:
    """From choosing the item until its tiers are painted; the longest wait therein."""
    took = []
    for _ in range(3):
        session.open_item(items[0].id)
        _settle(canvas)
        start = before = time.perf_counter()
        session.open_item(items[1].id)
        longest = 0.0
        while session.opening is not None or before == start:
            QApplication.processEvents()
            canvas.repaint()
            now = time.perf_counter()
            longest, before = max(longest, now - before), now
            time.sleep(0.0005)  # the worker needs the interpreter
        took.append((time.perf_counter() - start, longest))
        _settle(canvas)
    return min(took)


def _boundary(canvas: AudioCanvas) -> tuple[list[float], float]:
    """Frames of dragging a boundary, and from letting it go until it is painted."""
    tiers, view = canvas.tiers, canvas.view
    view.show(1000.0, 1001.0)
    _settle(canvas)
    row, place = next((r, p) for r, p in tiers.places() if r.tier is not None)
    time_ = row.line.nearest(1000.5, within=(0.0, view.length))
    assert time_ is not None
    at = QPointF(view.x_of(time_), place.center().y() + 8)
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    _send(tiers, QEvent.Type.MouseMove, at, none)
    _send(tiers, QEvent.Type.MouseButtonPress, at, left)
    frames = []
    to = at
    for number in range(12):
        to = at + QPointF(number, 0)
        start = time.perf_counter()
        _send(tiers, QEvent.Type.MouseMove, to, left)
        canvas.repaint()
        frames.append(time.perf_counter() - start)
    start = time.perf_counter()
    _send(tiers, QEvent.Type.MouseButtonRelease, to, left)
    canvas.repaint()
    return frames, time.perf_counter() - start


def _type(canvas: AudioCanvas, text: str) -> float:
    """From a key until the text of the interval is painted."""
    start = time.perf_counter()
    none = Qt.KeyboardModifier.NoModifier
    key = QKeyEvent(QEvent.Type.KeyPress, 0, none, text)
    QApplication.sendEvent(canvas, key)
    canvas.repaint()
    return time.perf_counter() - start


def _tiers(
    canvas: AudioCanvas, session: Session, items: list[Item], blit: float
) -> Iterator[Row]:
    """100,000 intervals on one tier: opened, painted, moved, typed into."""
    assert session.project is not None
    what = f"{INTERVALS:,} intervals"
    path = session.project.path
    alone = best_of(partial(_read_rows, path, items[1].id), 3)
    took, longest = _open(canvas, session, items)
    against = f"{duration(alone)} (SQLite, the rows alone)"
    yield Row(f"{what}: item chosen to painted", duration(took), against, took / alone)
    yield _row(f"{what}: longest wait of the window meanwhile", longest, blit, 0.3)
    for seen, name in ((HOUR, "all"), (60.0, "1 min"), (10.0, "10 s")):
        canvas.view.show(1000.0, 1000.0 + seen)
        _settle(canvas)
        took = _repaints(canvas.tiers)
        yield _row(f"{what}: tiers painted, {name} seen", took, blit, FRAME)
    moved = [_boundary(canvas) for _ in range(20)]
    frames = percentile([frame for part, _ in moved for frame in part], 0.95)
    yield _row(f"{what}: drag a boundary, p95", frames, blit, FRAME)
    released = percentile([seconds for _, seconds in moved], 0.95)
    title = f"{what}: let it go: committed and painted, p95"
    yield _row(title, released, blit, FRAME)
    typed = percentile([_type(canvas, "abcdefghij"[n % 10]) for n in range(40)], 0.95)
    title = f"{what}: type a letter: committed and painted, p95"
    yield _row(title, typed, blit, FRAME)


def _clips(
    canvas: AudioCanvas, session: Session, items: list[Item], *, wait: bool
) -> list[float]:
    """From a label's key until the next clip is shown and asked to play."""
    begun: list[float] = []
    canvas.transport.started.connect(lambda: begun.append(time.perf_counter()))
    times = []
    for _ in range(60):
        if wait:
            _settle(canvas)
        begun.clear()
        start = time.perf_counter()
        canvas.clips.take_label(LABEL)
        while not begun:
            QApplication.processEvents()
        canvas.repaint()
        times.append(begun[0] - start)
    return times


def rows() -> Iterator[Row]:
    """Frames of the view, the tiers, the next clip."""
    app = QApplication.instance() or QApplication([])
    blit = _blit()
    with tempfile.TemporaryDirectory() as name:
        project, items = _project(Path(name))
        session = Session()
        session.set_project(project)
        session.set_order(np.array([item.id for item in items]))
        canvas = AudioCanvas(session, transport=Transport(open_sink=SilentSink))
        session.item_opened.connect(canvas.show_item)
        canvas.edit_requested.connect(lambda edit: session.apply(edit, canvas))
        canvas.selection_requested.connect(session.select)
        canvas.resize(*WINDOW)
        canvas.show()
        session.open_item(items[0].id)
        _settle(canvas)
        yield from _views(canvas, blit)
        yield from _tiers(canvas, session, items, blit)
        session.open_item(items[2].id)
        _settle(canvas)
        canvas.clips.switch(on=True)
        for wait, title in ((True, "opened ahead"), (False, "as fast as it goes")):
            measured = percentile(_clips(canvas, session, items, wait=wait), 0.95)
            what = f"next clip, {title}: label key to playing, p95"
            yield _row(what, measured, blit, 0.05)
        stop_all()
        canvas.transport.set_sound(None)
        session.set_project(None)
        canvas.deleteLater()
        app.processEvents()
