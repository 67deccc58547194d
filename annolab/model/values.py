"""Values of attributes: which can be kept, and which a declaration allows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from annolab.errors import UserError
from annolab.model.geometry import Attributes, AttributeValue
from annolab.model.schema import AttributeSpec, ValueType

MAX_INT = (1 << 63) - 1  # the largest whole number a project file can hold
SEPARATOR = ";"  # between the choices of a `multi` value, as text
_DEEPEST = 8  # lists within lists

BROKEN_TEXT = "A text holds half of a character (a lone surrogate)."
NO_NUMBER = "A number is infinite or not a number."
LARGE_NUMBER = "A whole number has more than 63 bits."
NO_KEY = "An attribute has no name."
STRANGE_VALUE = "A value is neither text, number, truth value nor a list of them."
DEEP_VALUE = "A value is a list of lists nested too deep."

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def text_problem(text: str) -> str | None:
    """Why a text cannot be kept, or None."""
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return BROKEN_TEXT
    return None


def value_problem(value: object, depth: int = 0) -> str | None:
    """Why a value of an attribute cannot be kept, or None."""
    match value:
        case None | bool():
            return None
        case str():
            return text_problem(value)
        case int() | float():
            return _number_problem(value)
        case tuple() if depth < _DEEPEST:
            found = (value_problem(each, depth + 1) for each in value)
            return next((problem for problem in found if problem is not None), None)
        case _:
            return DEEP_VALUE if isinstance(value, tuple) else STRANGE_VALUE


def _number_problem(number: float) -> str | None:
    if isinstance(number, int):
        return None if -MAX_INT <= number <= MAX_INT else LARGE_NUMBER
    return None if math.isfinite(number) else NO_NUMBER


def attribute_problems(attributes: Attributes) -> tuple[str, ...]:
    """Why attributes cannot be kept."""
    if not attributes:
        return ()
    found = [
        (text_problem(key) if key else NO_KEY) or value_problem(value)
        for key, value in attributes.items()
    ]
    return tuple(dict.fromkeys(problem for problem in found if problem is not None))


def check_value(spec: AttributeSpec, value: AttributeValue) -> str | None:
    """Why a declared attribute must not have this value, or None. None: not set."""
    if value in (None, "", ()):
        return f"Fill in {spec.name}." if spec.required else None
    fits, wanted = _FITS[spec.type]
    if fits(spec, value):
        return None
    return f"{spec.name} must be {wanted.format(', '.join(spec.choices))}."


def _is_number(_: AttributeSpec, value: AttributeValue) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _are_choices(spec: AttributeSpec, value: AttributeValue) -> bool:
    if not isinstance(value, tuple):
        return False
    return set(value) <= set(spec.choices) and len(set(value)) == len(value)


_FITS: dict[ValueType, tuple[Callable[[AttributeSpec, AttributeValue], bool], str]] = {
    ValueType.TEXT: (lambda _, value: isinstance(value, str), "a text"),
    ValueType.NUMBER: (_is_number, "a number"),
    ValueType.BOOL: (lambda _, value: isinstance(value, bool), "true or false"),
    ValueType.CHOICE: (lambda spec, value: value in spec.choices, "one of: {}"),
    ValueType.MULTI: (_are_choices, "some of: {}"),
}


def parse_value(spec: AttributeSpec, text: str) -> AttributeValue:
    """The value of a declared attribute that a text in a form or a table means.

    "" is None. Raises UserError with a sentence when it means none.
    """
    value = _parsed(spec, text)
    problem = None if value is None else check_value(spec, value)
    if problem is not None:
        raise UserError(problem)
    return value


def _parsed(spec: AttributeSpec, text: str) -> AttributeValue:
    if not text.strip():
        return text if spec.type is ValueType.TEXT and text else None
    match spec.type:
        case ValueType.NUMBER:
            return _number(text.strip())
        case ValueType.BOOL:
            return _WORDS.get(text.strip().lower(), text)
        case ValueType.MULTI:
            parts = (part for part in text.split(SEPARATOR) if part.strip())
            return tuple(_choice(spec, part) for part in parts)
        case ValueType.CHOICE:
            return _choice(spec, text)
        case ValueType.TEXT:
            return text


def _choice(spec: AttributeSpec, text: str) -> str:
    """The choice a text means, spaces around it aside, else the text."""
    if text in spec.choices:
        return text
    return next((x for x in spec.choices if x.strip() == text.strip()), text)


def _number(text: str) -> int | float | str:
    """The number a text means, else the text."""
    if _WHOLE.fullmatch(text) and abs(int(text)) <= MAX_INT:
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def value_text(value: AttributeValue) -> str:
    """A value as a person reads and types it; `parse_value` turns it back."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return f"{SEPARATOR} ".join(map(value_text, value))
        case _:
            return str(value)
