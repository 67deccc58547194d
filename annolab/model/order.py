"""The order in which people expect names: "img2" before "img10"."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(\d+)")


def natural_key(name: str) -> list[str | int]:
    """A key that sorts "img2" before "img10", whatever the case."""
    parts: list[str | int] = list(_DIGITS.split(name.casefold()))
    parts[1::2] = map(int, parts[1::2])
    return parts
