"""Values in cells: reversible, and nothing a spreadsheet would run."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.formats.cells import (
    cell_text,
    cell_value,
    guarded,
    number_text,
    text_cell,
    unguarded,
    value_cell,
)
from annolab.model.geometry import AttributeValue
from tests import strategies as some

tricky = st.text(st.sampled_from("'\"=+-@\t\r\n[]{}0123456789.eEtrufalsn \uff1d\uff0b"))


@given(st.text() | tricky)
def test_guarded_cells_come_back_and_are_harmless(cell: str) -> None:
    safe = guarded(cell)
    assert unguarded(safe) == cell
    if safe[:1] in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"):
        assert safe == "" or math.isfinite(float(safe)) or "e" in safe.lower()


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+A1", "'+A1"),
        ("-A1", "'-A1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("'tis", "''tis"),
        ("'", "''"),
        ("-12.5e-3", "-12.5e-3"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_what_looks_like_a_formula(cell: str, safe: str) -> None:
    assert guarded(cell) == safe


@given(st.none() | st.text() | tricky)
def test_texts_come_back(text: str | None) -> None:
    assert cell_text(text_cell(text)) == text


@given(some.values() | tricky)
def test_values_come_back_with_their_type(value: AttributeValue) -> None:
    cell = value_cell(value)
    assert cell
    found = cell_value(cell)
    assert (type(found), repr(found)) == (type(value), repr(value))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("true", True),
        ("TRUE", True),
        ("null", None),
        ("3", 3),
        ("3.0", 3.0),
        ("1e400", "1e400"),
        ("007", "007"),
        ('"3"', "3"),
        ('"broken', '"broken'),
        ("[1, 2", "[1, 2"),
        ('["a", 1]', ("a", 1)),
        ("True story", "True story"),
        ("9" * 30, "9" * 30),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_what_is_read_from_a_cell(cell: str, value: AttributeValue) -> None:
    found = cell_value(cell)
    assert (type(found), found) == (type(value), value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_bit_for_bit(number: float) -> None:
    text = number_text(number)
    assert repr(float(text)) == repr(number)
