"""`data.yaml`: the small part of YAML that such files are written in.

Keys at the left edge with a scalar, a list or a mapping behind them, in either
style. Tags, anchors and deeper nesting are passed over: nothing is ever made of
a file but texts, lists and mappings of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = str | list[str] | dict[str, str]

MAX_BYTES = 1 << 22

_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:'"\[{&*!|>%@`-][^:]*?|\d+)\s*:(?=\s|$)"""
)
_QUOTED = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_ESCAPE = re.compile(
    r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "e": "\x1b"}


def parse(text: str) -> dict[str, Value]:
    """The keys at the left edge with their values; others are passed over."""
    found: dict[str, Value] = {}
    lines = _Lines(text.removeprefix("\ufeff").splitlines())
    for line in lines:
        match = _KEY.match(line)
        if match is None:
            continue
        rest = line[match.end() :].strip()
        key = scalar(match.group(1))
        if rest.startswith(("[", "{")):
            found[key] = _flow(lines.closed(rest))
        elif rest and not rest.startswith("#"):
            found[key] = scalar(rest)
        else:
            found[key] = _block(lines.indented())
    return found


def members(text: str) -> dict[str, str]:
    """The lines of each key at the left edge, as they stand in the file."""
    found: dict[str, str] = {}
    key = ""
    for line in text.removeprefix("\ufeff").splitlines():
        match = _KEY.match(line)
        if match is not None:
            key = scalar(match.group(1))
            found[key] = ""
        if key and line.strip() not in ("---", "..."):
            found[key] += line + "\n"
    return found


def scalar(text: str) -> str:
    """A text as it is meant: without quotes, escapes and comment."""
    quoted = _QUOTED.match(text)
    if quoted is None:
        return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
    body = quoted.group(1)[1:-1]
    if quoted.group(1)[0] == "'":
        return body.replace("''", "'")
    return _ESCAPE.sub(_unescaped, body)


def _unescaped(match: re.Match[str]) -> str:
    word = match.group(1)
    if len(word) == 1:
        return _NAMED.get(word, word)
    number = int(word[1:], 16)
    good = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if good else "\ufffd"


def quoted(text: str) -> str:
    """A text in double quotes, as every reader of YAML understands it."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\U{code:08x}"


class _Lines:
    """The lines of a file, of which some belong together."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._at = 0

    def __iter__(self) -> Iterator[str]:
        while self._at < len(self._lines):
            self._at += 1
            yield self._lines[self._at - 1]

    def indented(self) -> list[str]:
        """The lines that follow and belong to the key before them."""
        found = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and not line.startswith((" ", "\t", "-", "#")):
                break
            self._at += 1
            if line.strip() and not line.lstrip().startswith("#"):
                found.append(line)
        return found

    def closed(self, begun: str) -> str:
        """A value in brackets to its end, which may be some lines further on."""
        while not _is_closed(begun) and self._at < len(self._lines):
            begun += "\n" + self._lines[self._at]
            self._at += 1
        return begun


def _is_closed(text: str) -> bool:
    bare = re.sub(r"""#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""", "", text)
    return len(re.findall(r"[\[{]", bare)) <= len(re.findall(r"[\]}]", bare))


def _block(lines: Sequence[str]) -> Value:
    if lines and lines[0].lstrip().startswith("-"):
        rows = [line.strip() for line in lines]
        return [scalar(row[1:].strip()) for row in rows if row.startswith("-")]
    pairs: dict[str, str] = {}
    depth = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    for line in lines:
        match = _KEY.match(line.strip())
        if match is not None and len(line) - len(line.lstrip()) == depth:
            pairs[scalar(match.group(1))] = scalar(line.strip()[match.end() :].strip())
    return pairs


def _flow(text: str) -> Value:
    """`[a, b]` or `{a: b}`; brackets inside are passed over."""
    parts = list(_parts(text[1:]))
    if text.startswith("["):
        return [scalar(part) for part in parts]
    pairs = (_KEY.match(part) for part in parts)
    return {
        scalar(match.group(1)): scalar(part[match.end() :].strip())
        for part, match in zip(parts, pairs, strict=True)
        if match is not None
    }


def _parts(text: str) -> Iterator[str]:
    """What stands between the commas up to the closing bracket."""
    text = re.sub(r"(^|\s)#[^\n]*", r"\1", text)
    at, part = 0, ""
    while at < len(text):
        match = (
            _QUOTED.match(text, at) if not part.strip() or part[-1:] in " :" else None
        )
        if match is not None:
            part += match.group()
            at = match.end()
            continue
        char = text[at]
        at += 1
        if char in "]}":
            break
        if char == ",":
            yield part.strip()
            part = ""
        else:
            part += " " if char == "\n" else char
    if part.strip():
        yield part.strip()


def render(values: Mapping[str, Value | int | Sequence[int]]) -> str:
    """A file of these keys; texts in quotes, the names with their numbers."""
    lines = []
    for key, value in values.items():
        if isinstance(value, dict):
            lines.append(f"{key}:")
            lines += [f"  {number}: {quoted(name)}" for number, name in value.items()]
        elif isinstance(value, int):
            lines.append(f"{key}: {value}")
        elif isinstance(value, str):
            lines.append(f"{key}: {quoted(value)}")
        else:
            lines.append(f"{key}: [{', '.join(map(str, value))}]")
    return "\n".join(lines) + "\n"
