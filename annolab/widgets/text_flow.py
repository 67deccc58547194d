"""Where everything of a long text is; only what is asked for is laid out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QRectF

from annolab.model.offsets import Offsets
from annolab.widgets.text_chunks import Chunks, cut
from annolab.widgets.text_heights import Heights
from annolab.widgets.text_layout import Face, Shape, is_rtl
from annolab.widgets.text_marks import Mark, MarkStore, Piece
from annolab.widgets.text_rows import TRACK, Block, Sizes, built

KEPT = 400  # chunks that stay laid out
CARET = 2.0

Laid = TypeVar("Laid", Shape, Block)


class TextFlow:
    """The chunks of a text below one another.

    `y` counts from the top of the text in pixels, by heights of which those that
    nobody has looked at are estimated; `x` from where lines begin.
    """

    def __init__(self, face: Face, sizes: Sizes) -> None:
        self.face = face
        self.sizes = sizes
        self.store = MarkStore()
        self.arcs_shown = True
        self._shapes: OrderedDict[int, Shape] = OrderedDict()
        self._blocks: OrderedDict[int, Block] = OrderedDict()
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Have another text without marks."""
        self.chunks: Chunks = cut(text)
        self.offsets = Offsets(text)  # makes its tables when they are asked for
        self.store = MarkStore()
        self.set_look(self.face, self.sizes)

    def set_look(self, face: Face, sizes: Sizes) -> None:
        """Lay out anew, in another font or width."""
        self.face, self.sizes = face, sizes
        self._shapes.clear()
        self._blocks.clear()
        lines = np.ceil(self.chunks.widths * face.letter / max(face.width, 1.0))
        self.heights = Heights(np.maximum(lines, 1) * self.pitch)

    @property
    def pitch(self) -> int:
        """The height of a line with the rows that are reserved."""
        rows = self.sizes.chip + 1 + TRACK if self.sizes.reserved else 0.0
        return int(self.face.least + rows + 1)

    def forget_rows(self, chunks: Iterable[int] | None = None) -> None:
        """Place the marks of these chunks anew when they are asked for; None: all."""
        if chunks is None:
            self._blocks.clear()
        else:
            for chunk in chunks:
                self._blocks.pop(chunk, None)

    def touched(self, marks: Iterable[Mark]) -> set[int]:
        """The laid-out chunks that marks, or arcs at them, are in."""
        marks = list(marks)
        ends = {
            id_ for arc in self.store.arcs_of(marks) for id_ in (arc.head, arc.tail)
        }
        others = [self.store.marks[id_] for id_ in ends if id_ in self.store.marks]
        found = {self.chunks.at(mark.start) for mark in others}
        for mark in marks:
            for start, stop in mark.pieces:
                first, last = (
                    self.chunks.at(start),
                    self.chunks.at(max(stop - 1, start)),
                )
                if last - first > len(self._blocks):
                    found |= {chunk for chunk in self._blocks if first <= chunk <= last}
                else:
                    found.update(range(first, last + 1))
        return found & self._blocks.keys()

    def shape(self, chunk: int) -> Shape:
        """A chunk laid out."""
        shape = _used(self._shapes, chunk)
        if shape is None:
            start, stop = self.chunks.bounds(chunk)
            text = self.chunks.text[start:stop]
            shape = Shape(text, self.face, rtl=self._is_rtl(chunk, text))
            _keep(self._shapes, chunk, shape)
        return shape

    def block(self, chunk: int) -> Block:
        """A chunk with its marks; from now on its height is known."""
        block = _used(self._blocks, chunk)
        if block is None:
            start, stop = self.chunks.bounds(chunk)
            marks = self.store.within(start, stop)
            here = [mark for mark in marks if mark.start >= start]
            arcs = self.store.arcs_of(here) if self.arcs_shown else []
            block = built(self.shape(chunk), start, marks, arcs, self.sizes)
            _keep(self._blocks, chunk, block)
            self.heights.set(chunk, block.height)
        return block

    def _is_rtl(self, chunk: int, text: str) -> bool:
        """Whether the line that a chunk is of is written to the left."""
        if not self.chunks.opens_line(chunk):
            first, _ = self.chunks.line_bounds(self.chunks.lines[chunk])
            start, stop = self.chunks.bounds(first)
            text = self.chunks.text[start:stop]
        return is_rtl(text)

    def caret_rect(self, offset: int) -> QRectF:
        """Where a caret before a code point is painted."""
        chunk = self.chunks.at(offset)
        block = self.block(chunk)
        local = min(offset - block.start, len(block.shape.text))
        row = block.rows[block.shape.line_of(local)]
        x = block.shape.caret_x(local)
        top = self.heights.top(chunk) + row.text
        return QRectF(x - CARET / 2, top, CARET, row.height)

    def hit(self, x: float, y: float) -> int:
        """The offset of the caret nearest to a place."""
        _, block, line = self.line_at(y)
        return block.start + block.shape.hit(line, x)

    def on(self, x: float, y: float) -> int | None:
        """The offset of the character at a place; None beside the text."""
        chunk, block, line = self.line_at(y)
        row, inside = block.rows[line], y - self.heights.top(chunk)
        if not row.text <= inside < row.bottom:
            return None
        offset = block.shape.on(line, x)
        return None if offset is None else block.start + offset

    def line_at(self, y: float) -> tuple[int, Block, int]:
        """The chunk and its line at a height; the first or last one beside all."""
        chunk = self.heights.at(y)
        block = self.block(chunk)
        return chunk, block, block.line_at(y - self.heights.top(chunk))

    def line_of(self, offset: int) -> Piece:
        """The part of the text that is on the line of a caret."""
        block = self.block(self.chunks.at(offset))
        local = min(offset - block.start, len(block.shape.text))
        start, stop = block.shape.line_range(block.shape.line_of(local))
        return block.start + start, block.start + stop


def _used(kept: OrderedDict[int, Laid], chunk: int) -> Laid | None:
    found = kept.get(chunk)
    if found is not None:
        kept.move_to_end(chunk)
    return found


def _keep(kept: OrderedDict[int, Laid], chunk: int, laid: Laid) -> None:
    kept[chunk] = laid
    if len(kept) > KEPT:
        kept.popitem(last=False)
