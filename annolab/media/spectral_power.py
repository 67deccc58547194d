"""The power of a sound at one time and frequency."""

from __future__ import annotations

import numpy as np

from annolab.media.sound import Sound
from annolab.media.sound_line import one_line
from annolab.media.spectrogram import SpectrogramSettings, analysis_window


def power_density(
    sound: Sound,
    channel: int,
    seconds: float,
    hertz: float,
    settings: SpectrogramSettings,
) -> float:
    """Pa²/Hz, full scale being 1 Pa; no pre-emphasis, as in Praat's spectrograms.

    NaN above half the rate of the sound and outside of it.
    """
    if not (0 <= hertz <= sound.rate / 2 and 0 <= seconds <= sound.seconds):
        return float("nan")
    window = analysis_window(settings, sound.rate).astype(np.float64)
    half = len(window) // 2
    centre = min(round(seconds * sound.rate), sound.frames - 1)
    first = centre - half
    start = max(first, 0)
    stop = min(centre + half + 1, sound.frames)
    read = one_line(sound.read(start, stop), channel)
    line = np.zeros(len(window))
    line[start - first : start - first + len(read)] = np.nan_to_num(read)
    turns = np.exp(-2j * np.pi * hertz / sound.rate * np.arange(len(window)))
    amplitude = abs(np.dot(line * window, turns))
    return float(2.0 * amplitude**2 / (sound.rate * np.square(window).sum()))
