"""Audacity's label tracks, in and out."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.audacity import AudacityFormat
from annolab.formats.base import Confidence
from annolab.formats.lines import LONGEST_LINE
from annolab.model.annotation import Annotation
from annolab.model.geometry import Geometry, Instant, Interval, TimeBox
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.validity import problems_of
from tests.format_memory import Dataset, read, write

_AS_TEXT: Any = {"as": "text"}
_TIMES = st.floats(0, 1e6)


@st.composite
def _shapes(draw: st.DrawFn) -> Geometry:
    start, stop = sorted((draw(_TIMES), draw(_TIMES)))
    low, high = sorted((draw(_TIMES), draw(_TIMES)))
    if draw(st.booleans()):
        return TimeBox(start, stop, low, high)
    return Instant(start) if start == stop else Interval(start, stop)


def _data(shapes: list[Geometry]) -> Dataset:
    sound = Item(id=7, path="a/b.wav", media=Media.AUDIO)
    marks = [
        Annotation(id=9 + n, item_id=7, annotator_id=1, geometry=shape, label_id=5)
        for n, shape in enumerate(shapes)
    ]
    schema = Schema((Label(id=5, name="cat", color="#ffb000"),))
    return Dataset(schema, [sound], marks)


@given(st.lists(_shapes(), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_times_come_back_to_the_last_bit(shapes: list[Geometry]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = write(AudacityFormat(), _data(shapes), Path(folder))
        after, imported = read(AudacityFormat(), Path(folder))
        assert AudacityFormat().detect(Path(folder, "a/b.txt")) is Confidence.YES
    assert not report.losses
    assert not imported.losses
    assert after.the_items[0].path == "a/b.wav"
    found = sorted(repr(mark.geometry) for mark in after.the_annotations)
    assert found == sorted(map(repr, shapes))
    assert [label.name for label in after.schema.labels] == ["cat"]


@given(st.binary(max_size=200) | st.text("0123456789.,-+eE\t\n\\naif").map(str.encode))
@settings(max_examples=150, deadline=None)
def test_junk_gives_valid_marks_or_a_format_error(junk: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "a.txt")
        file.write_bytes(junk)
        AudacityFormat().detect(file)
        try:
            found, _ = read(AudacityFormat(), file)
        except FormatError:
            return
    assert not any(problems_of(mark) for mark in found.the_annotations)
    assert not any(problems_of(label) for label in found.schema.labels)


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    long = b"1\t2\t" + b"x" * (3 * LONGEST_LINE) + b"\n"
    good = b"\xef\xbb\xbf0\t1\tdog\r\nnan\tinf\tx\n" + long + b"2,5\t3\tM\xfcll\n"
    file.write_bytes(good + b"\\\t100\t200\n")
    data, report = read(AudacityFormat(), file)
    shapes = [mark.geometry for mark in data.the_annotations]
    assert shapes == [Interval(0, 1), TimeBox(2.5, 3, 100, 200)]
    assert [label.name for label in data.schema.labels] == ["dog", "M\xfcll"]
    places = [problem.where for problem in report.problems]
    assert places == [f"a.txt, line {n}" for n in (2, 3, 4)]


def test_words_are_texts_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\t2\tgood morning\n")
    data, _ = read(AudacityFormat(), tmp_path / "a.txt", {}, **_AS_TEXT)
    assert data.the_annotations[0].text == "good morning"
    assert not data.schema.labels


def test_other_texts_are_not_taken_for_labels(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Selection\tView\tBegin Time (s)\n1\t2\t3\n")
    assert AudacityFormat().detect(file) is Confidence.NO


def test_utf_16_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\t2\tx\n", encoding="utf-16")
    with pytest.raises(FormatError, match="UTF-8"):
        read(AudacityFormat(), tmp_path / "a.txt")


def test_a_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words\n")
    (tmp_path / "b.txt").write_text("1\t2\tx\n")
    data, report = read(AudacityFormat(), tmp_path)
    assert [item.path for item in data.the_items] == ["b.wav"]
    assert "a.txt" in [problem.where for problem in report.problems]


def test_what_cannot_be_held_is_counted(tmp_path: Path) -> None:
    data = _data([Interval(0, 1), Interval(2, 2)])
    rich = replace(
        data.the_annotations[0], attributes={"a": 1}, text="x", score=0.5, tier_id=3
    )
    data.the_annotations[0] = rich
    assert sum(write(AudacityFormat(), data, tmp_path).losses.values()) == 5


def test_only_lines_like_those_of_audacity_are_sure_to_be_labels(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.txt"
    for text, found in (
        ("1.000000\t2.500000\tdog\n", Confidence.YES),
        ("1\t2\tdog\n\\\t100\t200\n", Confidence.YES),
        ("1\t2\tdog\n", Confidence.MAYBE),
        ("1.5\t2.5\n", Confidence.MAYBE),
        ("2.5\t1.5\tdog\n", Confidence.MAYBE),
        ("\\\t1\t2\n", Confidence.NO),
    ):
        file.write_text(text)
        assert AudacityFormat().detect(file) is found, text
