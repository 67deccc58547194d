"""Cells of WebAnno TSV 3.3: escapes, stacked values, and the layers of the header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PROGRAM = "webanno"
HEADER = "webanno.layers"  # the entry that keeps the layers of an import
SPAN, CHAIN, RELATION = "SP", "CH", "RL"
OWN_SPAN = "webanno.custom.Span"
OWN_RELATION = "webanno.custom.Relation"
COREFERENCE = "de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink"
CHAIN_FEATURES = ("referenceRelation", "referenceType")
ROLE, BASE = "ROLE_", "BT_"
# What relations between words are between; it has no columns of its own.
WORD_LAYER = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
ANYTHING = "uima.tcas.Annotation"  # the type of slots that hold any span
NONE, BARE = "_", "*"
# What may be the label, where a layer has several features.
LABELS = ("label", "value", "PosValue", "DependencyType", "identifier")
_RESERVED = re.compile(r"->|[\\\[\]|_;*\t\n\r]")
_CODES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SIGNS = {"t": "\t", "n": "\n", "r": "\r"}
_ESCAPE = re.compile(r"\\(->|.)", re.DOTALL)
_PLAIN = re.compile(r"[\\\t\n\r]")
_ID = re.compile(r"(.*?)(?<!\\)((?:\\\\)*)\[([0-9]{1,9})\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the header. `base`: what relations of it are between."""

    kind: str
    name: str
    features: tuple[str, ...] = ()
    base: str = ""

    @property
    def label(self) -> str | None:
        """The feature whose value is the label."""
        plain = [name for name in self.features if not name.startswith(ROLE)]
        good = [name for name in LABELS if name in plain]
        return next(iter(good or plain), None)

    @property
    def width(self) -> int:
        """How many columns it has."""
        slots = sum(name.startswith(ROLE) for name in self.features)
        if self.kind == RELATION:
            return len(self.features) + 1
        return max(1, len(self.features) + slots)

    @property
    def line(self) -> str:
        """Its line in the header."""
        base = (f"{BASE}{self.base}",) if self.kind == RELATION else ()
        return f"#T_{self.kind}=" + "|".join((self.name, *self.features, *base))


def layer_of(line: str) -> Layer | None:
    """The layer a line of the header tells."""
    kind, sign, said = line.removeprefix("#T_").partition("=")
    if not sign or kind not in (SPAN, CHAIN, RELATION):
        return None
    name, *features = said.split("|")
    if kind == CHAIN and len(features) != 2:
        features = list(CHAIN_FEATURES)
    if kind == RELATION:
        bases = [each for each in features if each.startswith(BASE)]
        base = bases[-1].removeprefix(BASE) if bases else ""
        plain = tuple(each for each in features if not each.startswith(BASE))
        return Layer(kind, name, plain, base)
    kept: list[str] = []
    for feature in features:
        if kept and kept[-1].startswith(ROLE) and "|" not in kept[-1]:
            kept[-1] += f"|{feature}"  # the type of the target belongs to the slot
        else:
            kept.append(feature)
    return Layer(kind, name, tuple(kept))


def escaped(text: str) -> str:
    """A text as a value."""
    return _RESERVED.sub(lambda m: _CODES.get(m[0], "\\" + m[0]), text)


def unescaped(value: str) -> str:
    """The text that `escaped` was given."""
    return _ESCAPE.sub(lambda m: _SIGNS.get(m[1], m[1]), value)


def escaped_text(text: str) -> str:
    """A text as it stands after `#Text=`."""
    return _PLAIN.sub(lambda m: _CODES.get(m[0], "\\" + m[0]), text)


def split_at(cell: str, sign: str) -> list[str]:
    """A cell cut at a sign that is not escaped."""
    if sign not in cell:
        return [cell]
    parts = [""]
    at = 0
    while at < len(cell):
        size = 2 if cell[at] == "\\" else 1
        if cell.startswith(sign, at):
            parts.append("")
            size = len(sign)
        else:
            parts[-1] += cell[at : at + size]
        at += size
    return parts


def stacked(cell: str) -> Iterator[tuple[str | None, int]]:
    """The values in a cell, each with its id or 0; None: no value, but a mark."""
    if cell in (NONE, ""):
        return
    for part in split_at(cell, "|"):
        match = _ID.fullmatch(part)
        value = match[1] + match[2] if match else part
        id_ = int(match[3]) if match else 0
        yield (None if value in (BARE, NONE) else unescaped(value)), id_


def lengths_of(pieces: list[tuple[int, int]]) -> list[int]:
    """Pieces as gaps and lengths, which is short: `pieces_of` turns it back."""
    said: list[int] = []
    at = 0
    for start, stop in pieces:
        said += [start - at, stop - start]
        at = stop
    return said


def pieces_of(said: object) -> list[tuple[int, int]]:
    """The pieces `lengths_of` was given; nothing if they do not rise."""
    numbers = said if isinstance(said, list) else []
    pieces: list[tuple[int, int]] = []
    at = 0
    for gap, length in zip(numbers[::2], numbers[1::2], strict=False):
        if not (isinstance(gap, int) and isinstance(length, int)):
            return []
        if gap < 0 or length < 1:
            return []
        pieces.append((at + gap, at + gap + length))
        at += gap + length
    return pieces
