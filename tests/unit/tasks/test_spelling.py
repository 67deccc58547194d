"""Words that are in no list are found, in any script; lists are bounded."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.tasks import spelling
from annolab.tasks.spelling import add_word, doubtful_word, next_doubtful, read_words

WORDS = frozenset({"the", "cat", "don't", "Paris", "well", "known", "naïve", "हिन्दी"})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("the cat", None),
        ("The CAT, the cat!", None),
        ("(the) “cat”…", None),
        ("the kat sat", "kat"),
        ("don\u2019t", None),
        ("don't", None),
        ("Paris PARIS", None),
        ("paris", None),
        ("well-known", None),
        ("well-knwon", "well-knwon"),
        (unicodedata.normalize("NFD", "naïve"), None),
        ("हिन्दी", None),
        ("हिन्द", "हिन्द"),
        ("12 3.5 % — #", None),
        ("", None),
        ("1st", "1st"),
    ],
)
def test_the_first_doubtful_word(text: str, word: str | None) -> None:
    assert doubtful_word(text, WORDS) == word


def test_words_of_any_list_count() -> None:
    assert doubtful_word("the kat", WORDS, {"kat"}) is None


@given(st.text(max_size=40))
def test_any_text_has_a_doubtful_word_or_none(text: str) -> None:
    word = doubtful_word(text, WORDS)
    assert word is None or word
    if word is not None and "/" not in word:
        assert doubtful_word(text, WORDS, {word}) != word


def test_the_search_goes_around_the_end() -> None:
    texts = ["xx", None, "the", "yy the"]
    assert next_doubtful(texts, 0, WORDS) == (0, "xx")
    assert next_doubtful(texts, 1, WORDS) == (3, "yy")
    assert next_doubtful(texts, 4, WORDS) == (0, "xx")
    assert next_doubtful(["the", ""], 1, WORDS) is None
    assert next_doubtful([], 0, WORDS) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lists_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text("3\ncat/SM\n # no\n\r\nżółw\r\n", encoding=encoding)
    assert read_words(path) == {"3", "cat", "żółw"}


def test_what_is_no_list_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "words.txt"
    for data, match in ((b"\xe9t\xe9", "UTF-8"), (b"a\0b", "no text")):
        path.write_bytes(data)
        with pytest.raises(UserError, match=match):
            read_words(path)
    with pytest.raises(UserError, match="no file"):
        read_words(tmp_path)
    with pytest.raises(UserError, match="no file"):
        read_words(tmp_path / "none")
    path.write_text("one\ntwo\nthree\n")
    monkeypatch.setattr(spelling, "MOST_WORDS", 2)
    with pytest.raises(UserError, match="words"):
        read_words(path)
    monkeypatch.setattr(spelling, "MOST_BYTES", 5)
    with pytest.raises(UserError, match="64 MB"):
        read_words(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_a_sentence(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.txt"
        path.write_bytes(data)
        try:
            words = read_words(path)
        except UserError:
            return
        assert all(words)


def test_own_words_are_added(tmp_path: Path) -> None:
    path = tmp_path / "data" / "words.txt"
    for word in ("kat", " Łódź "):
        add_word(path, word)
    assert read_words(path) == {"kat", "Łódź"}
    for word in ("", "a/b", "#x", "a" * 201, "\ud800"):
        with pytest.raises(UserError):
            add_word(path, word)
    with pytest.raises(UserError, match="cannot be written"):
        add_word(tmp_path, "kat")
