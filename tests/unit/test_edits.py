"""The verbs: which changes they make, and what Undo calls them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.edit import Edit
from annolab.model.geometry import (
    GEOMETRIES,
    AttributeValue,
    Box,
    Ellipse,
    Instant,
    Interval,
    Keyframe,
    Points,
    Polygon,
    Span,
    Track,
    Whole,
)
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.model.schema import (
    AttributeSpec,
    Entry,
    Label,
    Owner,
    Schema,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)
from annolab.model.stack import Place
from tests import strategies as some

BOX = Annotation(id=1, item_id=7, annotator_id=5, geometry=Box(0, 0, 2, 2))
BOX2 = replace(BOX, id=2, geometry=Box(4, 4, 2, 2))
DISC = replace(BOX, id=3, geometry=Ellipse(1, 1, 2, 2), item_id=8)
TAG = replace(BOX, id=4, geometry=Whole())
ITEM = Item(id=7, path="a.png", media=Media.IMAGE)
ITEM2 = Item(id=8, path="b.png", media=Media.IMAGE)
CAR = Label(id=1, name="car", color="#ff0000")
VAN = Label(id=2, name="van", color="#00ff00", parent_id=1, position=1)
ARC = Relation(id=9, item_id=7, annotator_id=5, head_id=1, tail_id=2)


def after(edit: Edit) -> list[object]:
    return [change.after for change in edit.changes]


@pytest.mark.parametrize(
    ("annotations", "words"),
    [
        ([BOX], "box"),
        ([BOX, BOX2], "2 boxes"),
        ([BOX, DISC], "2 shapes"),
        ([BOX, TAG], "2 annotations"),
        ([TAG, TAG], "2 tags"),
        ([replace(BOX, geometry=Points.of([1, 1]))] * 2, "2 sets of points"),
        ([replace(BOX, geometry=Instant(1))], "time point"),
        ([replace(BOX, geometry=Track(()))] * 12, "12 tracks"),
    ],
)
def test_annotations_are_counted_in_words(
    annotations: list[Annotation], words: str
) -> None:
    assert edits.counted(annotations) == words


def test_every_kind_has_a_word() -> None:
    assert set(edits._WORDS) == GEOMETRIES


def test_add() -> None:
    edit = edits.add([BOX, BOX2])
    assert edit.name == "Add 2 boxes"
    assert edit.item_id == 7
    assert [change.before for change in edit.changes] == [None, None]
    assert after(edit) == [BOX, BOX2]
    assert edits.add([BOX], "Split box").name == "Split box"
    assert edits.add([BOX, DISC]).item_id is None


def test_delete_takes_the_relations_of_what_is_deleted() -> None:
    other = replace(ARC, id=10, head_id=3, tail_id=4)
    edit = edits.delete([BOX], [ARC, other])
    assert edit.name == "Delete box"
    assert [change.before for change in edit.changes] == [ARC, BOX]
    assert after(edit) == [None, None]


def test_replace_wants_pairs() -> None:
    with pytest.raises(ValueError, match="itself"):
        edits.replace([BOX], [BOX2], "x")
    with pytest.raises(ValueError, match="itself"):
        edits.replace([BOX], [replace(ARC, id=1)], "x")
    with pytest.raises(ValueError, match="shorter"):
        edits.replace([BOX, BOX2], [BOX], "x")


def test_what_does_not_change_is_left_out() -> None:
    edit = edits.set_locked([BOX, replace(BOX2, locked=True)], locked=True)
    assert after(edit) == [replace(BOX, locked=True)]
    assert edits.move([BOX], 0, 0).changes == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, True), (1, 1.0), (0.0, False), ((1, 2), (1.0, 2)), ("1", 1), (None, "")],
)
def test_a_value_of_another_type_is_a_change(
    old: AttributeValue, new: AttributeValue
) -> None:
    marked = replace(BOX, attributes={"a": old, "b": 1})
    (change,) = edits.set_attribute([marked], "a", new).changes
    assert isinstance(change.after, Annotation)
    assert repr(change.after.attributes["a"]) == repr(new)
    assert edits.set_attribute([marked], "a", old).changes == ()
    track = Track((Keyframe(0, Whole(), attributes={"a": old}),))
    other = Track((Keyframe(0, Whole(), attributes={"a": new}),))
    tracked = replace(BOX, geometry=track)
    assert len(edits.set_geometry(tracked, other).changes) == 1
    spec = AttributeSpec(id=1, owner=Owner.ITEM, name="a", default=old)
    assert len(edits.replace([spec], [replace(spec, default=new)], "x").changes) == 1


def test_set_geometry() -> None:
    edit = edits.set_geometry(BOX, Box(0, 0, 3, 2), merge_key="resize 1")
    assert edit == Edit(
        "Change box",
        edit.changes,
        item_id=7,
        merge_key="resize 1",
    )
    assert after(edit) == [replace(BOX, geometry=Box(0, 0, 3, 2))]
    assert edits.set_geometry(BOX, Box(0, 0, 3, 2), "Resize box").name == "Resize box"


def test_move() -> None:
    edit = edits.move([BOX, DISC], 3, -1, merge_key="m")
    assert edit.name == "Move 2 shapes"
    assert edit.merge_key == "m"
    assert after(edit) == [
        replace(BOX, geometry=Box(3, -1, 2, 2)),
        replace(DISC, geometry=Ellipse(4, 0, 2, 2)),
    ]


def test_relabel() -> None:
    edit = edits.relabel([BOX, BOX2], CAR)
    assert edit.name == "Label 2 boxes as car"
    assert after(edit) == [replace(BOX, label_id=1), replace(BOX2, label_id=1)]
    labelled = replace(BOX, label_id=1)
    assert edits.relabel([labelled], None).name == "Remove label of box"
    assert after(edits.relabel([labelled], None)) == [BOX]


def test_a_hostile_name_does_not_fill_the_menu() -> None:
    name = edits.relabel([BOX], replace(CAR, name="a\n\tb\x00 " + "x" * 999)).name
    assert name.startswith("Label box as a b xxx")
    assert len(name) < 60
    assert name.isprintable()


def test_set_text_locked_and_status() -> None:
    assert edits.set_text(BOX, "oh", merge_key="t").name == "Set text of box"
    assert after(edits.set_text(replace(BOX, text="oh"), "")) == [BOX]
    assert edits.set_locked([BOX], locked=True).name == "Lock box"
    locked = replace(BOX, locked=True)
    assert edits.set_locked([locked], locked=False).name == "Unlock box"
    names = {
        status: edits.set_status([BOX], status).name for status in AnnotationStatus
    }
    assert names == {
        AnnotationStatus.SUGGESTED: "Mark box as suggested",
        AnnotationStatus.PLAIN: "Reset status of box",
        AnnotationStatus.ACCEPTED: "Accept box",
        AnnotationStatus.REJECTED: "Reject box",
    }
    accepted = edits.set_status([BOX], AnnotationStatus.ACCEPTED)
    assert after(accepted) == [replace(BOX, status=AnnotationStatus.ACCEPTED)]


def test_group_and_ungroup() -> None:
    edit = edits.group([BOX, BOX2])
    grouped = [a for a in after(edit) if isinstance(a, Annotation)]
    assert edit.name == "Group 2 boxes"
    assert len({a.group_id for a in grouped}) == 1
    assert grouped[0].group_id is not None
    assert after(edits.ungroup(grouped)) == [BOX, BOX2]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (Place.FRONT, "Bring box to front"),
        (Place.FORWARD, "Bring box forward"),
        (Place.BACKWARD, "Send box backward"),
        (Place.BACK, "Send box to back"),
    ],
)
def test_restack(place: Place, name: str) -> None:
    stack = [TAG, BOX2, BOX]
    edit = edits.restack(stack, [2], place)
    assert edit.name == name
    new = {a.id: a for a in stack} | {
        a.id: a for a in after(edit) if isinstance(a, Annotation)
    }
    order = sorted(new.values(), key=lambda a: (a.z, a.id))
    expected = {
        Place.FRONT: [1, 4, 2],
        Place.FORWARD: [1, 4, 2],
        Place.BACKWARD: [2, 1, 4],
        Place.BACK: [2, 1, 4],
    }
    assert [a.id for a in order] == expected[place]


def test_paste() -> None:
    source = replace(
        BOX,
        label_id=3,
        group_id=50,
        score=0.5,
        status=AnnotationStatus.ACCEPTED,
        locked=True,
        source="{}",
        frame=4,
        text="t",
    )
    mate = replace(BOX2, group_id=50)
    alone = replace(TAG, group_id=51)
    edit = edits.paste([source, mate, alone], 8, 6, offset=(1, 2), frame=3)
    a, b, c = (x for x in after(edit) if isinstance(x, Annotation))
    assert edit.name == "Paste 3 annotations"
    assert edit.item_id == 8
    assert a == Annotation(
        id=a.id,
        item_id=8,
        annotator_id=6,
        geometry=Box(1, 2, 2, 2),
        label_id=3,
        group_id=a.group_id,
        text="t",
        frame=3,
    )
    assert len({a.id, b.id, c.id, 1, 2, 4}) == 6
    assert a.group_id == b.group_id != c.group_id
    assert {a.group_id, c.group_id}.isdisjoint({50, 51, None})


def test_duplicate_stays_on_its_frame() -> None:
    edit = edits.duplicate([replace(BOX, frame=4)], 6, offset=(1, 2))
    (copy,) = (x for x in after(edit) if isinstance(x, Annotation))
    assert edit.name == "Duplicate box"
    assert (copy.item_id, copy.frame, copy.annotator_id) == (7, 4, 6)
    assert copy.geometry == Box(1, 2, 2, 2)
    assert copy.group_id is None


def test_attributes_of_annotations_and_items() -> None:
    edit = edits.set_attribute([BOX, BOX2], "occluded", value=True, merge_key="k")
    assert edit.name == "Set occluded"
    assert edit.merge_key == "k"
    assert after(edit) == [
        replace(BOX, attributes={"occluded": True}),
        replace(BOX2, attributes={"occluded": True}),
    ]
    on_items = edits.set_attribute([ITEM, ITEM2], "weather", "rain")
    assert after(on_items)[1] == replace(ITEM2, attributes={"weather": "rain"})
    rainy = replace(ITEM, attributes={"weather": "rain", "night": False})
    removed = edits.remove_attribute([rainy, ITEM2], "weather")
    assert removed.name == "Remove weather"
    assert removed.item_id is None
    assert after(removed) == [replace(ITEM, attributes={"night": False})]


def test_attributes_of_an_edit_cannot_be_written() -> None:
    (made,) = after(edits.set_attribute([BOX], "a", 1))
    assert isinstance(made, Annotation)
    with pytest.raises(TypeError):
        made.attributes["a"] = 2  # type: ignore[index]


@pytest.mark.parametrize("key", ["", "  ", "\n"])
def test_an_attribute_needs_a_name(key: str) -> None:
    with pytest.raises(UserError, match="name"):
        edits.set_attribute([BOX], key, 1)


def test_items() -> None:
    edit = edits.set_item_status([ITEM, ITEM2], Status.DONE)
    assert edit.name == "Mark 2 items done"
    assert after(edit)[0] == replace(ITEM, status=Status.DONE)
    assert set(edits._ITEM_STATUS) == set(Status)
    assert edits.set_item_status([ITEM], Status.SKIPPED).item_id == 7
    assert edits.set_split([ITEM], "train").name == "Put item into train"
    trained = replace(ITEM, split="train")
    assert edits.set_split([trained], "").name == "Take item out of split"
    assert after(edits.set_split([trained], None)) == [ITEM]


def test_relations() -> None:
    assert edits.add_relations([ARC]).name == "Add relation"
    assert after(edits.add_relations([ARC])) == [ARC]
    edit = edits.delete_relations([ARC, replace(ARC, id=10)])
    assert edit.name == "Delete 2 relations"
    assert edit.item_id == 7
    assert after(edit) == [None, None]


SCHEMA = Schema(
    (CAR, VAN),
    (
        AttributeSpec(id=1, owner=Owner.ANNOTATION, name="doors", label_id=1),
        AttributeSpec(id=2, owner=Owner.ITEM, name="weather", position=1),
    ),
    (
        Tier(id=1, name="words", kind=TierKind.INTERVAL),
        Tier(id=2, name="phones", kind=TierKind.INTERVAL, parent_id=1, position=1),
    ),
)


def test_declare_puts_it_last() -> None:
    bus = Label(id=5, name="bus", color="#0000ff", skeleton=Skeleton(("a",)))
    edit = edits.declare(SCHEMA, bus)
    assert edit.name == "Add label bus"
    assert edit.item_id is None
    assert after(edit) == [replace(bus, position=2)]
    spec = AttributeSpec(id=5, owner=Owner.ITEM, name="city", type=ValueType.TEXT)
    assert edits.declare(SCHEMA, spec).name == "Add attribute city"
    tier = Tier(id=5, name="words", kind=TierKind.POINT)
    assert after(edits.declare(Schema(), tier)) == [tier]
    with pytest.raises(UserError, match="already a label called car"):
        edits.declare(SCHEMA, replace(bus, name="car"))


def test_redeclare() -> None:
    edit = edits.redeclare(SCHEMA, CAR, replace(CAR, color="#123456"))
    assert edit.name == "Change label car"
    renamed = edits.redeclare(SCHEMA, CAR, replace(CAR, name="auto"))
    assert renamed.name == "Rename label car to auto"
    assert after(renamed) == [replace(CAR, name="auto")]
    with pytest.raises(UserError, match="under itself"):
        edits.redeclare(SCHEMA, CAR, replace(CAR, parent_id=2))


def test_move_declared() -> None:
    edit = edits.move_declared(SCHEMA, VAN, 0)
    assert edit.name == "Move label van"
    assert after(edit) == [replace(VAN, position=0), replace(CAR, position=1)]
    assert edits.move_declared(SCHEMA, VAN, 1).changes == ()
    phones = SCHEMA.tiers[1]
    assert edits.move_declared(SCHEMA, phones, 0).name == "Move tier phones"


def test_delete_label() -> None:
    carried = replace(BOX, label_id=1)
    arc = replace(ARC, label_id=1)
    edit = edits.delete_label(
        SCHEMA, CAR, annotations=[carried, BOX2], relations=[arc, ARC]
    )
    assert edit.name == "Delete label car"
    assert [(c.before, c.after) for c in edit.changes] == [
        (carried, BOX),
        (arc, ARC),
        (VAN, replace(VAN, parent_id=None)),
        (SCHEMA.attributes[0], None),
        (CAR, None),
    ]
    moved = edits.delete_label(SCHEMA, CAR, annotations=[carried], replacement=VAN)
    assert moved.changes[0].after == replace(BOX, label_id=2)


def test_delete_attribute() -> None:
    spec = SCHEMA.attributes[1]
    assert edits.delete_spec(spec).name == "Delete attribute weather"
    assert [c.before for c in edits.delete_spec(spec).changes] == [spec]


def test_delete_tier() -> None:
    words, phones = SCHEMA.tiers
    word = replace(BOX, geometry=Interval(0, 1), tier_id=1)
    other = replace(BOX2, geometry=Interval(0, 1), tier_id=2)
    item = replace(ITEM, tiers=(2, 1))
    edit = edits.delete_tier(
        SCHEMA,
        words,
        annotations=[word, other],
        relations=[ARC],
        items=[item, ITEM2],
    )
    assert edit.name == "Delete tier words"
    assert [(c.before, c.after) for c in edit.changes] == [
        (ARC, None),
        (word, None),
        (item, replace(item, tiers=(2,))),
        (phones, replace(phones, parent_id=None)),
        (words, None),
    ]


def test_entries() -> None:
    made = edits.set_entry(None, "guidelines", '"be exact"')
    (change,) = made.changes
    assert made.name == "Change guidelines"
    assert change.before is None
    assert isinstance(change.after, Entry)
    entry = change.after
    assert (entry.key, entry.value) == ("guidelines", '"be exact"')
    changed = edits.set_entry(entry, "guidelines", '"fast"')
    assert after(changed) == [replace(entry, value='"fast"')]
    assert after(edits.set_entry(entry, "guidelines", None)) == [None]
    assert edits.set_entry(entry, "guidelines", entry.value).changes == ()
    assert edits.set_entry(None, "guidelines", None).changes == ()


@settings(max_examples=50)
@given(st.data())
def test_every_edit_is_named_and_pairs_up(data: st.DataObject) -> None:
    world = data.draw(some.worlds())
    edit = data.draw(some.edits_on(world))
    assert edit.name
    assert edit.name.isprintable()
    for change in edit.changes:
        assert change.entity in (change.before, change.after)
        if change.before is not None and change.after is not None:
            assert change.before.id == change.after.id


def test_copies_get_later_ids() -> None:
    first = new_id()
    marks = [
        replace(BOX, geometry=Span(((0, 1),))),
        replace(BOX2, geometry=Polygon(())),
    ]
    copies = [x for x in after(edits.duplicate(marks, 1)) if isinstance(x, Annotation)]
    assert [first < copy.id for copy in copies] == [True, True]


def test_removing_items_names_them() -> None:
    edit = edits.delete_items([ITEM, ITEM2])
    assert edit.name == "Remove 2 items"
    assert [(c.before, c.after) for c in edit.changes] == [(ITEM, None), (ITEM2, None)]
    assert edit.item_id == ITEM.id
    assert edits.delete_items([ITEM]).name == "Remove item"
    assert edits.delete_items([]).item_id is None


def test_a_key_value_accepts_a_suggestion() -> None:
    suggested = replace(BOX, status=AnnotationStatus.SUGGESTED)
    for edit in (
        edits.set_attribute([suggested, BOX2], "a", 1),
        edits.remove_attribute([replace(suggested, attributes={"a": 1}), BOX2], "a"),
    ):
        statuses = [x.status for x in after(edit) if isinstance(x, Annotation)]
        assert statuses[0] is AnnotationStatus.ACCEPTED
        assert set(statuses[1:]) <= {AnnotationStatus.PLAIN}
