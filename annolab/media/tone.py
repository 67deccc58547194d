"""From more than 8 bits to the 8 that a screen shows: window and level.

A window is two values: what is shown black and what is shown white. Pictures
of instruments seldom use the range of their type (12 bits in 16, degrees in
float32), so the window is taken from the picture unless the user gives one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 1 << 20
_TAILS = (0.1, 99.9)  # percent
_PIECE = 1 << 22  # values at a time


def auto_window(raw: NDArray[Any]) -> tuple[float, float]:
    """The 0.1 and 99.9 percentiles of the finite values of about 10^6 pixels.

    Colours share one window; a fourth channel is alpha and does not count.
    (0, 1) when no value is finite.
    """
    colours = raw[..., :3] if raw.ndim == 3 else raw
    pixels = max(1, colours.shape[0] * colours.shape[1])
    step = max(1, int((pixels / _SAMPLES) ** 0.5))
    values = colours[::step, ::step].astype(np.float64).ravel()
    values = values[np.isfinite(values)]
    if values.size == 0:
        return 0.0, 1.0
    # Of halves: the difference of two huge values would be infinite.
    low, high = (2 * float(edge) for edge in np.percentile(values / 2, _TAILS))
    if low == high:  # a few marks on an even ground
        low, high = float(values.min()), float(values.max())
    return low, high


def tone(raw: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Map `low`..`high` to 0..255, the rest clipped; NaN is black.

    Shape and channels stay. Where `low` equals `high`, what lies above is white
    and the rest black.
    """
    table: NDArray[np.uint8] | None = None
    if raw.dtype.kind in "iu" and raw.dtype.itemsize <= 2:
        # every value there is, in the order of its bits
        bits = np.dtype(f"u{raw.dtype.itemsize}")
        every = np.arange(1 << 8 * bits.itemsize).astype(bits)
        table = _shown(every.view(raw.dtype), low, high)
        raw = raw.view(bits)
    shown = np.empty(raw.shape, np.uint8)
    rows = max(1, _PIECE // max(1, raw.size // max(1, raw.shape[0])))
    for top in range(0, raw.shape[0], rows):
        piece = raw[top : top + rows]
        shown[top : top + rows] = (
            _shown(piece, low, high) if table is None else table[piece]
        )
    return shown


def _shown(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(all="ignore"):
        grey = values.astype(np.float64) - low
        grey *= np.float64(255.0) / np.float64(high - low)
    np.nan_to_num(grey, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    return np.rint(np.clip(grey, 0.0, 255.0)).astype(np.uint8)
