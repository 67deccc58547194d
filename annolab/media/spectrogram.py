"""Spectrograms for any stretch of a sound, from a few samples to many hours.

Windows and scaling follow Praat ("Sound: To Spectrogram", "Spectrogram: Paint"):
a Gaussian window is physically twice as long as its name says; the colour is the
power density in dB with pre-emphasis, from the maximum down by the dynamic range.
Where a column covers more than one window, the loudest of several counts: they
leave no gap up to `_MOST_NUMBERS`; beyond, the column is parted, and each part looked
at where it is loudest, so that a short call does not vanish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from annolab.errors import Cancelled
from annolab.media.loudest import Places, loud_places, loudest_frames
from annolab.media.peaks import Peaks
from annolab.media.sound import Sound
from annolab.media.sound_line import read_line

Decibels: TypeAlias = NDArray[np.float32]  # (height, width), the first row is highest
WINDOWS = ("gaussian", "hann", "hamming", "blackman", "rectangular")
SCALES = ("linear", "mel", "log")
COLORS = ("grey", "viridis", "magma", "inferno", "plasma", "cividis", "turbo")
SILENCE = -200.0  # dB of nothing at all
LEAST_FFT, MOST_FFT = 64, 1 << 14
WINDOWS_A_COLUMN = 4  # at least, where columns are too long for windows without a gap
_PLACES = 12_000  # of all columns that are then looked at
_MOST_NUMBERS = 1 << 27  # transformed without a gap: about 10 minutes at 44.1 kHz
_MOST_PADDED = 1 << 24  # transformed with padding
_WHOLE = 1 << 22  # samples of all channels that are read in one piece
_NEAR = 1 << 13  # frames that are read as fast as one more place is sought
_BATCH = 1 << 19  # numbers that are transformed at a time: they fit into the cache
_LOWEST = 20.0  # hertz, of a logarithmic axis


@dataclass(frozen=True, slots=True)
class SpectrogramSettings:
    """How a spectrogram is made and shown.

    `window_length`: seconds. `low`, `high`: hertz; what lies above half the rate
    is cut off. `dynamic_range`: dB from black to white. `preemphasis`: dB an
    octave, 0 dB at 1000 Hz.
    """

    window_length: float = 0.005
    window: str = "gaussian"
    low: float = 0.0
    high: float = 5000.0
    dynamic_range: float = 70.0
    preemphasis: float = 6.0
    scale: str = "linear"
    colors: str = "grey"


def spectrogram(  # noqa: PLR0913  the last two are for a window that cannot wait
    sound: Sound,
    channel: int,
    span: tuple[float, float],
    size: tuple[int, int],
    settings: SpectrogramSettings,
    *,
    peaks: Peaks | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Decibels:
    """The spectrogram of `channel` (or MIXED) from second `span[0]` to `span[1]`.

    `size` is width and height. Decibels, relative to full scale; SILENCE where
    nothing is. Raises Cancelled once `cancelled` says so.
    """
    width, height = size
    window = analysis_window(settings, sound.rate)
    hop = max(1, len(window) // 4)
    transform, dense = _plan(
        len(window),
        (span[1] - span[0]) * sound.rate / hop,
        _transform_size(len(window), settings, sound.rate, height),
    )
    edges = np.linspace(span[0] * sound.rate, span[1] * sound.rate, width + 1)
    bins = _bins(transform, settings, sound.rate)
    power = np.zeros((width, bins), np.float32)
    step = max(1, _BATCH // transform)
    if dense or peaks is None:
        pieces = _regular(sound, channel, edges, (hop, dense), (len(window), step))
    else:
        parts = max(WINDOWS_A_COLUMN, _PLACES // width)
        places = loud_places(peaks, channel, edges, parts)
        pieces = _loud(sound, channel, places, (len(window), step))
    for frames, owners in pieces:
        if cancelled():
            raise Cancelled
        _merge(power, owners, _powers(frames, window, transform, bins))
    scale = 2.0 / (sound.rate * float(np.square(window, dtype=np.float64).sum()))
    rows = _on_axis(power * np.float32(scale), transform, settings, sound.rate, height)
    with np.errstate(divide="ignore"):
        decibels = np.maximum(10 * np.log10(rows), SILENCE)
    emphasis = _emphasis(row_frequencies(settings, sound.rate, height), settings)
    return np.ascontiguousarray((decibels + emphasis).T, dtype=np.float32)


_Pieces: TypeAlias = Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]


def _regular(
    sound: Sound,
    channel: int,
    edges: NDArray[np.float64],
    spacing: tuple[int, bool],
    size: tuple[int, int],
) -> _Pieces:
    """Samples around evenly spaced middles, and the column of each.

    `spacing`: as `_centres` has it; `size`: of a window, and how many at a time.
    """
    window, step = size
    middles, owners = _centres(edges, spacing[0], dense=spacing[1])
    centres, owners = _in_order(middles, owners, max(sound.ready, 1))
    for first in range(0, len(centres), step):
        part = centres[first : first + step]
        yield _frames(sound, channel, part, window), owners[first : first + step]


def _loud(sound: Sound, channel: int, places: Places, size: tuple[int, int]) -> _Pieces:
    """Samples around the greatest one of each place, and the column of each."""
    window, step = size
    for first in range(0, len(places), step):
        part = places.part(first, first + step)
        yield loudest_frames(sound, channel, part, window), part.columns


def _merge(
    power: NDArray[np.float32], owners: NDArray[np.int64], found: NDArray[np.float32]
) -> None:
    """Let each column keep the greatest of what was found for it; owners rise."""
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    counts = np.diff(starts, append=len(owners))
    columns = owners[starts]
    if len(columns) < counts.max():  # the shorter way; both are faster than reduceat
        for column, start, count in zip(columns, starts, counts, strict=True):
            greatest = found[start : start + count].max(axis=0)
            power[column] = np.maximum(power[column], greatest)
        return
    for place in range(int(counts.max())):
        some = counts > place
        there = columns[some]
        power[there] = np.maximum(power[there], found[starts[some] + place])


def analysis_window(settings: SpectrogramSettings, rate: int) -> NDArray[np.float32]:
    """The weights of the samples around a time; an odd number of them."""
    gaussian = settings.window == "gaussian"
    seconds = settings.window_length * (2 if gaussian else 1)
    half = min(max(int(seconds * rate / 2), 2), MOST_FFT // 2 - 1)
    return window_weights(settings.window, 2 * half + 1)


def window_weights(shape: str, count: int) -> NDArray[np.float32]:
    """The weights of `count` samples, one of WINDOWS; what is none is rectangular."""
    place = (2 * np.arange(count) + 1 - count) / (count + 1)
    match shape:
        case "gaussian":
            edge = np.exp(-12.0)
            weights = (np.exp(-12.0 * place**2) - edge) / (1 - edge)
        case "hann":
            weights = 0.5 + 0.5 * np.cos(np.pi * place)
        case "hamming":
            weights = 0.54 + 0.46 * np.cos(np.pi * place)
        case "blackman":
            turn = np.pi * place
            weights = 0.42 + 0.5 * np.cos(turn) + 0.08 * np.cos(2 * turn)
        case _:
            weights = np.ones_like(place)
    return np.asarray(weights, np.float32)


def _transform_size(
    window: int, settings: SpectrogramSettings, rate: int, height: int
) -> int:
    """A power of two: the window fits, and a row is at most two bins apart."""
    low, high = band(settings, rate)
    wanted = rate * height / max(high - low, 1.0) / 2
    size = _power_of_two(window)
    while size < min(wanted, 4 * window):
        size *= 2
    return min(size, MOST_FFT)


def _plan(window: int, windows: float, wanted: int) -> tuple[int, bool]:
    """The size of the transforms, and whether they leave no gap.

    Padding, which only makes rows smoother, is given up before windows are.
    """
    if windows * wanted <= _MOST_PADDED:
        return wanted, True
    least = _power_of_two(window)
    dense = windows * least <= _MOST_NUMBERS
    return (least if dense else wanted), dense


def _power_of_two(window: int) -> int:
    """The smallest transform that the window fits in."""
    size = LEAST_FFT
    while size < window:
        size *= 2
    return size


def band(settings: SpectrogramSettings, rate: int) -> tuple[float, float]:
    """The lowest and highest frequency that are shown, in hertz."""
    high = min(max(settings.high, 1.0), rate / 2)
    low = min(max(settings.low, 0.0), high * 0.99)
    if settings.scale == "log":
        low = min(max(low, _LOWEST), high * 0.99)
    return low, high


def _bins(size: int, settings: SpectrogramSettings, rate: int) -> int:
    """How many bins of a transform lie below the top of the picture, and one more."""
    _, high = band(settings, rate)
    return min(int(high * size / rate) + 2, size // 2 + 1)


def _centres(
    edges: NDArray[np.float64], hop: int, *, dense: bool
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The middles of the windows, in frames, and the column of each.

    `dense`: never more than `hop` apart.
    """
    width = len(edges) - 1
    per = (edges[-1] - edges[0]) / width
    count = max(1, int(np.ceil(per / hop)))
    if not dense:
        count = min(count, WINDOWS_A_COLUMN)
    places = (np.arange(count) + 0.5) / count
    centres = (edges[:-1, None] + places * per).ravel()
    return centres, np.repeat(np.arange(width), count)


