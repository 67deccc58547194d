"""The text of an item: where it is, and what is kept of how it was read."""

from __future__ import annotations

from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from annolab import edits
from annolab.errors import MediaError, UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Span, Whole
from annolab.model.ids import new_id
from annolab.model.item import Item
from annolab.model.schema import Entry
from annolab.model.text_item import TextSpec, text_key, text_spec, with_spec
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.check import check_project, media_is_there
from annolab.tasks.facts import unreadable
from annolab.tasks.info import project_info
from annolab.tasks.ingest import KEPT, add_media, add_paths
from annolab.tasks.relocate import relocate
from annolab.tasks.tables import add_table
from annolab.tasks.texts import (
    delete_items,
    file_of,
    set_encoding,
    spans_beyond,
    take_text,
    text_of,
)
from annolab.tasks.transfer import SPARED, export_dataset, import_dataset


def added(project: Project, path: Path, data: bytes) -> Item:
    path.write_bytes(data)
    add_paths(project, [path])
    return next(item for item in project.items() if item.name == path.name)


def test_length_and_encoding_are_read_with_the_facts(
    project: Project, tmp_path: Path
) -> None:
    plain = added(project, tmp_path / "a.txt", "Käse 😀\r\n".encode())
    assert (plain.length, plain.size, plain.source) == (8, 12, None)
    marked = added(project, tmp_path / "b.txt", "Käse".encode("utf-16"))
    assert (marked.length, text_spec(marked)) == (4, TextSpec())
    guessed = added(project, tmp_path / "c.txt", "Käse".encode("cp1252"))
    assert (guessed.length, text_spec(guessed)) == (4, TextSpec("cp1252"))
    assert text_of(project, guessed).text == "Käse"
    page = added(
        project, tmp_path / "d.html", "<meta charset=cp1251><p>Да".encode("cp1251")
    )
    assert (page.length, text_spec(page)) == (2, TextSpec("cp1251", markup="html-1"))
    assert text_of(project, page).text == "Да"


