"""Applying, undoing and redoing edits."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from annolab import edits
from annolab.errors import Conflict, StoreError, UserError
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
    Relation,
)
from annolab.model.edit import Change, ChangeSet, Edit, Entity
from annolab.model.geometry import Box, Geometry, Keyframe, Polygon, Track
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Entry, Label, Owner, Schema, Tier, TierKind
from annolab.store.connection import check_identity
from annolab.store.project import Project, create_project, open_project
from tests import strategies as some


def make(*things: Entity) -> Edit:
    return Edit("Make", tuple(Change(None, thing) for thing in things))


def an_item(path: str = "a.jpg", **fields: Any) -> Item:
    return Item(id=new_id(), path=path, media=Media.IMAGE, **fields)


def a_box(project: Project, item: Item, **fields: Any) -> Annotation:
    geometry = fields.pop("geometry", Box(1, 2, 3, 4))
    return Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=project.annotator.id,
        geometry=geometry,
        **fields,
    )


def a_label(name: str = "car", **fields: Any) -> Label:
    return Label(id=new_id(), name=name, color="#ffb000", **fields)


def change(before: Entity, after: Entity, key: str | None = None) -> Edit:
    return Edit("Change", (Change(before, after),), merge_key=key)


def test_what_is_applied_is_there(project: Project) -> None:
    item, label = an_item(), a_label()
    box = a_box(project, item, label_id=label.id)
    told = project.apply(make(item, label, box))
    assert project.item(item.id) == replace(item, status=Status.BEGUN)
    assert project.annotations(item.id) == [box]
    assert project.annotation(box.id) == box
    assert project.schema.labels == (label,)
    assert told.items == {item.id}
    assert told.annotations == {box.id}
    assert told.schema_changed


def test_an_edit_is_there_after_reopening(path: Path) -> None:
    item = an_item()
    with create_project(path) as project:
        project.apply(make(item))
    with open_project(path) as project:
        assert project.items() == [item]
        project.undo()
    with open_project(path) as project:
        assert project.items() == []
        project.redo()
        assert project.items() == [item]
        assert project.undo_step is not None


def test_an_edit_without_changes_is_none(project: Project) -> None:
    item = an_item()
    project.apply(make(item))
    told: list[ChangeSet] = []
    project.subscribe(told.append)
    assert project.apply(Edit("Nothing", ())).edit_id == 0
    assert project.apply(change(item, item)).edit_id == 0
    assert told == []
    assert len(project.history()) == 1


def test_undo_and_redo_walk_the_whole_history(project: Project) -> None:
    item = an_item()
    project.apply(make(item))
    states = [item]
    for n in range(5):
        after = replace(states[-1], split=f"split {n}")
        project.apply(change(states[-1], after))
        states.append(after)
    for state in reversed(states[:-1]):
        project.undo()
        assert project.item(item.id) == state
    project.undo()
    assert project.items() == []
    assert project.undo() is None
    assert project.undo_step is None
    for state in states:
        project.redo()
        assert project.item(item.id) == state
    assert project.redo() is None


def test_steps_tell_name_and_item_for_the_jump(project: Project) -> None:
    item = an_item()
    project.apply(make(item))
    told = project.apply(edits.add([a_box(project, item)], "Draw box"))
    step = project.undo_step
    assert step is not None
    assert (step.edit_id, step.name, step.item_id) == (
        told.edit_id,
        "Draw box",
        item.id,
    )
    undone = project.undo("initiator")
    assert undone is not None
    assert undone.item_id == item.id
    assert undone.initiator == "initiator"
    assert project.redo_step == replace(step, done=False)
    assert [s.name for s in project.history()] == ["Draw box", "Make"]


def test_a_new_edit_ends_redo(project: Project) -> None:
    project.apply(make(an_item("a")))
    project.undo()
    project.apply(make(an_item("b")))
    assert project.redo() is None
    assert [step.name for step in project.history()] == ["Make"]


def test_the_history_is_in_order_whatever_the_clock_says(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.apply(make(an_item("a")))
    monkeypatch.setattr("annolab.store.history.new_id", lambda: 5)
    project.apply(make(an_item("b")))
    project.undo()
    assert [item.path for item in project.items()] == ["a"]


# What follows from an edit ---------------------------------------------------


def test_the_first_mark_by_a_person_begins_an_item(project: Project) -> None:
    item = an_item()
    model = Annotator(new_id(), "detector", AnnotatorKind.MODEL)
    project.apply(make(item, model))
    project.apply(make(replace(a_box(project, item), annotator_id=model.id)))
    assert project.items()[0].status is Status.NEW
    project.apply(make(a_box(project, item)))
    assert project.items()[0].status is Status.BEGUN
    project.undo()
    assert project.items()[0].status is Status.NEW


def test_a_judged_suggestion_begins_an_item(project: Project) -> None:
    item = an_item()
    rule = Annotator(new_id(), "terms", AnnotatorKind.RULE)
    box = replace(a_box(project, item), annotator_id=rule.id)
    box = replace(box, status=AnnotationStatus.SUGGESTED)
    project.apply(make(item, rule, box))
    assert project.items()[0].status is Status.NEW
    after = replace(box, status=AnnotationStatus.REJECTED)
    project.apply(edits.replace([box], [after], "Reject"))
    assert project.items()[0].status is Status.BEGUN
    project.undo()
    assert project.items()[0].status is Status.NEW


def test_a_finished_item_stays_finished(project: Project) -> None:
    item = an_item(status=Status.DONE)
    project.apply(make(item))
    project.apply(make(a_box(project, item)))
    assert project.items()[0].status is Status.DONE


def test_deleting_a_mark_deletes_its_relations(project: Project) -> None:
    item = an_item()
    a, b = a_box(project, item), a_box(project, item)
    arc = Relation(
        id=new_id(),
        item_id=item.id,
        annotator_id=project.annotator.id,
        head_id=a.id,
        tail_id=b.id,
        attributes={"certain": True},
    )
    project.apply(make(item, a, b, arc))
    assert project.relations(item.id) == [arc]
    told = project.apply(edits.delete([a]))
    assert told.relations == {arc.id}
    assert project.relations(item.id) == []
    project.undo()
    assert project.relations(item.id) == [arc]
    assert project.annotations(item.id) == [a, b]


def test_deleting_an_item_deletes_what_is_on_it(project: Project) -> None:
    item, tier = an_item(), Tier(id=new_id(), name="words", kind=TierKind.INTERVAL)
    item = replace(item, tiers=(tier.id,), attributes={"day": 3})
    box = a_box(project, item, attributes={"hidden": False})
    project.apply(make(tier, item, box))
    now = project.items()[0]
    project.apply(Edit("Remove", (Change(now, None),)))
    assert project.items() == []
    assert project.annotation(box.id) is None
    assert project.totals().annotations == 0
    project.undo()
    assert project.items() == [now]
    assert project.annotations(item.id) == [box]
    assert project.totals().annotations == 1
    assert project.check() == []


def test_totals_are_counted_along(project: Project) -> None:
    a, b, label = an_item("a"), an_item("b"), a_label()
    boxes = [a_box(project, a, label_id=label.id), a_box(project, b)]
    project.apply(make(a, b, label, *boxes))
    totals = project.totals()
    assert (totals.items, totals.annotations) == (2, 2)
    assert totals.by_label == {label.id: 1, None: 1}
    assert totals.by_status == {Status.BEGUN: 2}
    assert totals.by_annotator == {project.annotator.id: 2}
    project.apply(change(boxes[1], replace(boxes[1], label_id=label.id, item_id=a.id)))
    assert project.totals().by_label == {label.id: 2}
    assert [row.n_annotations for row in project.item_rows([a.id, b.id])] == [2, 0]
    while project.undo():
        pass
    assert project.totals().annotations == 0
    assert project.check() == []


def test_the_schema_is_renewed(project: Project) -> None:
    second, first = a_label("b", position=1), a_label("a", position=0)
    tier = Tier(id=new_id(), name="words", kind=TierKind.INTERVAL)
    project.apply(make(second, first, tier))
    project.apply(make(Entry(new_id(), "guidelines", '"Be exact."')))
    assert project.schema == Schema((first, second), (), (tier,), "Be exact.")
    project.undo()
    assert project.schema.guidelines == ""


# What is refused -------------------------------------------------------------


def test_a_stale_edit_is_refused_and_nothing_is_written(project: Project) -> None:
    item = an_item()
    box = a_box(project, item)
    project.apply(make(item, box))
    moved = replace(box, geometry=Box(5, 5, 5, 5))
    project.apply(change(box, moved))
    other = a_box(project, item)
    late = replace(box, geometry=Box(9, 9, 9, 9))
    with pytest.raises(Conflict, match=r"An annotation on “a.jpg” .*position or shape"):
        project.apply(Edit("Late", (Change(None, other), Change(box, late))))
    assert project.annotations(item.id) == [moved]
    assert len(project.history()) == 2
    assert project.check() == []


def test_only_what_an_edit_changes_must_be_as_it_was(project: Project) -> None:
    item = an_item()
    project.apply(make(item))
    project.apply(change(item, replace(item, split="train")))
    project.apply(change(item, replace(item, status=Status.DONE)))
    assert project.items() == [replace(item, split="train", status=Status.DONE)]


def test_deleting_asks_for_the_whole_thing_as_it_is(project: Project) -> None:
    item = an_item()
    box = a_box(project, item)
    project.apply(make(item, box))
    project.apply(change(box, replace(box, text="read me")))
    with pytest.raises(Conflict, match="text"):
        project.apply(edits.delete([box]))


def test_deleting_or_changing_what_is_gone_is_refused(project: Project) -> None:
    item = an_item()
    box = a_box(project, item)
    project.apply(make(item, box))
    project.apply(edits.delete([box]))
    with pytest.raises(Conflict, match="no longer there"):
        project.apply(edits.delete([box]))
    with pytest.raises(Conflict, match="no longer there"):
        project.apply(change(box, replace(box, z=1)))
    with pytest.raises(Conflict, match="there already"):
        project.apply(make(item))


def test_negative_zero_is_not_a_conflict(project: Project) -> None:
    item = an_item()
    polygon = Polygon.of([0.0, 0.0, 5.0, 0.0, 5.0, 5.0])
    negative = Polygon.of([-0.0, 0.0, 5.0, 0.0, 5.0, 5.0])
    box = a_box(project, item, geometry=polygon)
    project.apply(make(item, box))
    stale = replace(box, geometry=negative)
    moved = replace(box, geometry=Polygon.of([1, 1, 5, 0, 5, 5]))
    project.apply(change(stale, moved))
    assert project.annotation(box.id) == moved


@pytest.mark.parametrize(
    ("geometry", "match"),
    [
        (Box(float("nan"), 0, 1, 1), "coordinate"),
        (Polygon.of([0, 0, 1, 1]), "3 points"),
        (Track(()), "keyframe"),
    ],
)
def test_a_shape_that_is_none_is_refused(
    project: Project, geometry: Geometry, match: str
) -> None:
    item = an_item()
    project.apply(make(item))
    with pytest.raises(UserError, match=match):
        project.apply(make(a_box(project, item, geometry=geometry)))


def test_what_refers_to_nothing_is_refused(project: Project) -> None:
    item = an_item()
    with pytest.raises(UserError):
        project.apply(make(a_box(project, item)))
    project.apply(make(item))
    with pytest.raises(UserError):
        project.apply(make(a_box(project, item, label_id=5)))
    assert project.totals().annotations == 0


def test_two_of_one_name_are_refused(project: Project) -> None:
    project.apply(make(an_item("a"), a_label("car")))
    for thing in (an_item("a"), a_label("car")):
        with pytest.raises(UserError):
            project.apply(make(thing))


def test_a_label_in_use_is_not_deleted(project: Project) -> None:
    item, label = an_item(), a_label()
    project.apply(make(item, label, a_box(project, item, label_id=label.id)))
    with pytest.raises(UserError):
        project.apply(Edit("Delete", (Change(label, None),)))
    assert project.schema.labels == (label,)


@pytest.mark.parametrize(
    "fields",
    [
        {"attributes": {"a": [1]}},
        {"width": 1 << 64},
        {"length": float("nan")},
        {"priority": float("inf")},
    ],
)
def test_what_does_not_fit_is_refused(project: Project, fields: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        project.apply(make(an_item(**fields)))
    assert project.items() == []


def test_undo_is_refused_when_somebody_changed_it_since(path: Path) -> None:
    item = an_item()
    with create_project(path, annotator="anna") as anna:
        anna.apply(make(item))
        train = replace(item, split="train")
        anna.apply(change(item, train))
        with open_project(path, annotator="bob") as bob:
            assert bob.undo() is None
            bob.apply(change(train, replace(train, split="val")))
        with pytest.raises(Conflict, match=r"“Change” cannot be undone: .*split"):
            anna.undo()
        with open_project(path, annotator="bob") as bob:
            bob.undo()
        anna.undo()
        assert anna.items() == [item]


def test_undo_of_a_new_thing_is_refused_when_somebody_built_on_it(path: Path) -> None:
    item = an_item()
    with create_project(path, annotator="anna") as anna:
        anna.apply(make(item))
        with open_project(path, annotator="bob") as bob:
            box = a_box(bob, item)
            bob.apply(make(box))
        with pytest.raises(Conflict, match="cannot be undone"):
            anna.undo()
        assert anna.annotations(item.id) == [box]


# Joining ---------------------------------------------------------------------


def test_edits_with_one_merge_key_are_one_step(project: Project) -> None:
    item = an_item()
    box = a_box(project, item, attributes={"a": 1})
    project.apply(make(item, box))
    now = box
    for n in range(1, 6):
        after = replace(now, geometry=Box(n, 0, 1, 1), z=n)
        project.apply(change(now, after, "nudge"))
        now = after
    assert len(project.history()) == 2
    project.undo()
    assert project.annotation(box.id) == box
    project.redo()
    assert project.annotation(box.id) == now


def test_joining_goes_on_over_what_the_step_has_made(project: Project) -> None:
    item = an_item()
    project.apply(make(item))
    box = a_box(project, item)
    project.apply(Edit("Type", (Change(None, box),), merge_key="k"))
    typed = replace(box, text="ab", attributes={"n": 1})
    project.apply(change(box, typed, "k"))
    done = replace(typed, text=None)
    project.apply(change(typed, done, "k"))
    assert len(project.history()) == 2
    project.undo()
    assert project.annotations(item.id) == []
    project.redo()
    assert project.annotations(item.id) == [done]


@pytest.mark.parametrize("why", ["key", "time", "undo", "no key"])
def test_edits_are_not_joined(project: Project, why: str) -> None:
    a, b, c = (an_item(status=Status(n)) for n in range(3))
    b, c = replace(b, id=a.id), replace(c, id=a.id)
    project.apply(make(a))
    project.apply(change(a, b, None if why == "no key" else "k"))
    if why == "time":
        project.merge_ms = -1
    if why == "undo":
        project.apply(make(an_item("b")))
        project.undo()
    project.apply(change(b, c, {"key": "other", "no key": None}.get(why, "k")))
    assert len(project.history()) == 3
    project.undo()
    assert project.items() == [b]


def test_an_edit_of_somebody_else_in_between_is_not_swallowed(path: Path) -> None:
    a, b, c, d = (an_item(split=str(n)) for n in range(4))
    b, c, d = (replace(x, id=a.id) for x in (b, c, d))
    with create_project(path, annotator="anna") as anna:
        anna.apply(make(a))
        anna.apply(change(a, b, "k"))
        with open_project(path, annotator="bob") as bob:
            bob.apply(change(b, c))
        anna.apply(change(c, d, "k"))
        anna.undo()
        assert anna.items() == [c]


# Telling ---------------------------------------------------------------------


def test_listeners_are_told_after_the_commit(project: Project) -> None:
    told: list[tuple[ChangeSet, int]] = []
    end = project.subscribe(lambda c: told.append((c, len(project.items()))))
    me = object()
    changes = project.apply(make(an_item()), me)
    assert told == [(changes, 1)]
    assert changes.initiator is me
    project.undo()
    assert len(told) == 2
    end()
    project.redo()
    assert len(told) == 2


def test_a_closed_project_says_so(path: Path) -> None:
    project = create_project(path)
    project.close()
    project.close()
    with pytest.raises(StoreError, match="closed"):
        project.apply(make(an_item()))
    with pytest.raises(StoreError, match="closed"):
        project.items()


# Everything comes back -------------------------------------------------------

slow_tests = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@slow_tests
@given(some.worlds())
def test_a_world_comes_back(tmp_path: Path, world: some.World) -> None:
    path = tmp_path / f"{new_id()}.annolab"
    with create_project(path, schema=world.schema) as project:
        project.apply(
            make(*world.annotators, *world.items, *world.annotations, *world.relations)
        )
        before = project.items()
    with open_project(path) as project:
        assert project.schema == world.schema
        assert {a.id: a for a in project.iter_annotations()} == {
            a.id: a for a in world.annotations
        }
        assert project.items() == before
        project.undo()
        assert project.items() == []
        assert project.check() == []
        project.redo()
        assert project.items() == before
        assert list(project.iter_annotations()) == sorted(
            world.annotations, key=lambda a: a.id
        )


def test_a_type_is_kept_and_its_change_is_an_edit(project: Project) -> None:
    item = an_item(attributes={"a": True, "b": 1, "c": 1.0, "d": None})
    project.apply(make(item))
    types = {k: type(v) for k, v in project.items()[0].attributes.items()}
    assert types == {"a": bool, "b": int, "c": float, "d": type(None)}
    after = replace(item, attributes={**item.attributes, "a": 1})
    assert project.apply(change(item, after)).edit_id
    assert type(project.items()[0].attributes["a"]) is int


def test_strange_texts_are_kept(project: Project) -> None:
    names = ["\0a", "a\0", "\ud800", "\udcff.jpg", "\U0010ffff", "'; DROP TABLE items"]
    things = [an_item(name, split=name, attributes={name: name}) for name in names]
    label = a_label("\ud800", source="\udcff")
    project.apply(make(*things, label))
    assert sorted(project.items(), key=lambda i: i.id) == things
    assert project.schema.labels == (label,)
    assert sorted(project.keys(Owner.ITEM)) == sorted(names)
    for item in things:
        assert project.item_at(0, item.path) == item


def test_numbers_of_numpy_are_kept(project: Project) -> None:
    item = an_item()
    box = a_box(project, item, z=np.int64(3), frame=np.int32(2), score=np.float32(0.5))
    project.apply(make(item, box))
    fields: dict[str, Any] = {"z": np.int64(4)}
    project.apply(change(box, replace(box, **fields)))
    project.undo()
    back = project.annotation(box.id)
    assert back == box
    assert back is not None
    assert type(back.z) is int


def test_a_track_stores_only_the_keyframes_that_change(project: Project) -> None:
    item = an_item()
    frames = tuple(Keyframe(n, Box(n, 0, 1, 1)) for n in range(50))
    track = a_box(project, item, geometry=Track(frames))
    project.apply(make(item, track))
    moved = Keyframe(7, Box(9, 9, 9, 9), True, MappingProxyType({"seen": "half"}))
    after = replace(track, geometry=Track((*frames[:7], moved, *frames[8:])))
    project.apply(change(track, after))
    assert project.annotation(track.id) == after
    rows = project._all("SELECT before, after FROM changes ORDER BY edit_id DESC")
    assert max(map(len, rows[0])) < 200
    assert project.keys(Owner.KEYFRAME) == ["seen"]
    project.undo()
    assert project.annotation(track.id) == track


def test_keyframes_come_and_go(project: Project) -> None:
    item = an_item()
    frames = tuple(Keyframe(n, Box(n, 0, 1, 1)) for n in range(4))
    states = [
        a_box(project, item, geometry=Track(frames)),
        a_box(project, item, geometry=Track(frames[1:3])),
        a_box(project, item, geometry=Box(0, 0, 1, 1)),
        a_box(project, item, geometry=Track((frames[0], frames[3]))),
    ]
    states = [replace(state, id=states[0].id) for state in states]
    project.apply(make(item, states[0]))
    for before, after in pairwise(states):
        project.apply(change(before, after))
        kept = project._all("SELECT frame FROM keyframes ORDER BY frame")
        track = after.geometry
        shown = track.keyframes if isinstance(track, Track) else ()
        assert [frame for (frame,) in kept] == [k.frame for k in shown]
    for state in reversed(states[:-1]):
        project.undo()
        assert project.annotation(states[0].id) == state
    for state in states[1:]:
        project.redo()
        assert project.annotation(states[0].id) == state


def test_the_file_says_what_it_is(path: Path, project: Project) -> None:
    assert check_identity(project._reader, path) == 1 << 16
