"""Draw the sample film: a street with a car, a van, a cyclist and a walker.

    python tools/sample_film.py FOLDER    makes crossing.webm and crossing.xml

The tracks are the boxes that were drawn, thinned to those that say where a way bends.
"""

from __future__ import annotations

import math
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import av
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

import annolab
from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Keyframe, Track, Whole
from annolab.model.ids import new_id
from annolab.model.schema import Label
from annolab.model.thinning import simplified
from annolab.model.tracks import OCCLUDED

WIDTH, HEIGHT, RATE, FRAMES = 640, 360, 20, 200
SOUND = 48_000
Corners = tuple[float, float, float, float]  # x, y, width, height


def ease(frame: int, *stops: tuple[int, float]) -> float:
    """A value that goes evenly between (frame, value) pairs and holds at the ends."""
    return float(np.interp(frame, [f for f, _ in stops], [v for _, v in stops]))


def ground(grain: NDArray[np.float64]) -> QImage:
    """The street without anybody."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB888)
    p = QPainter(image)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(0, 0, 0, 200)
    sky.setColorAt(0, QColor("#8fb7d9"))
    sky.setColorAt(1, QColor("#e9dcc3"))
    p.fillRect(0, 0, WIDTH, 210, sky)
    walls = ["#b5694d", "#d9b48a", "#7f8a99", "#c98f5f", "#a39a86", "#8b5a52"]
    x = 0
    for k, wall in enumerate(walls):
        wide, high = 96 + 23 * (k * 7 % 3), 96 + 29 * (k * 5 % 4)
        p.fillRect(x, 212 - high, wide, high, QColor(wall))
        p.fillRect(x, 212 - high, wide, 5, QColor(wall).darker(140))
        for row in range(high // 34):
            for col in range(wide // 26):
                pane = QRectF(x + 9 + col * 26, 224 - high + row * 34, 13, 19)
                lit = (row * 5 + col * 3 + k) % 4 == 0
                p.fillRect(pane, QColor("#f6e3a1" if lit else "#3d4a5a"))
                p.fillRect(
                    QRectF(pane.x() - 1, pane.bottom(), 15, 2), QColor("#e8e2d6")
                )
        x += wide
    p.fillRect(0, 212, WIDTH, 26, QColor("#b9b3a8"))
    for k in range(0, WIDTH, 32):
        p.fillRect(k, 212, 1, 26, QColor("#a19b90"))
    p.fillRect(0, 238, WIDTH, 4, QColor("#8c867c"))
    p.fillRect(0, 242, WIDTH, 84, QColor("#54575c"))
    for k in range(-20, WIDTH, 64):
        p.fillRect(k, 282, 34, 4, QColor("#e6e2d4"))
    for k in range(7):  # the crossing
        p.fillRect(372, 246 + k * 12, 62, 6, QColor("#e6e2d4"))
    p.fillRect(0, 326, WIDTH, 4, QColor("#8c867c"))
    p.fillRect(0, 330, WIDTH, 30, QColor("#b9b3a8"))
    p.end()
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(HEIGHT, -1)[:, : WIDTH * 3]
    noisy = pixels.reshape(HEIGHT, WIDTH, 3) + grain[..., None]
    data = np.ascontiguousarray(np.clip(noisy, 0, 255).astype(np.uint8))
    return QImage(data.tobytes(), WIDTH, HEIGHT, WIDTH * 3, image.format()).copy()


def round_pen(color: QColor, width: float) -> QPen:
    """A pen for limbs."""
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def wheel(p: QPainter, x: float, y: float, r: float, turn: float) -> None:
    """A car's wheel that turns."""
    p.setBrush(QColor("#1c1d20"))
    p.drawEllipse(QPointF(x, y), r, r)
    p.setBrush(QColor("#b9bec4"))
    p.drawEllipse(QPointF(x, y), r * 0.55, r * 0.55)
    p.setPen(QPen(QColor("#50555c"), 1.4))
    for k in range(3):
        a = turn + k * math.pi / 3
        off = QPointF(math.cos(a), math.sin(a)) * (r * 0.5)
        p.drawLine(QPointF(x, y) - off, QPointF(x, y) + off)
    p.setPen(Qt.PenStyle.NoPen)


