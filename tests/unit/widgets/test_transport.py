"""The transport tells where the sound is, and says once that none is heard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from annolab.errors import UserError
from annolab.media.player import MemorySink, Sink
from annolab.widgets.transport import Transport
from tests.unit.media.sounds import noise
from tests.unit.media.test_player import RATE, Recorded, Room


def nothing(_rate: int, _channels: int) -> Sink:
    message = "There is no sound device."
    raise UserError(message)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def transport(qtbot: QtBot, room: Room) -> Transport:
    del qtbot
    made = Transport(open_sink=room.open)
    made.set_sound(Recorded(noise(2.0)))
    return made


def test_it_moves_and_stops_at_the_end(
    qtbot: QtBot, room: Room, transport: Transport
) -> None:
    moves: list[float] = []
    transport.moved.connect(moves.append)
    with qtbot.waitSignal(transport.started):
        transport.play(0.5, 1.0)
    assert transport.playing
    room.sink.advance(RATE // 4)
    qtbot.waitUntil(lambda: 0.75 in moves)
    with qtbot.waitSignal(transport.stopped) as ended:
        room.sink.advance(RATE)
    assert ended.args == [1.0]
    assert transport.position is None
    assert moves == sorted(moves)


def test_stop_tells_where_it_was(
    qtbot: QtBot, room: Room, transport: Transport
) -> None:
    transport.play(0.5, 1.0, loop=True)
    room.sink.advance(RATE // 2 + 800)
    with qtbot.waitSignal(transport.stopped) as ended:
        transport.stop()
    assert ended.args == [pytest.approx(0.6)]
    assert transport.position is None


def test_another_speed_goes_on_where_the_sound_is(
    room: Room, transport: Transport
) -> None:
    transport.play(0.0, 2.0)
    room.sink.advance(RATE // 2)
    transport.speed = 0.1
    assert transport.speed == 0.25
    assert transport.playing
    assert transport.position == pytest.approx(0.5)
    room.sink.advance(RATE)
    assert transport.position == pytest.approx(0.75)
    transport.stop()


def test_without_a_device_time_goes_on_and_it_says_so_once(qtbot: QtBot) -> None:
    transport = Transport(open_sink=nothing)
    transport.set_sound(Recorded(noise(0.1)))
    said: list[tuple[str, str]] = []
    transport.said.connect(lambda *what: said.append(what))
    for _ in range(2):
        with qtbot.waitSignal(transport.stopped) as ended:
            transport.play(0.0, 0.1)
        assert ended.args == [pytest.approx(0.1)]
    assert said == [("problem", "There is no sound device.")]


def test_nothing_is_played_without_a_sound(room: Room, transport: Transport) -> None:
    transport.play(1.0, 1.0)
    transport.set_sound(None)
    transport.play(0.0, 1.0)
    assert not transport.playing
    assert all(not len(sink.played) for sink in room.sinks)


def test_a_transport_that_is_deleted_stops(qtbot: QtBot) -> None:
    sinks: list[MemorySink] = []

    def open_sink(rate: int, channels: int) -> Sink:
        sinks.append(MemorySink(rate, channels))
        return sinks[-1]

    parent = QObject()
    transport = Transport(parent, open_sink=open_sink)
    transport.set_sound(Recorded(noise(1.0)))
    transport.play(0.0, 1.0)
    parent.deleteLater()
    with qtbot.waitSignal(parent.destroyed):
        pass
    sinks[0].advance(100)
    assert not len(sinks[0].played)
