"""Pictures for the tests: known pixels, written in every way that is read."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

ORIENTATIONS = range(1, 9)

_CODES = {"u": 1, "i": 2, "f": 3}


def quarters(width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    """RGB: red, green, blue and white quarters; wider than high."""
    rgb = np.empty((height, width, 3), np.uint8)
    middle, half = height // 2, width // 2
    rgb[:middle, :half] = (220, 30, 30)
    rgb[:middle, half:] = (30, 200, 40)
    rgb[middle:, :half] = (30, 40, 210)
    rgb[middle:, half:] = (240, 240, 230)
    return rgb


def stored_as(upright: NDArray[Any], orientation: int) -> NDArray[Any]:
    """How a camera stores `upright` under an EXIF orientation.

    EXIF 2.32, tag 274, says which side of the scene row 0 and column 0 are.
    """
    bottom, right = upright.shape[0] - 1, upright.shape[1] - 1
    height, width = upright.shape[:2]
    if orientation >= 5:
        height, width = width, height
    row, column = np.mgrid[:height, :width]
    y, x = {
        1: (row, column),  # top, left
        2: (row, right - column),  # top, right
        3: (bottom - row, right - column),  # bottom, right
        4: (bottom - row, column),  # bottom, left
        5: (column, row),  # left, top
        6: (column, right - row),  # right, top
        7: (bottom - column, right - row),  # right, bottom
        8: (bottom - column, row),  # left, bottom
    }[orientation]
    return np.asarray(upright[y, x])


def exif(orientation: int) -> bytes:
    """An EXIF block with nothing but the orientation."""
    block = Image.Exif()
    block[274] = orientation
    return block.tobytes()


def encode(image: Image.Image, format_: str, **options: Any) -> bytes:
    """The bytes that Pillow writes."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def photograph(format_: str, orientation: int = 1) -> bytes:
    """`quarters`, stored under an orientation in JPEG, PNG, TIFF or WEBP."""
    image = Image.fromarray(np.ascontiguousarray(stored_as(quarters(), orientation)))
    if format_ == "JPEG":
        return encode(image, "JPEG", quality=100, subsampling=0, exif=exif(orientation))
    if format_ == "PNG":
        return encode(image, "PNG", exif=exif(orientation))
    if format_ == "WEBP":
        return encode(image, "WEBP", lossless=True, exif=exif(orientation))
    return encode(image, "TIFF", tiffinfo={274: orientation}, compression="tiff_lzw")


def tiff(
    *pages: NDArray[Any],
    orientation: int = 0,
    photometric: int | None = None,
    order: Literal["<", ">"] = "<",
    big: bool = False,
) -> bytes:
    """An uncompressed TIFF or BigTIFF of any number type, a strip a page.

    `orientation` 0 leaves the tag out.
    """
    count, word, room = ("Q", "Q", 8) if big else ("H", "L", 4)
    mark = b"II" if order == "<" else b"MM"
    head = (43, 8, 0) if big else (42,)
    out = bytearray(mark + struct.pack(f"{order}{len(head)}H", *head))
    link = len(out)
    out += bytes(room)
    for page in pages:
        pixels_at = len(out)
        out += page.astype(page.dtype.newbyteorder(order)).tobytes()
        fields = bytearray()
        tags = _tags(page, pixels_at, orientation, photometric)
        for tag, kind, values in tags:
            data = struct.pack(f"{order}{len(values)}{kind}", *values)
            if len(data) > room:
                out += data
                data = struct.pack(order + word, len(out) - len(data))
            code = {"H": 3, "L": 4}[kind]
            fields += struct.pack(f"{order}HH{word}", tag, code, len(values))
            fields += data.ljust(room, b"\0")
        struct.pack_into(order + word, out, link, len(out))
        out += struct.pack(order + count, len(tags)) + fields
        link = len(out)
        out += bytes(room)
    return bytes(out)


def _tags(
    page: NDArray[Any], pixels_at: int, orientation: int, photometric: int | None
) -> list[tuple[int, str, list[int]]]:
    samples = 1 if page.ndim == 2 else page.shape[2]
    ink = photometric if photometric is not None else 2 if samples >= 3 else 1
    tags = [
        (256, "L", [page.shape[1]]),
        (257, "L", [page.shape[0]]),
        (258, "H", [8 * page.dtype.itemsize] * samples),
        (259, "H", [1]),
        (262, "H", [ink]),
        (273, "L", [pixels_at]),
        (274, "H", [orientation]),
        (277, "H", [samples]),
        (278, "L", [page.shape[0]]),
        (279, "L", [page.nbytes]),
        (338, "H", [2]),  # the fourth channel is alpha, not premultiplied
        (339, "H", [_CODES[page.dtype.kind]] * samples),
    ]
    left_out = {274} if not orientation else set()
    left_out |= {338} if samples != 4 else set()
    return [tag for tag in tags if tag[0] not in left_out]


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG as (name, content)."""
    chunks, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">L", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A PNG of these chunks."""
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    file.seek(8)
    for name, content in chunks:
        PngImagePlugin.putchunk(file, name, content)
    return file.getvalue()


def rgba_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGBA of the BGRA layout that AnnoLab shows (still premultiplied)."""
    return pixels[..., [2, 1, 0, 3]]


def written(folder: Path, data: bytes, name: str) -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path
