"""The command palette: find actions, items and labels by typing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from annolab import plugins
from annolab.actions import ACTIONS
from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.widgets import worker
from annolab.widgets.commands import Commands, title_of
from annolab.widgets.controls import column, hairline, label
from annolab.widgets.fuzzy import best
from annolab.widgets.item_delegate import MEDIA_GLYPHS
from annolab.widgets.popup import Popup
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row
from annolab.widgets.session import Session

WIDTH = 600
HEIGHT = 440
SHOWN = 40
ITEMS_SHOWN = 12
HIDDEN = frozenset(("app.palette", "list.open"))


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to find, and what Enter does with it."""

    row: Row
    run: Callable[[], object]


class Palette(Popup):
    """Actions and labels at once; items by a search in a worker."""

    def __init__(self, parent: QWidget, session: Session, commands: Commands) -> None:
        super().__init__(parent, parent.tr("Find anything"), WIDTH)
        self._session = session
        self._commands = commands
        self._entries = [*self._actions(), *self._labels(), *self._brought()]
        self._shown: list[Entry] = []
        self._items: list[Entry] = []
        self.field = QLineEdit()
        self.field.setObjectName("paletteField")
        self.field.setPlaceholderText(self.tr("Type a part of a name"))
        self.field.setAccessibleName(self.tr("Find items, actions and labels"))
        self.field.installEventFilter(self)
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, self.tr("What was found"))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.clicked.connect(self._run)
        self._nothing = label(self.tr("Nothing has this name."), "dim")
        self._nothing.setContentsMargins(16, 12, 16, 12)
        layout = column(self.field, hairline(), self._nothing, self.view)
        layout.setStretch(3, 1)
        self.frame.setObjectName("palette")
        self.fill(layout, HEIGHT)
        self._latest: worker.Latest[list[tuple[int, str, str]]] = worker.Latest(
            self, self._take_items
        )
        self._typing = QTimer(self, singleShot=True, interval=80)
        self._typing.timeout.connect(self._search_items)
        self.field.textChanged.connect(self._search)
        self._search("")
        self.field.setFocus()

    def _actions(self) -> list[Entry]:
        entries = []
        handled = self._commands.handled()
        for action in ACTIONS:
            made = self._commands.actions[action.id]
            usable = made.isEnabled() and action.id in handled
            if usable and action.id not in HIDDEN:
                key = self._commands.bindings.first(action.id)
                row = Row(title_of(action), key=key, glyph=action.icon or "caret-right")
                entries.append(Entry(row, partial(self._commands.run, action.id)))
        return entries

    def _labels(self) -> list[Entry]:
        return [
            Entry(
                Row(held.name, note=self.tr("label"), color=held.color),
                partial(self._session.pick_label, held),
            )
            for held in self._session.schema.labels
            if not held.retired
        ]

    def _brought(self) -> list[Entry]:
        """Actions of plug-ins; their code is loaded when they are run."""
        if self._session.project is None:
            return []
        return [
            Entry(
                Row(brought.title, note=brought.plugin, glyph="puzzle-piece"),
                partial(self._run_brought, brought),
            )
            for brought in plugins.contributions("action")
        ]

    def _run_brought(self, brought: plugins.Contribution) -> None:
        try:
            act = plugins.load(brought)
            if callable(act):
                act(self._session)
        except AnnoLabError as error:
            self._session.said.emit("problem", str(error))

    def _row(self, number: int) -> Row | None:
        return self._shown[number].row if number < len(self._shown) else None

    def _search(self, typed: str) -> None:
        self._items = []
        self._typing.start()
        self._show(typed)

    def _show(self, typed: str) -> None:
        found = best(typed, self._entries, lambda entry: entry.row.title, SHOWN)
        self._shown = [*found, *self._items]
        self.model.set_ids(range(len(self._shown)))
        self._nothing.setVisible(not self._shown)
        self.view.setVisible(bool(self._shown))
        if self._shown:
            self.view.setCurrentIndex(self.model.index(0))

    def _search_items(self) -> None:
        project, typed = self._session.project, self.field.text().strip()
        if project is None or not typed:
            self._latest.cancel()
            return
        from annolab.store.filters import Filter

        def work(progress: Progress) -> list[tuple[int, str, str]]:
            progress.step(0)
            with project.snapshot() as snapshot:
                ids = snapshot.item_ids(Filter(name=typed))[:ITEMS_SHOWN]
                rows = snapshot.item_rows(ids)
            return [(row.id, row.path, MEDIA_GLYPHS[row.media]) for row in rows]

        self._latest.start(work)

    def _take_items(self, found: list[tuple[int, str, str]]) -> None:
        self._items = [
            Entry(
                Row(path, note=self.tr("item"), glyph=glyph),
                partial(self._session.open_item, id_),
            )
            for id_, path, glyph in found
        ]
        current = self.view.currentIndex().row()
        self._show(self.field.text())
        if 0 < current < len(self._shown):
            self.view.setCurrentIndex(self.model.index(current))

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid() or index.row() >= len(self._shown):
            return
        entry = self._shown[index.row()]
        self.dismiss()
        # After this popup has gone: what runs may open another one.
        QTimer.singleShot(0, self._session, entry.run)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys and Enter in the field work on the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            keys = Qt.Key
            if event.key() in (keys.Key_Return, keys.Key_Enter):
                self._run(self.view.currentIndex())
                return True
            if event.key() in (
                keys.Key_Up,
                keys.Key_Down,
                keys.Key_PageUp,
                keys.Key_PageDown,
            ):
                self.view.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)
