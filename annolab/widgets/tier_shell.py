"""What the actions on tiers need of the area that shows them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.schema import Tier
from annolab.widgets.session import MANY_ROWS, Session
from annolab.widgets.tier_rows import TierRows
from annolab.widgets.time_view import TimeView


class TierShell(QWidget):
    """The rows, the current tier, and the ways to ask for something."""

    edit_requested = Signal(object)
    selection_requested = Signal(tuple)
    problem_found = Signal(str)

    def __init__(self, session: Session, view: TimeView) -> None:
        super().__init__()
        self.session = session
        self.view = view
        self.rows = TierRows(session)
        self.tier: Tier | None = None
        self.caret = 0  # in the text of `mark`
        self.quiet = False  # a selection of time is made for a mark just now

    @property
    def mark(self) -> Annotation | None:
        """The selected mark of the current tier: what is typed goes there."""
        if self.tier is None:
            return None
        found = (m for m in self.session.selected() if m.tier_id == self.tier.id)
        return next(found, None)

    def ask(self, edit: Edit) -> None:
        """Ask for an edit; one of very many marks is done in a worker."""
        if len(edit.changes) > MANY_ROWS:
            self.session.apply_large(edit, self)
        elif edit.changes:
            self.edit_requested.emit(edit)

    def set_tier(self, tier: Tier | None) -> None:
        """Keys go to this tier from now on."""
        self.tier = tier
        self.update()

    def select_time(self, low: float, high: float | None = None) -> None:
        """Select time and leave the selected marks as they are."""
        before, self.quiet = self.quiet, True
        self.view.select(low, high)
        self.quiet = before

    def pick(
        self, mark: Annotation, *, extend: bool = False, reveal: bool = True
    ) -> None:
        """Select a mark, and its time with it."""
        raise NotImplementedError

    def insert_text(self, text: str) -> None:
        """Put a text in at the caret of the selected mark."""
        raise NotImplementedError
