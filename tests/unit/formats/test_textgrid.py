import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.textgrid.grid import Grid, GridTier, Mark, lost_in_praat
from annolab.formats.textgrid.reader import read_collection, read_grid
from annolab.formats.textgrid.writer import number_text, write_grid

BATTERY = Path(__file__).parents[2] / "data" / "textgrids"
FILES = sorted(BATTERY.glob("*.TextGrid"))
READ = [path for path in FILES if (BATTERY / "praat" / path.name).exists()]
REFUSED = [path for path in FILES if path not in READ]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))
TIME = st.floats(-1e6, 1e6)


def as_praat_keeps(grids: list[tuple[str, Grid]]) -> str:
    """What is left after Praat has dropped marks that begin at one time."""
    for _, grid in grids:
        for tier in grid.tiers:
            kept: list[Mark] = []
            for mark in tier.marks:
                # Written so that undefined, as in Praat, is equal to every time.
                if all(k[0] < mark[0] or k[0] > mark[0] for k in kept):
                    kept.append(mark)
            tier.marks = kept
    return repr(grids)


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_the_battery_is_read_as_praat_reads_it(path: Path) -> None:
    praat = read_collection((BATTERY / "praat" / path.name).read_bytes())
    assert as_praat_keeps(read_collection(path.read_bytes())) == as_praat_keeps(praat)


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_what_praat_refuses_is_refused_with_the_line(path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_grid(path.read_bytes())
    assert caught.value.line
    assert str(caught.value).endswith(".")


def test_what_follows_a_zero_length_interval_is_kept() -> None:
    grid = read_grid((BATTERY / "iv_zero_len_mid.TextGrid").read_bytes())
    assert [text for _, _, text in grid.tiers[0].marks] == ["a", "Z", "c"]
    assert lost_in_praat(grid.tiers[0]) == 1


def test_a_huge_count_takes_no_memory() -> None:
    head = 'ooTextFile\n"TextGrid" 0 1 <exists> 99999999999999'
    with pytest.raises(FormatError):
        read_grid(head.encode())


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    tiers = []
    for _ in range(draw(st.integers(0, 3))):
        times = sorted(draw(st.sets(TIME, min_size=2, max_size=8)))
        points = draw(st.booleans())
        pairs = [(t, t) for t in times] if points else list(pairwise(times))
        marks = [(a, b, draw(TEXT)) for a, b in pairs]
        tiers.append(GridTier(draw(TEXT), points, times[0], times[-1], marks))
    return Grid(0.0, draw(st.floats(0, 1e9)), tiers)


@given(grids(), st.sampled_from(("long", "short")))
@settings(deadline=None)
def test_what_is_written_is_read_bit_for_bit(grid: Grid, layout: str) -> None:
    assert repr(read_grid(write_grid(grid, layout))) == repr(grid)


@given(st.floats())
def test_numbers_read_back_equal(value: float) -> None:
    if math.isfinite(value):
        assert repr(float(number_text(value))) == repr(value)


@given(
    st.binary(max_size=200), st.sampled_from((b"", b"ooTextFile\n", b"ooBinaryFile"))
)
def test_noise_raises_nothing_but_format_errors(noise: bytes, head: bytes) -> None:
    try:
        read_grid(head + noise)
    except FormatError as error:
        assert str(error).endswith(".")  # noqa: PT017
