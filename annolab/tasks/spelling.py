"""Which words of a text are in no list: word lists, and the words of the user.

Words are compared in NFC; a word may begin with a capital, or be all capitals,
where the list has it without. What holds no letter is no word.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path

import platformdirs

from annolab.errors import UserError

MOST_BYTES = 1 << 26
MOST_WORDS = 5_000_000
LONGEST_WORD = 200  # characters
_JOINTS = "-\u2010\u2011/"  # words on both sides may be in the list each
_APOSTROPHES = str.maketrans("\u2019\u02bc", "''")


def own_words() -> Path:
    """The list of the user's own words."""
    return Path(platformdirs.user_data_dir("annolab", appauthor=False)) / "words.txt"


def read_words(path: Path) -> frozenset[str]:
    """The words of a text file, one a line; flags behind a slash are left out.

    UserError when it is none: too large, no UTF-8 and no UTF-16 with its mark.
    """
    try:
        if not path.is_file():
            message = (
                f"{path} is no file: choose a word list, a text of one word a line."
            )
            raise UserError(message)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"The word list {path} cannot be read: {error.strerror}."
        raise UserError(message) from error
    if len(data) > MOST_BYTES:
        message = f"{path} has more than 64 MB: choose a smaller word list."
        raise UserError(message)
    found: set[str] = set()
    for line in _decoded(data, path).splitlines():
        word = _plain(line.partition("/")[0].strip())
        if word and not word.startswith("#") and len(word) <= LONGEST_WORD:
            found.add(word)
        if len(found) > MOST_WORDS:
            message = f"{path} has more than 5 million words: choose a smaller list."
            raise UserError(message)
    return frozenset(found)


def _decoded(data: bytes, path: Path) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path} is not in UTF-8: save the word list in it."
        raise UserError(message) from error
    if "\0" in text:
        message = f"{path} is no text: choose a word list, one word a line."
        raise UserError(message)
    return text


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).translate(_APOSTROPHES)


def doubtful_word(text: str, *lists: Collection[str]) -> str | None:
    """The first word of a text that is in none of the lists; None: all are."""
    for part in text.split():
        word = _trimmed(_plain(part))
        if any(c.isalpha() for c in word) and not _known(word, lists):
            return word
    return None


def _trimmed(word: str) -> str:
    """Without the punctuation around it, but with marks on its letters."""
    begin, end = 0, len(word)
    while begin < end and not _is_of_word(word[begin]):
        begin += 1
    while end > begin and not _is_of_word(word[end - 1]):
        end -= 1
    return word[begin:end]


def _is_of_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _known(word: str, lists: Sequence[Collection[str]]) -> bool:
    forms = {word, word.lower(), word[:1].lower() + word[1:], word.capitalize()}
    if any(form in words for words in lists for form in forms):
        return True
    for joint in _JOINTS:
        if joint in word:
            parts = [_trimmed(part) for part in word.split(joint)]
            return all(not p or not p.strip() or _known(p, lists) for p in parts)
    return not any(c.isalpha() for c in word)


def next_doubtful(
    texts: Sequence[str | None], first: int, *lists: Collection[str]
) -> tuple[int, str] | None:
    """From text `first` on, around the end: the place of a doubtful word, and it."""
    for offset in range(len(texts)):
        place = (first + offset) % len(texts)
        word = doubtful_word(texts[place] or "", *lists)
        if word is not None:
            return place, word
    return None


def add_word(path: Path, word: str) -> None:
    """Put a word into the list of the user; UserError when it cannot be written."""
    word = _plain(" ".join(word.split()))
    if not word or len(word) > LONGEST_WORD or "/" in word or word.startswith("#"):
        message = "This is no single word: it cannot be put into the list."
        raise UserError(message)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(word.encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or "the word is no text"
        message = f"The list of your words, {path}, cannot be written: {reason}."
        raise UserError(message) from error
