"""The timeline of a film with 10,000 tracks on 100,000 frames."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PySide6.QtWidgets import QApplication

from annolab import edits
from annolab.media.video_table import FrameTable
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Keyframe, Track
from annolab.model.ids import reserve_ids
from annolab.model.item import Item, Media
from annolab.model.schema import LABEL_COLORS, Label, Schema
from annolab.model.tracks import SCORE
from annolab.store.project import Project, create_project
from annolab.widgets.film_timeline import FilmTimeline
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.session import Session
from tests.perf.bench_canvas import _blit, _row
from tests.perf.table import Row, duration, percentile

TRACKS, FRAMES, SPAN = 10_000, 100_000, 5000
SIZE = (1600, 420)
FRAME = 0.016
TIMES = 200


def _track(maker: random.Random) -> Track:
    """Up to 50 keyframes in a stretch, a fifth of them `outside`."""
    start = maker.randrange(FRAMES - SPAN)
    frames = sorted(maker.sample(range(start, start + SPAN), maker.choice((3, 10, 50))))
    found = MappingProxyType({SCORE: 0.5})
    empty: MappingProxyType[str, float] = MappingProxyType({})
    return Track(
        tuple(
            Keyframe(
                frame,
                Box(10.0, 10.0, 40.0, 30.0),
                outside=place > 0 and maker.random() < 0.2,
                attributes=found if maker.random() < 0.5 else empty,
            )
            for place, frame in enumerate(frames)
        )
    )


def _project(folder: Path) -> tuple[Project, Item]:
    label = Label(id=1, name="car", color=LABEL_COLORS[0])
    project = create_project(folder / "p.annolab", schema=Schema((label,)))
    root = project.add_root(folder)
    first = reserve_ids(TRACKS + 1)[0]
    item = Item(id=first, path="film.mp4", media=Media.VIDEO, root_id=root.id)
    project.apply(Edit("Add", (Change(None, item),)))
    maker = random.Random(1)
    tracks = [
        Annotation(
            id=first + 1 + n,
            item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=_track(maker),
            label_id=1,
        )
        for n in range(TRACKS)
    ]
    project.apply(edits.add(tracks))
    return project, item


def _measure(film: FilmTimeline, act: Callable[[int], object]) -> float:
    """The 95th percentile of doing something until it is painted, in seconds."""
    times = []
    for n in range(TIMES):
        start = time.perf_counter()
        act(n)
        for part in (film.ruler, film.tracks):
            part.repaint()
        times.append(time.perf_counter() - start)
        QApplication.processEvents()
    return percentile(times, 0.95)


def _look(film: FilmTimeline, maker: random.Random) -> None:
    """Any rows, at any zoom."""
    film.fit()
    film.view.zoom(10 ** -(4 * maker.random()), maker.random() * film.view.length)
    film.tracks.bar.setValue(maker.randrange(film.tracks.bar.maximum()))


def rows() -> Iterator[Row]:
    """Opening, looking anywhere, scrolling, and playing."""
    app = QApplication.instance() or QApplication([])
    blit = _blit()
    with tempfile.TemporaryDirectory() as name:
        project, item = _project(Path(name))
        session = Session()
        session.set_project(project)
        session.open_item(item.id, now=True)
        session.annotations()
        film = FilmTimeline(session, FrameRange())
        film.resize(*SIZE)
        film.show()
        QApplication.processEvents()
        pts = np.arange(FRAMES, dtype=np.int64)
        table = FrameTable(pts, pts % 250 == 0, None, Fraction(1, 25), complete=True)
        start = time.perf_counter()
        film.set_film(table)
        yield Row("timeline: 10,000 tracks read", duration(time.perf_counter() - start))
        maker, bar = random.Random(2), film.tracks.bar
        looked = _measure(film, lambda _: _look(film, maker))
        yield _row("timeline: any rows, any zoom, p95", looked, blit, FRAME)
        film.fit()
        rolled = _measure(film, lambda n: bar.setValue(44 * n))
        yield _row("timeline: scroll rows, whole film, p95", rolled, blit, FRAME)
        film.view.zoom(0.01, film.view.length / 2)
        scrolled = _measure(film, lambda _: film.view.scroll(0.5))
        yield _row("timeline: scroll along the film, p95", scrolled, blit, FRAME)
        played = _measure(film, lambda n: film.set_frame(FRAMES // 2 + n))
        yield _row("timeline: a frame played, p95", played, blit, FRAME)
        film.close()
        session.set_project(None)
        project.close()
    app.processEvents()
