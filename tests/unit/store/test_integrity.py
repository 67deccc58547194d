"""`Project.check` and `Project.copy_to`."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annolab.errors import Cancelled, StoreError, UserError
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.store.project import Project, create_project, open_project


@pytest.fixture
def filled(path: Path, project: Project) -> Project:
    label = Label(id=new_id(), name="car", color="#fff")
    item = Item(id=new_id(), path="a", media=Media.IMAGE, attributes={"n": True})
    box = Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=project.annotator.id,
        geometry=Box(1, 2, 3, 4),
        label_id=label.id,
    )
    project.apply(Edit("Add", tuple(Change(None, x) for x in (label, item, box))))
    return project


def test_a_sound_project_has_no_problems(filled: Project) -> None:
    said: list[str] = []
    assert filled.check(Progress(lambda _done, _total, what: said.append(what))) == []
    assert {"database", "counters", "items", "annotations", "history"} <= set(said)


def test_a_check_can_be_stopped(filled: Project) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        filled.check(progress)


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE counters SET n = 7 WHERE what = 'label'", "by label wrongly"),
        ("UPDATE counters SET n = 7 WHERE what = 'annotator'", "by annotator wrongly"),
        ("DELETE FROM counters WHERE what = 'status'", "by status wrongly"),
        ("INSERT INTO counters VALUES ('relation', 0, 3)", "relations wrongly"),
        ("UPDATE items SET n_annotations = 5", "annotations of item"),
        ("UPDATE annotations SET label_id = 77", "refers to a row of labels"),
        ("UPDATE items SET media = 'smell'", "item .* cannot be read"),
        ("UPDATE labels SET kinds = '[99]'", "label .* cannot be read"),
        ("UPDATE item_attributes SET value = x'00'", "item .* cannot be read"),
        ("UPDATE changes SET after = '!'", "history .* damaged"),
    ],
)
def test_what_is_wrong_is_told(filled: Project, statement: str, match: str) -> None:
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as conn:
        conn.execute(statement)
    found = filled.check()
    assert any(re.search(match, line) for line in found), found


def test_a_damaged_index_is_told(filled: Project) -> None:
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as conn:
        conn.execute("PRAGMA writable_schema = ON")
        conn.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'item_id', 'id')"
            " WHERE name = 'annotations_item'"
        )
    with open_project(filled.path) as again:
        assert any("annotations_item" in line for line in again.check())


def test_a_copy_holds_everything(filled: Project, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    media = filled.add_root(tmp_path / "media")
    target = place / "copy.annolab"
    filled.copy_to(target)
    assert list(place.iterdir()) == [target]
    with open_project(target, annotator="anna") as copy:
        assert copy.items() == filled.items()
        assert list(copy.iter_annotations()) == list(filled.iter_annotations())
        assert copy.schema == filled.schema
        assert copy.history() == filled.history()
        assert copy.check() == []
        item = copy.items()[0]
        assert copy.media_path(item) == filled.media_path(item)
        moved = Item(id=1, path="x", media=Media.IMAGE, root_id=media.id)
        assert copy.media_path(moved) == tmp_path / "media" / "x"
        copy.undo()
        assert copy.items() == []
    assert len(filled.items()) == 1


def test_a_copy_overwrites_nothing(filled: Project, tmp_path: Path) -> None:
    target = tmp_path / "there.annolab"
    target.write_text("mine")
    with pytest.raises(UserError, match="already"):
        filled.copy_to(target)
    with pytest.raises(UserError, match="does not exist"):
        filled.copy_to(tmp_path / "no" / "copy.annolab")
    assert target.read_text() == "mine"


def test_a_copy_that_fails_leaves_nothing(
    filled: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "no")

    monkeypatch.setattr("os.fsync", broken)
    place = tmp_path / "elsewhere"
    place.mkdir()
    with pytest.raises((OSError, StoreError)):
        filled.copy_to(place / "copy.annolab")
    assert list(place.iterdir()) == []


def test_a_project_opened_for_reading_can_be_copied(path: Path, tmp_path: Path) -> None:
    create_project(path).close()
    with open_project(path, read_only=True) as project:
        project.copy_to(tmp_path / "copy.annolab")
    with open_project(tmp_path / "copy.annolab") as copy:
        assert copy.items() == []


def test_only_the_damaged_of_many_are_told(filled: Project) -> None:
    items = [Item(id=new_id(), path=str(n), media=Media.TEXT) for n in range(600)]
    filled.apply(Edit("Add", tuple(Change(None, item) for item in items)))
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as conn:
        conn.execute("UPDATE items SET media = 'smell' WHERE path IN ('7', '599')")
    found = filled.check()
    wrong = [item.id for item in items if item.path in ("7", "599")]
    assert len(found) == 2
    assert all(any(str(id_) in line for line in found) for id_ in wrong)