def car(p: QPainter, x: float, y: float, color: str, *, van: bool = False) -> Corners:
    """A car whose wheels stand at height y and whose left end is at x."""
    wide, high = (128.0, 66.0) if van else (112.0, 44.0)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(0, 0, 0, 70))
    p.drawEllipse(QRectF(x + 3, y - 5, wide - 6, 10))
    body = QPainterPath()
    if van:
        body.addRoundedRect(QRectF(x, y - high, wide, high - 9), 9, 9)
    else:
        body.addRoundedRect(QRectF(x, y - 29, wide, 21), 8, 8)
        roof = [(20, -28), (36, -44), (76, -44), (96, -28)]
        body.addPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in roof]))
    p.setBrush(QColor(color))
    body.setFillRule(Qt.FillRule.WindingFill)
    p.drawPath(body)
    p.setBrush(QColor("#2b3a4a"))
    if van:
        p.drawRoundedRect(QRectF(x + 7, y - 57, 26, 21), 4, 4)
        p.setBrush(QColor("#f3efe4"))
        p.drawRect(QRectF(x + 50, y - 50, 64, 22))
        p.setBrush(QColor("#c2502e"))
        p.drawEllipse(QRectF(x + 56, y - 46, 14, 14))
        p.drawRect(QRectF(x + 76, y - 43, 32, 3))
        p.drawRect(QRectF(x + 76, y - 37, 22, 3))
    else:
        for a, b, c in ((28, 38, 54), (58, 75, 88)):
            pane = [(a, -28), (b, -41), (c if a > 30 else 54, -28)]
            top = (74 if a > 30 else 54, -41)
            corners = [pane[0], pane[1] if a < 30 else (58, -41), top, pane[2]]
            p.drawPolygon(QPolygonF([QPointF(x + u, y + v) for u, v in corners]))
    front = x if van else x + wide
    p.setBrush(QColor("#ffe9a8"))
    p.drawEllipse(QPointF(front + (4 if van else -4), y - 21), 3.5, 3.5)
    for place in (0.22, 0.78):
        wheel(p, x + wide * place, y - 9, 10, x / 10)
    return (x, y - high, wide, high + 1)


def walker(p: QPainter, x: float, y: float, step: float, coat: str) -> Corners:
    """A person whose feet are at (x, y)."""
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(0, 0, 0, 60))
    p.drawEllipse(QPointF(x, y), 12, 3.5)
    swing = math.sin(step) * 7
    p.setPen(round_pen(QColor("#2c3342"), 5.5))
    for s in (swing, -swing):
        p.drawLine(QPointF(x, y - 25), QPointF(x + s, y - 2))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(coat))
    p.drawRoundedRect(QRectF(x - 8, y - 51, 16, 29), 6, 6)
    p.setPen(round_pen(QColor(coat).darker(130), 4.5))
    p.drawLine(QPointF(x, y - 46), QPointF(x - swing, y - 28))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor("#e2b795"))
    p.drawEllipse(QPointF(x, y - 58), 7, 7.5)
    p.setBrush(QColor("#4a3426"))
    p.drawChord(QRectF(x - 7.5, y - 66, 15, 14), 0, 180 * 16)
    return (x - 10, y - 66, 20, 68)


