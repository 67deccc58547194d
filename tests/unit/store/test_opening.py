"""Opening and closing: one clear sentence for everything that can be wrong."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from annolab.errors import (
    AnnoLabError,
    DiskFull,
    NewerProject,
    NotAProject,
    ProjectLocked,
    ReadOnlyProject,
    StoreError,
    UserError,
)
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Owner, Schema
from annolab.store import connection
from annolab.store.connection import VERSION, on_network
from annolab.store.project import Project, create_project, open_project

root_only = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root"
)


def add_item(path: str = "a.jpg") -> Edit:
    return Edit("Add", (Change(None, Item(id=new_id(), path=path, media=Media.IMAGE)),))


def sentence(error: BaseException) -> str:
    """The text of an error, after checking that it is one sentence or two."""
    text = str(error)
    assert text[0].isupper() or text[0] in "/“"
    assert text.endswith(".")
    assert "\n" not in text
    return text


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for statement in statements:
            conn.execute(statement)


def side_files(path: Path) -> list[Path]:
    return [found for found in path.parent.iterdir() if found != path]


# Sound files -----------------------------------------------------------------


def test_closing_leaves_one_plain_file(path: Path) -> None:
    with create_project(path) as project:
        project.apply(add_item())
        assert side_files(path)
    assert side_files(path) == []
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_the_last_one_to_close_leaves_one_plain_file(path: Path) -> None:
    with create_project(path) as first:
        with open_project(path) as second:
            second.apply(add_item())
        first.apply(add_item("b.jpg"))
    assert side_files(path) == []
    with open_project(path) as again:
        assert len(again.items()) == 2


def test_settings_of_the_connections(project: Project) -> None:
    assert project._conn is not None
    for conn, wanted in ((project._conn, 0), (project._reader, 1)):
        settings = {
            name: conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "trusted_schema", "query_only")
        }
        assert settings == {
            "journal_mode": "wal",
            "foreign_keys": 1,
            "trusted_schema": 0,
            "query_only": wanted,
        }
    assert project._conn.execute("PRAGMA synchronous").fetchone() == (2,)
    assert project._conn.execute("PRAGMA busy_timeout").fetchone() == (5000,)


def test_a_schema_can_be_given(path: Path) -> None:
    label = Label(id=new_id(), name="car", color="#fff")
    schema = Schema(labels=(label,), guidelines="Be exact.")
    with create_project(path, schema=schema) as project:
        assert project.schema == schema
        assert project.undo() is None


@pytest.mark.parametrize("name", ["a b.annolab", "50%.annolab", "a?b#c.annolab", "ü"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with create_project(path) as project:
        project.apply(add_item())
        with project.snapshot() as snapshot:
            assert len(snapshot.items()) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_the_annotator_is_known_again(path: Path) -> None:
    with create_project(path, annotator="anna") as project:
        anna = project.annotator
        project.apply(add_item())
    with open_project(path, annotator="bob") as project:
        assert project.annotator.id != anna.id
    with open_project(path, annotator="anna") as project:
        assert project.annotator == anna
        assert project.annotators() == [anna]


def test_the_user_of_the_computer_is_the_annotator(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "carla")
    with create_project(path) as project:
        assert project.annotator.name == "carla"

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    with open_project(path) as project:
        assert project.annotator.name == "annotator"


# What is no project ----------------------------------------------------------


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no project at") as told:
        open_project(tmp_path / "no.annolab")
    sentence(told.value)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "file/inside.annolab"])
def test_names_that_cannot_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AnnoLabError) as told:
        open_project(tmp_path / name)
    sentence(told.value)
    with pytest.raises(AnnoLabError) as told:
        create_project(tmp_path / name)
    sentence(told.value)


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotAProject, match="is a folder") as told:
        open_project(tmp_path)
    sentence(told.value)


def test_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(NotAProject, match="not a file") as told:
        open_project(pipe)
    sentence(told.value)


def foreign_database(path: Path) -> None:
    sql(path, "CREATE TABLE t (a)")


def cut_off(path: Path) -> None:
    create_project(path).close()
    os.truncate(path, path.stat().st_size // 2)


def cut_off_a_little(path: Path) -> None:
    create_project(path).close()
    os.truncate(path, path.stat().st_size - 1)


def cut_to_a_header(path: Path) -> None:
    create_project(path).close()
    os.truncate(path, 100)


def overwritten(path: Path) -> None:
    create_project(path).close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 8)


def without_tables(path: Path) -> None:
    sql(path, "PRAGMA application_id = 1097747554", f"PRAGMA user_version = {VERSION}")


def without_a_column(path: Path) -> None:
    create_project(path).close()
    sql(path, "ALTER TABLE labels DROP COLUMN source")


def with_a_trigger(path: Path) -> None:
    create_project(path).close()
    sql(
        path,
        "CREATE TRIGGER t AFTER INSERT ON edits BEGIN DELETE FROM items; END",
    )


def with_a_view(path: Path) -> None:
    create_project(path).close()
    sql(path, "ALTER TABLE tiers RENAME TO t", "CREATE VIEW tiers AS SELECT * FROM t")


def with_a_virtual_table(path: Path) -> None:
    create_project(path).close()
    sql(path, "CREATE  VIRTUAL TABLE t USING fts5 (a)")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\3\4 and so on" * 1000),
        lambda path: path.write_text("{}"),
        foreign_database,
        cut_off,
        cut_off_a_little,
        cut_to_a_header,
        overwritten,
        without_tables,
        without_a_column,
        with_a_trigger,
        with_a_view,
        with_a_virtual_table,
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_project_is_told(
    path: Path, make: Callable[[Path], object], read_only: bool
) -> None:
    make(path)
    before = path.read_bytes()
    with pytest.raises(NotAProject) as told:
        open_project(path, read_only=read_only)
    assert str(path) in sentence(told.value)
    assert path.read_bytes() == before


def test_a_newer_major_version(path: Path) -> None:
    create_project(path).close()
    sql(path, f"PRAGMA user_version = {(2 << 16) + 3}")
    with pytest.raises(NewerProject, match=r"newer AnnoLab .*2\.3") as told:
        open_project(path)
    sentence(told.value)


def test_a_newer_minor_version_opens(path: Path) -> None:
    create_project(path).close()
    sql(
        path,
        f"PRAGMA user_version = {VERSION + 1}",
        "ALTER TABLE items ADD COLUMN mood TEXT",
        "ALTER TABLE trash_items ADD COLUMN mood TEXT",
        "CREATE TABLE packages (id INTEGER PRIMARY KEY)",
    )
    with open_project(path) as project:
        project.apply(add_item())
        with project.bulk("Import") as bulk:
            bulk.add(Item(id=bulk.new_id(), path="b.jpg", media=Media.IMAGE))
        project.undo()
        project.redo()
        assert len(project.items()) == 2


# What cannot be written ------------------------------------------------------


def test_creating_over_something(path: Path) -> None:
    path.write_text("mine")
    with pytest.raises(UserError, match="already") as told:
        create_project(path)
    sentence(told.value)
    assert path.read_text() == "mine"


def test_creating_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist") as told:
        create_project(tmp_path / "no" / "a.annolab")
    sentence(told.value)


def test_creating_that_fails_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = Label(id=1, name="a", color="#fff")
    with pytest.raises(UserError):
        create_project(path, schema=Schema(labels=(label, label)))
    assert not path.exists()


def test_opened_for_reading(path: Path) -> None:
    with create_project(path, annotator="anna") as project:
        project.apply(add_item())
    before = path.read_bytes()
    with open_project(path, read_only=True, annotator="anna") as project:
        assert project.read_only
        assert len(project.items()) == 1
        assert project.undo_step is not None
        assert project.check() == []
        with project.snapshot() as snapshot:
            assert len(snapshot.items()) == 1
        assert project.poll() is None
        for refused in (
            lambda: project.apply(add_item("b")),
            project.undo,
            project.redo,
            lambda: project.bulk("Import"),
            lambda: project.add_root(path.parent / "media"),
            lambda: project.set_root(0, path.parent),
            lambda: project.note_media(project.items()),
        ):
            with pytest.raises(ReadOnlyProject, match="reading only") as told:
                refused()
            sentence(told.value)
    assert path.read_bytes() == before
    assert side_files(path) == []


WITHOUT_RIGHTS = """
import importlib.readers, importlib.resources.readers, os, sys
from pathlib import Path
from annolab.errors import AnnoLabError
from annolab.store.project import create_project, open_project
os.setgid(65534); os.setuid(65534)
path = Path(sys.argv[1])
for attempt in (
    lambda: open_project(path),
    lambda: open_project(path, read_only=True),
    lambda: create_project(path.with_name("b.annolab")),
):
    try:
        with attempt() as project:
            print("opened", len(project.items()))
    except AnnoLabError as error:
        print(type(error).__name__, error)
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """The path of a project in a folder that everybody may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name) / "test.annolab"


def as_nobody(path: Path) -> list[str]:
    """What somebody without rights is told who opens, reads and creates."""
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_RIGHTS, path],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(connection.__file__).parents[2],
    )
    assert ran.stderr == ""
    return ran.stdout.splitlines()


@root_only
def test_a_file_without_the_right_to_write(shared: Path) -> None:
    with create_project(shared) as project:
        project.apply(add_item())
    shared.chmod(0o444)
    shared.parent.chmod(0o777)
    opened, read, made = as_nobody(shared)
    assert opened.startswith("ReadOnlyProject")
    assert "cannot be written" in opened
    assert read == "opened 1"
    assert made == "opened 0"


@root_only
def test_a_folder_without_the_right_to_write(shared: Path) -> None:
    with create_project(shared) as project:
        project.apply(add_item())
    shared.chmod(0o666)
    shared.parent.chmod(0o755)
    opened, read, made = as_nobody(shared)
    assert opened.startswith("ReadOnlyProject")
    assert read == "opened 1"
    assert made.startswith("ReadOnlyProject")


@root_only
def test_a_file_without_the_right_to_read(shared: Path) -> None:
    create_project(shared).close()
    shared.chmod(0o600)
    opened, read, _ = as_nobody(shared)
    assert opened.startswith("StoreError")
    assert "may not be read" in opened
    assert read.startswith("StoreError")


@root_only
def test_a_folder_without_the_right_to_look_into(shared: Path) -> None:
    create_project(shared).close()
    shared.parent.chmod(0o700)
    opened, read, made = as_nobody(shared)
    assert opened.startswith("StoreError")
    assert "Permission denied" in opened
    assert read == opened
    assert made.startswith("ReadOnlyProject")


@root_only
def test_after_a_crash_in_a_folder_without_the_right_to_write(shared: Path) -> None:
    create_project(shared).close()
    sql(shared, "PRAGMA journal_mode = WAL")  # as a crash leaves it
    shared.parent.chmod(0o755)
    _, read, _ = as_nobody(shared)
    assert read == "opened 0"


def test_another_program_writes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    with create_project(path) as project:
        project.apply(add_item())
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(ProjectLocked, match="Another program") as told:
                project.apply(add_item("b"))
            sentence(told.value)
            with pytest.raises(ProjectLocked):
                open_project(path)
            assert len(project.items()) == 1
            with open_project(path, read_only=True) as reader:
                assert len(reader.items()) == 1
            other.execute("ROLLBACK")
        project.apply(add_item("b"))
        assert len(project.items()) == 2


# No room ---------------------------------------------------------------------


def test_a_full_file(path: Path) -> None:
    with create_project(path, annotator="anna") as project:
        project.apply(add_item())
        assert project._conn is not None
        (pages,) = project._conn.execute("PRAGMA page_count").fetchone()
        project._conn.execute(f"PRAGMA max_page_count = {pages}")
        big = Item(id=new_id(), path="b", media=Media.IMAGE, source="x" * 100_000)
        with pytest.raises(DiskFull, match="full") as told:
            project.apply(Edit("Big", (Change(None, big),)))
        sentence(told.value)
        assert len(project.items()) == 1
        with pytest.raises(DiskFull), project.bulk("Import") as bulk:
            bulk.add(
                Item(
                    id=bulk.new_id(), path="c", media=Media.IMAGE, source="x" * 100_000
                )
            )
        assert [s.name for s in project.history()] == ["Add"]
        project._conn.execute(f"PRAGMA max_page_count = {pages + 1000}")
        project.apply(Edit("Big", (Change(None, big),)))
        assert project.check() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, check=False).returncode:
        pytest.skip("cannot mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@root_only
def test_a_full_disk(small_disk: Path) -> None:
    path = small_disk / "a.annolab"
    ballast = small_disk / "ballast"
    with create_project(path, annotator="anna") as project:
        n = 0
        with pytest.raises(StoreError) as told:  # noqa: PT012
            for n in range(1000):
                item = Item(
                    id=new_id(), path=str(n), media=Media.IMAGE, source="x" * 5000
                )
                project.apply(Edit("Add", (Change(None, item),)))
                if n == 10:
                    free = os.statvfs(small_disk)
                    ballast.write_bytes(b"x" * (free.f_bavail * free.f_bsize - 300_000))
        sentence(told.value)
        assert isinstance(told.value, DiskFull)
        assert len(project.items()) == n
        assert project.check() == []
        ballast.unlink()
        project.apply(add_item("room again"))
        assert len(project.items()) == n + 1
    with open_project(path, annotator="anna") as project:
        assert project.check() == []
        while project.undo():
            pass
        assert project.items() == []


@root_only
def test_creating_on_a_full_disk(small_disk: Path) -> None:
    free = os.statvfs(small_disk)
    (small_disk / "ballast").write_bytes(b"x" * (free.f_bavail * free.f_bsize - 8192))
    with pytest.raises(StoreError) as told:
        create_project(small_disk / "a.annolab")
    sentence(told.value)
    assert not (small_disk / "a.annolab").exists()


# Network shares --------------------------------------------------------------


def test_without_wal_everything_works(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "on_network", lambda _: True)
    with create_project(path) as project:
        assert project._conn is not None
        assert project._conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        project.apply(add_item())
        with project.bulk("Import") as bulk:
            bulk.add(Item(id=bulk.new_id(), path="b", media=Media.IMAGE))
        with project.snapshot() as snapshot:
            assert len(snapshot.items()) == 2
        project.undo()
        assert len(project.items()) == 1
    assert side_files(path) == []


def test_network_shares_are_known(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = (
        "/dev/sda / ext4 rw 0 0\n//nas/x /mnt/my\\040share cifs rw 0 0\n"
        "nas:/y /mnt/nfs nfs4 rw 0 0\nbroken\n"
    )
    monkeypatch.setattr(Path, "read_text", lambda *_: mounts)
    monkeypatch.setattr(sys, "platform", "linux")
    found = [
        on_network(Path(p))
        for p in ("/home/a", "/mnt/my share/a", "/mnt/nfs/a/b", "/mnt/nfsx/a")
    ]
    assert found == [False, True, True, False]


def test_damage_found_later_is_told(path: Path) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    with create_project(path) as project:
        project.apply(Edit("Add", (Change(None, item),)))
    sql(path, "UPDATE items SET media = 'smell'")
    with open_project(path) as project:
        for read in (
            project.items,
            lambda: project.item_rows(project.item_ids()),
            lambda: project.item(item.id),
        ):
            with pytest.raises(NotAProject, match="damaged") as told:
                read()
            sentence(told.value)
        assert any("item" in line for line in project.check())


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE annotations SET kind = 99", "damaged"),
        ("UPDATE annotations SET kind = 3, geometry = x'00'", "damaged"),
        ("UPDATE annotations SET kind = 3, geometry = 'text'", "damaged"),
        ("UPDATE annotations SET kind = 3, geometry = NULL", "damaged"),
        ("UPDATE annotations SET x = 'left'", "damaged"),
        ("UPDATE annotations SET x = NULL", "damaged"),
        ("UPDATE annotations SET kind = 12", "damaged"),
        ("UPDATE annotations SET status = 77", "damaged"),
        ("UPDATE annotations SET text = x'ff'", "damaged"),
        ("UPDATE annotations SET text = cast(x'ff' AS TEXT)", "damaged"),
        ("UPDATE annotations SET label_id = 'x'", "damaged"),
        ("UPDATE annotation_attributes SET value = x'5b'", "damaged"),
        ("UPDATE annotation_attributes SET value = zeroblob(1000000)", "damaged"),
    ],
)
def test_a_hostile_row_is_told(path: Path, statement: str, match: str) -> None:
    from annolab.model.annotation import Annotation

    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    with create_project(path, annotator="anna") as project:
        box = Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=Box(1, 2, 3, 4),
            attributes={"a": True},
        )
        project.apply(Edit("Add", (Change(None, item), Change(None, box))))
    sql(path, "PRAGMA foreign_keys = OFF", statement)
    with open_project(path, annotator="anna") as project:
        for read in (
            lambda: project.annotation(box.id),
            lambda: project.annotations(item.id),
            lambda: list(project.iter_annotations()),
        ):
            with pytest.raises(NotAProject, match=match) as told:
                read()
            sentence(told.value)
        assert project.check()
        with pytest.raises(AnnoLabError):
            project.apply(Edit("Delete", (Change(box, None),)))
        with pytest.raises(AnnoLabError):
            project.undo()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE roots SET path = x'ff'",
        "UPDATE attribute_keys SET name = x'ff'",
        "UPDATE counters SET n = x'ff'",
        "UPDATE counters SET id = 99 WHERE what = 'status'",
    ],
)
def test_other_hostile_rows_are_told(path: Path, statement: str) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE, attributes={"a": 1})
    with create_project(path, annotator="anna") as project:
        project.apply(Edit("Add", (Change(None, item),)))
    sql(path, statement)
    with open_project(path) as project, pytest.raises(NotAProject) as told:
        read_it_all(project)
    sentence(told.value)


def read_it_all(project: Project) -> None:
    project.roots()
    project.keys(Owner.ITEM)
    project.totals()
    project.items()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET after = '{'",
        "UPDATE changes SET after = '[]'",
        "UPDATE changes SET before = NULL, after = NULL",
        "UPDATE changes SET before = '{\"id; DROP TABLE items\": 1}', after = '{}'",
        'UPDATE changes SET before = \'{"split": {"b64": "!"}}\'',
        "UPDATE changes SET before = '{\"media\": \"smell\"}', after = '{}'",
        "UPDATE changes SET before = '{\"@a\": []}', after = '{}'",
        "UPDATE changes SET before = '{\"tiers\": 5}', after = '{}'",
        "UPDATE changes SET before = '{\"#1\": [1]}', after = '{}'",
        "UPDATE changes SET before = '{\"\": 1}', after = '{}'",
        "UPDATE changes SET entity = 99",
        "UPDATE changes SET entity_id = 'x'",
        "UPDATE edits SET item_id = 'x'",
        "UPDATE edits SET name = x'ff'",
        "UPDATE edits SET id = 9223372036854775807",
    ],
)
def test_a_hostile_history_is_told(path: Path, statement: str) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    with create_project(path, annotator="anna") as project:
        project.apply(Edit("Add", (Change(None, item),)))
    sql(path, "PRAGMA foreign_keys = OFF", statement)
    with open_project(path, annotator="anna") as project:
        try:
            project.undo()
            project.apply(add_item("b"))
        except AnnoLabError as error:
            sentence(error)
        else:
            pytest.fail("nothing was said")
        assert len(project.item_ids()) < 2
