"""Sounds of one and of ten hours: waveforms, spectrograms, decoding, beside Praat."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from annolab.jobs import Progress
from annolab.media.peaks import Peaks
from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.media.spectrogram import SpectrogramSettings, shaded, spectrogram
from tests.perf.table import Row, best_of, duration

RATE = 44100
MINUTE = 60 * RATE
WIDTH, HEIGHT = 1600, 300
MIB = 1 << 20
BLOCK = 1 << 20  # frames that the peer reads at a time
# Praat measures itself, without its own start; the best of three.
SPECTROGRAM = """
form Bench
    sentence source x
    sentence target x
endform
sound = Read from file: source$
for i to 3
    selectObject: sound
    stopwatch
    made = To Spectrogram: 0.005, 5000, 0.002, 20, "Gaussian"
    took = stopwatch
    appendFileLine: target$, fixed$ (took, 6)
    removeObject: made
endfor
"""
OPENING = """
form Bench
    sentence source x
    sentence target x
endform
for i to 3
    stopwatch
    made = {command}: source$
    took = stopwatch
    appendFileLine: target$, fixed$ (took, 6)
    removeObject: made
endfor
"""


def minute() -> np.ndarray:
    """Something like speech: tones that come and go, in noise; int16."""
    random = np.random.default_rng(1)
    times = np.arange(MINUTE) / RATE
    loud = np.clip(np.sin(2 * np.pi * 1.7 * times), 0, 1)
    pitch = 2 * np.pi * (120 * times - 4 * np.cos(2 * np.pi * 0.7 * times))
    voice = sum(np.sin(n * pitch) / n for n in range(1, 20))
    sound = 0.2 * loud * voice + 0.01 * random.standard_normal(MINUTE)
    return np.asarray(np.clip(sound, -1, 1) * 32767, np.int16)


def write_sound(path: Path, minutes: int, **options: str) -> None:
    """A mono sound of so many minutes at 44.1 kHz."""
    samples = minute()
    with soundfile.SoundFile(path, "w", RATE, 1, **options) as file:
        for _ in range(minutes):
            for start in range(0, MINUTE, RATE):  # encoders dislike large pieces
                file.write(samples[start : start + RATE])
    with path.open("rb") as written:
        os.fsync(written.fileno())  # else writing goes on while reading is measured


def _read_all(path: Path) -> int:
    """The peer: read every sample, and nothing else."""
    with soundfile.SoundFile(path) as file:
        return sum(len(b) for b in file.blocks(BLOCK, dtype="float32"))


def _status(name: str) -> int:
    """Bytes of this process as Linux tells them; 0 elsewhere."""
    file = Path("/proc/self/status")
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    found = [line.split()[1] for line in lines if line.startswith(name)]
    return int(found[0]) << 10 if found else 0


def _grown(path: Path, folder: Path) -> int:
    """By how many bytes a new process grows at most while it builds all peaks."""
    command = [sys.executable, "-m", "tests.perf.bench_sound", str(path), str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return int(done.stdout)


def main(path: Path, folder: Path) -> None:
    """The process of `_grown`: everything imported, nothing read before."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5", "ascii")  # the high water mark begins anew
    before = _status("VmRSS")
    _build(path, SoundCache(folder))
    print(_status("VmHWM") - before)


