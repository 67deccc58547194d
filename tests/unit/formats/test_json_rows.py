"""Rows of JSON: lines, lists, single objects, and what is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Report
from annolab.formats.json_rows import (
    first_rows,
    kept,
    rows,
    source_text,
    text_of,
    to_bytes,
)


def found(tmp_path: Path, said: bytes) -> tuple[list[tuple[int, Any]], Report]:
    path = tmp_path / "a.json"
    path.write_bytes(said)
    report = Report()
    return list(rows(path, "a.json", report)), report


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (b'{"a": 1}\n\n{"a": 2}', [(1, {"a": 1}), (3, {"a": 2})]),
        (b'\xef\xbb\xbf{"a": 1}\r\n', [(1, {"a": 1})]),
        (b'[\n{"a": 1},\n {"a": 2}\n]', [(2, {"a": 1}), (3, {"a": 2})]),
        (b'["x", {}]\n["y", {}]\n', [(1, ["x", {}]), (2, ["y", {}])]),
        (b'{\n "a": [1,\n 2]\n}\n', [(1, {"a": [1, 2]})]),
        (b'{"a": "\\ud83d"}', [(1, {"a": "\ud83d"})]),
        (b"[]", []),
        (b"", []),
    ],
)
def test_layouts(tmp_path: Path, said: bytes, lines: list[tuple[int, Any]]) -> None:
    assert found(tmp_path, said) == (lines, Report())
    values = [value for _, value in lines]
    if not said.startswith(b"{\n"):  # one object over many lines is not looked into
        assert first_rows(tmp_path / "a.json") == values


def test_broken_rows_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    lines, report = found(tmp_path, b'{"a": 1}\n{"a": \n\xff\n{"a": 2}\n')
    assert lines == [(1, {"a": 1}), (4, {"a": 2})]
    assert [problem.where for problem in report.problems] == [
        "a.json, line 2",
        "a.json, line 3",
    ]
    lines, report = found(tmp_path, b'[{"a": 1},\n{"a": nope},\n{"a": 2}]')
    assert lines == [(1, {"a": 1}), (3, {"a": 2})]
    assert [problem.where for problem in report.problems] == ["a.json, line 2"]


def test_what_is_nested_too_deeply_to_be_kept_is_broken(tmp_path: Path) -> None:
    said = b'{"a": ' + b"[" * 980 + b"]" * 980 + b'}\n{"a": 1}\n'
    lines, report = found(tmp_path, said)
    assert lines == [(2, {"a": 1})]
    assert [problem.where for problem in report.problems] == ["a.json, line 1"]


def test_halves_of_characters_are_written_as_question_marks() -> None:
    value = {"a\ud800": [float("nan"), "\ud83d", 10**30, "\u00e4"]}
    assert json.loads(to_bytes(value)) == {"a?": [None, "?", 10**30, "\u00e4"]}


def test_a_missing_file(tmp_path: Path) -> None:
    assert first_rows(tmp_path / "none") == []
    with pytest.raises(FormatError):
        list(rows(tmp_path / "none", "none", Report()))


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_what_is_kept_comes_back(said: dict[str, Any]) -> None:
    text = source_text("x", said)
    assert kept(text, "x") == json.loads(json.dumps(said))
    assert kept(text, "y") == {}


def test_odd_sources_and_texts() -> None:
    for source in (None, "", '"x"', '{"x": 1}', '{"x": ', '["x"]'):
        assert kept(source, "x") == {}
    assert text_of("a\ud83d") == "a?"
    assert text_of(3) is None