def _in_order(
    centres: NDArray[np.float64], owners: NDArray[np.int64], frames: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole frames, those within the sound, the columns rising."""
    rounded = np.round(centres).astype(np.int64)
    inside = (rounded >= 0) & (rounded < frames)
    rounded, owners = rounded[inside], owners[inside]
    order = np.lexsort((rounded, owners))
    return rounded[order], owners[order]


def _frames(
    sound: Sound, channel: int, centres: NDArray[np.int64], window: int
) -> NDArray[np.float32]:
    """The samples around each centre; zeros beyond the ends of the sound."""
    half = window // 2
    first, last = int(centres.min()) - half, int(centres.max()) + half + 1
    near = last - first <= len(centres) * _NEAR + window
    if near and (last - first) * sound.channels <= _WHOLE:
        line = read_line(sound, channel, first, last)
        views = np.lib.stride_tricks.sliding_window_view(line, window)
        return views[centres - half - first]
    frames = np.zeros((len(centres), window), np.float32)
    for row, centre in enumerate(centres.tolist()):
        frames[row] = read_line(sound, channel, centre - half, centre + half + 1)
    return frames


def _powers(
    frames: NDArray[np.float32], window: NDArray[np.float32], size: int, bins: int
) -> NDArray[np.float32]:
    """The squared amplitudes of the spectra of rows, the lowest bins of them."""
    import cv2

    padded = np.zeros((len(frames), size), np.float32)
    np.multiply(frames, window, out=padded[:, : len(window)])
    packed = cv2.dft(padded, flags=cv2.DFT_ROWS)  # re0, re1, im1, ... re(n / 2)
    power = np.empty((len(frames), bins), np.float32)
    power[:, 0] = packed[:, 0] ** 2
    power[:, -1] = packed[:, -1] ** 2  # that of n / 2, when it is wanted
    end = 2 * min(bins, size // 2) - 1
    power[:, 1 : (end + 1) // 2] = packed[:, 1:end:2] ** 2 + packed[:, 2:end:2] ** 2
    return power


def _to_mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 2595.0 * np.log10(1.0 + hertz / 700.0)


def _from_mel(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)


def frequencies_at(
    settings: SpectrogramSettings, rate: int, places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The hertz at places of the axis: 0 is its lower end, 1 its upper."""
    low, high = band(settings, rate)
    match settings.scale:
        case "mel":
            ends = _to_mel(np.array([low, high]))
            return _from_mel(ends[0] + places * (ends[1] - ends[0]))
        case "log":
            return low * (high / low) ** places
        case _:
            return low + places * (high - low)


def place_of(settings: SpectrogramSettings, rate: int, hertz: float) -> float:
    """Where a frequency is on the axis: 0 at its lower end, 1 at its upper."""
    low, high = band(settings, rate)
    match settings.scale:
        case "mel":
            low, value, high = _to_mel(np.array([low, hertz, high])).tolist()
            return float((value - low) / (high - low))
        case "log":
            return float(np.log(max(hertz, 1e-3) / low) / np.log(high / low))
        case _:
            return (hertz - low) / (high - low)


def row_frequencies(
    settings: SpectrogramSettings, rate: int, height: int
) -> NDArray[np.float64]:
    """The hertz in the middle of each row, the highest first."""
    places = 1 - (np.arange(height) + 0.5) / height
    return frequencies_at(settings, rate, places)


def _on_axis(
    power: NDArray[np.float32],
    size: int,
    settings: SpectrogramSettings,
    rate: int,
    height: int,
) -> NDArray[np.float32]:
    """Bins of transforms of `size` as rows: the greatest of some, or between two."""
    spacing = rate / size
    edges = frequencies_at(settings, rate, 1 - np.arange(height + 1) / height)
    middle = row_frequencies(settings, rate, height) / spacing
    below = np.clip(np.floor(middle).astype(np.int64), 0, power.shape[1] - 2)
    share = np.clip(middle - below, 0, 1).astype(np.float32)
    rows: NDArray[np.float32] = power[:, below] * (1 - share)
    rows += power[:, below + 1] * share
    last = power.shape[1] - 1
    upper = np.clip(np.floor(edges[:-1] / spacing).astype(np.int64), 0, last)
    lower = np.clip(np.ceil(edges[1:] / spacing).astype(np.int64), 0, last)
    for row in np.flatnonzero(upper > lower):
        several = power[:, lower[row] : upper[row] + 1].max(axis=1)
        rows[:, row] = np.maximum(rows[:, row], several)
    return rows


def _emphasis(
    frequencies: NDArray[np.float64], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    octaves = np.log2(np.maximum(frequencies, 1.0) / 1000.0)
    return np.asarray(settings.preemphasis * octaves, np.float32)


def shaded(
    decibels: Decibels,
    settings: SpectrogramSettings,
    *,
    dark: bool = False,
    top: float | None = None,
) -> NDArray[np.uint8]:
    """The picture, (height, width, 4), blue first, opaque.

    `top`: the decibels of the strongest colour; None: the greatest there are.
    `dark`: grey begins with black, as a dark window needs it.
    """
    high = float(decibels.max(initial=SILENCE)) if top is None else top
    if high <= SILENCE / 2:
        high = 0.0
    share = (decibels - (high - settings.dynamic_range)) / settings.dynamic_range
    index = (np.clip(share, 0, 1) * 255).astype(np.uint8)
    colors: NDArray[np.uint8] = np.take(
        color_table(settings.colors, dark=dark), index, axis=0
    )
    return colors


def color_table(name: str, *, dark: bool = False) -> NDArray[np.uint8]:
    """256 colours, (256, 4), blue first: from the weakest to the strongest."""
    table = np.full((256, 4), 255, np.uint8)
    ramp = np.arange(256, dtype=np.uint8)
    if name == "grey":
        table[:, :3] = (ramp if dark else 255 - ramp)[:, None]
        return table
    import cv2

    map_ = getattr(cv2, f"COLORMAP_{name.upper()}", cv2.COLORMAP_VIRIDIS)
    table[:, :3] = cv2.applyColorMap(ramp[:, None], map_)[:, 0]
    return table
