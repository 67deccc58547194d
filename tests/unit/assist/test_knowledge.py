"""A knowledge base is found by its beginning, and with mistakes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.assist.knowledge import Concept, Knowledge, read_concepts

TABLE = [
    "id,name,aliases,description\n",
    "D1,acetylsalicylic acid,aspirin|ASA,a drug\n",
    "D2,paracetamol,acetaminophen,\n",
    "D3,Paris,,a city\n",
    ",nothing,,\n",
]


@pytest.fixture
def base() -> Knowledge:
    return Knowledge(read_concepts(TABLE))


def test_tables_and_json_lines_say_the_same(base: Knowledge) -> None:
    lines = [
        json.dumps(
            {"id": "D1", "name": "acetylsalicylic acid", "aliases": ["aspirin", "ASA"]}
        ),
        "not json",
        "[1]",
        '{"name": "without an id"}',
    ]
    told = list(read_concepts(lines, json_lines=True))
    assert told == [Concept("D1", "acetylsalicylic acid", ("aspirin", "ASA"))]
    assert len(base) == 3
    assert base.concept("D3") == Concept("D3", "Paris", (), "a city")
    assert base.concept("D9") is None


@pytest.mark.parametrize(
    ("query", "id_", "name"),
    [
        ("asp", "D1", "aspirin"),
        ("ASPRIN", "D1", "aspirin"),
        ("acid acetylsalicylic", "D1", "acetylsalicylic acid"),
        ("paracetmol", "D2", "paracetamol"),
        ("d3", "D3", "Paris"),
    ],
)
def test_finds_as_one_types(base: Knowledge, query: str, id_: str, name: str) -> None:
    first = base.search(query)[0]
    assert (first.concept.id, first.name) == (id_, name)


def test_half_a_character_does_no_harm() -> None:
    lines = ['{"id": "X", "name": "half \\ud83d"}']
    base = Knowledge(read_concepts(lines, json_lines=True))
    assert [hit.concept.id for hit in base.search("half")] == ["X"]


def test_a_concept_comes_once_and_only_if_it_is_alike(base: Knowledge) -> None:
    assert len({h.concept.id for h in base.search("a")}) == len(base.search("a"))
    assert base.search("zzzzzz") == []
    assert base.search("  ") == []
    assert len(base.search("a", limit=1)) == 1


@given(st.lists(st.text(max_size=40), max_size=6), st.booleans(), st.text(max_size=8))
def test_any_file_can_be_read(lines: list[str], as_json: bool, query: str) -> None:
    base = Knowledge(read_concepts(lines, json_lines=as_json))
    for hit in base.search(query):
        assert 0 < hit.score <= 1