def cyclist(p: QPainter, x: float, y: float, turn: float) -> Corners:
    """Somebody on a bicycle that goes to the right; its wheels stand at height y."""
    p.setPen(QPen(QColor("#22252b"), 2.4))
    p.setBrush(Qt.BrushStyle.NoBrush)
    for place in (x + 15, x + 61):
        p.drawEllipse(QPointF(place, y - 15), 14, 14)
        for k in range(4):
            a = turn + k * math.pi / 4
            off = QPointF(math.cos(a), math.sin(a)) * 13
            p.setPen(QPen(QColor(60, 64, 70, 120), 0.8))
            p.drawLine(QPointF(place, y - 15) - off, QPointF(place, y - 15) + off)
        p.setPen(QPen(QColor("#22252b"), 2.4))
    p.setPen(QPen(QColor("#1f7a6c"), 3))
    frame = [
        (15, -15),
        (36, -16),
        (56, -36),
        (28, -36),
        (15, -15),
        (36, -16),
        (28, -40),
    ]
    p.drawPolyline(QPolygonF([QPointF(x + a, y + b) for a, b in frame]))
    p.drawLine(QPointF(x + 61, y - 15), QPointF(x + 55, y - 44))
    foot = QPointF(x + 36 + 6 * math.cos(turn), y - 16 + 6 * math.sin(turn))
    p.setPen(round_pen(QColor("#33435e"), 5))
    knee = QPointF((x + 30 + foot.x()) / 2 + 8, (y - 44 + foot.y()) / 2 - 2)
    p.drawPolyline(QPolygonF([QPointF(x + 29, y - 43), knee, foot]))
    p.setPen(round_pen(QColor("#e0a526"), 11))
    p.drawLine(QPointF(x + 31, y - 46), QPointF(x + 42, y - 64))
    p.setPen(round_pen(QColor("#c58d17"), 4))
    p.drawLine(QPointF(x + 42, y - 62), QPointF(x + 54, y - 46))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor("#e2b795"))
    p.drawEllipse(QPointF(x + 47, y - 75), 6.5, 7)
    p.setBrush(QColor("#c2502e"))
    p.drawChord(QRectF(x + 39, y - 84, 16, 16), 0, 180 * 16)
    return (x, y - 84, 76, 85)


def tree(p: QPainter, x: float) -> None:
    """A tree on the near pavement, in front of everything."""
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor("#5c4433"))
    p.drawRect(QRectF(x - 7, 150, 14, 196))
    for k, (dx, dy, r) in enumerate(((0, 118, 46), (-34, 142, 30), (34, 138, 33))):
        p.setBrush(QColor("#3f6b3a").lighter(100 + 9 * k))
        p.drawEllipse(QPointF(x + dx, dy), r, r * 0.86)


def draw(image: QImage, frame: int) -> dict[str, Corners]:
    """Draw who is in the street at a frame; their boxes."""
    p = QPainter(image)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    boxes: dict[str, Corners] = {}
    if frame >= 20:
        x = ease(frame, (20, 650), (110, 440), (150, 440), (199, 40))
        boxes["van"] = car(p, x, 280, "#e8e4da", van=True)
    feet = ease(frame, (40, 236), (120, 342), (199, 342))
    across = ease(frame, (0, 250), (40, 402), (120, 402), (199, 560))
    legs = frame * 0.55
    if feet < 285:
        boxes["walker"] = walker(p, across, feet, legs, "#6b4c8f")
    x = ease(frame, (0, -130), (55, 228), (115, 236), (160, 520), (185, 700))
    if -112 < x < WIDTH:
        boxes["car"] = car(p, x, 318, "#b3262e")
    if feet >= 285:
        boxes["walker"] = walker(p, across, feet, legs, "#6b4c8f")
    x = ease(frame, (60, -90), (199, 590))
    if x > -76:
        boxes["cyclist"] = cyclist(p, x, 334, frame * 0.45)
    tree(p, 148)
    p.end()
    return boxes


def sound(noise: np.random.Generator) -> NDArray[np.float32]:
    """Two channels: motors that come and go, and the bell of the bicycle."""
    count = SOUND * FRAMES // RATE
    at = np.arange(count) / SOUND
    rough = noise.standard_normal(count)
    low = np.convolve(rough, np.ones(90) / 90, mode="same")
    left, right = low * 0.05, low * 0.05
    for start, stop, way, hum in ((0, 8.5, 1, 62.0), (1, 10, -1, 48.0)):
        place = np.clip((at - start) / (stop - start), 0, 1)
        loud = np.sin(place * math.pi) ** 2 * (
            0.35 + 0.65 * (np.abs(place - 0.5) < 0.35)
        )
        loud = np.convolve(loud, np.ones(4801) / 4801, mode="same")
        motor = sum(np.sin(2 * math.pi * hum * k * at + k) / k for k in range(1, 7))
        voice = loud * (0.10 * motor + 0.55 * low)
        pan = place if way > 0 else 1 - place
        left, right = left + voice * (1 - pan), right + voice * pan
    for rung in (4.6, 4.85, 5.1):
        ring = np.where(at >= rung, np.exp(-9 * np.maximum(at - rung, 0)), 0)
        bell = ring * (
            np.sin(2 * math.pi * 2093 * at) + 0.6 * np.sin(2 * math.pi * 5230 * at)
        )
        left, right = left + 0.12 * bell, right + 0.09 * bell
    both = np.stack([left, right])
    return np.asarray(0.6 * both / np.abs(both).max(), np.float32)


