"""The image canvas: 10,000 polygons of 30 points on 40 megapixels; the next image."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from math import tau
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Polygon
from annolab.model.ids import reserve_ids
from annolab.model.item import Item, Media
from annolab.model.schema import LABEL_COLORS, Label, Schema
from annolab.store.project import Project, create_project
from annolab.widgets.image_canvas import ImageCanvas
from annolab.widgets.session import Session
from annolab.widgets.worker import stop_all
from tests.perf.table import Row, best_of, duration, percentile

SHAPES, POINTS = 10_000, 30
LARGE, PHOTO = (8000, 5000), (4000, 3000)
WINDOW = (1600, 1000)
FRAME = 0.016
Button = Qt.MouseButton


def _project(folder: Path) -> tuple[Project, list[Item]]:
    """One 40-megapixel picture with the shapes, and ten photographs."""
    random = np.random.default_rng(1)
    labels = tuple(
        Label(id=i + 1, name=f"label {i}", color=color, position=i)
        for i, color in enumerate(LABEL_COLORS)
    )
    project = create_project(folder / "bench.annolab", schema=Schema(labels=labels))
    root = project.add_root(folder)
    sizes = [LARGE] + [PHOTO] * 10
    items = []
    for item_id, (number, size) in zip(
        reserve_ids(len(sizes)), enumerate(sizes), strict=True
    ):
        coarse = random.integers(0, 255, (size[1] // 50, size[0] // 50, 3), np.uint8)
        name = f"{number}.jpg"
        Image.fromarray(coarse).resize(size).save(folder / name, quality=90)
        items.append(
            Item(
                id=item_id,
                path=name,
                media=Media.IMAGE,
                root_id=root.id,
                width=size[0],
                height=size[1],
            )
        )
    project.apply(Edit("Add", tuple(Change(None, item) for item in items)))
    project.apply(edits.add(_annotations(random, items[0].id, project.annotator.id)))
    return project, items


def _annotations(
    random: np.random.Generator, item_id: int, annotator_id: int
) -> list[Annotation]:
    turn = np.linspace(0, tau, POINTS, endpoint=False)
    made = []
    for number, annotation_id in enumerate(reserve_ids(SHAPES)):
        centre = random.uniform((80, 80), (LARGE[0] - 80, LARGE[1] - 80))
        radius = random.uniform(20, 70) * (1 + 0.15 * random.standard_normal(POINTS))
        ring = centre + radius[:, None] * np.column_stack((np.cos(turn), np.sin(turn)))
        made.append(
            Annotation(
                id=annotation_id,
                item_id=item_id,
                annotator_id=annotator_id,
                geometry=Polygon.of(ring),
                label_id=number % len(LABEL_COLORS) + 1,
            )
        )
    return made


def _send(
    canvas: QWidget, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton
) -> None:
    pressed = Button.NoButton if kind is QEvent.Type.MouseMove else button
    held = Button.NoButton if kind is QEvent.Type.MouseButtonRelease else button
    there = canvas.mapToGlobal(at)
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, there, pressed, held, none))


def _frames(canvas: QWidget, moves: list[QPointF], button: Qt.MouseButton) -> float:
    """The 95th percentile of a pointer move until it is painted, in seconds."""
    times = []
    for at in moves:
        start = time.perf_counter()
        _send(canvas, QEvent.Type.MouseMove, at, button)
        canvas.repaint()
        times.append(time.perf_counter() - start)
        QApplication.processEvents()
    return percentile(times, 0.95)


def _wait(done: Callable[[], bool]) -> None:
    while not done():
        QApplication.processEvents()
        time.sleep(0.001)


def _blit() -> float:
    """The limit: a ready picture of the size of the window put on a window."""

    class Bare(QWidget):
        def paintEvent(self, _event: object) -> None:
            painter = QPainter(self)
            painter.drawImage(0, 0, picture)
            painter.end()

    picture = QImage(*WINDOW, QImage.Format.Format_RGB32)
    picture.fill(0x336699)
    window = Bare()
    window.resize(*WINDOW)
    window.show()
    QApplication.processEvents()
    return best_of(window.repaint, 20)


def _path(count: int, start: tuple[float, float], step: float) -> list[QPointF]:
    return [
        QPointF(start[0] + step * i, start[1] + step * 0.6 * (i % 40))
        for i in range(count)
    ]


def _interaction(canvas: ImageCanvas, session: Session) -> Iterator[tuple[str, float]]:
    """Frame times of hovering, dragging a vertex, panning."""
    none = Button.NoButton
    yield "hover", _frames(canvas, _path(300, (100, 100), 4.0), none)
    mark = canvas.scene.store.at(SHAPES // 2)
    session.select([mark.id])
    x, y = mark.rings[0][0].tolist()
    at = QPointF(*canvas.view.to_widget(x, y))
    _send(canvas, QEvent.Type.MouseMove, at, none)
    _send(canvas, QEvent.Type.MouseButtonPress, at, Button.LeftButton)
    moves = _path(200, (at.x(), at.y()), 0.7)
    yield "drag a vertex", _frames(canvas, moves, Button.LeftButton)
    start = time.perf_counter()
    _send(canvas, QEvent.Type.MouseButtonRelease, moves[-1], Button.LeftButton)
    canvas.repaint()
    yield "let it go: committed and painted", time.perf_counter() - start
    session.select(())
    begin = QPointF(800, 500)
    _send(canvas, QEvent.Type.MouseButtonPress, begin, Button.MiddleButton)
    moves = _path(200, (800, 500), 1.2)
    yield "pan", _frames(canvas, moves, Button.MiddleButton)
    _send(canvas, QEvent.Type.MouseButtonRelease, moves[-1], Button.MiddleButton)


def _redraw(canvas: ImageCanvas) -> float:
    """From another zoom until every shape is painted for it."""
    layer = canvas.scene.layer
    _wait(lambda: not layer.busy)
    start = time.perf_counter()
    canvas.zoom(1.02)
    canvas.repaint()
    _wait(lambda: not layer.busy)
    canvas.repaint()
    return time.perf_counter() - start


def _next_image(canvas: ImageCanvas, session: Session) -> float:
    """From the key to the painted picture that was decoded ahead."""
    times = []
    for _ in range(8):
        _wait(lambda: canvas.shown is not None and not canvas.source.busy)
        start = time.perf_counter()
        session.step_item(1)
        _wait(lambda: canvas.shown is not None)
        canvas.repaint()
        times.append(time.perf_counter() - start)
    return percentile(times, 0.95)


def _row(what: str, measured: float, blit: float, limit: float) -> Row:
    against = f"{duration(blit)} (blit of a window)"
    limit_text = f"<= {limit * 1e3:.0f} ms"
    met = measured <= limit
    return Row(what, duration(measured), against, measured / blit, limit_text, met)


def rows() -> Iterator[Row]:
    """Frame times at fit and at 1:1, a full redraw, the next image."""
    app = QApplication.instance() or QApplication([])
    blit = _blit()
    with tempfile.TemporaryDirectory() as name:
        project, items = _project(Path(name))
        session = Session()
        session.set_project(project)
        session.set_order(np.array([item.id for item in items]))
        canvas = ImageCanvas(session)
        canvas.edit_requested.connect(lambda edit: session.apply(edit, canvas))
        canvas.selection_requested.connect(session.select)
        canvas.resize(*WINDOW)
        canvas.show()
        session.open_item(items[0].id)
        _wait(lambda: canvas.shown is not None)
        canvas.repaint()
        for place, action in (("fit", "image.fit"), ("1:1", "image.actual_size")):
            canvas.trigger(action)
            canvas.repaint()
            _wait(lambda: not canvas.scene.layer.busy)
            canvas.repaint()
            for what, measured in _interaction(canvas, session):
                limit = 0.033 if "committed" in what else FRAME
                share = "" if "committed" in what else ", p95"
                title = f"10,000 polygons, {place}: {what}{share}"
                yield _row(title, measured, blit, limit)
            redraw = min(_redraw(canvas) for _ in range(5))
            yield _row(f"10,000 polygons, {place}: full redraw", redraw, blit, 0.15)
        measured = _next_image(canvas, session)
        yield _row("next image, 12 MP JPEG decoded ahead, p95", measured, blit, 0.05)
        stop_all()
        session.set_project(None)
        canvas.deleteLater()
        app.processEvents()
