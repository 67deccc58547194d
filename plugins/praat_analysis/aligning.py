"""Ask Praat and eSpeak, in a process of its own, where words are in a sound."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annolab.assist.alignment import Alignment, Spoken
from annolab.errors import Cancelled, PluginError
from annolab.program import own_command

LONGEST = 30.0  # seconds: twice as long takes four times the memory, 1.8 GB for 48
LONGEST_TEXT = 2000  # characters
_PATIENCE = 120.0  # seconds
_POLL = 0.1  # seconds
_FAILED = "Praat could not align this: listen whether the text is what is said."


def align(
    samples: NDArray[np.float32],
    rate: int,
    text: str,
    language: str,
    cancelled: Callable[[], bool],
) -> Alignment:
    """Words and phonemes; see `annolab.assist.alignment`."""
    if not 0 < len(samples) <= LONGEST * rate:
        message = (
            f"At most {LONGEST:.0f} seconds can be aligned at a time: add boundaries "
            "where there are pauses."
        )
        raise PluginError(message)
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_TEXT:
        message = f"An interval with 1 to {LONGEST_TEXT} characters can be aligned."
        raise PluginError(message)
    asked = {"rate": rate, "text": text, "language": language}
    data = np.nan_to_num(samples).astype(np.float32).tobytes()
    answer = _answer(json.dumps(asked).encode() + b"\n" + data, cancelled)
    if "problem" in answer:
        message = f"Praat cannot align this interval: {answer['problem']}"
        raise PluginError(message)
    try:
        return Alignment(_spoken(answer["words"]), _spoken(answer["phonemes"]))
    except (KeyError, TypeError, ValueError) as error:
        raise PluginError(_FAILED) from error


def _answer(question: bytes, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """What the process writes; it is ended when nobody waits any more."""
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # of Windows
    with tempfile.TemporaryFile() as asked:  # a pipe would have to be fed meanwhile
        asked.write(question)
        asked.seek(0)
        with subprocess.Popen(  # noqa: S603  this very program
            own_command("_plugin", "praat_analysis", "align_words:main"),
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=hidden,
        ) as process:
            written = _waited(process, cancelled)
    try:
        answer = json.loads(written)
    except ValueError as error:
        raise PluginError(_FAILED) from error
    return answer if isinstance(answer, dict) else {}


def _waited(process: subprocess.Popen[bytes], cancelled: Callable[[], bool]) -> bytes:
    """What it writes until it ends; nothing when it takes too long."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return process.communicate(timeout=_POLL)[0]
        except subprocess.TimeoutExpired:
            if cancelled():
                process.kill()
                raise Cancelled from None
            if time.monotonic() > until:
                process.kill()


def _spoken(rows: list[list[Any]]) -> tuple[Spoken, ...]:
    return tuple(Spoken(float(a), float(b), str(text)) for a, b, text in rows)
