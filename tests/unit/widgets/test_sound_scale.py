"""The axes beside a sound: round values, never over one another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from annolab.media.spectrogram import SCALES, SpectrogramSettings, band, place_of
from annolab.widgets.sound_scale import (
    AIR,
    Tick,
    amplitude_ticks,
    draw_ticks,
    frequency_ticks,
)
from annolab.widgets.theme import DARK, LIGHT, Theme

LINE = 13.0


def texts(ticks: Iterable[Tick]) -> list[str]:
    return [tick.text for tick in ticks if tick.text]


def hertz(text: str, top: str) -> float:
    number = float(text.split(maxsplit=1)[0])
    return number * 1000 if top.endswith("kHz") else number


@pytest.mark.parametrize(
    ("scale", "high", "height", "wanted"),
    [
        ("linear", 5000.0, 300.0, "0 0.5 1 1.5 2 2.5 3 3.5 4 4.5 5 kHz"),
        ("linear", 5000.0, 120.0, "0 1 2 3 4 5 kHz"),
        ("linear", 5000.0, 60.0, "0 2 4 kHz"),
        ("linear", 500.0, 120.0, "0 100 200 300 400 500 Hz"),
        ("mel", 5000.0, 300.0, "0 0.2 0.5 1 1.5 2 3 4 5 kHz"),
        ("log", 8000.0, 300.0, "0.02 0.05 0.1 0.2 0.3 0.5 1 2 3 5 8 kHz"),
        ("log", 8000.0, 80.0, "0.1 1 8 kHz"),
    ],
)
def test_the_steps_that_one_expects(
    scale: str, high: float, height: float, wanted: str
) -> None:
    settings = SpectrogramSettings(high=high, scale=scale)
    found = texts(frequency_ticks(settings, 16_000, height, LINE))
    assert " ".join(found) == wanted


@given(
    st.sampled_from(SCALES),
    st.floats(0, 90_000),
    st.floats(1, 96_000),
    st.floats(20, 1200),
    st.floats(8, 30),
    st.sampled_from([8000, 44_100, 192_000]),
)
def test_texts_never_overlap_and_stand_where_their_frequency_is(
    scale: str, low: float, high: float, height: float, line: float, rate: int
) -> None:
    settings = SpectrogramSettings(low=low, high=high, scale=scale)
    ticks = frequency_ticks(settings, rate, height, line)
    assert all(-1e-6 <= tick.place <= 1 + 1e-6 for tick in ticks)
    written = [tick for tick in ticks if tick.text]
    middles = [
        min(max(tick.place * height, line / 2), height - line / 2) for tick in written
    ]
    assert all(b - a >= AIR * line - 1e-6 for a, b in pairwise(middles))
    bottom, top = band(settings, rate)
    for tick in written:
        value = hertz(tick.text, written[-1].text)
        place = place_of(settings, rate, value)
        assert place == pytest.approx(
            tick.place, abs=1e-4 * top / (top - bottom) + 1e-6
        )
    if height >= 2 * AIR * line:
        assert len(written) >= 2


def test_an_axis_without_room_is_left_out() -> None:
    assert frequency_ticks(SpectrogramSettings(), 44_100, 10.0, LINE) == ()


def test_a_waveform_has_its_ends_and_zero() -> None:
    assert texts(amplitude_ticks(4.0, 100.0, LINE)) == ["-0.25", "0", "0.25"]
    assert texts(amplitude_ticks(1.0, 30.0, LINE)) == ["-1", "1"]
    assert texts(amplitude_ticks(1.0, 20.0, LINE)) == []


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_text_is_drawn_within_the_axis(qtbot: QtBot, theme: Theme) -> None:
    del qtbot
    image = QImage(72, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.panel))
    painter = QPainter(image)
    ticks = [Tick(0.0, "0"), Tick(0.5), Tick(1.0, "5 kHz")]
    draw_ticks(painter, QRectF(0, 20, 72, 160), ticks, theme)
    painter.end()
    ground = QColor(theme.panel).rgb()
    rows = [
        y for y in range(200) if any(image.pixel(x, y) != ground for x in range(72))
    ]
    assert 20 <= rows[0] < 26
    assert 174 < rows[-1] < 180
    assert 100 in rows
