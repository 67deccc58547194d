"""Texts as they stand in XML."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_illegal(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def escaped(text: str) -> str:
    """A text as XML has it; a carriage return would else become a line feed."""
    return html.escape(text).replace("&#x27;", "'").replace("\r", "&#13;")


def attributes_text(given: Mapping[str, str]) -> str:
    """Attributes, each with a blank before it, in the order of their names."""
    return "".join(
        f' {key}="{_in_line(value)}"' for key, value in sorted(given.items())
    )


def _in_line(text: str) -> str:
    return escaped(text).replace("\n", "&#10;").replace("\t", "&#9;")
