"""Values of attributes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.model import values
from annolab.model.geometry import AttributeValue
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.model.values import (
    attribute_problems,
    check_value,
    parse_value,
    text_problem,
    value_problem,
    value_text,
)
from tests import strategies as some


def spec(type_: ValueType, *, required: bool = False) -> AttributeSpec:
    return AttributeSpec(
        id=1,
        owner=Owner.ANNOTATION,
        name="pose",
        type=type_,
        choices=("low", "high", " so so "),
        required=required,
    )


TEXT, NUMBER = spec(ValueType.TEXT), spec(ValueType.NUMBER)
BOOL, CHOICE, MULTI = (
    spec(ValueType.BOOL),
    spec(ValueType.CHOICE),
    spec(ValueType.MULTI),
)


@given(some.values())
def test_what_the_strategies_draw_can_be_kept(value: AttributeValue) -> None:
    assert value_problem(value) is None


@given(st.text(st.characters()))
def test_texts_with_halves_of_characters_cannot(text: str) -> None:
    broken = any("\ud800" <= c <= "\udfff" for c in text)
    assert text_problem(text) == (values.BROKEN_TEXT if broken else None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, values.NO_NUMBER),
        (-math.inf, values.NO_NUMBER),
        (1 << 63, values.LARGE_NUMBER),
        (["a"], values.STRANGE_VALUE),
        ({"a": 1}, values.STRANGE_VALUE),
        (np.int64(3), values.STRANGE_VALUE),
        (b"a", values.STRANGE_VALUE),
        ((1, (2, math.nan)), values.NO_NUMBER),
        ((((((((((1,),),),),),),),),), values.DEEP_VALUE),
        ((((((((1,),),),),),),), None),
        (-(1 << 63) + 1, None),
        ("\0", None),
    ],
)
def test_what_can_be_kept(value: object, expected: str | None) -> None:
    assert value_problem(value) == expected


def test_attributes_say_each_problem_once() -> None:
    attributes: dict[str, AttributeValue] = {
        "": 1,
        "a": math.nan,
        "b": math.inf,
        "\ud800": 1,
        "fine": "x",
    }
    assert attribute_problems(attributes) == (
        values.NO_KEY,
        values.NO_NUMBER,
        values.BROKEN_TEXT,
    )
    assert attribute_problems({}) == ()


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        (TEXT, "a", None),
        (TEXT, 3, "pose must be a text."),
        (NUMBER, 3, None),
        (NUMBER, 0, None),
        (NUMBER, -0.5, None),
        (NUMBER, True, "pose must be a number."),
        (NUMBER, math.nan, "pose must be a number."),
        (NUMBER, "3", "pose must be a number."),
        (BOOL, False, None),
        (BOOL, 0, "pose must be true or false."),
        (CHOICE, "low", None),
        (CHOICE, "LOW", "pose must be one of: low, high,  so so ."),
        (MULTI, ("low", "high"), None),
        (MULTI, ("low", "low"), "pose must be some of: low, high,  so so ."),
        (MULTI, ("up",), "pose must be some of: low, high,  so so ."),
        (MULTI, "low", "pose must be some of: low, high,  so so ."),
        (MULTI, (), None),
        (NUMBER, None, None),
        (TEXT, "", None),
        (spec(ValueType.TEXT, required=True), "", "Fill in pose."),
        (spec(ValueType.BOOL, required=True), None, "Fill in pose."),
        (spec(ValueType.BOOL, required=True), False, None),
        (spec(ValueType.NUMBER, required=True), 0, None),
        (spec(ValueType.MULTI, required=True), (), "Fill in pose."),
    ],
)
def test_check(
    declared: AttributeSpec, value: AttributeValue, expected: str | None
) -> None:
    assert check_value(declared, value) == expected


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (TEXT, " a ", " a "),
        (TEXT, " ", " "),
        (TEXT, "", None),
        (NUMBER, " 12 ", 12),
        (NUMBER, "-007", -7),
        (NUMBER, "1.5e3", 1500.0),
        (NUMBER, ".5", 0.5),
        (NUMBER, "99999999999999999999", 1e20),
        (NUMBER, "9223372036854775807", 9223372036854775807),
        (NUMBER, "9223372036854775808", 9223372036854775808.0),
        (NUMBER, "  ", None),
        (BOOL, "Yes", True),
        (BOOL, "0", False),
        (CHOICE, "low", "low"),
        (CHOICE, " low", "low"),
        (CHOICE, " so so ", " so so "),
        (MULTI, "low; high;", ("low", "high")),
        (MULTI, "; so so", (" so so ",)),
        (MULTI, " ", None),
    ],
)
def test_parse(declared: AttributeSpec, text: str, value: AttributeValue) -> None:
    parsed = parse_value(declared, text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        (NUMBER, "nan"),
        (NUMBER, "inf"),
        (NUMBER, "1e999"),
        (NUMBER, "1_000"),
        (NUMBER, "0x10"),
        (NUMBER, "\u0663"),
        (NUMBER, "9" * 5000),
        (BOOL, "maybe"),
        (CHOICE, "up"),
        (MULTI, "low; up"),
        (MULTI, "low; low"),
    ],
)
def test_parse_refuses(declared: AttributeSpec, text: str) -> None:
    with pytest.raises(UserError, match="pose must be"):
        parse_value(declared, text)


@given(st.sampled_from([TEXT, NUMBER, BOOL, CHOICE, MULTI]), st.data())
def test_text_of_a_value_is_parsed_back(
    declared: AttributeSpec, data: st.DataObject
) -> None:
    value = data.draw(some.values_of(declared))
    back = parse_value(declared, value_text(value))
    assert back == value
    assert type(back) is type(value)


def test_text_of_values() -> None:
    assert value_text(None) == ""
    assert value_text((1, True, "a", None)) == "1; true; a; "
