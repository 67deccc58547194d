"""Formats of texts with a project and the disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from annolab.model.geometry import Span
from annolab.store.project import Project, create_project
from annolab.tasks.ingest import add_paths
from annolab.tasks.texts import text_of
from annolab.tasks.transfer import detect_format, export_dataset, import_dataset

TEXTS = ("😀 Anna Weber\r\nging  heim.", "Otto kam.\n\n")
SPANS = (((2, 6, "PER"), (2, 12, "NAME")), ((0, 4, "PER"), (5, 8, "ACT")))
FORMATS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("csv", "out.csv", {}),
    ("doccano", "out.jsonl", {}),
    ("spacy", "out.jsonl", {}),
    ("label-studio", "out.json", {}),
    ("conll", "out.conll", {"offsets": "true"}),
    ("conllu", "out.conllu", {}),
    ("webanno", "out", {}),
)


def rows(folder: Path) -> Path:
    path = folder / "in.jsonl"
    said = [
        {"file": f"a/{n}.txt", "text": text, "entities": spans}
        for n, (text, spans) in enumerate(zip(TEXTS, SPANS, strict=True))
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in said), "utf-8")
    return path


def covered(project: Project) -> list[tuple[str, str, str]]:
    """Path, text and label of all spans."""
    found = []
    for item in project.items():
        text = text_of(project, item).text
        for mark in project.annotations_of([item.id])[item.id]:
            label = project.schema.label(mark.label_id)
            if isinstance(mark.geometry, Span):
                said = "|".join(text[a:b] for a, b in mark.geometry.pieces)
                found.append((item.path, said, label.name if label else ""))
    return sorted(found)


@pytest.mark.parametrize(("format_id", "name", "options"), FORMATS)
def test_out_and_into_another_project(
    project: Project,
    tmp_path: Path,
    format_id: str,
    name: str,
    options: Mapping[str, str],
) -> None:
    import_dataset(project, rows(tmp_path), "spacy")
    before = covered(project)
    assert len(before) == 4
    target = tmp_path / "there" / name
    target.parent.mkdir()
    export_dataset(project, format_id, target, options=options)
    assert detect_format(target) == format_id
    with create_project(tmp_path / "b.annolab") as other:
        for number, text in enumerate(TEXTS):
            file = tmp_path / "there" / "a" / f"{number}.txt"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text.encode())
        add_paths(other, [tmp_path / "there" / "a"])
        import_dataset(other, target, media_root=tmp_path / "there")
        after = covered(other)
    if format_id in ("conll", "conllu"):  # a word has one tag
        before = [each for each in before if each[1] != "Anna"]
    assert [each[1:] for each in after] == [each[1:] for each in before]
    assert {path.rpartition("/")[2] for path, *_ in after} == {"0.txt", "1.txt"}


@pytest.mark.parametrize(("format_id", "name", "options"), FORMATS)
def test_out_and_back_makes_no_items(
    project: Project,
    tmp_path: Path,
    format_id: str,
    name: str,
    options: Mapping[str, str],
) -> None:
    import_dataset(project, rows(tmp_path), "spacy")
    before = set(covered(project))
    target = tmp_path / name
    export_dataset(project, format_id, target, options=options)
    import_dataset(project, target, format_id)
    assert len(list(project.items())) == 2
    assert set(covered(project)) == before


def test_a_missing_text_comes_with_a_file(project: Project, tmp_path: Path) -> None:
    import_dataset(project, rows(tmp_path), "spacy")
    export_dataset(project, "webanno", tmp_path / "out")
    with create_project(tmp_path / "b.annolab") as other:
        import_dataset(other, tmp_path / "out")
        assert [item.missing for item in other.items()] == [False, False]
        assert len(covered(other)) == 4
