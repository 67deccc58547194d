"""What a gesture is sent and what it answers.

A gesture is a generator: it is primed with `next`, sent `Pointer`s in image
pixels, yields a `Preview` for each, and returns the shapes that result: one for
each it was given (or drew), or none when nothing shall change. State lives in
its local variables, so dropping a gesture leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, IntFlag, auto
from math import hypot
from typing import TypeAlias

from annolab.model.geometry import Box, FloatArray, RotatedBox, Shape

SLACK = 3.0  # screen pixels the hand may shake before a press becomes a drag


class Phase(Enum):
    """What happened. FINISH and BACK come from keys, CANCEL from anything."""

    PRESS = auto()
    MOVE = auto()
    RELEASE = auto()
    DOUBLE = auto()
    FINISH = auto()
    BACK = auto()
    CANCEL = auto()


class Modifier(IntFlag):
    """Keys that are held."""

    NONE = 0
    SHIFT = 1  # keep the aspect, the axis or steps of 15 degrees
    CTRL = 2  # may leave the image
    ALT = 4  # from the centre; insert and delete points


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, in image pixels; `scale`: screen pixels per image pixel."""

    phase: Phase
    x: float
    y: float
    modifiers: Modifier = Modifier.NONE
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Preview:
    """What to show of a gesture in flight.

    `shapes` is what would result now. `path`: corners set so far and the pointer
    as the last one, of a shape that is not complete; `closing`: a press now
    would close it. `band`: the rubber band of a selection. `frame`: the frame
    around the shapes that are resized or turned together.
    """

    shapes: tuple[Shape, ...] = ()
    path: FloatArray | None = None
    closing: bool = False
    band: Box | None = None
    frame: RotatedBox | None = None


NOTHING = Preview()
Shapes: TypeAlias = tuple[Shape, ...]
Gesture: TypeAlias = Generator[Preview, Pointer, Shapes]


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of the image in pixels."""

    w: float
    h: float


def held(pointer: Pointer, modifier: Modifier) -> bool:
    """Whether a modifier is held."""
    return bool(pointer.modifiers & modifier)


def inside(pointer: Pointer, bounds: Size | None) -> tuple[float, float]:
    """The place of the pointer, drawn into the image unless Ctrl is held."""
    if bounds is None or held(pointer, Modifier.CTRL):
        return pointer.x, pointer.y
    return min(max(pointer.x, 0.0), bounds.w), min(max(pointer.y, 0.0), bounds.h)


def apart(a: Pointer, b: Pointer) -> float:
    """How far two pointers are from each other, in screen pixels of `b`."""
    return hypot(b.x - a.x, b.y - a.y) * b.scale


def begin() -> Generator[Preview, Pointer, Pointer | None]:
    """Wait for the press that starts a gesture; None when it is cancelled."""
    while True:
        pointer = yield NOTHING
        if pointer.phase in (Phase.PRESS, Phase.DOUBLE):
            return pointer
        if pointer.phase in (Phase.CANCEL, Phase.FINISH):
            return None
