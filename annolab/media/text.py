"""Texts: bytes to characters, without changing one of them.

Nothing is normalised: line ends stay as they are, and so do composed and
decomposed letters. A byte order mark is no part of the text.
"""

from __future__ import annotations

import codecs
import os
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from annolab.errors import MediaError, WrongEncoding
from annolab.media.probe import opened

LIMIT = 256 << 20  # bytes; an hour of reading is 100 kB
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "cp1252", "iso8859-15", "cp1250", "cp1251",
    "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r", "koi8-u",
    "cp874", "gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr",
    "cp949", "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7",
    "iso8859-8", "mac-roman", "cp437", "cp850", "utf-32-le", "utf-32-be",
)  # fmt: skip
"""What a user is offered; any text codec of Python may be named."""

_NO_TEXT = frozenset(
    ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape")
)
_BINARY = frozenset(range(9)) | {11} | frozenset(range(14, 27)) | {28, 29, 30, 31, 127}
_SAMPLE = 1 << 16
_MOST_BINARY = 0.02  # the share of control bytes from which a file is no text


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was decoded.

    `encoding`: a Python codec name. `sure`: not only a guess. `marked`: a byte
    order mark told it. `doubt`: a sentence when this may not be the text in which
    the spans of an item were made, else "". `digest`: SHA-256 of the bytes of the
    file, `size` their number; None when the text has no file of its own.
    """

    text: str
    encoding: str
    sure: bool = True
    marked: bool = False
    doubt: str = ""
    digest: bytes | None = None
    size: int | None = None


def read_bytes(path: Path, limit: int = LIMIT) -> bytes:
    """All bytes of a file. Raises MediaError when it is larger than `limit`."""
    with opened(path) as file:
        try:
            large = os.fstat(file.fileno()).st_size > limit
            data = b"" if large else file.read(limit + 1)
        except OSError as error:
            message = f"{path.name} cannot be read to its end: check the disk."
            raise MediaError(message) from error
    if large or len(data) > limit:
        message = (
            f"{path.name} is larger than {limit >> 20} MB, which is more than AnnoLab "
            "shows: cut it into several files."
        )
        raise MediaError(message)
    return data


def encoding_named(name: str) -> str:
    """The name Python has for an encoding; "" when it knows none of that name.

    Codecs that are no encodings of text are not known: base64, IDNA, escapes.
    """
    if not name.isascii() or not name.isprintable():
        return ""
    try:
        found = codecs.lookup(name).name
        if found in _NO_TEXT:
            return ""
        with suppress(UnicodeError):
            b"a".decode(found)  # LookupError for base64 and the like
    except (LookupError, ValueError):
        return ""
    return found


def read_text(path: Path, encoding: str = "") -> Decoded:
    """The text of a plain file. `encoding` "": found out.

    Raises MediaError with one sentence when it cannot be read or is no text.
    """
    return decode(read_bytes(path), path.name, encoding)


def decode(data: bytes, name: str, encoding: str = "", declared: str = "") -> Decoded:
    """Bytes as a text; `name` is what a sentence calls them. Raises MediaError.

    `declared`: the encoding that the text says of itself; a byte order mark and
    `encoding` are believed rather.
    """
    if encoding:
        known = encoding_named(encoding)
        if not known:
            message = f"{encoding!r} is no text encoding known here: choose another."
            raise MediaError(message)
        encoding = known
    for mark, codec in _BOMS:
        if data.startswith(mark) and encoding in ("", codec):
            text = _decoded(data[len(mark) :], codec, name)
            return Decoded(text, codec, marked=True)
    if encoding:
        return Decoded(_decoded(data, encoding, name), encoding)
    if declared:
        with suppress(MediaError):
            return Decoded(_decoded(data, declared, name), declared)
    return _found_out(data, name)


def _found_out(data: bytes, name: str) -> Decoded:
    """The text of bytes of which nothing is said."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(data, name)
    if _is_binary(data):
        guess = _utf16(data)
        if guess is not None:
            return guess
        _refuse(name)
    return Decoded(text, "utf-8")


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        at = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        message = f"{name} is not valid {encoding}{at}: choose another encoding."
        raise WrongEncoding(message) from None
    if any("\ud800" <= sign <= "\udfff" for sign in _suspects(text)):
        message = f"{name} holds halves of characters: choose another encoding."
        raise WrongEncoding(message)
    if _is_binary(text[:_SAMPLE].encode()):
        _refuse(name)
    return text


def _suspects(text: str) -> str:
    """The text when it could hold a lone surrogate, else nothing: quick to tell."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text
    return ""


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    control = sum(sample.count(value) for value in _BINARY)
    return control > _MOST_BINARY * len(sample)


def _utf16(data: bytes) -> Decoded | None:
    """Bytes that are UTF-16 without a byte order mark, by where the zeros are."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or max(even, odd) < 0.2 * len(sample[::2]):
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    wrong = sum(unicodedata.category(sign) in ("Cc", "Cn") for sign in text[:2000])
    if wrong > 0.1 * min(len(text), 2000) + text[:2000].count("\n") * 2:
        return None
    return Decoded(text, codec, sure=False)


def _guessed(data: bytes, name: str) -> Decoded:
    """Bytes that are not UTF-8: UTF-16, or a code page of Western Europe."""
    guess = _utf16(data)
    if guess is not None:
        return guess
    if _is_binary(data):
        _refuse(name)
    for codec in ("cp1252", "iso8859-1"):
        try:
            return Decoded(data.decode(codec), codec, sure=False)
        except UnicodeDecodeError:
            continue
    raise AssertionError(codec)  # pragma: no cover  Latin-1 decodes everything


def _refuse(name: str) -> None:
    message = (
        f"{name} is no text but binary data: add it as what it is, or leave it out."
    )
    raise WrongEncoding(message)
