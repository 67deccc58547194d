"""Rows of tables as items."""

from __future__ import annotations

from pathlib import Path

import pytest

from annolab.errors import MediaError, UserError
from annolab.formats.base import Severity
from annolab.model.item import Media
from annolab.model.text_item import TextSpec, text_spec
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.ingest import add_paths
from annolab.tasks.tables import add_table, alike
from annolab.tasks.texts import text_of


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_each_row_is_an_item(project: Project, tmp_path: Path) -> None:
    data = 'id,review,stars\n7,"good, ""very""\nso",5\n8,bad,\n'
    path = write(tmp_path, "r.csv", data)
    report = add_table(project, path)
    assert (report.read, report.written, report.losses) == (2, 2, {})
    first, second = project.items()
    assert (first.path, first.media, first.length) == ("r.csv#1", Media.TEXT, 15)
    assert dict(first.attributes) == {"id": "7", "stars": "5"}
    assert dict(second.attributes) == {"id": "8"}
    assert text_spec(first) == TextSpec(column="review")
    assert text_of(project, first).text == 'good, "very"\nso'
    assert text_of(project, second).text == "bad"
    assert project.media_path(first) == path
    assert path.read_text() == data


def test_it_is_one_step_and_rows_that_are_there_stay(
    project: Project, tmp_path: Path
) -> None:
    path = write(tmp_path, "r.tsv", "text\tn\none\t1\ntwo\t2\n")
    add_table(project, path)
    write(tmp_path, "r.tsv", "text\tn\none\t1\ntwo\t2\nthree\t3\n")
    report = add_table(project, path)
    assert (report.read, report.written) == (3, 1)
    project.undo()
    assert [item.path for item in project.items()] == ["r.tsv#1", "r.tsv#2"]
    project.undo()
    assert project.items() == []


def test_json_values_keep_their_types(project: Project, tmp_path: Path) -> None:
    line = '{"text":"x","n":1,"f":0.5,"b":true,"l":["a"],"o":{"k":1},"z":null,"s":"1"}'
    late = '{"text": "y", "late": 1}'
    add_table(project, write(tmp_path, "a.jsonl", f"{line}\n{late}\n"))
    first, second = project.items()
    assert dict(first.attributes) == {
        "n": 1, "f": 0.5, "b": True, "l": ("a",), "o": '{"k": 1}', "s": "1",
    }  # fmt: skip
    assert dict(second.attributes) == {"late": 1}


def test_broken_rows_are_told_with_their_lines(
    project: Project, tmp_path: Path
) -> None:
    path = write(tmp_path, "a.jsonl", '{"text":"a"}\n{"te\n\n{"text":""}\n{"text":"b"}')
    report = add_table(project, path)
    assert (report.read, report.written, report.skipped) == (2, 2, 1)
    told = [(p.severity, p.where) for p in report.problems[1:]]
    assert told == [(Severity.SKIPPED, "line 2"), (Severity.NOTE, "line 4")]
    assert [item.path for item in project.items()] == ["a.jsonl#1", "a.jsonl#4"]


def test_only_chosen_columns_become_attributes(
    project: Project, tmp_path: Path
) -> None:
    path = write(tmp_path, "a.csv", "a,b,c\n1,2,3\n")
    add_table(project, path, "b", attributes=["c"])
    (item,) = project.items()
    assert dict(item.attributes) == {"c": "3"}
    assert text_of(project, item).text == "2"


def test_the_columns_are_named_when_none_is_obvious(
    project: Project, tmp_path: Path
) -> None:
    path = write(tmp_path, "a.csv", "a,b\n1,2\n")
    with pytest.raises(UserError, match=r"which column of a\.csv .* it has: a, b"):
        add_table(project, path)
    with pytest.raises(UserError, match="no column 'x'; it has: a, b"):
        add_table(project, path, "x")
    assert project.items() == []


def test_a_guessed_encoding_is_kept_and_told(project: Project, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "text\nKäse\n".encode("cp1252"))
    report = add_table(project, path)
    assert "a.csv: cp1252" in [problem.where for problem in report.problems]
    (item,) = project.items()
    assert text_spec(item).encoding == "cp1252"
    assert text_of(project, item).text == "Käse"


def test_a_row_that_is_another_one_now_is_not_shown(
    project: Project, tmp_path: Path
) -> None:
    path = write(tmp_path, "a.csv", "text,n\none,1\ntwo,2\n")
    add_table(project, path)
    first, second = project.items()
    write(tmp_path, "a.csv", "text,n\nnew,0\none,1\n")
    for item in (first, second):
        with pytest.raises(MediaError, match="no longer the text that was added"):
            text_of(project, item)


def test_rows_are_listed_by_their_numbers(project: Project, tmp_path: Path) -> None:
    for name in ("b", "a"):
        path = write(tmp_path, f"{name}.csv", "text\n" + "x\n" * 12)
        add_table(project, path)
    for name in ("a.csv#x.txt", "c.txt"):
        add_paths(project, [write(tmp_path, name, "x")])
    numbers = [*range(1, 13)]
    expected = [f"{name}.csv#{n}" for name in "ab" for n in numbers]
    paths = [item.path for item in project.items()]
    assert [path for path in paths if path in expected] == expected
    assert sorted(paths) == sorted([*expected, "a.csv#x.txt", "c.txt"])
    some = project.item_ids(Filter(name="b.csv#1"))
    assert [x.path for x in project.items(some)] == [
        f"b.csv#{n}" for n in (1, 10, 11, 12)
    ]


def test_a_table_without_a_head_has_numbered_columns(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "bare.tsv"
    path.write_text("1\tfirst one\n2\tsecond\n")
    add_table(project, path, "column 2", head=False)
    first, second = project.items()
    assert (first.path, text_of(project, first).text) == ("bare.tsv#1", "first one")
    assert text_of(project, second).text == "second"
    assert second.attributes == {"column 1": "2"}
    assert project.history()[0].rows


def test_tables_with_the_same_columns_are_alike(tmp_path: Path) -> None:
    for name, text in (
        ("a.csv", "id,text\n1,x\n"),
        ("b.csv", ""),
        ("c.jsonl", '{"id": 1, "text": "x"}\n'),
        ("d.csv", "id,text\n2,y\n"),
        ("e.csv", "text,id\ny,2\n"),
    ):
        (tmp_path / name).write_text(text)
    groups = alike(sorted(tmp_path.iterdir()))
    names = [[path.name for path in group] for group in groups]
    assert names == [["a.csv", "d.csv"], ["b.csv"], ["c.jsonl"], ["e.csv"]]
