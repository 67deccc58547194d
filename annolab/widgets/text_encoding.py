"""Asks for the encoding of a text, and shows what its beginning is in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit, QWidget

from annolab import edits
from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.media.text import ENCODINGS
from annolab.model.item import Item
from annolab.model.text_item import text_spec
from annolab.store.project import Project
from annolab.tasks.texts import encoding_title, read_as, spans_beyond
from annolab.widgets.controls import column, label, push_button, row, size_on_screen
from annolab.widgets.worker import Latest

SHOWN = 2000  # characters of the text
NAMES = {
    "utf-8": "Unicode", "utf-16-le": "Unicode, two bytes",
    "utf-16-be": "Unicode, two bytes, high first", "cp1252": "Western Europe, Windows",
    "iso8859-1": "Western Europe", "iso8859-15": "Western Europe with €",
    "cp1250": "Central Europe, Windows", "iso8859-2": "Central Europe",
    "cp1251": "Cyrillic, Windows", "koi8-r": "Russian", "koi8-u": "Ukrainian",
    "iso8859-5": "Cyrillic", "cp1253": "Greek, Windows", "iso8859-7": "Greek",
    "cp1254": "Turkish, Windows", "cp1255": "Hebrew, Windows", "iso8859-8": "Hebrew",
    "cp1256": "Arabic, Windows", "iso8859-6": "Arabic", "cp1257": "Baltic, Windows",
    "cp1258": "Vietnamese, Windows", "cp874": "Thai, Windows",
    "gb18030": "Chinese, mainland", "big5": "Chinese, Taiwan",
    "big5hkscs": "Chinese, Hong Kong", "shift_jis": "Japanese",
    "cp932": "Japanese, Windows", "euc_jp": "Japanese, Unix", "euc_kr": "Korean",
    "cp949": "Korean, Windows", "mac-roman": "Western Europe, old Macintosh",
    "cp437": "DOS", "cp850": "DOS, Western Europe", "utf-32-le": "Unicode, four bytes",
    "utf-32-be": "Unicode, four bytes, high first",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """An item as read in an encoding; how its text begins, spans beyond its end."""

    item: Item
    beginning: str
    beyond: int


class EncodingDialog(QDialog):
    """A list of encodings and what the text looks like in the chosen one."""

    chosen = Signal(object)  # Edit

    def __init__(self, parent: QWidget, project: Project, item: Item) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Choose encoding"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size_on_screen(self, 640, 480)
        self._project, self._item = project, item
        self._jobs: Latest[_Read] = Latest(self, self._show, self._refuse)
        self._after: Item | None = None  # as it is read in the chosen encoding
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Encoding"))
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName(self.tr("How the text begins"))
        self.problem = label("", "problem", wrap=True)
        self.go_button = push_button(self.tr("Use this encoding"))
        self.go_button.setDefault(True)
        self.go_button.clicked.connect(self.accept)
        cancel = push_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = row(cancel, self.go_button)
        buttons.insertStretch(0, 1)
        layout = column(
            label(self.tr("In which encoding is this text written?"), "large"),
            label(self.tr("The file itself is not changed."), "dim"),
            self.box,
            self.preview,
            self.problem,
            spacing=12,
            margin=20,
        )
        layout.setStretch(3, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self._fill()
        self.box.currentIndexChanged.connect(self._look)
        self._look()

    def _fill(self) -> None:
        held = text_spec(self._item).encoding
        self.box.addItem(self.tr("Find out"), "")
        for codec in dict.fromkeys((*ENCODINGS, held)):
            if codec:
                name = NAMES.get(codec, "")
                text = f"{codec} — {self.tr(name)}" if name else codec
                self.box.addItem(text, codec)
        self.box.setCurrentIndex(max(0, self.box.findData(held)))
        self.box.setFocus()

    @property
    def encoding(self) -> str:
        """The codec that is chosen; "": found out."""
        return str(self.box.currentData() or "")

    def _look(self) -> None:
        self._take(None)
        task = partial(_read, self._project, self._item, self.encoding)
        self._jobs.start(task)

    def _take(self, after: Item | None) -> None:
        self._after = after
        self.go_button.setEnabled(after is not None)

    def _show(self, read: _Read) -> None:
        self.preview.setPlainText(read.beginning)
        sentence = self.tr("{:,} spans would lie beyond the end of the text.")
        self.problem.setText(sentence.format(read.beyond) if read.beyond else "")
        self._take(read.item)

    def _refuse(self, error: AnnoLabError) -> None:
        self.preview.setPlainText("")
        self.problem.setText(str(error))

    def accept(self) -> None:
        """Ask for the change: Undo takes it back. Nothing while it is being read."""
        if self._after is None:
            return
        title = encoding_title([self._item], self.encoding)
        edit = edits.replace([self._item], [self._after], title)
        self.chosen.emit(edit)
        super().accept()

    def done(self, result: int) -> None:
        """Nothing is read any more."""
        self._jobs.cancel()
        super().done(result)


def _read(project: Project, item: Item, encoding: str, _: Progress) -> _Read:
    after, text = read_as(project, item, encoding)
    return _Read(after, text[:SHOWN], spans_beyond(project, after))
