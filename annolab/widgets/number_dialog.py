"""Asks for one number, and remembers it for the next time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QWidget

from annolab.widgets.controls import column, label, push_button, row
from annolab.widgets.recent import state

WIDTH = 340


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. `id`: the answer is proposed again; "" if it is not to be."""

    id: str
    title: str
    text: str
    value: float
    low: float
    high: float
    unit: str = ""
    decimals: int = 0


class NumberDialog(QDialog):
    """A field with a number; Enter takes it."""

    def __init__(
        self, parent: QWidget, question: Question, on_done: Callable[[float], object]
    ) -> None:
        super().__init__(parent)
        self._question, self._on_done = question, on_done
        self.setWindowTitle(question.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        self.field = QDoubleSpinBox()
        self.field.setDecimals(question.decimals)
        self.field.setRange(question.low, question.high)
        self.field.setSuffix(question.unit)
        self.field.setAccessibleName(question.title)
        self.field.lineEdit().setTextMargins(6, 0, 0, 0)  # as fields of text have it
        self.field.setValue(_remembered(question))
        self.field.selectAll()
        cancel = push_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go_button = push_button(question.title.rstrip("…"))
        self.go_button.setDefault(True)
        self.go_button.clicked.connect(self.accept)
        buttons = row(cancel, self.go_button)
        buttons.insertStretch(0, 1)
        text = label(question.text, "dim", wrap=True)
        layout = column(text, self.field, spacing=12, margin=20)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self.field.setFocus()

    def accept(self) -> None:
        """Hand the number over."""
        value = self.field.value()
        if self._question.id:
            state().setValue(_key(self._question), value)
        super().accept()
        self._on_done(value)


def _key(question: Question) -> str:
    return f"number/{question.id}"


def _remembered(question: Question) -> float:
    held = state().value(_key(question)) if question.id else None
    try:
        return float(str(held)) if held is not None else question.value
    except ValueError:
        return question.value
