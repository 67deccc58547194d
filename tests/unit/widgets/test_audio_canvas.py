"""The canvas of sounds with real files, real keys and a sink in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from annolab.actions import ACTIONS, Context
from annolab.media.player import SilentSink
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Interval, Whole
from annolab.model.item import Item, Media, Status
from annolab.store.project import open_project
from annolab.widgets.audio_canvas import AudioCanvas
from annolab.widgets.clip_mode import RATING, SEVERAL
from annolab.widgets.transport import Transport
from tests.sound_bench import (
    CALL,
    LEFT,
    NONE,
    RATE,
    SONG,
    TALK,
    WORDS,
    SoundBench,
    bench_on,
    make_project,
    send,
)
from tests.unit.media.sounds import noise, tone, write

Key = Qt.Key


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


@pytest.fixture
def bare(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    """Three sounds without tiers."""
    yield from bench_on(make_project(tmp_path, tiers=False), qtbot)


def message(bench: SoundBench) -> str:
    """What is said in place of a sound, or ""."""
    found = bench.canvas.findChild(QLabel, "page")
    assert isinstance(found, QLabel)
    return found.text() if found.isVisible() else ""


def add_item(bench: SoundBench, path: str, **fields: object) -> Item:
    item = Item(
        id=900,
        path=path,
        media=Media.AUDIO,
        root_id=bench.items[0].root_id,
        **fields,  # type: ignore[arg-type]
    )
    bench.project.apply(Edit("Add", (Change(None, item),)))
    bench.session.open_item(item.id)
    return item


# Opening


def test_a_sound_is_shown_whole_with_the_cursor_in_its_middle(
    bench: SoundBench,
) -> None:
    assert message(bench) == ""
    assert (bench.view.start, bench.view.stop) == (0.0, 4.0)
    assert bench.view.cursor == 2.0
    assert bench.area.rows.tiers()[0][0] == WORDS
    assert bench.canvas.opened is not None
    assert bench.canvas.opened.sound.frames == 4 * RATE


def test_another_sound_and_back_and_none(bench: SoundBench) -> None:
    bench.session.open_item(101)
    bench.ready()
    assert bench.view.length == 3.0
    assert bench.area.rows.tiers() == []
    bench.session.open_item(100)
    bench.ready()
    assert bench.view.length == 4.0
    assert len(bench.area.rows.tiers()) == 3
    bench.session.open_item(None)
    assert message(bench).startswith("No sound is open")
    assert not bench.canvas.grab().isNull()


def test_every_action_can_be_asked_for_without_a_sound(
    bench: SoundBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "annolab.widgets.tier_commands.QInputDialog.getText",
        lambda *_, **__: ("", False),
    )
    bench.session.open_item(None)
    before = bench.stored()
    for action in ACTIONS:
        if action.context is Context.AUDIO and not action.id.endswith("_item"):
            assert bench.canvas.trigger(action.id), action.id
            dialog = QApplication.activeModalWidget()
            if dialog is not None:
                dialog.close()
    bench.canvas.clips.switch(on=False)
    assert bench.stored() == before
    assert bench.edits == []


def test_an_empty_file_is_told(bench: SoundBench, tmp_path: Path) -> None:
    write(tmp_path / "empty.wav", noise(0.0), RATE)
    add_item(bench, "empty.wav")
    bench.settle()
    assert "empty.wav" in message(bench)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVEfmt ", None])
def test_what_cannot_be_played_is_told_and_the_next_one_plays(
    bench: SoundBench, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "bad.wav").write_bytes(content)
    add_item(bench, "bad.wav", missing=content is None)
    bench.settle()
    title, _, sentence = message(bench).partition("\n\n")
    assert title == "This sound cannot be played"
    assert sentence.endswith(".")
    bench.act("play", "play_window", "add_boundary", "segment", "zoom_in")
    assert not bench.canvas.transport.playing
    bench.session.open_item(100)
    bench.ready()
    assert message(bench) == ""
    bench.act("play")
    assert bench.canvas.transport.playing


def test_a_sound_that_is_switched_away_from_at_once_is_not_shown(
    bench: SoundBench,
) -> None:
    for item_id in (101, 102, 100, 102):
        bench.session.open_item(item_id)
    bench.ready()
    assert bench.view.length == 2.0


def test_a_compressed_sound_tells_its_exact_length(
    bench: SoundBench, tmp_path: Path
) -> None:
    frames = 3 * RATE + 17
    samples = noise(4.0)[:frames]
    write(tmp_path / "a.ogg", samples, RATE, format="OGG", subtype="VORBIS")
    add_item(bench, "a.ogg", length=2.5)
    bench.ready()
    bench.qtbot.waitUntil(lambda: bench.canvas.opened.peaks.complete)  # type: ignore[union-attr]
    (item,) = bench.project.items([900])
    assert item.length == frames / RATE
    assert item.rate == RATE
    assert bench.view.length == frames / RATE
    assert bench.project.undo_step is not None
    assert bench.project.undo_step.name == "Add"  # facts are no step
    assert bench.sound.opened is bench.canvas.opened


def test_the_project_closes_while_a_sound_is_opened(bench: SoundBench) -> None:
    bench.session.open_item(101)
    bench.session.set_project(None)
    assert bench.canvas.opened is None
    assert not bench.canvas.transport.playing
    bench.settle()
    assert message(bench).startswith("No sound is open")


# Playing


def play_to_the_end(bench: SoundBench) -> None:
    with bench.qtbot.waitSignal(bench.canvas.transport.stopped):
        bench.sinks[-1].advance(10 * RATE)


def test_tab_plays_the_selection_and_a_natural_end_keeps_it(bench: SoundBench) -> None:
    bench.view.select(1.0, 1.5)
    bench.act("play")
    play_to_the_end(bench)
    opened = bench.canvas.opened
    assert opened is not None
    heard = bench.sinks[-1].played
    assert np.array_equal(heard, opened.sound.read(RATE, RATE * 3 // 2))
    assert bench.selected == (1.0, 1.5)
    assert bench.view.playing is None


def test_tab_again_stops_and_puts_the_cursor_there(bench: SoundBench) -> None:
    bench.view.select(1.0, 3.0)
    bench.act("play")
    bench.sinks[-1].advance(RATE // 2)
    bench.act("play")
    assert not bench.canvas.transport.playing
    assert bench.view.cursor == pytest.approx(1.5, abs=0.15)
    # From the cursor on, then; Escape stops it as well.
    bench.act("play")
    bench.sinks[-1].advance(RATE // 4)
    bench.act("stop")
    assert bench.view.cursor == pytest.approx(1.75, abs=0.3)


def test_a_stop_is_not_remembered_for_the_next_end(bench: SoundBench) -> None:
    bench.view.select(1.0, 3.0)
    bench.act("play", "play", "stop")
    bench.view.select(1.0, 1.5)
    bench.act("play")
    play_to_the_end(bench)
    assert bench.selected == (1.0, 1.5)
    bench.act("play_window")
    bench.session.open_item(101)  # another sound stops it, too
    assert not bench.canvas.transport.playing
    bench.ready()
    assert bench.view.cursor == 1.5


def test_without_a_device_time_goes_on(
    tmp_path: Path, qtbot: QtBot, bench: SoundBench
) -> None:
    now = [0.0]
    transport = Transport(open_sink=lambda r, c: SilentSink(r, c, lambda: now[0]))
    canvas = AudioCanvas(bench.session, transport=transport)
    qtbot.addWidget(canvas)
    canvas.show()
    canvas.show_item(bench.session.item)
    qtbot.waitUntil(lambda: canvas.opened is not None)
    canvas.view.select(0.5, 3.0)
    canvas.trigger("audio.play")
    now[0] = 1.25
    qtbot.waitUntil(lambda: canvas.view.playing == 1.75)
    canvas.trigger("audio.play")
    assert canvas.view.cursor == 1.75
    transport.set_sound(None)
    canvas.source.forget()


def test_a_window_that_is_played_out_of_goes_along(bench: SoundBench) -> None:
    bench.view.show(0.0, 0.5)
    bench.view.select(0.2)
    bench.act("play_on")
    bench.sinks[-1].advance(RATE)
    bench.qtbot.waitUntil(lambda: bench.view.start > 0.5)
    assert bench.view.span == pytest.approx(0.5)
    bench.act("stop")


# Selections, regions, tags


def test_arrows_move_the_cursor_and_the_ends_of_the_selection(
    bench: SoundBench,
) -> None:
    step = bench.session.settings.number("sound.arrow_step")
    bench.view.select(1.0)
    bench.act("later", "later", "earlier")
    assert bench.view.cursor == pytest.approx(1.0 + step)
    bench.view.select(1.0, 2.0)
    bench.act("start_earlier", "end_later", "end_later")
    assert bench.selected == pytest.approx((1.0 - step, 2.0 + 2 * step))
    bench.view.select(1.0, 2.0)
    bench.act("later")
    assert bench.selected == pytest.approx((1.0 + step, 2.0 + step))
    bench.view.select(0.0)
    bench.act("earlier")
    assert bench.view.cursor == 0.0
    bench.view.select(1.0, 1.0 + step / 2)
    bench.act("start_later")  # an end does not pass the other
    assert bench.selected == (1.0, 1.0 + step / 2)


def test_an_end_goes_to_where_the_sound_crosses_zero(
    bench: SoundBench, tmp_path: Path
) -> None:
    write(tmp_path / "tone.wav", tone(100, 2.0), RATE, subtype="FLOAT")
    add_item(bench, "tone.wav")
    bench.ready()
    half = RATE / 200  # frames between two crossings; a frame is at its middle
    bench.view.select(1.001, 1.519)
    bench.act("start_to_zero", "end_to_zero")
    wanted = [(round(t * RATE / half) * half + 0.5) / RATE for t in (1.001, 1.519)]
    assert bench.selected == pytest.approx(wanted, abs=1e-7)
    bench.view.select(0.5012)
    bench.act("cursor_to_zero")
    assert bench.view.cursor == pytest.approx((4000 + 0.5) / RATE, abs=1e-7)


def test_delete_takes_regions_and_nothing_of_a_tier(bench: SoundBench) -> None:
    region = bench.put(Interval(1.0, 2.0), label_id=CALL.id)
    bench.session.select([region.id, bench.line(WORDS)[0].id])
    bench.act("delete")
    assert bench.line(None) == []
    assert bench.spans(WORDS) == TALK[WORDS.id]
    bench.session.undo()
    assert bench.line(None) == [region]


def test_the_whole_sound_gets_the_picked_label(bare: SoundBench) -> None:
    bare.act("whole")
    assert len(bare.said) == 1
    bare.session.label = SONG
    bare.act("whole")
    (mark,) = bare.stored()
    assert (mark.geometry, mark.label_id) == (Whole(), SONG.id)
    assert not bare.canvas.grab().isNull()


def test_symbols_of_the_palette_go_into_the_interval(bench: SoundBench) -> None:
    bench.click(WORDS, 3.0)
    bench.act("ipa")
    palette = bench.canvas.palette_panel
    assert palette.isVisible()
    palette.chosen.emit("\u0259")
    palette.chosen.emit("\u02d0")
    assert bench.spans(WORDS)[2][2] == "\u0259\u02d0"
    palette.closed.emit()
    assert palette.isHidden()
    bench.session.undo()
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_a_label_key_tags_the_clip_and_the_next_one_plays(bare: SoundBench) -> None:
    bare.act("clip_mode")
    assert bare.area.isHidden()
    assert bare.canvas.transport.playing  # the one that is open
    bare.session.pick_label(CALL)
    assert bare.session.item is not None
    assert bare.session.item.id == 101
    bare.ready()
    bare.qtbot.waitUntil(lambda: bare.canvas.transport.playing)
    bare.sinks[-1].advance(10 * RATE)
    assert len(bare.sinks[-1].played) == 3 * RATE  # the second, and all of it
    (tag,) = bare.stored(0)
    assert (tag.geometry, tag.label_id) == (Whole(), CALL.id)
    assert bare.project.items([100])[0].status is Status.DONE
    bare.act("clip_back")
    assert bare.session.item.id == 100
    assert bare.stored(0) == []
    bare.act("clip_mode")
    assert bare.area.isVisible()


def test_digits_rate_and_several_labels_wait(bare: SoundBench) -> None:
    bare.act("clip_mode")
    bare.canvas.clips.set_way(RATING)
    bare.type("7")
    bare.type("0")
    rated = bare.project.items([100, 101])
    assert [dict(item.attributes) for item in rated] == [{"rating": 7}, {}]
    bare.canvas.clips.set_way(SEVERAL)
    bare.session.pick_label(CALL)
    bare.session.pick_label(SONG)
    assert {a.label_id for a in bare.stored(2)} == {CALL.id, SONG.id}
    bare.act("clip_next")
    assert bare.project.items([102])[0].status is Status.DONE
    bare.act("clip_mode")


def test_each_clip_plays_once(bare: SoundBench) -> None:
    bare.act("clip_mode")
    started = len(bare.sinks)
    bare.settle()
    assert len(bare.sinks) == started == 1
    bare.session.open_item(101)
    bare.ready()
    assert len(bare.sinks) == 2
    bare.act("clip_mode")


# What others do meanwhile


def test_a_project_that_is_only_read_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    make_project(tmp_path).close()
    project = open_project(tmp_path / "talk.annolab", read_only=True)
    for bench in bench_on(project, qtbot):
        bench.click(WORDS, 0.3)
        bench.type("x")
        bench.act("add_boundary_all")
        assert bench.spans(WORDS) == TALK[WORDS.id]
        assert bench.said
        bench.act("play")
        assert bench.canvas.transport.playing


def test_what_changes_under_a_drag_is_not_overwritten(bench: SoundBench) -> None:
    a, b = bench.on(WORDS, 2.5), bench.on(WORDS, 3.0)
    send(bench.area, QEvent.Type.MouseButtonPress, a, NONE, LEFT)
    send(bench.area, QEvent.Type.MouseMove, b, NONE, LEFT)
    left, right = bench.line(WORDS)[1:]
    elsewhere = [
        Change(left, replace(left, geometry=Interval(1.0, 2.2))),
        Change(right, replace(right, geometry=Interval(2.2, 4.0))),
    ]
    bench.project.apply(Edit("Elsewhere", tuple(elsewhere)))
    send(bench.area, QEvent.Type.MouseButtonRelease, b)
    assert bench.spans(WORDS)[1:] == [(1.0, 2.2, "two"), (2.2, 4.0, "")]
    row = bench.area.rows.row_of(WORDS)
    assert row is not None
    assert list(row.line.marks) == bench.line(WORDS)


def test_an_item_that_is_removed_while_it_plays_is_silent(bench: SoundBench) -> None:
    bench.view.select(0.5, 3.0)
    bench.act("play")
    item = bench.session.item
    assert item is not None
    bench.project.apply(Edit("Remove", (Change(item, None),)))
    assert not bench.canvas.transport.playing
    assert message(bench) != ""
    assert bench.area.rows.tiers() == []
    bench.session.undo()
    bench.session.open_item(item.id)
    bench.ready()
    assert bench.spans(WORDS) == TALK[WORDS.id]
    assert len(bench.area.rows.tiers()) == 3


def test_a_compressed_clip_plays_once_whether_decoded_before_or_not(
    bare: SoundBench, tmp_path: Path
) -> None:
    samples = noise(1.0)
    write(tmp_path / "a.ogg", samples, RATE, format="OGG", subtype="VORBIS")
    bare.act("clip_mode")
    bare.settle()
    assert len(bare.sinks) == 1
    add_item(bare, "a.ogg")
    bare.ready()
    assert len(bare.sinks) == 2
    bare.session.open_item(100)
    bare.ready()
    assert len(bare.sinks) == 3
    bare.canvas.source.forget()  # what was decoded is on the disk
    bare.session.open_item(900)
    bare.ready()
    assert len(bare.sinks) == 4
    bare.act("clip_mode")
