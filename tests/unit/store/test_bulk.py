"""Bulk edits: one step, taken back as a whole, never in the way."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from annolab.errors import AnnoLabError, Conflict, ProjectLocked, StoreError, UserError
from annolab.model.annotation import Annotation, Annotator, AnnotatorKind, Relation
from annolab.model.edit import Change, ChangeSet, Edit, Entity
from annolab.model.geometry import Box, Geometry, Keyframe, Polygon, Track
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.model.schema import AttributeSpec, Entry, Label, Owner, Tier, TierKind
from annolab.store.bulk import Bulk, BulkLock
from annolab.store.project import Project, create_project, open_project
from annolab.store.writing import Writer

TRACK = Track(
    (Keyframe(0, Box(0, 0, 1, 1), attributes={"k": 1}), Keyframe(4, Box(1, 1, 1, 1)))
)


def fill(bulk: Bulk, prefix: str = "") -> list[Entity]:
    """One of everything."""
    label = Label(id=bulk.new_id(), name=f"{prefix}car", color="#fff")
    tier = Tier(id=bulk.new_id(), name="words", kind=TierKind.INTERVAL)
    spec = AttributeSpec(id=bulk.new_id(), owner=Owner.ITEM, name=f"{prefix}weather")
    entry = Entry(bulk.new_id(), f"{prefix}coco.info", "{}")
    item = Item(
        id=bulk.new_id(),
        path=f"{prefix}a.jpg",
        media=Media.IMAGE,
        tiers=(tier.id,),
        attributes={"weather": "fog", "rain": True},
    )
    shapes: list[Geometry] = [Box(1, 2, 3, 4), TRACK]
    marks = [
        Annotation(
            id=bulk.new_id(),
            item_id=item.id,
            annotator_id=bulk.annotator.id,
            geometry=geometry,
            label_id=label.id,
            attributes={"n": n},
        )
        for n, geometry in enumerate(shapes)
    ]
    arc = Relation(
        id=bulk.new_id(),
        item_id=item.id,
        annotator_id=bulk.annotator.id,
        head_id=marks[0].id,
        tail_id=marks[1].id,
        attributes={"sure": None},
    )
    things: list[Entity] = [label, tier, spec, entry, item, *marks, arc]
    for thing in things:
        bulk.add(thing)
    return things


def content(project: Project) -> tuple[object, ...]:
    items = project.items()
    return (
        project.schema,
        items,
        list(project.iter_annotations()),
        [project.relations(item.id) for item in items],
        project.entries(),
        project.totals(),
        project.item_rows([item.id for item in items]),
    )


def test_what_is_added_is_there(project: Project) -> None:
    told: list[ChangeSet] = []
    project.subscribe(told.append)
    with project.bulk("Import x.json") as bulk:
        label, tier, spec, entry, item, box, track, arc = fill(bulk)
    assert project.schema.labels == (label,)
    assert project.schema.tiers == (tier,)
    assert project.schema.attributes == (spec,)
    assert project.entries() == [entry]
    assert project.items() == [item]
    assert project.annotations(item.id) == [box, track]
    assert project.relations(item.id) == [arc]
    assert bulk.annotator in project.annotators()
    assert bulk.annotator.kind is AnnotatorKind.IMPORT
    assert [(c.name, c.everything) for c in told] == [("Import x.json", True)]
    assert project.check() == []


def test_it_is_one_step_of_the_history(path: Path) -> None:
    with create_project(path) as project:
        empty = content(project)
        with project.bulk("Import") as bulk:
            fill(bulk)
        full = content(project)
        step = project.undo_step
        assert step is not None
        assert (step.name, step.rows) == ("Import", 8)
        for _ in range(2):
            told = project.undo()
            assert told is not None
            assert told.everything
            assert told.schema_changed
            assert content(project) == empty
            assert project.undo() is None
            assert project.check() == []
            project.redo()
            assert content(project) == full
            assert project.check() == []
        project.undo()
    with open_project(path) as project:
        assert content(project) == empty
        project.redo()
        assert content(project) == full


def test_what_was_undone_and_cannot_come_back_leaves_the_file(path: Path) -> None:
    with create_project(path) as project:
        with project.bulk("Import") as bulk:
            fill(bulk)
        project.undo()
        project.apply(Edit("Label", (Change(None, Label(id=1, name="a", color="b")),)))
        assert project.redo() is None
    conn = sqlite3.connect(path)
    trash = [
        name
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'trash%'"
        )
    ]
    left = [
        conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in trash
    ]
    conn.close()
    assert len(trash) == 12
    assert sum(left) == 0


def test_edits_between_undo_and_redo_of_two_imports(project: Project) -> None:
    states = [content(project)]
    for n in range(2):
        with project.bulk(f"Import {n}") as bulk:
            fill(bulk, str(n))
        states.append(content(project))
        item = next(i for i in project.items() if i.path == f"{n}a.jpg")
        after = replace(item, split="train")
        project.apply(Edit("Split", (Change(item, after),)))
        states.append(content(project))
    for state in reversed(states[:-1]):
        project.undo()
        assert content(project) == state
    for state in states[1:]:
        project.redo()
        assert content(project) == state
    assert project.check() == []


def test_an_exception_takes_back_all_of_it(project: Project) -> None:
    empty = content(project)
    people = project.annotators()
    with pytest.raises(ZeroDivisionError), project.bulk("Import") as bulk:  # noqa: PT012
        fill(bulk)
        bulk._flush()
        assert project.items()
        raise ZeroDivisionError
    assert content(project) == empty
    assert [a.kind for a in project.annotators()] == [
        AnnotatorKind.HUMAN for _ in people or (1,)
    ]
    assert project.undo_step is None
    assert project.check() == []


def test_an_empty_bulk_is_no_step(project: Project) -> None:
    with project.bulk("Nothing"):
        pass
    assert project.history() == []


def test_changes_are_part_of_the_step(project: Project) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    project.apply(Edit("Add", (Change(None, item),)))
    before = content(project)
    with project.bulk("Import") as bulk:
        fill(bulk, "b")
        bulk.change(item, replace(item, split="train", attributes={"n": 1}))
        own = Label(id=bulk.new_id(), name="own", color="#000")
        bulk.add(own)
        bulk.change(own, replace(own, source="{}"))
    after = content(project)
    assert project.item(item.id) == replace(item, split="train", attributes={"n": 1})
    assert project.schema.label(own.id) == replace(own, source="{}")
    project.undo()
    assert content(project) == before
    project.redo()
    assert content(project) == after
    assert project.check() == []


def test_changes_are_taken_back_by_an_exception(project: Project) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    project.apply(Edit("Add", (Change(None, item),)))
    before = content(project)
    with pytest.raises(ZeroDivisionError), project.bulk("Import") as bulk:  # noqa: PT012
        bulk.change(item, replace(item, split="train"))
        bulk._flush()
        bulk.change(replace(item, split="train"), replace(item, split="val"))
        bulk._flush()
        raise ZeroDivisionError
    assert content(project) == before
    assert project.check() == []


def test_a_bulk_that_only_changes_is_a_step(project: Project) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    project.apply(Edit("Add", (Change(None, item),)))
    with project.bulk("Import") as bulk:
        bulk.change(item, replace(item, split="train"))
    project.undo()
    assert project.items() == [item]


def test_a_thing_that_cannot_be_stored_is_left_out(project: Project) -> None:
    with project.bulk("Import") as bulk:
        item = Item(id=bulk.new_id(), path="a", media=Media.IMAGE)
        bulk.add(item)
        box = Annotation(
            id=bulk.new_id(),
            item_id=item.id,
            annotator_id=bulk.annotator.id,
            geometry=Polygon.of([0, 0, 1, 1]),
        )
        with pytest.raises(UserError, match="3 points"):
            bulk.add(box)
        with pytest.raises(UserError, match="attribute value"):
            bulk.add(replace(item, id=bulk.new_id(), attributes={"a": {}}))  # type: ignore[dict-item]
    assert project.items() == [item]
    assert project.totals().annotations == 0


def test_two_of_one_name_take_all_of_it_back(project: Project) -> None:
    with pytest.raises(Conflict, match="Import"), project.bulk("Import") as bulk:  # noqa: PT012
        for _ in range(2):
            bulk.add(Item(id=bulk.new_id(), path="a", media=Media.IMAGE))
    assert project.items() == []
    assert project.history() == []


def test_a_bulk_that_failed_takes_no_more(project: Project) -> None:
    with pytest.raises(Conflict), project.bulk("Import") as bulk:  # noqa: PT012
        for _ in range(2):
            bulk.add(Item(id=bulk.new_id(), path="a", media=Media.IMAGE))
        for _ in range(2):
            with pytest.raises(Conflict):
                bulk._flush()
        # The caller goes on as if nothing was: nothing of it may stay.
        bulk.add(Item(id=bulk.new_id(), path="b", media=Media.IMAGE))
    assert project.items() == []


def test_a_busy_file_is_waited_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    project.apply(Edit("Add", (Change(None, item),)))
    changing, locked = Project._changing, iter([True, True])

    @contextmanager
    def busy(self: Project, *, durable: bool = True) -> Iterator[Writer]:
        with changing(self, durable=durable) as writer:
            yield writer
            if not durable and next(locked, False):
                raise ProjectLocked("not now")

    monkeypatch.setattr(Project, "_changing", busy)
    with project.bulk("Import") as bulk:
        things = fill(bulk, "b")
        bulk.change(item, replace(item, split="train"))
    step = project.undo_step
    assert step is not None
    assert step.rows == len(things)
    assert len(project.items()) == 2
    project.undo()
    assert project.items() == [item]
    assert project.check() == []


def test_ids_may_be_taken_long_before_they_are_used(project: Project) -> None:
    with project.bulk("Import") as bulk:
        ids = [bulk.new_id() for _ in range(200_000)]
        bulk.add(Item(id=ids[-1], path="last", media=Media.IMAGE))
        bulk._flush()
        for n, id_ in enumerate(ids[::25_000]):
            bulk.add(Item(id=id_, path=str(n), media=Media.IMAGE))
    assert len(project.items()) == 9
    project.undo()
    assert project.items() == []
    project.redo()
    assert len(project.items()) == 9
    assert project.check() == []


def test_ids_of_others_are_refused(project: Project) -> None:
    with pytest.raises(ValueError, match="new_id"), project.bulk("Import") as bulk:
        bulk.add(Item(id=new_id(), path="a", media=Media.IMAGE))


def test_only_one_at_a_time(path: Path, project: Project) -> None:
    with project.bulk("One"), open_project(path) as other:
        with pytest.raises(UserError, match="Another import"), other.bulk("Two"):
            pass
        with pytest.raises(UserError, match="Another import"), project.bulk("Two"):
            pass
    with project.bulk("Three") as bulk:
        fill(bulk)
    assert not path.with_name(path.name + "-bulk").exists()


def test_marks_of_an_annotator_of_ones_own(project: Project) -> None:
    model = Annotator(new_id(), "detector", AnnotatorKind.MODEL)
    with project.bulk("Predict", model) as bulk:
        fill(bulk)
    assert bulk.annotator == model
    assert project.totals().by_annotator == {model.id: 2}
    assert project.items()[0].status is Status.NEW


# With others -----------------------------------------------------------------


@pytest.fixture
def bob(path: Path, project: Project) -> Iterator[Project]:
    with open_project(path, annotator="bob") as other:
        yield other


def test_undo_is_refused_when_others_built_on_it(
    project: Project, bob: Project
) -> None:
    with project.bulk("Import") as bulk:
        fill(bulk)
    item = project.items()[0]
    after = replace(item, split="train")
    bob.apply(Edit("Split", (Change(item, after),)))
    with pytest.raises(Conflict, match=r"“Import” cannot be undone: later edits"):
        project.undo()
    bob.undo()
    mark = Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=bob.annotator.id,
        geometry=Box(0, 0, 1, 1),
    )
    bob.apply(Edit("Draw", (Change(None, mark),)))
    full = content(project)
    with pytest.raises(Conflict, match=r"“Import” cannot be undone"):
        project.undo()
    assert content(project) == full
    bob.undo()
    project.undo()
    assert project.items() == []
    assert project.check() == []


def test_redo_is_refused_when_its_place_is_taken(
    project: Project, bob: Project
) -> None:
    with project.bulk("Import") as bulk:
        fill(bulk)
    project.undo()
    bob.apply(
        Edit("Label", (Change(None, Label(id=new_id(), name="car", color="#000")),))
    )
    with pytest.raises(Conflict, match="cannot be redone"):
        project.redo()
    bob.undo()
    project.redo()
    assert len(project.items()) == 1


def test_edits_made_meanwhile_stay_when_an_import_is_taken_back(
    project: Project,
) -> None:
    with pytest.raises(ZeroDivisionError), project.bulk("Import") as bulk:  # noqa: PT012
        things = fill(bulk)
        bulk._flush()
        item, box = things[4], things[5]
        assert isinstance(item, Item)
        assert isinstance(box, Annotation)
        mark = Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=Box(0, 0, 1, 1),
        )
        project.apply(Edit("Draw", (Change(None, mark),)))
        moved = replace(box, geometry=Box(7, 7, 7, 7))
        project.apply(Edit("Move", (Change(box, moved),)))
        raise ZeroDivisionError
    assert [i.id for i in project.items()] == [item.id]
    assert project.annotations(item.id) == [moved, mark]
    assert project.relations(item.id) == []
    assert [label.name for label in project.schema.labels] == ["car"]
    assert project.schema.attributes == ()
    assert project.check() == []
    project.undo()
    project.undo()
    assert project.annotations(item.id) == [box]
    assert project.undo() is None


def test_an_undo_during_an_import_keeps_the_order(project: Project) -> None:
    item = Item(id=new_id(), path="first", media=Media.IMAGE)
    project.apply(Edit("First", (Change(None, item),)))
    with project.bulk("Import") as bulk:
        fill(bulk)
        project.apply(Edit("Then", (Change(item, replace(item, split="a")),)))
    assert [s.name for s in project.history()] == ["Then", "Import", "First"]
    project.undo()
    project.undo()
    assert project.items() == [item]


def test_edits_go_through_while_an_import_runs(path: Path, project: Project) -> None:
    started, done = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def import_many() -> None:
        try:
            with project.bulk("Import") as bulk:
                while not done.is_set():
                    bulk.add(
                        Item(
                            id=bulk.new_id(), path=f"{bulk.new_id()}", media=Media.IMAGE
                        )
                    )
                    started.set()
        except AnnoLabError as error:
            failures.append(error)

    worker = threading.Thread(target=import_many)
    worker.start()
    try:
        started.wait(10)
        mine = Item(id=new_id(), path="mine", media=Media.IMAGE)
        project.apply(Edit("Mine", (Change(None, mine),)))
        assert project.item(mine.id) == mine
        project.undo()
        assert project.item(mine.id) is None
        project.redo()
    finally:
        done.set()
        worker.join()
    assert failures == []
    assert project.item(mine.id) == mine
    assert [s.name for s in project.history()] == ["Mine", "Import"]
    assert project.check() == []


# Crashes ---------------------------------------------------------------------

CRASH = """
import os, sys
from pathlib import Path
from annolab.model.edit import Change, Edit
from annolab.model.item import Item, Media
from annolab.store.project import open_project