TREES = ((141.0, 150.0, 14.0, 196.0), (84.0, 78.0, 131.0, 100.0))
ON_CROSSING = (Keyframe(40, Whole()), Keyframe(121, Whole(), outside=True))
LABELS = {"van": "van", "walker": "person", "car": "car", "cyclist": "cyclist"}


def common(one: Corners, other: Corners) -> float:
    """The area that two boxes share."""
    low = (max(one[0], other[0]), max(one[1], other[1]))
    high = (
        min(one[0] + one[2], other[0] + other[2]),
        min(one[1] + one[3], other[1] + other[3]),
    )
    return max(high[0] - low[0], 0.0) * max(high[1] - low[1], 0.0)


def track(name: str, truth: list[dict[str, Corners]]) -> Track:
    """Where somebody is seen, and where something else is before it."""
    keys: list[Keyframe] = []
    for frame, boxes in enumerate(truth):
        x, y, wide, high = box = boxes.get(name, (0.0, 0.0, 0.0, 0.0))
        left, right = max(x, 0.0), min(x + wide, float(WIDTH))
        if right - left < 3:
            if keys and not keys[-1].outside:
                keys.append(Keyframe(frame, keys[-1].geometry, outside=True))
            continue
        order = list(boxes)  # as they were drawn
        before = [*TREES, *(boxes[k] for k in order[order.index(name) + 1 :])]
        hidden = sum(common(box, other) for other in before) > 0.08 * wide * high
        shape = Box(round(left, 1), round(y, 1), round(right - left, 1), high)
        keys.append(
            Keyframe(frame, shape, attributes=MappingProxyType({OCCLUDED: hidden}))
        )
    return simplified(Track(tuple(keys)), 1.0)


def write_tracks(film: Path, truth: list[dict[str, Corners]]) -> None:
    """Write the tracks beside the film, as CVAT for video."""
    with (
        tempfile.TemporaryDirectory() as folder,
        annolab.create_project(Path(folder) / "film.annolab") as project,
    ):
        annolab.add_paths(project, [film])
        (item,) = project.items()
        courses = [(LABELS[name], track(name, truth)) for name in LABELS]
        courses.append(("crossing", Track(ON_CROSSING)))
        for title, course in courses:
            label = Label(id=new_id(), name=title, color="#777777")
            project.apply(edits.declare(project.schema, label))
            mark = Annotation(
                id=new_id(),
                item_id=item.id,
                annotator_id=project.annotator.id,
                geometry=course,
                label_id=label.id,
            )
            project.apply(edits.add([mark]))
        annolab.export_dataset(project, "cvat-video", film.with_suffix(".xml"))


def main(folder: Path) -> None:
    """Write the film, and the boxes of its frames."""
    noise = np.random.default_rng(7)
    street = ground(noise.normal(0, 5, (HEIGHT, WIDTH)))
    truth: list[dict[str, Corners]] = []
    with av.open(str(folder / "crossing.webm"), "w") as film:
        picture = film.add_stream(
            "libvpx-vp9", RATE, options={"crf": "36", "b": "0", "g": "60"}
        )
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        voice = film.add_stream(
            "libopus", SOUND, layout="stereo", options={"b": "48000"}
        )
        for index in range(FRAMES):
            image = street.copy()
            truth.append(draw(image, index))
            bits = np.frombuffer(image.bits(), np.uint8).reshape(HEIGHT, WIDTH, 3)
            shot = av.VideoFrame.from_ndarray(np.ascontiguousarray(bits), "rgb24")
            shot.pts, shot.time_base = index, Fraction(1, RATE)
            film.mux(picture.encode(shot))
        film.mux(picture.encode())
        samples = sound(noise)
        for start in range(0, samples.shape[1], 960):
            part = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[:, start : start + 960].T.reshape(1, -1)),
                "flt",
                "stereo",
            )
            part.rate, part.pts = SOUND, start
            film.mux(voice.encode(part))
        film.mux(voice.encode())
    write_tracks(folder / "crossing.webm", truth)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
