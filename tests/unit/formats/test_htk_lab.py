"""HTK's label files, in and out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Confidence
from annolab.formats.htk_lab import HtkLabFormat
from annolab.model.geometry import Interval
from annolab.model.validity import problems_of
from tests.format_memory import read, write

LAB = """0 1234567 sil -1.5 SILENCE
1234567 3000000 a-b+c/A:1
3000000 3000001 "two \\"words\\"\\012"
"""


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.lab").write_text(LAB)
    data, report = read(HtkLabFormat(), tmp_path)
    assert not report.problems
    assert [(m.geometry, m.text) for m in data.the_annotations] == [
        (Interval(0, 0.1234567), "sil"),
        (Interval(0.1234567, 0.3), "a-b+c/A:1"),
        (Interval(0.3, 0.3000001), 'two "words"\n'),
    ]
    assert not write(HtkLabFormat(), data, tmp_path / "out").losses
    assert (tmp_path / "out" / "a.lab").read_text() == LAB


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.lab"
    file.write_bytes(
        b"nan 5 x\n0 5\n-5 5 x\n1e3 inf x\n9999999999999999999 1 x\n20 10 M\xfcll\n"
        b"'\\303\\244' 1 2\n30 40 '\\303\\244'\n///\n0 1 other\n"
    )
    data, report = read(HtkLabFormat(), file)
    texts = [mark.text for mark in data.the_annotations]
    assert texts == [None, "Müll", None, "ä"]
    lines = {int(problem.where.rpartition(" ")[2]) for problem in report.problems}
    assert lines == {1, 2, 3, 4, 5, 6, 7, 9, 10}


def test_a_master_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.lab").write_text('#!MLF!#\n"*/a.lab"\n0 1 x\n.\n')
    assert HtkLabFormat().detect(tmp_path / "a.lab") is Confidence.NO
    with pytest.raises(FormatError, match="master label file"):
        read(HtkLabFormat(), tmp_path / "a.lab")


@given(st.binary(max_size=99) | st.text("0123456789 \n\t\\\"'ab/").map(str.encode))
@settings(max_examples=200, deadline=None)
def test_junk_gives_valid_marks_or_a_format_error(junk: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "a.lab")
        file.write_bytes(b"0 10 a\n" + junk)
        HtkLabFormat().detect(file)
        try:
            found, _ = read(HtkLabFormat(), file)
        except FormatError:
            return
        assert not any(problems_of(mark) for mark in found.the_annotations)
        write(HtkLabFormat(), found, Path(folder, "out"))
