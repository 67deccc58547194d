"""Sentences in the window: what went wrong stays, what went well fades."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QWidget

from annolab.widgets.controls import label, row, set_flag, tool_button
from annolab.widgets.icons import glyph_pixmap
from annolab.widgets.theme import theme_of

FADE_MILLISECONDS = 4000
MARGIN = 12
WIDEST = 640


class Banner(QWidget):
    """Lies over the top of its parent; shows the last sentence.

    Several problems are counted, so that none hides that there were others.
    """

    _ROW = 26  # the height of the button at the right

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Message"))
        self._mark = label()
        self._mark.setFixedHeight(self._ROW)
        self.text = label("", wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(
            QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Preferred
        )
        self._close = tool_button("x", self.tr("Close message"))
        self._close.clicked.connect(self.dismiss)
        layout = row(self._mark, self.text, self._close, spacing=8)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setStretch(1, 1)
        layout.setAlignment(self._mark, Qt.AlignmentFlag.AlignTop)
        layout.setAlignment(self._close, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self.kind = ""
        self._timer = QTimer(self, singleShot=True, interval=FADE_MILLISECONDS)
        self._timer.timeout.connect(self.dismiss)
        self._over = parent
        self._free = 0  # pixels at the top of the parent
        self._lines = layout
        parent.installEventFilter(self)
        self.hide()

    def say(self, kind: str, sentence: str) -> None:
        """Show a sentence of `kind` "info" or "problem"."""
        if kind == "info" and self.isVisible() and self.kind == "problem":
            return
        self.kind = kind
        self.text.setText(sentence)
        theme = theme_of(self)
        glyph, token = (
            ("warning-circle", "error") if kind == "problem" else ("info", "accent")
        )
        self._mark.setPixmap(glyph_pixmap(glyph, theme.color(token)))
        self.setProperty("kind", kind)
        set_flag(self, "shown", on=not self.property("shown"))
        self._timer.stop()
        if kind == "info":
            self._timer.start()
        self.show()
        self.raise_()
        self._place()

    def leave_free(self, height: int) -> None:
        """Lie below so many pixels at the top, which are needed."""
        self._free = height
        if self.isVisible():
            self._place()

    def dismiss(self) -> None:
        """Take the sentence away."""
        self._timer.stop()
        self.kind = ""
        self.hide()

    def _place(self) -> None:
        parent = self._over
        widest = min(WIDEST, parent.width() - 2 * MARGIN)
        room = widest - 12 - 18 - 8 - 8 - 26 - 8
        one_line = self.text.fontMetrics().horizontalAdvance(self.text.text()) + 4
        width = widest if one_line > room else max(240, one_line + widest - room)
        self.setFixedWidth(width)
        self.setFixedHeight(self._lines.totalHeightForWidth(width))
        self.move((parent.width() - width) // 2, self._free + MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the parent."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
