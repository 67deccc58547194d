"""Rows of marks and arcs: none meets another, inner ones are next to the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from annolab.widgets.text_layout import Face, Shape
from annolab.widgets.text_marks import Arc, Mark
from annolab.widgets.text_rows import (
    MOST_CHIP_ROWS,
    MOST_LEVELS,
    MOST_TRACKS,
    Block,
    Sizes,
    built,
    chip_text,
    levels,
    tracks,
)

HULLS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda p: (p[0], sum(p))),
    max_size=25,
)
TEXT = "Ada Lovelace wrote to Charles Babbage"


def _block(marks: list[Mark], arcs: list[Arc] | None = None, text: str = TEXT) -> Block:
    font = QFont()
    font.setPixelSize(16)
    shape = Shape(text, Face(font, 600.0, 20.0), rtl=False)
    marks = sorted(marks, key=lambda mark: (mark.start, -mark.stop))
    sizes = Sizes(15, 14, reserved=False, width_of=lambda text: 8.0 * len(text))
    return built(shape, 0, marks, arcs or [], sizes)


def _mark(id_: int, start: int, stop: int, name: str = "PER") -> Mark:
    return Mark(id_, ((start, stop),), "#ffb000", name)


@given(HULLS)
def test_on_one_track_nothing_meets(hulls: list[tuple[int, int]]) -> None:
    given_tracks = tracks(hulls)
    for one, (start, stop) in enumerate(hulls):
        for other in range(one):
            low, high = hulls[other]
            if given_tracks[one] == given_tracks[other] < MOST_TRACKS - 1:
                assert stop <= low or high <= start


def test_the_inner_one_is_next_to_the_text() -> None:
    assert tracks([(0, 30), (5, 9), (2, 12), (20, 25)]) == [2, 0, 1, 0]


@given(HULLS)
def test_arcs_on_one_level_do_not_meet(hulls: list[tuple[int, int]]) -> None:
    stretches = [(float(a), float(b)) for a, b in hulls]
    found = levels(stretches)
    assert all(-1 <= level < MOST_LEVELS for level in found)
    for one, (left, right) in enumerate(stretches):
        for other in range(one):
            if found[one] == found[other] != -1:
                low, high = stretches[other]
                assert right <= low or high <= left


@given(HULLS)
def test_chips_cover_neither_text_nor_each_other(
    qapp: QApplication, hulls: list[tuple[int, int]]
) -> None:
    marks = [
        _mark(n, a, min(b, len(TEXT)))
        for n, (a, b) in enumerate(hulls)
        if a < len(TEXT)
    ]
    block = _block(marks)
    for number, chip in enumerate(block.chips):
        row = block.rows[chip.line]
        assert row.top <= chip.rect.top()
        assert chip.rect.bottom() <= row.text
        assert chip.rect.left() >= 0
        for other in block.chips[:number]:
            assert not chip.rect.intersects(other.rect)


def test_too_many_chips_are_left_out(qapp: QApplication) -> None:
    block = _block([_mark(n, 0, 3 + n) for n in range(9)])
    assert len(block.chips) == MOST_CHIP_ROWS
    assert {bar.mark.id for bar in block.bars} == set(range(9))


def test_a_split_mark_has_one_chip_and_a_bar_for_each_piece(qapp: QApplication) -> None:
    block = _block([Mark(1, ((0, 3), (13, 18)), "#ffb000", "PER")])
    assert len(block.chips) == 1
    assert [(bar.first, bar.last) for bar in block.bars] == [
        (True, False),
        (False, True),
    ]


def test_an_arc_on_one_line_has_two_ends_here(qapp: QApplication) -> None:
    marks = [_mark(1, 0, 12), _mark(2, 22, 37)]
    (link,) = _block(marks, [Arc(9, 1, 2, "#888888", "knows")]).links
    assert link.right is not None
    assert link.left < link.right


def test_an_arc_to_elsewhere_leaves_by_the_margin(qapp: QApplication) -> None:
    block = _block([_mark(1, 0, 12)], [Arc(9, 1, 77, "#888888", "knows")])
    (link,) = block.links
    assert link.right is None
    assert link.at_head
    assert block.rows[0].arcs > block.rows[0].top


def test_arcs_beyond_the_levels_are_counted(qapp: QApplication) -> None:
    marks = [_mark(1, 0, 3), _mark(2, 22, 37)]
    arcs = [Arc(n, 1, 2, "#888888", "knows") for n in range(10)]
    block = _block(marks, arcs)
    assert len(block.links) == MOST_LEVELS
    assert block.missing == {0: 10 - MOST_LEVELS}


def test_what_a_chip_says() -> None:
    piece = ((0, 1),)
    assert chip_text(Mark(1, piece, "#fff", "PER", "Q1")) == "PER  Q1"
    assert chip_text(Mark(1, piece, "#fff", "PER", suggested=True)) == "PER?"
    assert chip_text(Mark(1, piece, "#fff", "")) == "\u2013"
