"""The rules of the project, one key away: read them, or write them."""

from __future__ import annotations

import json
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtWidgets import QPlainTextEdit, QStackedLayout, QTextBrowser, QWidget

from annolab import edits
from annolab.model.edit import ChangeSet
from annolab.widgets.controls import PanelHead, column, tool_button
from annolab.widgets.session import Session

KEY = "guidelines"


class Reader(QTextBrowser):
    """Shows Markdown and nothing else: no link is followed, no file is read."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)

    def loadResource(self, type_: int, name: QUrl | str) -> object:
        """Guidelines come with the project: pictures they name are not opened."""
        return None


class Guidelines(QWidget):
    """A panel with the guidelines in Markdown; every pause in typing is saved."""

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("guidelines")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        head = PanelHead(self.tr("Guidelines"))
        self.edit_button = tool_button(
            "pencil-simple", self.tr("Write the guidelines"), checkable=True
        )
        close = tool_button("x", self.tr("Close"), ("F2",))
        head.add(self.edit_button)
        head.add(close)
        self.reader = Reader()
        self.reader.setAccessibleName(self.tr("Guidelines"))
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(self.tr("Guidelines as Markdown"))
        self.editor.setPlaceholderText(
            self.tr("What to label and how, in Markdown. # Title, - list, **bold**")
        )
        self.editor.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.reader)
        self._stack.addWidget(self.editor)
        body = QWidget()
        body.setLayout(self._stack)
        body.setContentsMargins(8, 8, 8, 8)
        layout = column(head)
        layout.addWidget(body, 1)
        self.setLayout(layout)
        close.clicked.connect(self.closed)
        self.edit_button.toggled.connect(lambda on: self._set_editing(on=on))
        self.editor.textChanged.connect(self._write)
        session.project_changed.connect(self.reload)
        session.changed.connect(self._changed)
        self.reload()

    def reload(self) -> None:
        """Show the guidelines of the project."""
        text = self._session.schema.guidelines
        self.reader.setMarkdown(
            text or self.tr("*No guidelines yet. The pencil above starts them.*")
        )
        if self.editor.toPlainText() != text:
            self.editor.blockSignals(True)  # noqa: FBT003  this is no typing
            self.editor.setPlainText(text)
            self.editor.blockSignals(False)  # noqa: FBT003

    def _changed(self, changes: ChangeSet) -> None:
        if (changes.schema_changed or changes.everything) and (
            changes.initiator is not self
        ):
            self.reload()

    def _set_editing(self, *, on: bool) -> None:
        self._stack.setCurrentIndex(1 if on else 0)
        if on:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.reload()

    def _write(self) -> None:
        project = self._session.project
        text = self.editor.toPlainText()
        if project is None or text == project.schema.guidelines:
            return
        edit = edits.set_entry(project.entry(KEY), KEY, json.dumps(text))
        self._session.apply(replace(edit, merge_key=KEY), self)

    def sizeHint(self) -> QSize:
        """Wide enough to read."""
        return QSize(320, 600)
