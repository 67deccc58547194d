"""Bringing older projects up to date."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from annolab.errors import NotAProject, ReadOnlyProject, StoreError
from annolab.model.edit import Change, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.store import migrations
from annolab.store.connection import VERSION
from annolab.store.migrations import Migration, migrate
from annolab.store.project import create_project, open_project

OLD, OLDER = 9, 8  # 0.9, 0.8


def add_split(conn: sqlite3.Connection) -> None:
    conn.execute("ALTER TABLE items ADD COLUMN split TEXT")
    conn.execute("ALTER TABLE trash_items ADD COLUMN split TEXT")
    conn.execute(
        "CREATE INDEX items_list"
        " ON items (root_id, path, status, media, split, missing)"
    )


def new_table(conn: sqlite3.Connection) -> None:
    conn.execute("DROP TABLE tiers_before")


STEPS = (Migration(OLD, new_table), Migration(VERSION, add_split))


@pytest.fixture
def old(path: Path) -> Path:
    """A project of the made-up version 0.8."""
    with create_project(path) as project:
        item = Item(id=new_id(), path="a", media=Media.IMAGE)
        project.apply(Edit("Add", (Change(None, item),)))
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("CREATE TABLE tiers_before (id INTEGER)")
        conn.execute("DROP INDEX items_list")
        conn.execute("ALTER TABLE items DROP COLUMN split")
        conn.execute("ALTER TABLE trash_items DROP COLUMN split")
        conn.execute(f"PRAGMA user_version = {OLDER}")
    return path


def use(monkeypatch: pytest.MonkeyPatch, steps: Sequence[Migration]) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", tuple(steps))


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute("PRAGMA user_version").fetchone()[0])


def test_an_old_project_is_migrated_after_a_copy(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, STEPS)
    with open_project(old) as project:
        assert [i.path for i in project.items()] == ["a"]
        item = project.items()[0]
        project.apply(Edit("Delete", (Change(item, None),)))
        assert project.check() == []
    copy = old.with_name("test before version 1.0.annolab")
    assert sorted(old.parent.iterdir()) == sorted([old, copy])
    assert (version(old), version(copy)) == (VERSION, OLDER)
    with open_project(copy) as project:
        assert [i.path for i in project.items()] == ["a"]


def test_a_current_project_is_left_alone(path: Path) -> None:
    create_project(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        assert migrate(conn, path, VERSION, STEPS) is None
        assert migrate(conn, path, VERSION + 1, STEPS) is None
    assert list(path.parent.iterdir()) == [path]


def test_copies_are_not_overwritten(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, STEPS)
    taken = old.with_name("test before version 1.0.annolab")
    taken.write_text("mine")
    open_project(old).close()
    assert taken.read_text() == "mine"
    assert version(old.with_name("test before version 1.0 (2).annolab")) == OLDER


def failing(conn: sqlite3.Connection) -> None:
    add_split(conn)
    conn.execute("INSERT INTO nowhere VALUES (1)")


def dangling(conn: sqlite3.Connection) -> None:
    add_split(conn)
    conn.execute("UPDATE items SET root_id = 77")


@pytest.mark.parametrize("bad", [failing, dangling])
def test_a_step_that_fails_leaves_what_the_one_before_made(
    old: Path, monkeypatch: pytest.MonkeyPatch, bad: object
) -> None:
    use(monkeypatch, (STEPS[0], Migration(VERSION, bad)))  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=r"could not be brought .* there is a copy"):
        open_project(old)
    assert version(old) == OLD
    use(monkeypatch, STEPS)
    with open_project(old) as project:
        assert [i.path for i in project.items()] == ["a"]


def test_an_unknown_old_version_is_told(old: Path) -> None:
    with pytest.raises(NotAProject, match=r"0\.8"):
        open_project(old)
    assert list(old.parent.iterdir()) == [old]


def test_an_old_project_cannot_be_read_only(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, STEPS)
    before = old.read_bytes()
    with pytest.raises(ReadOnlyProject, match="older version"):
        open_project(old, read_only=True)
    assert old.read_bytes() == before
