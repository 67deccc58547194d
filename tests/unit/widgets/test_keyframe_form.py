"""Attributes of tracks: those of the whole track, and those of a frame."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from annolab import edits
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Keyframe, Track, Whole
from annolab.model.ids import new_id
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.model.tracks import (
    NUMBER,
    OCCLUDED,
    SCORE,
    attributes_at,
    keyframe_at,
)
from annolab.widgets.attribute_form import AttributeForm
from annolab.widgets.fields import Field
from tests.unit.widgets.film_bench import FilmBench

A, B = Box(20, 30, 40, 20), Box(60, 30, 40, 20)


@pytest.fixture
def form(film_bench: FilmBench) -> AttributeForm:
    """The form of the session of the film."""
    made = AttributeForm(film_bench.session)
    film_bench.qtbot.addWidget(made)
    made.show()
    return made


def choose(field: Field, text: str) -> None:
    box = field.findChild(QComboBox)
    assert box is not None
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def track_of(bench: FilmBench, id_: int) -> Track:
    held = bench.session.annotation(id_)
    assert held is not None
    assert isinstance(held.geometry, Track)
    return held.geometry


def test_a_track_has_both_groups(film_bench: FilmBench, form: AttributeForm) -> None:
    assert form.keyframe.isHidden()
    film_bench.track(Keyframe(0, A), Keyframe(10, B))
    assert list(form._fields) == ["make"]
    assert form.keyframe.keys() == [OCCLUDED, "pose"]
    assert not form.keyframe.isHidden()
    assert form.keyframe.title.text() == "At frame 0"
    assert form.keyframe.note.text() == "A keyframe."
    film_bench.go(7)
    assert form.keyframe.title.text() == "At frame 7"
    assert form.keyframe.note.isHidden()


def test_a_value_at_a_frame_is_a_keyframe_and_one_step(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    track = film_bench.track(Keyframe(0, A), Keyframe(10, B))
    film_bench.go(4)
    choose(form.keyframe.field("pose"), "left")
    held = track_of(film_bench, track.id)
    key = keyframe_at(held, 4)
    assert key is not None
    assert (key.geometry, key.attributes["pose"]) == (Box(36, 30, 40, 20), "left")
    assert film_bench.shown(track)[3] == Box(32, 30, 40, 20)
    assert "pose" not in attributes_at(held, 3)
    choose(form.keyframe.field("pose"), "right")
    assert attributes_at(track_of(film_bench, track.id), 5)["pose"] == "right"
    assert film_bench.frames(track) == [0, 4, 10]
    film_bench.session.undo()
    assert film_bench.stored() == [track]


def test_the_switch_of_what_hides_it(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    track = film_bench.track(Keyframe(0, A))
    film_bench.go(3)
    box = form.keyframe.field(OCCLUDED).findChild(QCheckBox)
    assert box is not None
    box.click()
    assert attributes_at(track_of(film_bench, track.id), 3)[OCCLUDED] is True
    film_bench.act("video.occluded")
    assert box.checkState() is Qt.CheckState.Unchecked


def test_what_the_program_found_is_told_and_then_a_persons(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    found = Keyframe(5, B, attributes={SCORE: 0.83})
    track = film_bench.track(Keyframe(0, A), found)
    film_bench.go(5)
    assert form.keyframe.note.text() == "Found by the program, 83% sure."
    assert form.keyframe.keys() == [OCCLUDED, "pose"]
    choose(form.keyframe.field("pose"), "left")
    assert attributes_at(track_of(film_bench, track.id), 5) == {"pose": "left"}


def test_where_it_is_not_seen_nothing_is_written(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    film_bench.track(Keyframe(0, A), Keyframe(5, A, outside=True))
    film_bench.go(8)
    assert not form.keyframe.field("pose").isEnabled()
    assert "Not seen" in form.keyframe.note.text()


def test_what_only_the_track_says_holds_at_its_frames(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    track = film_bench.track(Keyframe(0, A, attributes={"mood": "calm"}))
    said = replace(track, attributes={"pose": "left", "make": "Saab"})
    film_bench.project.apply(edits.replace([track], [said], "Say"))
    assert form.keyframe.keys() == [OCCLUDED, "pose", "mood"]
    box = form.keyframe.field("pose").findChild(QComboBox)
    assert box is not None
    assert box.currentText() == "left"
    assert list(form._fields) == ["make"]


def test_a_shape_on_a_frame_says_all_itself(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    shape = film_bench.put(A, 0)
    film_bench.session.select((shape.id,))
    assert list(form._fields) == ["make", "pose"]
    assert form.keyframe.isHidden()
    choose(form._fields["pose"], "left")
    assert film_bench.held(shape).attributes == {"pose": "left"}


def test_typing_at_a_frame_is_one_step(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    track = film_bench.track(Keyframe(0, A, attributes={"mood": ""}))
    steps = len(film_bench.project.history(100))
    line = form.keyframe.field("mood").findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, "calm")
    assert attributes_at(track_of(film_bench, track.id), 0)["mood"] == "calm"
    assert len(film_bench.project.history(100)) == steps + 1


def test_what_hides_a_track_is_asked_once(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    project = film_bench.project
    spec = AttributeSpec(
        id=new_id(), owner=Owner.ANNOTATION, name=OCCLUDED, type=ValueType.BOOL
    )
    project.apply(Edit("Declare", (Change(None, spec),)))
    shape = film_bench.put(A, 0)
    film_bench.session.select((shape.id,))
    assert OCCLUDED in form._fields
    track = film_bench.track(Keyframe(0, A), Keyframe(10, B))
    assert OCCLUDED not in form._fields
    assert form.keyframe.keys() == [OCCLUDED, "pose"]
    said = replace(track, attributes={OCCLUDED: True, NUMBER: 4})
    project.apply(edits.replace([track], [said], "Say"))
    assert OCCLUDED in form._fields
    assert NUMBER not in form._fields
    assert "#4" in form.head.title.full()


def test_nothing_hides_a_tag(film_bench: FilmBench, form: AttributeForm) -> None:
    spec = AttributeSpec(
        id=new_id(), owner=Owner.ANNOTATION, name=OCCLUDED, type=ValueType.BOOL
    )
    film_bench.project.apply(Edit("Declare", (Change(None, spec),)))
    tag = film_bench.put(Track((Keyframe(0, Whole()),)))
    film_bench.project.apply(
        edits.replace([tag], [replace(tag, label_id=None)], "Relabel")
    )
    film_bench.session.select((tag.id,))
    assert OCCLUDED not in form._fields
    assert form.keyframe.isHidden()


def test_a_click_leaves_the_keyboard_with_the_film(
    film_bench: FilmBench, form: AttributeForm
) -> None:
    film_bench.track(Keyframe(0, A))
    boxes = form.keyframe.findChildren(QCheckBox) + form.findChildren(QComboBox)
    assert len(boxes) >= 2
    for box in boxes:
        assert not box.focusPolicy() & Qt.FocusPolicy.ClickFocus
        assert box.focusPolicy() & Qt.FocusPolicy.TabFocus