project = open_project(Path(sys.argv[1]), annotator="anna")
with project.bulk("Import") as bulk:
    first = project.items()[0]
    bulk.change(first, Item(id=first.id, path=first.path, media=Media.IMAGE, split="x"))
    for n in range(3000):
        bulk.add(Item(id=bulk.new_id(), path=str(n), media=Media.IMAGE))
    bulk._flush()
    os._exit(7)
"""


def test_a_crash_is_taken_back_at_the_next_opening(path: Path) -> None:
    item = Item(id=new_id(), path="first", media=Media.IMAGE)
    with create_project(path, annotator="anna") as project:
        project.apply(Edit("First", (Change(None, item),)))
        before = content(project)
    crashed = subprocess.run([sys.executable, "-c", CRASH, path], check=False)
    assert crashed.returncode == 7
    with open_project(path, annotator="anna", read_only=True) as project:
        assert len(project.items()) == 3001
        assert any("import has not ended" in line for line in project.check())
    with open_project(path, annotator="anna") as project:
        assert content(project) == before
        assert [s.name for s in project.history()] == ["First"]
        assert project.check() == []
        assert len(project.annotators()) == 1
    assert list(path.parent.iterdir()) == [path]


def test_opening_leaves_a_running_import_alone(path: Path, project: Project) -> None:
    with project.bulk("Import") as bulk:
        fill(bulk)
        bulk._flush()
        with open_project(path, annotator="bob") as bob:
            assert len(bob.items()) == 1
    assert len(project.items()) == 1


def test_the_lock_is_free_again(path: Path) -> None:
    first, second = BulkLock(path), BulkLock(path)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()
    assert list(path.parent.iterdir()) == []


# Facts about media -----------------------------------------------------------


def test_facts_are_noted_outside_the_history(project: Project) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE, missing=True)
    project.apply(Edit("Add", (Change(None, item),)))
    project.apply(Edit("Split", (Change(item, replace(item, split="train")),)))
    facts = replace(
        item, width=640, height=480, digest=b"x" * 32, size=9, missing=False
    )
    told = project.note_media([facts])
    assert told.items == {item.id}
    assert project.items() == [replace(facts, split="train")]
    assert [s.name for s in project.history()] == ["Split", "Add"]
    project.undo()
    assert project.items() == [facts]
    project.undo()
    assert project.items() == []


def test_facts_come_back_with_an_item_that_was_deleted(project: Project) -> None:
    item = Item(id=new_id(), path="a", media=Media.IMAGE)
    project.apply(Edit("Add", (Change(None, item),)))
    facts = replace(item, width=640, height=480)
    project.note_media([facts])
    project.apply(Edit("Delete", (Change(item, None),)))  # who did not look again
    assert project.items() == []
    project.undo()
    assert project.items() == [facts]


def test_facts_that_collide_are_refused(project: Project) -> None:
    a, b = (Item(id=new_id(), path=p, media=Media.IMAGE) for p in "ab")
    project.apply(Edit("Add", (Change(None, a), Change(None, b))))
    with pytest.raises(UserError):
        project.note_media([replace(a, path="b")])


def test_reading_only_makes_no_bulk(path: Path) -> None:
    create_project(path).close()
    with open_project(path, read_only=True) as project, pytest.raises(StoreError):
        project.bulk("Import")
