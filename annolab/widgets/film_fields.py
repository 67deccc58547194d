"""What an export makes of films: which of their frames become pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSpinBox, QWidget

from annolab.media.picture_file import PictureFormat
from annolab.model.item import Media
from annolab.tasks.frames import FrameChoice, FrameSet
from annolab.widgets.controls import counted, label, row
from annolab.widgets.option_fields import NAME_WIDTH

if TYPE_CHECKING:
    from annolab.plugins import FormatInfo

MOST = 999_999
STEP, QUALITY = 10, 95
FIELD_HEIGHT, TEXT_MARGIN = 28, 6


class FilmFields(QWidget):
    """Asks for frames where films are among the items and the format has pictures."""

    changed = Signal()  # by the user

    def __init__(self) -> None:
        super().__init__()
        self._info: FormatInfo | None = None
        self._films = 0
        self.which = QComboBox()
        for text, which in (
            ("", None),
            (self.tr("Pictures of keyframes"), FrameSet.KEYFRAMES),
            (self.tr("Pictures of labelled frames"), FrameSet.LABELLED),
            (self.tr("Pictures at intervals"), FrameSet.EVERY),
            (self.tr("Pictures of all frames"), FrameSet.ALL),
        ):
            self.which.addItem(text, which)
        self.step = _number(STEP, MOST, self.tr("Every how many frames"))
        self.step.setPrefix(self.tr("every "))
        self.step.setSuffix(self.tr(" frames"))
        self.picture = QComboBox()
        self.picture.addItem(self.tr("PNG, exact"), PictureFormat.PNG)
        self.picture.addItem(self.tr("JPEG, smaller"), PictureFormat.JPEG)
        self.quality = _number(QUALITY, 100, self.tr("Quality of JPEG"))
        self.quality.setPrefix(self.tr("quality "))
        self.count = label("", "small", wrap=True)
        self._lay_out()
        for box in (self.which, self.picture):
            box.currentIndexChanged.connect(self._choose)
        for number in (self.step, self.quality):
            number.valueChanged.connect(self.changed)
        self._arrange()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, NAME_WIDTH)
        grid.setColumnStretch(1, 1)
        self._picture_name = _name(self.tr("Pictures"), self.picture)
        pictures = row(self.picture, self.quality)
        pictures.addStretch()
        frames = row(self.which, self.step)
        frames.setStretch(0, 1)
        grid.addWidget(_name(self.tr("Films"), self.which), 0, 0)
        grid.addLayout(frames, 0, 1)
        grid.addWidget(self._picture_name, 1, 0)
        grid.addLayout(pictures, 1, 1)
        grid.addWidget(self.count, 2, 1)

    def show_format(self, info: FormatInfo) -> None:
        """Say what becomes of films in this format without pictures."""
        self._info = info
        holds = Media.VIDEO in info.media or not info.media
        text = self.tr("As films") if holds else self.tr("Leave films out")
        self.which.setItemText(0, text)
        self._arrange()

    def show_films(self, films: int) -> None:
        """Say how many of the items are films: none hides the fields."""
        self._films = films
        self._arrange()

    def show_pictures(self, pictures: int) -> None:
        """Say how many pictures there would be."""
        films = counted(self._films, "film", "films")
        text = counted(pictures, "picture", "pictures")
        self.count.setText(
            self.tr("{} of {}, in a folder named images.").format(text, films)
        )

    def choice(self) -> FrameChoice | None:
        """What is chosen; None: films are not to become pictures."""
        which = self.which.currentData()
        if which is None or not self._offered:
            return None
        step = self.step.value() if which == FrameSet.EVERY else 1
        picture = PictureFormat(self.picture.currentData())
        return FrameChoice(FrameSet(which), step, picture, self.quality.value())

    @property
    def _offered(self) -> bool:
        media = self._info.media if self._info is not None else frozenset()
        return self._films > 0 and (Media.IMAGE in media or not media)

    def _arrange(self) -> None:
        which = self.which.currentData()
        self.setVisible(self._offered)
        self.step.setVisible(which == FrameSet.EVERY)
        for widget in (self.picture, self._picture_name, self.count):
            widget.setVisible(which is not None)
        jpeg = self.picture.currentData() == PictureFormat.JPEG
        self.quality.setVisible(which is not None and jpeg)

    def _choose(self) -> None:
        self._arrange()
        self.changed.emit()


def _number(value: int, most: int, name: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(1, most)
    field.setValue(value)
    field.setFixedHeight(FIELD_HEIGHT)
    field.lineEdit().setTextMargins(TEXT_MARGIN, 0, 0, 0)  # no style sheet can
    field.setAccessibleName(name)
    return field


def _name(text: str, field: QWidget) -> QLabel:
    name = label(text, "dim")
    name.setFixedHeight(FIELD_HEIGHT)
    name.setBuddy(field)
    name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if not field.accessibleName():
        field.setAccessibleName(text)
    return name
