"""Objects followed through a film in 720p, one shape at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import cv2
import numpy as np

from annolab.assist.tracker import Method, TrackerSettings, follow
from annolab.assist.tracker_motion import Pixels
from annolab.model.geometry import Box
from tests.perf.table import Row, duration

WIDTH, HEIGHT, COUNT = 1280, 720, 60
LIMIT = 0.03  # seconds a frame: as fast as the film


def _texture(width: int, height: int, seed: int) -> Pixels:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return np.asarray(cv2.blur(noise, (5, 5)), np.uint8)


def _pictures(side: int, count: int) -> list[Pixels]:
    """A square that goes right by 5 pixels a frame; made beforehand."""
    ground, thing = _texture(WIDTH, HEIGHT, 1), _texture(side, side, 2)
    made = []
    for n in range(count):
        picture = ground.copy()
        picture[100 : 100 + side, 100 + 5 * n : 100 + 5 * n + side] = thing
        made.append(picture)
    return made


def _row(side: int, method: Method, count: int = COUNT) -> Row:
    pictures = _pictures(side, count + 1)
    box = Box(100, 100, side, side)
    settings = TrackerSettings(method=method)
    start = time.perf_counter()
    found = list(follow(pictures.__getitem__, box, 0, count, settings))
    each = (time.perf_counter() - start) / count
    last = found[-1].shape if found else box
    assert isinstance(last, Box)
    off = abs(last.x - 100 - 5 * count)
    what = f"follow {side} px box in 720p, {method.value}, a frame"
    return Row(
        what,
        duration(each),
        f"off by {off:.1f} px, {len(found)} of {count} frames",
        each / LIMIT,
        duration(LIMIT) if method is Method.FLOW else "",
        each <= LIMIT if method is Method.FLOW else None,
    )


def rows() -> Iterator[Row]:
    """Boxes of three sizes by flow, one by MIL."""
    for side in (40, 120, 400):
        yield _row(side, Method.FLOW)
    yield _row(120, Method.MIL, 10)
