"""Asks how the spectrogram is made; every change is seen and kept at once."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from annolab.errors import UserError
from annolab.settings import BY_NAME, Option, Value
from annolab.widgets.controls import clear, column, label, push_button, row
from annolab.widgets.session import Session
from annolab.widgets.setting_field import setting_field

NAMES = tuple(
    f"sound.{name}"
    for name in (
        "window_length",
        "window",
        "low",
        "high",
        "dynamic_range",
        "preemphasis",
        "scale",
        "colors",
    )
)
WIDTH = 460


class SpectrogramDialog(QDialog):
    """Sets options of the user; the session's `option_changed` tells each."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Spectrogram"))
        self.setMinimumWidth(WIDTH)
        self._session = session
        self.fields: dict[str, QWidget] = {}
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.reset_button = push_button(self.tr("Standard settings"))
        self.reset_button.clicked.connect(self._reset)
        self.close_button = push_button(self.tr("Close"))
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        buttons = row(self.reset_button, self.close_button)
        buttons.insertStretch(1, 1)
        layout = column(spacing=12, margin=20)
        layout.addLayout(self._grid)
        layout.addWidget(self.problem)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self._fill()

    def _fill(self) -> None:
        clear(self._grid)
        for place, name in enumerate(NAMES):
            option = BY_NAME[name]
            field = self._field(option)
            name_label = label(self.tr(option.title), "dim")
            name_label.setBuddy(field)
            self._grid.addWidget(name_label, place, 0)
            self._grid.addWidget(field, place, 1)
            self.fields[name] = field

    def _field(self, option: Option) -> QWidget:
        value = self._session.settings.get(option.name)
        field = setting_field(option, value, lambda new: self._set(option.name, new))
        field.setToolTip(self.tr(option.doc))
        return field

    def _set(self, name: str, value: Value) -> None:
        settings = self._session.settings
        if settings.get(name) == value:
            return
        sentence = self._refusal(name, value)
        if not sentence:
            try:
                settings.set(name, value)
            except UserError as error:
                sentence = str(error)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if settings.get(name) == value:  # also when the file cannot be written
            self._session.option_changed.emit(name)

    def _refusal(self, name: str, value: Value) -> str:
        """A range of frequencies that is none is not taken."""
        settings = self._session.settings
        ends = {key: settings.number(key) for key in ("sound.low", "sound.high")}
        if name in ends:
            ends[name] = float(value)
        if ends["sound.low"] < ends["sound.high"]:
            return ""
        return self.tr("The highest frequency must be above the lowest.")

    def _reset(self) -> None:
        """The options that AnnoLab comes with."""
        for name in NAMES:
            self._set(name, BY_NAME[name].default)
        self._fill()
