"""Texts and attribute values as SQLite holds them."""

import json
import math
import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.model.geometry import AttributeValue
from annolab.store.values import (
    Record,
    dump_record,
    from_attributes,
    from_text,
    from_value,
    load_record,
    to_attributes,
    to_text,
    to_value,
)

any_text = st.text(st.characters(), max_size=20)  # with lone surrogates and NUL
scalars: st.SearchStrategy[AttributeValue] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), any_text
)
values = st.recursive(scalars, lambda x: st.lists(x, max_size=3).map(tuple))


def through_sqlite(value: object) -> object:
    conn = sqlite3.connect(":memory:")
    try:
        conn.execute("CREATE TABLE t (value)")
        conn.execute("INSERT INTO t VALUES (?)", (value,))
        return conn.execute("SELECT value FROM t").fetchone()[0]
    finally:
        conn.close()


def strict(value: object) -> object:
    """Something that is equal only for equal values of equal types."""
    if isinstance(value, tuple):
        return tuple(map(strict, value))
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    return type(value), repr(value)


@given(any_text)
def test_any_text_comes_back(text: str) -> None:
    assert from_text(through_sqlite(to_text(text))) == text


@given(values)
def test_any_value_comes_back_with_its_type(value: AttributeValue) -> None:
    stored = through_sqlite(to_value(value))
    assert strict(from_value(stored)) == strict(value)  # type: ignore[arg-type]


def test_simple_values_are_readable_with_any_sqlite_tool() -> None:
    assert [to_value(x) for x in ("a", 1, 1.5)] == ["a", 1, 1.5]
    assert to_value(True) == b"true"
    assert to_value((1, "a", None)) == b'[1,"a",null]'


@given(st.dictionaries(any_text, values, max_size=3))
def test_attributes_of_keyframes_come_back(said: dict[str, AttributeValue]) -> None:
    back = from_attributes(to_attributes(said))
    assert {k: strict(v) for k, v in back.items()} == {
        k: strict(v) for k, v in said.items()
    }


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x", object(), (1, [2])])
def test_what_is_no_attribute_value_is_refused(value: AttributeValue) -> None:
    with pytest.raises(UserError, match="attribute value"):
        to_value(value)


def test_a_value_that_is_too_deep_is_refused() -> None:
    deep: AttributeValue = ()
    for _ in range(100_000):
        deep = (deep,)
    with pytest.raises(UserError, match="nested"):
        to_value(deep)


@pytest.mark.parametrize("blob", [b"", b"\xff", b"{}", b"[", b"[" * 200_000, b"[{}]"])
def test_a_damaged_value_is_told(blob: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_value(blob)


records: st.SearchStrategy[Record] = st.dictionaries(
    any_text,
    st.recursive(
        st.none()
        | st.integers()
        | st.floats(allow_nan=False)
        | any_text
        | st.binary(max_size=20),
        lambda x: st.lists(x, max_size=3).map(tuple),
    ),
    max_size=4,
)


@given(st.none() | records)
def test_records_of_the_history_come_back(record: Record | None) -> None:
    assert load_record(dump_record(record)) == record


@pytest.mark.parametrize(
    "text", ["", "[]", "1", '{"a": {"b64": "?"}}', '{"a": {"x": 1}}', "[" * 200_000]
)
def test_a_damaged_record_is_told(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        load_record(text)


def test_numbers_of_numpy_can_be_stored() -> None:
    numbers = [np.int64(3), np.uint8(3), np.float32(3), np.bool_(True), np.int32(3)]
    assert [through_sqlite(n) for n in numbers] == [3, 3, 3.0, 1, 3]
    record: Record = {"z": np.int64(3)}  # type: ignore[dict-item]
    assert json.loads(dump_record(record) or "") == {"z": 3}
