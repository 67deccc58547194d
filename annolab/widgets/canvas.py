"""What all canvases have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from annolab.model.item import Item
from annolab.widgets.session import Session


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the rail: its id is the last part of the id of its action."""

    id: str
    title: str
    icon: str
    action_id: str
    cursor: Qt.CursorShape = Qt.CursorShape.CrossCursor
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Submenu:
    """A part of a menu that is shown on demand."""

    title: str
    actions: tuple[str, ...]


class Canvas(QWidget):
    """Shows one item of its media kind and turns gestures into edits.

    It changes nothing itself: `edit_requested` and `selection_requested` ask,
    and the session's signals say what has become of it.
    """

    position_changed = Signal(str)  # where the pointer is, "" when it is not here
    pixel_changed = Signal(str)  # the value under the pointer
    zoom_changed = Signal(float)  # device pixels per media pixel; 1.0 is 100 %, 0 none
    hint_changed = Signal(str)
    problem_found = Signal(str)  # of the item; "": it is none any more
    edit_requested = Signal(object)  # Edit
    selection_requested = Signal(tuple)  # annotation ids
    top_taken = Signal(int)  # pixels at its top that messages leave free
    states_changed = Signal()  # one of `states` is another

    tools: tuple[Tool, ...] = ()
    tool = ""  # the id of the one in use

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session

    def show_item(self, item: Item | None) -> None:
        """Show an item, or nothing."""
        raise NotImplementedError

    def expect(self, item: Item) -> None:
        """Show what can be shown of an item before its annotations are known."""
        del item

    def set_tool(self, tool_id: str) -> None:
        """Take up a tool; an id that is not in `tools` is ignored."""
        raise NotImplementedError

    def menu(self) -> tuple[str | Submenu, ...]:
        """The actions that a right click offers now; "" is a line between them."""
        return ()

    def is_on(self, action_id: str) -> bool | None:
        """Whether an action that can be checked is on; None: it is none of these."""
        return self.states().get(action_id)

    def states(self) -> Mapping[str, bool]:
        """Whether what its checkable actions switch is on, by their ids."""
        return {}

    def trigger(self, action_id: str) -> bool:
        """Do what an action of this canvas says; False when it is none of its."""
        raise NotImplementedError
