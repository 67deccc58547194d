"""Films made by the tests; each picture carries its number as a bar code.

The code is 32 blocks of 16 x 16 pixels, 8 in a row: 16 bits, the lowest first,
then the same bits turned over. Blocks that large survive every codec here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

WIDTH, HEIGHT = 160, 96
_BLOCK, _COLUMNS, _BITS = 16, 8, 16
_TOP = _LEFT = 16
RATE = Fraction(30)
os.environ.setdefault("SVT_LOG", "1")  # else the encoder of AV1 writes pages
NTSC = Fraction(30000, 1001)


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """The picture with this number, RGB: its code over a ground that moves."""
    across = (np.arange(width) * 3 + number * 5) % 256
    down = (np.arange(height) * 2 + number) % 256
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0] = across
    pixels[..., 1] = down[:, None]
    pixels[..., 2] = 128
    for bit in range(_BITS):
        is_set = bool(number >> bit & 1)
        _block(pixels, bit)[:] = 235 if is_set else 20
        _block(pixels, bit + _BITS)[:] = 20 if is_set else 235
    return pixels


def _block(pixels: Pixels, index: int) -> Pixels:
    row, column = divmod(index, _COLUMNS)
    top, left = _TOP + row * _BLOCK, _LEFT + column * _BLOCK
    return pixels[top : top + _BLOCK, left : left + _BLOCK]


def read_number(pixels: Pixels) -> int:
    """The number in an upright picture; -1 when none can be read."""
    needed = (_TOP + 4 * _BLOCK, _LEFT + _COLUMNS * _BLOCK)
    if pixels.shape[0] < needed[0] or pixels.shape[1] < needed[1]:
        return -1
    number = 0
    for bit in range(_BITS):
        one, other = (
            float(_block(pixels, index)[4:-4, 4:-4].mean())
            for index in (bit, bit + _BITS)
        )
        if abs(one - other) < 60:
            return -1
        number |= (one > other) << bit
    return number


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a film is made. `steps`: ticks of 1 / `ticks` s from picture to picture,
    in turn; none of them: one picture each 1 / `rate` s.
    """

    name: str
    codec: str
    count: int = 90
    rate: Fraction = RATE
    steps: tuple[int, ...] = ()
    ticks: int = 90000
    options: dict[str, str] = field(default_factory=dict)
    gop: int = 12
    b_frames: int = 0
    container: str | None = None
    container_options: dict[str, str] = field(default_factory=dict)
    pixels: str = "yuv420p"
    size: tuple[int, int] = (WIDTH, HEIGHT)
    stored: Callable[[Pixels], Pixels] = lambda pixels: pixels
    sound: bool = False

    def times(self) -> list[float]:
        """Seconds of each picture from the first one on."""
        if not self.steps:
            return [float(n / self.rate) for n in range(self.count)]
        steps = [self.steps[n % len(self.steps)] for n in range(self.count - 1)]
        return [tick / self.ticks for tick in accumulate(steps, initial=0)]


def make(folder: Path, recipe: Recipe, numbers: Sequence[int] | None = None) -> Path:
    """Write the film; `numbers` are drawn instead of 0, 1, 2 ..."""
    import av

    path = folder / recipe.name
    options = recipe.container_options
    with av.open(str(path), "w", format=recipe.container, options=options) as target:
        stream = _stream(target, recipe)
        sound = target.add_stream("aac", rate=48000) if recipe.sound else None
        base = Fraction(1, recipe.ticks) if recipe.steps else 1 / recipe.rate
        ticks = [round(time / base) for time in recipe.times()]
        for number, tick in zip(numbers or range(recipe.count), ticks, strict=True):
            drawn = recipe.stored(picture(number, *recipe.size))
            frame: Any = av.VideoFrame.from_ndarray(np.ascontiguousarray(drawn))
            frame = frame.reformat(format=recipe.pixels)
            frame.pts, frame.time_base = tick, base
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
        if sound is not None:
            _beep(target, sound, recipe.times()[-1])
    return path


def _stream(target: Any, recipe: Recipe) -> Any:
    stream = target.add_stream(recipe.codec, rate=recipe.rate)
    height, width = recipe.stored(picture(0, *recipe.size)).shape[:2]
    stream.width, stream.height = width, height
    stream.pix_fmt = recipe.pixels
    context = stream.codec_context
    if recipe.steps:
        context.time_base = Fraction(1, recipe.ticks)
    context.gop_size = recipe.gop
    context.max_b_frames = recipe.b_frames
    if "crf" not in recipe.options:
        context.bit_rate = 2_000_000
    context.options = recipe.options
    context.thread_count = 1
    return stream


