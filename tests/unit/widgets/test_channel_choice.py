"""What is computed of a sound is of the channel that is seen, or of the mean of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from annolab import plugins
from annolab.assist.overlay import Track
from annolab.media.sound_line import MIXED, one_line
from annolab.media.spectral_power import power_density
from annolab.media.spectrogram import SpectrogramSettings
from annolab.model.edit import Change, Edit
from annolab.model.item import Item, Media
from tests.sound_bench import RATE, SoundBench, bench_on, make_project
from tests.unit.media.sounds import Samples, tone, write


@pytest.fixture
def both() -> Samples:
    """A second of 100 Hz, and of 100 Hz a bit later and weaker."""
    first = tone(100, 1.0)
    return np.concatenate((first, np.roll(first, 11) / 2), axis=1).astype(np.float32)


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot, both: Samples) -> Iterator[SoundBench]:
    made = bench_on(make_project(tmp_path, tiers=False), qtbot)
    bench = next(made)
    path = write(tmp_path / "two.wav", both, RATE, subtype="FLOAT")
    root = bench.items[0].root_id
    item = Item(id=900, path=path.name, media=Media.AUDIO, root_id=root)
    bench.project.apply(Edit("Add", (Change(None, item),)))
    bench.session.open_item(900)
    bench.ready()
    yield bench
    yield from made


def test_curves_are_of_what_is_seen(
    bench: SoundBench, both: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[NDArray[np.float32]] = []

    class Overlay:
        def tracks(
            self,
            samples: NDArray[np.float32],
            rate: int,
            start: float,
            settings: Mapping[str, str],
        ) -> list[Track]:
            del rate, start, settings
            heard.append(samples)
            return []

    monkeypatch.setattr(plugins, "load", lambda _: Overlay)
    bench.act("pitch")
    for line in (0, 1, MIXED):
        bench.qtbot.waitUntil(
            lambda line=line: (  # type: ignore[misc]
                len(heard) > 0 and np.array_equal(heard[-1], one_line(both, line))
            )
        )
        bench.act("channel")


def test_zero_crossings_are_of_what_is_seen(bench: SoundBench, both: Samples) -> None:
    places = []
    for line in (0, 1, MIXED):
        assert bench.sound.line == line
        bench.view.select(0.504)
        bench.act("cursor_to_zero")
        assert bench.view.cursor is not None
        frame = int(bench.view.cursor * RATE - 0.5)
        around = one_line(both, line)[frame - 1 : frame + 3]
        assert around.min() < 0 < around.max()
        places.append(bench.view.cursor)
        bench.act("channel")
    assert len(set(places)) == 3


def test_the_power_of_a_mean_is_that_of_the_mean(
    bench: SoundBench, both: Samples
) -> None:
    assert bench.canvas.opened is not None
    sound = bench.canvas.opened.sound
    mean = one_line(both, MIXED)[:, None]
    settings = SpectrogramSettings(0.05)
    found = power_density(sound, MIXED, 0.5, 100, settings)
    first = power_density(sound, 0, 0.5, 100, settings)
    share = np.square(mean[:4000]).mean() / np.square(both[:4000, 0]).mean()
    assert found / first == pytest.approx(share, rel=0.01)
