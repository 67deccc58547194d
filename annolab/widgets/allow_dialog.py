"""A project names folders of media that the user has not: may they be followed?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from annolab.widgets.controls import column, label, push_button, row, size_on_screen

if TYPE_CHECKING:
    from annolab.store.project import Project


class AllowDialog(QDialog):
    """`allowed`: the user has named at least one of the folders.

    Nothing of them was looked at so far. None is checked beforehand: a project
    from elsewhere may point anywhere, and a click on the wrong button must not
    open it.
    """

    allowed = Signal()

    def __init__(self, parent: QWidget, project: Project) -> None:
        super().__init__(parent)
        self._project = project
        self.setWindowTitle(self.tr("Folders of this project"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size_on_screen(self, 560, 320)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Folders to allow"))
        for folder in project.refused_folders():
            entry = QListWidgetItem(str(folder), self.list)
            entry.setFlags(entry.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            entry.setCheckState(Qt.CheckState.Unchecked)
        self.list.itemChanged.connect(self._tell)
        self.go_button = push_button(self.tr("Allow"))
        self.go_button.clicked.connect(self._allow)
        close = push_button(self.tr("Not now"))
        close.clicked.connect(self.reject)
        close.setDefault(True)
        buttons = row(close, self.go_button)
        buttons.insertStretch(0, 1)
        text = self.tr(
            "The media of this project lie in folders that you have not opened on "
            "this computer. Check those that you trust; the others are left alone."
        )
        layout = column(
            label(self.windowTitle(), "large"),
            label(text, wrap=True),
            self.list,
            spacing=12,
            margin=20,
        )
        layout.setStretch(2, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self._tell()
        if self.list.count():
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def checked(self) -> list[Path]:
        """The folders that are checked."""
        entries = [self.list.item(n) for n in range(self.list.count())]
        on = Qt.CheckState.Checked
        return [Path(entry.text()) for entry in entries if entry.checkState() is on]

    def _tell(self) -> None:
        self.go_button.setEnabled(bool(self.checked()))

    def _allow(self) -> None:
        for folder in self.checked():
            self._project.named.add(folder)
        self.accept()
        self.allowed.emit()