def test_a_guess_and_a_binary_file_are_told(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Käse".encode("cp1252"))
    (tmp_path / "b.txt").write_bytes(bytes(range(32)) * 9)
    report = add_paths(project, [tmp_path / "a.txt", tmp_path / "b.txt"])
    told = [(problem.item, problem.where) for problem in report.problems]
    assert told[0] == ("a.txt", "read as cp1252")
    assert "binary data" in told[1][1]
    assert "binary data" in project.items()[1].problem


def test_another_encoding_can_be_chosen_and_undone(
    project: Project, tmp_path: Path
) -> None:
    item = added(project, tmp_path / "a.txt", "Да\u2026".encode("cp1251"))
    assert text_spec(item).encoding == "cp1252"
    project.apply(set_encoding(project, [item], "windows-1251"))
    (after,) = project.items()
    assert text_spec(after).encoding == "cp1251"
    assert text_of(project, after).text == "Да\u2026"
    project.undo()
    assert project.items() == [item]


def test_a_declared_encoding_is_one_step_and_no_note(
    project: Project, tmp_path: Path
) -> None:
    old = added(project, tmp_path / "old.txt", "Да".encode("cp1251"))
    steps = len(project.history())
    (tmp_path / "new.txt").write_bytes("Да".encode("koi8-r"))
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01" * 9)
    files = sorted(tmp_path.glob("*.txt"))
    report = add_media(project, files, encoding="KOI8-R").report
    items = {item.name: item for item in project.items()}
    assert text_of(project, items["new.txt"]).text == "Да"
    assert items["old.txt"] == old
    told = {problem.item: problem.reason for problem in report.problems}
    assert told == {"old.txt": KEPT, "bad.txt": unreadable(items["bad.txt"])}
    assert len(project.history()) == steps + 1


def test_an_encoding_that_does_not_fit_is_refused(
    project: Project, tmp_path: Path
) -> None:
    item = added(project, tmp_path / "a.txt", b"abc\xe9")
    for name, sentence in (("utf-8", "not valid utf-8"), ("nonsense", "no text enc")):
        with pytest.raises(MediaError, match=sentence):
            set_encoding(project, [item], name)
    embedded = with_spec(item, TextSpec(embedded=True))
    with pytest.raises(UserError, match="carried by the project"):
        set_encoding(project, [embedded], "utf-8")
    (tmp_path / "t.csv").write_text("text\nx\n")
    add_table(project, tmp_path / "t.csv")
    row = next(item for item in project.items() if "#" in item.path)
    with pytest.raises(UserError, match="is a row"):
        set_encoding(project, [row], "utf-8")


def test_a_changed_file_is_shown_with_a_doubt(project: Project, tmp_path: Path) -> None:
    item = added(project, tmp_path / "a.txt", b"one")
    assert text_of(project, item).doubt == ""
    (tmp_path / "a.txt").write_bytes(b"one more")
    found = text_of(project, item)
    assert (found.text, "spans may lie" in found.doubt) == ("one more", True)
    (tmp_path / "a.txt").write_bytes(b"two")  # as long as before
    found = text_of(project, item)
    assert "a.txt has changed" in found.doubt
    project.apply(take_text(item, found))
    (taken,) = project.items()
    assert (taken.length, text_of(project, taken).doubt) == (3, "")
    (tmp_path / "a.txt").unlink()
    with pytest.raises(MediaError, match="was not found"):
        text_of(project, item)


def test_markup_can_be_shown_as_it_is_written(project: Project, tmp_path: Path) -> None:
    item = added(project, tmp_path / "a.md", b"# T\n\n*x*\n")
    assert text_of(project, item).text == "T\n\nx"
    source = with_spec(item, TextSpec(markup="source"))
    assert text_of(project, source).text == "# T\n\n*x*\n"


def test_spans_beyond_the_new_end_are_counted(project: Project, tmp_path: Path) -> None:
    item = added(project, tmp_path / "a.txt", b"12345678")
    shapes = (Span(((0, 2), (5, 8))), Span(((0, 4),)), Whole())
    marks = [
        Annotation(
            id=new_id(), item_id=item.id, annotator_id=project.annotator.id, geometry=g
        )
        for g in shapes
    ]
    project.apply(edits.add(marks))
    edit = set_encoding(project, project.items(), "utf-16-le")
    (after,) = [change.after for change in edit.changes]
    assert isinstance(after, Item)
    assert (spans_beyond(project, item), spans_beyond(project, after)) == (0, 1)


def test_texts_are_checked(project: Project, tmp_path: Path) -> None:
    file = added(project, tmp_path / "a.txt", b"12345678")
    (tmp_path / "t.csv").write_text("text\none\ntwo\n")
    add_table(project, tmp_path / "t.csv")
    carried = with_spec(
        replace(file, id=new_id(), path="c.txt"), TextSpec(embedded=True)
    )
    entry = Entry(new_id(), text_key(carried.id), '"12345678"')
    project.apply(Edit("Add", (Change(None, carried), Change(None, entry))))
    assert not check_project(project).problems
    assert not check_project(project).problems  # with digests on record
    mark = Annotation(
        id=new_id(),
        item_id=file.id,
        annotator_id=project.annotator.id,
        geometry=Span(((6, 8),)),
    )
    project.apply(edits.add([mark]))
    (tmp_path / "a.txt").write_bytes(b"1234567")
    (tmp_path / "t.csv").write_text("text\none\n")
    assert media_is_there(project, carried)
    project.apply(Edit("Delete", (Change(entry, None),)))
    told = {problem.item: problem.reason for problem in check_project(project).problems}
    assert set(told) == {"a.txt", "t.csv#2", "c.txt"}


def test_a_carried_text_goes_and_comes_with_its_item(
    project: Project, tmp_path: Path
) -> None:
    file = added(project, tmp_path / "a.txt", b"file")
    carried = with_spec(replace(file, id=new_id(), path="c"), TextSpec(embedded=True))
    entry = Entry(new_id(), text_key(carried.id), '"carried"')
    project.apply(Edit("Add", (Change(None, carried), Change(None, entry))))
    project.apply(delete_items(project, project.items()))
    assert (project.items(), project.entry(entry.key)) == ([], None)
    project.undo()
    assert len(project.items()) == 2
    assert text_of(project, carried).text == "carried"


def test_an_import_keeps_how_a_text_is_read(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Käse".encode("cp1252"))
    (tmp_path / "a.ann").write_text("T1\tFood 0 4\tKäse\n", "utf-8")
    import_dataset(project, tmp_path / "a.ann", "brat")
    (item,) = project.items()
    assert (item.length, text_spec(item).encoding) == (4, "cp1252")
    assert len(project.annotations(item.id)) == 1


@pytest.fixture
def marked(project: Project, tmp_path: Path) -> Path:
    """A folder with two texts, which is home to them and their brat files."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.txt").write_bytes("K\xe4se".encode("cp1252"))
    (home / "a.ann").write_text("T1\tFood 0 4\tK\xe4se\n", "utf-8")
    (home / "b.txt").write_text("Rome\r\n", "utf-8", newline="")
    (home / "b.ann").write_text("")
    add_paths(project, [home])
    import_dataset(project, home, "brat")
    return home


def test_an_empty_file_beside_a_text_is_read(project: Project, marked: Path) -> None:
    assert [item.path for item in project.items()] == ["a.txt", "b.txt"]
    report = export_dataset(project, "brat", marked.parent / "out")
    assert not report.losses
    assert (marked.parent / "out" / "b.ann").read_bytes() == b""


def test_texts_go_along_to_another_folder(project: Project, marked: Path) -> None:
    export_dataset(project, "brat", marked.parent / "out")
    out = {path.name: path.read_bytes() for path in (marked.parent / "out").iterdir()}
    assert out["a.txt"] == "K\xe4se".encode()
    assert out["b.txt"] == b"Rome\r\n"
    assert sorted(out)[2:] == ["annotation.conf", "b.ann", "b.txt", "visual.conf"]


def test_texts_and_configurations_at_home_stay(project: Project, marked: Path) -> None:
    (marked / "visual.conf").write_text("[drawing]\n")
    before = {path.name: path.read_bytes() for path in marked.iterdir()}
    (marked / "a.ann").unlink()
    report = export_dataset(project, "brat", marked, options={"texts": "true"})
    after = {path.name: path.read_bytes() for path in marked.iterdir()}
    assert b"Food" in after.pop("annotation.conf")
    assert after == before
    assert [problem.reason for problem in report.problems] == [SPARED]
    (marked / "visual.conf").unlink()
    export_dataset(project, "brat", marked)
    assert not export_dataset(project, "brat", marked).problems


def test_a_single_file_has_no_text_beside_it(project: Project, marked: Path) -> None:
    (item, _) = project.items()
    where = Filter(ids=(item.id,))
    target = marked.parent / "one.ann"
    export_dataset(project, "brat", target, where=where, options={"texts": "true"})
    assert target.read_bytes() == (marked / "a.ann").read_bytes()
    assert sorted(p.suffix for p in marked.parent.glob("one*")) == [".ann"]
    with pytest.raises(UserError, match="several items"):
        export_dataset(project, "brat", marked.parent / "two.ann")


def test_texts_and_tables_are_found_where_they_were_moved(
    project: Project, tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "deep").mkdir(parents=True)
    (old / "a.txt").write_bytes(b"one")
    (old / "deep" / "t.csv").write_text("text\nrow one\nrow two\n")
    add_paths(project, [old])
    add_table(project, old / "deep" / "t.csv")
    file = next(item for item in project.items() if item.name == "a.txt")
    carried = with_spec(replace(file, id=new_id(), path="c"), TextSpec(embedded=True))
    entry = Entry(new_id(), text_key(carried.id), '"carried"')
    project.apply(Edit("Add", (Change(None, carried), Change(None, entry))))
    old.rename(new)
    told = {problem.item for problem in check_project(project).problems}
    assert told == {"a.txt", "deep/t.csv#1", "deep/t.csv#2"}
    report = relocate(project, old, new)
    assert (report.read, report.written, report.problems) == (4, 4, [])
    found = sorted(text_of(project, item).text for item in project.items())
    assert found == ["carried", "one", "row one", "row two"]
    assert project.item_ids(Filter(missing=True)) == array("q")
    assert not check_project(project).problems
    part = relocate(project, new / "deep", new)  # only the rows of the table
    assert (part.read, part.written) == (2, 0)


def test_a_changed_text_is_told_once_by_a_check(
    project: Project, tmp_path: Path
) -> None:
    added(project, tmp_path / "a.txt", b"one")
    (tmp_path / "a.txt").write_bytes(b"two")
    (problem,) = check_project(project).problems
    assert "a.txt has changed" in problem.where


def test_info_counts_files_and_rows(project: Project, tmp_path: Path) -> None:
    item = added(project, tmp_path / "a.txt", b"one")
    (tmp_path / "t.csv").write_text("text\nrow one\nrow two\n")
    add_table(project, tmp_path / "t.csv")
    facts = project_info(project)
    assert (facts["items"], facts["kinds"]) == (3, {"text": 3})
    assert facts["media"] == [str(tmp_path)]
    assert file_of(project, item) == tmp_path / "a.txt"
