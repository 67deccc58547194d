"""The main window: docks the workspace, binds actions, owns nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QStackedWidget, QWidget

from annolab import edits
from annolab.actions import BY_ID, Context, bindings, default_table
from annolab.model.item import Status
from annolab.settings import Settings
from annolab.widgets import recent, worker
from annolab.widgets.banner import Banner
from annolab.widgets.canvas import Canvas
from annolab.widgets.commands import Commands, Handler
from annolab.widgets.controls import column
from annolab.widgets.icons import app_icon
from annolab.widgets.progress import ProgressStrip
from annolab.widgets.session import Session
from annolab.widgets.start_page import StartPage
from annolab.widgets.theme import apply_theme
from annolab.widgets.top_bar import TopBar
from annolab.widgets.workspace import Workspace

if TYPE_CHECKING:
    from annolab.store.project import Project

OPEN_STATUSES = (Status.NEW, Status.BEGUN)


class Window(QMainWindow):
    """One project at a time; the start page when there is none."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("window")
        self.settings = settings
        self.session = Session(self)
        self.commands = Commands(self, bindings(default_table(), settings.keys))
        self.top_bar = TopBar(self.session, self.commands)
        self.setMenuWidget(self.top_bar)
        self.workspace = Workspace(self.session, self.commands)
        self.start_page = StartPage(self.commands)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.workspace)
        self.progress = ProgressStrip()
        central = QWidget()
        layout = column(self._pages, self.progress)
        layout.setStretch(0, 1)
        central.setLayout(layout)
        self.setCentralWidget(central)
        self._start_banner = Banner(self.start_page)
        self._restored = False
        self.setAcceptDrops(True)
        self.setWindowIcon(app_icon())
        self._connect()
        self._bind()
        self._project_changed()

    def _connect(self) -> None:
        session = self.session
        session.said.connect(self._say)
        session.project_changed.connect(self._project_changed)
        self.progress.failed.connect(lambda text: self._say("problem", text))
        self.start_page.open_requested.connect(self.open_path)
        self.workspace.items.listed.connect(self._open_first)
        self.workspace.labels.schema_requested.connect(
            lambda: self.commands.run("project.schema")
        )
        self.workspace.canvas_made.connect(self._canvas_made)
        self.top_bar.recent_menu.aboutToShow.connect(self._fill_recent)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _: self.dress())

    def _bind(self) -> None:
        self.workspace.labels.set_bindings(self.commands.bindings)
        self.commands.handle(self._item_verbs())
        self.commands.handle(self._window_verbs())
        self.commands.handle(self._dialog_verbs())
        self.commands.fall_back(Context.IMAGE, self.workspace.run_on_canvas)
        for id_, action in self.commands.actions.items():
            if BY_ID[id_].checkable:
                action.setChecked(id_ in ("app.items_panel", "app.labels_panel"))

    def _item_verbs(self) -> dict[str, Handler]:
        session = self.session
        last = 1 << 40
        return {
            "edit.undo": session.undo,
            "edit.redo": session.redo,
            "item.next": lambda: session.step_item(1),
            "item.previous": lambda: session.step_item(-1),
            "item.first": lambda: session.step_item(-last),
            "item.last": lambda: session.step_item(last),
            "item.next_open": self.next_open,
            "item.done": lambda: self.finish(Status.DONE),
            "item.skip": lambda: self.finish(Status.SKIPPED),
            "item.reopen": lambda: self.set_status(Status.BEGUN),
            "item.copy_path": self._copy_path,
            "label.none": lambda: session.pick_label(None),
        }

    def _window_verbs(self) -> dict[str, Handler]:
        space = self.workspace
        return {
            "project.close": self.close_project,
            "app.quit": self.close,
            "app.full_screen": self._toggle_full_screen,
            "app.guidelines": space.show_guidelines,
            "app.items_panel": lambda: _toggle(space.items),
            "app.labels_panel": lambda: _toggle(space.side),
            "item.find": self._find_items,
            "item.thumbnails": space.items.pictures_button.toggle,
            "label.new": space.labels.begin_add,
            "attribute.new": space.form.begin_add,
            "list.open": space.focus_canvas,
            "list.canvas": space.focus_canvas,
        }

    def _dialog_verbs(self) -> dict[str, Handler]:
        from annolab.widgets import verbs

        return verbs.handlers(self)

    def _say(self, kind: str, sentence: str) -> None:
        open_ = self.session.project is not None
        (self.workspace.banner if open_ else self._start_banner).say(kind, sentence)

    def _project_changed(self) -> None:
        project = self.session.project
        self._pages.setCurrentWidget(
            self.workspace if project is not None else self.start_page
        )
        self.commands.enable(
            project=project is not None, contexts=self.workspace.contexts()
        )
        if project is None:
            self.start_page.reload()
            self.setWindowTitle("AnnoLab")
            return
        recent.remember(project.path, recent.last_item(project.path))
        self.setWindowTitle(f"{project.path.stem} — AnnoLab")

    def _canvas_made(self, canvas: Canvas) -> None:
        canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        canvas.customContextMenuRequested.connect(
            lambda at: self._canvas_menu(canvas, at)
        )

    def _open_first(self) -> None:
        """After opening: the item that was shown last, else the first."""
        session = self.session
        if session.project is None or session.item is not None:
            return
        kept = recent.last_item(session.project.path)
        if session.row_of(kept) >= 0:
            session.open_item(kept)
        else:
            session.step_item(0)
        self.workspace.focus_canvas()

    def open_path(self, path: Path) -> None:
        """Open a project, or make one of a folder or of files."""
        from annolab.widgets import verbs

        verbs.open_path(self, path)

    def open_project(self, path: Path) -> bool:
        """Open a project file in place of the open one."""
        self._remember()
        opened = self.session.open_project(
            path, annotator=self.settings.text("work.annotator") or None
        )
        self.start_page.reload()
        return opened

    def show_project(self, project: Project) -> None:
        """Show a project that is open already."""
        self._remember()
        self.session.set_project(project)

    def close_project(self) -> None:
        """Back to the start page."""
        self._remember()
        self.session.set_project(None)

    def _remember(self) -> None:
        project, item = self.session.project, self.session.item
        if project is not None:
            recent.remember(project.path, item.id if item is not None else None)

    def set_status(self, status: Status) -> bool:
        """Say how far the open item is."""
        item = self.session.item
        if item is None:
            return False
        return self.session.apply(edits.set_item_status([item], status), self)

    def finish(self, status: Status) -> None:
        """Mark the open item and go to the next."""
        if self.set_status(status) and not self.session.step_item(1):
            self._say("info", self.tr("This was the last item of the list."))

    def next_open(self) -> None:
        """Go to the next item that is neither done nor skipped."""
        session = self.session
        project = session.project
        if project is None:
            return
        start = session.row_of(session.item.id if session.item else None) + 1
        count = len(session.order)
        for first in range(start, start + count, 256):
            rows = [
                row % count for row in range(first, min(first + 256, start + count))
            ]
            ids = [int(session.order[row]) for row in rows]
            statuses = {r.id: r.status for r in project.item_rows(ids)}
            for id_ in ids:
                if statuses.get(id_) in OPEN_STATUSES:
                    session.open_item(id_)
                    return
        self._say("info", self.tr("Every item of the list is done or skipped."))

    def _copy_path(self) -> None:
        project, item = self.session.project, self.session.item
        if project is not None and item is not None:
            path = str(project.media_path(item))
            QApplication.clipboard().setText(path)
            self._say("info", self.tr("Copied {}").format(path))

    def _find_items(self) -> None:
        self.workspace.items.show()
        self.workspace.items.focus_filter()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _canvas_menu(self, canvas: QWidget, at: QPoint) -> None:
        menu = QMenu(self)
        chosen = bool(self.session.selection)
        ids = CHOSEN_MENU if chosen else CANVAS_MENU
        for id_ in ids:
            if id_:
                menu.addAction(self.commands.actions[id_])
            else:
                menu.addSeparator()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(canvas.mapToGlobal(at))

    def _fill_recent(self) -> None:
        menu = self.top_bar.recent_menu
        menu.clear()
        for entry in recent.recent_projects():
            action = menu.addAction(str(entry.path).replace("&", "&&"))
            action.setEnabled(not entry.missing)
            action.triggered.connect(lambda _=False, p=entry.path: self.open_path(p))

    def rebind(self) -> None:
        """Take over the keys of the settings."""
        held = bindings(default_table(), self.settings.keys)
        self.commands.bind(held)
        self.workspace.labels.set_bindings(held)
        self.workspace.hint.show_keys()
        if self.workspace.canvas is not None:
            self.workspace.rail.set_tools(self.workspace.canvas.tools)

    def option_changed(self, name: str) -> None:
        """Take over an option that was changed in the settings."""
        if name == "look.theme":
            self.dress()

    def dress(self) -> None:
        """Take over the theme of the settings or the system."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.settings.text("look.theme"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a project, or add what was dropped."""
        from annolab.widgets import verbs

        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls()]
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: verbs.drop(self, paths))

    def showEvent(self, event: QShowEvent) -> None:
        """Come up where the window was."""
        if not self._restored:
            self._restored = True
            geometry = recent.state().value("geometry")
            if isinstance(geometry, QByteArray) and not geometry.isEmpty():
                self.restoreGeometry(geometry)
            self.workspace.restore_state(self.width())
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the workers, close the project, keep where things are."""
        recent.state().setValue("geometry", self.saveGeometry())
        self.workspace.save_state()
        self._remember()
        worker.stop_all()
        self.session.set_project(None)
        super().closeEvent(event)


CHOSEN_MENU = (
    "image.relabel", "", "image.cut", "image.copy", "image.paste", "image.duplicate",
    "image.delete", "", "image.hole", "image.to_polygon", "", "image.hide",
    "image.lock", "image.raise", "image.lower", "", "image.zoom_selection",
    "image.darken",
)  # fmt: skip
CANVAS_MENU = (
    "image.paste", "image.whole", "image.select_all", "", "image.fit",
    "image.actual_size", "image.show_all", "", "item.done", "item.skip",
    "item.copy_path",
)  # fmt: skip


def _toggle(widget: QWidget) -> None:
    widget.setVisible(not widget.isVisible())
