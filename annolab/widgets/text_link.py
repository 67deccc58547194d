"""Links spans to a knowledge base that lies on the disk, found as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from annolab import edits
from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.widgets.controls import column, hairline, label, push_button
from annolab.widgets.popup import Popup
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row
from annolab.widgets.session import Session
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.assist.knowledge import Hit, Knowledge

WIDTH = 640
HEIGHT = 460
SHOWN = 30
PAUSE = 60
KEY = "kb_id"


class KnowledgeSource(QObject):
    """Reads the knowledge base of the project once, in a worker."""

    ready = Signal(object)  # Knowledge
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._held: Knowledge | None = None
        self._names: tuple[str, ...] = ()
        self._jobs: Latest[Knowledge] = Latest(
            self, self._take, lambda error: self.failed.emit(str(error))
        )
        session.project_changed.connect(self._forget)

    def _forget(self) -> None:
        self._jobs.cancel()
        self._held, self._names = None, ()

    def ask(self) -> None:
        """Tell the knowledge base by `ready`; at once when it has been read."""
        from annolab.tasks.suggest import load_knowledge, rules_of

        project = self._session.project
        if project is None:
            return
        names = rules_of(project).knowledge
        if self._held is not None and names == self._names:
            self.ready.emit(self._held)
            return
        self._names = names
        self._jobs.start(partial(load_knowledge, project))

    def _take(self, base: Knowledge) -> None:
        self._held = base
        self.ready.emit(base)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A row of the list: the id that it writes, None to take the link away."""

    row: Row
    id: str | None


class LinkPopup(Popup):
    """Concepts whose names are like what is typed; Enter links to the current one."""

    edit_requested = Signal(object)
    files_wanted = Signal()

    def __init__(
        self,
        parent: QWidget,
        spans: Sequence[Annotation],
        words: str,
        source: KnowledgeSource,
    ) -> None:
        super().__init__(parent, parent.tr("Link to knowledge base"), WIDTH)
        self._spans = list(spans)
        self._base: Knowledge | None = None
        self._choices: list[_Choice] = []
        self._jobs: Latest[list[Hit]] = Latest(self, self._take, self._refuse)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._search)
        self.field = QLineEdit(" ".join(words.split())[:200])
        self.field.setObjectName("paletteField")
        self.field.setPlaceholderText(self.tr("Name or id"))
        self.field.setAccessibleName(self.tr("Find in knowledge base"))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._begin)
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, self.tr("What was found"))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.clicked.connect(self._choose)
        self.note = label(self.tr("Reading the knowledge base…"), "dim", wrap=True)
        self.note.setContentsMargins(16, 12, 16, 12)
        self.files = push_button(self.tr("Choose its files…"), "link")
        self.files.clicked.connect(self._want_files)
        self.files.hide()
        layout = column(self.field, hairline(), self.note, self.view)
        layout.insertWidget(3, self.files, 0, Qt.AlignmentFlag.AlignLeft)
        layout.setStretch(4, 1)
        self.frame.setObjectName("palette")
        self.fill(layout, HEIGHT)
        self.field.selectAll()
        self.field.setFocus()
        source.ready.connect(self._take_base)
        source.failed.connect(self._say)
        source.ask()

    def _take_base(self, base: Knowledge) -> None:
        self._base = base
        empty = not len(base)
        self._say(
            self.tr("This project has no knowledge base yet; a typed id is kept.")
            if empty
            else ""
        )
        self.files.setVisible(empty)
        self._search()

    def _say(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _want_files(self) -> None:
        self.dismiss()
        self.files_wanted.emit()

    def _begin(self) -> None:
        self._pause.start()

    def _search(self) -> None:
        self._pause.stop()
        base, typed = self._base, self.field.text()
        if base is None or not len(base):
            self._take([])
            return

        def find(_: Progress) -> list[Hit]:
            return base.search(typed, SHOWN)

        self._jobs.start(find)

    def _refuse(self, error: AnnoLabError) -> None:
        self._say(str(error))

    def _take(self, hits: list[Hit]) -> None:
        choices = [self._of_hit(hit) for hit in hits]
        typed = self.field.text().strip()
        if typed and all(choice.id != typed for choice in choices):
            row = Row(self.tr("Write “{}” as the id").format(typed), glyph="pencil")
            choices.append(_Choice(row, typed))
        links = (span.attributes.get(KEY) for span in self._spans)
        held = {str(link) for link in links if link}
        if held:
            title = self.tr("Remove the link to {}").format(", ".join(sorted(held)))
            row = Row(title, glyph="link-break")
            choices.append(_Choice(row, None))
        self._choices = choices
        self.model.set_ids(range(len(choices)))
        self.model.refresh()
        if choices:
            self.view.setCurrentIndex(self.model.index(0))

    def _of_hit(self, hit: Hit) -> _Choice:
        concept = hit.concept
        name = concept.name
        if hit.name != concept.name:
            name = f"{concept.name} ({hit.name})"
        title = f"{name} — {concept.detail}" if concept.detail else name
        return _Choice(Row(title, note=concept.id, glyph="link"), concept.id)

    def _row(self, number: int) -> Row | None:
        return self._choices[number].row if number < len(self._choices) else None

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid() or index.row() >= len(self._choices):
            return
        edit = linked(self._spans, self._choices[index.row()].id)
        self.dismiss()
        self.edit_requested.emit(edit)

    def dismiss(self) -> None:
        """Nothing is looked for any more."""
        self._jobs.cancel()
        super().dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys and Enter in the field work on the list."""
        if (
            watched is self.field
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            keys = Qt.Key
            if event.key() in (keys.Key_Return, keys.Key_Enter):
                if self._pause.isActive():
                    self._search()  # what is listed is not of what is typed
                else:
                    self._choose(self.view.currentIndex())
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


def linked(spans: Sequence[Annotation], kb_id: str | None) -> Edit:
    """Write the id of an entity on spans, or take it away."""
    things = edits.counted(spans)
    if kb_id is None:
        edit = edits.remove_attribute(list(spans), KEY)
        return replace(edit, name=f"Unlink {things}")
    edit = edits.set_attribute(list(spans), KEY, kb_id)
    return replace(edit, name=f"Link {things} to {kb_id[:40]}")
