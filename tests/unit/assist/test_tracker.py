"""Shapes followed through films whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from annolab.assist.tracker import (
    End,
    Method,
    Tracked,
    TrackerSettings,
    follow,
    moved,
)
from annolab.assist.tracker_motion import Pixels
from annolab.errors import UserError
from annolab.model.geometry import (
    Box,
    Ellipse,
    Mask,
    Points,
    Polygon,
    RotatedBox,
    Shape,
)
from annolab.model.measure import corners

WIDTH, HEIGHT, LENGTH = 240, 160, 30


def texture(width: int, height: int, seed: int, grain: float = 2.0) -> Pixels:
    """Smooth noise of all brightnesses."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), grain)
    return cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)  # type: ignore[call-overload,no-any-return]


@dataclass(frozen=True)
class Film:
    """A textured box over textured ground; `place(f)`: centre, scale, turn."""

    place: Callable[[int], tuple[float, float, float, float]]
    hidden: range = range(0)
    side: int = 40

    def truth(self, frame: int) -> RotatedBox:
        x, y, scale, turn = self.place(frame)
        return RotatedBox(x, y, self.side * scale, self.side * scale, turn)

    def frame(self, frame: int) -> Pixels:
        picture = texture(WIDTH, HEIGHT, 1, 3.0)
        x, y, scale, turn = self.place(frame)
        # OpenCV counts the centres of pixels, and turns the other way.
        half = self.side / 2 - 0.5
        matrix = cv2.getRotationMatrix2D((half, half), -turn, scale)
        matrix[:, 2] += np.array((x - 0.5 - half, y - 0.5 - half))
        size = (WIDTH, HEIGHT)
        thing = cv2.warpAffine(texture(self.side, self.side, 2), matrix, size)
        there = cv2.warpAffine(np.full((self.side,) * 2, 255, np.uint8), matrix, size)
        shown = picture.copy()
        shown[there > 127] = thing[there > 127]
        if frame in self.hidden:
            shown[:, 90:150] = texture(60, HEIGHT, 3)
        noise = np.random.default_rng(frame).normal(0, 2, shown.shape)
        return (shown + noise).clip(0, 255).astype(np.uint8)


def iou(one: Shape, other: Shape) -> float:
    rings = []
    for shape in (one, other):
        assert isinstance(shape, Box | RotatedBox)
        rings.append(np.asarray(corners(shape), np.float32))
    common, _ = cv2.intersectConvexConvex(rings[0], rings[1])
    areas = [cv2.contourArea(ring) for ring in rings]
    return float(common / (sum(areas) - common))


def run(
    film: Film, shape: Shape, start: int, stop: int, settings: TrackerSettings | None
) -> tuple[list[Tracked], End]:
    course = follow(film.frame, shape, start, stop, settings)
    found = []
    while True:
        try:
            found.append(next(course))
        except StopIteration as end:
            return found, end.value


STILL = Film(lambda f: (120, 80, 1, 0))
MOVED = Film(lambda f: (60 + 4 * f, 50 + 1.5 * f, 1, 0))
GROWN = Film(lambda f: (80 + f, 80, 1 + f / 30, 0))
TURNED = Film(lambda f: (90 + 2 * f, 80, 1, 2.0 * f))
HIDDEN = Film(lambda f: (40 + 5 * f, 80, 1, 0), hidden=range(8, 15))
LEAVING = Film(lambda f: (120 + 6 * f, 80, 1, 0))


@pytest.mark.parametrize(
    ("name", "film"),
    [("still", STILL), ("moved", MOVED), ("grown", GROWN), ("turned", TURNED)],
)
def test_plain_films_are_followed_to_the_end(name: str, film: Film) -> None:
    found, end = run(film, film.truth(0), 0, LENGTH - 1, None)
    alike = [iou(t.shape, film.truth(t.frame)) for t in found]
    print(f"{name}: mean IoU {np.mean(alike):.3f}, {len(found) / (LENGTH - 1):.0%}")
    assert end is End.DONE
    assert [t.frame for t in found] == list(range(1, LENGTH))
    assert min(alike) >= 0.8


