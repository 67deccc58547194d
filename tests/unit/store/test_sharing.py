"""Threads and processes that share a project."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from annolab.errors import Conflict, StoreError
from annolab.model.edit import Change, ChangeSet, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.store.project import Project, open_project


def add_item(path: str) -> Edit:
    return Edit("Add", (Change(None, Item(id=new_id(), path=path, media=Media.IMAGE)),))


def test_a_snapshot_is_frozen(project: Project) -> None:
    project.apply(add_item("a"))
    with project.snapshot() as snapshot:
        label = Label(id=new_id(), name="car", color="#fff")
        project.apply(add_item("b"))
        project.apply(Edit("Label", (Change(None, label),)))
        assert [i.path for i in snapshot.items()] == ["a"]
        assert snapshot.schema.labels == ()
        assert snapshot.totals().items == 1
        assert len(project.items()) == 2
    with project.snapshot() as snapshot:
        assert len(snapshot.items()) == 2
        assert snapshot.schema == project.schema


def test_a_snapshot_serves_another_thread(project: Project) -> None:
    project.apply(add_item("a"))
    found: list[int] = []

    def read() -> None:
        with project.snapshot() as snapshot:
            found.extend(snapshot.item_ids())

    worker = threading.Thread(target=read)
    worker.start()
    worker.join()
    assert found == list(project.item_ids())


def test_many_threads_apply_and_see_at_once_what_they_did(project: Project) -> None:
    failures: list[str] = []

    def work(who: int) -> None:
        for n in range(20):
            item = Item(id=new_id(), path=f"{who}/{n}", media=Media.IMAGE)
            project.apply(Edit("Add", (Change(None, item),)))
            if project.item(item.id) != item:
                failures.append(item.path)
            list(project.iter_annotations())

    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert len(project.item_ids()) == 80
    assert project.check() == []


def test_closing_while_others_apply_ends(project: Project) -> None:
    failures: list[StoreError] = []

    def work() -> None:
        try:
            for n in range(1000):
                label = Label(id=new_id(), name=str(n), color="#fff")
                project.apply(Edit("Label", (Change(None, label),)))
        except StoreError as error:
            failures.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    project.close()
    worker.join(30)
    assert not worker.is_alive()
    assert len(failures) == 1
    assert "closed" in str(failures[0])


def test_an_iteration_does_not_hold_the_past(project: Project) -> None:
    with project.bulk("Add") as bulk:
        for n in range(3):
            bulk.add(Item(id=bulk.new_id(), path=str(n), media=Media.IMAGE))
    iteration = project.iter_annotations()
    next(iteration, None)
    project.apply(add_item("new"))
    assert len(project.items()) == 4


def test_poll_notices_another_process(path: Path, project: Project) -> None:
    told: list[ChangeSet] = []
    project.subscribe(told.append)
    assert project.poll() is None
    project.apply(add_item("own"))
    told.clear()
    assert project.poll() is None
    with open_project(path, annotator="bob") as other:
        other.apply(add_item("other"))
        changes = project.poll()
        assert changes is not None
        assert changes.everything
        assert not changes.schema_changed
        assert told == [changes]
        assert project.poll() is None
        label = Label(id=new_id(), name="car", color="#fff")
        other.apply(Edit("Label", (Change(None, label),)))
        changes = project.poll()
        assert changes is not None
        assert changes.schema_changed
        assert project.schema.labels == (label,)
        assert other.poll() is None
        project.apply(add_item("own again"))
        assert other.poll() is not None


OTHER = """
import sys
from pathlib import Path
from annolab.model.edit import Change, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.store.project import open_project

with open_project(Path(sys.argv[1]), annotator="bob") as project:
    for n in range(40):
        item = Item(id=new_id(), path=f"bob {n}", media=Media.IMAGE)
        project.apply(Edit("Add", (Change(None, item),)))
"""


def test_two_processes_write_at_the_same_time(path: Path, project: Project) -> None:
    with subprocess.Popen([sys.executable, "-c", OTHER, path]) as other:
        n = 0
        while other.poll() is None:
            project.apply(add_item(f"anna {n}"))
            n += 1
    assert other.returncode == 0
    assert len(project.item_ids()) == n + 40
    assert project.check() == []
    while project.undo():
        pass
    assert {i.path for i in project.items()} == {f"bob {n}" for n in range(40)}


def test_the_second_of_two_who_change_the_same_is_told(
    path: Path, project: Project
) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    project.apply(Edit("Add", (Change(None, item),)))
    with open_project(path, annotator="bob") as other:
        for split, who in (("train", project), ("val", other)):
            after = Item(id=item.id, path="a", media=Media.IMAGE, split=split)
            edit = Edit("Split", (Change(item, after),))
            if who is project:
                who.apply(edit)
            else:
                with pytest.raises(Conflict, match="split"):
                    who.apply(edit)
        assert [i.split for i in other.items()] == ["train"]
