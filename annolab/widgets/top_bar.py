"""The bar at the top: menus, project, search, undo and guidelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QMenuBar, QPushButton, QSizePolicy, QWidget

from annolab.widgets.commands import Commands
from annolab.widgets.controls import (
    Elided,
    counted,
    key_text,
    label,
    push_button,
    row,
)
from annolab.widgets.icons import app_icon, icon
from annolab.widgets.session import Session
from annolab.widgets.theme import theme_of

if TYPE_CHECKING:
    from annolab.model.edit import ChangeSet
    from annolab.model.item import Item

HEIGHT = 40
SEARCH = 336
SEARCH_LEAST = 150
SEARCH_WITH_KEY = 280
GAP = 12
LOGO = 20
TEXT_MENU = "&Text"
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            "project.new", "project.open", "", "project.add", "project.add_folder",
            "project.add_film",
            "project.relocate", "project.allow", "",
            "project.import", "project.export", "",
            "project.schema", "project.suggest", "app.settings", "",
            "project.close", "app.quit",
        ),
    ),
    (
        "&Edit",
        (
            "edit.undo", "edit.redo", "edit.history", "", "image.cut", "image.copy",
            "image.paste", "image.duplicate", "image.delete", "image.select_all", "",
            "image.relabel", "image.lock", "image.hide", "image.show_all",
            "image.raise", "image.lower", "image.to_polygon", "", "label.new",
            "attribute.new",
        ),
    ),
    (
        "&View",
        (
            "app.palette", "", "image.fit", "image.actual_size", "image.zoom_in",
            "image.zoom_out", "image.zoom_selection", "image.darken", "",
            "item.thumbnails", "app.items_panel", "app.labels_panel",
            "app.guidelines", "", "app.full_screen",
        ),
    ),
    (
        "&Text",
        (
            "text.tag", "text.tag_again", "text.token_mode", "text.sentence_mode",
            "text.whole", "", "text.add_piece", "text.cut_piece", "text.split",
            "text.merge", "text.link", "text.delete", "", "text.relate",
            "text.reverse", "text.chain", "text.unchain", "", "text.suggest",
            "text.accept", "text.reject", "text.accept_all", "text.reject_all",
            "project.suggest", "", "text.find", "text.tag_all", "",
            "text.larger", "text.smaller", "text.line_numbers", "text.arcs",
            "text.encoding", "text.take_text",
        ),
    ),
    (
        "&Item",
        (
            "item.next", "item.previous", "item.next_open", "item.first", "item.last",
            "", "item.done", "item.skip", "item.reopen", "", "item.find",
            "item.copy_path",
        ),
    ),
    (
        "&Help",
        (
            "app.keys", "app.guidelines", "project.sample", "", "app.empty_cache",
            "app.about",
        ),
    ),
)  # fmt: skip


class TopBar(QWidget):
    """Shows what is open, and what Undo would take back."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._session = session
        self._commands = commands
        self.menu_bar = QMenuBar()
        self.recent_menu = QMenu(self.tr("Open recent"), self)
        self._fill_menus()
        self._logo = label()
        self._logo.setFixedSize(LOGO, LOGO)
        self.project = Elided("", "title")
        self.count = label("", "dim")
        self._cap = label(key_text("Ctrl+Shift+P"), "key")
        self.search = self._search_button()
        self.undo = push_button("", "small")
        self.guidelines = push_button(self.tr("Guidelines"), "small")
        self._left = QWidget()
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        left = row(self._logo, self.menu_bar, self.project, self.count, spacing=8)
        left.addStretch(1)
        self._left.setLayout(left)
        self._right = QWidget()
        right = row(self.undo, self.guidelines, spacing=8)
        right.insertStretch(0, 1)
        self._right.setLayout(right)
        for side in (self._left, self._right):
            side.setParent(self)
        self.search.setParent(self)
        self._connect()
        self._show_text_menu(None)
        self.show_state()

    def dress(self) -> None:
        """Make the pictures, in the colours of the theme."""
        size = QSize(LOGO, LOGO)
        self._logo.setPixmap(app_icon().pixmap(size, self.devicePixelRatio()))
        self.search.setIcon(icon("magnifying-glass", theme_of(self), 16))

    def _search_button(self) -> QPushButton:
        button = push_button(self.tr("Find items, actions, labels…"), "search")
        button.setAccessibleName(self.tr("Find anything"))
        inside = row(spacing=4)
        inside.addStretch(1)
        inside.addWidget(self._cap)
        inside.setContentsMargins(0, 0, 8, 0)
        button.setLayout(inside)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _connect(self) -> None:
        run = self._commands.run
        self.search.clicked.connect(lambda: run("app.palette"))
        self.undo.clicked.connect(lambda: run("edit.undo"))
        self._commands.bound.connect(self._show_keys)
        self.guidelines.clicked.connect(lambda: run("app.guidelines"))
        self._session.project_changed.connect(self.show_state)
        self._session.changed.connect(self._changed)
        self._session.item_opened.connect(self._show_text_menu)

    def _fill_menus(self) -> None:
        for title, ids in MENUS:
            menu = self.menu_bar.addMenu(self.tr(title))
            if title == TEXT_MENU:
                self.text_menu = menu
            for id_ in ids:
                if not id_:
                    menu.addSeparator()
                    continue
                menu.addAction(self._commands.actions[id_])
                if id_ == "project.open":
                    menu.addMenu(self.recent_menu)

    def _show_text_menu(self, item: Item | None) -> None:
        """What can be done with texts is in a menu while one is shown."""
        shown = item is not None and item.media.value == "text"
        if self.text_menu.menuAction().isVisible() != shown:
            self.text_menu.menuAction().setVisible(shown)
            self._place()

    def _changed(self, changes: ChangeSet) -> None:
        self._show_undo()
        if changes.everything or changes.items:
            self._show_count()

    def show_state(self) -> None:
        """Show what is open now."""
        project = self._session.project
        self.project.set_full(project.path.stem if project is not None else "AnnoLab")
        open_ = project is not None
        for widget in (self.count, self.undo, self.guidelines, self.search):
            widget.setVisible(open_)
        self._show_keys()
        self._show_count()
        self._show_undo()
        self._place()

    def _show_keys(self) -> None:
        """The key of the guidelines, which is another one on sounds."""
        key = key_text(self._key("app.guidelines"))
        self.guidelines.setText(f"{self.tr('Guidelines')} {key}".rstrip())
        self._place()

    def _key(self, action_id: str) -> str:
        return self._commands.bindings.first(action_id)

    def _show_count(self) -> None:
        project = self._session.project
        if project is not None:
            self.count.setText(counted(project.totals().items, "item", "items"))

    def _show_undo(self) -> None:
        undo, redo = self._session.undo_step, self._session.redo_step
        actions = self._commands.actions
        text = self.tr("Undo “{}”").format(undo.name) if undo else self.tr("Undo")
        actions["edit.undo"].setText(text.replace("&", "&&"))
        actions["edit.undo"].setEnabled(undo is not None)
        again = self.tr("Redo “{}”").format(redo.name) if redo else self.tr("Redo")
        actions["edit.redo"].setText(again.replace("&", "&&"))
        actions["edit.redo"].setEnabled(redo is not None)
        metrics = self.undo.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, 200)
        self.undo.setText(shown.replace("&", "&&"))
        self.undo.setEnabled(undo is not None)
        self.undo.setToolTip(self._commands.tip("edit.undo"))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The search field stays in the middle of the window."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """In the middle where there is room, else between the two sides."""
        width, height = self.width(), self.height() - 1
        left = self._left.sizeHint().width() + 2 * GAP
        right = self._right.sizeHint().width() + 2 * GAP
        room = max(SEARCH_LEAST, width - left - right)
        search = min(SEARCH, room)
        start = max(min((width - search) // 2, width - right - search), GAP)
        start = max(start, min(left, width - right - search))
        self.search.setGeometry(start, 6, search, height - 12)
        self._cap.setVisible(search >= SEARCH_WITH_KEY)
        self._left.setGeometry(GAP, 0, start - 2 * GAP, height)
        end = start + search
        self._right.setGeometry(end + GAP, 0, width - end - 2 * GAP, height)
