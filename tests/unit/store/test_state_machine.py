"""The store against a plain-Python model: any edits, in any order, by two people.

The model holds things as dicts of fields and knows nothing of rows. After every
step the project must hold what the model holds, and be sound.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from annolab.errors import Conflict
from annolab.model.annotation import Annotation, Annotator, AnnotatorKind, Relation
from annolab.model.edit import Change, Edit, Entity
from annolab.model.geometry import Track
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.model.schema import AttributeSpec, Entry, Label
from annolab.store.project import Project, create_project, open_project
from tests import strategies as some

Key = tuple[type, int]
Fields = dict[str, Any]
PEOPLE = ("anna", "bob")
FACTS = {
    *("root_id", "path", "media", "width", "height", "length", "rate"),
    *("digest", "size", "missing", "problem"),
}


def strict(value: Any) -> Any:
    """Equal only for equal values of equal types."""
    if isinstance(value, tuple):
        return tuple(map(strict, value))
    plain = value is None or isinstance(value, bool | int | float)
    return (type(value), value) if plain else value


def fields_of(thing: Entity) -> Fields:
    """A thing as what can change on its own; None and () are left out."""
    found: Fields = {}
    for each in fields(thing):
        value = getattr(thing, each.name)
        if each.name == "attributes":
            found |= {f"@{key}": strict(said) for key, said in value.items()}
        elif each.name == "geometry" and isinstance(value, Track):
            frames = [k.frame for k in value.keyframes]
            found["geometry"] = ("track", min(frames), max(frames))
            for k in value.keyframes:
                said = {key: strict(x) for key, x in k.attributes.items()}
                found[f"#{k.frame}"] = (k.geometry, k.outside, said)
        elif each.name == "geometry":
            found["geometry"] = (value, getattr(thing, "frame", None))
        elif value is not None and value != ():
            found[each.name] = value
    return found


@dataclass
class Step:
    """What an edit did, to each thing: the fields that differ; None: not there."""

    diffs: dict[Key, tuple[Fields | None, Fields | None]]
    inserted: set[Key] = field(default_factory=set)  # by a bulk edit
    merge_key: str | None = None


def difference(old: Fields | None, new: Fields | None) -> tuple[Any, Any]:
    if old is None or new is None:
        return old, new
    keys = {k for k in {*old, *new} if old.get(k) != new.get(k)}
    return {k: old.get(k) for k in keys}, {k: new.get(k) for k in keys}


class Model:
    """What the project should hold, and what each person can undo and redo."""

    def __init__(self) -> None:
        self.things: dict[Key, Entity] = {}
        self.fields: dict[Key, Fields] = {}
        self.done: dict[str, list[Step]] = {who: [] for who in PEOPLE}
        self.undone: dict[str, list[Step]] = {who: [] for who in PEOPLE}

    def holds(self, now: dict[Key, Fields]) -> bool:
        """Whether everything that is referred to is there, and names are unique."""
        ids = {id_ for _, id_ in now}
        referring = ("item_id", "annotator_id", "label_id", "tier_id", "parent_id")
        for thing in now.values():
            refs = [thing.get(name) for name in (*referring, "head_id", "tail_id")]
            if not {r for r in (*refs, *thing.get("tiers", ())) if r} <= ids:
                return False
        names = [
            (kind, *(f.get(n) for n in UNIQUE[kind]))
            for (kind, _), f in now.items()
            if kind in UNIQUE
        ]
        return len(names) == len(set(names))

    def go(self, step: Step, *, back: bool) -> bool:
        """Undo or redo a step; False when somebody else has changed it since."""
        now = dict(self.fields)
        if step.inserted and back and self._built_on(step):
            return False
        for key, (before, after) in step.diffs.items():
            old, new = (after, before) if back else (before, after)
            if not _stands(key, old, new, now.get(key)):
                return False
            if new is None:
                del now[key]
            elif old is None:
                now[key] = dict(new)
            else:
                whole = {**now[key], **new}
                now[key] = {k: v for k, v in whole.items() if v is not None}
        if not self.holds(now):
            return False
        if back:  # what a bulk edit made waits as it is: facts noted since stay
            made = {key: (None, self.fields[key]) for key in step.inserted}
            step.diffs.update(made)
        self.fields = now
        return True

    def _built_on(self, step: Step) -> bool:
        others = [s for steps in self.done.values() for s in steps if s is not step]
        return any(step.inserted & set(other.diffs) for other in others)


UNIQUE = {
    Item: ("root_id", "path"),
    Label: ("parent_id", "name"),
    AttributeSpec: ("owner", "label_id", "name"),
    Entry: ("key",),
}


def _stands(
    key: Key, old: Fields | None, new: Fields | None, now: Fields | None
) -> bool:
    """Whether a thing is still as a step left it, in all that the step changes."""
    if old is None or now is None:
        return old is None and now is None
    names: Iterable[str] = old
    if new is None:
        ignored = FACTS if key[0] is Item else set()
        names = {*old, *now} - ignored
    return all(old.get(name) == now.get(name) for name in names)


class StoreMachine(RuleBasedStateMachine):
    """Two people with one project each on one file, against the model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.path = self.folder / "test.annolab"
        self.model = Model()
        self.people: dict[str, Project] = {}

    def teardown(self) -> None:
        self.assert_sound()
        for project in self.people.values():
            project.close()
        left = list(self.folder.iterdir())
        rmtree(self.folder)
        assert left in ([], [self.path])

    @initialize(world=some.worlds(most=3))
    def start(self, world: some.World) -> None:
        self.people = {
            "anna": create_project(self.path, annotator="anna", schema=world.schema),
            "bob": open_project(self.path, annotator="bob"),
        }
        for project in self.people.values():
            project.merge_ms = 10**9
        self.remember()
        things: tuple[Entity, ...] = (
            *world.annotators,
            *world.items,
            *world.annotations,
            *world.relations,
        )
        self.apply("anna", Edit("Make", tuple(Change(None, t) for t in things)))

    # What the project holds ----------------------------------------------------

    def content(self, who: str = "anna") -> dict[Key, Entity]:
        project = self.people[who]
        items = project.items()
        schema = project._read_schema()
        found: list[Entity] = [
            *project.annotators(),
            *schema.labels,
            *schema.attributes,
            *schema.tiers,
            *project.entries(),
            *items,
            *project.iter_annotations(),
            *(r for item in items for r in project.relations(item.id)),
        ]
        return {(type(thing), thing.id): thing for thing in found}

    def remember(self) -> None:
        """What is in the project now is as it should be."""
        self.model.things = self.content()
        self.model.fields = {k: fields_of(t) for k, t in self.model.things.items()}

    @invariant()
    def project_is_model(self) -> None:
        if not self.people:
            return
        for who in PEOPLE:
            found = self.content(who)
            now = {k: fields_of(t) for k, t in found.items()}
            # Who works here is written with the first edit and stays.
            extra = {
                k
                for k in set(now) - set(self.model.fields)
                if k[0] is Annotator and now[k].get("name") in (*PEOPLE, "Import")
            }
            assert {k: f for k, f in now.items() if k not in extra} == self.model.fields
            for k in extra:
                self.model.fields[k] = now[k]
            self.model.things = found
        for who, project in self.people.items():
            done, undone = self.model.done[who], self.model.undone[who]
            assert (project.undo_step is not None) == bool(done)
            assert (project.redo_step is not None) == bool(undone)
        totals = self.people["anna"].totals()
        marks = [t for t in self.model.things.values() if isinstance(t, Annotation)]
        items = [t for t in self.model.things.values() if isinstance(t, Item)]
        assert (totals.items, totals.annotations) == (len(items), len(marks))
        rows = self.people["bob"].item_rows([item.id for item in items])
        assert [r.n_annotations for r in rows] == [
            sum(m.item_id == item.id for m in marks) for item in items
        ]

    def assert_sound(self) -> None:
        if self.people:
            assert self.people["anna"].check() == []

    # Edits ----------------------------------------------------------------------

    def apply(self, who: str, edit: Edit) -> None:
        """Apply an edit that must be accepted, to both."""
        before = dict(self.model.fields)
        after = dict(before)
        for change in edit.changes:
            key = type(change.entity), change.entity.id
            after.pop(key, None)
            if change.after is not None:
                after[key] = fields_of(change.after)
        self._follow(edit, before, after)
        told = self.people[who].apply(edit)
        keys = {k for k in {*before, *after} if before.get(k) != after.get(k)}
        assert bool(told.edit_id) == bool(keys)
        assert {k[1] for k in keys if k[0] is Annotation} == told.annotations
        assert {k[1] for k in keys if k[0] is Item} <= told.items
        self.model.fields = after
        diffs = {k: difference(before.get(k), after.get(k)) for k in keys}
        if keys:
            self._record(who, Step(diffs, merge_key=edit.merge_key))

    def _follow(
        self, edit: Edit, before: dict[Key, Fields], after: dict[Key, Fields]
    ) -> None:
        """What the store adds to an edit."""
        for (kind, id_), f in list(after.items()):
            ends = (f.get("head_id"), f.get("tail_id"))
            if kind is Relation and not all((Annotation, end) in after for end in ends):
                del after[kind, id_]
        said = {
            c.after.id
            for c in edit.changes
            if isinstance(c.before, Item)
            and isinstance(c.after, Item)
            and c.before.status != c.after.status
        }
        for change in edit.changes:
            mark = change.after
            if change.before is None and isinstance(mark, Annotation):
                item = after[Item, mark.item_id]
                maker = after.get((Annotator, mark.annotator_id))
                human = maker is None or maker["kind"] is AnnotatorKind.HUMAN
                new = item["status"] is Status.NEW and mark.item_id not in said
                if human and new:
                    after[Item, mark.item_id] = {**item, "status": Status.BEGUN}

    def _record(self, who: str, step: Step) -> None:
        done, undone = self.model.done[who], self.model.undone[who]
        joined = None
        if step.merge_key is not None and not undone and done:
            joined = _joined(done[-1], step)
        undone.clear()
        if joined is None:
            done.append(step)
        else:
            done[-1] = joined

    def world(self) -> some.World:
        def of(kind: type) -> tuple[Any, ...]:
            return tuple(t for t in self.model.things.values() if type(t) is kind)

        project = self.people["anna"]
        return some.World(
            project._read_schema(),
            of(Annotator),
            of(Item),
            of(Annotation),
            of(Relation),
        )

    @precondition(lambda self: any(k[0] is Item for k in self.model.fields))
    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def edit(self, who: str, data: st.DataObject) -> None:
        self.apply(who, data.draw(some.edits_on(self.world())))

    @precondition(lambda self: any(k[0] is Annotation for k in self.model.fields))
    @rule(
        who=st.sampled_from(PEOPLE),
        data=st.data(),
        key=st.sampled_from(["a", "b"]),
        shape=some.geometries(),
        z=st.none() | st.integers(0, 2),
    )
    def nudge(
        self, who: str, data: st.DataObject, key: str, shape: Any, z: int | None
    ) -> None:
        """Edits that may be joined."""
        marks = self.world().annotations
        mark = data.draw(st.sampled_from(marks[:2]))
        after = replace(mark, geometry=shape) if z is None else replace(mark, z=z)
        self.apply(who, Edit("Nudge", (Change(mark, after),), merge_key=key))

    @precondition(lambda self: any(k[0] is Item for k in self.model.fields))
    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def delete_item(self, who: str, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(self.world().items))
        before = dict(self.model.fields)
        self.people[who].apply(Edit("Remove", (Change(item, None),)))
        after = {
            k: f
            for k, f in before.items()
            if k != (Item, item.id) and f.get("item_id") != item.id
        }
        self.model.fields = after
        gone = {k: (f, None) for k, f in before.items() if k not in after}
        self._record(who, Step(gone))  # type: ignore[arg-type]

    @precondition(lambda self: any(k[0] is Annotation for k in self.model.fields))
    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def stale_edit(self, who: str, data: st.DataObject) -> None:
        mark = data.draw(st.sampled_from(self.world().annotations))
        stale = replace(mark, z=mark.z + 1)
        later = None if data.draw(st.booleans()) else replace(mark, z=mark.z + 2)
        new = Item(id=new_id(), path=f"{new_id()}", media=Media.TEXT)
        with pytest.raises(Conflict):
            self.people[who].apply(
                Edit("Stale", (Change(None, new), Change(stale, later)))
            )

    @precondition(lambda self: any(k[0] is Item for k in self.model.fields))
    @rule(who=st.sampled_from(PEOPLE), data=st.data(), width=st.integers(1, 9))
    def note_media(self, who: str, data: st.DataObject, width: int) -> None:
        item = data.draw(st.sampled_from(self.world().items))
        noted = replace(item, width=width, missing=width % 2 == 0)
        self.people[who].note_media([noted])
        self.model.fields[Item, item.id] = fields_of(noted)

    # Undo and redo --------------------------------------------------------------

    @rule(who=st.sampled_from(PEOPLE))
    def undo(self, who: str) -> None:
        self._walk(who, self.people[who].undo, back=True)

    @rule(who=st.sampled_from(PEOPLE))
    def redo(self, who: str) -> None:
        self._walk(who, self.people[who].redo, back=False)

    def _walk(self, who: str, move: Callable[[], object], *, back: bool) -> None:
        done, undone = self.model.done[who], self.model.undone[who]
        source, target = (done, undone) if back else (undone, done)
        if not source:
            assert move() is None
        elif self.model.go(source[-1], back=back):
            assert move() is not None
            target.append(source.pop())
        else:
            with pytest.raises(Conflict):
                move()

    @rule(who=st.sampled_from(PEOPLE))
    def undo_all(self, who: str) -> None:
        while self.model.done[who]:
            before = len(self.model.done[who])
            self.undo(who)
            if len(self.model.done[who]) == before:
                break

    # Bulk -------------------------------------------------------------------------

    @rule(
        who=st.sampled_from(PEOPLE),
        shapes=st.lists(some.geometries(), max_size=3),
        said=some.attributes(),
        data=st.data(),
        fails=st.booleans(),
    )
    def bulk(
        self, who: str, shapes: Any, said: Any, data: st.DataObject, fails: bool
    ) -> None:
        before = dict(self.model.fields)
        old = self.world().items
        added: list[Entity] = []
        changes: list[Change] = []
        try:
            with self.people[who].bulk("Import") as bulk:
                maker = fields_of(bulk.annotator)
                label = Label(id=bulk.new_id(), name=f"l{bulk.new_id()}", color="#fff")
                item = Item(
                    id=bulk.new_id(),
                    path=f"bulk {bulk.new_id()}",
                    media=Media.IMAGE,
                    attributes=said,
                )
                target = data.draw(st.sampled_from([item, *old]))
                added = [label, item]
                added += [
                    Annotation(
                        id=bulk.new_id(),
                        item_id=target.id,
                        annotator_id=bulk.annotator.id,
                        geometry=shape,
                        label_id=label.id,
                        attributes=said,
                    )
                    for shape in shapes
                ]
                for thing in added:
                    bulk.add(thing)
                if target is not item and data.draw(st.booleans()):
                    changed = replace(target, split="bulk", attributes=said)
                    changes.append(Change(target, changed))
                    bulk.change(target, changed)
                if fails:
                    bulk._flush()
                    raise ZeroDivisionError  # noqa: TRY301
        except ZeroDivisionError:
            return
        now = {**before, (Annotator, bulk.annotator.id): maker}
        self.model.fields[Annotator, bulk.annotator.id] = maker
        for thing in added:
            self.model.fields[type(thing), thing.id] = fields_of(thing)
        for change in changes:
            key = Item, change.entity.id
            self.model.fields[key] = fields_of(change.entity)
        after = self.model.fields
        keys = {k for k in after if now.get(k) != after[k]}
        diffs = {k: difference(now.get(k), after[k]) for k in keys}
        self.model.undone[who].clear()
        inserted = {(type(t), t.id) for t in added}
        self.model.done[who].append(Step(diffs, inserted))

    # Closing ----------------------------------------------------------------------

    @rule(who=st.sampled_from(PEOPLE))
    def reopen(self, who: str) -> None:
        self.people[who].close()
        self.people[who] = open_project(self.path, annotator=who)
        self.people[who].merge_ms = 10**9

    @rule()
    def close_both(self) -> None:
        self.assert_sound()
        for project in self.people.values():
            project.close()
        assert list(self.folder.iterdir()) == [self.path]
        for who in PEOPLE:
            self.people[who] = open_project(self.path, annotator=who)
            self.people[who].merge_ms = 10**9


def _joined(first: Step, then: Step) -> Step | None:
    if first.merge_key != then.merge_key or first.inserted:
        return None
    diffs = dict(first.diffs)
    for key, (before, after) in then.diffs.items():
        if before is None or after is None:
            return None
        old_before, old_after = diffs.get(key, ({}, {}))
        if old_after is None or old_before is None:
            return None
        if any(k in old_after and old_after[k] != v for k, v in before.items()):
            return None
        diffs[key] = ({**before, **old_before}, {**old_after, **after})
    return Step(diffs, merge_key=first.merge_key)


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_store_for_long() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        StoreMachine,
        settings=settings(
            max_examples=300,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
