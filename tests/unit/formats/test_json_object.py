"""Files that are one JSON object."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats import json_object
from annolab.formats.base import Report
from annolab.formats.json_object import head_of, object_in

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    max_leaves=9,
)


def _put(folder: Path, data: bytes) -> Path:
    (folder / "a.json").write_bytes(data)
    return folder / "a.json"


@given(st.dictionaries(st.text(), VALUES))
def test_it_is_read_as_it_is(value: dict[str, object]) -> None:
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        file = _put(Path(folder), json.dumps(value).encode())
        assert object_in(file, "a.json", report) == value
    assert not report.problems


def test_names_that_stand_twice_are_both_kept(tmp_path: Path) -> None:
    report = Report()
    data = b'{"a": {"b": 1, "b": 2, "b~2": 3, "b": 4}, "c": 5}'
    found = object_in(_put(tmp_path, data), "a.json", report)
    assert found == {"a": {"b": 1, "b~2": 2, "b~2~2": 3, "b~3": 4}, "c": 5}
    assert len(report.problems) == 3


def test_one_name_very_often_takes_no_time(tmp_path: Path) -> None:
    data = b"{" + b",".join([b'"a":1'] * 50_000) + b"}"
    assert len(object_in(_put(tmp_path, data), "a.json", Report())) == 50_000


@given(st.binary(max_size=40))
def test_noise_raises_nothing_else(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = object_in(_put(Path(folder), data), "a.json", Report())
        except FormatError as error:
            assert error.message.endswith(".")  # noqa: PT017
            return
    assert isinstance(found, dict)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' * 980 + b"1" + b"}" * 980,  # that can be parsed, but not kept
        b'{"a": ' + b"9" * 5000 + b"}",
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_none(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        object_in(_put(tmp_path, data), "a.json", Report())


def test_a_file_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_object, "MOST", 5)
    with pytest.raises(FormatError, match="larger"):
        object_in(_put(tmp_path, b'{"a": 1}'), "a.json", Report())


def test_the_head_never_raises(tmp_path: Path) -> None:
    assert head_of(tmp_path) == head_of(tmp_path / "missing") == ""
    assert head_of(_put(tmp_path, b"\xef\xbb\xbf{\xff")) == "{\ufffd"
