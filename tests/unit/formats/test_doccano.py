"""doccano's rows, of all its versions and units."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from annolab.errors import FormatError
from annolab.formats.base import Confidence, Report, Severity
from annolab.formats.doccano import DoccanoFormat
from annolab.formats.doccano.writer import COUNTED
from annolab.formats.text_marks import CUT_UNIT, INSIDE, PIECES
from annolab.model.geometry import Span, Whole
from annolab.plugins import load_format
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract

MOVES = frozenset((PIECES, CUT_UNIT))


class TestContract(TextContract):
    format_id = "doccano"
    target = "out.jsonl"
    moves: ClassVar[frozenset[str]] = MOVES


class TestGraphemes(TestContract):
    def options(self) -> dict[str, str]:
        return {"unit": "grapheme"}

    read_options = options


class TestCodePoints(TestContract):
    def options(self) -> dict[str, str]:
        return {"unit": "codepoint"}

    read_options = options


def rows(tmp_path: Path, *said: Any, **options: str) -> tuple[Dataset, Report]:
    path = tmp_path / "all.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in said), "utf-8")
    return read(DoccanoFormat(), path, {}, texts={}, **options)


def covered(data: Dataset) -> list[tuple[str, str]]:
    paths = {item.id: item.path for item in data.the_items}
    found = []
    for mark in data.the_annotations:
        text = data.texts[paths[mark.item_id]]
        label = data.schema.label(mark.label_id)
        if isinstance(mark.geometry, Span):
            words = "|".join(text[a:b] for a, b in mark.geometry.pieces)
            found.append((words, label.name if label else ""))
    return found


@pytest.mark.parametrize("key", ["label", "labels", "annotations", "entities"])
def test_the_keys_of_versions(tmp_path: Path, key: str) -> None:
    data, _ = rows(tmp_path, {"id": 3, "text": "Anna ging", key: [[0, 4, "PER"]]})
    assert covered(data) == [("Anna", "PER")]
    assert data.the_items[0].path == "all.jsonl#1"
    write(DoccanoFormat(), data, tmp_path / "out.jsonl")
    back = json.loads((tmp_path / "out.jsonl").read_text("utf-8"))
    assert back == {"id": 3, "text": "Anna ging", key: [[0, 4, "PER"]]}


def test_intents_and_slots_are_told_from_spacy(tmp_path: Path) -> None:
    row = {"text": "Anna", "entities": [[0, 4, "P"]], "cats": ["go"]}
    data, report = rows(tmp_path, row)
    assert not report.counts
    assert len(data.the_annotations) == 2
    write(DoccanoFormat(), data, tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8")) == row
    assert DoccanoFormat().detect(tmp_path / "out.jsonl") is Confidence.YES
    assert load_format("spacy").detect(tmp_path / "out.jsonl") is Confidence.NO


def test_relations_and_comments_go_back_as_they_were(tmp_path: Path) -> None:
    row = {
        "id": 9,
        "text": "Anna ging",
        "entities": [
            {"id": 31, "label": "PER", "start_offset": 0, "end_offset": 4},
            {"id": 12, "label": "ACT", "start_offset": 5, "end_offset": 9},
        ],
        "relations": [{"id": 1, "from_id": 31, "to_id": 12, "type": "does"}],
        "Comments": ["see above"],
        "author": "M",
    }
    data, report = rows(tmp_path, row)
    assert not report.counts
    arc = data.the_relations[0]
    names = {mark.id: mark for mark in data.the_annotations}
    assert names[arc.head_id].geometry == Span(((0, 4),))
    assert dict(data.the_items[0].attributes) == {"author": "M"}
    write(DoccanoFormat(), data, tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8")) == row


def test_the_unit_is_found_out_where_it_shows(tmp_path: Path) -> None:
    text = "😀 Anna"
    for stop, unit in ((7, "utf16"), (6, "codepoint")):
        entity = {"id": 1, "label": "P", "start_offset": stop - 4, "end_offset": stop}
        row = {"text": text, "entities": [entity | {"text": "Anna"}]}
        data, report = rows(tmp_path, row)
        assert covered(data) == [("Anna", "P")], unit
        assert not report.counts


def test_a_unit_that_cannot_be_told_is_noted(tmp_path: Path) -> None:
    data, report = rows(tmp_path, {"text": "😀 Anna ", "label": [[3, 7, "P"]]})
    assert covered(data) == [("Anna", "P")]
    assert [how for how, _ in report.counts] == [Severity.NOTE]


def test_graphemes_by_option(tmp_path: Path) -> None:
    row = {"text": "👩‍👩‍👧 Anna", "label": [[2, 6, "P"]]}
    data, _ = rows(tmp_path, row, unit="grapheme")
    assert covered(data) == [("Anna", "P")]


def test_the_report_says_what_offsets_count(tmp_path: Path) -> None:
    data, _ = rows(tmp_path, {"text": "👩‍👩‍👧 Anna", "label": [[9, 13, "P"]]})
    ends = {"utf16": [9, 13], "grapheme": [2, 6], "codepoint": [6, 10]}
    for unit, places in ends.items():
        report = write(DoccanoFormat(), data, tmp_path / "o.jsonl", unit=unit)
        said = json.loads((tmp_path / "o.jsonl").read_text("utf-8"))
        assert said["label"] == [[*places, "P"]]
        assert list(report.counts) == [(Severity.NOTE, COUNTED[unit])]


def test_classes_and_answers(tmp_path: Path) -> None:
    data, _ = rows(tmp_path, {"text": "a", "label": ["good", "short"]})
    assert [mark.geometry for mark in data.the_annotations] == [Whole(), Whole()]
    data, _ = rows(tmp_path, {"text": "a", "label": ["ein a"]}, labels="answers")
    assert data.the_items[0].attributes["answers"] == ("ein a",)
    write(DoccanoFormat(), data, tmp_path / "o.jsonl", labels="answers")
    assert json.loads((tmp_path / "o.jsonl").read_text("utf-8"))["label"] == ["ein a"]


def test_bad_rows_are_reported_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"text": "Anna", "label": [[0, 4, "P"], [2, 99, "P"], [4, 9, "P"],'
        ' [3, 1, "P"]]}'
        '\n{"text": broken\n\n[1]\n{"text": "Otto", "label": [["x", 1, "P"], 5]}\n',
        "utf-8",
    )
    data, report = read(DoccanoFormat(), path)
    assert covered(data) == [("Anna", "P"), ("na", "P")]
    assert len(data.the_items) == 2
    assert "a.jsonl, line 2" in {problem.where for problem in report.problems}
    assert sum(report.counts.values()) == 7


def test_half_a_surrogate_pair_is_mended_and_said(tmp_path: Path) -> None:
    data, report = rows(tmp_path, {"text": "a😀b", "label": [[2, 4, "P"]]})
    assert INSIDE in {problem.reason for problem in report.problems}
    assert covered(data) == [("😀b", "P")]


def test_a_line_of_a_gigabyte_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.formats.json_rows.MAX_ROW", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "' + "x" * 5000 + '"}\n{"text": "ok"}\n', "utf-8")
    data, report = read(DoccanoFormat(), path)
    assert list(data.texts.values()) == ["ok"]
    assert report.losses == {"A line that is longer than 64 MB.": 1}


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}', "utf-16")
    with pytest.raises(FormatError, match="UTF-16"):
        read(DoccanoFormat(), path)


def test_detects_other_json_as_none(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for said in ('{"images": []}', '[{"data": {}}]', '{"text": "a", "spans": []}'):
        path.write_text(said, "utf-8")
        assert DoccanoFormat().detect(path) is Confidence.NO
