"""New project, import, export: what the dialogs ask, do and report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.formats.base import Problem, Report, Severity
from annolab.model.annotation import Annotation
from annolab.model.geometry import Span
from annolab.model.ids import new_id
from annolab.model.schema import Schema
from annolab.settings import Settings
from annolab.store.project import Project, create_project
from annolab.widgets.export_dialog import ExportDialog
from annolab.widgets.import_dialog import ImportDialog
from annolab.widgets.new_project import (
    NewProjectDialog,
    make_project,
    names_in,
    with_labels,
)
from annolab.widgets.progress import ProgressStrip
from annolab.widgets.relocate_dialog import RelocateDialog
from annolab.widgets.report_view import ReportDialog, report_text
from annolab.widgets.session import Session


@pytest.fixture
def project(session: Session) -> Project:
    """The open project."""
    assert session.project is not None
    return session.project


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("car, sign", ["car", "sign"]),
        ("car\n sign ;; car", ["car", "sign"]),
        ("", []),
        (" , ", []),
    ],
)
def test_names_are_separated(text: str, names: list[str]) -> None:
    assert names_in(text) == names


def test_typed_names_join_the_template() -> None:
    schema = with_labels(with_labels(Schema(), ["car"]), ["car", "tram"])
    assert [held.name for held in schema.labels] == ["car", "tram"]
    assert [held.position for held in schema.labels] == [0, 1]
    assert len({held.hotkey for held in schema.labels}) == 2


def test_a_project_is_made_of_a_folder(
    parent: QWidget, settings: Settings, project_path: Path, qtbot: QtBot
) -> None:
    folder = project_path.parent / "day"
    dialog = NewProjectDialog(parent, settings, folder)
    assert dialog.place.line.text() == str(folder / "day.annolab")
    dialog.labels.setPlainText("person, dog")
    with qtbot.waitSignal(dialog.made, timeout=10_000) as told:
        dialog.go_button.click()
    made = told.args[0]
    assert made.totals().items == 2
    assert [held.name for held in made.schema.labels] == ["person", "dog"]
    made.close()


def test_a_template_brings_labels_and_attributes(
    parent: QWidget, settings: Settings, tmp_path: Path
) -> None:
    dialog = NewProjectDialog(parent, settings, tmp_path)
    dialog.template.setCurrentText("Street")
    dialog.labels.setPlainText("tram")
    schema = dialog.schema()
    assert schema.label_named("person") is not None
    assert schema.label_named("tram") is not None
    assert schema.attributes
    assert schema.guidelines


@pytest.mark.parametrize("name", ["", "/no/such/folder"])
def test_without_a_folder_nothing_is_made(
    parent: QWidget, settings: Settings, name: str
) -> None:
    dialog = NewProjectDialog(parent, settings)
    dialog.folder.line.setText(name)
    dialog.go_button.click()
    assert dialog.problem.text()
    assert not dialog.progress.busy


def test_a_project_that_is_there_is_left_alone(
    parent: QWidget, settings: Settings, project_path: Path, qtbot: QtBot
) -> None:
    before = project_path.read_bytes()
    dialog = NewProjectDialog(parent, settings, project_path.parent)
    dialog.place.line.setText(str(project_path))
    dialog.go_button.click()
    qtbot.waitUntil(lambda: bool(dialog.problem.text()))
    assert project_path.read_bytes() == before


def test_a_cancelled_project_leaves_no_file(project_path: Path) -> None:
    from annolab.errors import Cancelled
    from annolab.jobs import Progress

    progress = Progress()
    progress.cancel()
    place = project_path.parent / "new.annolab"
    with pytest.raises(Cancelled):
        make_project(
            place,
            project_path.parent,
            progress,
            schema=Schema(),
            annotator=None,
            recursive=True,
        )
    assert not place.exists()


def test_an_export_is_written(
    parent: QWidget, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = ExportDialog(parent, project)
    dialog.format.setCurrentIndex(dialog.format.findData("coco"))
    target = tmp_path / "out.json"
    dialog.target.line.setText(str(target))
    qtbot.waitUntil(dialog.go_button.isEnabled)
    assert "nothing will be missing" in dialog.losses.text()
    dialog.go_button.click()
    qtbot.waitUntil(lambda: not dialog.summary.isHidden())
    assert len(json.loads(target.read_text())["annotations"]) == 2
    assert str(target) in dialog.summary.text()


def test_losses_are_listed_before_anything_is_written(
    parent: QWidget, session: Session, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    span = Annotation(
        id=new_id(),
        item_id=100,
        annotator_id=project.annotator.id,
        geometry=Span(((0, 4),)),
        label_id=1,
    )
    assert session.apply(edits.add([span]))
    dialog = ExportDialog(parent, project)
    dialog.format.setCurrentIndex(dialog.format.findData("coco"))
    qtbot.waitUntil(dialog.go_button.isEnabled)
    assert not dialog.preview.isHidden()
    index = dialog.preview.model().index(0, 1)
    assert index.data() == "1"
    assert "missing" in dialog.losses.text()
    assert not list(tmp_path.glob("*.json"))


def test_a_filter_limits_the_export(
    parent: QWidget, project: Project, qtbot: QtBot
) -> None:
    dialog = ExportDialog(parent, project, "night")
    qtbot.waitUntil(dialog.go_button.isEnabled)
    assert dialog.losses.text().startswith("0 annotations")
    dialog.where.setText("status:purple")
    dialog.check()
    assert "purple" in dialog.problem.text()
    assert not dialog.go_button.isEnabled()


def test_an_import_finds_its_format_and_reports(
    parent: QWidget, session: Session, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    source = tmp_path / "in.json"
    images = [{"id": 1, "file_name": "night/0003.png", "width": 64, "height": 48}]
    boxes = [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]},
        {"id": 2, "image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4]},
    ]
    names = [{"id": 1, "name": "cat"}]
    data = {"images": images, "annotations": boxes, "categories": names}
    source.write_text(json.dumps(data))
    dialog = ImportDialog(parent, project)
    dialog.source.line.setText(str(source))
    qtbot.waitUntil(lambda: dialog.format_id() == "coco")
    assert "COCO" in dialog.found.text()
    dialog.go_button.click()
    qtbot.waitUntil(lambda: not dialog.summary.isHidden(), timeout=10_000)
    assert "Read 1 annotation" in dialog.summary.text()
    assert not dialog.view.isHidden()
    assert len(project.annotations(102)) == 1
    dialog.copy_button.click()
    assert "in.json" in QApplication.clipboard().text()
    assert session.undo()
    assert project.annotations(102) == []


def test_an_import_of_nothing_is_a_sentence(
    parent: QWidget, project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = ImportDialog(parent, project)
    dialog.go_button.click()
    assert dialog.problem.text()
    dialog.source.line.setText(str(tmp_path / "none.json"))
    dialog.go_button.click()
    qtbot.waitUntil(lambda: "none.json" in dialog.problem.text())
    assert dialog.asking.isEnabled()


def test_moved_media_are_found(
    parent: QWidget, project: Project, project_path: Path, qtbot: QtBot
) -> None:
    old = project_path.parent
    new = old / "elsewhere"
    new.mkdir()
    for name in ("day", "night"):
        (old / name).rename(new / name)
    dialog = RelocateDialog(parent, project)
    dialog.new.line.setText(str(new))
    dialog.go_button.click()
    qtbot.waitUntil(lambda: not dialog.summary.isHidden())
    assert "3 items" in dialog.summary.text()
    item = project.item(100)
    assert item is not None
    assert project.media_path(item).is_file()


def test_a_report_is_copied_whole(parent: QWidget) -> None:
    report = Report()
    for number in range(3):
        report.add(Problem("A box without size.", where=f"in.json, line {number}"))
    report.add(Problem("Colours.", Severity.LOSS, item="a.png", annotation_id=7))
    dialog = ReportDialog(parent, "Read 5.", report)
    dialog._copy_all()
    text = QApplication.clipboard().text()
    assert text == f"Read 5.\n{report_text(report)}"
    assert "skipped: A box without size. (3)" in text
    assert "in.json, line 2" in text
    assert "a.png, annotation 7" in text


def test_esc_stops_the_task_before_it_closes(
    parent: QWidget, settings: Settings, qtbot: QtBot
) -> None:
    from threading import Event

    from annolab.jobs import Progress

    dialog = NewProjectDialog(parent, settings)
    dialog.show()
    go_on = Event()
    seen: list[object] = []

    def task(progress: Progress) -> None:
        go_on.wait(5)
        progress.step(1)

    dialog.run("Working", task, seen.append)
    assert dialog.progress.busy
    assert not dialog.go_button.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    go_on.set()
    qtbot.waitUntil(lambda: not dialog.progress.busy)
    assert seen == []
    assert dialog.go_button.isEnabled()


def test_a_strip_runs_one_task_at_a_time(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    done: list[int] = []
    strip.run("One", lambda _: 1, done.append)
    with qtbot.waitSignal(strip.failed):
        assert strip.run("Two", lambda _: 2, done.append) is None
    qtbot.waitUntil(lambda: done == [1])
    assert strip.isHidden()


def test_a_project_can_be_made_where_none_was(tmp_path: Path) -> None:
    with create_project(tmp_path / "a.annolab") as made:
        assert made.totals().items == 0


def test_ctrl_return_goes_on_from_a_field_of_several_lines(
    parent: QWidget, settings: Settings, qtbot: QtBot
) -> None:
    dialog = NewProjectDialog(parent, settings)
    parent.show()
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    dialog.labels.setFocus()
    QTest.keyClick(dialog.labels, Qt.Key.Key_Return)
    assert not dialog.problem.text()
    held = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(dialog.labels, Qt.Key.Key_Return, held)
    qtbot.waitUntil(lambda: bool(dialog.problem.text()))
