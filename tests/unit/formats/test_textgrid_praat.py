"""What AnnoLab writes, judged by Praat itself."""

import math
import os
import random
import shutil
import struct
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from annolab.formats.textgrid import TextGridFormat
from annolab.formats.textgrid.grid import Grid, GridTier, Mark
from annolab.formats.textgrid.reader import read_grid
from annolab.formats.textgrid.writer import write_grid
from tests.format_memory import read, write

BATTERY = Path(__file__).parents[2] / "data" / "textgrids"
PRAAT = shutil.which("praat")
pytestmark = pytest.mark.skipif(
    PRAAT is None, reason="Praat is not installed: tools/system.sh test-tools"
)
RATES = (8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000)
LABELS = (
    "", " ", "a", 'he said "hi"', '"', "two\nlines", "\ttab ", "\u0294a\u0266", "😀",
    "<exists>", "! no", "1.5", "\\ct\\sw", "nbsp\u00a0", "\u2028", "x\x0cy", "\ufeff",
)  # fmt: skip
# Reads each file, writes it in binary, reads that and says whether they are equal.
SCRIPT = """
form Judge
    sentence folder x
endform
list = Create Strings as file list: "list", folder$ + "/*.TextGrid"
n = Get number of strings
for i to n
    selectObject: list
    name$ = Get string: i
    first = Read from file: folder$ + "/" + name$
    Save as binary file: folder$ + "/" + name$ + ".bin"
    second = Read from file: folder$ + "/" + name$ + ".bin"
    writeFile: folder$ + "/" + name$ + ".same", objectsAreIdentical (first, second)
    removeObject: first, second
endfor
"""


def judged(folder: Path) -> None:
    """Let Praat read the TextGrids of a folder and save them in binary."""
    home = folder / "home"
    home.mkdir()
    script = home / "judge.praat"
    script.write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [str(PRAAT), "--run", str(script), str(folder)],
        env=os.environ | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr


def bits(grid: Grid) -> list[object]:
    """A grid with its times as bytes: 0.0 and -0.0 differ."""
    pack = struct.Struct(">dd").pack
    return [
        pack(grid.xmin, grid.xmax),
        *(
            (
                tier.name,
                tier.points,
                pack(tier.xmin, tier.xmax),
                [(pack(start, stop), text) for start, stop, text in tier.marks],
            )
            for tier in grid.tiers
        ),
    ]


def check(grids: list[Grid], folder: Path) -> None:
    """Praat has what we wrote, bit by bit, in both layouts."""
    names = {}
    for number, grid in enumerate(grids):
        for layout in ("long", "short"):
            name = f"{number:04}-{layout}.TextGrid"
            (folder / name).write_bytes(write_grid(grid, layout))
            names[name] = grid
    judged(folder)
    for name, grid in names.items():
        assert (folder / f"{name}.same").read_text() == "1", name
        saved = read_grid((folder / f"{name}.bin").read_bytes())
        assert bits(saved) == bits(grid), name


def times(chance: random.Random, count: int) -> list[float]:
    """Boundaries on the samples of a sound, or anywhere, each once."""
    rate = chance.choice(RATES)
    kind = chance.randrange(4)
    if kind < 2:
        last = rate * chance.choice((1, 60, 3600, 86400))
        found = {chance.randrange(last) / rate for _ in range(count)}
    elif kind == 2:
        found = {chance.uniform(-10, 1e4) for _ in range(count)}
    else:
        found = {
            math.ldexp(chance.random(), chance.randrange(-300, 60))
            for _ in range(count)
        }
    return sorted(found | {-1.5, 1e5})


def random_grid(chance: random.Random, tiers: int, marks: int) -> Grid:
    """A grid such as Praat itself could make."""
    grid = Grid(-1.5, 1e20)
    for _ in range(tiers):
        points = chance.random() < 0.3
        at = times(chance, marks)
        pairs = [(t, t) for t in at] if points else list(pairwise(at))
        found: list[Mark] = [(a, b, chance.choice(LABELS)) for a, b in pairs]
        name = chance.choice(LABELS)
        grid.tiers.append(GridTier(name, points, at[0], at[-1], found))
    return grid


def test_praat_has_what_was_written_to_the_last_bit(tmp_path: Path) -> None:
    chance = random.Random(1)
    check([random_grid(chance, 4, 40) for _ in range(30)], tmp_path)


def test_praat_has_the_extremes(tmp_path: Path) -> None:
    odd = (-0.1, 5e-324, 2.2e-308, 1e-7, 0.1 + 0.2, 1 / 3, 1e15, 1e22, 1e300)
    marks: list[Mark] = [(t, t, label) for t, label in zip(odd, LABELS, strict=False)]
    points = GridTier("points", True, odd[0], odd[-1], marks)
    label = "x" * 65534
    one = GridTier("one", False, 0.0, 1.0, [(0.0, 1.0, label)])
    check([Grid(odd[0], odd[-1], [points, one]), Grid(0.0, 1.0)], tmp_path)


# Praat cuts a label of 70,000 characters when it saves in binary, as it does here.
CUT_BY_BINARY = "label_long_70000"


def exported(file: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Import and export a file; the texts of each tier, by the name in `folder`."""
    data, _ = read(TextGridFormat(), file)
    write(TextGridFormat(), data, folder / file.stem)
    texts = {}
    for path in (folder / file.stem).rglob("*.TextGrid"):
        name = f"{file.stem}-{path.name}"
        shutil.copy(path, folder / name)
        (item,) = (i for i in data.the_items if Path(i.path).stem == path.stem)
        marks = [m for m in data.annotations() if m.item_id == item.id]
        texts[name] = [
            sorted(m.text for m in marks if m.tier_id == tier and m.text)
            for tier in item.tiers
        ]
    return texts


def test_praat_loses_nothing_of_an_export(tmp_path: Path) -> None:
    """Nor what it drops itself when it reads the files that were imported."""
    files = [BATTERY / file.name for file in (BATTERY / "praat").glob("*.TextGrid")]
    texts: dict[str, list[list[str]]] = {}
    for file in files:
        if file.stem != CUT_BY_BINARY:
            texts |= exported(file, tmp_path)
    assert len(texts) >= len(files) - 1
    judged(tmp_path)
    for name, tiers in texts.items():
        saved = read_grid((tmp_path / f"{name}.bin").read_bytes())
        found = [sorted(m[2] for m in tier.marks if m[2]) for tier in saved.tiers]
        assert found == tiers, name


def at_rate(chance: random.Random, rate: int, tiers: int, marks: int) -> Grid:
    """A day of sound whose boundaries and points all lie on samples."""
    last = 86400 * rate
    grid = Grid(0.0, 86400.0)
    for number in range(tiers):
        samples = sorted(chance.sample(range(1, last), marks))
        at = [0.0, *(sample / rate for sample in samples), 86400.0]
        points = number == 0
        pairs = [(t, t) for t in at] if points else list(pairwise(at))
        found: list[Mark] = [(a, b, chance.choice(LABELS)) for a, b in pairs]
        grid.tiers.append(GridTier(str(number), points, 0.0, 86400.0, found))
    return grid


@pytest.mark.slow
def test_a_million_boundaries_to_the_last_bit(tmp_path: Path) -> None:
    chance = random.Random(2)
    grids = [at_rate(chance, rate, 4, 26_000) for rate in RATES]
    different = sum(len({m[0] for m in t.marks}) for g in grids for t in g.tiers)
    assert different >= 1_000_000
    check(grids, tmp_path)
