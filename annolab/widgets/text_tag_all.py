"""Asks what is to be tagged wherever it occurs, and shows where that is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from annolab.assist.text_search import Search
from annolab.errors import AnnoLabError
from annolab.model.geometry import Kind
from annolab.model.item import Media
from annolab.model.schema import Label
from annolab.store.filters import Filter
from annolab.tasks.tag_all import Occurrence, Occurrences, Wanted, look, tag
from annolab.text_edits import offered, tag_all
from annolab.widgets.controls import column, counted, label, size_on_screen
from annolab.widgets.session import Session
from annolab.widgets.task_dialog import TaskDialog
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.formats.base import Report

PAUSE = 150
FEW = 150  # places that are shown already are tagged at once, more in a worker


class TagAllDialog(TaskDialog):
    """A search, a label and where; the places that would be tagged are listed."""

    edit_requested = Signal(object)

    def __init__(
        self, parent: QWidget, session: Session, search: Search, picked: Label | None
    ) -> None:
        super().__init__(parent, parent.tr("Tag all occurrences"), parent.tr("Tag all"))
        size_on_screen(self, 640, 600)
        self._session = session
        self._found: Occurrences | None = None  # None: it is being looked for
        self._eager = False  # tag as soon as it has been found
        self._jobs: Latest[Occurrences] = Latest(self, self._show, self._refuse)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._look)
        self.field = QLineEdit(search.pattern)
        self.labels = QComboBox()
        self.scope = QComboBox()
        self._fill(picked)
        self.case = QCheckBox(self.tr("Match case"))
        self.words = QCheckBox(self.tr("Whole words"))
        self.expression = QCheckBox(self.tr("Regular expression"))
        self.free = QCheckBox(self.tr("Only what is not tagged yet"))
        for box, on in (
            (self.case, search.case),
            (self.words, search.words),
            (self.expression, search.expression),
            (self.free, True),
        ):
            box.setChecked(on)
            box.clicked.connect(self._begin)
        options = QWidget()
        options.setLayout(
            column(self.case, self.words, self.expression, self.free, spacing=2)
        )
        self.count = label("", "title")
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(self.tr("What would be tagged"))
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.add_row(self.tr("Text"), self.field)
        self.add_row(self.tr("Label"), self.labels)
        self.add_row(self.tr("Where"), self.scope)
        self.add_row(self.tr("How"), options)
        self.body.insertWidget(2, self.count)
        self.body.insertWidget(3, self.preview, 1)
        self.field.textChanged.connect(self._begin)
        self.field.selectAll()
        self.scope.currentIndexChanged.connect(self._begin)
        self.labels.currentIndexChanged.connect(self._enable)
        self._look()

    def _fill(self, picked: Label | None) -> None:
        for held in self._session.schema.labels:
            if not held.retired and offered(held, Kind.SPAN):
                self.labels.addItem(held.name, held.id)
        if picked is not None:
            self.labels.setCurrentIndex(max(0, self.labels.findData(picked.id)))
        self.scope.addItem(self.tr("This text"), userData=False)
        self.scope.addItem(self.tr("All texts of the project"), userData=True)

    @property
    def wanted(self) -> Wanted:
        """What is looked for."""
        search = Search(
            self.field.text(),
            expression=self.expression.isChecked(),
            case=self.case.isChecked(),
            words=self.words.isChecked(),
        )
        return Wanted(search, free=self.free.isChecked())

    def ids(self) -> Sequence[int]:
        """The texts in which it is looked for."""
        project, item = self._session.project, self._session.item
        if project is None:
            return ()
        if self.scope.currentData():
            return project.item_ids(Filter(media=Media.TEXT))
        return [] if item is None else [item.id]

    def _label(self) -> Label | None:
        return self._session.schema.label(self.labels.currentData())

    def _begin(self) -> None:
        self._found, self._eager = None, False
        self._enable()
        self._pause.start()

    def _enable(self) -> None:
        found = self._found
        some = bool(self.field.text()) if found is None else found.count > 0
        self.go_button.setEnabled(some and self._label() is not None)

    def _look(self) -> None:
        self._pause.stop()
        project, wanted = self._session.project, self.wanted
        self.say("")
        self._found = None
        self._enable()
        if project is None or not wanted.search.pattern:
            self._jobs.cancel()
            self.count.setText("")
            self.preview.clear()
            return
        if self._label() is None:
            self.say(self.tr("Add a label first: what is tagged is to bear it."))
        self.count.setText(self.tr("Looking…"))
        self._jobs.start(partial(look, project, self.ids(), wanted))

    def _show(self, found: Occurrences) -> None:
        self._found = found
        places = counted(found.count, "place", "places")
        texts = counted(found.texts, "text", "texts")
        many = bool(self.scope.currentData())
        text = self.tr("{} in {}").format(places, texts) if many else places
        if not found.count:
            free = self.free.isChecked()
            text = self.tr("Nothing is found.")
            if free:
                text = self.tr("Nothing is found that is not tagged yet.")
        if found.unread:
            left_out = counted(found.unread, "text", "texts")
            text += " · " + self.tr("{} cannot be read").format(left_out)
        self.count.setText(text)
        lines = [self._line(one, named=many) for one in found.shown]
        if found.count > len(lines):
            lines.append(self.tr("… and {:,} more").format(found.count - len(lines)))
        self.preview.setPlainText("\n".join(lines))
        self._enable()
        if self._eager and found.count:
            self.go()
        self._eager = False

    @staticmethod
    def _line(one: Occurrence, *, named: bool) -> str:
        name = f"{one.item.name}: " if named else ""
        return f"{name}…{one.before}[{one.inside}]{one.after}…"

    def _refuse(self, error: AnnoLabError) -> None:
        self._eager = False
        self._found = Occurrences(0, 0, ())
        self.count.setText("")
        self.preview.clear()
        self.say(str(error))
        self._enable()

    def go(self) -> None:
        """Tag: a few at once, many in a worker with progress."""
        project, held, found = self._session.project, self._label(), self._found
        if found is None:
            self._eager = True
        if project is None or held is None or found is None:
            return
        item = self._session.item
        if found.count == len(found.shown) <= FEW and not self.scope.currentData():
            pieces = [(one.start, one.stop) for one in found.shown]
            if item is not None:
                marks = self._session.annotations()
                edit = tag_all([(item, pieces)], project.annotator.id, held, marks)
                self.edit_requested.emit(edit)
            self.accept()
            return
        task = partial(tag, project, list(self.ids()), self.wanted, held)
        self.run(self.tr("Tagging"), task, self._done)

    def _done(self, report: Report) -> None:
        summary = self.tr("Tagged {}.").format(
            counted(report.written, "place", "places")
        )
        if report.counts:
            self.report(summary, report)
        else:
            self._session.said.emit("info", summary)
            self.accept()

    def done(self, result: int) -> None:
        """Nothing is looked for any more."""
        self._jobs.cancel()
        super().done(result)
