"""What the header of a picture says, read without decoding it.

A header is a claim by a stranger: `check_size` judges it before anything is
allocated for it.
"""

from __future__ import annotations

import os
import struct
import warnings
import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, BinaryIO, Final

from annolab.errors import MediaError
from annolab.media import tiff

if TYPE_CHECKING:
    from PIL import ImageFile

MAX_PIXELS: Final = 600_000_000
"""Pictures of more pixels are refused unless the caller allows more."""

# A blank picture can shrink a lot; a lying header promises still more.
_MAX_PIXELS_PER_BYTE = 10_000
_FREE_PIXELS = 16_000_000
_MAX_TILE_PIXELS = 1 << 26
_MAX_WORK = 40_000_000_000  # pixels written for one picture, some of them often
_MAX_CHUNKS = 100_000
_MAX_META = 1 << 22
_PIECE = 1 << 22
_ORIENTATION = 274
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_TURNED = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the header says. `width` and `height`: pixels, upright.

    `orientation`: EXIF 1..8, 1 upright as stored. `mode`: Pillow's name of the
    stored pixels ("L", "RGB", "P", "CMYK", "I;16", "F" ...), for TIFF of more
    than 8 bits "U", "I" or "F" with the number of channels ("U3"). `bits`: per
    channel. `pages`: pages or frames.
    """

    format: str
    width: int
    height: int
    pages: int
    orientation: int
    mode: str
    bits: int

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height as stored, before turning upright."""
        if self.orientation in _TURNED:
            return self.height, self.width
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class Header:
    """An `ImageInfo` with what a decoder needs besides.

    `progressive`: a JPEG that comes in several scans over all its pixels.
    """

    info: ImageInfo
    page: int = 0
    progressive: bool = False
    tiff: tiff.TiffPage | None = None


@cache
def decoder_errors() -> tuple[type[Exception], ...]:
    """What Pillow and OpenCV raise on damaged files."""
    import cv2
    from PIL import Image

    return (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        AttributeError,
        EOFError,
        RuntimeError,
        MemoryError,
        AssertionError,
        struct.error,
        zlib.error,
        Image.DecompressionBombError,
        cv2.error,
    )


def read_header(file: BinaryIO, name: str, page: int = 0) -> Header:
    """Read what the picture in `file` claims; `name` is for the sentence.

    Raises MediaError when it is empty, no picture, damaged, or has no `page`.
    """
    file.seek(0)
    head = file.read(16)
    if not head:
        raise MediaError(f"{name} is empty: copy it again from its source.")
    format_ = signature(head)
    if format_ is None:
        raise MediaError(
            f"{name} is not a picture of a kind that AnnoLab reads: "
            "convert it to JPEG, PNG, TIFF, WebP, BMP or GIF."
        )
    try:
        header = _READERS[format_](file, page)
    except decoder_errors() as error:
        raise damaged(name, error) from error
    info = header.info
    if info.width < 1 or info.height < 1:
        raise damaged(name, ValueError("it has no pixels"))
    if not 0 <= page < max(info.pages, 1):
        raise MediaError(f"{name} has {info.pages} pages and no page {page + 1}.")
    return header


def damaged(name: str, error: BaseException) -> MediaError:
    """The sentence for a picture of which nothing can be shown."""
    if isinstance(error, MemoryError):
        return MediaError(
            f"{name} does not fit into memory: close other programs or make it smaller."
        )
    if type(error).__name__ == "DecompressionBombError":  # Pillow's, frame by frame
        return MediaError(f"{name} promises frames too large to open: make it smaller.")
    reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return MediaError(
        f"{name} is damaged and cannot be shown ({reason[:120]}): "
        "copy it again from its source."
    )


