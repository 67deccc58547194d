"""The bar that searches a text: plain or by expression, with count, as one types."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from annolab.assist.text_search import LIMIT, Piece, Search, places
from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.widgets.controls import label, row, set_flag, tool_button
from annolab.widgets.worker import Latest

WIDE, NARROW = 300, 400  # pixels that all toggles, or all buttons, need
PAUSE = 60  # milliseconds without a key before a search begins
_OWN_KEYS = (
    Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab, Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
)  # fmt: skip


class OwnKeysField(QLineEdit):
    """A field inside of a canvas: its keys are no actions of the canvas."""

    entered = Signal(bool)  # with Shift
    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        """Return, Esc and Tab are meant for the field."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and Esc are told; all else is typed."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shift = Qt.KeyboardModifier.ShiftModifier
            self.entered.emit(bool(event.modifiers() & shift))
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


class FindBar(QWidget):
    """Finds in a worker, and goes from one place to the next."""

    found = Signal(object, int)  # list of pieces, the current one or -1
    gone_to = Signal(int, int)  # a piece
    tag_wanted = Signal()
    left = Signal()  # the keyboard belongs to the text again
    taken = Signal(int)  # pixels of height; 0: it is hidden

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hits: list[Piece] = []
        self.current = -1
        self._text = ""
        self._origin = 0
        self._step: int | None = None  # where to go when the search has ended
        self._done: Search | None = None  # what `hits` are of
        self._asked: Search | None = None
        self._jobs: Latest[list[Piece]] = Latest(self, self._take, self._refuse)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._search)
        self._build()
        self.hide()

    def _build(self) -> None:
        self.field = OwnKeysField()
        self.field.setAccessibleName(self.tr("Find in text"))
        self.field.setPlaceholderText(self.tr("Find in text"))
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(72)
        self.count = label("", "small")
        self.count.setMinimumWidth(0)
        self.case = tool_button("text-aa", self.tr("Match case"), checkable=True)
        self.words = tool_button("text-t", self.tr("Whole words"), checkable=True)
        self.expression = tool_button(
            "asterisk", self.tr("Regular expression"), checkable=True
        )
        self.back = tool_button("caret-up", self.tr("Previous"), ("Shift+F3",))
        self.forward = tool_button("caret-down", self.tr("Next"), ("F3",))
        self.tag = tool_button("checks", self.tr("Tag all of these"), ("Ctrl+D",))
        self.close_button = tool_button("x", self.tr("Close search"), ("Esc",))
        layout = row(
            self.field, self.count, self.case, self.words, self.expression,
            self.back, self.forward, self.tag, self.close_button, spacing=4,
        )  # fmt: skip
        layout.setStretch(0, 1)
        layout.setContentsMargins(12, 4, 8, 4)
        self.setLayout(layout)
        self.field.textEdited.connect(self._begin)
        self.field.entered.connect(lambda back: self.go(-1 if back else 1))
        self.field.escaped.connect(self.leave)
        for button in (self.case, self.words, self.expression):
            button.clicked.connect(self._begin)
        self.back.clicked.connect(lambda: self.go(-1))
        self.forward.clicked.connect(lambda: self.go(1))
        self.tag.clicked.connect(self.tag_wanted)
        self.close_button.clicked.connect(self.leave)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In little room the field goes before buttons that have keys."""
        super().resizeEvent(event)
        width = event.size().width()
        for least, buttons in (
            (WIDE, (self.case, self.words, self.expression)),
            (NARROW, (self.back, self.forward, self.tag)),
        ):
            for button in buttons:
                button.setVisible(width >= least)
        if self.isVisible():
            self.taken.emit(self.height())

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the room that it takes."""
        super().showEvent(event)
        self.taken.emit(self.height())

    @property
    def search(self) -> Search:
        """What is looked for now."""
        return Search(
            self.field.text(),
            expression=self.expression.isChecked(),
            case=self.case.isChecked(),
            words=self.words.isChecked(),
        )

    def open_for(self, text: str, chosen: str, origin: int) -> None:
        """Come up, with the chosen text to look for; go on from `origin`."""
        self._text, self._origin = text, origin
        if chosen and "\n" not in chosen and "\r" not in chosen:
            self.field.setText(chosen)
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._step = None
        if self.field.text():
            self._search()

    def set_text(self, text: str) -> None:
        """Another text is shown."""
        self._text, self._origin = text, 0
        self.hits, self.current, self._done, self._step = [], -1, None, None
        self._jobs.cancel()
        if not self.isHidden() and self.field.text() and text:
            self._search()
        else:
            self.count.clear()

    def move_origin(self, offset: int) -> None:
        """The caret was moved: the next search goes on from there."""
        self._origin = offset
        if self.hits and not (
            0 <= self.current < len(self.hits)
            and self.hits[self.current][0] <= offset <= self.hits[self.current][1]
        ):
            self.current = -1

    def go(self, delta: int) -> None:
        """Go to the next place found, or to that before; round at the end."""
        if not self.field.text():
            return
        if self._done != self.search:
            self._step = delta
            self._search()
            return
        if not self.hits:
            return
        if self.current >= 0:
            place = self.current + delta
        elif delta > 0:
            place = bisect_left(self.hits, (self._origin, 0))
        else:
            place = bisect_right(self.hits, (self._origin, -1)) - 1
        self._go_to(place % len(self.hits))

    def leave(self) -> None:
        """Go away; what was looked for stays, for the next time."""
        self.hide()
        self.left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is marked as found any more."""
        super().hideEvent(event)
        self.taken.emit(0)
        self.found.emit([], -1)

    def _begin(self) -> None:
        self._step = 0  # to the place at or after the caret
        self._timer.start()

    def _search(self) -> None:
        self._timer.stop()
        search, text = self.search, self._text
        set_flag(self.field, "wrong", on=False)
        if not search.pattern:
            self._jobs.cancel()
            self._done = search
            self._show([])
            self.count.clear()
            return

        def task(_: Progress) -> list[Piece]:
            return places(text, search)

        self._asked = search
        self._jobs.start(task)

    def _take(self, hits: list[Piece]) -> None:
        self._done = self._asked
        self._show(hits)
        step, self._step = self._step, None
        if step == 0 and hits:
            place = bisect_left(hits, (self._origin, 0))
            self._go_to(place % len(hits))
        elif step:
            self.go(step)

    def _show(self, hits: list[Piece]) -> None:
        self.hits, self.current = hits, -1
        self.count.setToolTip("")
        self._tell()

    def _tell(self) -> None:
        total = f"{len(self.hits):,}" + ("+" if len(self.hits) >= LIMIT else "")
        if not self.hits:
            self.count.setText(self.tr("not found"))
        elif self.current >= 0:
            self.count.setText(self.tr("{:,} of {}").format(self.current + 1, total))
        else:
            self.count.setText(self.tr("{} found").format(total))
        if not self.isHidden():
            self.found.emit(self.hits, self.current)

    def _go_to(self, place: int) -> None:
        self.current = place
        start, stop = self.hits[place]
        self.gone_to.emit(start, stop)
        self.current = place  # the caret was moved by it
        self._tell()

    def _refuse(self, error: AnnoLabError) -> None:
        self._done = self._asked
        self._show([])
        set_flag(self.field, "wrong", on=True)
        self.count.setText(self.tr("no expression"))
        self.count.setToolTip(str(error))
        self.field.setToolTip(str(error))
