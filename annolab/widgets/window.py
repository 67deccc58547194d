"""The main window: docks the workspace, binds actions, owns nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QWidget

from annolab.actions import Context, bindings, default_table
from annolab.settings import Settings
from annolab.widgets import recent
from annolab.widgets.commands import Commands
from annolab.widgets.controls import column
from annolab.widgets.icons import app_icon
from annolab.widgets.session import Session
from annolab.widgets.shell import Shell
from annolab.widgets.start_page import StartPage
from annolab.widgets.theme import apply_theme
from annolab.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from annolab.store.project import Project
    from annolab.widgets.banner import Banner
    from annolab.widgets.canvas import Canvas, Submenu
    from annolab.widgets.progress import ProgressStrip
    from annolab.widgets.workspace import Workspace

IDLE_MILLISECONDS = 100


class Window(Shell):
    """One project at a time; the start page when there is none.

    The workspace is made when the first project is opened, or in the first idle
    moment: the start page must be on the screen at once.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("window")
        self.settings = settings
        self.session = Session(self, settings)
        self.commands = Commands(self, bindings(default_table(), settings.keys))
        self.top_bar = TopBar(self.session, self.commands)
        self.setMenuWidget(self.top_bar)
        self.start_page = StartPage(self.commands)
        self._workspace: Workspace | None = None
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        self._below = column(self._pages)
        self._below.setStretch(0, 1)
        self._progress: ProgressStrip | None = None
        self._start_banner: Banner | None = None
        central = QWidget()
        central.setLayout(self._below)
        self.setCentralWidget(central)
        self._restored = self._painted = False
        self.setAcceptDrops(True)
        self._connect()
        self._bind()
        self._project_changed()

    def _connect(self) -> None:
        session = self.session
        session.said.connect(self._say)
        session.project_opening.connect(self._make_workspace)
        session.project_changed.connect(self._project_changed)
        self.start_page.open_requested.connect(self.open_path)
        self.top_bar.recent_menu.aboutToShow.connect(self._fill_recent)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _: self.dress())

    @property
    def workspace(self) -> Workspace:
        """The panels of the project."""
        return self._workspace or self._make_workspace()

    def _make_workspace(self) -> Workspace:
        if self._workspace is not None:
            return self._workspace
        from annolab.widgets import workspace

        made = workspace.Workspace(self.session, self.commands)
        self._workspace = made
        self._pages.addWidget(made)
        made.items.listed.connect(self._open_first)
        made.items.view.customContextMenuRequested.connect(self._items_menu)
        made.items.view.remove_requested.connect(
            lambda: self.commands.run("item.remove")
        )
        made.items.view.finished.connect(made.focus_canvas)
        made.labels.schema_requested.connect(
            lambda: self.commands.run("project.schema")
        )
        made.canvas_made.connect(self._canvas_made)
        made.labels.set_bindings(self.commands.bindings)
        self.commands.bound.connect(
            lambda: made.labels.set_bindings(self.commands.bindings)
        )
        made.restore_state(self.width())
        made.states_changed.connect(self._show_states)
        self._show_states()
        return made

    @property
    def progress(self) -> ProgressStrip:
        """The line that shows how far a task is."""
        if self._progress is None:
            from annolab.widgets import progress

            self._progress = progress.ProgressStrip()
            self._progress.failed.connect(lambda text: self._say("problem", text))
            self._below.addWidget(self._progress)
        return self._progress

    def _bind(self) -> None:
        session, commands = self.session, self.commands
        last = 1 << 40
        commands.handle(
            {
                "audio.next_item": lambda: session.step_item(1),
                "audio.previous_item": lambda: session.step_item(-1),
                "edit.undo": session.undo,
                "edit.redo": session.redo,
                "item.next": lambda: session.step_item(1),
                "item.previous": lambda: session.step_item(-1),
                "item.first": lambda: session.step_item(-last),
                "item.last": lambda: session.step_item(last),
                "label.none": lambda: session.pick_label(None),
                "project.close": self.close_project,
                "app.quit": self.close,
                "app.full_screen": self._toggle_full_screen,
            }
        )
        commands.fall_back(Context.GLOBAL, self._run_verb)
        commands.fall_back(Context.LIST, self._run_verb)
        for context in (Context.IMAGE, Context.AUDIO, Context.TEXT, Context.VIDEO):
            commands.fall_back(context, self._run_on_canvas)
        commands.ran.connect(self._show_states)

    def _show_states(self) -> None:
        """Menus and palette tell what is on, however it was switched."""
        states = {"app.full_screen": self.isFullScreen()}
        if self._workspace is not None:
            states |= self._workspace.states()
        self.commands.show_states(states)

    def _run_verb(self, action_id: str) -> None:
        from annolab.widgets import verbs

        verbs.VERBS[action_id](self)

    def _run_on_canvas(self, action_id: str) -> None:
        self.workspace.run_on_canvas(action_id)

    def _say(self, kind: str, sentence: str) -> None:
        open_ = self.session.project is not None
        if open_:
            self.workspace.banner.say(kind, sentence)
            return
        if self._start_banner is None:
            from annolab.widgets import banner

            self._start_banner = banner.Banner(self.start_page)
        self._start_banner.say(kind, sentence)

    def _project_changed(self) -> None:
        project = self.session.project
        page = self.start_page if project is None else self.workspace
        self._pages.setCurrentWidget(page)
        self.commands.enable(project=project is not None, contexts=())
        if project is None:
            self.start_page.reload()
            self.setWindowTitle("AnnoLab")
            return
        if self._start_banner is not None:
            self._start_banner.dismiss()
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
        if not session.shows:  # no field and no button is meant by the next key
            self.workspace.setFocus(Qt.FocusReason.OtherFocusReason)
        self.workspace.focus_canvas()
        if session.opening is not None:
            once = Qt.ConnectionType.SingleShotConnection
            session.item_opened.connect(self.workspace.focus_canvas, once)

    def open_path(self, path: Path) -> None:
        """Open a project, or make one of a folder or of files."""
        from annolab.widgets import verbs

        verbs.open_path(self, path)

    def open_project(self, path: Path) -> bool:
        """Open a project file in place of the open one."""
        held = self.session.project
        if held is not None and held.path.resolve() == path.resolve():
            return True  # it is open: closing and opening it would change nothing
        self._remember()
        opened = self._open(path)
        if opened:
            self._ask_for_folders()
        return opened

    def _open(self, path: Path) -> bool:
        annotator = self.settings.text("work.annotator") or None
        opened = self.session.open_project(path, annotator=annotator)
        self.start_page.reload()
        return opened

    def _ask_for_folders(self) -> None:
        """A project from elsewhere must not lead anywhere without being asked."""
        project = self.session.project
        if project is not None and project.refused_folders():
            QTimer.singleShot(0, self, lambda: self.commands.run("project.allow"))

    def reopen_project(self) -> None:
        """Show the open project anew: its media can be reached now."""
        project = self.session.project
        if project is not None:
            self.close_project()
            self._open(project.path)  # what was left unchecked is not asked again

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

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _canvas_menu(self, canvas: Canvas, at: QPoint) -> None:
        menu = QMenu(self)
        self._fill_menu(menu, canvas, canvas.menu())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(canvas.mapToGlobal(at))

    def _fill_menu(
        self, menu: QMenu, canvas: Canvas, entries: Sequence[str | Submenu]
    ) -> None:
        for entry in entries:
            if not isinstance(entry, str):
                self._fill_menu(menu.addMenu(entry.title), canvas, entry.actions)
            elif entry:
                action = self.commands.actions[entry]
                if (on := canvas.is_on(entry)) is not None:
                    action.setChecked(on)
                menu.addAction(action)
            else:
                menu.addSeparator()

    def _items_menu(self, at: QPoint) -> None:
        from annolab.widgets import item_verbs

        item_verbs.show_menu(self, at)

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
        self.workspace.hint.show_keys()
        if self.workspace.canvas is not None:
            self.workspace.rail.set_tools(self.workspace.canvas.tools)

    def option_changed(self, name: str) -> None:
        """Take over an option that was changed in the settings."""
        if name == "look.theme":
            self.dress()
        self.session.option_changed.emit(name)

    def dress(self) -> None:
        """Take over the theme of the settings or the system."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.settings.text("look.theme"))
            if self._painted:
                self.top_bar.dress()
                self.start_page.dress()

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
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """The window manager, too, makes it fill the screen."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._show_states()

    def paintEvent(self, event: QPaintEvent) -> None:
        """What takes time is done when the window has been seen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._dress_up)

    def _dress_up(self) -> None:
        self.setWindowIcon(app_icon())
        self.top_bar.dress()
        self.start_page.dress()
        QTimer.singleShot(IDLE_MILLISECONDS, self, self._make_workspace)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the workers, close the project, keep where things are."""
        recent.state().setValue("geometry", self.saveGeometry())
        if self._workspace is not None:
            self._workspace.save_state()
        self._remember()
        from annolab.widgets import worker

        worker.stop_all()
        self.session.set_project(None)
        super().closeEvent(event)
