"""The lines of standoff files as records.

After brat's `server/src/annotation.py`: `ID TAB data [TAB tail]`, where the first
letter of the id says what it is. A line that is no record is not an error: it is
kept as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Pieces: TypeAlias = tuple[tuple[int, int], ...]

_ID = re.compile(r"(?:[A-Za-z]+|#[A-Za-z]*)[0-9]+[^\t ]*")
_TEXT_BOUND = re.compile(r"([^ \t]+) ([0-9]{1,18} [0-9]{1,18}(?:;[0-9 ;]+)?) *")
_PIECE = re.compile(r"([0-9]{1,18}) ([0-9]{1,18}) *")
_BIONLP_2013 = re.compile(r"(\S+) Annotation:(\S+) Referent:(\S+)")
_REFERENCE = re.compile(r"(\S+) (\S+) (\S+?:\S+) *")


@dataclass(frozen=True, slots=True)
class TextBound:
    """`T1 TAB Type 0 4;6 8 TAB text`. `tail`: what follows the data; None: no tab."""

    id: str
    type: str
    pieces: Pieces
    tail: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """`E1 TAB Type:T1 Role:T2 Role2:E3`."""

    id: str
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """`R1 TAB Type Arg1:T1 Arg2:T2`."""

    id: str
    type: str
    head: tuple[str, str]
    tail: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Equiv:
    """`* TAB Equiv T1 T2 T3`."""

    type: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """`A1 TAB Name T1 [value]`, formerly `M1 TAB Name T1`. None: there or not."""

    id: str
    name: str
    target: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """`N1 TAB Reference T1 DB:ID TAB name`."""

    id: str
    type: str
    target: str
    entry: str
    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """`#1 TAB AnnotatorNotes T1 TAB text`."""

    id: str
    type: str
    target: str
    text: str


Record: TypeAlias = TextBound | Event | Arc | Equiv | Value | Reference | Note


def parsed(line: str) -> Record | None:
    """The record of a line without its end; None when it is none."""
    id_, tab, rest = line.partition("\t")
    if not tab:
        return None
    data, tab, tail = rest.partition("\t")
    if id_ == "*":
        kind, *members = data.split() or [""]
        return Equiv(kind, tuple(members)) if members else None
    make = _PARSERS.get(id_[:1])
    if make is None or _ID.fullmatch(id_) is None:
        return None
    return make(id_, data, tail if tab else None)


def number_of(id_: str) -> tuple[str, int]:
    """The letter and the number of an id; numbers without an end count as 0."""
    digits = re.match(r"[0-9]{1,18}(?![0-9])", id_[1:])
    return id_[:1], int(digits[0]) if digits else 0


def _pair(word: str) -> tuple[str, str]:
    role, _, target = word.partition(":")
    return role, target


def _text_bound(id_: str, data: str, tail: str | None) -> Record | None:
    match = _TEXT_BOUND.fullmatch(data)
    if match is None:
        return None
    found = [_PIECE.fullmatch(piece) for piece in match[2].split(";")]
    pieces = tuple((int(piece[1]), int(piece[2])) for piece in found if piece)
    return TextBound(id_, match[1], pieces, tail) if len(pieces) == len(found) else None


def _event(id_: str, data: str, tail: str | None) -> Record | None:
    first, *others = data.split() or [""]
    pairs = [_pair(word) for word in (first, *others)]
    if not all(role and target for role, target in pairs):
        return None
    (kind, trigger), *arguments = pairs
    return Event(id_, kind, trigger, tuple(arguments))


def _arc(id_: str, data: str, tail: str | None) -> Record | None:
    kind, *others = data.split() or [""]
    pairs = [_pair(word) for word in others]
    if len(pairs) != 2 or not all(role and target for role, target in pairs):
        return None
    return Arc(id_, kind, pairs[0], pairs[1])


def _value(id_: str, data: str, tail: str | None) -> Record | None:
    name, _, rest = data.partition(" ")
    target, _, value = rest.partition(" ")
    if not name or _ID.fullmatch(target) is None:
        return None
    return Value(id_, name, target, value or None)


def _reference(id_: str, data: str, tail: str | None) -> Record | None:
    match = _REFERENCE.fullmatch(_BIONLP_2013.sub(r"\1 \2 \3", data, count=1))
    if match is None:
        return None
    return Reference(id_, match[1], match[2], match[3], (tail or "").strip("\t"))


def _note(id_: str, data: str, tail: str | None) -> Record | None:
    words = data.split()
    if len(words) != 2:
        return None
    return Note(id_, words[0], words[1], tail or "")


_PARSERS: dict[str, Callable[[str, str, str | None], Record | None]] = {
    "T": _text_bound,
    "E": _event,
    "R": _arc,
    "A": _value,
    "M": _value,
    "N": _reference,
    "#": _note,
}
