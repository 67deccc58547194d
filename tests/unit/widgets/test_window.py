"""The window as a whole: it opens, works by keys, and says what goes wrong."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QWidget,
)
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.actions import ACTIONS, Context
from annolab.app import write_report
from annolab.jobs import Progress
from annolab.model.edit import Change, Edit
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label
from annolab.store.named import named_folders_file
from annolab.store.project import Project, create_project
from annolab.widgets import mark_reader, recent, verbs, worker
from annolab.widgets.allow_dialog import AllowDialog
from annolab.widgets.controls import size_on_screen
from annolab.widgets.film_folder import FilmFolderDialog
from annolab.widgets.history_popup import HistoryPopup
from annolab.widgets.key_sheet import KeySheet
from annolab.widgets.palette import Palette
from annolab.widgets.popup import Popup
from annolab.widgets.window import Window

HEAVY = ("cv2", "av", "soundfile", "PIL", "pyqtgraph", "scipy", "numpy", "qtawesome")


def focus_of(window: Window) -> QWidget:
    """Who has the keyboard."""
    held: QWidget | None = window.focusWidget()
    return window if held is None else held


def press(
    window: Window, qtbot: QtBot, key: Qt.Key, *held: Qt.KeyboardModifier
) -> None:
    """Press a key on the active window, as a person does."""
    with qtbot.waitActive(window):
        window.activateWindow()
    modifiers = Qt.KeyboardModifier.NoModifier
    for modifier in held:
        modifiers |= modifier
    QTest.keyClick(focus_of(window), key, modifiers)


def open_id(window: Window) -> int | None:
    """The id of the item that is shown."""
    return window.session.item.id if window.session.item is not None else None


def test_the_keyboard_is_on_an_item_that_took_long_to_read(
    window: Window, project_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, genuine = threading.Event(), mark_reader._read

    def read(project: Project, item_id: int, progress: Progress) -> mark_reader.Marks:
        assert gate.wait(10)
        return genuine(project, item_id, progress)

    monkeypatch.setattr(mark_reader, "_read", read)
    monkeypatch.setattr(mark_reader, "MANY_MARKS", 1)
    window.open_project(project_path)
    qtbot.waitUntil(lambda: window.session.opening is not None)
    assert open_id(window) is None
    gate.set()
    qtbot.waitUntil(lambda: open_id(window) == 100)
    assert window.workspace.canvas is not None
    assert window.focusWidget() is window.workspace.canvas


def test_starting_loads_nothing_heavy() -> None:
    code = f"import sys, annolab.app; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_start_page_comes_first(window: Window) -> None:
    assert window.start_page.isVisible()
    assert window.windowTitle() == "AnnoLab"
    assert not window.commands.actions["project.export"].isEnabled()
    assert window.commands.actions["project.open"].isEnabled()


def test_every_action_does_something(window: Window) -> None:
    held = window.commands._handlers.keys() | verbs.VERBS.keys()
    loose = [a.id for a in ACTIONS if a.context is Context.GLOBAL and a.id not in held]
    assert loose == []


def test_opening_shows_the_first_item(opened: Window) -> None:
    assert open_id(opened) == 100
    assert opened.workspace.isVisible()
    assert opened.workspace.canvas is not None
    assert opened.windowTitle().startswith("street")
    assert opened.top_bar.count.text() == "3 items"
    assert "item 1 of 3" in opened.workspace.status.progress.text()


def test_keys_step_through_the_items(opened: Window, qtbot: QtBot) -> None:
    press(opened, qtbot, Qt.Key.Key_D)
    assert open_id(opened) == 101
    press(opened, qtbot, Qt.Key.Key_PageDown)
    assert open_id(opened) == 102
    press(opened, qtbot, Qt.Key.Key_A)
    assert open_id(opened) == 101


def test_done_goes_on_and_the_next_open_item_is_found(
    opened: Window, qtbot: QtBot
) -> None:
    session = opened.session
    press(opened, qtbot, Qt.Key.Key_S)
    assert open_id(opened) == 101
    assert session.project is not None
    first = session.project.item(100)
    assert first is not None
    assert first.status is Status.DONE
    press(opened, qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert open_id(opened) == 102
    opened.commands.run("item.first")
    press(opened, qtbot, Qt.Key.Key_N)
    assert open_id(opened) == 102


def test_undo_is_named_and_goes_to_its_item(opened: Window, qtbot: QtBot) -> None:
    session = opened.session
    session.apply(edits.delete([session.annotations()[0]]))
    assert "Delete" in opened.top_bar.undo.text()
    assert "Delete" in opened.commands.actions["edit.undo"].text()
    press(opened, qtbot, Qt.Key.Key_D)
    press(opened, qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert open_id(opened) == 100
    assert len(session.annotations()) == 2


def test_letters_go_into_a_field_and_not_to_actions(
    opened: Window, qtbot: QtBot
) -> None:
    opened.commands.run("item.find")
    press(opened, qtbot, Qt.Key.Key_D)
    assert opened.workspace.items.field.text() == "d"
    assert open_id(opened) == 100


def test_a_label_key_picks_the_label(opened: Window, qtbot: QtBot) -> None:
    press(opened, qtbot, Qt.Key.Key_2)
    assert opened.session.label is not None
    assert opened.session.label.name == "sign"


def test_where_it_was_is_where_it_opens_again(
    opened: Window, project_path: Path, qtbot: QtBot
) -> None:
    opened.session.open_item(102)
    opened.close_project()
    assert opened.start_page.isVisible()
    assert [entry.path for entry in recent.recent_projects()] == [project_path]
    opened.open_project(project_path)
    qtbot.waitUntil(lambda: open_id(opened) == 102)


def test_a_project_that_is_gone_is_grey(
    opened: Window, project_path: Path, qtbot: QtBot
) -> None:
    opened.close_project()
    project_path.unlink()
    opened.start_page.reload()

    def shown() -> list[QAbstractButton]:
        buttons = opened.start_page.findChildren(QAbstractButton)
        named = [b for b in buttons if b.accessibleName() == project_path.stem]
        return [button for button in named if button.isVisible()]

    qtbot.waitUntil(lambda: len(shown()) == 1)
    assert not shown()[0].isEnabled()
    recent.forget(project_path)
    assert recent.recent_projects() == []


def test_what_cannot_be_opened_is_said_in_the_window(
    window: Window, tmp_path: Path
) -> None:
    window.open_path(tmp_path / "none.annolab")
    assert window._start_banner is not None
    assert window._start_banner.isVisible()
    assert "none.annolab" in window._start_banner.text.text()
    window._start_banner.dismiss()
    assert not window._start_banner.isVisible()


def test_a_problem_is_not_hidden_by_good_news(opened: Window) -> None:
    banner = opened.workspace.banner
    opened.session.said.emit("problem", "No.")
    opened.session.said.emit("info", "Fine.")
    assert banner.text.text() == "No."


def test_a_dropped_project_is_opened(
    window: Window, project_path: Path, qtbot: QtBot
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(project_path))])
    event = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    qtbot.waitUntil(lambda: open_id(window) == 100)


def test_dropped_pictures_are_added(
    opened: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    from PIL import Image

    picture = tmp_path / "more" / "new.png"
    picture.parent.mkdir()
    Image.new("RGB", (8, 6)).save(picture)
    verbs.drop(opened, [picture])
    qtbot.waitUntil(lambda: len(opened.session.order) == 4, timeout=10_000)
    assert opened.session.undo()
    qtbot.waitUntil(lambda: len(opened.session.order) == 3, timeout=10_000)


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """A folder of three numbered pictures."""
    from PIL import Image

    folder = tmp_path / "shots"
    folder.mkdir()
    for number in (1, 2, 10):
        Image.new("RGB", (8, 6)).save(folder / f"a{number}.png")
    return folder


@pytest.mark.parametrize(("film", "added"), [(True, ["a#.png"]), (False, 3)])
def test_a_dropped_folder_of_numbered_pictures_is_asked_about(
    opened: Window,
    shots: Path,
    qtbot: QtBot,
    film: bool,
    added: list[str] | int,
) -> None:
    verbs.drop(opened, [shots])
    qtbot.waitUntil(lambda: opened.findChild(FilmFolderDialog) is not None)
    dialog = opened.findChild(FilmFolderDialog)
    assert dialog is not None
    (dialog.film_button if film else dialog.pictures_button).click()
    count = 3 + (1 if film else 3)
    qtbot.waitUntil(lambda: len(opened.session.order) == count, timeout=10_000)
    project = opened.session.project
    assert project is not None
    videos = [i.path for i in project.items() if i.media is Media.VIDEO]
    assert videos == (added if film else [])


def test_a_folder_of_numbered_pictures_is_added_as_a_film(
    opened: Window,
    shots: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "bare").mkdir()
    answers = iter([str(tmp_path / "bare"), str(shots)])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(answers))
    opened.commands.run("project.add_film")
    banner = opened.workspace.banner
    qtbot.waitUntil(lambda: "holds no numbered pictures" in banner.text.text())
    opened.commands.run("project.add_film")
    qtbot.waitUntil(lambda: len(opened.session.order) == 4, timeout=10_000)


POPUPS = pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("app.palette", Palette),
        ("app.keys", KeySheet),
        ("edit.history", HistoryPopup),
    ],
)


@POPUPS
def test_a_popup_holds_the_keyboard_and_esc_gives_it_back(
    opened: Window, qtbot: QtBot, action: str, kind: type[Popup]
) -> None:
    opened.workspace.focus_canvas()
    before = opened.focusWidget()
    opened.commands.run(action)
    popup = opened.findChild(kind)
    assert popup is not None
    assert popup.isVisible()
    for _ in range(5):
        press(opened, qtbot, Qt.Key.Key_Tab)
        focus = focus_of(opened)
        assert popup.isAncestorOf(focus) or focus is popup
    press(opened, qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    press(opened, qtbot, Qt.Key.Key_PageDown)
    assert open_id(opened) == 100
    press(opened, qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not opened.findChildren(kind))
    assert opened.focusWidget() is before


def test_a_click_beside_a_popup_closes_it(opened: Window, qtbot: QtBot) -> None:
    opened.commands.run("app.keys")
    popup = opened.findChild(KeySheet)
    assert popup is not None
    QTest.mouseClick(popup, Qt.MouseButton.LeftButton, pos=popup.rect().bottomLeft())
    qtbot.waitUntil(lambda: not opened.findChildren(KeySheet))


def test_the_palette_finds_actions_labels_and_items(
    opened: Window, qtbot: QtBot
) -> None:
    opened.commands.run("app.palette")
    palette = opened.findChild(Palette)
    assert palette is not None
    titles = [e.row.title for e in palette._shown]
    assert "Export annotations…" in titles
    QTest.keyClicks(palette.field, "night")
    qtbot.waitUntil(lambda: any(e.row.note == "item" for e in palette._shown))
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: open_id(opened) == 102)


def test_the_palette_picks_a_label(opened: Window, qtbot: QtBot) -> None:
    opened.commands.run("app.palette")
    palette = opened.findChild(Palette)
    assert palette is not None
    QTest.keyClicks(palette.field, "sign")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.session.label is not None)
    assert opened.session.label is not None
    assert opened.session.label.name == "sign"


def test_the_history_goes_back_to_a_step(opened: Window, qtbot: QtBot) -> None:
    session = opened.session
    for _ in range(2):
        session.apply(edits.delete([session.annotations()[0]]))
    opened.commands.run("edit.history")
    popup = opened.findChild(HistoryPopup)
    assert popup is not None
    popup._go(popup.model.index(2))
    assert len(session.annotations()) == 2


def test_guidelines_are_written_in_one_step(opened: Window, qtbot: QtBot) -> None:
    session, panel = opened.session, opened.workspace.guidelines
    press(opened, qtbot, Qt.Key.Key_F2)
    assert panel.isVisible()
    assert session.project is not None
    before = len(session.project.history(100))
    panel.edit_button.click()
    QTest.keyClicks(panel.editor, "# Tight")
    assert session.schema.guidelines == "# Tight"
    assert len(session.project.history(100)) == before + 1
    panel.edit_button.click()
    assert panel.reader.toPlainText() == "Tight"
    session.undo()
    assert session.schema.guidelines == ""


def test_guidelines_read_no_files(opened: Window, tmp_path: Path) -> None:
    picture = tmp_path / "day" / "0001.png"
    reader = opened.workspace.guidelines.reader
    reader.setMarkdown(f"![x]({picture.as_uri()}) [y](file:///etc/passwd)")
    assert reader.loadResource(2, QUrl.fromLocalFile(str(picture))) is None
    assert not reader.openLinks()
    assert not reader.openExternalLinks()


def test_every_control_has_a_name_and_can_be_reached(opened: Window) -> None:
    unnamed, unreachable = [], []
    for widget in opened.findChildren(QWidget):
        if not isinstance(widget, QAbstractButton | QLineEdit | QComboBox):
            continue
        if widget.objectName().startswith("qt_") or not widget.isVisible():
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            unnamed.append(widget)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            unreachable.append(widget)
    assert unnamed == []
    assert unreachable == []


def test_menus_show_actions_of_the_table(window: Window) -> None:
    ids = {action.id for action in ACTIONS}
    shown = [
        action
        for menu in window.top_bar.menu_bar.actions()
        for action in menu.menu().actions()  # type: ignore[attr-defined]
        if isinstance(action, QAction) and not action.isSeparator()
    ]
    assert len(shown) > 40
    assert all(a.objectName() in ids or a.menu() is not None for a in shown)


def test_a_bug_in_a_slot_is_said_and_written_down(window: Window) -> None:
    def bug() -> None:
        message = "a bug"
        raise ZeroDivisionError(message)

    window.commands.handle({"app.about": bug})
    with capture_exceptions() as exceptions:
        window.commands.actions["app.about"].trigger()
    assert len(exceptions) == 1
    place = write_report(*exceptions[0])
    assert "ZeroDivisionError: a bug" in place.read_text(encoding="utf-8")


def test_closing_closes_the_project(
    opened: Window, project_path: Path, qtbot: QtBot
) -> None:
    opened.close()
    assert opened.session.project is None
    assert worker.idle() or worker.stop_all()
    files = sorted(path.name for path in project_path.parent.glob("street.annolab*"))
    assert files == ["street.annolab"]


def test_f6_goes_round_the_panels(opened: Window, qtbot: QtBot) -> None:
    space = opened.workspace
    space.focus_canvas()
    seen: list[QWidget] = []
    for _ in range(5):
        press(opened, qtbot, Qt.Key.Key_F6)
        seen.append(focus_of(opened))
    assert seen[:2] == [space.labels.view, space.annotations.view]
    assert space.form.isAncestorOf(seen[2])
    assert seen[3:] == [space.items.view, space.canvas]
    press(opened, qtbot, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert focus_of(opened) is space.items.view


def test_the_palette_runs_actions_of_plugins(
    opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annolab import plugins

    brought = plugins.Contribution(
        kind="action", id="hello", title="Say hello", object="x:y", plugin="greeter",
        folder=None, package="", values={},
    )  # fmt: skip
    seen: list[object] = []
    monkeypatch.setattr(plugins, "contributions", lambda kind: iter([brought]))
    monkeypatch.setattr(plugins, "load", lambda contribution: seen.append)
    opened.commands.run("app.palette")
    palette = opened.findChild(Palette)
    assert palette is not None
    QTest.keyClicks(palette.field, "say hello")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen == [opened.session])


@pytest.mark.parametrize(
    "key",
    [Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Left],
)
def test_keys_of_the_canvas_stay_on_the_canvas(
    opened: Window, qtbot: QtBot, key: Qt.Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(opened.workspace, "run_on_canvas", seen.append)
    opened.workspace.form.begin_add()
    press(opened, qtbot, key)
    assert seen == []
    opened.workspace.focus_canvas()
    press(opened, qtbot, key)
    assert len(seen) == 1


def test_only_the_canvas_grows_with_the_window(opened: Window, qtbot: QtBot) -> None:
    split = opened.workspace.split
    before = split.sizes()
    opened.resize(opened.width() + 400, opened.height())
    qtbot.waitUntil(lambda: split.sizes()[1] >= before[1] + 390)
    after = split.sizes()
    assert (after[0], after[3]) == (before[0], before[3])


def test_the_labels_get_the_room_that_they_need(opened: Window, qtbot: QtBot) -> None:
    opened.resize(1280, 1000)
    session, side = opened.session, opened.workspace.side
    qtbot.waitUntil(lambda: side.height() > 800)
    opened.workspace._share_side()
    few = side.sizes()[0]
    for number in range(12):
        made = Label(id=1000 + number, name=f"label {number}", color="#ffffff")
        session.apply(edits.declare(session.schema, made))
    assert side.sizes()[0] >= few + 8 * 30
    assert min(side.sizes()) >= 4 * 30
    side.moveSplitter(side.handle(1).x() + 200, 1)
    kept = side.sizes()
    made = Label(id=2000, name="last", color="#ffffff")
    session.apply(edits.declare(session.schema, made))
    assert side.sizes() == kept


def test_opening_the_open_project_changes_nothing(
    opened: Window, project_path: Path
) -> None:
    said: list[str] = []
    opened.session.said.connect(lambda _, text: said.append(text))
    project = opened.session.project
    assert opened.open_project(project_path)
    assert opened.session.project is project
    assert said == []


def test_what_is_wrong_with_an_item_is_said_while_it_is_open(opened: Window) -> None:
    canvas = opened.workspace.canvas
    assert canvas is not None
    canvas.problem_found.emit("0001.png is cut off.")
    assert opened.workspace.banner.isVisible()
    opened.session.step_item(1)
    assert not opened.workspace.banner.isVisible()
    opened.session.said.emit("problem", "The disk is full.")
    opened.session.step_item(1)
    assert opened.workspace.banner.isVisible()


def test_a_dialog_is_no_larger_than_the_screen(qtbot: QtBot) -> None:
    dialog = QWidget()
    qtbot.addWidget(dialog)
    size_on_screen(dialog, 100, 100_000)
    room = dialog.screen().availableGeometry()
    assert dialog.width() == 100
    assert 0 < dialog.height() < room.height()


def test_no_zoom_is_told_when_there_is_nothing_to_zoom(opened: Window) -> None:
    status = opened.workspace.status
    status.show_zoom(1.5)
    assert status.zoom.text() == "150 %"
    status.show_zoom(0.0)
    assert status.zoom.text() == ""


def test_a_project_from_elsewhere_asks_before_it_is_followed(
    tmp_path: Path, window: Window, qtbot: QtBot
) -> None:
    work, outside = tmp_path / "work", tmp_path / "outside"
    work.mkdir()
    outside.mkdir()
    path = work / "from.annolab"
    with create_project(path) as project:
        root = project.add_root(outside)
        item = Item(id=7, path="a.png", media=Media.IMAGE, root_id=root.id)
        project.apply(Edit("Add", (Change(None, item),)))
    named_folders_file().unlink()
    window.open_project(path)
    qtbot.waitUntil(lambda: bool(window.findChildren(AllowDialog)))
    (dialog,) = window.findChildren(AllowDialog)
    assert not dialog.go_button.isEnabled()
    entry = dialog.list.item(0)
    assert entry.text() == str(outside)
    entry.setCheckState(Qt.CheckState.Checked)
    dialog.go_button.click()
    assert window.session.project is not None
    assert window.session.project.refused_folders() == []
    assert window.session.project.path == path


def test_what_was_left_unchecked_is_not_asked_again_at_once(
    tmp_path: Path, window: Window, qtbot: QtBot
) -> None:
    path = tmp_path / "work" / "from.annolab"
    path.parent.mkdir()
    with create_project(path) as project:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            project.add_root(tmp_path / name)
    named_folders_file().unlink()
    window.open_project(path)
    qtbot.waitUntil(lambda: bool(window.findChildren(AllowDialog)))
    (dialog,) = window.findChildren(AllowDialog)
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.go_button.click()
    qtbot.waitUntil(lambda: not window.findChildren(AllowDialog))
    qtbot.wait(50)
    assert not window.findChildren(AllowDialog)
    assert window.session.project is not None
    assert window.session.project.refused_folders() == [tmp_path / "two"]


@pytest.mark.parametrize("ending", [".jpg", ".mp4", ".wav", ".txt", ".csv"])
def test_every_kind_of_media_can_be_chosen(window: Window, ending: str) -> None:
    everything, *kinds = verbs.media_filter(window).split(";;")
    assert sum(f"*{ending}" in kind for kind in kinds) >= 1
    assert f"*{ending}" in everything or ending == ".csv"
