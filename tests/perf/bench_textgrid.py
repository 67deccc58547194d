"""TextGrids of 100,000 intervals, in and out, with Praat beside it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

from annolab.formats.textgrid.grid import Grid, GridTier
from annolab.formats.textgrid.reader import read_grid
from annolab.formats.textgrid.writer import write_grid
from tests.perf.table import Row, best_of, duration

INTERVALS = 100_000
MOST = 0.5  # seconds
# Praat measures itself, without its own start; the best of three.
SCRIPT = """
form Bench
    sentence source x
    sentence target x
endform
Text writing preferences: "UTF-8"
for i to 3
    stopwatch
    grid = Read from file: source$
    read = stopwatch
    Save as text file: target$
    written = stopwatch
    appendFileLine: target$ + ".times", fixed$ (read, 6), " ", fixed$ (written, 6)
    removeObject: grid
endfor
"""


def rows() -> Iterator[Row]:
    """Reading and writing both layouts, and whether Praat has the same."""
    grid = _grid()
    for layout in ("long", "short"):
        data = write_grid(grid, layout)
        read = best_of(partial(read_grid, data), repeat=5)
        written = best_of(partial(write_grid, grid, layout), repeat=5)
        yield from _beside(layout, grid, data, read, written)


def _beside(
    layout: str, grid: Grid, data: bytes, read: float, written: float
) -> Iterator[Row]:
    what = f"TextGrid of {INTERVALS:,} intervals, {layout}"
    theirs = _praat(data)
    if theirs is None:
        yield _row(f"{what}: read", read, None)
        yield _row(f"{what}: write", written, None)
        return
    reading, writing, saved = theirs
    yield _row(f"{what}: read", read, reading)
    # Praat's command writes the long layout, whatever it has read.
    yield _row(f"{what}: write", written, writing)
    same = read_grid(saved) == grid
    text = "equal" if same else "NOT equal"
    yield Row(f"{what}: through Praat and back", text, "bit for bit", met=same)


def _row(what: str, seconds: float, praat: float | None) -> Row:
    against = "Praat is not there" if praat is None else f"{duration(praat)} (Praat)"
    ratio = None if praat is None else seconds / praat
    limit = f"<= {duration(MOST)}"
    return Row(what, duration(seconds), against, ratio, limit, seconds <= MOST)


def _grid() -> Grid:
    """Words on the samples of a sound with 44.1 kHz."""
    times = [sample * 4411 / 44100 for sample in range(INTERVALS + 1)]
    marks = [(a, b, f"word {n}") for n, (a, b) in enumerate(pairwise(times))]
    return Grid(0.0, times[-1], [GridTier("words", False, 0.0, times[-1], marks)])


def _praat(data: bytes) -> tuple[float, float, bytes] | None:
    """Praat's seconds for reading and for writing, and what it wrote."""
    praat = shutil.which("praat")
    if praat is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, target = folder / "in.TextGrid", folder / "out.TextGrid"
        source.write_bytes(data)
        script = folder / "bench.praat"
        script.write_text(SCRIPT, "utf-8")
        subprocess.run(
            [praat, "--run", str(script), str(source), str(target)],
            env=os.environ | {"HOME": name},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        times = Path(f"{target}.times").read_text("utf-8")
        pairs = re.findall(r"([0-9.]+) ([0-9.]+)", times)
        reading = min(float(pair[0]) for pair in pairs)
        writing = min(float(pair[1]) for pair in pairs)
        return reading, writing, target.read_bytes()
