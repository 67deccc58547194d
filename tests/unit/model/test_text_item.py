"""Where texts come from, as their items keep it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.model.item import Item, Media
from annolab.model.text_item import (
    TextSpec,
    row_path,
    split_row,
    text_key,
    text_spec,
    with_spec,
)

specs = st.builds(TextSpec, st.text(), st.text(), st.text(), st.booleans())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def item(source: str | None = None, media: Media = Media.TEXT) -> Item:
    return Item(id=1, path="a.txt", media=media, source=source)


@pytest.mark.parametrize(
    ("path", "file", "row"),
    [
        ("a/reviews.csv#17", "a/reviews.csv", 17),
        ("B.TSV#1", "B.TSV", 1),
        ("x#2.jsonl#3", "x#2.jsonl", 3),
        ("a.ndjson#999999999", "a.ndjson", 999_999_999),
        ("a.csv", "a.csv", None),
        ("a.csv#0", "a.csv#0", None),
        ("a.csv#01", "a.csv#01", None),
        ("a.csv#-1", "a.csv#-1", None),
        ("a.csv#1~2", "a.csv#1~2", None),
        ("a.csv#\u0661", "a.csv#\u0661", None),
        ("a.txt#4", "a.txt#4", None),
        (".csv#4", ".csv#4", None),
        ("a.csv#9999999999", "a.csv#9999999999", None),
    ],
)
def test_the_row_of_a_path(path: str, file: str, row: int | None) -> None:
    assert split_row(path) == (file, row)


@given(st.sampled_from(["a.csv", "b/c.jsonl"]), st.integers(1, 999_999_999))
def test_paths_of_rows_are_split_again(file: str, row: int) -> None:
    assert split_row(row_path(file, row)) == (file, row)


@given(specs, st.dictionaries(st.text(), JSON))
def test_what_is_said_comes_back_and_the_rest_stays(
    spec: TextSpec, source: dict[str, object]
) -> None:
    made = with_spec(item(json.dumps(source)), spec)
    assert text_spec(made) == spec
    kept = json.loads(made.source or "{}")
    kept.pop("text", None)
    source.pop("text", None)
    assert kept == source
    assert with_spec(made, TextSpec()).source == (
        json.dumps(source, ensure_ascii=False) if source else None
    )


@given(st.text() | JSON.map(json.dumps) | JSON.map(lambda x: json.dumps({"text": x})))
def test_what_makes_no_sense_counts_as_not_said(source: str) -> None:
    spec = text_spec(item(source))
    assert text_spec(with_spec(item(source), spec)) == spec


def test_of_pictures_nothing_is_said() -> None:
    source = json.dumps({"text": {"encoding": "cp1252", "embedded": True}})
    assert text_spec(item(source)) == TextSpec("cp1252", embedded=True)
    assert text_spec(item(source, Media.IMAGE)) == TextSpec()


def test_entries_have_keys_of_their_own() -> None:
    assert text_key(12) == "text:12"
