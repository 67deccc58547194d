"""RTTM and CTM: one table for many sounds."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Confidence, Format
from annolab.formats.ctm import CtmFormat
from annolab.formats.lines import decimal_text
from annolab.formats.rttm import RttmFormat
from annolab.formats.sessions import length_text, span_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.validity import problems_of
from tests.format_memory import Dataset, read, write

RTTM = """SPEAKER a 1 0.1 0.2 <NA> <NA> Ann <NA> <NA>
LEXEME a 2 0.3 0.05 yes fp Ann 0.75 0.5
SPEAKER b/c 1 0.0 10.0 <NA> <NA> Bob 7 <NA>
"""
CTM = """a 1 0.1 0.2 good 0.5
a 1 0.3 0.1 morning
b A 1.0 0.5 hello 0.25 lex
"""


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_start_and_length_say_where_it_stops_to_the_last_bit(
    a: float, b: float
) -> None:
    start, stop = min(a, b), max(a, b)
    text, is_exact = length_text(start, stop)
    assert is_exact
    assert span_of(decimal_text(start), text) == (start, stop)


def test_decimals_meet() -> None:
    assert span_of("0.1", "0.2") == (0.1, 0.3)


def test_rttm_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "x.rttm").write_text(RTTM)
    data, report = read(RttmFormat(), tmp_path)
    assert not report.problems
    assert [item.path for item in data.the_items] == ["a.wav", "b/c.wav"]
    assert [label.name for label in data.schema.labels] == ["Ann", "Bob"]
    assert [mark.geometry for mark in data.the_annotations] == [
        Interval(0.1, 0.3), Interval(0.3, 0.35), Interval(0, 10),
    ]  # fmt: skip
    assert [mark.score for mark in data.the_annotations] == [None, 0.75, None]
    assert not write(RttmFormat(), data, tmp_path / "out.rttm").losses
    assert (tmp_path / "out.rttm").read_text() == RTTM


def test_ctm_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "x.ctm").write_text(CTM)
    data, report = read(CtmFormat(), tmp_path)
    assert not report.problems
    assert [item.path for item in data.the_items] == ["a.wav", "b.wav"]
    assert [(m.geometry, m.text) for m in data.the_annotations][:3] == [
        (Interval(0, 0.1), None),
        (Interval(0.1, 0.3), "good"),
        (Interval(0.3, 0.4), "morning"),
    ]
    assert not write(CtmFormat(), data, tmp_path / "out.ctm").losses
    assert (tmp_path / "out.ctm").read_text() == CTM


def test_channels_have_tiers_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "x.ctm"
    file.write_text("a A 0 1 x\na B 0.5 1 y\n")
    data, _ = read(CtmFormat(), file)
    assert [tier.name for tier in data.schema.tiers] == ["words", "words B"]


@pytest.mark.parametrize(("format_", "row"), [(RttmFormat(), RTTM), (CtmFormat(), CTM)])
def test_bad_rows_are_named_and_the_rest_is_read(
    format_: Format, row: str, tmp_path: Path
) -> None:
    good = row.splitlines()[0]
    start = " 1 0.1 0.2 "
    bad = [
        good.replace(start, f" 1 {times} ")
        for times in ("nan 1", "0 inf", "1 -0.5", "* *", "1e999 1", "0 " + "1" * 999)
    ]
    file = tmp_path / "x"
    up = good.replace("a 1", "../up 1")
    lines = [*bad, ";; so", "short row", up, good]
    file.write_bytes("\n".join(lines).encode() + b"\xff\n")
    data, report = read(format_, file)
    assert Interval(0.1, 0.3) in [mark.geometry for mark in data.the_annotations]
    places = [problem.where for problem in report.problems]
    expected = [f"x, line {n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 10)]
    assert places == [*expected, "x: ../up"]
    assert [item.path for item in data.the_items] == ["a.wav"]


@pytest.mark.parametrize("format_", [RttmFormat(), CtmFormat()])
def test_what_is_no_cell_is_changed_and_counted(
    format_: Format, tmp_path: Path
) -> None:
    sound = Item(id=7, path="a b.wav", media=Media.AUDIO)
    mark = Annotation(
        id=9, item_id=7, annotator_id=1, geometry=Interval(0, 1), text="x\ny"
    )
    data = Dataset(Schema((Label(id=5, name="A B", color="#ffb000"),)), [sound], [mark])
    data.the_annotations[0] = replace(mark, label_id=5)
    report = write(format_, data, tmp_path / "out")
    assert "A file name with spaces is written with _." in report.losses
    assert "Spaces in a text are written as _." in report.losses
    after, imported = read(format_, tmp_path / "out")
    assert not imported.problems
    assert after.the_items[0].path == "a_b.wav"
    assert after.the_annotations[0].text == "x_y"


def test_they_know_their_own(tmp_path: Path) -> None:
    for format_, text in ((RttmFormat(), RTTM), (CtmFormat(), CTM)):
        for suffix in ("rttm", "ctm", "txt"):
            (tmp_path / f"x.{suffix}").write_text(text)
        sure = [p.suffix for p in tmp_path.iterdir() if format_.detect(p)]
        assert sure == [".rttm" if text is RTTM else ".ctm"]
        assert format_.detect(tmp_path) is Confidence.YES


@pytest.mark.parametrize("format_", [RttmFormat(), CtmFormat()])
@given(junk=st.binary(max_size=99) | st.text("0123456789 e-.<NA>;\n").map(str.encode))
@settings(max_examples=150, deadline=None)
def test_junk_gives_valid_marks_or_a_format_error(format_: Format, junk: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x.rttm")
        file.write_bytes((RTTM if isinstance(format_, RttmFormat) else CTM).encode())
        with file.open("ab") as stream:
            stream.write(junk)
        try:
            found, _ = read(format_, file)
        except FormatError:
            return
        assert not any(problems_of(mark) for mark in found.the_annotations)
        write(format_, found, Path(folder, "out"))
