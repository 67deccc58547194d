"""Lines of standoff files from what the project says, and what they cannot say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from annolab.formats.base import Severity
from annolab.formats.brat.places import BREAKS, Places, fragments, joined
from annolab.formats.brat.reading import NO_LABEL, role_name
from annolab.model.geometry import AttributeValue, Span

Say: TypeAlias = Callable[[str, Severity], None]
GivenValue: TypeAlias = str | bool  # True: it is there, and has no value

NAME = "A name with spaces or colons: they are written as _."
UNLABELLED = 'A label called "_" is read as no label.'
NUMBERED = "The number at the end of the name of an argument is not read back."
EDGE = "A span that begins or ends with a line end or tab: they are left out."
PARTED = "Pieces of a span that only a line end parts are read as one."
NOTHING = "A span of nothing but line ends and tabs."
BEYOND = "A span that reaches beyond its text."
TYPED = "Numbers and lists are written as text."
UNSAID = "A value of no, nothing or an empty text cannot be written."
BROKEN = "Line ends and tabs in values are written as spaces."
ONE = "A list of a single value is read as the value."

_SPACES = re.compile(r"[\s:]")
_BROKEN = re.compile(f"[{BREAKS}]")
_BROKEN_NOTE = re.compile(f"[{BREAKS[1:]}]")


def word(name: str | None, say: Say) -> str:
    """A name as one word, as standoff has it; None: no label."""
    if name is None:
        return NO_LABEL
    if name == NO_LABEL:
        say(UNLABELLED, Severity.LOSS)
    found = _SPACES.sub("_", name)
    if found != name:
        say(NAME, Severity.LOSS)
    return found


def role(name: str | None, taken: Iterable[str], say: Say) -> str:
    """The name of an argument of an event, with a number when it is not the first."""
    plain = word(name, say)
    if role_name(plain) != plain or plain.isdecimal():
        say(NUMBERED, Severity.LOSS)
    used, number, found = set(taken), 2, plain
    while found in used:
        found, number = f"{plain}{number}", number + 1
    return found


def text_bound(
    id_: str, name: str | None, span: Span, places: Places, say: Say
) -> str | None:
    """The line of a span; None, which is reported: it has none."""
    text = places.text
    if span.pieces[-1][1] > len(text):
        say(BEYOND, Severity.SKIPPED)
        return None
    pieces = fragments(span.pieces, text)
    if not pieces:
        say(NOTHING, Severity.SKIPPED)
        return None
    if joined(pieces, text) != span.pieces:
        edge = (
            text[span.pieces[0][0]] in BREAKS or text[span.pieces[-1][1] - 1] in BREAKS
        )
        say(EDGE if edge else PARTED, Severity.LOSS)
    ends = (places.outside(*piece) for piece in pieces)
    where = ";".join(f"{start} {stop}" for start, stop in ends)
    said = " ".join(text[start:stop] for start, stop in pieces)
    return f"{id_}\t{word(name, say)} {where}\t{said}"


def values_of(value: AttributeValue, say: Say, *, notes: bool) -> list[str | bool]:
    """A value as one or several that a line can give; `notes`: of which sort."""
    if (
        isinstance(value, tuple)
        and value
        and not any(isinstance(x, tuple) for x in value)
    ):
        if len(value) == 1:
            say(ONE, Severity.LOSS)
        return [found for each in value for found in values_of(each, say, notes=notes)]
    match value:
        case True if not notes:
            return [True]
        case str() if value or notes:
            plain = (_BROKEN_NOTE if notes else _BROKEN).sub(" ", value)
            if plain != value:
                say(BROKEN, Severity.LOSS)
            return [plain]
        case None | False | "" | ():
            say(UNSAID, Severity.LOSS)
            return []
        case _:
            say(TYPED, Severity.LOSS)
            return [json.dumps(value, ensure_ascii=False)]


def value_line(id_: str, name: str, target: str, value: GivenValue, say: Say) -> str:
    """The line of an attribute."""
    end = "" if isinstance(value, bool) else f" {value}"
    return f"{id_}\t{word(name, say)} {target}{end}"
