"""Where the caret goes: by graphemes, words, sentences, lines and more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from annolab.model.words import REACH, line_at, piece_at, sentences, tokens
from annolab.widgets.text_flow import TextFlow
from annolab.widgets.text_marks import Piece

Cut = Callable[[str, int, int], Iterator[Piece]]


def moved(flow: TextFlow, caret: int, unit: str, step: int, *, extend: bool) -> int:
    """The caret one unit further (`step` 1) or back (-1).

    `unit`: character, word, sentence, paragraph or document. By words and sentences
    it goes to where the next one begins; with `extend`, forward, to where one ends,
    so that exactly these are selected.
    """
    text = flow.chunks.text
    match unit:
        case "character":
            return by_grapheme(flow, caret, step)
        case "word" | "sentence":
            cut = tokens if unit == "word" else sentences
            return _by_piece(text, caret, step, cut, ends=extend and step > 0)
        case "paragraph":
            return _by_line(text, caret, step)
        case _:
            return len(text) if step > 0 else 0


def by_grapheme(flow: TextFlow, caret: int, step: int) -> int:
    """The caret one grapheme further or back; the end of a line counts as one."""
    chunk = flow.chunks.at(caret)
    start, stop = flow.chunks.bounds(chunk)
    if step > 0:
        if caret >= stop:
            return min(flow.chunks.starts[chunk + 1], len(flow.chunks.text))
        return start + flow.shape(chunk).after(caret - start)
    if caret > stop:
        return stop
    if caret <= start and chunk:
        ends_line = flow.chunks.opens_line(chunk)
        chunk -= 1
        start, stop = flow.chunks.bounds(chunk)
        if ends_line:
            return stop
        caret = stop
    return start + flow.shape(chunk).before(caret - start)


def by_arrow(flow: TextFlow, caret: int, step: int) -> int:
    """The caret by an arrow key to the right (1) or left (-1).

    As Qt does it: forward is where the paragraph is read to.
    """
    rtl = flow.shape(flow.chunks.at(caret)).rtl
    return by_grapheme(flow, caret, -step if rtl else step)


def by_row(flow: TextFlow, caret: int, rows: int, goal: float | None) -> int:
    """The caret some rows on the screen below (or above), at `goal` from the left."""
    step = 1 if rows > 0 else -1
    chunk = flow.chunks.at(caret)
    block = flow.block(chunk)
    local = min(caret - block.start, len(block.shape.text))
    line = block.shape.line_of(local)
    x = block.shape.caret_x(local) if goal is None else goal
    for _ in range(abs(rows)):
        line += step
        if not 0 <= line < len(block.shape.lines):
            if not 0 <= chunk + step < len(flow.chunks):
                return len(flow.chunks.text) if step > 0 else 0
            chunk += step
            block = flow.block(chunk)
            line = 0 if step > 0 else len(block.shape.lines) - 1
    return block.start + block.shape.hit(line, x)


def row_end(flow: TextFlow, caret: int, step: int) -> int:
    """The end (1) or the beginning (-1) of the row on the screen."""
    start, stop = flow.line_of(caret)
    chunk = flow.chunks.at(caret)
    if step < 0:
        return start
    begin, end = flow.chunks.bounds(chunk)
    if stop < end:  # there the caret would be on the next row
        return begin + flow.shape(chunk).before(stop - begin)
    return stop


def _by_piece(text: str, caret: int, step: int, cut: Cut, *, ends: bool) -> int:
    windows = _ahead(text, caret) if step > 0 else _back(text, caret)
    for low, high in windows:
        if step > 0:
            places = (stop if ends else start for start, stop in cut(text, low, high))
            found = next((place for place in places if place > caret), None)
        else:
            starts = [start for start, _ in cut(text, low, high) if start < caret]
            found = starts[-1] if starts else None
        if found is not None:
            return found
    return len(text) if step > 0 else 0


def _ahead(text: str, caret: int) -> Iterator[Piece]:
    """The parts of the text from the word at the caret on."""
    low = min(piece_at(text, caret, "word")[0], caret)
    if low < caret and text[low:caret].isspace():
        low = caret
    while low < len(text):
        high = min(line_at(text, low)[1] + 1, low + 2 * REACH, len(text))
        yield low, high
        low = high


def _back(text: str, caret: int) -> Iterator[Piece]:
    """The parts of the text from the caret back."""
    high = caret
    while high > 0:
        begin = text.rfind("\n", 0, max(high - 1, 0)) + 1
        low = max(begin, high - 2 * REACH)
        # Up to the end of what the caret is in, to see it as it is.
        yield (
            low,
            min(max(high, piece_at(text, min(high, caret), "word")[1]), len(text)),
        )
        high = low


def _by_line(text: str, caret: int, step: int) -> int:
    low, high = line_at(text, caret)
    if step > 0:
        if high >= len(text):
            return len(text)
        return high + (2 if text[high : high + 2] == "\r\n" else 1)
    if caret > low:
        return low
    before = max(low - (2 if text[max(low - 2, 0) : low] == "\r\n" else 1), 0)
    return line_at(text, before)[0]
