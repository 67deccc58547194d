"""Rows of spaCy and Prodigy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from annolab.formats.base import Report, Severity
from annolab.formats.spacy_jsonl import SpacyFormat
from annolab.formats.text_marks import PIECES
from annolab.model.annotation import AnnotationStatus
from annolab.model.geometry import Span, Whole
from annolab.model.item import Status
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract


class TestContract(TextContract):
    format_id = "spacy"
    target = "out.jsonl"


class TestTriples(TextContract):
    format_id = "spacy"
    target = "out.jsonl"
    moves: ClassVar[frozenset[str]] = frozenset((PIECES,))

    def options(self) -> dict[str, str]:
        return {"layout": "entities"}

    def test_what_is_declared_is_held(self, tmp_path: Path) -> None:
        """The manifest speaks of the other layout."""


def rows(tmp_path: Path, *said: Any) -> tuple[Dataset, Report]:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in said), "utf-8")
    return read(SpacyFormat(), path)


def spans(data: Dataset) -> list[tuple[object, str]]:
    names = {label.id: label.name for label in data.schema.labels}
    return [
        (mark.geometry.pieces, names.get(mark.label_id or 0, ""))
        for mark in data.the_annotations
        if isinstance(mark.geometry, Span)
    ]


def test_all_ways_to_write_a_span(tmp_path: Path) -> None:
    text = "😀 Anna ging"
    ways: list[Any] = [
        [text, {"entities": [[2, 6, "P"]]}],
        {"text": text, "entities": [{"start": 2, "end": 6, "label": "P"}]},
        {"text": text, "ents": [{"start": 2, "end": 6, "label": "P"}]},
        {"text": text, "spans": {"sc": [{"start": 2, "end": 6, "label": "P"}]}},
        {
            "text": text,
            "tokens": [{"start": 0, "end": 1}, {"start": 2, "end": 6}],
            "spans": [{"token_start": 1, "token_end": 1, "label": "P"}],
        },
    ]
    data, report = rows(tmp_path, *ways)
    assert spans(data) == [(((2, 6),), "P")] * len(ways)
    assert not report.counts
    assert data.the_annotations[3].attributes == {"span_group": "sc"}


def test_rejected_and_ignored_rows_are_no_gold(tmp_path: Path) -> None:
    span = {"start": 0, "end": 4, "label": "P"}
    data, report = rows(
        tmp_path,
        {"text": "Anna", "spans": [span], "answer": "accept"},
        {"text": "Anna", "spans": [span], "answer": "reject"},
        {"text": "Anna", "spans": [span | {"answer": "reject"}]},
        {"text": "Anna", "spans": [span], "answer": "ignore"},
    )
    assert [mark.status for mark in data.the_annotations] == [
        AnnotationStatus.PLAIN,
        AnnotationStatus.REJECTED,
        AnnotationStatus.REJECTED,
        AnnotationStatus.SUGGESTED,
    ]
    assert data.the_items[3].status is Status.SKIPPED
    assert {how for how, _ in report.counts} == {Severity.NOTE}


def test_rows_of_prodigy_go_back_as_they_were(tmp_path: Path) -> None:
    row = {
        "text": "Anna Weber ging",
        "spans": [
            {
                "start": 0,
                "end": 10,
                "label": "P",
                "token_start": 0,
                "token_end": 1,
                "pattern": 7,
            }
        ],
        "cats": {"news": 1.0, "sport": 0},
        "meta": {"source": "x"},
        "tokens": [
            {"text": "Anna", "start": 0, "end": 4, "id": 0, "ws": True},
            {"text": "Weber", "start": 5, "end": 10, "id": 1, "ws": True},
            {"text": "ging", "start": 11, "end": 15, "id": 2, "ws": False},
        ],
        "_task_hash": -17,
        "answer": "accept",
    }
    data, _ = rows(tmp_path, row)
    write(SpacyFormat(), data, tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8")) == row


def test_classes(tmp_path: Path) -> None:
    data, _ = rows(
        tmp_path,
        {"text": "a", "cats": {"A": 1, "B": 0.0, "C": 0.25}},
        {"text": "b", "accept": ["D"], "options": [{"id": "D"}], "answer": "accept"},
        {"text": "c", "label": "E", "answer": "reject"},
    )
    names = {label.id: label.name for label in data.schema.labels}
    found = [(names[m.label_id or 0], m.score) for m in data.the_annotations]
    assert found == [("A", None), ("C", 0.25), ("D", None), ("E", None)]
    assert all(isinstance(m.geometry, Whole) for m in data.the_annotations)
    assert data.the_annotations[3].status is AnnotationStatus.REJECTED


def test_arcs_between_words_without_entities(tmp_path: Path) -> None:
    arc = {
        "head": 1,
        "child": 0,
        "head_span": {"start": 5, "end": 9, "label": None},
        "child_span": {"start": 0, "end": 4, "label": "P"},
        "label": "subj",
    }
    span = {"start": 0, "end": 4, "label": "P"}
    row = {"text": "Anna ging", "spans": [span], "relations": [arc]}
    data, report = rows(tmp_path, row)
    assert spans(data) == [(((0, 4),), "P"), (((5, 9),), "")]
    assert data.the_relations[0].tail_id == data.the_annotations[0].id
    assert not report.counts


def test_overlaps_are_noted_in_triples(tmp_path: Path) -> None:
    data, _ = rows(tmp_path, {"text": "Anna", "entities": [[0, 4, "P"], [1, 2, "Q"]]})
    report = write(SpacyFormat(), data, tmp_path / "o.jsonl", layout="entities")
    assert [how for how, _ in report.counts] == [Severity.NOTE]
