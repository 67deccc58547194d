"""Sounds are opened ahead, few stay open, and never is the shown one closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annolab.widgets import worker
from annolab.widgets.sound_source import KEPT, Opened, SoundSource
from tests.unit.media.sounds import noise, write

RATE = 8000


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Twelve sounds, of which each is longer than the one before."""
    return [write(tmp_path / f"{n}.wav", noise(0.1 * (n + 1))) for n in range(12)]


@pytest.fixture
def source(qtbot: QtBot) -> Iterator[SoundSource]:
    del qtbot
    made = SoundSource(lambda: 1 << 20)
    yield made
    worker.stop_all()
    made.forget()


def frames(opened: Opened | None) -> int:
    """How many can be read."""
    assert opened is not None
    return len(opened.sound.read(0, 10 * RATE))


def test_a_sound_is_opened_once_and_told(
    qtbot: QtBot, source: SoundSource, paths: list[Path]
) -> None:
    told: list[Path] = []
    source.opened.connect(lambda path, _: told.append(path))
    assert source.get(paths[0]) is None
    assert source.get(paths[0]) is None
    with qtbot.waitSignal(source.complete) as ended:
        pass
    assert ended.args == [paths[0]]
    assert told == [paths[0]]
    assert frames(source.get(paths[0])) == 800


def test_of_many_the_newest_stay_open(
    qtbot: QtBot, source: SoundSource, paths: list[Path]
) -> None:
    kept: dict[Path, Opened] = {}
    source.opened.connect(kept.__setitem__)
    for path in paths:
        source.get(path)
        qtbot.waitUntil(worker.idle)
    held = [path for path in paths if frames(kept[path])]
    assert held == paths[-KEPT:]


def test_the_one_that_is_shown_stays_open_whatever_comes_later(
    qtbot: QtBot, source: SoundSource, paths: list[Path]
) -> None:
    shown: list[Opened] = []
    source.opened.connect(
        lambda path, opened: shown.append(opened) if path == paths[0] else None
    )
    source.prefetch(paths[1:])
    source.get(paths[0])  # the last that was asked for is the one that is shown
    qtbot.waitUntil(worker.idle)
    source.prefetch(paths[1:])
    qtbot.waitUntil(worker.idle)
    (opened,) = shown
    assert frames(opened) == 800
    assert source.get(paths[0]) is opened


def test_what_cannot_be_opened_is_told(
    qtbot: QtBot, source: SoundSource, tmp_path: Path
) -> None:
    for _ in range(2):  # a second try may find it mended
        with qtbot.waitSignal(source.failed) as ended:
            assert source.get(tmp_path / "missing.wav") is None
        assert ended.args is not None
        assert ended.args[1].endswith(".")
    write(tmp_path / "missing.wav", noise(0.1))
    with qtbot.waitSignal(source.complete):
        source.get(tmp_path / "missing.wav")
