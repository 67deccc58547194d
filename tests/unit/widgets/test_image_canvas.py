"""The image canvas with a real project, real mouse events and real keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.gestures import Size
from annolab.model import mask as masks
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import (
    Box,
    Ellipse,
    Geometry,
    Keyframe,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Track,
    Whole,
)
from annolab.model.ids import new_id
from annolab.store.project import open_project
from annolab.widgets.shape_touch import tip_of
from tests.canvas_bench import (
    ALT,
    CAR,
    CTRL,
    HEIGHT,
    LEFT,
    NONE,
    PERSON,
    POSE,
    SHIFT,
    WIDTH,
    Bench,
    Place,
    bench_in,
    close,
)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_in(tmp_path, qtbot)


def test_label_first_then_drag(bench: Bench) -> None:
    bench.session.pick_label(CAR)
    bench.act("box")
    bench.drag((50, 60), (150, 160))
    (annotation,) = bench.stored()
    assert close(annotation.geometry, Box(50, 60, 100, 100))
    assert annotation.label_id == CAR.id
    assert annotation.annotator_id == bench.project.annotator.id
    assert bench.session.selection == (annotation.id,)
    assert [edit.name for edit in bench.edits] == ["Add box"]


def test_shape_first_then_label(bench: Bench) -> None:
    bench.act("box")
    bench.drag((50, 60), (150, 160))
    assert bench.stored()[0].label_id is None
    bench.session.pick_label(PERSON)
    assert bench.stored()[0].label_id == PERSON.id
    assert bench.project.undo_step is not None
    assert bench.project.undo_step.name == "Label box as person"


def test_a_label_key_between_two_boxes_is_for_the_next(bench: Bench) -> None:
    bench.act("box")
    bench.session.pick_label(PERSON)
    bench.drag((50, 60), (100, 110))
    bench.session.pick_label(CAR)
    bench.drag((150, 60), (200, 110))
    assert [a.label_id for a in bench.stored()] == [PERSON.id, CAR.id]


def test_with_the_select_tool_a_label_key_changes_the_selection(bench: Bench) -> None:
    box = bench.put(Box(10, 10, 50, 50))
    bench.session.select([box.id])
    bench.session.pick_label(CAR)
    assert bench.stored()[0].label_id == CAR.id


def test_what_was_drawn_is_there_after_opening_again(
    bench: Bench, tmp_path: Path
) -> None:
    bench.act("box")
    bench.drag((50, 60), (150, 160))
    bench.act("polygon")
    bench.click((200, 50), (300, 50), (300, 150))
    bench.act("finish", "ellipse")
    bench.drag((30, 200), (90, 260))
    before = bench.stored()
    assert len(before) == 3
    bench.session.set_project(None)
    with_file = open_project(tmp_path / "p.annolab")
    assert with_file.annotations(bench.items[0].id) == before
    with_file.close()


def test_polygon_with_a_hole(bench: Bench) -> None:
    bench.act("polygon")
    bench.click((100, 50), (300, 50), (300, 250), (100, 250), (100, 50))
    bench.act("hole")
    bench.click((150, 100), (250, 100))
    bench.double_click((200, 200))
    (shape,) = bench.shapes()
    assert isinstance(shape, Polygon)
    assert [len(ring) for ring in shape.rings] == [4, 3]
    assert bench.edits[-1].name == "Cut hole into polygon"
    bench.project.undo()
    (shape,) = bench.shapes()
    assert isinstance(shape, Polygon)
    assert len(shape.rings) == 1


def test_a_hole_outside_of_any_polygon_says_so(bench: Bench) -> None:
    bench.act("hole")
    bench.click((10, 10), (50, 10), (50, 50))
    bench.act("finish")
    assert bench.problems == ["Draw the hole inside a polygon."]
    assert not bench.edits


def test_polyline_points_and_rotated_box(bench: Bench) -> None:
    bench.act("polyline")
    bench.click((20, 20), (60, 60), (100, 20))
    bench.act("back", "finish", "points")
    bench.click((200, 200))
    bench.act("rotated_box")
    bench.drag((100, 100), (200, 100))
    bench.click((150, 150))
    line, point, rotated = bench.shapes()
    assert close(line, Polyline.of([(20, 20), (60, 60)]))
    assert close(point, Points.of([(200, 200)]))
    assert close(rotated, RotatedBox(150, 125, 100, 50, 0))


def test_keypoints_of_a_skeleton(bench: Bench) -> None:
    bench.session.pick_label(POSE)
    bench.act("points")
    bench.click((20, 20))
    bench.click((40, 40), held=ALT)
    bench.click((60, 60))
    (shape,) = bench.shapes()
    assert isinstance(shape, Points)
    assert shape.visibility == (2, 1, 2)
    bench.act("select")
    bench.click((60, 60), held=ALT)
    (shape,) = bench.shapes()
    assert isinstance(shape, Points)
    assert shape.visibility == (2, 1, 1)


def test_a_box_is_moved_and_stays_selected(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    bench.drag((100, 80), (150, 100))
    assert close(bench.shapes()[0], Box(100, 70, 100, 60))
    assert bench.session.selection == (box.id,)
    assert bench.edits[-1].name == "Move box"


def test_a_box_is_resized_by_a_handle(bench: Bench) -> None:
    bench.put(Box(50, 50, 100, 60))
    bench.click((100, 80))
    bench.drag((150, 110), (200, 150))
    assert close(bench.shapes()[0], Box(50, 50, 150, 100))
    assert bench.edits[-1].name == "Resize box"


def test_a_point_is_moved_inserted_and_deleted(bench: Bench) -> None:
    polygon = bench.put(Polygon.of([(100, 100), (200, 100), (200, 200)]))
    bench.session.select([polygon.id])

    def ring() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        (shape,) = bench.shapes()
        assert isinstance(shape, Polygon)
        return shape.rings[0]

    bench.drag((100, 100), (80, 60))
    assert np.allclose(ring()[0], (80, 60), atol=0.6)
    bench.double_click((200, 130))
    assert len(ring()) == 4
    bench.click((200, 130), held=ALT)
    assert len(ring()) == 3
    bench.drag((200, 150), (250, 150))
    assert len(ring()) == 4
    assert [edit.name for edit in bench.edits] == [
        "Move point of polygon",
        "Add point to polygon",
        "Delete point of polygon",
        "Add point to polygon",
    ]


def test_backspace_deletes_the_clicked_point_and_arrows_move_it(bench: Bench) -> None:
    polygon = bench.put(Polygon.of([(100, 100), (200, 100), (200, 200), (100, 200)]))
    bench.session.select([polygon.id])
    bench.click((100, 100))
    bench.act("left")
    (shape,) = bench.shapes()
    assert isinstance(shape, Polygon)
    assert shape.rings[0][0].tolist() == [99, 100]
    bench.act("back")
    (shape,) = bench.shapes()
    assert isinstance(shape, Polygon)
    assert len(shape.rings[0]) == 3


def test_the_smallest_shape_is_selected_and_shift_adds(bench: Bench) -> None:
    large = bench.put(Box(10, 10, 300, 250))
    small = bench.put(Box(100, 100, 50, 50), z=-1)
    bench.click((120, 120))
    assert list(bench.session.selection) == [small.id]
    bench.click((30, 30), held=SHIFT)
    assert set(bench.session.selection) == {small.id, large.id}
    bench.click((30, 30), held=SHIFT)
    assert list(bench.session.selection) == [small.id]
    bench.click((380, 290))
    assert not bench.session.selection


def test_tab_goes_through_what_lies_under_the_pointer(bench: Bench) -> None:
    large = bench.put(Box(10, 10, 300, 250))
    small = bench.put(Box(100, 100, 50, 50))
    other = bench.put(Box(350, 250, 20, 20))
    bench.click((120, 120))
    bench.act("next_shape")
    assert bench.session.selection == (large.id,)
    bench.act("next_shape")
    assert bench.session.selection == (small.id,)
    bench.move((380, 10))
    bench.act("next_shape")
    assert bench.session.selection == (other.id,)
    bench.act("next_shape")
    assert bench.session.selection == (large.id,)


def test_a_band_selects_what_it_touches_and_the_selection_moves_together(
    bench: Bench,
) -> None:
    one = bench.put(Box(50, 50, 30, 30))
    two = bench.put(Ellipse(150, 60, 20, 20))
    bench.put(Box(300, 200, 30, 30))
    bench.drag((20, 20), (200, 120))
    assert set(bench.session.selection) == {one.id, two.id}
    bench.drag((60, 60), (70, 90))
    assert close(bench.shapes()[0], Box(60, 80, 30, 30))
    assert close(bench.shapes()[1], Ellipse(160, 90, 20, 20))
    assert bench.edits[-1].name == "Move 2 shapes"


def test_a_locked_shape_can_only_be_selected(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60), locked=True)
    bench.drag((100, 80), (150, 100))
    assert bench.session.selection == (box.id,)
    bench.act("left", "delete")
    assert bench.shapes() == [Box(50, 50, 100, 60)]
    assert bench.problems[-1] == "The selection is locked; unlock it to change it."
    bench.act("lock", "right")
    assert bench.shapes() == [Box(51, 50, 100, 60)]


def test_a_hidden_shape_is_not_hit(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    bench.click((100, 80))
    bench.act("hide")
    assert bench.session.hidden == {box.id}
    bench.click((100, 80))
    assert not bench.session.selection
    bench.act("show_all")
    bench.click((100, 80))
    assert list(bench.session.selection) == [box.id]


def test_hide_others(bench: Bench) -> None:
    box, other = bench.put(Box(50, 50, 100, 60)), bench.put(Box(5, 5, 10, 10))
    bench.session.select([box.id])
    bench.act("hide_others")
    assert bench.session.hidden == {other.id}
    bench.act("hide_others")
    assert not bench.session.hidden


def test_delete_undo_and_redo(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    bench.session.select([box.id])
    bench.act("delete")
    assert bench.shapes() == []
    assert bench.canvas.scene.store.get(box.id) is None
    bench.session.undo()
    assert bench.canvas.scene.store.get(box.id) is not None
    bench.session.redo()
    assert bench.canvas.scene.store.get(box.id) is None


def test_held_arrow_keys_are_one_step(bench: Bench) -> None:
    box = bench.put(Box(5, 50, 100, 60))
    bench.session.select([box.id])
    for _ in range(9):
        bench.act("left")
    bench.act("down_far")
    assert bench.shapes() == [Box(0, 60, 100, 60)]
    bench.session.undo()
    assert bench.shapes() == [Box(5, 50, 100, 60)]


def test_duplicate_lies_aside_and_is_selected(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60), CAR, attributes={"a": "b"})
    bench.session.select([box.id])
    bench.act("duplicate")
    first, second = bench.stored()
    assert bench.session.selection == (second.id,)
    assert second.label_id == CAR.id
    assert dict(second.attributes) == {"a": "b"}
    assert isinstance(second.geometry, Box)
    assert second.geometry.x > 50
    assert second.geometry.y - 50 == second.geometry.x - 50
    assert first.geometry == box.geometry


def test_copy_to_the_next_image_keeps_the_place(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    bench.session.select([box.id])
    bench.act("copy")
    bench.session.open_item(bench.items[1].id)
    bench.act("paste")
    (pasted,) = bench.stored(1)
    assert pasted.geometry == box.geometry
    assert pasted.id != box.id
    assert bench.session.selection == (pasted.id,)


def test_of_a_track_its_first_shape_is_pasted_into_a_picture(bench: Bench) -> None:
    shape = Box(30, 20, 50, 40)
    track = Track((Keyframe(4, shape), Keyframe(9, Box(0, 0, 5, 5))))
    held = bench.put(shape)
    bench.session.clipboard = (replace(held, item_id=99, geometry=track),)
    bench.act("paste")
    pasted = bench.stored()[-1]
    assert pasted.id != held.id
    assert pasted.geometry == shape


def test_what_lies_beyond_a_smaller_picture_is_pasted_into_it(bench: Bench) -> None:
    small = replace(bench.items[1], width=200, height=100)
    bench.project.apply(edits.replace([bench.items[1]], [small], "Shrink"))
    marks = [bench.put(Box(300, 200, 40, 30)), bench.put(Box(350, 240, 20, 20))]
    bench.session.select([mark.id for mark in marks])
    bench.act("copy")
    bench.session.open_item(small.id)
    bench.canvas.extent = Size(200, 100)
    bench.act("paste")
    shapes = [annotation.geometry for annotation in bench.stored(1)]
    assert shapes == [Box(130, 40, 40, 30), Box(180, 80, 20, 20)]


def test_chips_go_along_with_a_pan(bench: Bench) -> None:
    mark = bench.put(Box(100, 100, 80, 60))
    bench.canvas.grab()
    chips, at = bench.canvas.scene.chips, QPointF(bench.at(104, 95))
    assert chips.at(at) == mark.id
    bench.canvas.look_at(bench.canvas.view.moved(150, 40))
    bench.canvas.grab()
    assert chips.at(at) is None
    assert chips.at(at + QPointF(150, 40)) == mark.id


def test_a_mask_from_another_size_is_cut_to_this(bench: Bench) -> None:
    bitmap = np.zeros((50, 60), np.bool_)
    bitmap[10:20, 30:50] = True
    box = bench.put(Box(50, 50, 100, 60))
    foreign = Annotation(
        id=box.id, item_id=9, annotator_id=1, geometry=masks.encode(bitmap), label_id=77
    )
    bench.session.clipboard = (foreign,)
    bench.act("paste")
    pasted = bench.stored()[-1]
    assert isinstance(pasted.geometry, Mask)
    assert (pasted.geometry.width, pasted.geometry.height) == (WIDTH, HEIGHT)
    assert masks.bbox(pasted.geometry) == (30, 10, 20, 10)
    assert pasted.label_id is None


def test_whole_image_label_is_put_and_taken_away(bench: Bench) -> None:
    bench.act("whole")
    assert bench.problems
    bench.session.pick_label(CAR)
    bench.act("whole")
    (annotation,) = bench.stored()
    assert isinstance(annotation.geometry, Whole)
    assert annotation.label_id == CAR.id
    bench.session.select(())
    bench.canvas.grab()
    QTest.mouseClick(bench.canvas, LEFT, NONE, QPoint(16, 16))
    assert bench.session.selection == (annotation.id,)
    bench.act("whole")
    assert bench.stored() == []


def test_to_polygon_and_restack(bench: Bench) -> None:
    box = bench.put(Box(10, 20, 30, 40))
    other = bench.put(Box(15, 25, 30, 40))
    bench.session.select([box.id])
    bench.act("to_polygon")
    changed = bench.project.annotation(box.id)
    assert changed is not None
    wanted = Polygon.of([(10, 20), (40, 20), (40, 60), (10, 60)])
    assert changed.geometry == wanted
    bench.act("raise")
    assert [a.id for a in bench.stored()] == [other.id, box.id]
    assert [mark.id for mark in bench.canvas.scene.store] == [other.id, box.id]
    bench.act("lower")
    assert [a.id for a in bench.stored()] == [box.id, other.id]


def test_a_shape_in_the_making_is_dropped_by_another_item(bench: Bench) -> None:
    bench.act("polygon")
    bench.click((10, 10), (60, 10))
    bench.session.open_item(bench.items[1].id)
    bench.ready()
    bench.act("finish")
    bench.click((10, 10), (60, 10), (60, 60))
    bench.act("finish")
    assert bench.stored(0) == []
    assert len(bench.stored(1)) == 1


def test_an_undo_in_the_middle_of_a_drag_ends_the_drag(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    bench.session.select([box.id])
    bench.act("left")
    bench.press((100, 80))
    bench.pull((150, 90))
    assert bench.canvas.scene.doing.editing
    bench.session.undo()
    assert len(bench.canvas.scene.doing.editing) == 0
    bench.release((150, 90))
    assert bench.shapes() == [Box(50, 50, 100, 60)]


def test_a_release_that_went_elsewhere_counts_at_the_next_move(bench: Bench) -> None:
    bench.act("box")
    bench.press((50, 50))
    bench.pull((90, 90))
    bench.move((100, 100))
    assert close(bench.shapes()[0], Box(50, 50, 50, 50))
    bench.move((200, 200))
    assert len(bench.shapes()) == 1


def test_shift_pressed_while_the_pointer_rests_tells_at_once(bench: Bench) -> None:
    bench.act("box")
    bench.press((50, 50))
    bench.pull((150, 100))
    QTest.keyPress(bench.canvas, Qt.Key.Key_Shift)
    (shape,) = bench.canvas.scene.doing.preview.shapes
    assert close(shape, Box(50, 50, 100, 100))
    QTest.keyRelease(bench.canvas, Qt.Key.Key_Shift)
    (shape,) = bench.canvas.scene.doing.preview.shapes
    assert close(shape, Box(50, 50, 100, 50))


def test_the_tip_names_the_shape_and_is_no_markup(bench: Bench) -> None:
    bench.put(Box(50, 50, 100, 60), attributes={"a": "<b>x</b>"})
    bench.move((100, 80))
    tip = tip_of(bench.canvas, bench.canvas.scene)
    assert "person (box)" in tip
    assert "<b>" not in tip
    assert "1 annotations, 0 selected" in bench.canvas.accessibleDescription()


def test_escape_cancels_then_deselects_then_takes_up_select(bench: Bench) -> None:
    bench.act("box")
    bench.drag((50, 50), (100, 100))
    bench.press((200, 200))
    bench.pull((250, 250))
    bench.act("cancel")
    bench.release((250, 250))
    assert len(bench.shapes()) == 1
    assert bench.session.selection
    bench.act("cancel")
    assert bench.session.selection == ()
    assert bench.canvas.tool == "box"
    bench.act("cancel")
    assert bench.canvas.tool == bench.session.tool == "select"


def test_a_click_with_a_drawing_tool_selects(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    bench.act("box")
    bench.click((100, 80))
    assert bench.session.selection == (box.id,)
    assert len(bench.shapes()) == 1


def test_handles_answer_beside_a_drawing_tool_but_ctrl_draws(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    bench.session.select([box.id])
    bench.act("box")
    bench.drag((150, 110), (200, 150))
    assert len(bench.shapes()) == 1
    bench.drag((200, 150), (250, 200), held=CTRL)
    assert len(bench.shapes()) == 2


def test_a_shape_is_placed_by_the_keyboard_alone(bench: Bench) -> None:
    bench.act("box", "place", "right")
    (shape,) = bench.shapes()
    assert isinstance(shape, Box)
    assert (shape.x, shape.y) == (134, 100)


def test_zoom_keeps_what_is_under_the_pointer(bench: Bench) -> None:
    at = QPointF(bench.at(100, 80))
    before = bench.canvas.view.to_image(at.x(), at.y())
    scale = bench.canvas.view.scale
    event = QWheelEvent(
        at,
        QPointF(bench.canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with bench.qtbot.waitSignal(bench.canvas.zoom_changed):
        QApplication.sendEvent(bench.canvas, event)
    assert bench.canvas.view.scale == pytest.approx(scale * 1.44)
    after = bench.canvas.view.to_image(at.x(), at.y())
    assert after == pytest.approx(before, abs=0.5)
    bench.act("fit")
    assert bench.canvas.view.scale == pytest.approx(scale)
    bench.act("actual_size")
    assert bench.canvas.view.scale == 1 / bench.canvas.devicePixelRatioF()


def test_space_and_the_middle_button_pan(bench: Bench) -> None:
    bench.act("zoom_in", "zoom_in")
    view = bench.canvas.view
    QTest.mousePress(bench.canvas, Qt.MouseButton.MiddleButton, NONE, QPoint(300, 300))
    bench._move(QPoint(340, 320), NONE, Qt.MouseButton.MiddleButton)
    QTest.mouseRelease(
        bench.canvas, Qt.MouseButton.MiddleButton, NONE, QPoint(340, 320)
    )
    assert bench.canvas.view == view.moved(40, 20)
    QTest.keyPress(bench.canvas, Qt.Key.Key_Space)
    QTest.mousePress(bench.canvas, LEFT, NONE, QPoint(340, 320))
    bench._move(QPoint(300, 300), NONE, LEFT)
    QTest.mouseRelease(bench.canvas, LEFT, NONE, QPoint(300, 300))
    QTest.keyRelease(bench.canvas, Qt.Key.Key_Space)
    assert bench.canvas.view == view
    assert not bench.edits


def test_the_view_of_an_item_is_kept(bench: Bench) -> None:
    bench.act("zoom_in")
    view = bench.canvas.view
    bench.session.open_item(bench.items[1].id)
    assert bench.canvas.view != view
    bench.session.open_item(bench.items[0].id)
    assert bench.canvas.view == view


def test_the_place_and_the_pixel_are_told(bench: Bench) -> None:
    said: list[str] = []
    bench.canvas.position_changed.connect(said.append)
    bench.canvas.pixel_changed.connect(said.append)
    bench.move((100, 80))
    assert said[-1] == "R 10  G 20  B 30"
    assert said[-2].startswith("x 100.")


def test_the_hint_follows_tool_and_selection(bench: Bench) -> None:
    said: list[str] = []
    bench.canvas.hint_changed.connect(said.append)
    bench.act("polygon")
    assert "Backspace" in said[-1]
    polygon = bench.put(Polygon.of([(100, 100), (200, 100), (200, 200)]))
    bench.act("select")
    bench.session.select([polygon.id])
    assert "Double click an edge" in said[-1]


def test_the_cursor_tells_what_a_press_would_do(bench: Bench) -> None:
    box = bench.put(Box(50, 50, 100, 60))
    shape = Qt.CursorShape

    def cursor_at(place: Place) -> Qt.CursorShape:
        bench.move(place)
        return bench.canvas.cursor().shape()

    assert cursor_at((300, 250)) is shape.ArrowCursor
    assert cursor_at((100, 80)) is shape.PointingHandCursor
    bench.session.select([box.id])
    assert cursor_at((100, 80)) is shape.SizeAllCursor
    assert cursor_at((50, 50)) is shape.SizeFDiagCursor
    assert cursor_at((150, 50)) is shape.SizeBDiagCursor
    assert cursor_at((150, 80)) is shape.SizeHorCursor
    bench.act("box")
    assert cursor_at((300, 250)) is shape.CrossCursor


def test_a_refused_edit_leaves_what_the_project_holds(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annolab.errors import DiskFull

    box = bench.put(Box(50, 50, 100, 60))

    def refuse(*_args: object, **_named: object) -> None:
        raise DiskFull("There is no room.")

    monkeypatch.setattr(bench.project, "apply", refuse)
    bench.drag((100, 80), (150, 100))
    mark = bench.canvas.scene.store.get(box.id)
    assert mark is not None
    assert mark.annotation == box


def test_a_broken_picture_says_why(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"this is no picture")
    bench.canvas.source.forget()
    bench.session.open_item(bench.items[1].id)
    bench.qtbot.waitUntil(lambda: bench.canvas.message() is not None)
    message = bench.canvas.message()
    assert message is not None
    assert message[0] == "This picture cannot be shown"
    assert message[1]
    bench.canvas.grab()


def test_the_next_picture_is_decoded_ahead(bench: Bench) -> None:
    bench.qtbot.waitUntil(lambda: len(bench.canvas.source._kept) == 2)
    bench.session.open_item(bench.items[1].id)
    assert bench.canvas.shown is not None


def test_no_item_says_what_to_do(bench: Bench) -> None:
    bench.session.open_item(None)
    message = bench.canvas.message()
    assert message is not None
    assert "Choose an item" in message[1]
    bench.canvas.grab()
    bench.act("box", "select_all", "delete", "paste", "fit")


def color_at(bench: Bench, place: Place) -> tuple[int, int, int]:
    image = bench.canvas.grab().toImage()
    at = bench.at(*place) * image.devicePixelRatio()
    color = image.pixelColor(at)
    return color.red(), color.green(), color.blue()


@pytest.mark.parametrize("count", [1, 800])
def test_a_new_shape_is_seen_at_once_also_among_many(bench: Bench, count: int) -> None:
    """No paint shows the picture without a shape that was just drawn."""
    project = bench.project
    annotations = [
        Annotation(
            id=new_id(),
            item_id=bench.items[0].id,
            annotator_id=project.annotator.id,
            geometry=Box(2.0 + i % 40 * 3, 2.0 + i // 40 * 3, 2, 2),
            label_id=PERSON.id,
        )
        for i in range(count)
    ]
    project.apply(edits.add(annotations))
    bench.canvas.grab()
    bench.qtbot.waitUntil(lambda: not bench.canvas.scene.layer.busy)
    assert bench.canvas.scene.layer.few is (count == 1)
    bench.act("box")
    bench.drag((200, 150), (300, 250))
    plain = (10, 20, 30)
    assert color_at(bench, (250, 200)) != plain
    bench.act("cancel")
    assert bench.session.selection == ()
    assert color_at(bench, (250, 200)) != plain
    bench.act("select")
    bench.drag((250, 200), (250, 140))
    bench.act("cancel")
    assert color_at(bench, (250, 235)) == plain
    bench.session.undo()
    bench.session.undo()
    assert color_at(bench, (250, 200)) == plain


def test_every_kind_and_state_is_painted(bench: Bench) -> None:
    bitmap = np.zeros((HEIGHT, WIDTH), np.bool_)
    bitmap[200:260, 300:380] = True
    shapes: list[Geometry] = [
        Box(10, 10, 60, 40),
        RotatedBox(130, 40, 60, 30, 30),
        Polygon.of(
            [(180, 10), (260, 10), (220, 70)], [(210, 20), (230, 20), (220, 40)]
        ),
        Polyline.of([(20, 100), (80, 140), (120, 100)]),
        Ellipse(200, 130, 40, 20, 20),
        masks.encode(bitmap),
        Points.of([(300, 40), (320, 60), (0, 0)], [2, 1, 0]),
        Whole(),
    ]
    for shape in shapes:
        bench.put(shape, POSE if isinstance(shape, Points) else CAR)
    bench.put(Box(10, 200, 40, 40), None, status=AnnotationStatus.SUGGESTED, score=0.5)
    bench.put(Box(80, 200, 40, 40), attributes={"occluded": True})
    for action in ("select_all", "darken", "zoom_selection", "next_shape", "hide"):
        bench.act(action)
        image = bench.canvas.grab().toImage()
        assert not image.isNull()
    bench.act("show_all", "cancel", "darken", "fit")
    assert color_at(bench, (340, 230)) != (10, 20, 30)
    assert color_at(bench, (220, 30)) == (10, 20, 30)  # in the hole
