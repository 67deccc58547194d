"""Bytes to characters: nothing is changed, and nothing but MediaError is raised."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annolab.errors import MediaError
from annolab.media.text import (
    ENCODINGS,
    Decoded,
    decode,
    encoding_named,
    read_bytes,
    read_text,
)

whole = st.text(st.characters(exclude_categories=["Cs"]))
BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@given(st.binary(max_size=300), st.sampled_from(["", *ENCODINGS, "utf-7", "nonsense"]))
@example(b"", "nonsense")
@example(b"\xff\xfe\x00\xd8", "")
@example(b"\xff\xfe\x00\x00\x00", "")
@example(b"\\d", "unicode_escape")
def test_decoding_raises_nothing_but_media_errors(data: bytes, encoding: str) -> None:
    try:
        found = decode(data, "a.txt", encoding)
    except MediaError:
        return
    found.text.encode("utf-8")  # no halves of characters


@given(st.text(max_size=30), st.binary(max_size=10))
def test_any_name_of_an_encoding_may_be_said(name: str, data: bytes) -> None:
    known = encoding_named(name)
    assert encoding_named(known) == known
    try:
        decode(data, "a.txt", name)
    except MediaError:
        return


@pytest.mark.parametrize(
    "name", ["unicode_escape", "idna", "base64", "rot13", "undefined", "a\0b", "\ud800"]
)
def test_what_is_no_encoding_of_text_is_refused(name: str) -> None:
    assert encoding_named(name) == ""
    with pytest.raises(MediaError, match="choose another"):
        decode(b"", "a.txt", name)


@given(whole)
def test_utf8_comes_back_as_it_is(text: str) -> None:
    data = text.encode()
    if any(data.startswith(mark) for mark in BOMS.values()):
        return
    if sum(sign < " " or sign == "\x7f" for sign in text):
        return
    assert decode(data, "a.txt") == Decoded(text, "utf-8")


@pytest.mark.parametrize("codec", BOMS)
@given(whole)
def test_a_byte_order_mark_tells_and_is_no_part(codec: str, text: str) -> None:
    data = BOMS[codec] + text.encode(codec)
    if sum(sign < " " or sign == "\x7f" for sign in text):
        return
    if codec == "utf-16-le" and text.startswith("\0"):
        return  # these are the bytes of another mark
    for encoding in ("", codec):
        assert decode(data, "a.txt", encoding) == Decoded(text, codec, marked=True)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_chosen_encoding_is_obeyed(encoding: str) -> None:
    data = "".join(map(chr, range(32, 127))).encode(encoding)
    assert decode(data, "a.txt", encoding) == Decoded(data.decode(encoding), encoding)


def test_line_ends_and_decomposed_letters_stay() -> None:
    text = "e\u0301\r\nA\rB\n\u2028\x85\x0c"
    assert decode(text.encode(), "a.txt").text == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Plain words.\n", "Ein Käse für Ñandú 😀\n" * 9])
def test_utf16_without_mark_is_a_guess(codec: str, text: str) -> None:
    assert decode(text.encode(codec), "a.txt") == Decoded(text, codec, sure=False)


def test_western_europe_is_a_guess() -> None:
    found = decode("Käse ÷ ½ €\r\n".encode("cp1252"), "a.txt")
    assert found == Decoded("Käse ÷ ½ €\r\n", "cp1252", sure=False)
    assert decode(b"caf\xe9 \x81", "a.txt").encoding == "iso8859-1"


def test_what_a_text_says_of_itself_is_tried_before_guessing() -> None:
    data = "Привет".encode("cp1251")
    assert decode(data, "a.html", declared="cp1251") == Decoded("Привет", "cp1251")
    assert decode(data, "a.html", "koi8-r", "cp1251").encoding == "koi8-r"
    assert not decode(b"\xe9\xe9", "a.html", declared="ascii").sure


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"\x7fELF" + bytes(400),
        bytes(range(256)) * 300,
        b"PK\x03\x04" + bytes(range(128, 256)) + bytes(30),
    ],
)
def test_binary_data_are_refused(data: bytes) -> None:
    for encoding in ("", "cp437", "iso8859-1"):
        with pytest.raises(MediaError, match="binary data"):
            decode(data, "a.txt", encoding)


def test_a_wrong_encoding_says_where() -> None:
    with pytest.raises(MediaError, match=r"not valid ascii at byte 3: choose another"):
        decode(b"abc\xe9", "a.txt", "ascii")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # of holes: reading it would take all memory
    with pytest.raises(MediaError, match="larger than 256 MB"):
        read_text(path)


def test_a_file_may_have_just_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 10)
    assert read_bytes(path, 10) == b"x" * 10
    with pytest.raises(MediaError, match="cut it into several files"):
        read_bytes(path, 9)


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is a folder"):
        read_text(tmp_path)
