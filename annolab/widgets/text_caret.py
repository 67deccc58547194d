"""Where the caret goes: by graphemes, words, sentences, lines and more."""

from __future__ import annotations

from annolab.model.text_steps import START, STOP, step_edge
from annolab.model.words import line_at
from annolab.widgets.text_flow import TextFlow


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
            edge = STOP if extend and step > 0 else START
            found = step_edge(text, caret, unit, step, edge)
            end = len(text) if step > 0 else 0
            return end if found == caret else found
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