def _beep(target: Any, stream: Any, seconds: float) -> None:
    import av

    for start in range(0, max(1024, int(seconds * 48000)), 1024):
        tone = np.sin(np.arange(start, start + 1024) * 0.05).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone[None, :] * 0.1, "fltp", "mono")
        frame.sample_rate, frame.pts = 48000, start
        target.mux(stream.encode(frame))
    target.mux(stream.encode(None))


_X264 = {"preset": "ultrafast", "crf": "20"}
_X264_B = _X264 | {"x264-params": "bframes=3:b-pyramid=normal:b-adapt=0:ref=3"}
_X265 = "log-level=none:pools=1:frame-threads=1:keyint=12:min-keyint=12:scenecut=0"
_VPX = {"deadline": "realtime", "cpu-used": "8", "crf": "10", "auto-alt-ref": "1"}
_UNEVEN = (3003, 1502, 6006, 3003, 900, 12012)
_MS = (33, 17, 67, 33, 10, 133)


def _x264(extra: str) -> dict[str, str]:
    return _X264 | {"x264-params": _X264_B["x264-params"] + ":" + extra}


def _x265(extra: str) -> dict[str, str]:
    return {"preset": "ultrafast", "crf": "20", "x265-params": f"{_X265}:{extra}"}


def _vpx(lag: int = 12) -> dict[str, str]:
    return _VPX | {"lag-in-frames": str(lag)}


FILMS: tuple[Recipe, ...] = (
    Recipe("plain.mp4", "libx264", options=_X264),
    Recipe("b.mp4", "libx264", options=_X264_B, b_frames=3, sound=True),
    Recipe("long-gop.mp4", "libx264", options=_X264_B, b_frames=3, gop=250, count=200),
    Recipe("open-gop.mkv", "libx264", options=_x264("open-gop=1"), b_frames=3),
    Recipe("open-gop.mp4", "libx264", options=_x264("open-gop=1"), b_frames=3),
    Recipe("refresh.mkv", "libx264", options=_X264 | {"intra-refresh": "1"}, gop=20),
    Recipe("ntsc.mov", "libx264", options=_X264_B, b_frames=3, rate=NTSC),
    Recipe("vfr.mp4", "libx264", options=_X264_B, b_frames=3, steps=_UNEVEN),
    Recipe("vfr.mkv", "libx264", options=_X264_B, b_frames=3, steps=_MS, ticks=1000),
    Recipe("vfr.ts", "libx264", options=_X264_B, b_frames=3, steps=_UNEVEN),
    Recipe("h264.ts", "libx264", options=_X264_B, b_frames=3),
    Recipe("h264.m2ts", "libx264", options=_X264, sound=True),
    Recipe("h264.avi", "libx264", options=_X264_B, b_frames=3),
    Recipe("h264.flv", "libx264", options=_X264_B, b_frames=3),
    Recipe("stream.mpg", "libx264", options=_X264_B, b_frames=3, container="h264"),
    Recipe("ten-bit.mkv", "libx264", options=_X264, pixels="yuv420p10le"),
    Recipe("all-key.mov", "libx264", options=_X264, gop=1, count=40),
    Recipe("interlaced.mp4", "libx264", options=_x264("tff=1"), b_frames=2),
    Recipe("interlaced.ts", "libx264", options=_x264("tff=1"), b_frames=2),
    Recipe("hevc.mp4", "libx265", options=_x265("bframes=3:open-gop=0")),
    Recipe("hevc-open.mkv", "libx265", options=_x265("bframes=3:open-gop=1")),
    Recipe("hevc.ts", "libx265", options=_x265("bframes=3:open-gop=1")),
    Recipe("hevc-vfr.mp4", "libx265", options=_x265("bframes=2"), steps=_UNEVEN),
    Recipe("vp8.webm", "libvpx", options=_vpx()),
    Recipe("vp9.webm", "libvpx-vp9", options=_vpx()),
    Recipe("vp9-vfr.webm", "libvpx-vp9", options=_vpx(), steps=_MS, ticks=1000),
    Recipe("vp9.mp4", "libvpx-vp9", options=_vpx(0)),
    Recipe("av1.mp4", "libsvtav1", options={"preset": "8", "crf": "1"}),
    Recipe("av1.webm", "libsvtav1", options={"preset": "8", "crf": "1"}, gop=30),
    Recipe("mpeg4.mp4", "mpeg4", b_frames=2),
    Recipe("mpeg4.avi", "mpeg4", b_frames=2),
    Recipe("mpeg4-plain.avi", "mpeg4"),
    Recipe("mpeg4.mkv", "mpeg4", b_frames=2),
    Recipe("mjpeg.avi", "mjpeg", pixels="yuvj420p", count=40),
    Recipe("mjpeg.mov", "mjpeg", pixels="yuvj420p", count=40),
    Recipe("mpeg2.ts", "mpeg2video", b_frames=2),
    Recipe("mpeg2.mpg", "mpeg2video", b_frames=2, sound=False),
    Recipe("mpeg2.mkv", "mpeg2video", b_frames=2),
    Recipe("wmv2.wmv", "wmv2"),
)
"""One of each kind that FFmpeg writes."""


