"""Tables whose rows are texts."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import MediaError
from annolab.media import table_rows
from annolab.media.table import OpenTable, cell_text, cells, is_table, records, sniff
from annolab.media.table_rows import (
    NO_OBJECT,
    NOT_CLOSED,
    NOT_JSON,
    TOO_LONG,
    WRONG_BYTES,
    WRONG_COUNT,
    csv_records,
    json_records,
    lines_of,
)

anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def row_text(path: Path, row: int, column: str, encoding: str = "") -> str:
    with OpenTable() as table:
        return table.row_text(path, row, column, encoding)


@given(st.lists(st.lists(anything, min_size=2, max_size=2), min_size=1, max_size=6))
def test_cells_come_back_as_they_were(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    data = out.getvalue().encode()
    found = list(csv_records(io.BytesIO(data), "utf-8", ",", quoted=True))
    assert [record.cells for record in found] == rows
    for record, row in zip(found, rows, strict=True):
        part = io.BytesIO(data[record.start : record.stop])
        assert next(csv_records(part, "utf-8", ",", quoted=True)).cells == row


@given(st.binary())
def test_any_bytes_are_read_to_their_end(data: bytes) -> None:
    assert b"".join(line or b"" for _, _, line in lines_of(io.BytesIO(data))) == data
    for quoted in (True, False):
        found = list(csv_records(io.BytesIO(data), "utf-8", ",", quoted=quoted))
        assert all(bool(record.problem) != bool(record.cells) for record in found)
        assert all(a.stop <= b.start for a, b in pairwise(found))
    for record in json_records(io.BytesIO(data), "utf-8"):
        assert record.problem or record.values is not None


def test_broken_rows_cost_one_row_each(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.csv",
        b'id,text\r\n1,good\r\n2,"never closed\r\n3,"fine, ""so""\nsaid"\r\n'
        b"4,too,many\r\n5\r\n6,\xff\xfe\r\n\r\n7,last",
    )
    found = list(records(path, sniff(path, "utf-8")))
    assert [(n, r.line, r.problem) for n, r in found if r.problem] == [
        (2, 3, NOT_CLOSED), (4, 6, WRONG_COUNT), (5, 7, WRONG_COUNT),
        (6, 8, WRONG_BYTES),
    ]  # fmt: skip
    assert [r.cells for _, r in found if r.cells] == [
        ["1", "good"], ["3", 'fine, "so"\nsaid'], ["7", "last"],
    ]  # fmt: skip
    assert row_text(path, 3, "text") == 'fine, "so"\nsaid'
    with pytest.raises(MediaError, match=r"Row 2 of a\.csv cannot be read: A row in"):
        row_text(path, 2, "text")


def test_json_lines(tmp_path: Path) -> None:
    deep = '{"text": ' + "[" * 100_000
    lines = [
        '{"text": "a\\nb", "n": 3, "ok": true}',
        "{broken",
        "",
        "[1]",
        deep,
        '{"n":1}',
    ]
    path = write(tmp_path, "a.jsonl", "\n".join(lines))
    info = sniff(path)
    assert (info.columns, info.delimiter) == (("text", "n", "ok"), "")
    found = list(records(path, info))
    assert [(r.line, r.problem) for _, r in found] == [
        (1, ""), (2, NOT_JSON), (4, NO_OBJECT), (5, NOT_JSON), (6, ""),
    ]  # fmt: skip
    assert cells(found[0][1], info) == {"text": "a\nb", "n": 3, "ok": True}
    assert row_text(path, 1, "text") == "a\nb"
    assert row_text(path, 5, "n") == "1"
    for row, column, sentence in ((5, "text", "no column"), (9, "text", "no row 9")):
        with pytest.raises(MediaError, match=sentence):
            row_text(path, row, column)


def test_lines_beyond_the_limit_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_rows, "MAX_LINE", 20)
    monkeypatch.setattr(table_rows, "PIECE", 7)
    data = b'{"a":1}\n' + b"x" * 100 + b'\r\n{"a":2}\r{"a":3}'
    found = list(json_records(io.BytesIO(data), "utf-8"))
    assert [record.problem for record in found] == ["", TOO_LONG, "", ""]
    assert [data[r.start : r.stop].strip() for r in found if not r.problem] == [
        b'{"a":1}', b'{"a":2}', b'{"a":3}',
    ]  # fmt: skip


def test_a_quotation_mark_does_not_swallow_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_rows, "MAX_RECORD", 30)
    data = b'a,b\n1,"open\n' + b"2,x\n" * 20
    found = list(csv_records(io.BytesIO(data), "utf-8", ",", quoted=True))
    assert [record.problem for record in found] == ["", NOT_CLOSED, *[""] * 20]


@pytest.mark.parametrize(
    ("name", "data", "delimiter", "columns"),
    [
        ("a.csv", "a,b\n1,2\n", ",", ("a", "b")),
        ("a.csv", "a;b\n1,5;2\n", ";", ("a", "b")),
        ("a.csv", "a\tb\n1\t2\n", "\t", ("a", "b")),
        ("a.tsv", 'a\tb\n"1\t2\n3\t4', "\t", ("a", "b")),
        ("a.csv", "text\nno, not\nyes\n", ",", ("text",)),
        ("a.csv", " a ,,a\n1,2,3\n", ",", ("a", "column 2", "a (3)")),
        ("a.csv", "a,b\r1,2\r", ",", ("a", "b")),
    ],
)
def test_the_head_tells(
    name: str, data: str, delimiter: str, columns: tuple[str, ...], tmp_path: Path
) -> None:
    info = sniff(write(tmp_path, name, data))
    assert (info.delimiter, info.columns) == (delimiter, columns)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8", "cp1252"])
def test_encodings(codec: str, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'id,text\n1,"Käse\nbrot"\n'.encode(codec))
    info = sniff(path)
    assert info.encoding == ("cp1252" if codec == "cp1252" else "")
    assert info.sure is (codec != "cp1252")
    assert info.sample == (("1", "Käse\nbrot"),)
    assert row_text(path, 1, "text", info.encoding) == "Käse\nbrot"


def test_few_broken_lines_are_no_other_encoding(tmp_path: Path) -> None:
    rows = "".join(f"{n},é\n" for n in range(20)).encode()
    info = sniff(write(tmp_path, "a.csv", b"id,text\n" + rows + b"20,\xe9\n"))
    assert (info.encoding, info.sure) == ("", True)


def test_a_changed_table_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "id,text\n1,one\n")
    assert row_text(path, 1, "text") == "one"
    write(tmp_path, "a.csv", "id,text\n1,longer\n")
    assert row_text(path, 1, "text") == "longer"


@pytest.mark.parametrize("data", [b"", b"\n\n", b'"open', b"\x89PNG\0\0\0\xff" * 50])
def test_what_is_no_table_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        sniff(write(tmp_path, "a.csv", data))


def test_names_and_values() -> None:
    assert is_table("A.CSV")
    assert not is_table("a.txt")
    assert cell_text("\ud800") == "?"
    assert cell_text(None) == ""
    assert json.loads(cell_text([1, "é"])) == [1, "é"]


def test_rows_of_several_tables_in_any_order(tmp_path: Path) -> None:
    one = write(tmp_path, "1.csv", "text,n\na,1\nb,2\n")
    wide = write(tmp_path, "2.csv", "text,n\nä,1\nö,2\n".encode("utf-16"))
    with OpenTable() as table:
        said = [table.row_text(p, row, "text") for row in (2, 1) for p in (one, wide)]
        assert said == ["b", "ö", "a", "ä"]
        assert table.row_text(one, 1, "n") == "1"
        assert table.row_text(one, 1, "column 1", head=False) == "text"
        with pytest.raises(MediaError, match="no row 9"):
            table.row_text(one, 9, "text")
        assert table.row_text(one, 1, "text") == "a"
        with pytest.raises(MediaError, match="not found"):
            table.row_text(tmp_path / "3.csv", 1, "text")
        assert table.row_text(one, 2, "text") == "b"


def test_a_wide_table_is_decoded_once_for_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = write(tmp_path, "2.csv", "text,n\nä,1\nö,2\n".encode("utf-16"))
    with OpenTable() as table:
        assert table.row_text(wide, 1, "text") == "ä"
        monkeypatch.delattr("annolab.media.table.read_bytes")
        assert [table.row_text(wide, row, "text") for row in (2, 1)] == ["ö", "ä"]
