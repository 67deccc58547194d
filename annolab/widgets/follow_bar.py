"""The bar that asks how far an object is followed, and tells how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedLayout,
    QWidget,
)

from annolab.assist.tracker import Method
from annolab.widgets.controls import Elided, label, push_button, row, tip
from annolab.widgets.recent import state

MOST_FRAMES = 1_000_000
FRAMES = 100  # what is proposed at first
NAME_LENGTH = 12  # letters that a choice needs at least
NARROW = 240
WIDE = 620  # pixels from which on all is in one line


class Reach(IntEnum):
    """How far to go; always only while it is sure."""

    UNSURE = 0
    FRAMES = 1
    RANGE = 2


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. `way`: 1 forwards, -1 backwards; `frames` with FRAMES."""

    way: int
    reach: Reach
    frames: int
    method: Method


class FollowBar(QWidget):
    """`ordered(Order)`, then `stopped` (keep what was found) or `cancelled`."""

    ordered = Signal(object)
    stopped = Signal()
    cancelled = Signal()
    changed = Signal()  # it is there now, works, or is gone

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hintLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._way = 1
        self._stack = QStackedLayout()
        self._stack.addWidget(self._asking())
        self._stack.addWidget(self._working())
        self.setLayout(self._stack)
        self.setMinimumWidth(NARROW)  # what is in it would ask for more
        self.hide()

    def _asking(self) -> QWidget:
        self.title = label("", "title")
        self.reach = _choice(self.tr("How far"))
        for reach, text in (
            (Reach.UNSURE, self.tr("until unsure")),
            (Reach.FRAMES, self.tr("at most")),
            (Reach.RANGE, self.tr("to the end of the range")),
        ):
            self.reach.addItem(text, reach)
        self.frames = QSpinBox()
        self.frames.setRange(1, MOST_FRAMES)
        self.frames.setSuffix(self.tr(" frames"))
        self.frames.setAccessibleName(self.tr("Frames"))
        self.method = _choice(self.tr("How"))
        self.method.addItem(self.tr("by its points"), Method.FLOW)
        self.method.addItem(self.tr("by its look"), Method.MIL)
        self.method.setToolTip(
            self.tr(
                "By its points: fast, sees it turn and grow. By its look: slow, keeps"
                " the size; for things without clear points."
            )
        )
        self.reach.currentIndexChanged.connect(self._show_frames)
        self.leave_button = push_button(self.tr("Cancel"), "small")
        self.leave_button.setToolTip(tip(self.tr("Follow nothing"), ("Esc",)))
        self.leave_button.clicked.connect(self._cancel)
        self.go_button = push_button(self.tr("Follow"), "small")
        self.go_button.setToolTip(tip(self.tr("Follow"), ("Return",)))
        self.go_button.clicked.connect(self._go)
        self._parts = (
            _part(self.title),
            _part(self.reach, self.frames, self.method),
            _part(self.leave_button, self.go_button),
        )
        made = QWidget()
        self._grid = QGridLayout(made)
        self._grid.setContentsMargins(12, 4, 12, 4)
        self._grid.setSpacing(8)
        self._arrange()
        return made

    def _arrange(self) -> None:
        """In one line, or in two where there is no room."""
        title, choices, buttons = self._parts
        right = Qt.AlignmentFlag.AlignRight
        left = Qt.AlignmentFlag.AlignLeft
        self._is_wide = self.width() >= WIDE
        if self._is_wide:
            self._grid.addWidget(title, 0, 0)
            self._grid.addWidget(choices, 0, 1, left)
            self._grid.addWidget(buttons, 0, 2, right)
        else:
            self._grid.addWidget(title, 0, 0)
            self._grid.addWidget(choices, 1, 0, 1, 3)
            self._grid.addWidget(buttons, 0, 1, 1, 2, right)
        self._grid.setColumnStretch(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another line."""
        super().resizeEvent(event)
        if self._is_wide != (self.width() >= WIDE):
            self._arrange()

    def _working(self) -> QWidget:
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(60)
        self._bar.setMaximumWidth(200)
        self.told = Elided("", "dim", Qt.TextElideMode.ElideRight)
        self.cancel_button = push_button(self.tr("Cancel"), "small")
        self.cancel_button.setToolTip(tip(self.tr("Keep nothing"), ("Esc",)))
        self.cancel_button.clicked.connect(self._cancel)
        self.stop_button = push_button(self.tr("Stop and keep"), "small")
        self.stop_button.setToolTip(
            tip(self.tr("Keep what was found up to here"), ("Return",))
        )
        self.stop_button.clicked.connect(self.stopped)
        made = QWidget()
        layout = row(self._bar, self.told, self.cancel_button, self.stop_button)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setStretch(1, 1)
        made.setLayout(layout)
        return made

    @property
    def is_working(self) -> bool:
        """Whether something is being followed."""
        return not self.isHidden() and self._stack.currentIndex() == 1

    def ask(self, way: int, *, ranged: bool) -> None:
        """Ask how far; asked for once more it goes on as it says.

        `ranged`: a range of frames is selected, to whose end it can go.
        """
        if self.is_working:
            return
        if not self.isHidden() and way == self._way:
            self._go()
            return
        self._way = way
        ahead = self.tr("Follow forward")
        self.title.setText(ahead if way > 0 else self.tr("Follow backward"))
        self.reach.model().item(Reach.RANGE).setEnabled(ranged)  # type: ignore[attr-defined]
        kept = _kept("reach", Reach.RANGE if ranged else Reach.UNSURE)
        is_open = kept != Reach.RANGE or ranged
        self.reach.setCurrentIndex(Reach.RANGE if ranged else kept if is_open else 0)
        self.frames.setValue(max(_kept("frames", FRAMES), 1))
        self.method.setCurrentIndex(_kept("method", 0))
        self._show_frames()
        self._stack.setCurrentIndex(0)
        self.show()
        self.reach.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.changed.emit()

    def _show_frames(self) -> None:
        self.frames.setVisible(self.reach.currentData() == Reach.FRAMES)

    def _go(self) -> None:
        reach = Reach(self.reach.currentData())
        if reach is not Reach.RANGE:
            state().setValue("follow/reach", int(reach))
        state().setValue("follow/frames", self.frames.value())
        state().setValue("follow/method", self.method.currentIndex())
        method = Method(self.method.currentData())
        self.ordered.emit(Order(self._way, reach, self.frames.value(), method))

    def begin(self, total: int) -> None:
        """It is being done, for `total` frames at most."""
        self._bar.setRange(0, total)
        self._bar.setValue(0)
        self.told.set_full(self.tr("Following…"))
        self._stack.setCurrentIndex(1)
        self.show()
        self.stop_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def tell(self, done: int, total: int | None, text: str = "") -> None:
        """How far it is."""
        self._bar.setRange(0, total or 0)
        self._bar.setValue(done)
        if text:
            self.told.set_full(text)

    def hideEvent(self, event: QHideEvent) -> None:
        """It is gone."""
        super().hideEvent(event)
        self.changed.emit()

    def _cancel(self) -> None:
        self.hide()
        self.cancelled.emit()

    def event(self, event: QEvent) -> bool:
        """What is typed here is no action on the film; with Ctrl or Alt it is."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(
            event, QKeyEvent
        ):
            held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if not held & ~Qt.KeyboardModifier.ShiftModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes, or stops and keeps; Esc cancels."""
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif isinstance(focus := self.focusWidget(), QPushButton):
            focus.click()
        else:
            self._go()


def _choice(name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(
        QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    )
    made.setMinimumContentsLength(NAME_LENGTH)
    return made


def _part(*widgets: QWidget) -> QWidget:
    made = QWidget()
    made.setLayout(row(*widgets))
    return made


def _kept(name: str, otherwise: int) -> int:
    """A number that was chosen the last time."""
    held = state().value(f"follow/{name}")
    text = str(held)
    return int(text) if held is not None and text.isdecimal() else otherwise
