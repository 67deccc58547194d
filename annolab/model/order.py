"""The order in which people expect names: "img2" before "img10"."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(\d+)")
_MOST_DIGITS = 1000  # Python refuses to read a number of more than 4300


def natural_key(name: str) -> list[str | int]:
    """A key that sorts "img2" before "img10", whatever the case."""
    parts: list[str | int] = list(_DIGITS.split(name.casefold()))
    parts[1::2] = [int(str(digits)[:_MOST_DIGITS]) for digits in parts[1::2]]
    return parts
