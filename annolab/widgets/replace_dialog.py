"""Find and replace in the texts of tiers: of one sound, or of the whole project."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.model.schema import Tier
from annolab.model.substitution import Substitution
from annolab.tasks.retext import Found, Where, find_texts, replace_texts
from annolab.widgets.controls import counted, label, row
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row
from annolab.widgets.task_dialog import TaskDialog
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.store.project import Project
    from annolab.widgets.session import Session

WAIT = 200  # milliseconds after the last key before it is looked for again


class ReplaceDialog(TaskDialog):
    """What is looked for, where, and what would become of it, before it does.

    `pattern_used(Substitution)`: what "Find next" goes on with.
    """

    pattern_used = Signal(object)

    def __init__(self, parent: QWidget, session: Session, tier: Tier | None) -> None:
        title = parent.tr("Find and replace")
        super().__init__(parent, title, parent.tr("Replace all"))
        self._session = session
        self._found = Found()
        self._latest: Latest[Found] = Latest(self, self._show, self._fail)
        self.pattern = QLineEdit()
        self.replacement = QLineEdit()
        self.expression = QCheckBox(self.tr("Regular expression"))
        self.case = QCheckBox(self.tr("Match case"))
        self.case.setChecked(True)
        self.whole = QCheckBox(self.tr("Whole text"))
        options = QWidget()
        options.setLayout(row(self.expression, self.case, self.whole))
        self.place = QComboBox()
        item = session.item.id if session.item is not None else None
        one = frozenset({tier.id}) if tier is not None else None
        if tier is not None:
            self.place.addItem(
                self.tr("Tier {}, this sound").format(tier.name), Where(item, one)
            )
        self.place.addItem(self.tr("All tiers, this sound"), Where(item, None))
        if tier is not None:
            self.place.addItem(
                self.tr("Tier {}, all sounds").format(tier.name), Where(None, one)
            )
        self.place.addItem(self.tr("All tiers, all sounds"), Where(None, None))
        self.add_row(self.tr("Find"), self.pattern)
        self.add_row(self.tr("Replace with"), self.replacement)
        self.add_row("", options)
        self.add_row(self.tr("In"), self.place)
        self.outcome = label("", "dim")
        self.model = RowModel(self._row, self)
        self.list = RowView(self.model, self.tr("What is found"))
        self.body.insertWidget(2, self.outcome)
        self.body.insertWidget(3, self.list, 1)
        self._timer = QTimer(self, singleShot=True, interval=WAIT)
        self._timer.timeout.connect(self._look)
        for field in (self.pattern, self.replacement):
            field.textEdited.connect(lambda _: self._changed())
        for box in (self.expression, self.case, self.whole):
            box.toggled.connect(lambda _: self._changed())
        self.place.activated.connect(lambda _: self._changed())
        self.go_button.setEnabled(False)

    def rule(self) -> Substitution:
        """What is asked for."""
        return Substitution(
            self.pattern.text(),
            self.replacement.text(),
            self.expression.isChecked(),
            self.case.isChecked(),
            self.whole.isChecked(),
        )

    def where(self) -> Where:
        """Which texts are looked through."""
        chosen = self.place.currentData()
        return chosen if isinstance(chosen, Where) else Where()

    def _changed(self) -> None:
        """What is shown is of before; the button does what is asked for now."""
        self._latest.cancel()
        self.say("")
        asked = bool(self.pattern.text())
        self.outcome.setText(self.tr("Looking…") if asked else "")
        self.go_button.setEnabled(asked)
        self._timer.start()

    def _look(self) -> None:
        project = self._session.project
        if project is None or not self.pattern.text():
            self._show(Found())
            return
        rule, where = self.rule(), self.where()
        self._latest.start(lambda progress: find_texts(project, rule, where, progress))

    def _fail(self, error: AnnoLabError) -> None:
        self._show(Found())
        self.say(str(error))

    def _show(self, found: Found) -> None:
        self.say("")
        self._found = found
        self.model.set_ids(range(len(found.hits)))
        self.model.refresh()
        text = ""
        if self.pattern.text():
            places = counted(found.places, "place", "places")
            text = self.tr("{} in {}").format(
                places, counted(found.texts, "text", "texts")
            )
        self.outcome.setText(text)
        self.go_button.setEnabled(found.places > 0)
        if found.places:
            self.pattern_used.emit(self.rule())

    def _row(self, number: int) -> Row | None:
        hit = self._found.hits[number]
        return Row(hit.before, note=hit.after or "—", glyph="text-aa")

    def go(self) -> None:
        """Replace everything, as one step of Undo."""
        project = self._session.project
        if project is None or not self.pattern.text():
            return
        self._timer.stop()
        self._latest.cancel()
        task = partial(_replace, project, self.rule(), self.where())
        self.run(self.tr("Replacing"), task, self._done)

    def _done(self, count: int) -> None:
        if not count:
            self._look()  # it stays open and says so
            return
        places = counted(count, "place", "places")
        self._session.said.emit("info", self.tr("Replaced {}.").format(places))
        self.accept()


def _replace(
    project: Project, rule: Substitution, where: Where, progress: Progress
) -> int:
    return replace_texts(project, rule, where, progress)
