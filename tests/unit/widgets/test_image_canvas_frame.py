"""The frame on the image canvas that resizes and turns a selection; the options."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from annolab.model import mask as masks
from annolab.model.geometry import Box, Ellipse, Polygon, RotatedBox
from annolab.model.measure import bounds
from annolab.widgets.shape_scene import size_text
from tests.canvas_bench import CAR, HEIGHT, PERSON, SHIFT, WIDTH, Bench, bench_in, close

TRIANGLE = Polygon.of([(100, 100), (200, 100), (100, 180)])


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_in(tmp_path, qtbot)


def turn_handle(bench: Bench) -> tuple[float, float]:
    framed = bench.canvas.scene.framed()
    assert framed is not None
    frame = framed.frame
    return frame.cx, frame.cy - frame.h / 2 - 26 / bench.canvas.view.scale


def test_several_shapes_are_resized_together_in_one_step(bench: Bench) -> None:
    marks = [bench.put(TRIANGLE), bench.put(Box(220, 100, 40, 40))]
    bench.session.select([mark.id for mark in marks])
    bench.drag((260, 180), (340, 260))
    triangle, box = bench.shapes()
    assert close(triangle, Polygon.of([(100, 100), (250, 100), (100, 260)]))
    assert close(box, Box(280, 100, 60, 80))
    assert [edit.name for edit in bench.edits] == ["Resize 2 shapes"]
    assert len(bench.session.selection) == 2
    bench.session.undo()
    assert bench.shapes() == [TRIANGLE, Box(220, 100, 40, 40)]


def test_several_shapes_are_turned_together(bench: Bench) -> None:
    marks = [bench.put(Box(100, 100, 40, 20)), bench.put(Box(200, 160, 40, 20))]
    bench.session.select([mark.id for mark in marks])
    bench.drag(turn_handle(bench), (260, 130), (260, 138), held=SHIFT)
    boxes = bench.shapes()
    assert all(isinstance(box, Box) for box in boxes)  # by 90 degrees
    assert close(boxes[0], Box(190, 70, 20, 40))
    assert [edit.name for edit in bench.edits] == ["Turn 2 boxes"]


def test_one_polygon_gets_the_frame_on_demand(bench: Bench) -> None:
    mark = bench.put(TRIANGLE)
    bench.session.select([mark.id])
    assert bench.canvas.scene.framed() is None
    bench.act("transform")
    bench.drag((200, 180), (250, 260))
    (shape,) = bench.shapes()
    assert close(shape, Polygon.of([(100, 100), (250, 100), (100, 260)]))
    bench.act("cancel")
    assert bench.canvas.scene.framed() is None
    assert bench.session.selection == (mark.id,)
    bench.drag((250, 100), (260, 110))  # the corner is a point again
    (shape,) = bench.shapes()
    assert close(shape, Polygon.of([(100, 100), (260, 110), (100, 260)]))


def test_a_box_turned_by_the_frame_becomes_a_rotated_box(bench: Bench) -> None:
    bench.session.select([bench.put(Box(100, 100, 80, 40)).id])
    bench.act("transform")
    bench.drag(turn_handle(bench), (180, 60))
    (shape,) = bench.shapes()
    assert isinstance(shape, RotatedBox)
    assert shape.angle == pytest.approx(33.7, abs=1)
    assert bench.canvas.scene.framed() is None  # it has its own handles now


def test_a_mask_has_the_frame_at_once(bench: Bench) -> None:
    bitmap = np.ones((40, 60), np.bool_)
    mask = masks.place(bitmap, 100, 100, WIDTH, HEIGHT)
    bench.session.select([bench.put(mask).id])
    bench.drag((160, 140), (220, 180))
    (shape,) = bench.shapes()
    assert bounds(shape) == pytest.approx((100, 100, 220, 180), abs=1)


def test_what_is_locked_or_hidden_is_left_out_of_the_frame(bench: Bench) -> None:
    free = [bench.put(Box(100, 100, 20, 20)), bench.put(Box(140, 100, 20, 20))]
    locked = bench.put(Box(200, 200, 20, 20), locked=True)
    hidden = bench.put(Box(20, 200, 20, 20))
    bench.session.hide([hidden.id])
    bench.session.select([mark.id for mark in (*free, locked, hidden)])
    framed = bench.canvas.scene.framed()
    assert framed is not None
    assert framed.frame == RotatedBox(130, 110, 60, 20, 0)
    bench.drag((160, 120), (220, 140))
    assert bench.shapes()[2:] == [locked.geometry, hidden.geometry]
    assert close(bench.shapes()[0], Box(100, 100, 40, 40))


def test_an_ellipse_keeps_its_own_handles(bench: Bench) -> None:
    bench.session.select([bench.put(Ellipse(150, 150, 40, 20, 30)).id])
    bench.act("transform")
    assert bench.canvas.scene.framed() is None


def test_the_frame_goes_with_the_selection_and_with_another_tool(bench: Bench) -> None:
    mark = bench.put(TRIANGLE)
    bench.act("transform")
    assert bench.problems == ["Select first what you want to resize or turn."]
    ways: list[Callable[[], object]] = [
        lambda: bench.session.select(()),
        lambda: bench.act("box"),
    ]
    for leave in ways:
        bench.act("select")
        bench.session.select([mark.id])
        bench.act("transform")
        assert bench.canvas.scene.framed() is not None
        leave()
        bench.act("select")
        bench.session.select([mark.id])
        assert bench.canvas.scene.framed() is None


def test_the_frame_says_its_size_and_angle(bench: Bench) -> None:
    hints: list[str] = []
    bench.canvas.hint_changed.connect(hints.append)
    bench.session.select([bench.put(TRIANGLE).id])
    bench.act("transform")
    assert "frame" in hints[-1]
    bench.press((200, 180))
    bench.pull((250, 260))
    bench.canvas.grab()
    assert size_text(bench.canvas.scene.doing.preview) == "150 × 160"  # noqa: RUF001
    bench.release((250, 260))
    bench.press(turn_handle(bench))
    bench.pull((400, 180), held=SHIFT)
    bench.canvas.grab()
    assert size_text(bench.canvas.scene.doing.preview).endswith("90°")
    bench.act("cancel")


def test_tool_and_label_are_kept_only_if_the_user_wants_it(bench: Bench) -> None:
    bench.session.settings.values.update(
        {"work.keep_tool": False, "work.keep_label": False}
    )
    bench.session.pick_label(CAR)
    bench.act("box")
    bench.drag((50, 50), (100, 100))
    (annotation,) = bench.stored()
    assert annotation.label_id == CAR.id
    assert bench.canvas.tool == "select"
    assert bench.session.label is None
    assert bench.session.selection == (annotation.id,)


def test_fill_and_chips_follow_the_options(bench: Bench) -> None:
    bench.put(Box(50, 50, 200, 150), PERSON)

    def inside() -> int:
        x, y = bench.canvas.view.to_widget(150, 125)
        return bench.canvas.grab().toImage().pixelColor(round(x), round(y)).red()

    def chips() -> list[object]:
        at = bench.at(60, 45)
        return [bench.canvas.scene.chips.at(at.toPointF())]

    plain = inside()
    assert chips() != [None]
    values = bench.session.settings.values
    values.update({"work.fill": 60, "work.show_labels": False})
    bench.session.option_changed.emit("work.fill")
    assert inside() > plain + 50
    assert chips() == [None]
    values["work.fill"] = 0
    bench.session.option_changed.emit("work.fill")
    assert inside() < plain


def test_the_largest_picture_follows_the_option(bench: Bench) -> None:
    bench.session.settings.values["media.largest_picture"] = 7
    bench.session.option_changed.emit("media.largest_picture")
    assert bench.canvas.source.max_pixels == 7_000_000
