"""The spectrum beside a sound follows cursor, selection, channel and settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from annolab.media.spectral_slice import Slice
from annolab.model.edit import Change, Edit
from annolab.model.item import Item, Media
from annolab.widgets.slice_window import SliceWindow, open_slice
from tests.sound_bench import RATE, SoundBench, bench_on, make_project
from tests.unit.media.sounds import tone, write


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    """A second of 500 Hz, then one of 2000 Hz; the other channel is silent."""
    made = bench_on(make_project(tmp_path, tiers=False), qtbot)
    bench = next(made)
    wave = np.concatenate((tone(500, 1.0), tone(2000, 1.0)))
    both = np.concatenate((wave, np.zeros_like(wave)), axis=1)
    path = write(tmp_path / "two.wav", both, RATE, subtype="FLOAT")
    root = bench.items[0].root_id
    item = Item(id=900, path=path.name, media=Media.AUDIO, root_id=root)
    bench.project.apply(Edit("Add", (Change(None, item),)))
    bench.session.open_item(900)
    bench.ready()
    yield bench
    yield from made


def shown(bench: SoundBench) -> SliceWindow:
    bench.settle()
    found = bench.canvas.findChild(SliceWindow)
    assert isinstance(found, SliceWindow)
    return found


def strongest(bench: SoundBench) -> tuple[float, float]:
    found = shown(bench).slice
    assert isinstance(found, Slice)
    peak = found.peak(0, RATE)
    assert peak is not None
    return peak


def test_it_shows_the_spectrum_at_the_cursor_and_of_the_selection(
    bench: SoundBench,
) -> None:
    bench.view.select(0.5)
    bench.act("spectral_slice")
    window = shown(bench)
    assert window.isVisible()
    assert not window.isModal()
    assert strongest(bench) == pytest.approx((500, -6.0), abs=5)
    assert window.heading.text() == "At 0.5000 s"
    bench.view.select(1.5)  # follows
    assert strongest(bench)[0] == pytest.approx(2000, abs=5)
    bench.view.select(0.25, 1.75)
    assert window.plot.isVisible()
    found = shown(bench).slice
    assert found is not None
    assert found.hertz[1] < 2  # as fine as the selection is long
    assert "1.5000 s long" in window.heading.text()
    assert window.curve.getData()[0].size > 0


def test_it_follows_the_channel_and_the_settings(bench: SoundBench) -> None:
    bench.view.select(0.5)
    bench.act("spectral_slice", "channel")
    silent = shown(bench).slice
    assert silent is not None
    assert silent.decibels.max() < -100
    assert shown(bench).readout.text() == ""
    bench.act("channel")  # the mean
    assert strongest(bench)[1] == pytest.approx(-12.0, abs=0.3)
    bench.session.settings.set("sound.high", 2500)
    bench.session.option_changed.emit("sound.high")
    window = shown(bench)
    assert window.plot.viewRange()[0] == pytest.approx([0, 2500])


def test_the_peak_near_the_pointer_is_told(bench: SoundBench) -> None:
    bench.view.select(0.2, 1.8)
    bench.act("spectral_slice")
    window = shown(bench)
    box = window.plot.getPlotItem().getViewBox()
    for hertz in (500, 2000):
        at = box.mapViewToScene(QPointF(hertz + 10, -30))
        window.plot.scene().sigMouseMoved.emit(at)
        assert window.readout.text().startswith(f"Peak: {hertz:,}.")
    at = box.mapViewToScene(QPointF(2150, -30))  # on the slope
    window.plot.scene().sigMouseMoved.emit(at)
    assert window.readout.text().startswith("At 2,150.")
    window.plot.scene().sigMouseMoved.emit(QPointF(-100, -100))
    assert window.readout.text().startswith("Peak: ")


def test_there_is_one_and_it_rests_while_it_is_closed(bench: SoundBench) -> None:
    bench.act("spectral_slice")
    window = shown(bench)
    window.close()
    before = window.slice
    bench.view.select(1.5)
    assert shown(bench).slice is before
    assert open_slice(bench.canvas) is window
    assert strongest(bench)[0] == pytest.approx(2000, abs=5)
    bench.session.set_project(None)
    assert not window.isVisible()


def test_another_sound_is_followed(bench: SoundBench) -> None:
    bench.act("spectral_slice")
    assert shown(bench).slice is not None
    bench.session.open_item(None)
    assert shown(bench).slice is None
    assert shown(bench).readout.text() == ""
    bench.session.open_item(bench.items[0].id)
    bench.ready()
    assert shown(bench).slice is not None


def test_without_a_sound_there_is_none(bench: SoundBench) -> None:
    bench.session.open_item(None)
    bench.act("spectral_slice")
    assert bench.canvas.findChild(SliceWindow) is None
