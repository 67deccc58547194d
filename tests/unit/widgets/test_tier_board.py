"""Where the rows of tiers are, how they are scrolled, and what their heads tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from annolab import edits, tier_edits
from annolab.model.schema import Tier, TierKind
from annolab.widgets.tier_rows import _above
from tests.sound_bench import (
    EVENTS,
    PHONES,
    WORDS,
    SoundBench,
    bench_on,
    drag,
    make_project,
    turn,
)


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


def add_tiers(bench: SoundBench, count: int) -> None:
    item, me = bench.items[0], bench.project.annotator.id
    for n in range(count):
        held = bench.project.items([item.id])[0]
        schema = bench.project.schema
        edit, _ = tier_edits.add_tier(schema, held, f"t{n}", TierKind.INTERVAL, me)
        bench.project.apply(edit)


def seen(bench: SoundBench, tier: Tier | None) -> bool:
    return QRectF(bench.area.rect()).contains(bench.area.place_of(tier))


def test_a_bar_is_there_only_when_tiers_have_no_room(bench: SoundBench) -> None:
    bar = bench.area.bar
    assert bar.isHidden()
    add_tiers(bench, 20)
    assert bar.isVisible()
    assert (bar.minimum(), bar.value()) == (0, 0)
    places = bench.area.places()
    assert bar.maximum() == pytest.approx(places[-1][1].bottom() - bar.height(), abs=1)
    assert bar.toolTip().startswith("Tiers 1 to ")
    assert bar.toolTip().endswith(" of 23")
    bench.area.resize(872, 3000)
    assert bar.isHidden()
    assert bench.area.places()[0][1].top() == 0.0


def test_the_bar_is_dragged_and_turned_and_the_rows_follow(bench: SoundBench) -> None:
    add_tiers(bench, 20)
    bar, area = bench.area.bar, bench.area
    x = bar.width() / 2
    drag(bar, QPointF(x, 40), QPointF(x, 60), QPointF(x, bar.height() + 90))
    assert bar.value() == bar.maximum()
    assert area.places()[-1][1].bottom() == pytest.approx(area.height(), abs=1)
    assert area.tier == WORDS  # scrolled out of sight; keys still go there
    assert not seen(bench, WORDS)
    assert bar.toolTip().endswith("to 23 of 23")
    turn(bar, QPointF(x, 40), 100)
    assert area.places()[0][1].top() == 0
    turn(area, QPointF(30, 20), -1)  # over the names
    assert 0 < bar.value() < bar.maximum()


def test_keys_bring_the_current_tier_into_sight(bench: SoundBench) -> None:
    add_tiers(bench, 20)
    for _ in range(22):
        bench.act("next_tier")
        assert seen(bench, bench.area.tier)
    assert bench.area.bar.value() == bench.area.bar.maximum()
    bench.area.scroll_rows(-10_000)
    assert not seen(bench, bench.area.tier)
    bench.click(WORDS, 0.3)
    bench.area.scroll_rows(10_000)
    bench.type("!")  # what is typed is seen
    assert seen(bench, WORDS)
    assert bench.spans(WORDS)[0][2] == "one!"


def test_a_smaller_window_keeps_the_current_tier_in_sight(bench: SoundBench) -> None:
    bench.area.set_tier(EVENTS)
    bench.area.resize(872, 40)
    assert seen(bench, EVENTS)
    assert not seen(bench, WORDS)


def test_a_tier_tells_what_it_lies_under(bench: SoundBench) -> None:
    schema = bench.session.schema
    tier = next(t for t in schema.tiers if t.id == PHONES.id)
    under = replace(tier, parent_id=WORDS.id)
    bench.project.apply(edits.redeclare(schema, tier, under))
    rows = {row.tier.name: row for row in bench.area.rows.rows if row.tier}
    assert [(r.depth, r.parent) for r in rows.values()] == [
        (0, ""), (1, "words"), (0, "")
    ]  # fmt: skip
    place = bench.area.place_of(under)
    at = place.topLeft().toPoint() + QPoint(20, 20)
    event = QHelpEvent(QEvent.Type.ToolTip, at, bench.area.mapToGlobal(at))
    QApplication.sendEvent(bench.area, event)
    assert QToolTip.text() == "phones: 4 intervals\nChild of words"
    QToolTip.hideText()
    assert not bench.canvas.grab().isNull()


def test_tiers_in_a_circle_are_shown(bench: SoundBench) -> None:
    """A project file from elsewhere may say so."""
    tiers = {
        tier.id: tier
        for tier in (replace(WORDS, parent_id=2), replace(PHONES, parent_id=1))
    }
    assert [t.name for t in _above(tiers[1], tiers)] == ["phones", "words"]


def test_typing_after_a_new_selection_is_a_new_step(bench: SoundBench) -> None:
    bench.project.merge_ms = 60_000
    bench.click(WORDS, 0.3)
    bench.type("ab")
    bench.click(WORDS, 1.7)
    bench.click(WORDS, 0.3)
    bench.type("cd")
    assert bench.spans(WORDS)[0][2] == "oneabcd"
    bench.session.undo()
    assert bench.spans(WORDS)[0][2] == "oneab"
    bench.session.undo()
    assert bench.spans(WORDS)[0][2] == "one"


def test_names_get_the_room_they_need(bench: SoundBench) -> None:
    assert bench.view.left == 72
    schema, tier = bench.session.schema, bench.session.schema.tiers[0]
    longer = replace(tier, name="orthographic words")
    bench.project.apply(edits.redeclare(schema, tier, longer))
    wide = bench.view.left
    assert 72 < wide <= 160
    again = replace(longer, name="w" * 200)
    bench.project.apply(edits.redeclare(bench.session.schema, longer, again))
    assert wide <= bench.view.left <= 160
    bench.canvas.resize(400, 700)
    assert bench.view.left == bench.area.width() // 4
    bench.session.open_item(bench.items[1].id)
    assert bench.view.left == 72


def test_rows_lie_on_whole_pixels(bench: SoundBench) -> None:
    add_tiers(bench, 4)
    for height in range(150, 400, 7):
        bench.area.resize(872, height)
        places = [place for _, place in bench.area.places()]
        assert all(p.top() == int(p.top()) for p in places)
        assert all(a.bottom() == b.top() for a, b in pairwise(places))