def check_size(header: Header, file: BinaryIO, name: str, max_pixels: int) -> None:
    """Raise MediaError when the header promises more than we would decode."""
    info = header.info
    pixels = info.width * info.height
    size = file.seek(0, os.SEEK_END)
    millions = -(-pixels // 1_000_000)
    if pixels > max_pixels:
        raise MediaError(
            f"{name} has {millions:,} million pixels and the limit is "
            f"{max_pixels // 1_000_000:,}: raise the largest picture size in the "
            "settings or make it smaller."
        )
    if pixels > _FREE_PIXELS and pixels > size * _MAX_PIXELS_PER_BYTE:
        raise MediaError(
            f"{name} promises {millions:,} million pixels in {size:,} bytes, which "
            "no honest picture does: copy it again from its source."
        )
    page = header.tiff
    if page is not None and page.tile[0] * page.tile[1] > _MAX_TILE_PIXELS:
        raise damaged(name, ValueError("its tiles are larger than any in use"))
    if pixels * _passes(header, file) > _MAX_WORK:
        raise damaged(name, ValueError("it would take hours to decode"))


def _passes(header: Header, file: BinaryIO) -> int:
    """How often every pixel may be written: tiny scans and frames are cheap bait."""
    if header.info.format in ("GIF", "PNG", "WEBP"):
        return header.page + 1  # frames build on those before them
    if not header.progressive:
        return 1
    file.seek(0)
    scans = 0
    while piece := file.read(_PIECE):
        scans += piece.count(b"\xff\xda")
    return scans


def signature(head: bytes) -> str | None:
    """The format that the first 16 bytes announce, or None."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    for magic, format_ in _SIGNATURES:
        if head.startswith(magic):
            return format_
    return None


def open_pillow(file: BinaryIO, format_: str) -> ImageFile.ImageFile:
    """Open `file` with the one Pillow reader for its format.

    The readers are called themselves: `Image.open` would apply its own limit of
    pixels, which is a variable of the whole process.
    """
    from PIL import (
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    _hush_pillow()
    file.seek(0)
    readers: dict[str, type[ImageFile.ImageFile]] = {
        "JPEG": JpegImagePlugin.JpegImageFile,
        "PNG": PngImagePlugin.PngImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "GIF": GifImagePlugin.GifImageFile,
    }
    return readers[format_](file)


def _hush_pillow() -> None:
    # Pillow warns about odd metadata on stderr; what matters we say ourselves.
    # Scoped to Pillow's modules, and idempotent, so threads need no lock.
    warnings.filterwarnings("ignore", module=r"PIL\.")


def orientation(exif: bytes | str | None, xmp: bytes | str | None) -> int:
    """EXIF orientation 1..8 as Pillow reads it; 1 when absent or nonsense."""
    if not exif and not xmp:
        return 1
    from PIL import Image

    _hush_pillow()
    carrier = Image.Image()
    carrier.info = {"exif": exif, "xmp": xmp}
    carrier.info = {key: value for key, value in carrier.info.items() if value}
    try:
        value = carrier.getexif().get(_ORIENTATION, 1)
    except decoder_errors():
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _info(
    format_: str,
    size: tuple[int, int],
    turn: int,
    *,
    mode: str,
    bits: int = 8,
    pages: int = 1,
) -> ImageInfo:
    width, height = size if turn not in _TURNED else size[::-1]
    return ImageInfo(format_, width, height, pages, turn, mode, bits)


def _read_jpeg(file: BinaryIO, _page: int) -> Header:
    image = open_pillow(file, "JPEG")
    turn = orientation(image.info.get("exif"), image.info.get("xmp"))
    progressive = bool(image.info.get("progressive"))
    info = _info("JPEG", image.size, turn, mode=image.mode)
    return Header(info, progressive=progressive)


def _read_png(file: BinaryIO, page: int) -> Header:
    image = open_pillow(file, "PNG")
    pages = _count(image, page)
    file.seek(24)
    bits = file.read(1)[0]
    exif = image.info.get("exif") or image.info.get("Raw profile type exif")
    if isinstance(exif, str):
        exif = bytes.fromhex("".join(exif.split("\n")[3:]))
    exif = exif or _late_exif(file)
    turn = orientation(exif, image.info.get("xmp"))
    mode = image.mode
    info = _info("PNG", image.size, turn, mode=mode, bits=bits, pages=pages)
    return Header(info, page)


def _late_exif(file: BinaryIO) -> bytes | None:
    """The eXIf chunk of a PNG where it follows the pixels, as it may."""
    at = 8
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return None
        length = int.from_bytes(head[:4], "big")
        if head[4:] == b"eXIf" and length < _MAX_META:
            return file.read(length)
        at += 12 + length
    return None


def _read_tiff(file: BinaryIO, page: int) -> Header:
    found, pages = tiff.read_page(file, page)
    turn = found.orientation
    if turn is None:
        turn = orientation(None, found.xmp)
    if not 1 <= turn <= 8:
        turn = 1
    bits = found.bits
    if bits > 8 or found.kind != 1:
        mode = f"{'UIF'[found.kind - 1 if found.kind in (2, 3) else 0]}{found.samples}"
    else:
        mode = {2: "RGB", 3: "P", 5: "CMYK", 6: "YCbCr", 8: "LAB"}.get(
            found.photometric, "L"
        )
    size = (found.width, found.height)
    info = _info("TIFF", size, turn, mode=mode, bits=bits, pages=pages)
    return Header(info, page, tiff=found)


def _read_webp(file: BinaryIO, page: int) -> Header:
    """Walk the RIFF chunks: Pillow would read the whole file for this."""
    size: tuple[int, int] | None = None
    alpha, frames, at = False, 0, 12
    meta: dict[bytes, bytes] = {}
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        if kind in (b"VP8X", b"VP8 ", b"VP8L") and size is None:
            size, alpha = _webp_size(kind, file.read(10))
        elif kind in (b"EXIF", b"XMP ") and length < _MAX_META:
            meta[kind] = file.read(length)
        frames += kind == b"ANMF"
        at += 8 + length + length % 2
    if size is None:
        raise ValueError("no picture data")
    turn = orientation(meta.get(b"EXIF"), meta.get(b"XMP "))
    mode = "RGBA" if alpha else "RGB"
    return Header(_info("WEBP", size, turn, mode=mode, pages=max(frames, 1)), page)


def _webp_size(kind: bytes, data: bytes) -> tuple[tuple[int, int], bool]:
    """Size and whether there is alpha, of the first chunk of a WebP file."""
    if len(data) < (5 if kind == b"VP8L" else 10):
        raise ValueError("cut off in its header")
    if kind == b"VP8X":
        width = int.from_bytes(data[4:7], "little") + 1
        height = int.from_bytes(data[7:10], "little") + 1
        return (width, height), bool(data[0] & 0x10)
    if kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), bool(bits >> 28 & 1)
    width, height = struct.unpack_from("<HH", data, 6)
    return (width & 0x3FFF, height & 0x3FFF), False


def _read_bmp(file: BinaryIO, _page: int) -> Header:
    image = open_pillow(file, "BMP")
    return Header(_info("BMP", image.size, 1, mode=image.mode))


def _read_gif(file: BinaryIO, page: int) -> Header:
    image = open_pillow(file, "GIF")
    pages = _count(image, page)
    return Header(_info("GIF", image.size, 1, mode=image.mode, pages=pages), page)


def _count(image: ImageFile.ImageFile, page: int) -> int:
    """How many frames there are; those before a damaged one."""
    try:
        return int(getattr(image, "n_frames", 1))
    except decoder_errors():
        return max(page, image.tell()) + 1


_READERS = {
    "JPEG": _read_jpeg,
    "PNG": _read_png,
    "TIFF": _read_tiff,
    "WEBP": _read_webp,
    "BMP": _read_bmp,
    "GIF": _read_gif,
}
