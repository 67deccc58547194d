"""Films in 1080p: seeks, scrubbing, playing, tables, beside plain decoding."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from annolab.jobs import Progress
from annolab.media.sound_cache import SoundCache
from annolab.media.video import Pixels, Video, open_video, read_table
from annolab.media.video_reader import FrameReader
from tests.perf.table import Row, best_of, duration, percentile

WIDTH, HEIGHT = 1920, 1080
COUNT = 600
SEEKS, SCRUBS = 60, 200
FRAME = 1 / 30


@dataclass(frozen=True, slots=True)
class Kind:
    """A film to measure. `steps`: ticks of 1/90000 s between pictures, in turn."""

    name: str
    what: str
    gop: int
    b_frames: int = 0
    steps: tuple[int, ...] = (3000,)
    limit: float = 0.15  # seconds within which 95 of 100 seeks should be done


KINDS = (
    Kind("gop30.mp4", "GOP 30", 30),
    Kind("b.mp4", "GOP 30, B-frames", 30, 3),
    Kind("vfr.mp4", "uneven rate, B-frames", 30, 3, (3000, 1500, 6000, 4500)),
    Kind("gop250.mp4", "GOP 250, B-frames", 250, 3, limit=0.5),
)


def ground() -> Pixels:
    """Something like a photo, larger than a picture: coarse and fine texture."""
    maker = np.random.default_rng(3)
    coarse = maker.integers(0, 255, (40, 60, 3), np.uint8)
    size = (WIDTH + 400, HEIGHT + 200)
    large = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    noisy = large + maker.integers(-12, 12, large.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def write_film(path: Path, kind: Kind, count: int = COUNT) -> None:
    """A film that moves over the ground, in H.264."""
    import av

    behind = ground()
    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context = stream.codec_context
        context.gop_size, context.max_b_frames = kind.gop, kind.b_frames
        context.time_base = Fraction(1, 90000)
        context.options = {"preset": "superfast", "crf": "26", "sc_threshold": "0"}
        tick = 0
        for number in range(count):
            left, top = number * 2 % 400, number % 200
            view = behind[top : top + HEIGHT, left : left + WIDTH]
            frame: Any = av.VideoFrame.from_ndarray(np.ascontiguousarray(view))
            frame.pts, frame.time_base = tick, context.time_base
            tick += kind.steps[number % len(kind.steps)]
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


def _decoded(path: Path, limit: int = COUNT) -> float:
    """The physical limit: seconds to decode a picture in a row, on all cores."""
    import av

    start = time.perf_counter()
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        done = 0
        for _ in container.decode(video=0):
            done += 1
            if done >= limit:
                break
    return (time.perf_counter() - start) / done


def _seek_rows(path: Path, kind: Kind, plain: float) -> Iterator[Row]:
    """Median and 95th percentile beside the decoding of half a group."""
    video = open_video(path)
    maker = random.Random(1)
    times = []
    for index in [maker.randrange(COUNT) for _ in range(SEEKS)]:
        start = time.perf_counter()
        video.frame(index)
        times.append(time.perf_counter() - start)
    video.close()
    for share, group in ((0.5, kind.gop / 2), (0.95, kind.gop)):
        took, against = percentile(times, share), plain * group
        yield Row(
            f"1080p {kind.what}: a seek, {share:.0%}",
            duration(took),
            f"{duration(against)} ({group:.0f} pictures decoded in a row)",
            took / against,
            f"<= {duration(kind.limit)}" if share > 0.9 else "",
            took <= kind.limit if share > 0.9 else None,
        )


class _Shown:
    """When each picture was shown."""

    def __init__(self) -> None:
        self.at: list[tuple[int, float]] = []
        self.ended = threading.Event()
        self._news = threading.Condition()

    def __call__(self, index: int, pixels: Pixels) -> None:
        del pixels
        with self._news:
            self.at.append((index, time.perf_counter()))
            self._news.notify_all()

    def wait(self, index: int) -> None:
        """Until this picture is the last that was shown."""
        with self._news:
            self._news.wait_for(lambda: bool(self.at) and self.at[-1][0] == index, 60)


def _scrub_row(video: Video, kind: Kind) -> Row:
    """Two hundred positions, 60 a second; how old what is seen is."""
    shown = _Shown()
    reader = FrameReader(video, shown)
    asked: dict[int, float] = {}
    try:
        places = 0.5 - 0.5 * np.cos(np.arange(SCRUBS) / 25)
        indices = [int(place * (COUNT - 1)) for place in places]
        for index in indices:
            asked[index] = time.perf_counter()
            reader.request(index)
            time.sleep(1 / 60)
        shown.wait(indices[-1])
    finally:
        reader.close()
    ages = [at - asked[index] for index, at in shown.at]
    took = percentile(ages, 0.95)
    rate = len(shown.at) / (SCRUBS / 60)
    return Row(
        f"1080p {kind.what}: scrubbing, 95% of pictures are as old as",
        duration(took),
        f"{rate:.0f} pictures a second seen, of 60 asked for",
        limit=f"<= {duration(kind.limit * 2)}",
        met=took <= kind.limit * 2,
    )


def _step_row(video: Video, kind: Kind, way: int) -> Row:
    """One picture on or back, at once after the one before."""
    shown = _Shown()
    reader = FrameReader(video, shown)
    times = []
    try:
        reader.request(300)
        shown.wait(300)
        for step in range(1, 90):
            start = time.perf_counter()
            reader.request(300 + way * step)
            shown.wait(300 + way * step)
            times.append(time.perf_counter() - start)
            time.sleep(FRAME)
    finally:
        reader.close()
    took = percentile(times, 0.95)
    text = "on" if way > 0 else "back"
    what = f"1080p {kind.what}: a step {text}, 30 a second, 95%"
    return Row(what, duration(took), limit="<= 33 ms", met=took <= FRAME)


def _play_row(video: Video, kind: Kind, speed: float) -> Row:
    """How many of the pictures that are due are seen."""
    shown = _Shown()
    reader = FrameReader(video, shown, on_end=shown.ended.set)
    seconds = 3.0
    span = round(min(COUNT - 1, seconds * 30 * abs(speed)))
    start = 0 if speed > 0 else span
    begun = time.perf_counter()
    try:
        reader.play(start, speed, span=(0, span))
        shown.ended.wait(60)
        took = time.perf_counter() - begun
    finally:
        reader.close()
    rate = len(shown.at) / took
    due = min(60.0, video.table.rate * abs(speed))
    what = f"1080p {kind.what}: playing at {speed:g}x"
    return Row(what, f"{rate:.0f} a second", f"{due:.0f} a second due", rate / due)


def _table_rows(folder: Path) -> Iterator[Row]:
    """The table of an hour, beside reading the bytes of the file."""
    import av

    path = folder / "hour.mkv"
    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        frame: Any = av.VideoFrame.from_ndarray(np.zeros((180, 320, 3), np.uint8))
        frame = frame.reformat(format="yuv420p")
        for number in range(3600 * 30):
            frame.pts = number
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    demuxing = best_of(lambda: _demuxed(path), 2)
    took = best_of(lambda: read_table(path, Progress()), 2)
    peer = f"{duration(demuxing)} (PyAV reads its packets)"
    name = "1 h, 108,000 pictures: the table"
    yield Row(name, duration(took), peer, took / demuxing, "<= 3 s", took <= 3)
    cache = SoundCache(folder / "cache")
    read_table(path, Progress(), cache=cache)
    again = best_of(lambda: read_table(path, Progress(), cache=cache), 3)
    yield Row(
        f"{name}, from the cache", duration(again), limit="<= 50 ms", met=again <= 0.05
    )


def _demuxed(path: Path) -> int:
    import av

    with av.open(str(path)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


def _film_rows(path: Path, kind: Kind) -> Iterator[Row]:
    plain = _decoded(path)
    yield from _seek_rows(path, kind, plain)
    video = open_video(path)
    measures: list[Callable[[], Row]] = [
        partial(_scrub_row, video, kind),
        *(partial(_step_row, video, kind, way) for way in (1, -1)),
        *(partial(_play_row, video, kind, speed) for speed in (1.0, -1.0, 4.0, -4.0)),
    ]
    for measure in measures:
        yield measure()
    video.close()


def rows() -> Iterator[Row]:
    """Everything but the widgets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in KINDS:
            path = folder / kind.name
            write_film(path, kind)
            yield from _film_rows(path, kind)
            path.unlink()
        yield from _table_rows(folder)
