"""Label Studio's tasks of texts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annolab.formats.base import Confidence, Report, Severity
from annolab.formats.label_studio import LabelStudioFormat
from annolab.model.annotation import AnnotationStatus, AnnotatorKind
from annolab.model.geometry import Span, Whole
from annolab.model.item import Status
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract

TEXT = "😀 Anna Weber ging"


class TestContract(TextContract):
    format_id = "label-studio"
    target = "out.json"


def region(id_: str, start: int, stop: int, *labels: str, **more: Any) -> Any:
    value = {"start": start, "end": stop, "labels": list(labels)}
    said = {"id": id_, "from_name": "label", "to_name": "text", "type": "labels"}
    return said | {"value": value} | more


def tasks(tmp_path: Path, *said: Any, **options: str) -> tuple[Dataset, Report]:
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(said, indent=1), "utf-8")
    return read(LabelStudioFormat(), path, {}, texts={}, **options)


def task(*results: Any, **more: Any) -> dict[str, Any]:
    return {"data": {"text": TEXT}, "annotations": [{"result": [*results]} | more]}


def covered(data: Dataset) -> list[tuple[str, str]]:
    names = {label.id: label.name for label in data.schema.labels}
    paths = {item.id: item.path for item in data.the_items}
    return [
        (
            "|".join(data.texts[paths[m.item_id]][a:b] for a, b in m.geometry.pieces),
            names.get(m.label_id or 0, ""),
        )
        for m in data.the_annotations
        if isinstance(m.geometry, Span)
    ]


def test_offsets_are_utf16_and_every_label_counts(tmp_path: Path) -> None:
    data, report = tasks(tmp_path, task(region("a", 3, 7, "PER", "FEM")))
    assert covered(data) == [("Anna", "PER"), ("Anna", "FEM")]
    assert report.counts.keys() <= {(Severity.NOTE, key[1]) for key in report.counts}


def test_code_points_are_seen_by_the_text_of_the_region(tmp_path: Path) -> None:
    said = region("a", 2, 6, "PER")
    said["value"]["text"] = "Anna"
    data, report = tasks(tmp_path, task(said))
    assert covered(data) == [("Anna", "PER")]
    assert not report.counts


def test_answers_on_a_region_are_its_key_values(tmp_path: Path) -> None:
    place = {"start": 3, "end": 7}
    data, _ = tasks(
        tmp_path,
        task(
            region("a", 3, 7, "PER"),
            {
                "id": "a",
                "from_name": "sex",
                "type": "choices",
                "value": place | {"choices": ["f"]},
            },
            {
                "id": "a",
                "from_name": "note",
                "type": "textarea",
                "value": place | {"text": ["who?"]},
            },
            {
                "id": "a",
                "from_name": "age",
                "type": "number",
                "value": place | {"number": 33},
            },
        ),
    )
    (mark,) = data.the_annotations
    assert mark.attributes == {"sex": "f", "note": "who?", "age": 33}


def test_answers_on_the_text(tmp_path: Path) -> None:
    data, _ = tasks(
        tmp_path,
        task(
            {
                "id": "c",
                "from_name": "mood",
                "type": "choices",
                "value": {"choices": ["good", "calm"]},
            },
            {"from_name": "sum", "type": "textarea", "value": {"text": ["She went"]}},
            {"from_name": "stars", "type": "rating", "value": {"rating": 4}},
        ),
    )
    assert [mark.geometry for mark in data.the_annotations] == [Whole(), Whole()]
    assert data.the_items[0].attributes == {"sum": "She went", "stars": 4}


def test_directions_of_relations(tmp_path: Path) -> None:
    def arc(direction: str) -> dict[str, Any]:
        ends = {"from_id": "a", "to_id": "b", "labels": ["knows"]}
        return ends | {"type": "relation", "direction": direction}

    data, _ = tasks(
        tmp_path,
        task(
            region("a", 3, 7, "A"),
            region("b", 8, 13, "B"),
            *map(arc, ("right", "left", "bi")),
        ),
    )
    ids = [mark.id for mark in data.the_annotations]
    found = [(ids.index(r.head_id), ids.index(r.tail_id)) for r in data.the_relations]
    assert found == [(0, 1), (1, 0), (0, 1)]
    assert data.the_relations[2].attributes == {"direction": "bi"}


def test_cancelled_annotations_give_no_marks(tmp_path: Path) -> None:
    data, report = tasks(
        tmp_path, task(region("a", 3, 7, "PER"), id=3, was_cancelled=True)
    )
    assert not data.the_annotations
    assert data.the_items[0].status is Status.SKIPPED
    assert {how for how, _ in report.counts} == {Severity.NOTE}


def test_predictions_are_suggestions_of_a_model(tmp_path: Path) -> None:
    one = {"model_version": "v3", "score": 0.9, "result": [region("a", 3, 7, "P")]}
    data, _ = tasks(tmp_path, {"data": {"text": TEXT}, "predictions": [one]})
    (mark,) = data.the_annotations
    assert mark.status is AnnotationStatus.SUGGESTED
    person = data.annotator(mark.annotator_id)
    assert person is not None
    assert (person.name, person.kind) == ("v3", AnnotatorKind.MODEL)


def test_a_file_goes_back_as_it_was(tmp_path: Path) -> None:
    def placed(kind: str, **value: Any) -> dict[str, Any]:
        ends = {"start": 3, "end": 7}
        said = {"id": "a", "from_name": kind, "to_name": "text", "type": kind}
        return said | {"value": ends | value}

    first = region("a", 3, 7, "PER", "FEM", origin="manual", score=0.5)
    first["value"]["text"] = "Anna"
    second = region("b", 8, 13, "NAME", meta={"text": ["sure?"]}, locked=True)
    second["value"]["text"] = "Weber"
    said = [
        {
            "id": 17,
            "data": {"text": TEXT, "author": "M", "tags": ["x"], "n": 3},
            "annotations": [
                {
                    "id": 5,
                    "completed_by": {"id": 1, "email": "zoe@example.org"},
                    "was_cancelled": False,
                    "lead_time": 3.5,
                    "result": [
                        first,
                        placed("choices", choices=["f"]),
                        second,
                        {
                            "from_id": "a",
                            "to_id": "b",
                            "type": "relation",
                            "direction": "left",
                            "labels": ["x", "y"],
                        },
                        {
                            "id": "t",
                            "from_name": "rank",
                            "to_name": "text",
                            "type": "ranker",
                            "value": {"ranker": {}},
                        },
                    ],
                },
                {"id": 6, "was_cancelled": True, "result": []},
            ],
            "predictions": [],
            "inner_id": 4,
        }
    ]
    path = tmp_path / "in.json"
    path.write_text(json.dumps(said), "utf-8")
    data, _ = read(LabelStudioFormat(), path)
    write(LabelStudioFormat(), data, tmp_path / "out.json")
    back = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert back == said


def test_new_marks_of_a_known_annotator_join_his_annotation(tmp_path: Path) -> None:
    said = task(region("a", 3, 7, "PER"), id=5, completed_by=9)
    data, _ = tasks(tmp_path, said)
    (mark,) = data.the_annotations
    new = replace(mark, id=1, geometry=Span(((0, 1),)), source=None)
    data.the_annotations.append(new)
    write(LabelStudioFormat(), data, tmp_path / "out.json")
    (back,) = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [one["id"] for one in back["annotations"]] == [5]
    assert len(back["annotations"][0]["result"]) == 2


def test_the_short_form(tmp_path: Path) -> None:
    value = {"start": 3, "end": 7, "text": "Anna", "labels": ["PER"]}
    data, _ = tasks(tmp_path, {"id": 1, "text": TEXT, "ner": [value]})
    assert covered(data) == [("Anna", "PER")]


@pytest.mark.parametrize(
    "place", [{"globalOffsets": {"start": 0, "end": 4}}, {"startOffset": 0}]
)
def test_regions_of_html_are_kept_aside(
    tmp_path: Path, place: dict[str, object]
) -> None:
    said = region("a", 0, 0, "PER") | {"type": "hypertextlabels"}
    path = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]"}
    said["value"] = {**path, **place, "hypertextlabels": ["PER"]}
    one = {"data": {"text": "<p>Anna</p>"}, "annotations": [{"result": [said]}]}
    data, report = tasks(tmp_path, one)
    assert not data.the_annotations
    assert {how for how, _ in report.counts} == {Severity.NOTE}
    write(LabelStudioFormat(), data, tmp_path / "out.json")
    (back,) = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert back["annotations"][0]["result"] == [said]


def test_places_in_html_without_markup_count(tmp_path: Path) -> None:
    said = region("a", 0, 0, "PER") | {"type": "hypertextlabels"}
    path = {"start": "/text()[1]", "end": "/text()[1]", "htmllabels": ["PER"]}
    said["value"] = {**path, "globalOffsets": {"start": 3, "end": 7}}
    data, report = tasks(tmp_path, task(said))
    assert covered(data) == [("Anna", "PER")]
    assert not report.losses


def test_detects_no_tasks_of_pictures(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    one = {"type": "rectanglelabels", "value": {"x": 1, "rectanglelabels": ["a"]}}
    said = [{"data": {"image": "http://x/a.jpg"}, "annotations": [{"result": [one]}]}]
    path.write_text(json.dumps(said), "utf-8")
    assert LabelStudioFormat().detect(path) is Confidence.NO
    path.write_text(json.dumps([task()]), "utf-8")
    assert LabelStudioFormat().detect(path) is Confidence.YES
