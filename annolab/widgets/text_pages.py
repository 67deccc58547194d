"""What the canvas of texts shows: the text, or a page that says why there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from annolab.widgets.controls import column, label, push_button


class TextPages(QStackedWidget):
    """A page with a sentence, and the text in its place.

    The keyboard stays here when one is shown instead of the other: Qt would give it
    to whatever is next.
    """

    encoding_wanted = Signal()

    def __init__(self, text: QWidget, body: QWidget) -> None:
        super().__init__()
        self._text = text
        self.title = label("", "title")
        self.message = label("", "dim", wrap=True)
        for line in (self.title, self.message):
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.encoding_button = push_button(self.tr("Choose another encoding…"))
        self.encoding_button.clicked.connect(self.encoding_wanted)
        page = self._page = QWidget()
        page.setObjectName("page")
        page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = column(self.title, self.message, spacing=8, margin=24)
        inside.addWidget(self.encoding_button, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.insertStretch(0, 1)
        inside.addStretch(1)
        page.setLayout(inside)
        self.addWidget(page)
        self.addWidget(body)

    def say(self, title: str, text: str, *, encoding: bool = False) -> None:
        """Show a sentence; `encoding`: another one may help."""
        self.title.setText(title)
        self.message.setText(text)
        self.encoding_button.setVisible(encoding)
        focused = self._text.hasFocus()
        self.setCurrentIndex(0)
        if focused:
            self._page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_text(self) -> None:
        """Show the text."""
        focused = self._page.hasFocus() or self.encoding_button.hasFocus()
        self.setCurrentIndex(1)
        if focused:
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)
