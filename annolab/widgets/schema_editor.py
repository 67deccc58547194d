"""Labels and declared attributes: each change is an edit that can be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTabWidget, QWidget

from annolab.actions import Bindings
from annolab.widgets.controls import (
    column,
    label,
    push_button,
    row,
    size_on_screen,
    tip,
)
from annolab.widgets.schema_attributes import AttributeTab
from annolab.widgets.schema_labels import LabelTab
from annolab.widgets.session import Session


class SchemaEditor(QDialog):
    """A tab for labels, a tab for attributes, and Undo."""

    def __init__(self, parent: QWidget, session: Session, bindings: Bindings) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Labels and attributes"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size_on_screen(self, 760, 560)
        self._session = session
        self.problem = label("", "problem", wrap=True)
        self.problem.setContentsMargins(16, 0, 16, 0)
        self.labels = LabelTab(session, bindings)
        self.attributes = AttributeTab(session)
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self.labels, self.tr("Labels"))
        tabs.addTab(self.attributes, self.tr("Attributes"))
        self.undo_button = push_button(self.tr("Undo"))
        self.undo_button.setToolTip(tip(self.tr("Undo"), bindings.of("edit.undo")))
        self.undo_button.clicked.connect(session.undo)
        close = push_button(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = row(self.undo_button, close)
        buttons.insertStretch(1, 1)
        buttons.setContentsMargins(16, 0, 16, 16)
        layout = column(tabs, self.problem, spacing=12)
        layout.setStretch(0, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)
        for tab in (self.labels, self.attributes):
            tab.refused.connect(self._say)
        session.said.connect(self._hear)
        session.changed.connect(self._changed)
        self._changed()
        self._say("")

    def _hear(self, kind: str, sentence: str) -> None:
        if kind == "problem":
            self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _changed(self) -> None:
        self._say("")
        step = self._session.undo_step
        self.undo_button.setEnabled(step is not None)
        text = self.tr("Undo “{}”").format(step.name) if step else self.tr("Undo")
        self.undo_button.setText(text.replace("&", "&&"))