def test_it_goes_backwards() -> None:
    found, end = run(MOVED, MOVED.truth(20), 20, 0, None)
    assert (end, [t.frame for t in found]) == (End.DONE, list(range(19, -1, -1)))
    assert iou(found[-1].shape, MOVED.truth(0)) >= 0.8


def test_what_is_hidden_for_a_while_is_found_again() -> None:
    found, end = run(HIDDEN, HIDDEN.truth(0), 0, LENGTH - 1, None)
    alike = [iou(t.shape, HIDDEN.truth(t.frame)) for t in found]
    print(f"hidden: mean IoU {np.mean(alike):.3f}, {len(found) / (LENGTH - 1):.0%}")
    assert end is End.DONE
    assert any(t.hidden for t in found)
    assert np.mean(alike) >= 0.7
    assert alike[-1] >= 0.8


def test_it_stops_when_the_shape_leaves_the_picture() -> None:
    found, end = run(LEAVING, LEAVING.truth(0), 0, LENGTH - 1, None)
    alike = [iou(t.shape, LEAVING.truth(t.frame)) for t in found]
    print(f"leaving: mean IoU {np.mean(alike):.3f}, stops after {len(found)}")
    assert end in (End.LEFT, End.UNSURE)
    assert 14 <= found[-1].frame <= 22
    assert np.mean(alike) >= 0.8


def test_it_stops_where_the_shape_is_gone() -> None:
    gone = Film(lambda f: (100 + f, 80, 1, 0) if f < 10 else (-500, 0, 1, 0))
    found, end = run(gone, gone.truth(0), 0, LENGTH - 1, None)
    assert end is End.UNSURE
    assert found[-1].frame == 9


def test_mil_moves_a_box() -> None:
    slow = Film(lambda f: (100 + 2 * f, 80, 1, 0))
    box = Box(80, 60, 40, 40)
    settings = TrackerSettings(method=Method.MIL)
    found, _ = run(slow, box, 0, 6, settings)
    assert len(found) == 6
    assert iou(found[-1].shape, slow.truth(6)) >= 0.8


def test_the_same_film_is_followed_the_same_way() -> None:
    one, two = (run(TURNED, TURNED.truth(0), 0, 8, None) for _ in range(2))
    assert one == two


def test_shapes_keep_their_kind() -> None:
    motion = np.array(((0.0, -2, 10), (2, 0, 20)))  # a quarter clockwise, twice
    assert moved(Box(0, 0, 2, 4), motion) == Box(4, 18, 4, 8)
    assert moved(RotatedBox(1, 2, 2, 4, 10), motion) == RotatedBox(6, 22, 4, 8, 100)
    assert moved(Ellipse(1, 2, 2, 4, 10), motion) == Ellipse(6, 22, 4, 8, 100)
    assert moved(Points.of([(1, 2)]), motion) == Points.of([(6, 22)])
    ring = [(0, 0), (1, 0), (1, 1)]
    assert moved(Polygon.of(ring), motion) == Polygon.of([(10, 20), (10, 22), (8, 22)])


def test_a_polygon_is_followed() -> None:
    start = Polygon.of([(x, y) for x, y in corners(MOVED.truth(0))])
    found, _ = run(MOVED, start, 0, 10, None)
    last = found[-1].shape
    assert isinstance(last, Polygon)
    assert np.abs(last.rings[0] - corners(MOVED.truth(10))).max() < 3


def test_what_cannot_be_followed_is_refused() -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    with pytest.raises(UserError, match="nothing to follow"):
        follow(lambda _: flat, Box(10, 10, 40, 40), 0, 5)
    with pytest.raises(UserError, match="within the picture"):
        follow(lambda _: flat, Box(900, 10, 40, 40), 0, 5)
    mask = Mask(4, 4, np.array([16], np.uint32))
    with pytest.raises(UserError, match="Choose a box"):
        follow(lambda _: flat, mask, 0, 5)
