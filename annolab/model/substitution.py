"""Find and replace in the texts of annotations, by plain text or expression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import regex

from annolab.errors import UserError

SECONDS = 0.5  # for one text: an expression may never come to an end


@dataclass(frozen=True, slots=True)
class Substitution:
    """What is looked for, and what takes its place.

    `expression`: `pattern` is a regular expression and `replacement` may name
    groups (`\\1`, `\\g<name>`). `whole`: only texts that match from end to end.
    """

    pattern: str
    replacement: str = ""
    expression: bool = False
    case: bool = True
    whole: bool = False

    def matcher(self) -> Matcher:
        """The pattern made ready; UserError says where it is wrong."""
        if not self.pattern:
            message = "Write what is to be found."
            raise UserError(message)
        source = self.pattern if self.expression else regex.escape(self.pattern)
        if self.whole:
            source = rf"\A(?:{source})\Z"
        flags = regex.VERSION0 | (0 if self.case else regex.IGNORECASE)
        try:
            compiled = regex.compile(source, flags)
        except (regex.error, OverflowError, RecursionError) as error:
            message = f"This is no regular expression: {error}."
            raise UserError(message) from error
        return Matcher(self, compiled)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A substitution that is ready to be used on many texts."""

    rule: Substitution
    compiled: Any

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where it is found: half-open pairs, code points; UserError after SECONDS."""
        try:
            found = self.compiled.finditer(text, timeout=SECONDS)
            return [match.span() for match in found]
        except TimeoutError as error:
            raise _too_long(text) from error

    def replaced(self, text: str) -> tuple[str, int]:
        """The text after the replacement, and how many places were replaced."""
        new: Any = self.rule.replacement
        if not self.rule.expression:
            new = _plainly(self.rule.replacement)

        try:
            after, count = self.compiled.subn(new, text, timeout=SECONDS)
        except TimeoutError as error:
            raise _too_long(text) from error
        except (regex.error, IndexError, ValueError) as error:
            message = f"The replacement cannot be used: {error}."
            raise UserError(message) from error
        return str(after), int(count)


def _plainly(text: str) -> Callable[[object], str]:
    return lambda _: text


def _too_long(text: str) -> UserError:
    return UserError(
        f"The expression takes too long on “{text[:30]}”; write a simpler one."
    )
