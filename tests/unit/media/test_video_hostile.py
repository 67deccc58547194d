"""Films and tables that somebody has tampered with: a sentence, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annolab.errors import MediaError
from annolab.media.thumbnails import thumbnail
from annolab.media.video import FrameTable, open_video
from annolab.media.video_store import read_arrays, write_arrays

NAMES = ("mpeg4.avi", "mpeg4.mkv", "mpeg4.mp4", "mpeg2.ts", "mjpeg.mov", "h264.flv")
changes = st.lists(
    st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=12)),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(NAMES), changes, st.floats(0.02, 1), st.booleans())
def test_a_film_with_changed_bytes_opens_or_says_why_not(
    film: Callable[[str], Path],
    tmp_path: Path,
    name: str,
    written: list[tuple[float, bytes]],
    share: float,
    near: bool,
) -> None:
    data = bytearray(film(name).read_bytes())
    for place, piece in written:
        start = int(place * (min(600, len(data)) if near else len(data)))
        data[start : start + len(piece)] = piece
    path = tmp_path / name
    path.write_bytes(data[: int(len(data) * share)] if share < 0.9 else data)
    with one_sentence(name), closing(open_video(path)) as video:
        for index in {0, len(video) // 2, len(video) - 1}:
            with one_sentence(name):
                size = (video.info.height, video.info.width, 3)
                assert video.frame(index).shape == size
    with one_sentence(name):
        thumbnail(path, 40, film=True, folder=tmp_path / "small")


@contextmanager
def one_sentence(name: str) -> Iterator[None]:
    """Either all goes well, or a sentence about the file is raised."""
    said = f"{name} is fine."
    try:
        yield
    except MediaError as error:
        said = str(error)
    assert name in said
    assert said.endswith(".")
    assert "\n" not in said


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_a_cache_of_rubbish_is_no_table(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "table"
    path.write_bytes(data)
    assert read_arrays(path) is None
    path.write_bytes(b"AnnoLabF" + data)
    found = read_arrays(path)
    assert found is None or len(found[1]) == 5


numbers = st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers, st.tuples(*[st.integers(-(2**62), 2**62)] * 3))
def test_what_is_kept_comes_back(
    tmp_path: Path, column: list[int], head: tuple[int, int, int]
) -> None:
    path = tmp_path / "table"
    columns = [np.array(sorted(column), np.int64)] * 5
    write_arrays(path, head, columns)
    found = read_arrays(path)
    assert found is not None
    assert found[0] == head
    assert all(np.array_equal(a, b) for a, b in zip(found[1], columns, strict=True))


gaps = st.lists(st.integers(1, 5000), max_size=60)
bases = st.sampled_from([Fraction(1, 1000), Fraction(1, 90000), Fraction(1001, 30000)])


def table_of(first: int, steps: list[int], base: Fraction) -> FrameTable:
    pts = np.cumsum([first, *steps]).astype(np.int64)
    return FrameTable(pts, np.zeros(len(pts), np.bool_), None, base, complete=True)


@given(st.integers(-(10**9), 10**9), gaps, bases)
def test_each_picture_is_found_at_its_time_and_until_the_next(
    first: int, steps: list[int], base: Fraction
) -> None:
    table = table_of(first, steps, base)
    for index in range(len(table)):
        assert table.at(table.time(index)) == index
        if index + 1 < len(table):
            middle = (table.time(index) + table.time(index + 1)) / 2
            assert table.at(middle) == index
    assert table.time(0) == 0


@given(st.integers(-(10**9), 10**9), gaps, bases, st.lists(st.floats(), max_size=20))
def test_later_times_never_show_earlier_pictures(
    first: int, steps: list[int], base: Fraction, times: list[float]
) -> None:
    table = table_of(first, steps, base)
    finite = sorted(time for time in times if time == time)  # no NaN
    shown = [table.at(time) for time in finite]
    assert shown == sorted(shown)
    assert all(0 <= index < len(table) for index in shown)


def test_a_film_of_one_picture_is_no_division_by_zero() -> None:
    table = table_of(5, [], Fraction(1, 30))
    assert (len(table), table.rate, table.at(3.0), table.time(0)) == (1, 0.0, 0, 0.0)
    assert table.keyframe_before(0) == 0
    assert table.keyframe_after(0) is None


@pytest.mark.parametrize("size", [0, 10, 39])
def test_a_short_cache_file_is_no_table(tmp_path: Path, size: int) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"AnnoLabF".ljust(size, b"\1")[:size])
    assert read_arrays(path) is None


def test_a_stream_that_comes_up_on_the_way(
    film: Callable[[str], Path], tmp_path: Path
) -> None:
    data = bytearray(film("mpeg2.ts").read_bytes())
    begins = [at for at in range(0, len(data), 188) if data[at + 1] == 0x41]
    data[begins[-5] + 1] = 0xFF  # the packets of a picture are of another stream now
    path = tmp_path / "more.ts"
    path.write_bytes(data)
    with closing(open_video(path)) as video:
        assert len(video.table) > 40
        assert video.frame(len(video.table) - 1).any()
