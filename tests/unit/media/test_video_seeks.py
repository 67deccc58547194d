"""10,000 seeks at random over all films: none is wrong. Beside it, OpenCV."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from annolab.media.video import open_video, probe
from tests.unit.media import films
from tests.unit.media.films import FILMS, read_number

SEEKS = 10_000
EDITED = 5  # pictures that the edit list leaves out


def wrong_of_ours(path: Path, asked: Sequence[int], first: int = 0) -> int:
    """How many pictures are others than those that were asked for."""
    video = open_video(path)
    try:
        numbers = (read_number(video.frame(index)) for index in asked)
        return sum(n != i + first for n, i in zip(numbers, asked, strict=True))
    finally:
        video.close()


def wrong_of_opencv(
    path: Path, asked: Sequence[int], first: int = 0
) -> tuple[int, int]:
    """The same by `cv2.VideoCapture` and CAP_PROP_POS_FRAMES; and how many do not come.

    It says why to the terminal: its FFmpeg knows no AV1, and cannot turn interlaced
    pictures of this size into RGB.
    """
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    wrong = lost = 0
    for index in asked:
        capture.set(cv2.CAP_PROP_POS_FRAMES, index)
        there, pixels = capture.read()
        if not there:
            lost += 1
        elif read_number(np.asarray(pixels[..., ::-1], np.uint8)) != index + first:
            wrong += 1
    capture.release()
    return wrong, lost


def special(folder: Path) -> list[tuple[Path, int, int]]:
    """Films with notes in their headers: path, pictures, the number of the first."""
    turned = [(films.rotated(folder, degrees), 90, 0) for degrees in (90, 180, 270)]
    return [*turned, (films.cut_by_edit_list(folder, EDITED), 90 - EDITED, EDITED)]


@pytest.mark.slow
def test_no_seek_is_wrong(
    film: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [(film(recipe.name), recipe.count, 0) for recipe in FILMS]
    cases += special(tmp_path)
    maker = random.Random(5)
    each = -(-SEEKS // len(cases))
    rows, totals = [], np.zeros(4, int)
    for path, count, first in cases:
        asked = [maker.randrange(count) for _ in range(each)]
        ours = wrong_of_ours(path, asked, first)
        figures = (each, ours, *wrong_of_opencv(path, asked, first))
        totals += figures
        rows.append(line(path.name, probe(path).codec, *figures))
    with capsys.disabled():
        print("\n" + line("film", "codec", "seeks", "wrong", "OpenCV", "none"))
        print("\n".join([*rows, line("all", "", *totals)]))
    assert totals[0] >= SEEKS
    assert totals[1] == 0


def line(name: str, codec: str, *figures: object) -> str:
    return f"{name:16} {codec:11}" + "".join(f"{figure!s:>8}" for figure in figures)
