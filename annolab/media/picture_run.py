"""Numbered pictures of a folder as one film.

They are named by a path whose last part holds one `#`, which stands for the digits:
`shots/take2_#.png` is `take2_1.png`, `take2_2.png`, `take2_0010.png` ... by number.
Gaps count for nothing. A file that really has this name is that file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from stat import S_ISREG

import numpy as np
from numpy.typing import NDArray

from annolab.errors import MediaError
from annolab.media import image, probe
from annolab.media.video_open import USUAL_RATE, VideoInfo
from annolab.media.video_table import MOST_FRAMES, FrameTable
from annolab.model.item import Media

DIGITS = "#"
_NUMBER = re.compile(r"[0-9]{1,18}(?=[^0-9]*\Z)", re.ASCII)  # the last one


def is_run(path: Path) -> bool:
    """Whether a path names numbered pictures that are there."""
    return _may_be_run(path) and next(iter(_entries(path)), None) is not None


def is_there(path: Path) -> bool:
    """Whether a file, or the pictures that a path stands for, are there."""
    return os.path.isfile(path) or is_run(path)  # noqa: PTH113  never an OSError


def run_of(folder: Path) -> Path | None:
    """The path of the numbered pictures in a folder: of the most that go together.

    None when there are not two of them.
    """
    found: Counter[str] = Counter()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122  a name
                number = _NUMBER.search(stem)
                if number is not None and probe.SUFFIXES.get(suffix.lower()) is (
                    Media.IMAGE
                ):
                    before, after = stem[: number.start()], stem[number.end() :]
                    if DIGITS not in before + after + suffix:
                        found[f"{before}{DIGITS}{after}{suffix}"] += 1
    except OSError:
        return None
    if not found:
        return None
    name, count = min(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return folder / name if count > 1 else None


def run_files(path: Path) -> list[Path]:
    """The pictures by their numbers. MediaError when there are none."""
    entries = sorted(_entries(path))
    if not entries:
        raise MediaError(
            f"There are no pictures {path.name} in {path.parent}, where {DIGITS} "
            "stands for a number: put them back or relocate their folder."
        )
    return [path.with_name(name) for _, name in entries[:MOST_FRAMES]]


def run_size(path: Path) -> int:
    """The bytes of all pictures. MediaError when there are none, OSError."""
    return sum(file.stat().st_size for file in run_files(path))


def digest(path: Path) -> tuple[bytes, int]:
    """What `probe.digest` gives of a file; of numbered pictures, of all in a row."""
    if not is_run(path):
        return probe.digest(path)
    total, sha = 0, hashlib.sha256()
    for file in run_files(path):
        one, size = probe.digest(file)
        sha.update(file.name.encode("utf-8", "surrogatepass") + b"\0" + one)
        total += size
    return sha.digest(), total


def run_info(path: Path) -> VideoInfo:
    """What numbered pictures are as a film; the first one tells their size."""
    files = run_files(path)
    first = image.probe(files[0])
    return VideoInfo(
        width=first.width,
        height=first.height,
        frames=len(files),
        exact=True,
        rate=USUAL_RATE,
        codec=first.format.lower(),
        container="pictures",
        rotation=0,
        has_sound=False,
        duration=len(files) / USUAL_RATE,
    )


def run_table(path: Path) -> FrameTable:
    """The table of numbered pictures: 25 a second."""
    count = np.arange(len(run_files(path)), dtype=np.int64)
    return FrameTable(
        pts=count,
        key=np.ones(len(count), np.bool_),
        pos=None,
        time_base=Fraction(1, int(USUAL_RATE)),
        complete=True,
        names=count,
        stamps=count,
    )


class PictureFrames:
    """Numbered pictures, decoded one by one."""

    def __init__(self, path: Path, info: VideoInfo) -> None:
        self._files = run_files(path)
        self._size = info.width, info.height

    def frame(
        self, index: int, stop: Callable[[], bool] = lambda: False
    ) -> NDArray[np.uint8]:
        """The picture, RGB, upright; what is transparent is black. MediaError."""
        del stop  # a picture is quickly read
        if not 0 <= index < len(self._files):
            message = f"There is no picture {index}: there are {len(self._files)}."
            raise MediaError(message)
        file = self._files[index]
        picture = image.load(file)
        if (picture.width, picture.height) != self._size:
            raise MediaError(
                f"{file.name} is {picture.width} x {picture.height} pixels, the first "
                f"picture {self._size[0]} x {self._size[1]}: make all of one size."
            )
        return np.ascontiguousarray(picture.pixels[..., 2::-1])

    def extend(self, table: FrameTable) -> None:
        """All pictures are known from the start."""

    def close(self) -> None:
        """There is nothing to let go of."""


def _may_be_run(path: Path) -> bool:
    return (
        path.name.count(DIGITS) == 1
        and probe.SUFFIXES.get(path.suffix.lower()) is Media.IMAGE
        and not os.path.lexists(path)
    )


def _entries(path: Path) -> list[tuple[int, str]]:
    """Numbers and names of the pictures, in no order; links are followed."""
    before, _, after = path.name.partition(DIGITS)
    found = []
    try:
        with os.scandir(path.parent) as entries:
            for entry in entries:
                name = entry.name
                digits = name[len(before) : len(name) - len(after)]
                if (
                    name.startswith(before)
                    and name.endswith(after)
                    and 0 < len(digits) <= 18
                    and digits.isascii()
                    and digits.isdigit()
                    and S_ISREG(entry.stat().st_mode)
                ):
                    found.append((int(digits), name))
    except (OSError, ValueError):
        return found
    return found
