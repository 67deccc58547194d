"""Turn the bytes of a picture into pixels: the only code that decodes pictures.

OpenCV, Pillow and Qt disagree about which orientation tags they obey, so every
picture is decoded as stored and turned upright here. OpenCV is used where its
pixels equal Pillow's and it is faster (whole 8-bit JPEG: a third), and where
Pillow would lose bits (more than 8 bits in several channels, 64-bit numbers).
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from annolab.media.image_header import (
    Header,
    ImageInfo,
    check_size,
    damaged,
    decoder_errors,
    open_pillow,
    read_header,
)
from annolab.media.probe import opened
from annolab.media.tone import auto_window, tone

if TYPE_CHECKING:
    from PIL import Image, ImageFile

Pixels = NDArray[np.uint8]
Size = tuple[int, int]
Window = tuple[float, float]

_STRIP = 1 << 24  # pixels converted at a time
_TAIL = 1 << 12
_MAX_IN_MEMORY = 1 << 32


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixels in BGRA, premultiplied, and how they came about.

    `size`: width and height of the whole page in the same position (as stored,
    then upright) as the pixels. See `image.Picture` for the rest.
    """

    pixels: Pixels
    size: Size
    alpha: bool = False
    window: Window | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """An open picture whose header has been judged, and the page wanted of it."""

    file: BinaryIO
    name: str
    page: int
    header: Header

    @property
    def info(self) -> ImageInfo:
        return self.header.info

    def read(self) -> Pixels:
        """The whole file, with a TIFF page made to say that it lies upright."""
        size = self.file.seek(0, os.SEEK_END)
        if size > _MAX_IN_MEMORY:
            raise ValueError("files over 4 GiB of this kind are not supported")
        self.file.seek(0)
        data = np.fromfile(self.file, np.uint8)
        page = self.header.tiff
        if page is not None and self.info.orientation > 1 and page.orientation_at:
            data[page.orientation_at] = 1
        return data

    def tail(self) -> bytes:
        """The last bytes of the file."""
        size = self.file.seek(0, os.SEEK_END)
        self.file.seek(max(0, size - _TAIL))
        return self.file.read(_TAIL)


def decode(
    path: Path,
    page: int,
    *,
    max_size: Size | None,
    window: Window | None,
    max_pixels: int,
) -> tuple[ImageInfo, Decoded]:
    """Decode one page to upright BGRA, no larger than `max_size` (see `load`)."""
    with opened(path) as file:
        source = _open(file, path.name, page, max_pixels)
        try:
            stored = _decode(source, max_size, window)
        except decoder_errors() as error:
            raise damaged(path.name, error) from error
    orientation = source.info.orientation
    target = _fit(stored.size, max_size, orientation)
    pixels = turn(_shrink(stored.pixels, target), orientation)
    size = stored.size if orientation < 5 else stored.size[::-1]
    return source.info, Decoded(
        pixels, size, stored.alpha, stored.window, stored.problem
    )


def decode_raw(path: Path, page: int, *, max_pixels: int) -> NDArray[Any]:
    """Decode one page to the numbers it stores, upright (see `load_raw`)."""
    import cv2

    with opened(path) as file:
        source = _open(file, path.name, page, max_pixels)
        try:
            raw = _deep(source) if _is_deep(source.info) else None
            if raw is None:
                stored = _decode(source, None, None)
                order = cv2.COLOR_mRGBA2RGBA
                straight = cv2.cvtColor(stored.pixels, order)
                order = cv2.COLOR_BGRA2RGBA if stored.alpha else cv2.COLOR_BGRA2RGB
                raw = cv2.cvtColor(straight, order)
        except decoder_errors() as error:
            raise damaged(path.name, error) from error
    return turn(raw, source.info.orientation)


