"""Options and keys; every change takes effect and is kept at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QTabWidget, QWidget

from annolab.errors import UserError
from annolab.settings import OPTIONS, Option, Settings, Value
from annolab.widgets.controls import column, label, push_button, row, size_on_screen
from annolab.widgets.key_editor import KeyEditor
from annolab.widgets.setting_field import setting_field

SECTIONS = {"look": "Look", "work": "Work", "media": "Media"}


class SettingsDialog(QDialog):
    """A tab for the options of the table, and one for the keys."""

    option_changed = Signal(str)
    keys_changed = Signal()

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        size_on_screen(self, 640, 600)
        self._settings = settings
        self.fields: dict[str, QWidget] = {}
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self._options(), self.tr("Options"))
        self.keys = KeyEditor(settings)
        self.keys.changed.connect(self.keys_changed)
        self.keys.refused.connect(self._say)
        tabs.addTab(self.keys, self.tr("Keys"))
        close = push_button(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        place = label(str(settings.path), "small")
        buttons = row(place, close)
        buttons.setStretch(0, 1)
        buttons.setContentsMargins(16, 0, 16, 16)
        layout = column(tabs, self.problem, spacing=12)
        layout.setStretch(0, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def _options(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        place = 0
        section = ""
        for option in OPTIONS:
            name = option.name.partition(".")[0]
            if name != section:
                section = name
                head = label(self.tr(SECTIONS.get(name, name.capitalize())), "head")
                head.setContentsMargins(0, 12 if place else 0, 0, 4)
                grid.addWidget(head, place, 0, 1, 2)
                place += 1
            field = self._field(option)
            self.fields[option.name] = field
            name_label = label(self.tr(option.title))
            name_label.setBuddy(field)
            grid.addWidget(name_label, place, 0)
            grid.addWidget(field, place, 1)
            doc = self.tr(option.doc)
            if option.restart:
                doc += " " + self.tr("At the next start.")
            note = label(doc, "small", wrap=True)
            note.setContentsMargins(0, 0, 0, 8)
            grid.addWidget(note, place + 1, 1)
            place += 2
        grid.setRowStretch(place, 1)
        body = QWidget()
        body.setObjectName("form")
        body.setLayout(grid)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        return scroll

    def _field(self, option: Option) -> QWidget:
        value = self._settings.get(option.name)
        return setting_field(option, value, lambda new: self._set(option, new))

    def _set(self, option: Option, value: Value) -> None:
        if self._settings.get(option.name) == value:
            return
        try:
            self._settings.set(option.name, value)
        except UserError as error:
            self._say(str(error))
        else:
            self._say("")
        self.option_changed.emit(option.name)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.problem.setContentsMargins(16, 0, 16, 0)
