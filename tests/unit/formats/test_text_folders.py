"""Formats of texts read folders of files, and are told from one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from annolab.formats.base import Confidence
from annolab.plugins import load_format
from tests.format_memory import read

TREE = "1\tAnna\t_\t_\t_\t_\t0\troot\t_\t_\n\n"
TSV = "#FORMAT=WebAnno TSV 3.3\n#T_SP=a.B|value\n\n\n#Text=Anna\n1-1\t0-4\tAnna\tP\t\n"
TASK = (
    '[{"data": {"text": "Anna"}, "annotations": [{"result": [{"type": "labels", '
    '"value": {"start": 0, "end": 4, "labels": ["P"]}}]}]}]'
)
SAMPLES = {
    "doccano": ("a.jsonl", '{"text": "Anna", "label": [[0, 4, "P"]]}\n'),
    "spacy": ("a.jsonl", '{"text": "Anna", "spans": [{"start": 0, "end": 4}]}\n'),
    "label-studio": ("a.json", TASK),
    "conll": ("a.conll", "Anna B-P\nging O\n. O\n"),
    "conllu": ("a.conllu", TREE),
    "webanno": ("a.tsv", TSV),
}
TOLD = (
    '{"text": "a", "entities": [[0, 1, "P"]]}',
    '{"text": "a", "cats": {"A": 1}}',
    '["a", {"entities": [[0, 1, "P"]]}]',
    '{"text": "a", "answer": "accept", "label": "A"}',
    '{"text": "a", "spans": {"sc": []}}',
    '{"text": "a", "ents": []}',
)


@pytest.mark.parametrize("format_id", SAMPLES)
def test_a_folder_is_all_its_files(format_id: str, tmp_path: Path) -> None:
    name, said = SAMPLES[format_id]
    (tmp_path / "deep").mkdir()
    (tmp_path / name).write_text(said, "utf-8")
    (tmp_path / "deep" / name).write_text(said.replace("Anna", "Otto"), "utf-8")
    bad = tmp_path / f"b{Path(name).suffix}"
    bad.write_bytes(said.encode("utf-16"))
    data, report = read(load_format(format_id), tmp_path)
    assert sorted(data.texts.values())[-1].startswith("Otto")
    labels = {label.id: label.name for label in data.schema.labels}
    marks = [labels.get(mark.label_id or 0) for mark in data.the_annotations]
    assert len(marks) == (4 if format_id == "conllu" else 2)
    assert bad.name in " ".join(problem.where for problem in report.problems)


@pytest.mark.parametrize("format_id", SAMPLES)
def test_a_sample_is_found_by_its_own_format_only(
    format_id: str, tmp_path: Path
) -> None:
    name, said = SAMPLES[format_id]
    (tmp_path / name).write_text(said, "utf-8")
    found = {each: load_format(each).detect(tmp_path / name) for each in SAMPLES}
    assert found.pop(format_id) is Confidence.YES
    assert set(found.values()) == {Confidence.NO}
    assert load_format(format_id).detect(tmp_path) is Confidence.YES


@pytest.mark.parametrize("said", TOLD)
def test_rows_of_spacy_are_told_from_those_of_doccano(
    said: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{said}\n", "utf-8")
    assert load_format("spacy").detect(path) is Confidence.YES
    assert load_format("doccano").detect(path) is Confidence.NO


@pytest.mark.parametrize("format_id", SAMPLES)
def test_paths_that_lead_out_are_reported(format_id: str, tmp_path: Path) -> None:
    name, said = SAMPLES[format_id]
    out = {
        "doccano": said.replace('"text"', '"file": "../x", "text"'),
        "spacy": said.replace('"text"', '"file": "../x", "text"'),
        "label-studio": said.replace(
            '"data"', '"meta": {"annolab": {"file": "../x"}}, "data"'
        ),
        "conll": f"-DOCSTART- -X- O 0 0 file=../x\n\nAnna B-P 0 4\n\n{said}",
        "conllu": f"# newdoc id = ../x\n{said}",
        "webanno": said,
    }[format_id]
    (tmp_path / name).write_text(out, "utf-8")
    data, report = read(load_format(format_id), tmp_path / name)
    assert all(".." not in item.path for item in data.the_items)
    assert report.problems or format_id == "webanno"
