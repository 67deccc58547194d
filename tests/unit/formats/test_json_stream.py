"""Reading a large JSON object piece by piece."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats import json_stream
from annolab.formats.json_stream import JsonStream

PATH = Path("file.json")

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
documents = st.dictionaries(st.text(), st.lists(values, max_size=6) | values)


def stream(data: bytes) -> tuple[JsonStream, list[tuple[str, int]]]:
    problems: list[tuple[str, int]] = []
    return JsonStream(
        io.BytesIO(data), PATH, lambda *found: problems.append(found)
    ), problems


def elements(data: bytes) -> tuple[list[Any], list[tuple[str, int]]]:
    """All elements of all lists, and the problems."""
    reader, problems = stream(data)
    found: list[Any] = []
    for _ in reader.members():
        for batch in reader.batches():
            found += batch.elements
    return found, problems


def parsed(data: bytes) -> dict[str, Any]:
    reader, problems = stream(data)
    found: dict[str, Any] = {}
    for key in reader.members():
        if reader._peek() == b"[":
            found[key] = [x for batch in reader.batches() for x in batch.elements]
        else:
            found[key] = reader.value()
    assert not problems
    return found


@given(documents, st.sampled_from([None, 0, 3]), st.booleans())
def test_reads_what_the_standard_library_reads(
    document: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    found = parsed(text.encode("utf-8", "surrogateescape"))
    assert found == document
    assert repr(found) == repr(document)  # 1 is not 1.0


@given(st.lists(st.dictionaries(st.text(), values, max_size=3), max_size=20))
def test_any_size_of_chunk_reads_the_same(rows: list[Any]) -> None:
    data = json.dumps({"a": rows, "b": 1}, indent=1).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK", 7)
        assert parsed(data) == {"a": rows, "b": 1}
        reader, problems = stream(data)
        for _ in reader.members():
            reader.skip()
    assert not problems


@given(st.lists(st.dictionaries(st.text(max_size=3), scalars, max_size=3)))
def test_lines_are_those_of_the_elements(rows: list[dict[str, Any]]) -> None:
    texts = [json.dumps(row, indent=2) for row in rows]
    data = ('{"a": [\n' + ",\n\n".join(texts) + "]}").encode()
    reader, _ = stream(data)
    expected = 2
    for _ in reader.members():
        for batch in reader.batches():
            for place in range(len(batch.elements)):
                assert batch.line(place) == expected
                expected += texts[batch.first + place].count("\n") + 2
            assert batch.line(0) <= expected  # asked backwards


def test_a_broken_element_is_left_out_and_said() -> None:
    data = b'{"a": [\n{"n": 1},\n{"n": 2,,},\n{"n": 3},\n{"n" 4}\n], "b": [{"n": 5}]}'
    found, problems = elements(data)
    assert found == [{"n": 1}, {"n": 3}, {"n": 5}]
    assert [line for _, line in problems] == [3, 5]


def test_nan_and_large_numbers_come_by_the_slow_way() -> None:
    data = b'{"a": [{"n": NaN}, {"n": 1e999}, {"n": 123456789012345678901234567890}]}'
    found, problems = elements(data)
    assert str(found[0]["n"]) == "nan"
    assert found[1:] == [{"n": float("inf")}, {"n": 123456789012345678901234567890}]
    assert not problems


def test_bytes_that_are_not_utf8_are_kept_apart() -> None:
    found, problems = elements(b'{"a": [{"n": "caf\xe9"}, {"n": "ok"}]}')
    assert found == [{"n": "caf\udce9"}, {"n": "ok"}]
    assert not problems


def test_a_byte_order_mark_is_passed_over() -> None:
    assert elements(b'\xef\xbb\xbf{"a": [1, 2]}')[0] == [1, 2]


def test_a_long_element_is_read_whole() -> None:
    row = {"counts": list(range(300_000))}
    assert elements(json.dumps({"a": [row, row]}).encode())[0] == [row, row]


def test_what_is_no_list_is_said() -> None:
    found, problems = elements(b'{"a": {"n": 1}, "b": [2]}')
    assert found == [2]
    assert problems == [("A list must stand here, not an object.", 1)]


def test_more_behind_the_end_is_said() -> None:
    _, problems = elements(b'{"a": []}\n{}')
    assert problems == [("There is more behind the end of the object.", 2)]


@pytest.mark.parametrize(
    ("data", "sentence", "line"),
    [
        (b"", "The file must hold a JSON object, not the end of the file.", 1),
        (b"[1]", "The file must hold a JSON object, not a list.", 1),
        (b"hello", "The file must hold a JSON object, not 'h'.", 1),
        ('{"a": []}'.encode("utf-16"), "This is UTF-16 or binary: save it", 1),
        ('{"a": []}'.encode("utf-16-le"), "This is UTF-16 or binary: save it", 1),
        (b'{\n"a": [{"n": 1}, {"n"', "The file ends in the middle.", 2),
        (b'{\n"a": [\n"abc', "The file ends in the middle.", 3),
        (b'{\n"a"', "The file ends in the middle.", 2),
        (b'{"a": [1 2]}', "a comma or ] must stand here", 1),
        (b'{"a": []\n"b": []}', "a comma or } must stand here", 2),
        (b"{'a': []}", "a key in quotes must stand here", 1),
        (b'{"a" []}', "a colon must stand here", 1),
        (b'{"a": [' + b"[" * 100_000, "nested too deeply", 1),
        (b'{"a": [' + b'{"a":' * 100_000, "nested too deeply", 1),
        (b'{"a": ' + b"[" * 985 + b"]" * 985 + b"}", "nested too deeply", 1),
        (b'{"a": [1' + b"0" * 5000 + b"]}", "a number too long", 1),
    ],
)
def test_where_reading_cannot_go_on(data: bytes, sentence: str, line: int) -> None:
    with pytest.raises(FormatError) as caught:
        elements(data)
    assert sentence in caught.value.message
    assert caught.value.line == line
    assert str(PATH) in str(caught.value)


def test_an_element_that_is_nested_too_deeply_is_left_out() -> None:
    deep = b'{"n": ' + b'["]", ' * 980 + b"1" + b"]" * 980 + b"}"
    found, problems = elements(b'{"a": [{"n": 1},\n' + deep + b',\n{"n": 3}]}')
    assert found == [{"n": 1}, {"n": 3}]
    ((sentence, line),) = problems
    assert "nested too deeply" in sentence
    assert line == 2


def test_brackets_in_texts_nest_nothing() -> None:
    text = r"[{\"[" * 300
    data = json.dumps({"a": [{"n": text}]}).encode()
    assert elements(data) == ([{"n": text}], [])


@given(documents, st.data())
def test_a_file_that_was_cut_ends_in_the_middle(
    document: dict[str, Any], data: st.DataObject
) -> None:
    whole = json.dumps(document).encode()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(FormatError):
        elements(cut)
