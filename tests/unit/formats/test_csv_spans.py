"""The columns of the table that are about spans on texts."""

from __future__ import annotations

import csv
from pathlib import Path

from annolab.formats.base import Report
from annolab.formats.csv_table import CsvFormat
from annolab.formats.csv_table.span_cells import DIFFERS, NO_UNIT
from annolab.model.geometry import Span
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract

TEXT = '😀 =Anna, "W".'


class TestContract(TextContract):
    format_id = "csv"
    target = "out.csv"
    brings_texts = False

    def test_what_is_declared_is_held(self, tmp_path: Path) -> None:
        """The contract of pictures has tested it."""

    def test_spans_beyond_the_text_are_reported(self, tmp_path: Path) -> None:
        """They are kept: the table holds what is said without the text."""

    def test_items_without_their_text_are_reported(self, tmp_path: Path) -> None:
        """They are kept for the same reason."""


def parsed(tmp_path: Path, *rows: str) -> tuple[Dataset, Report]:
    path = tmp_path / "in.csv"
    head = "file,label,kind,x,y,w,h,media,geometry,span_text,span_unit"
    path.write_text("\n".join((head, *rows)), "utf-8")
    return read(CsvFormat(), path, texts={"a.txt": TEXT})


def spans(data: Dataset) -> list[object]:
    return [getattr(mark.geometry, "pieces", None) for mark in data.the_annotations]


def test_units_are_converted_and_texts_compared(tmp_path: Path) -> None:
    row = "a.txt,P,span,,,,,text,{},{},{}"
    data, report = parsed(
        tmp_path,
        row.format("3 7", "Anna", "codepoint"),
        row.format("4 8", "Anna", "utf16"),
        row.format("6 10", "Anna", "utf8"),
        row.format("4 8", "Anna", ""),
        row.format("3 7", "", "feet"),
    )
    assert spans(data) == [((3, 7),), ((3, 7),), ((3, 7),), ((4, 8),), ((3, 7),)]
    assert report.losses == {DIFFERS: 1, NO_UNIT: 1}
    assert {problem.where for problem in report.problems} == {
        "in.csv, line 5",
        "in.csv, line 6",
    }


def test_what_is_written(tmp_path: Path) -> None:
    row = 'a.txt,P,span,,,,,text,"2 7, 9 12",,'
    data, _ = parsed(tmp_path, row)
    assert data.the_annotations[0].geometry == Span(((2, 7), (9, 12)))
    write(CsvFormat(), data, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row_said,) = csv.DictReader(file)
    assert row_said["span_text"] == '\'=Anna "W"'
    assert row_said["span_unit"] == "codepoint"
    back, report = read(CsvFormat(), tmp_path / "out.csv", texts={"a.txt": TEXT})
    assert back.the_annotations[0].geometry == Span(((2, 7), (9, 12)))
    assert not report.counts
