"""Raven's selection tables, in and out."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Confidence
from annolab.formats.raven import RavenFormat
from annolab.model.annotation import Annotation
from annolab.model.geometry import Geometry, Instant, Interval, TimeBox
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.validity import problems_of
from tests.format_memory import Dataset, read, write

_HEAD = "Selection\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tx\n"
_JUNK = st.binary(max_size=200) | st.text("0123456789.,-+eE\t\n\naif").map(
    lambda text: (_HEAD + text).encode()
)
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
        report = write(RavenFormat(), _data(shapes), Path(folder))
        after, imported = read(RavenFormat(), Path(folder))
        assert (
            RavenFormat().detect(Path(folder, "a/b.selections.txt")) is Confidence.YES
        )
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
        RavenFormat().detect(file)
        try:
            found, _ = read(RavenFormat(), file)
        except FormatError:
            return
    assert not any(problems_of(mark) for mark in found.the_annotations)
    assert not any(problems_of(label) for label in found.schema.labels)


def test_views_are_joined_and_columns_are_given_back(tmp_path: Path) -> None:
    head = "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)"
    rows = [
        f"1\t{view}\t1\t0.5\t1.25\t100\t4000\tsong\t007\n"
        for view in ("Waveform 1", "Spectrogram 1")
    ]
    file = tmp_path / "x.Table.1.selections.txt"
    table = f"{head}\tHigh Freq (Hz)\tAnnotation\tSite\n{''.join(rows)}2\tV\t1\tnan\n"
    file.write_text(table)
    data, report = read(RavenFormat(), file)
    [mark] = data.the_annotations
    assert mark.geometry == TimeBox(0.5, 1.25, 100, 4000)
    assert dict(mark.attributes) == {"Channel": "1", "Site": "007"}
    assert [problem.where for problem in report.problems] == [f"{file.name}, line 4"]
    assert not write(RavenFormat(), data, tmp_path / "out").losses
    again, _ = read(RavenFormat(), tmp_path / "out")
    assert again.the_items[0].path == "x.wav"
    assert again.the_annotations[0].attributes == mark.attributes


def test_a_key_value_never_takes_the_place_of_a_column(tmp_path: Path) -> None:
    data = _data([Interval(0, 1)])
    clash = {"Annotation": "dog", "Low Freq (Hz)": "5", "High Freq (Hz)": "6"}
    data.the_annotations[0] = replace(data.the_annotations[0], attributes=clash)
    assert sum(write(RavenFormat(), data, tmp_path).losses.values()) == 3
    after, _ = read(RavenFormat(), tmp_path)
    assert after.the_annotations[0].geometry == Interval(0, 1)
    assert [label.name for label in after.schema.labels] == ["cat"]


def test_half_a_band_and_doubled_columns_are_said(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "Selection\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tAnnotation\tAnnotation"
        "\n1\t0.5\t1\t100\tdog\tcat\n"
    )
    data, report = read(RavenFormat(), file)
    assert data.the_annotations[0].geometry == Interval(0.5, 1)
    assert [label.name for label in data.schema.labels] == ["dog"]
    assert [problem.where for problem in report.problems] == [
        "a.txt, line 1", "a.txt, line 2",
    ]  # fmt: skip
    assert sum(report.losses.values()) == 2
