"""Pictures come from the reader as they were asked for, in order, and never wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import MediaError
from annolab.media.video import Pixels, Video, open_video
from annolab.media.video_cache import FrameCache
from annolab.media.video_reader import FrameReader
from tests.unit.media.films import read_number

GetFilm = Callable[[str], Path]
PATIENCE = 60.0  # seconds; nothing is measured by it


class Watcher:
    """Takes down what a reader shows, and waits for it."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.wrong: list[tuple[int, int]] = []
        self.problems: list[tuple[int, str]] = []
        self.ended = threading.Event()
        self.hold = threading.Event()
        self.hold.set()
        self._news = threading.Condition()

    def frame(self, index: int, pixels: Pixels) -> None:
        number = read_number(pixels)
        self.hold.wait(PATIENCE)
        with self._news:
            self.seen.append(index)
            if number != index:
                self.wrong.append((index, number))
            self._news.notify_all()

    def problem(self, index: int, sentence: str) -> None:
        with self._news:
            self.problems.append((index, sentence))
            self._news.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(true, PATIENCE)


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


Start = Callable[..., FrameReader]


@pytest.fixture
def start(film: GetFilm, watcher: Watcher) -> Iterator[Start]:
    """Make a reader of a film; all are closed in the end."""
    readers: list[tuple[FrameReader, Video]] = []

    def make(name: str = "b.mp4", **options: object) -> FrameReader:
        video = open_video(film(name))
        reader = FrameReader(
            video,
            watcher.frame,
            on_problem=watcher.problem,
            on_end=watcher.ended.set,
            **options,  # type: ignore[arg-type]
        )
        readers.append((reader, video))
        return reader

    yield make
    watcher.hold.set()
    for reader, video in readers:
        reader.close()
        video.close()


def test_a_picture_that_is_asked_for_is_shown(start: Start, watcher: Watcher) -> None:
    reader = start()
    for index in (50, 3, 89, 0, 50):
        reader.request(index)
        watcher.until(lambda index=index: watcher.seen[-1:] == [index])  # type: ignore[misc]
    assert watcher.seen == [50, 3, 89, 0, 50]
    assert watcher.wrong == []


def test_what_waits_gives_way_to_what_is_asked_for_later(
    start: Start, watcher: Watcher
) -> None:
    reader = start(read_ahead=False)
    watcher.hold.clear()
    reader.request(0)
    for index in range(1, 90):
        reader.request(index)
    watcher.hold.set()
    watcher.until(lambda: 89 in watcher.seen)
    assert len(watcher.seen) <= 3  # the first ones, and the last
    assert watcher.wrong == []


def test_requests_outside_of_the_film_show_its_ends(
    start: Start, watcher: Watcher
) -> None:
    reader = start("plain.mp4")
    reader.request(-7)
    watcher.until(lambda: watcher.seen == [0])
    reader.request(10_000)
    watcher.until(lambda: watcher.seen == [0, 89])


@pytest.mark.parametrize("name", ["long-gop.mp4", "hevc-open.mkv", "vp9.webm"])
@pytest.mark.parametrize("way", [1, -1])
def test_steps_show_every_picture(
    start: Start, watcher: Watcher, name: str, way: int
) -> None:
    reader = start(name, cache_bytes=2 << 20)
    steps = list(range(20, 60))[::way]
    for index in steps:
        reader.request(index)
        watcher.until(lambda index=index: watcher.seen[-1:] == [index])  # type: ignore[misc]
    assert watcher.seen == steps
    assert watcher.wrong == []
    assert reader.cache.size <= 2 << 20


@pytest.mark.parametrize("way", [1, -1])
def test_it_reads_ahead_in_the_direction_of_the_steps(
    start: Start, watcher: Watcher, way: int
) -> None:
    reader = start("b.mp4")
    for index in (40, 40 + way):
        reader.request(index)
        watcher.until(lambda index=index: watcher.seen[-1:] == [index])  # type: ignore[misc]
    ahead = [40 + way * n for n in range(2, 10)]
    for _ in range(2000):
        if all(index in reader.cache for index in ahead):
            break
        threading.Event().wait(0.01)
    assert all(index in reader.cache for index in ahead)
    assert watcher.seen == [40, 40 + way]


class Clock:
    """Goes on by a picture whenever it is asked, as fast as it is read."""

    def __init__(self, start: float, step: float) -> None:
        self.now, self.step = start, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.mark.parametrize("name", ["b.mp4", "vfr.mp4", "hevc-open.mkv", "long-gop.mp4"])
