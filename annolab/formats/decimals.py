"""Coordinates as decimals: corners and sizes go to and fro to the last digit.

Files write corners, AnnoLab holds sizes. Sums are made of the shortest decimals of
both numbers, not of floats, so that neither side ever changes by being converted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Context, Decimal
from typing import TypeAlias

Digits: TypeAlias = Callable[[Decimal], str]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST = 800  # characters; the smallest float64 has about 330 in plain digits
_EXACT = Context(prec=_LONGEST)
_TWO = Decimal(2)
_CENT = Decimal("0.01")

BAD_NUMBER = "A coordinate is no number."


def decimal(text: str | None) -> Decimal:
    """The number in a text. Raises ValueError when there is none."""
    text = (text or "").strip()
    if len(text) > _LONGEST or _NUMBER.fullmatch(text) is None:
        raise ValueError(BAD_NUMBER)
    number = Decimal(text)
    if math.isinf(float(number)):
        raise ValueError(BAD_NUMBER)
    return number


def of(number: float) -> Decimal:
    """The shortest decimal that is this float64."""
    return Decimal(repr(float(number)))


def span(low: Decimal, high: Decimal) -> tuple[float, float]:
    """Begin and size of what lies between two corners."""
    return float(low), float(_EXACT.subtract(high, low))


def middle(low: Decimal, high: Decimal) -> tuple[float, float]:
    """Middle and size of what lies between two corners."""
    centre = _EXACT.divide(_EXACT.add(low, high), _TWO)
    return float(centre), float(_EXACT.subtract(high, low))


def from_begin(begin: float, size: float) -> tuple[Decimal, Decimal]:
    """The two corners."""
    return of(begin), _EXACT.add(of(begin), of(size))


def from_middle(centre: float, size: float) -> tuple[Decimal, Decimal]:
    """The two corners."""
    half = _EXACT.divide(of(size), _TWO)
    return _EXACT.subtract(of(centre), half), _EXACT.add(of(centre), half)


def plus(number: Decimal, more: int) -> Decimal:
    """The sum, with all digits."""
    return _EXACT.add(number, Decimal(more))


def exact(number: Decimal) -> str:
    """All digits, without an exponent."""
    text = format(number, "f")
    return text if "." in text else text + ".0"


def two_decimals(number: Decimal) -> str:
    """As CVAT writes it."""
    return format(_EXACT.quantize(number, _CENT), "f")
