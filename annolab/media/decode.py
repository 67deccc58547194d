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
    """An open picture whose header has been judged."""

    file: BinaryIO
    name: str
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
    with opened(path) as file:
        source = _open(file, path.name, page, max_pixels)
        try:
            raw = _deep(source) if _is_deep(source.info) else None
            if raw is None:
                image, _ = _pillow(source, source.info.stored_size)
                raw = np.asarray(_plain(image))
        except decoder_errors() as error:
            raise damaged(path.name, error) from error
    return turn(raw, source.info.orientation)


def turn(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn an array of rows upright by its EXIF orientation; contiguous."""
    if pixels.dtype == np.uint8:
        return _turn_fast(pixels, orientation)
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _turn_fast(pixels: Pixels, orientation: int) -> Pixels:
    import cv2

    turns = {
        3: cv2.ROTATE_180,
        6: cv2.ROTATE_90_CLOCKWISE,
        8: cv2.ROTATE_90_COUNTERCLOCKWISE,
    }
    if orientation in turns:
        pixels = np.asarray(cv2.rotate(pixels, turns[orientation]), np.uint8)
    elif orientation in (2, 4):
        pixels = np.asarray(cv2.flip(pixels, 1 if orientation == 2 else 0), np.uint8)
    elif orientation in (5, 7):
        pixels = np.asarray(cv2.transpose(pixels), np.uint8)
        if orientation == 7:
            pixels = np.asarray(cv2.rotate(pixels, cv2.ROTATE_180), np.uint8)
    return np.ascontiguousarray(pixels)


def _open(file: BinaryIO, name: str, page: int, max_pixels: int) -> _Source:
    header = read_header(file, name, page)
    check_size(header, file, name, max_pixels)
    return _Source(file, name, header)


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

    # what is wrong with a file belongs on its item, not on stderr
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        ok, pages = cv2.imdecodemulti(
            source.read(),
            cv2.IMREAD_UNCHANGED,
            range=(source.header.page, source.header.page + 1),
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
    image, problem = _pillow(source, target)
    info = source.info
    size = info.stored_size if info.format == "JPEG" else image.size
    if image.mode.startswith(("I", "F")):
        done = _show_deep(source.header, np.asarray(image), window)
        return Decoded(done.pixels, done.size, done.alpha, done.window, problem)
    factor = max(1, min(image.width // target[0], image.height // target[1]))
    pixels, alpha = _convert_in_strips(image, factor)
    return Decoded(pixels, size, alpha, None, problem)


def _pillow(source: _Source, target: Size) -> tuple[ImageFile.ImageFile, str]:
    """The decoded page, no smaller than `target`, and its problem if any."""
    image = open_pillow(_upright_file(source), source.info.format)
    if source.header.page:
        image.seek(source.header.page)
    image.info.pop("xmp", None)  # Pillow would turn a TIFF by it
    if source.info.format == "JPEG" and target != image.size:
        image.draft(None, target)
    return image, _load(image, source)


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

    found = np.asarray(_plain(image), np.uint8)
    if found.ndim == 3:
        four = found.shape[2] == 4
        order = cv2.COLOR_RGBA2BGRA if four else cv2.COLOR_RGB2BGRA
        found = np.asarray(cv2.cvtColor(found, order), np.uint8)
        if not four:
            return found, False
    return _to_bgra(found)


def _plain(image: Image.Image) -> Image.Image:
    """The same picture as L, RGB or RGBA; numbers of more bits as they are."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith(("I", "F")):
        return image
    return image.convert("L" if image.mode in ("1", "L") else "RGB")
