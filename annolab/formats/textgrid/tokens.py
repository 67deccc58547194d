"""The tokens of Praat's text files: numbers, strings and flags amid comment.

A token stands at the start of the file or after white space. A word that begins
with none of digit, `+`, `-`, `"`, `<`, `!` is comment; `!` makes the rest of its
line comment. A value of another type than the one wanted is an error.
"""

from __future__ import annotations

import math
import re

from annolab.errors import FormatError

_SPACE = r" \t\n\r\f\v\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# A word goes to its end: if parts of it counted, a failed match would try them all.
_COMMENT = rf'[^{_SPACE}0-9+\-"<!][^{_SPACE}]*(?:[{_SPACE}]|\Z)'
SKIP = rf"(?:[{_SPACE}]+(?![{_SPACE}])|![^\n]*\n|{_COMMENT})*"
NUMBER = r"([+-]?[0-9]{1,17}(?:\.[0-9]{0,19})?(?:[eE][+-]?[0-9]{1,3})?)"
STRING = r'"([^"]*(?:""[^"]*)*)"'
END = rf"(?=[{_SPACE}]|\Z)"
_SKIP = re.compile(SKIP)
_WORD = re.compile(rf"[^{_SPACE}]*")
_STRING = re.compile(STRING)
_END = re.compile(END)
_NUMERIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?%?")
_HEX = re.compile(
    r"[+-]?0[xX](?:[0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?"
)
_COUNT = re.compile(r"[+-]?[0-9]+")
_MOST = 40  # characters of a number or flag


class Tokens:
    """Reads the values of a text one after the other."""

    def __init__(self, text: str, position: int = 0) -> None:
        self.text = text
        self.position = position

    def line(self) -> int:
        """The line, from 1, of what is read next."""
        return self.text.count("\n", 0, self.position) + 1

    def error(self, message: str) -> FormatError:
        """An error at the present line."""
        return FormatError(message, line=self.line())

    def at_end(self) -> bool:
        """Whether no token is left."""
        position = self._skipped()
        rest = self.text[position : position + 1]
        return not rest or (rest == "!" and "\n" not in self.text[position:])

    def number(self) -> float:
        """The next real number; NaN when Praat reads it as undefined."""
        word = self._number_word("number")
        while word == "+":
            word = self._number_word("number")
        above, slash, below = word.partition("/")
        if not slash:
            return _real(word)
        top, bottom = _real(above), _real(below)
        if bottom:
            return top / bottom
        return math.nan if not top or math.isnan(top) else math.copysign(math.inf, top)

    def count(self) -> int:
        """The next whole number; what follows its digits is left out."""
        match = _COUNT.match(self._number_word("whole number"))
        return int(match[0]) if match else 0

    def string(self) -> str:
        """The next text in quotes; doubled quotes are single ones inside."""
        self._seek('"', "text in quotes")
        match = _STRING.match(self.text, self.position)
        if match is None:
            raise self.error("A text in quotes is not closed before the end.")
        self.position = match.end()
        if not _END.match(self.text, self.position):
            raise self.error(
                "A quotation mark inside a text must be doubled, and the closing one "
                "be followed by a blank."
            )
        return match[1].replace('""', '"')

    def flag(self) -> bool:
        """The next flag: True for `<exists>`, False for `<absent>`."""
        self._seek("<", "flag such as <exists>")
        match = re.compile(r"<([^>\n]{0,40})>").match(self.text, self.position)
        if match is None or match[1] not in ("exists", "absent"):
            raise self.error("A flag must be <exists> or <absent>.")
        self.position = match.end()
        return match[1] == "exists"

    def _number_word(self, wanted: str) -> str:
        self._seek("0123456789+-", wanted)
        match = _WORD.match(self.text, self.position)
        word = match[0] if match else ""
        if len(word) > _MOST:
            raise self.error("A number has more than 40 characters.")
        if not word.isascii():
            raise self.error("A number holds a character that is none of ASCII.")
        self.position += len(word)
        return word

    def _seek(self, first: str, wanted: str) -> None:
        """Move to the next token, which must begin with one of `first`."""
        self.position = self._skipped()
        found = self.text[self.position : self.position + 1]
        if not found or found == "!":
            raise self.error(f"The file ends where a {wanted} should be.")
        if found not in first:
            sort = {'"': "text in quotes", "<": "flag"}.get(found, "number")
            raise self.error(f"There is a {sort} where a {wanted} should be.")

    def _skipped(self) -> int:
        match = _SKIP.match(self.text, self.position)
        return match.end() if match else self.position


def _real(word: str) -> float:
    """`strtod` on what Praat takes for a number, NaN on the rest."""
    hexadecimal = _HEX.match(word)
    if hexadecimal:
        try:
            return float.fromhex(hexadecimal[0])
        except OverflowError:
            return math.inf
    match = _NUMERIC.match(word)
    if match is None:
        return math.nan
    digits = match[0]
    if word[match.end() : match.end() + 1] in ("e", "E") and "e" not in digits.lower():
        return math.nan  # an exponent without digits
    return 0.01 * float(digits[:-1]) if digits.endswith("%") else float(digits)
