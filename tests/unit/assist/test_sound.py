"""Silences, onsets and zero crossings of sounds whose answers are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.assist import sound as assist
from annolab.assist.sound import OnsetSettings, SilenceSettings, Source
from annolab.errors import Cancelled, UserError
from annolab.jobs import Progress
from tests.unit.media.sounds import Samples, noise, tone

RATE = 8000


def source(samples: Samples) -> Source:
    return Source(lambda a, b: samples[a:b], RATE, len(samples))


def bursts(*edges: tuple[float, float], seconds: float = 3.0) -> Samples:
    """A faint hiss with loud noise between the edges."""
    samples = noise(seconds) * 0.001
    loud = noise(seconds)
    for start, stop in edges:
        inside = slice(round(start * RATE), round(stop * RATE))
        samples[inside] = loud[inside]
    return samples


def test_silences_are_where_it_is_silent() -> None:
    found = assist.silences(
        source(bursts((0.5, 1.0), (2.0, 2.6))), SilenceSettings(), Progress()
    )
    assert [s.silent for s in found] == [True, False, True, False, True]
    edges = [s.start for s in found[1:]]
    assert edges == pytest.approx([0.5, 1.0, 2.0, 2.6], abs=0.02)
    assert (found[0].start, found[-1].stop) == (0.0, 3.0)


def test_short_ones_are_taken_by_their_neighbours() -> None:
    samples = bursts((0.5, 1.0), (1.06, 1.5), (2.0, 2.04))
    settings = SilenceSettings(silent=0.15, sounding=0.15)
    found = assist.silences(source(samples), settings, Progress())
    assert [s.silent for s in found] == [True, False, True]
    assert [found[1].start, found[1].stop] == pytest.approx([0.5, 1.5], abs=0.03)


@given(
    edges=st.lists(st.floats(0, 2), max_size=8),
    least=st.floats(0, 1),
    offset=st.floats(-0.5, 0.5),
)
def test_stretches_have_no_gaps(
    edges: list[float], least: float, offset: float
) -> None:
    pairs = list(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
    samples = bursts(*pairs, seconds=2.0) + np.float32(offset)
    settings = SilenceSettings(silent=least, sounding=least)
    found = assist.silences(source(samples), settings, Progress())
    assert found[0].start == 0
    assert found[-1].stop == 2.0
    for left, right in pairwise(found):
        assert left.stop == right.start
        assert left.silent is not right.silent
    assert all(s.start < s.stop for s in found)


@pytest.mark.parametrize("value", [0.0, 0.25])
def test_digital_silence_is_silent(value: float) -> None:
    samples = np.full((RATE, 2), value, np.float32)
    (only,) = assist.silences(source(samples), SilenceSettings(), Progress())
    assert (only.start, only.stop) == (0.0, 1.0)
    assert assist.onsets(source(samples * 0), OnsetSettings(), Progress()) == []


def test_pieces_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = source(bursts((0.5, 1.0), (2.0, 2.6)))
    whole = assist.intensity(samples, 100.0, Progress())
    rises = assist.onsets(samples, OnsetSettings(), Progress())
    monkeypatch.setattr(assist, "_PIECE", 1000)
    pieces = assist.intensity(samples, 100.0, Progress())
    assert np.allclose(whole[0], pieces[0], atol=1e-3)
    assert assist.onsets(samples, OnsetSettings(), Progress()) == rises


def test_the_power_of_a_tone() -> None:
    levels, step = assist.intensity(source(tone(500.0, 1.0)), 100.0, Progress())
    assert step == pytest.approx(0.008)
    assert levels[20:-20] == pytest.approx(10 * np.log10(0.125), abs=0.05)


def test_onsets_are_where_something_begins() -> None:
    times = [0.5, 1.2, 1.9, 2.4]
    samples = bursts(*((t, t + 0.3) for t in times))
    found = assist.onsets(source(samples), OnsetSettings(), Progress())
    assert found == pytest.approx(times, abs=0.004)
    few = assist.onsets(source(samples), OnsetSettings(gap=0.6), Progress())
    assert few == pytest.approx([0.5, 1.2, 1.9], abs=0.004)
    assert assist.onsets(source(samples), OnsetSettings(60.0), Progress()) == []


def test_work_is_told_and_can_be_stopped() -> None:
    seen: list[tuple[int, int | None]] = []
    samples = source(noise(100.0))
    progress = Progress(lambda done, total, _: seen.append((done, total)))
    assist.silences(samples, SilenceSettings(), progress)
    assert len(seen) > 3
    assert seen[-1] == (800000, 800000)
    progress.cancel()
    with pytest.raises(Cancelled):
        assist.onsets(samples, OnsetSettings(), progress)


@pytest.mark.parametrize("pitch", [0.0, -5.0, 1e-6])
def test_a_pitch_that_cannot_be_is_refused(pitch: float) -> None:
    settings = SilenceSettings(minimum_pitch=pitch)
    with pytest.raises(UserError, match="minimum pitch"):
        assist.silences(source(noise(0.1)), settings, Progress())


@given(time=st.floats(0, 1), hertz=st.floats(20, 900))
def test_the_nearest_crossing_of_a_tone(time: float, hertz: float) -> None:
    middles = (np.arange(RATE) + 0.5) / RATE
    samples = np.sin(2 * np.pi * hertz * middles).astype(np.float32)[:, None]
    found = assist.zero_crossing(lambda a, b: samples[a:b], RATE, 0, time, frames=RATE)
    crossings = np.arange(1, int(np.ceil(2 * hertz))) / (2 * hertz)
    assert np.abs(crossings - found).min() < 2e-5
    between = crossings[(crossings > 1 / RATE) & (crossings < 1 - 1 / RATE)]
    assert abs(found - time) <= np.abs(between - time).min() + 4e-5


def test_a_crossing_far_away_is_found_and_none_is_where_it_was() -> None:
    samples = np.ones((RATE, 1), np.float32)
    samples[6000:] = -1
    found = assist.zero_crossing(lambda a, b: samples[a:b], RATE, 0, 0.1, frames=RATE)
    assert found == 0.75
    flat = np.ones((RATE, 1), np.float32)
    assert (
        assist.zero_crossing(lambda a, b: flat[a:b], RATE, 0, 0.3, frames=RATE) == 0.3
    )
