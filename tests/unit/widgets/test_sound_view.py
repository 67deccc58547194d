"""Selecting times, boxes and zooming on a sound, by real mouse events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.media.sound_line import MIXED
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Interval, TimeBox
from annolab.model.item import Item, Media
from annolab.widgets.theme import theme_of
from tests.sound_bench import (
    ALT,
    CALL,
    CTRL,
    LEFT,
    NONE,
    RATE,
    SHIFT,
    SONG,
    SoundBench,
    bench_on,
    drag,
    make_project,
    send,
    turn,
)
from tests.unit.media.sounds import noise, tone, write

BOX = TimeBox(1 + 1 / 3, 2 + 1 / 7, 700 + 1 / 3, 1900 + 1 / 7)


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path, tiers=False), qtbot)


def box_of(bench: SoundBench) -> TimeBox:
    (box,) = (a.geometry for a in bench.stored() if isinstance(a.geometry, TimeBox))
    return box


def put_box(bench: SoundBench, box: TimeBox = BOX, **fields: object) -> Annotation:
    mark = bench.put(box, **{"label_id": CALL.id, **fields})
    bench.canvas.grab()
    return mark


def pixels(image: QImage) -> NDArray[np.uint8]:
    view = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(view.constBits(), np.uint8)
    return rows.reshape(view.height(), view.bytesPerLine())[:, : view.width()]


# Time


def test_a_drag_selects_exactly_the_times_under_the_pointer(bench: SoundBench) -> None:
    a, b = QPointF(200, 20), QPointF(431, 60)
    drag(bench.sound, a, QPointF(300, 30), b)
    assert bench.selected == (bench.view.time_at(200), bench.view.time_at(431))
    assert bench.view.time_at(272) == pytest.approx(1.0)  # 200 pixels a second
    bench.view.select(0.0)
    drag(bench.sound, b, a)  # to the left
    assert bench.selected == (bench.view.time_at(200), bench.view.time_at(431))


def test_a_click_puts_the_cursor(bench: SoundBench) -> None:
    drag(bench.sound, QPointF(333, 20))
    assert bench.view.cursor == bench.view.time_at(333)
    drag(bench.sound, QPointF(444, 20), held=NONE)
    assert bench.view.cursor == bench.view.time_at(444)


def test_shift_click_moves_the_nearest_edge(bench: SoundBench) -> None:
    bench.view.select(1.0, 2.0)
    drag(bench.sound, bench.in_wave(2.5), held=SHIFT)
    assert bench.selected == pytest.approx((1.0, 2.5))
    drag(bench.sound, bench.in_wave(0.5), held=SHIFT)
    assert bench.selected == pytest.approx((0.5, 2.5))
    drag(bench.sound, bench.in_wave(0.9), bench.in_wave(0.8), held=SHIFT)
    assert bench.selected == pytest.approx((0.8, 2.5))


def test_an_edge_of_the_selection_is_dragged_and_the_other_stays(
    bench: SoundBench,
) -> None:
    low = 1 + 1 / 3
    bench.view.select(low, 2.0)
    drag(bench.sound, bench.in_wave(2.0), bench.in_wave(2.3), bench.in_wave(3.0))
    assert bench.selected == pytest.approx((low, 3.0))
    drag(bench.sound, bench.in_wave(3.0), bench.in_wave(0.5))  # past the other
    assert bench.selected == pytest.approx((0.5, low))


def test_a_drag_beyond_the_sound_ends_with_it(bench: SoundBench) -> None:
    drag(bench.sound, QPointF(700, 20), QPointF(2000, 20))
    assert bench.view.high == 4.0
    drag(bench.sound, QPointF(100, 20), QPointF(-500, 20))
    assert bench.view.low == 0.0


def test_ctrl_wheel_zooms_at_the_pointer(bench: SoundBench) -> None:
    at = QPointF(372, 30)
    time = bench.view.time_at(372)
    for notches in (3, 5, -2):
        turn(bench.sound, at, notches, CTRL)
        assert bench.view.time_at(372) == pytest.approx(time)
    assert bench.view.span == pytest.approx(4.0 * 0.8**6)
    turn(bench.sound, at, -40, CTRL)
    assert (bench.view.start, bench.view.stop) == (0.0, 4.0)


def test_the_wheel_scrolls_and_alt_changes_the_gain(bench: SoundBench) -> None:
    bench.view.show(1.0, 2.0)
    turn(bench.sound, QPointF(300, 30), -1)
    assert bench.view.start > 1.0
    assert bench.view.span == pytest.approx(1.0)
    turn(bench.sound, QPointF(300, 30), 50)
    assert bench.view.start == 0.0
    turn(bench.sound, QPointF(300, 30), 2, ALT)
    assert bench.sound.gain > 1.0
    assert bench.view.start == 0.0


def test_the_status_tells_time_and_frequency(bench: SoundBench) -> None:
    told: list[str] = []
    bench.canvas.position_changed.connect(told.append)
    send(bench.sound, QEvent.Type.MouseMove, bench.in_wave(1.0))
    send(bench.sound, QEvent.Type.MouseMove, bench.in_picture(1.0, 1000.0))
    assert told[0].startswith("t 1.00")
    assert "Hz" not in told[0]
    assert told[0].endswith("dBFS")
    assert "Hz" in told[1]
    assert "dBFS" not in told[1]


def test_the_status_tells_of_the_cursor_that_keys_have_moved(
    bench: SoundBench, tmp_path: Path
) -> None:
    samples = np.zeros((4 * RATE, 1), np.float32)
    samples[RATE] = 0.5
    sounding(bench, write(tmp_path / "one.wav", samples, RATE, subtype="FLOAT"))
    told: list[str] = []
    bench.canvas.position_changed.connect(told.append)
    bench.view.select(1.0)
    bench.act("later", "earlier")
    assert told == [
        "t 1.000 s   0.5000   -6.0 dBFS",
        "t 1.050 s   0.0000   -∞ dBFS",
        "t 1.000 s   0.5000   -6.0 dBFS",
    ]
    bench.view.select(1.0, 2.0)  # no cursor
    assert len(told) == 3


def test_the_status_tells_the_sample_or_the_extremes_of_a_pixel(
    bench: SoundBench, tmp_path: Path
) -> None:
    samples = np.zeros((4 * RATE, 1), np.float32)
    samples[RATE] = 0.5  # the sample from second 1 on
    samples[RATE + 1] = -0.25
    sounding(bench, write(tmp_path / "two.wav", samples, RATE, subtype="FLOAT"))
    told: list[str] = []
    bench.canvas.position_changed.connect(told.append)
    bench.view.show(0.999, 1.001)
    for place in (0.5, 1.5, 3.5):
        at = bench.in_wave(1.0 + place / RATE)
        send(bench.sound, QEvent.Type.MouseMove, at)
    bench.view.show_all()
    send(bench.sound, QEvent.Type.MouseMove, bench.in_wave(1.0))
    assert told[0].endswith("   0.5000   -6.0 dBFS")
    assert told[1].endswith("   -0.2500   -12.0 dBFS")
    assert told[2].endswith("   0.0000   -∞ dBFS")
    assert told[3].endswith("   -0.250 … 0.500   -6.0 dBFS")


# Boxes


def test_the_box_tool_draws_a_box(bench: SoundBench) -> None:
    bench.canvas.set_tool("box")
    bench.session.pick_label(SONG)  # for the box that comes
    a, b = bench.in_picture(3.0, 500.0), bench.in_picture(1.0, 2500.0)
    drag(bench.sound, a, bench.in_picture(2.0, 900.0), b)
    box = box_of(bench)
    assert box.start == bench.view.time_at(b.x())
    assert box.stop == pytest.approx(3.0)
    assert (box.low, box.high) == pytest.approx((500.0, 2500.0), abs=1.0)
    (mark,) = bench.stored()
    assert mark.label_id == SONG.id
    assert bench.session.selection == (mark.id,)
    bench.canvas.set_tool("select")
    drag(bench.sound, bench.in_picture(3.2, 700.0), bench.in_picture(3.6, 900.0))
    assert len(bench.stored()) == 1
    assert bench.selected == pytest.approx((3.2, 3.6))


def test_a_box_ends_with_the_spectrogram(bench: SoundBench) -> None:
    bench.canvas.set_tool("box")
    start = bench.in_picture(3.0, 500.0)
    drag(bench.sound, start, QPointF(2000, 300), QPointF(2000, 5))
    box = box_of(bench)
    assert box.stop == 4.0
    assert box.high == pytest.approx(4000.0)  # half the rate
    drag(bench.sound, bench.in_picture(1.0, 500.0))  # a click draws nothing
    drag(bench.sound, bench.in_wave(1.0), bench.in_wave(2.0))  # on no spectrogram
    assert len(bench.stored()) == 1
    assert bench.selected == pytest.approx((1.0, 2.0))


@pytest.mark.parametrize("side", ["start", "stop", "low", "high"])
def test_an_edge_of_a_box_is_dragged_and_the_other_three_keep_their_doubles(
    bench: SoundBench, side: str
) -> None:
    mark = put_box(bench)
    time, hertz = (BOX.start + BOX.stop) / 2, (BOX.low + BOX.high) / 2
    if side in ("start", "stop"):
        a = bench.in_picture(getattr(BOX, side), hertz)
        b = QPointF(a.x() + 30, a.y() + 17)
        wanted = bench.view.time_at(b.x())
    else:
        a = bench.in_picture(time, getattr(BOX, side))
        b = QPointF(a.x() + 30, a.y() + 17)
        wanted = bench.sound.frequency_at(b.y()) or 0.0
    drag(bench.sound, a, b)
    after = box_of(bench)
    assert getattr(after, side) == pytest.approx(wanted)
    assert getattr(after, side) != getattr(BOX, side)
    assert replace(after, **{side: getattr(BOX, side)}) == BOX
    assert bench.session.selection == (mark.id,)


def test_a_corner_moves_two_sides_and_the_name_the_box(bench: SoundBench) -> None:
    put_box(bench)
    at = bench.in_picture(BOX.stop, BOX.low)
    drag(bench.sound, at, at + QPointF(20, -15))
    after = box_of(bench)
    assert (after.start, after.high) == (BOX.start, BOX.high)
    assert after.stop > BOX.stop
    assert after.low > BOX.low
    bench.session.undo()
    name = bench.in_picture(BOX.start, BOX.high) + QPointF(12, 9)
    drag(bench.sound, name, name + QPointF(40, 0))
    moved = box_of(bench)
    assert moved.start == pytest.approx(BOX.start + 0.2)
    assert moved.stop - moved.start == pytest.approx(BOX.stop - BOX.start)
    assert (moved.low, moved.high) == pytest.approx((BOX.low, BOX.high))


def test_inside_of_a_box_time_is_selected(bench: SoundBench) -> None:
    put_box(bench)
    hertz = (BOX.low + BOX.high) / 2
    drag(bench.sound, bench.in_picture(1.6, hertz), bench.in_picture(1.8, hertz))
    assert box_of(bench) == BOX
    assert bench.selected == pytest.approx((1.6, 1.8))


def test_hidden_and_locked_boxes_are_not_dragged(bench: SoundBench) -> None:
    mark = put_box(bench)
    a, b = bench.in_picture(BOX.stop, 1000.0), bench.in_picture(3.0, 1000.0)
    bench.session.hide([mark.id])
    assert bench.sound.boxes.shown() == []
    drag(bench.sound, a, b)
    bench.session.show_all()
    assert [shown.id for shown in bench.sound.boxes.shown()] == [mark.id]
    locked = replace(mark, locked=True)
    bench.session.apply(edits.set_locked([mark], locked=True))
    drag(bench.sound, a, b)
    assert bench.stored() == [locked]


def test_boxes_are_shown_as_they_are_now(bench: SoundBench) -> None:
    shown, session = bench.sound.boxes.shown, bench.session
    assert shown() == []
    mark = put_box(bench)
    bench.put(Interval(0.5, 0.6))
    assert shown() == [mark]
    after = replace(mark, geometry=replace(BOX, high=2000.0))
    session.apply(edits.set_geometry(mark, after.geometry))
    assert shown() == [after]
    session.undo()
    assert shown() == [mark]
    more = [replace(mark, id=mark.id + n) for n in range(1, 201)]
    session.apply(edits.add(more))
    assert shown() == [mark, *more]
    session.apply(edits.delete([mark, *more]))
    assert shown() == []
    session.undo()
    session.open_item(bench.items[1].id)
    assert shown() == []
    session.open_item(bench.items[0].id)
    assert shown() == [mark, *more]
    session.set_project(None)
    assert shown() == []


def test_escape_gives_up_a_box(bench: SoundBench) -> None:
    bench.canvas.set_tool("box")
    a, b = bench.in_picture(1.0, 500.0), bench.in_picture(2.0, 900.0)
    send(bench.sound, QEvent.Type.MouseButtonPress, a, NONE, LEFT)
    send(bench.sound, QEvent.Type.MouseMove, b, NONE, LEFT)
    bench.act("stop")
    send(bench.sound, QEvent.Type.MouseButtonRelease, b)
    assert bench.stored() == []


# The picture


def sounding(bench: SoundBench, path: Path) -> None:
    """Show another file as the last item."""
    item = Item(
        id=900, path=path.name, media=Media.AUDIO, root_id=bench.items[0].root_id
    )
    bench.project.apply(Edit("Add", (Change(None, item),)))
    bench.session.open_item(900)
    bench.ready()


def picture(bench: SoundBench) -> NDArray[np.uint8]:
    """What is painted of the spectrogram, once it was made."""
    bench.canvas.grab()
    bench.settle()
    _, place = bench.sound.bands()
    assert place is not None
    inside = place.toRect().adjusted(2, 2, -2, -2)
    return pixels(bench.sound.grab(inside).toImage())


@pytest.mark.parametrize("window", [(0.0, 4.0), (0.9, 1.4), (1.0, 1.01)])
def test_the_spectrogram_of_a_tone_is_a_line_at_its_frequency(
    bench: SoundBench, tmp_path: Path, window: tuple[float, float]
) -> None:
    samples = np.concatenate([tone(1000, 2.0) + noise(2.0) * 0.01, noise(2.0) * 0.01])
    sounding(bench, write(tmp_path / "tone.wav", samples, RATE))
    bench.view.select(0.0)
    bench.view.show(*window)
    seen = picture(bench).astype(float)
    assert seen.std() > 2
    _, place = bench.sound.bands()
    assert place is not None
    tall = len(seen)
    rows = [int(bench.sound.y_of(hertz) - place.top() - 2) for hertz in (1000, 3000)]
    time = min(sum(window) / 2, 1.5)
    x = int(bench.view.x_of(time) - place.left())
    line, beside = (seen[min(max(y, 0), tall - 1), x] for y in rows)
    assert abs(line - beside) > 30


def test_both_channels_are_shown(bench: SoundBench, tmp_path: Path) -> None:
    path = write(tmp_path / "two.wav", noise(1.0, channels=2), RATE)
    sounding(bench, path)
    waves, place = bench.sound.bands()
    assert len(waves) == 2
    assert place is not None
    assert picture(bench).std() > 2
    bench.act("show_spectrogram")
    assert bench.sound.bands()[1] is None
    assert not bench.canvas.grab().isNull()


def test_the_mean_of_the_channels_comes_after_the_last_one(
    bench: SoundBench, tmp_path: Path
) -> None:
    one = tone(1000, 1.0)
    path = write(tmp_path / "two.wav", np.concatenate((one, -one), axis=1), RATE)
    sounding(bench, path)
    sound, told = bench.sound, []
    sound.channel_changed.connect(lambda: told.append(sound.line))
    before = picture(bench)
    bench.act("channel")
    assert len(sound.bands()[0]) == 2
    bench.act("channel")
    assert told == [1, MIXED]
    assert len(sound.bands()[0]) == 1
    assert sound.line_name(sound.line) == "Mean of 2 channels"
    assert bench.said == []
    mean = picture(bench)  # they cancel out
    assert mean.shape != before.shape or (mean != before).any()
    bench.act("channel")
    assert told == [1, MIXED, 0]
    bench.session.open_item(bench.items[0].id)
    bench.ready()
    bench.act("channel")  # has only one
    assert not sound.mixed
    assert bench.said == ["This sound has only one channel."]


def test_what_is_cut_off_is_marked_at_every_zoom(
    bench: SoundBench, tmp_path: Path
) -> None:
    wave = np.clip(1.5 * tone(100, 4.0) / 0.5, -1, 1).astype(np.float32)
    both = np.concatenate((wave, np.zeros_like(wave)), axis=1)
    sounding(bench, write(tmp_path / "cut.wav", both, RATE, subtype="PCM_16"))
    error = theme_of().color("error").rgb()

    def marked() -> list[bool]:
        image = bench.sound.grab().toImage()
        rows = [band.toRect() for band in bench.sound.bands()[0]]
        return [
            any(
                image.pixel(x, y) == error
                for x in range(row.left(), row.right(), 2)
                for y in range(row.top(), row.bottom())
            )
            for row in rows
        ]

    for window in ((0.0, 4.0), (1.0, 1.2), (1.0, 1.02)):
        bench.view.show(*window)
        bench.view.select(0.0)
        assert marked() == [True, False]
        bench.act("channel", "channel")  # the mean of both
        assert marked() == [True]
        bench.act("channel")


def test_single_samples_are_drawn_when_zoomed_in(bench: SoundBench) -> None:
    bench.view.show(1.0, 1.004)
    band = bench.sound.bands()[0][0].toRect()
    seen = pixels(bench.sound.grab(band).toImage())
    assert len(np.unique(seen)) > 2