def _once(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _row(what: str, seconds: float, limit: float | None, peer: str = "") -> Row:
    """A time beside its limit; `peer` is "seconds=name"."""
    amount, _, name = peer.partition("=")
    against = f"{duration(float(amount))} ({name})" if peer else ""
    ratio = seconds / float(amount) if peer else None
    text = "" if limit is None else f"<= {duration(limit)}"
    met = None if limit is None else seconds <= limit
    return Row(what, duration(seconds), against, ratio, text, met)


def praat(script: str, source: Path) -> float | None:
    """The shortest of the times that a script of Praat takes; None without Praat."""
    program = shutil.which("praat")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        place, target = Path(name) / "bench.praat", Path(name) / "times"
        place.write_text(script, "utf-8")
        subprocess.run(
            [program, "--run", str(place), str(source), str(target)],
            env=os.environ | {"HOME": name},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return min(map(float, target.read_text("utf-8").split()))


def _overview(path: Path, cache: SoundCache) -> np.ndarray:
    """Open a sound and draw all of it before anything is known of it."""
    sound = open_sound(path, cache)
    try:
        return Peaks(sound, cache).columns(0, 0, sound.frames, WIDTH)[0]
    finally:
        sound.close()


def _build(path: Path, cache: SoundCache) -> None:
    sound = open_sound(path, cache)
    try:
        peaks = Peaks(sound, cache)
        peaks.build(Progress())
        peaks.columns(0, 0, sound.frames, WIDTH)
    finally:
        sound.close()


def _waveforms(path: Path, hours: int, folder: Path, repeat: int) -> Iterator[Row]:
    """The first picture, the pyramid, the pyramid from the cache, the memory."""
    first, whole, most = {1: (0.3, 1.0, 100), 10: (0.5, 5.0, 200)}[hours]
    what = f"{hours} h WAV"
    cache = SoundCache(folder / "none")
    overview = best_of(partial(_overview, path, cache), repeat)
    yield _row(f"{what}: opened, whole waveform at a glance", overview, first)
    reading = best_of(partial(_read_all, path), repeat)
    caches = iter([SoundCache(folder / f"{hours} h {n}") for n in range(repeat)])
    built = best_of(lambda: _build(path, next(caches)), repeat)
    peer = f"{reading}=soundfile reads it"
    yield _row(f"{what}: all peaks", built, whole, peer)
    kept = SoundCache(folder / f"{hours} h 0")
    again = best_of(partial(_build, path, kept), repeat)
    yield _row(f"{what}: all peaks, from the cache", again, first)
    grown = _grown(path, folder / f"{hours} h grown")
    if grown:
        yield _memory(f"{what}: memory for all peaks", grown, most, path)


def _memory(what: str, grown: int, most: int, path: Path) -> Row:
    size, file = grown / MIB, path.stat().st_size / MIB
    against, limit = f"{file:,.0f} MiB (the file)", f"<= {most} MiB"
    return Row(what, f"{size:.0f} MiB", against, size / file, limit, size <= most)


def _spectrogram(sound: Sound, peaks: Peaks, seconds: float) -> None:
    """The picture of the first seconds, as the window asks for it."""
    settings, size = SpectrogramSettings(), (WIDTH, HEIGHT)
    found = spectrogram(sound, 0, (0.0, seconds), size, settings, peaks=peaks)
    shaded(found, settings)


def _spectrograms(path: Path, folder: Path) -> Iterator[Row]:
    """Ten seconds beside Praat, a minute, ten minutes, the whole hour."""
    cache = SoundCache(folder / "cache")
    sound = open_sound(path, cache)
    peaks = Peaks(sound, cache)
    peaks.build(Progress())
    short = folder / "short.wav"
    soundfile.write(short, sound.read(0, 10 * RATE), RATE)
    theirs = praat(SPECTROGRAM, short)
    for what, seconds, limit in (
        ("10 s", 10.0, 0.06),
        ("1 min", 60.0, None),
        ("10 min", 600.0, None),
        ("1 h", 3600.0, 2.0),
    ):
        took = best_of(partial(_spectrogram, sound, peaks, seconds), 3)
        beside = f"{theirs}=Praat" if theirs and limit == 0.06 else ""
        size = f"{WIDTH} x {HEIGHT}"
        yield _row(f"spectrogram of {what}, {size}", took, limit, beside)
    sound.close()


def _praat_opens(path: Path) -> Iterator[Row]:
    """Only for comparison: Praat reads all of it, or nothing of it."""
    for command in ("Read from file", "Open long sound file"):
        took = praat(OPENING.format(command=command), path)
        if took is not None:
            yield Row(f'1 h WAV: Praat, "{command}..."', duration(took))


def _prepare(path: Path, caches: Iterator[SoundCache]) -> None:
    """Open a compressed sound, decode it into the cache, with its peaks."""
    cache = next(caches)
    sound = open_sound(path, cache)
    try:
        Peaks(sound, cache).build(Progress())
    finally:
        sound.close()


def _decoding(folder: Path) -> Iterator[Row]:
    """Ten compressed minutes until every sample can be read at once."""
    for name, options in (
        ("mp3", {"format": "MP3"}),
        ("ogg", {"format": "OGG", "subtype": "VORBIS"}),
        ("flac", {"format": "FLAC"}),
    ):
        path = folder / f"ten.{name}"
        write_sound(path, 10, **options)
        reading = best_of(partial(_read_all, path), 3)
        caches = iter([SoundCache(folder / f"{name} {n}") for n in range(3)])
        took = best_of(partial(_prepare, path, caches), 3)
        what = f"10 min {name}: decoded, all peaks"
        yield _row(what, took, None, f"{reading}=soundfile reads it")


def rows() -> Iterator[Row]:
    """Everything but the widgets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "hour.wav"
        write_sound(path, 60)
        yield from _waveforms(path, 1, folder, 3)
        yield from _praat_opens(path)
        yield from _spectrograms(path, folder)
        path.unlink()
        yield from _decoding(folder)
        path = folder / "ten hours.wav"
        write_sound(path, 600)
        yield from _waveforms(path, 10, folder, 2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
