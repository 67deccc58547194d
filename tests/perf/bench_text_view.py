"""The view of texts: 10 MB with 100,000 spans and 20,000 relations."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication

from annolab.app import make_app
from annolab.model.schema import LABEL_COLORS
from annolab.model.span_index import SpanIndex
from annolab.settings import Settings
from annolab.widgets.text_view import Arc, Mark, TextView
from tests.perf.table import Row, best_of, duration, percentile

LENGTH, SPANS, RELATIONS = 10_000_000, 100_000, 20_000
WINDOW = (1200, 1000)
PARTS = (
    "The quick brown fox jumps over the lazy dog while it rains. ",
    "漢字仮名交じり文で書かれた文章です。",
    "كتبت إلى لندن 1841 مرتين عن الآلة. ",
    "A family 👨‍👩‍👧‍👦 went to the café in July 1843. ",
    "Angela Merkel visited Paris and met the president of France. ",
)


def large_text() -> str:
    """80,000 lines in several scripts, three of them of a million characters."""
    chance = random.Random(1)
    long = [(part * 60_000)[:1_000_000] for part in (PARTS[0], PARTS[1], PARTS[4])]
    lines, length = [], 0
    while length < LENGTH - 3_000_000:
        line = ("".join(chance.choices(PARTS, k=4)))[: chance.randrange(20, 160)]
        lines.append(line)
        length += len(line) + 1
    for number, line in enumerate(long):
        lines.insert((number + 1) * len(lines) // 4, line)
    return "\n".join(lines)


def marks_on(length: int) -> tuple[list[Mark], list[Arc]]:
    """Spans of words anywhere, some nested, and relations between neighbours."""
    chance = random.Random(2)
    starts = sorted(chance.randrange(length - 60) for _ in range(SPANS))
    marks = [
        Mark(
            n + 1, ((start, start + chance.choice((4, 7, 12, 20, 40))),),
            LABEL_COLORS[n % len(LABEL_COLORS)], f"LABEL{n % 9}",
        )
        for n, start in enumerate(starts)
    ]  # fmt: skip
    arcs = []
    for n in range(RELATIONS):
        head = chance.randrange(SPANS - 10)
        arcs.append(
            Arc(n + 1, head + 1, head + chance.randrange(2, 8), "#8c9eff", "rel")
        )
    return marks, arcs


def rows() -> Iterator[Row]:
    """Index, opening, scrolling, tagging."""
    with tempfile.TemporaryDirectory() as name:
        app = make_app(Settings(Path(name) / "settings.toml"))
    text = large_text()
    marks, arcs = marks_on(len(text))
    yield from _index(marks)
    view = TextView()
    view.resize(*WINDOW)
    view.show()
    app.processEvents()
    opened = _opened(view, text, marks, arcs)
    what = f"{len(text) / 1e6:.0f} M characters, {SPANS:,} spans: first screen"
    yield _row(what, opened, 0.5)
    yield from _scrolled(view)
    yield from _changed(view, marks)


def _row(what: str, seconds: float, limit: float) -> Row:
    reach = f"<= {duration(limit)}"
    return Row(what, duration(seconds), limit=reach, met=seconds <= limit)


def _index(marks: list[Mark]) -> Iterator[Row]:
    spans = [(mark.id, mark.pieces) for mark in marks]
    yield _row("index 100,000 spans", best_of(lambda: SpanIndex(spans), 3), 0.5)
    index = SpanIndex(spans)
    chance = random.Random(3)
    places = [chance.randrange(LENGTH - 6000) for _ in range(1000)]
    times = [_timed(lambda at=at: index.within(at, at + 6000)) for at in places]  # type: ignore[misc]
    yield _row("the spans in 6,000 characters, p50", percentile(times, 0.5), 0.0002)
    every = [(s, e) for ((s, e),) in (mark.pieces for mark in marks)]
    plain = best_of(lambda: [p for p in every if p[0] < 9000 and p[1] > 3000], 3)
    best = percentile(times, 0.5)
    yield Row(
        "the same against looking at all", duration(best), duration(plain), best / plain
    )


def _timed(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _painted(view: TextView) -> None:
    view.viewport().repaint()


def _opened(view: TextView, text: str, marks: list[Mark], arcs: list[Arc]) -> float:
    def opened() -> None:
        view.set_text(text)
        view.set_marks(marks)
        view.set_arcs(arcs)
        _painted(view)

    return best_of(opened, 3)


def _scrolled(view: TextView) -> Iterator[Row]:
    bar = view.verticalScrollBar()
    for name, step in (("a wheel notch", 120), ("a page", WINDOW[1])):
        times = []
        for part in range(8):
            bar.setValue(bar.maximum() * part // 8)
            _painted(view)
            for _ in range(25):
                start = time.perf_counter()
                bar.setValue(bar.value() + step)
                _painted(view)
                times.append(time.perf_counter() - start)
        yield _row(f"scroll by {name}, p50", percentile(times, 0.5), 0.0167)
        yield _row(f"scroll by {name}, slowest of {len(times)}", max(times), 0.033)
    chance = random.Random(4)
    times = []
    for _ in range(40):
        start = time.perf_counter()
        bar.setValue(chance.randrange(bar.maximum()))
        _painted(view)
        times.append(time.perf_counter() - start)
    yield _row("jump anywhere, p50", percentile(times, 0.5), 0.05)


def _changed(view: TextView, marks: list[Mark]) -> Iterator[Row]:
    """A mark on a word in sight, to the painted pixels, and taken away again."""
    bar = view.verticalScrollBar()
    times, moved = [], []
    for part in range(50):
        bar.setValue(bar.maximum() * part // 50)
        _painted(view)
        low, high = view.visible_range()
        at = (low + high) // 2
        made = Mark(10**9 + part, ((at, at + 5),), "#ffb000", "NEW")
        for changed, removed in (([made], []), ([], [made.id])):
            start = time.perf_counter()
            view.change_marks(changed, removed)
            QApplication.processEvents()
            times.append(time.perf_counter() - start)
        start = time.perf_counter()
        view.move("word", 1, extend=False)
        QApplication.processEvents()
        moved.append(time.perf_counter() - start)
    yield _row("tag a word: painted, p50", percentile(times, 0.5), 0.016)
    yield _row("tag a word: painted, p99", percentile(times, 0.99), 0.05)
    yield _row("move the caret by a word, p50", percentile(moved, 0.5), 0.016)
