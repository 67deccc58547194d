"""The page that is shown of a picture with several, and the way to its neighbours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from annolab.widgets.controls import label, row, tool_button

MARGIN = 12


class PageBar(QWidget):
    """Lies over the bottom of its parent; hidden when there is one page only."""

    stepped = Signal(int)  # -1 or 1

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pageBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Pages"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.back = tool_button("caret-left", self.tr("Previous page"))
        self.forward = tool_button("caret-right", self.tr("Next page"))
        self.text = label()
        for button, by in ((self.back, -1), (self.forward, 1)):
            # The keyboard stays on the canvas, where Tab goes through shapes.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, by=by: self.stepped.emit(by))
        layout = row(self.back, self.text, self.forward, spacing=4)
        layout.setContentsMargins(4, 4, 4, 4)
        self.setLayout(layout)
        self._over = parent
        parent.installEventFilter(self)
        self.hide()

    def tell(self, page: int, pages: int) -> None:
        """Show which page (0-based) of how many is there."""
        self.setVisible(pages > 1)
        text = self.tr("page {page:,} of {pages:,}")
        self.text.setText(text.format(page=page + 1, pages=pages))
        self.back.setEnabled(page > 0)
        self.forward.setEnabled(page < pages - 1)
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        parent = self._over
        self.move(
            (parent.width() - self.width()) // 2,
            parent.height() - self.height() - MARGIN,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the bottom of the parent."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)
