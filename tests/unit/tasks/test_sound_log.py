"""Logs of sounds: columns by name, rows that read back, files that are kept."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.assist.readings import Part, Quantity, Question
from annolab.errors import UserError
from annolab.tasks.sound_log import (
    NAMES,
    Column,
    append_row,
    log_row,
    questions,
    read_columns,
    table_text,
)


def test_columns_and_their_digits() -> None:
    found = read_columns("item, time:6 f1:0\tpitch")
    names = [Column("item"), Column("time", 6), Column("f1", 0), Column("pitch")]
    assert list(found) == names


@pytest.mark.parametrize(
    "text", ["", "f0", "time:", "time:-1", "Time", "f9", "item " * 51, "a" * 10_000]
)
def test_what_is_no_column_is_told(text: str) -> None:
    with pytest.raises(UserError, match="settings"):
        read_columns(text)


@given(st.text(max_size=60))
def test_any_text_is_columns_or_a_sentence(text: str) -> None:
    try:
        found = read_columns(text)
    except UserError:
        return
    assert all(column.name in NAMES for column in found)


def test_what_must_be_measured() -> None:
    columns = read_columns("item pitch_max f2 power low")
    asked = questions(columns, 1.0, 2.0, 800.0)
    assert asked == {
        "pitch_max": Question(Quantity.PITCH, 1.0, 2.0, Part.MAXIMUM, 0, 800.0),
        "f2": Question(Quantity.FORMANT, 1.0, 2.0, Part.VALUE, 2, 800.0),
        "power": Question(Quantity.POWER, 1.5, 1.5, Part.VALUE, 0, 800.0),
    }
    assert "power" not in questions(columns, 1.0, 2.0, None)


def test_cells() -> None:
    columns = read_columns("label time:3 low pitch intensity tier")
    values: dict[str, str | float] = {
        "label": "=1+1\tb\nc",
        "time": 1.23456,
        "low": 0.1,
        "pitch": math.nan,
    }
    assert log_row(columns, values) == ["'=1+1 b c", "1.235", "0.1", "", "", ""]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), max_size=4))
def test_tables_read_back(rows: list[list[str]]) -> None:
    rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    for comma in (False, True):
        text = table_text(rows, comma=comma)
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter="," if comma else "\t"
        )
        assert [row for row in reader if row] == rows


@pytest.mark.parametrize("name", ["log.csv", "log.tsv"])
def test_a_file_gets_one_heading(tmp_path: Path, name: str) -> None:
    columns = read_columns("item time:2")
    for time in ("1.00", "2.00"):
        append_row(tmp_path / name, columns, ["a,b", time])
    with (tmp_path / name).open(newline="") as file:
        delimiter = "," if name.endswith("csv") else "\t"
        rows = list(csv.reader(file, delimiter=delimiter))
    assert rows == [["item", "time"], ["a,b", "1.00"], ["a,b", "2.00"]]


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    columns = read_columns("item")
    for content in (b"other\n1\n", b"\xff\xfe\x00", b"x" * 100_000):
        path = tmp_path / "thesis.tsv"
        path.write_bytes(content)
        with pytest.raises(UserError):
            append_row(path, columns, ["a"])
        assert path.read_bytes() == content
    for place in (tmp_path, tmp_path / "none" / "log.tsv"):
        with pytest.raises(UserError):
            append_row(place, columns, ["a"])
