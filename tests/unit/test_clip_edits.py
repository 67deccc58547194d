"""Tags and ratings of whole clips."""

from __future__ import annotations

from annolab import clip_edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Interval, Whole
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label

CLIP = Item(id=1, path="a.wav", media=Media.AUDIO)
SNORE = Label(id=10, name="snore", color="#ffb000")
COUGH = Label(id=11, name="cough", color="#56b4e9")


def tagged(label: Label, id_: int = 100) -> Annotation:
    return Annotation(
        id=id_, item_id=1, annotator_id=5, geometry=Whole(), label_id=label.id
    )


def labels_after(before: list[Annotation], edit: Edit) -> list[int | None]:
    held = {a.id: a for a in before}
    for change in edit.changes:
        for thing in (change.before, change.after):
            if isinstance(thing, Annotation):
                held.pop(thing.id, None)
        if isinstance(change.after, Annotation):
            held[change.after.id] = change.after
    return [a.label_id for a in held.values() if isinstance(a.geometry, Whole)]


def status_after(edit: Edit) -> Status | None:
    items = [c.after for c in edit.changes if isinstance(c.after, Item)]
    return items[0].status if items else None


def test_one_tag_takes_the_place_of_the_others_and_is_done() -> None:
    before = [tagged(SNORE), tagged(COUGH, 101)]
    edit = clip_edits.tag(CLIP, before, SNORE, 5)
    assert labels_after(before, edit) == [SNORE.id]
    assert status_after(edit) is Status.DONE
    assert edit.item_id == CLIP.id
    assert labels_after([], clip_edits.tag(CLIP, [], COUGH, 5)) == [COUGH.id]


def test_several_tags_are_put_on_and_taken_off() -> None:
    before = [tagged(SNORE)]
    on = clip_edits.tag(CLIP, before, COUGH, 5, several=True)
    assert sorted(labels_after(before, on)) == [SNORE.id, COUGH.id]  # type: ignore[type-var]
    assert status_after(on) is None
    off = clip_edits.tag(CLIP, before, SNORE, 5, several=True)
    assert labels_after(before, off) == []


def test_other_marks_are_left_alone() -> None:
    region = Annotation(
        id=7, item_id=1, annotator_id=5, geometry=Interval(0.0, 1.0), label_id=10
    )
    page = Annotation(
        id=8, item_id=1, annotator_id=5, geometry=Whole(), label_id=10, frame=0
    )
    edit = clip_edits.tag(CLIP, [region, page], COUGH, 5)
    touched = {c.entity.id for c in edit.changes}
    assert touched.isdisjoint({7, 8})


def test_a_rating_is_a_key_value_and_none_takes_it_away() -> None:
    (change,) = clip_edits.rate(CLIP, "rating", 4).changes
    rated = change.after
    assert isinstance(rated, Item)
    assert rated.attributes == {"rating": 4}
    assert rated.status is Status.DONE
    (change,) = clip_edits.rate(rated, "rating", None).changes
    assert isinstance(change.after, Item)
    assert change.after.attributes == {}
