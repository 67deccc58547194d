"""A process of its own that asks Praat to align a text: it holds Python meanwhile.

Reads a line of JSON, then float32 samples; writes JSON. Started by `aligning`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

RATE = 44100  # of eSpeak; Praat wants the sound to have it, too
_SILENCE = (-35.0, 0.1, 0.1)  # dB, seconds, seconds: Praat's standard
_WORDS, _PHONEMES = 3, 4  # tiers of the answer; before them sentence and clause


def main() -> None:
    """Answer one request; what Praat refuses is `{"problem": ...}`."""
    import numpy as np
    import parselmouth

    asked = json.loads(sys.stdin.buffer.readline(1 << 20))
    samples = np.frombuffer(sys.stdin.buffer.read(), np.float32).astype(float)
    try:
        found = _aligned(parselmouth, samples, asked)
    except parselmouth.PraatError as error:
        found = {"problem": " ".join(str(error).split())}
    sys.stdout.write(json.dumps(found))


def _aligned(praat: Any, samples: Any, asked: dict[str, Any]) -> dict[str, Any]:
    call = praat.praat.call
    sound = praat.Sound(samples, asked["rate"])
    if asked["rate"] != RATE:
        sound = call(sound, "Resample", RATE, 50)
    voice = call("Create SpeechSynthesizer", asked["language"], "Female1")
    grid = call(sound, "To TextGrid", "text", "")
    call(grid, "Set interval text", 1, 1, asked["text"])
    found = call([voice, sound, grid], "To TextGrid (align)", 1, 1, 1, *_SILENCE)
    return {
        "words": _tier(call, found, _WORDS),
        "phonemes": _tier(call, found, _PHONEMES),
    }


def _tier(call: Any, grid: Any, tier: int) -> list[list[Any]]:
    count = call(grid, "Get number of intervals", tier)
    return [
        [
            call(grid, "Get start time of interval", tier, n),
            call(grid, "Get end time of interval", tier, n),
            call(grid, "Get label of interval", tier, n),
        ]
        for n in range(1, count + 1)
    ]
