"""The tiers of a film's sound, under its tracks and in the same scale.

They are those of the canvas of sounds, with its keys while the keyboard is here.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSizePolicy, QWidget

from annolab.actions import Context, bindings, default_table
from annolab.model.edit import ChangeSet
from annolab.model.item import Item
from annolab.widgets import tier_commands, tier_input
from annolab.widgets.controls import column, hairline
from annolab.widgets.frame_scale import FilmView
from annolab.widgets.session import Session
from annolab.widgets.tier_area import TierArea

TALLEST = 180  # pixels; further tiers are scrolled to


class FilmTiers(QWidget):
    """`wanted(frame)` by the cursor in a tier, `chosen(first, last)` by two clicks."""

    wanted = Signal(int)
    chosen = Signal(int, int)

    def __init__(self, session: Session, view: FilmView) -> None:
        super().__init__()
        self.setObjectName("filmTiers")
        self.setAccessibleName(self.tr("Tiers"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._session, self._view = session, view
        self.still = False  # the cursor is moved by the film just now
        self.area = TierArea(session, view)
        self.area.setFocusProxy(self)
        self.setLayout(column(hairline(), self.area))
        self.area.height_wanted.connect(self.updateGeometry)
        self.area.play_requested.connect(self._choose)
        view.selection_changed.connect(self._tell_cursor)
        session.selection_changed.connect(lambda _: self.updateMicroFocus())

    def sizeHint(self) -> QSize:
        """Room for some tiers."""
        least = self.area.minimumHeight()
        return QSize(400, min(max(self.area.wanted_height(), least), TALLEST))

    # The film

    def show_item(self, item: Item | None) -> None:
        """Show the tiers of a film."""
        self.area.show_item(item)

    def take_changes(self, changes: ChangeSet) -> None:
        """Bring the tiers up to date."""
        self.area.take_changes(changes)

    def follow(self) -> None:
        """The film has gone elsewhere: the cursor of the tiers goes along."""
        view = self._view
        if len(view.frames) and view.frames.at(view.low) != view.frame:
            self.still = True
            self.area.select_time(view.frames.start(view.frame))
            self.still = False

    def _tell_cursor(self) -> None:
        view = self._view
        if self.still or not self.isVisible() or not len(view.frames):
            return
        frame = view.frames.at(view.low)
        if frame != view.frame:
            self.wanted.emit(frame)

    def _choose(self, start: float, stop: float) -> None:
        """The frames that begin within a stretch."""
        frames = self._view.frames
        first, last = frames.at(start), frames.at(stop)
        if last > first and frames.start(last) >= stop:
            last -= 1
        self.chosen.emit(first, last)

    # Keys

    def _action_of(self, event: QKeyEvent) -> str:
        """The action on tiers that a key invokes on the canvas of sounds, or ""."""
        text = QKeySequence(event.keyCombination()).toString(
            QKeySequence.SequenceFormat.PortableText
        )
        held = bindings(default_table(), self._session.settings.keys)
        found = held.owner(text, (Context.AUDIO,))
        name = found.id.partition(".")[2] if found is not None else ""
        return found.id if found is not None and name in tier_commands.VERBS else ""

    def event(self, event: QEvent) -> bool:
        """What is typed, and keys of tiers, are no shortcuts of the film."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (self.area.wants_key(event) or self._action_of(event))
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type into the selected mark, or do what the key says."""
        action = self._action_of(event)
        if self.area.type_key(event) or (action and self.area.trigger(action)):
            event.accept()
            self.updateMicroFocus()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What an input method has composed goes into the selected mark."""
        if tier_input.take_composed(self.area, event):
            event.accept()
            self.updateMicroFocus()
        else:
            super().inputMethodEvent(event)

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        """Input methods are for the text of a mark; else keys are shortcuts."""
        found = tier_input.asked(self.area, query)
        return super().inputMethodQuery(query) if found is None else found

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The caret blinks where what is typed goes."""
        self.area.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is typed goes elsewhere."""
        self.area.update()
        super().focusOutEvent(event)