def turn(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn an array of rows upright by its EXIF orientation; contiguous."""
    import cv2

    if orientation >= 5:
        pixels = cv2.transpose(pixels)
    if orientation in (3, 7):
        pixels = cv2.flip(pixels, -1)
    elif orientation in (2, 6):
        pixels = cv2.flip(pixels, 1)
    elif orientation in (4, 8):
        pixels = cv2.flip(pixels, 0)
    return np.ascontiguousarray(pixels)


def _open(file: BinaryIO, name: str, page: int, max_pixels: int) -> _Source:
    header = read_header(file, name, page)
    check_size(header, file, name, max_pixels)
    return _Source(file, name, page, header)


def _fit(size: Size, max_size: Size | None, orientation: int) -> Size:
    """The stored size that fits `max_size` when turned upright."""
    if max_size is None:
        return size
    room = max_size if orientation < 5 else max_size[::-1]
    scale = min(1.0, room[0] / size[0], room[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrink(pixels: Pixels, target: Size) -> Pixels:
    import cv2

    height, width = pixels.shape[:2]
    if (width, height) == target:
        return pixels
    return np.asarray(cv2.resize(pixels, target, interpolation=cv2.INTER_AREA), "u1")


def _decode(source: _Source, max_size: Size | None, window: Window | None) -> Decoded:
    """Decode as stored; smaller than the page, but no smaller than asked."""
    info = source.info
    target = _fit(info.stored_size, max_size, info.orientation)
    if _is_deep(info):
        raw = _deep(source)
        if raw is not None:
            return _show_deep(source.header, raw, window)
    else:
        fast = _fast(source, target)
        if fast is not None:
            return fast
    return _slow(source, target, window)


def _is_deep(info: ImageInfo) -> bool:
    return info.bits > 8 or info.mode[0] in "UIF"


# Whole JPEG files, by OpenCV


def _fast(source: _Source, target: Size) -> Decoded | None:
    """8-bit grey or colour JPEG with nothing missing at its end; else None."""
    import cv2

    info = source.info
    if info.format != "JPEG" or info.mode not in ("L", "RGB"):
        return None
    if not source.tail().rstrip(b"\0").endswith(b"\xff\xd9"):
        return None  # cut off, which OpenCV would not tell
    found = cv2.imdecode(source.read(), _jpeg_flags(info, target))
    if found is None:
        return None
    pixels, alpha = _to_bgra(np.asarray(found, np.uint8))
    return Decoded(pixels, info.stored_size, alpha)


def _jpeg_flags(info: ImageInfo, target: Size) -> int:
    import cv2

    width, height = info.stored_size
    colour = info.mode == "RGB"
    flags = cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE
    reduced = (
        (2, cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
        (4, cv2.IMREAD_REDUCED_COLOR_4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
        (8, cv2.IMREAD_REDUCED_COLOR_8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
    )
    for factor, in_colour, in_grey in reduced:
        if width >= factor * target[0] and height >= factor * target[1]:
            flags = in_colour if colour else in_grey
    return flags | cv2.IMREAD_IGNORE_ORIENTATION


def _to_bgra(found: Pixels) -> tuple[Pixels, bool]:
    """Grey, BGR or BGRA of OpenCV to premultiplied BGRA; whether any is clear."""
    import cv2

    if found.ndim == 2:
        return np.asarray(cv2.cvtColor(found, cv2.COLOR_GRAY2BGRA), "u1"), False
    if found.shape[2] == 3:
        return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2BGRA), "u1"), False
    if found[..., 3].min() == 255:
        return found, False
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_RGBA2mRGBA), "u1"), True


# More than 8 bits, by OpenCV


def _deep(source: _Source) -> NDArray[Any] | None:
    """The stored numbers as (h, w) or (h, w, 3|4) in RGB order, else None."""
    import cv2

    try:
        ok, pages = cv2.imdecodemulti(
            source.read(),
            cv2.IMREAD_UNCHANGED,
            range=(source.page, source.page + 1),
        )
    except cv2.error:
        return None
    if not ok or not pages or pages[0].shape[1::-1] != source.info.stored_size:
        return None
    found: NDArray[Any] = pages[0]
    if found.ndim == 3:
        order = [2, 1, 0, 3][: found.shape[2]]
        found = np.ascontiguousarray(found[..., order])
    return found


def _show_deep(header: Header, raw: NDArray[Any], window: Window | None) -> Decoded:
    """Show stored numbers through a window, their own when none is given."""
    low, high = window or auto_window(raw)
    shown = tone(raw[..., :3] if raw.ndim == 3 else raw, low, high)
    if header.tiff is not None and header.tiff.photometric == 0:
        shown = np.invert(shown)  # 0 is white
    if raw.ndim == 3:
        shown = shown[..., ::-1]
        if raw.shape[2] == 4:
            full = 1.0 if raw.dtype.kind == "f" else float(np.iinfo(raw.dtype).max)
            shown = np.dstack([shown, tone(raw[..., 3], 0.0, full)])
    pixels, alpha = _to_bgra(np.ascontiguousarray(shown))
    return Decoded(pixels, (raw.shape[1], raw.shape[0]), alpha, (low, high))


# Everything else, and what is damaged, by Pillow


def _slow(source: _Source, target: Size, window: Window | None) -> Decoded:
    info = source.info
    image = open_pillow(_upright_file(source), info.format)
    if source.page:
        image.seek(source.page)
    image.info.pop("xmp", None)  # Pillow would turn a TIFF by it
    size = image.size
    if info.format == "JPEG" and target != size:
        image.draft(None, target)
    problem = _load(image, source)
    if image.mode.startswith(("I", "F")):
        done = _show_deep(source.header, np.asarray(image), window)
        return Decoded(done.pixels, size, done.alpha, done.window, problem)
    factor = max(1, min(image.width // target[0], image.height // target[1]))
    pixels, alpha = _convert_in_strips(image, factor)
    return Decoded(pixels, size, alpha, None, problem)


def _upright_file(source: _Source) -> BinaryIO:
    """A file that Pillow will not turn by itself, as it does with TIFF."""
    if source.info.format == "TIFF" and source.info.orientation > 1:
        return io.BytesIO(source.read().tobytes())
    return source.file


def _load(image: ImageFile.ImageFile, source: _Source) -> str:
    """Decode; the sentence to show when only a part can be decoded, else ""."""
    from PIL import Image

    if source.info.format == "TIFF":
        # Pillow checks its own limit unless the room is there
        image.im = Image.new(image.mode, image.size).im
    try:
        image.load()
    except MemoryError:
        raise
    except decoder_errors():
        image.tile = []  # nothing more to decode: keep what there is
        image.load()
        extremes = np.ravel(image.getextrema())
        if extremes.min() == extremes.max():
            raise
        return (
            f"{source.name} is damaged or cut off, so only a part of it is shown: "
            "copy it again from its source."
        )
    return ""


def _convert_in_strips(image: Image.Image, factor: int) -> tuple[Pixels, bool]:
    """BGRA at 1/factor of the size; in strips, as a copy of all may not fit."""
    import cv2

    width, height = image.size
    shape = (-(-height // factor), -(-width // factor), 4)
    pixels = np.empty(shape, np.uint8)
    rows = factor * max(1, _STRIP // (width * factor))
    alpha = False
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        strip = image if rows >= height else image.crop((0, top, width, bottom))
        piece, clear = _convert(strip)
        alpha |= clear
        place = pixels[top // factor : -(-bottom // factor)]
        if factor == 1:
            place[:] = piece
        else:
            size = (place.shape[1], place.shape[0])
            place[:] = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
    return pixels, alpha


def _convert(image: Image.Image) -> tuple[Pixels, bool]:
    import cv2

    if image.has_transparency_data:
        clear = np.asarray(image.convert("RGBA"))
        return _to_bgra(np.asarray(cv2.cvtColor(clear, cv2.COLOR_RGBA2BGRA), "u1"))
    if image.mode in ("1", "L"):
        return _to_bgra(np.asarray(image.convert("L")))
    opaque = np.asarray(image.convert("RGB"))
    return np.asarray(cv2.cvtColor(opaque, cv2.COLOR_RGB2BGRA), "u1"), False