def named(name: str) -> Recipe:
    """The film of `FILMS` with this name."""
    return next(recipe for recipe in FILMS if recipe.name == name)


_MATRICES = {
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}


def rotated(folder: Path, degrees: int) -> Path:
    """An MP4 whose pictures lie turned, with the note to turn them clockwise."""
    quarter = degrees // 90
    recipe = Recipe(
        f"turned-{degrees}.mp4",
        "libx264",
        options=_X264_B,
        b_frames=3,
        stored=lambda pixels: np.rot90(pixels, quarter),
    )
    path = make(folder, recipe)
    data = bytearray(path.read_bytes())
    a, b, c, d = _MATRICES[degrees]
    one = 1 << 16
    matrix = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    start = data.index(b"tkhd") + 4 + 40
    data[start : start + 36] = matrix
    path.write_bytes(data)
    return path


def cut_by_edit_list(folder: Path, start: int) -> Path:
    """An MP4 of 90 pictures whose edit list begins with picture `start`."""
    recipe = Recipe("edit.mp4", "libx264", options=_X264, gop=30)
    path = make(folder, recipe)
    data = bytearray(path.read_bytes())
    # version, flags, count, duration, media time
    place = data.index(b"elst") + 4 + 4 + 4 + 4
    scale = data.index(b"mdhd") + 4 + 12
    ticks = struct.unpack_from(">I", data, scale)[0]
    struct.pack_into(">i", data, place, start * ticks // 30)
    path.write_bytes(data)
    return path


def truncated(path: Path, folder: Path, share: float = 0.6) -> Path:
    """The first part of a file, under another name."""
    data = path.read_bytes()
    cut = folder / f"cut-{path.name}"
    cut.write_bytes(data[: int(len(data) * share)])
    return cut


def lying(path: Path, folder: Path, seconds: float) -> Path:
    """A Matroska file whose header promises another length."""
    data = bytearray(path.read_bytes())
    place = data.index(b"\x44\x89\x88") + 3
    struct.pack_into(">d", data, place, seconds * 1000)
    other = folder / f"lying-{path.name}"
    other.write_bytes(data)
    return other


def talking(
    path: Path,
    samples: NDArray[np.float32],
    *,
    sound_at: float = 0.0,
    pictures_at: int = 0,
    count: int = 30,
    codecs: tuple[str, str] = ("mpeg4", "pcm_s16le"),
) -> Path:
    """A film of 30 pictures a second with this sound, mono, 48000 Hz.

    `sound_at`: seconds at which it begins, `pictures_at`: pictures that are left out
    before the first one. Where the container cannot hold that, they begin at 0.
    """
    import av

    with av.open(str(path), "w") as target:
        stream = _stream(target, Recipe(path.name, codecs[0]))
        sound: Any = target.add_stream(codecs[1], rate=48000)
        sound.layout = "mono"
        for number in range(count):
            drawn: Any = av.VideoFrame.from_ndarray(picture(number))
            drawn = drawn.reformat(format="yuv420p")
            drawn.pts, drawn.time_base = number + pictures_at, 1 / RATE
            target.mux(stream.encode(drawn))
        target.mux(stream.encode(None))
        kind = "s16" if codecs[1].startswith("pcm") else "flt"
        for start in range(0, len(samples), 960):
            part: Any = samples[start : start + 960]
            if kind == "s16":
                part = np.round(part * 32768).astype(np.int16)
            frame: Any = av.AudioFrame.from_ndarray(part[None, :], kind, "mono")
            frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
            frame.pts = start + round(sound_at * 48000)
            target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    return path


def sound_only(path: Path) -> Path:
    """A film without pictures."""
    import av

    with av.open(str(path), "w") as target:
        _beep(target, target.add_stream("aac", rate=48000), 0.5)
    return path


def empty(path: Path) -> Path:
    """A file of no bytes."""
    path.write_bytes(b"")
    return path


def without_pictures(path: Path) -> Path:
    """A film that promises pictures and holds none."""
    import av

    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        target.start_encoding()
    return path
