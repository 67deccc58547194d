"""Pictures: what they are, and their pixels, upright.

Coordinates of annotations are pixels of the upright picture, so everything
here is upright: EXIF orientation is applied to sizes and pixels alike.
Importing this module loads no decoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annolab.errors import MediaError
from annolab.media.decode import decode, decode_raw
from annolab.media.image_header import MAX_PIXELS, ImageInfo, read_header
from annolab.media.probe import opened
from annolab.media.tone import auto_window, tone

__all__ = [
    "MAX_PIXELS",
    "ImageInfo",
    "Picture",
    "auto_window",
    "grey_numbers",
    "load",
    "load_raw",
    "probe",
    "tone",
]

_MOST_GREY = 1 << 27  # pixels of a picture of numbers


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One decoded page.

    `pixels`: uint8 (h, w, 4), contiguous, blue green red alpha, colours
    premultiplied: the memory of QImage.Format_RGB32, or of
    Format_ARGB32_Premultiplied where `alpha` says that some pixel is not opaque.
    `width`, `height`: pixels of the whole upright page; `scale` is
    pixels.shape[1] / width, 1.0 unless it was shrunk. `bits`: per channel in the
    file. `window`: what is shown black and white, for pictures of more than 8
    bits, else None. `problem`: a sentence when only a part can be shown, else "".
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    bits: int
    alpha: bool
    window: tuple[float, float] | None
    problem: str

    @property
    def scale(self) -> float:
        """Pixels here per pixel of the file."""
        return float(self.pixels.shape[1]) / self.width


def probe(path: Path) -> ImageInfo:
    """Read the header only. Raises MediaError."""
    with opened(path) as file:
        return read_header(file, path.name).info


def load(
    path: Path,
    page: int = 0,
    *,
    max_size: tuple[int, int] | None = None,
    window: tuple[float, float] | None = None,
    max_pixels: int = MAX_PIXELS,
) -> Picture:
    """Decode a page (0-based), shrunk to fit `max_size` (width, height) if given.

    `window` is used for pictures of more than 8 bits, which else get one that
    fits them. A picture that is cut off is returned with its `problem`.
    Raises MediaError when nothing can be shown, or when the header promises
    more than `max_pixels`.
    """
    info, done = decode(
        path, page, max_size=max_size, window=window, max_pixels=max_pixels
    )
    return Picture(
        pixels=done.pixels,
        width=done.size[0],
        height=done.size[1],
        bits=info.bits,
        alpha=done.alpha,
        window=done.window,
        problem=done.problem,
    )


def load_raw(
    path: Path, page: int = 0, *, max_pixels: int = MAX_PIXELS
) -> NDArray[Any]:
    """The numbers of a page as stored, upright: (h, w) or (h, w, 3|4), RGB order.

    uint8 for 8-bit pictures, else the type of the file. For measuring values and
    for `tone`. Raises MediaError.
    """
    return decode_raw(path, page, max_pixels=max_pixels)


def grey_numbers(path: Path) -> NDArray[Any] | None:
    """The numbers of a picture of one colour, (h, w); None when it is no such one."""
    try:
        found = load_raw(path, max_pixels=_MOST_GREY)
    except MediaError:
        return None
    return found if found.ndim == 2 else None