@pytest.mark.parametrize("speed", [0.1, 1.0, 8.0, -0.1, -1.0, -8.0])
def test_playing_shows_pictures_in_order_and_none_twice(
    start: Start, watcher: Watcher, name: str, speed: float
) -> None:
    reader = start(name)
    begin, seconds = (10, 0.3) if speed > 0 else (70, 2.4)
    step = max(0.01, abs(speed) / 100) * (1 if speed > 0 else -1)
    reader.play(begin, speed, span=(5, 80), clock=Clock(seconds, step))
    assert watcher.ended.wait(PATIENCE)
    seen = watcher.seen
    assert watcher.wrong == []
    assert len(seen) >= 2
    assert seen == sorted(set(seen), reverse=speed < 0)
    assert all(5 <= index <= 80 for index in seen)
    assert not reader.playing


def test_playing_by_the_clock_of_the_computer_ends(
    start: Start, watcher: Watcher
) -> None:
    reader = start("plain.mp4")
    reader.play(70, 8.0)
    assert watcher.ended.wait(PATIENCE)
    assert watcher.seen
    assert watcher.wrong == []


def test_a_loop_begins_again(start: Start, watcher: Watcher) -> None:
    reader = start("plain.mp4")
    reader.play(20, 8.0, span=(20, 36), loop=True)
    watcher.until(lambda: sum(index < 24 for index in watcher.seen) > 2)
    reader.stop()
    assert not watcher.ended.is_set()
    assert set(watcher.seen) <= set(range(20, 37))


@pytest.mark.parametrize("way", [1, -1])
def test_a_loop_follows_a_clock_that_goes_round(
    start: Start, watcher: Watcher, way: int
) -> None:
    reader = start("plain.mp4")
    asked = 0

    def clock() -> float:
        nonlocal asked
        asked += 1
        place = asked * 0.004 % 0.6
        return 1.0 + place if way > 0 else 1.6 - place

    reader.play(
        30 if way > 0 else 47, float(way), span=(30, 47), loop=True, clock=clock
    )
    watcher.until(lambda: watcher.seen.count(38) > 2)
    reader.stop()
    assert set(watcher.seen) <= set(range(30, 48))
    assert watcher.wrong == []
    assert not watcher.ended.is_set()


def test_a_request_stops_playing(start: Start, watcher: Watcher) -> None:
    reader = start("plain.mp4")
    reader.play(0, 1.0)
    watcher.until(lambda: len(watcher.seen) > 2)
    reader.request(80)
    watcher.until(lambda: watcher.seen[-1] == 80)
    assert not reader.playing
    assert not watcher.ended.is_set()


def test_a_damaged_picture_is_told_and_the_next_one_is_shown(
    start: Start, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Video.frame

    def frame(self: Video, index: int, *rest: Callable[[], bool]) -> Pixels:
        if index == 7:
            raise MediaError("Picture 7 is damaged.")
        return real(self, index, *rest)

    monkeypatch.setattr(Video, "frame", frame)
    reader = start("plain.mp4")
    reader.request(7)
    watcher.until(lambda: watcher.problems == [(7, "Picture 7 is damaged.")])
    reader.request(8)
    watcher.until(lambda: watcher.seen == [8])
    reader.play(4, 1.0, span=(4, 12), clock=Clock(0.1, 0.003))
    assert watcher.ended.wait(PATIENCE)
    assert 7 not in watcher.seen
    assert watcher.seen[-1] == 12


def test_closing_ends_a_long_way_to_a_picture(start: Start, watcher: Watcher) -> None:
    reader = start("long-gop.mp4")
    reader.request(199)
    reader.close()
    assert not any(t.name == "film reader" for t in threading.enumerate())
    assert len(reader.cache) == 0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=60))
def test_the_cache_keeps_within_its_limit(puts: list[tuple[int, int]]) -> None:
    cache = FrameCache(60)
    last: dict[int, int] = {}
    for index, size in puts:
        cache.put(index, np.full(size, index, np.uint8))
        last[index] = size
        assert index in cache
        assert cache.size <= 60 or len(cache) == 1
    kept = {i: found for i in last if (found := cache.get(i)) is not None}
    assert sum(found.nbytes for found in kept.values()) == cache.size
    assert all(len(found) == last[i] for i, found in kept.items())


def test_the_cache_lets_go_of_what_was_used_longest_ago() -> None:
    cache = FrameCache(3)
    for index in range(3):
        cache.put(index, np.zeros(1, np.uint8))
    cache.get(0)
    cache.put(3, np.zeros(1, np.uint8))
    assert [index in cache for index in range(4)] == [True, False, True, True]
