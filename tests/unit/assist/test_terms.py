"""Lists of terms, a dictionary that learns, and what is found by them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.assist.found import Found, apart, folded, is_whole
from annolab.assist.learned import Learned
from annolab.assist.terms import LONGEST, Term, Terms, read_terms

small = st.text(alphabet="ab İß.", max_size=12)


def found(terms: Terms, text: str) -> list[tuple[str, str]]:
    return [(text[f.start : f.stop], f.label) for f in terms.find(text)]


def test_a_plain_list_may_name_label_and_id() -> None:
    lines = ["# places\n", "Berlin\n", "New  York\tCITY\tQ60\r\n", "\n", "x" * 501]
    assert list(read_terms(lines, "PLACE")) == [
        Term("Berlin", "PLACE"),
        Term("New York", "CITY", "Q60"),
    ]


@pytest.mark.parametrize(
    "head", ["id;term;label", "kb_id,name,type", "Type\tTerm\tCode"]
)
def test_a_table_is_known_by_its_head(head: str) -> None:
    delimiter = max("\t;,", key=head.count)
    cells = {"term": "aspirin", "name": "aspirin", "label": "DRUG", "type": "DRUG"}
    row = [cells.get(name.casefold(), "A01") for name in head.split(delimiter)]
    lines = [head + "\n", delimiter.join(row) + "\n", delimiter * 2 + "\n"]
    assert list(read_terms(lines, "X", table=True)) == [Term("aspirin", "DRUG", "A01")]


def test_a_table_without_a_head_is_term_label_id() -> None:
    lines = ["aspirin,DRUG,A01\n", '"salt, white",,\n']
    assert list(read_terms(lines, "X", table=True)) == [
        Term("aspirin", "DRUG", "A01"),
        Term("salt, white", "X"),
    ]


@given(st.lists(st.text(max_size=30), max_size=8), st.booleans())
def test_any_list_can_be_read(lines: list[str], table: bool) -> None:
    for term in read_terms(lines, "X", table=table):
        assert 0 < len(term.text) <= LONGEST


def test_whole_words_longest_first_in_any_case() -> None:
    terms = Terms(
        [
            Term("york", "NAME"),
            Term("New York", "CITY"),
            Term("他", "WHO"),
            Term("é", "X"),
        ]
    )
    text = "NEW YORK, new yorker; York. 和他说 e\u0301"
    assert found(terms, text) == [("NEW YORK", "CITY"), ("York", "NAME"), ("他", "WHO")]


def test_case_counts_when_asked_for() -> None:
    terms = Terms([Term("US", "LAND")], case=True)
    assert found(terms, "us and US") == [("US", "LAND")]


@given(st.lists(small.filter(str.strip), min_size=1, max_size=4), small)
def test_found_is_what_a_search_finds(words: list[str], text: str) -> None:
    words = [" ".join(word.split()) for word in words]
    terms = Terms(Term(word, word) for word in words)
    for one in terms.find(text):
        assert folded(text[one.start : one.stop]) == folded(one.label)
        assert is_whole(text, one.start, one.stop)
    missed = [
        m.span()
        for word in words
        for m in re.finditer(re.escape(folded(word)), folded(text))
        if is_whole(text, *m.span())
    ]
    covered = [(one.start, one.stop) for one in terms.find(text)]
    for start, stop in missed:
        assert any(low < stop and start < high for low, high in covered)


@given(st.text(max_size=30))
def test_folding_moves_nothing(text: str) -> None:
    assert len(folded(text)) == len(text)


marks = st.lists(
    st.builds(
        lambda start, length, score: Found(
            start, start + length, "x", score, "pattern"
        ),
        st.integers(0, 20),
        st.integers(1, 8),
        st.sampled_from([0.3, 0.5, 1.0]),
    ),
    max_size=8,
)


@given(marks, st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=3))
def test_what_is_kept_overlaps_nothing(
    all_found: list[Found], pairs: list[tuple[int, int]]
) -> None:
    taken = [(start, start + length) for start, length in pairs]
    kept = apart(all_found, taken)
    for n, one in enumerate(kept):
        others = [*taken, *((o.start, o.stop) for o in kept[:n] + kept[n + 1 :])]
        assert not any(low < one.stop and one.start < high for low, high in others)
    for one in all_found:  # what was left out is in somebody's way
        others = [*taken, *((o.start, o.stop) for o in kept)]
        assert any(low < one.stop and one.start < high for low, high in others)


def test_learns_what_was_tagged_most() -> None:
    learned = Learned()
    for label in ("CITY", "CITY", "TEAM"):
        learned.add("Leeds", label)
    assert learned.best("LEEDS") == ("CITY", 0.5)
    text = "Leeds won in leeds."
    assert [(f.start, f.stop, f.label) for f in learned.find(text)] == [
        (0, 5, "CITY"),
        (13, 18, "CITY"),
    ]


def test_refusals_silence_a_word() -> None:
    learned = Learned()
    learned.add("May", "PERSON")
    assert len(learned.find("in May")) == 1
    for _ in range(2):
        learned.refuse("may", "PERSON")
    assert learned.find("in May") == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("XY")), max_size=9))
def test_taking_back_forgets(tags: list[tuple[str, str]]) -> None:
    learned = Learned()
    for surface, label in tags:
        learned.add(surface, label)
    for surface, label in tags:
        learned.add(surface, label, -1)
    assert len(learned) == 0
    assert learned.find("a b c") == []
