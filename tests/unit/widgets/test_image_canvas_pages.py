"""Files of several pages on the image canvas: a real TIFF and a real GIF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.widgets.annotation_list import AnnotationList
from tests.canvas_bench import Bench, bench_in

GREYS = (40, 120, 200)
SIZES = ((400, 300), (400, 300), (200, 250))
BOX = Box(20.0, 30.0, 40.0, 50.0)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """A canvas on a TIFF of three pages, the last of another size, and a GIF."""
    for made in bench_in(tmp_path, qtbot):
        pages = [
            Image.new("L", size, grey) for size, grey in zip(SIZES, GREYS, strict=True)
        ]
        first, *rest = pages
        first.save(tmp_path / "scan.tif", save_all=True, append_images=rest)
        first.save(tmp_path / "film.gif", save_all=True, append_images=rest[:1])
        made.items += [_item(made, "scan.tif", 3), _item(made, "film.gif", None)]
        added = tuple(Change(None, item) for item in made.items[2:])
        made.project.apply(Edit("Add", added))
        made.session.set_order(np.array([item.id for item in made.items]))
        _open(made, 2)
        yield made


def _item(bench: Bench, path: str, pages: int | None) -> Item:
    return Item(
        id=new_id(),
        path=path,
        media=Media.IMAGE,
        root_id=bench.items[0].root_id,
        width=400,
        height=300,
        length=None if pages is None else float(pages),
    )


def _open(bench: Bench, item: int) -> None:
    bench.session.open_item(bench.items[item].id)
    bench.ready()


def _put(bench: Bench, frame: int | None, item: int = 2) -> Annotation:
    annotation = Annotation(
        id=new_id(),
        item_id=bench.items[item].id,
        annotator_id=bench.project.annotator.id,
        geometry=BOX,
        frame=frame,
    )
    bench.project.apply(edits.add([annotation]), initiator=bench)
    return annotation


def _turn(bench: Bench, *names: str) -> None:
    bench.act(*names)
    bench.ready()


def _grey(bench: Bench) -> str:
    bench.ready()
    return bench.canvas.pixel_text(10, 10)


def _seen(bench: Bench) -> set[int]:
    return {mark.id for mark in bench.canvas.scene.store}


def test_the_pages_are_stepped_through(bench: Bench) -> None:
    bar = bench.canvas.page_bar
    assert bar.isVisible()
    for page, grey in enumerate(GREYS):
        assert _grey(bench) == f"R {grey}  G {grey}  B {grey}"
        assert bar.text.text() == f"page {page + 1} of 3"
        assert bench.canvas.extent is not None
        assert (bench.canvas.extent.w, bench.canvas.extent.h) == SIZES[page]
        assert bar.forward.isEnabled() is (page < 2)
        assert bar.back.isEnabled() is (page > 0)
        _turn(bench, "next_page")
    assert bench.canvas.page == 2
    _turn(bench, "previous_page", "previous_page", "previous_page")
    assert bench.canvas.page == 0
    QTest.mouseClick(bar.forward, Qt.MouseButton.LeftButton)
    assert bench.canvas.page == 1


def test_a_picture_with_one_page_has_no_pages_to_step_through(bench: Bench) -> None:
    _open(bench, 0)
    assert not bench.canvas.page_bar.isVisible()
    bench.act("next_page")
    assert bench.canvas.page == 0
    bench.act("box")
    bench.drag((50, 50), (90, 90))
    (annotation,) = bench.stored(0)
    assert annotation.frame is None


def test_a_shape_belongs_to_the_page_it_was_drawn_on(bench: Bench) -> None:
    _turn(bench, "next_page")
    bench.act("box")
    bench.drag((50, 50), (90, 90))
    (annotation,) = bench.stored(2)
    assert annotation.frame == 1
    assert _seen(bench) == {annotation.id}
    _turn(bench, "next_page")
    assert _seen(bench) == set()
    assert bench.session.selection == ()
    _turn(bench, "previous_page")
    assert _seen(bench) == {annotation.id}


def test_a_copy_lies_on_the_page_it_was_pasted_on(bench: Bench) -> None:
    first = _put(bench, 0)
    bench.session.select([first.id])
    bench.act("copy")
    _turn(bench, "next_page", "next_page")
    bench.act("paste")
    assert [a.frame for a in bench.stored(2)] == [0, 2]


def test_what_has_no_page_is_seen_on_every_page(bench: Bench) -> None:
    everywhere, beyond = _put(bench, None), _put(bench, 99)
    assert _seen(bench) == {everywhere.id}
    _turn(bench, "next_page")
    assert _seen(bench) == {everywhere.id}
    bench.session.select([everywhere.id])
    _turn(bench, "next_page")
    assert bench.session.selection == (everywhere.id,)
    # A page that the file does not have counts as the last: nothing is lost.
    assert _seen(bench) == {everywhere.id, beyond.id}


def test_the_list_goes_to_the_page_of_what_is_selected(
    bench: Bench, qtbot: QtBot
) -> None:
    marks = [_put(bench, page) for page in range(3)]
    panel = AnnotationList(bench.session)
    qtbot.addWidget(panel)
    panel.view.setCurrentIndex(panel.model.place(marks[2].id))
    assert bench.session.selection == (marks[2].id,)
    assert bench.canvas.page == 2
    assert bench.canvas.scene.only_chosen() is not None
    panel.view.setCurrentIndex(panel.model.place(marks[1].id))
    assert bench.canvas.page == 1
    assert _seen(bench) == {marks[1].id}


def test_a_selection_that_is_seen_in_part_stays_on_its_page(bench: Bench) -> None:
    marks = [_put(bench, page) for page in range(3)]
    bench.session.select([marks[1].id])
    bench.session.select([marks[1].id, marks[2].id])
    assert bench.canvas.page == 1
    assert len(bench.session.selection) == 2


def test_undo_and_redo_go_to_the_page_they_change(bench: Bench) -> None:
    _turn(bench, "next_page")
    bench.act("box")
    bench.drag((50, 50), (90, 90))
    _turn(bench, "previous_page")
    bench.session.undo()
    assert bench.canvas.page == 1
    assert _seen(bench) == set()
    _turn(bench, "next_page")
    bench.session.redo()
    assert bench.canvas.page == 1
    assert len(_seen(bench)) == 1


def test_a_change_made_elsewhere_does_not_turn_the_page(bench: Bench) -> None:
    mark = _put(bench, 2)
    bench.session.apply(edits.set_locked([mark], locked=True), bench)
    assert bench.canvas.page == 0


def test_the_page_of_an_item_is_kept(bench: Bench) -> None:
    _turn(bench, "next_page", "next_page")
    _open(bench, 0)
    assert bench.canvas.page == 0
    _open(bench, 2)
    assert bench.canvas.page == 2
    assert _grey(bench).startswith(f"R {GREYS[2]}")


def test_the_pages_beside_are_decoded_ahead(bench: Bench) -> None:
    path = bench.project.media_path(bench.items[2])
    bench.qtbot.waitUntil(lambda: not bench.canvas.source.busy)
    assert bench.canvas.source.get(path, 1) is not None
    bench.act("next_page")
    assert bench.canvas.shown is not None


def test_pages_that_the_project_does_not_know_come_from_the_file(bench: Bench) -> None:
    mark, other = _put(bench, 0, item=3), _put(bench, 1, item=3)
    _open(bench, 3)
    assert bench.canvas.pages == 2
    assert bench.canvas.page_bar.isVisible()
    assert _seen(bench) == {mark.id}
    _turn(bench, "next_page")
    assert _seen(bench) == {other.id}
    assert _grey(bench).startswith(f"R {GREYS[1]}")


def test_a_shape_in_the_making_is_dropped_with_its_page(bench: Bench) -> None:
    bench.act("polygon")
    bench.click((50, 50), (90, 50))
    _turn(bench, "next_page")
    assert not bench.canvas.hand.busy
    assert bench.stored(2) == []
