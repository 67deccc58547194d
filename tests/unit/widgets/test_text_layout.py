"""Places on the screen and offsets in a chunk belong together, in any script."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from annolab.model.words import graphemes
from annolab.widgets.text_layout import Face, Shape, is_rtl

FAMILY = "👨‍👩‍👧‍👦"
SAMPLES = {
    "Latin": "Ada wrote to Charles, twice.",
    "Arabic": "كتبت إلى لندن 1841 مرتين",
    "Hebrew and numbers": "בשנת 1843 כתבה 12.5 עמודים",
    "mixed": "abc שלום 12 def עולם! end",
    "mixed, to the left": "שלום 123 abc def מה 45% כן",
    "Devanagari": "हिन्दी में क्षत्रिय",
    "Thai": "ภาษาไทยที่นี่",
    "Chinese": "漢字仮名交じり文です。",
    "emoji": f"a {FAMILY} b 🇩🇪 c 👍🏽",
    "combining": "e\u0301a\u0308\u0323 no\u0308el",
    "tabs": "\ta\tb\t",
    "control": "a\x00b\u2028c\x0bd",
}
COMMON = ["a", "word ", " ", "1", "23 ", "漢字", "(", ")", "-", "%", FAMILY, "e\u0301"]
PIECES = st.one_of(
    st.lists(st.sampled_from([*COMMON, "क्ष", "ที่", "\t"]), max_size=40),
    # Qt tells where tabs and marks of direction are only roughly in right-to-left text.
    st.lists(
        st.sampled_from([*COMMON, "क्ष", "ש", "שלום ", "م", "السلام "]),
        max_size=40,
    ),
).map("".join)
SOME = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _shape(text: str, width: float = 260.0) -> Shape:
    font = QFont()
    font.setPixelSize(16)
    return Shape(text, Face(font, width, 20.0), rtl=is_rtl(text))


def _places(shape: Shape) -> list[int]:
    """Where the caret can be."""
    found = [0]
    while found[-1] < len(shape.text):
        found.append(shape.after(found[-1]))
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_the_caret_steps_by_graphemes(qapp: QApplication, name: str) -> None:
    text = SAMPLES[name]
    shape = _shape(text)
    places = _places(shape)
    if name != "Devanagari":  # where Unicode 15.1 joins what Qt does not yet
        assert places[:-1] == [start for start, _ in graphemes(text)]
    back = [len(text)]
    while back[-1]:
        back.append(shape.before(back[-1]))
    assert back[::-1] == places


@pytest.mark.parametrize("name", SAMPLES)
def test_every_character_is_where_it_is_found(qapp: QApplication, name: str) -> None:
    text = SAMPLES[name]
    shape = _shape(text, 2000.0)
    covered = 0.0
    for start, stop in zip(_places(shape), _places(shape)[1:], strict=False):
        ((left, right),) = shape.stretches(0, start, stop)
        if right - left > 0.2:
            assert shape.on(0, (left + right) / 2) == start
        covered += right - left
    line = shape.lines[0]
    assert covered == pytest.approx(line.right - line.left, abs=1.0)


@SOME
@given(PIECES)
def test_a_click_on_the_caret_leaves_it_there(qapp: QApplication, text: str) -> None:
    shape = _shape(text)
    for offset in _places(shape):
        line, x = shape.line_of(offset), shape.caret_x(offset)
        again = shape.hit(line, x)
        assert shape.line_of(again) == line
        assert shape.caret_x(again) == pytest.approx(x, abs=0.3)


@SOME
@given(PIECES, st.data())
def test_the_parts_of_a_stretch_are_as_wide_as_its_graphemes(
    qapp: QApplication, text: str, data: st.DataObject
) -> None:
    shape = _shape(text, 5000.0)
    places = _places(shape)
    one, other = sorted(data.draw(st.tuples(*[st.sampled_from(places)] * 2)))
    parts = sorted(shape.stretches(0, one, other))
    assert all(a[1] <= b[0] + 0.1 for a, b in itertools.pairwise(parts))
    single = [
        right - left
        for start, stop in itertools.pairwise(places)
        if one <= start < other
        for left, right in shape.stretches(0, start, stop)
    ]
    assert sum(b - a for a, b in parts) == pytest.approx(sum(single), abs=1.0)


def test_a_stretch_over_two_directions_has_several_parts(qapp: QApplication) -> None:
    shape = _shape("abc שלום 12 def", 2000.0)
    assert len(shape.stretches(0, 0, 3)) == 1
    assert len(shape.stretches(0, 1, 6)) == 2
    assert len(shape.stretches(0, 0, 15)) in (1, 2, 3, 4)


def test_numbers_in_hebrew_are_read_to_the_right(qapp: QApplication) -> None:
    text = SAMPLES["Hebrew and numbers"]
    shape = _shape(text, 2000.0)
    at = text.index("1843")
    lefts = [shape.stretches(0, at + n, at + n + 1)[0][0] for n in range(4)]
    assert lefts == sorted(lefts)
    ((before, _),) = shape.stretches(0, 0, 4)
    assert lefts[-1] < before
    assert not shape.is_rtl_at(at)
    assert shape.is_rtl_at(0)


def test_beside_a_line_is_its_nearer_end(qapp: QApplication) -> None:
    left, right = _shape("abc שלום", 500.0), _shape("שלום abc", 500.0)
    assert (left.hit(0, -50), left.hit(0, 900)) == (0, 8)
    assert (right.hit(0, 900), right.hit(0, -50)) == (0, 8)


def test_lines_wrap_and_the_caret_begins_the_next(qapp: QApplication) -> None:
    shape = _shape("word " * 60)
    assert len(shape.lines) > 2
    start, stop = shape.line_range(1)
    assert shape.line_of(start) == 1
    assert shape.hit(0, 5000.0) < start
    assert shape.line_of(shape.hit(1, 5000.0)) == 1
    assert shape.line_range(0)[1] == start < stop


def test_offsets_are_code_points(qapp: QApplication) -> None:
    shape = _shape("😀a😀b")
    assert [shape.to_qt(offset) for offset in range(5)] == [0, 2, 3, 5, 6]
    assert [shape.from_qt(unit) for unit in (0, 1, 2, 3, 5, 6)] == [0, 0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", False), ("שלום", True), ("123 مرحبا", True), ("12", False), ("", False)],
)
def test_the_first_letter_tells_the_direction(text: str, expected: bool) -> None:
    assert is_rtl(text) == expected
