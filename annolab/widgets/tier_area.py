"""The tiers under a sound: seen, clicked, dragged, and typed into."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QKeyEvent

from annolab import edits, tier_edits
from annolab.model.annotation import Annotation
from annolab.model.edit import ChangeSet
from annolab.model.ids import new_id
from annolab.model.item import Item
from annolab.model.schema import Label, Tier, TierKind
from annolab.model.substitution import Substitution
from annolab.model.tier_line import span_of
from annolab.widgets import tier_commands
from annolab.widgets.session import Session
from annolab.widgets.tier_mouse import TierMouse
from annolab.widgets.tier_text import Typed, after_key, inserted, is_typing
from annolab.widgets.time_view import TimeView


class TierArea(TierMouse):
    """One row a tier. The current tier is where keys go; its mark is typed into."""

    def __init__(self, session: Session, view: TimeView) -> None:
        super().__init__(session, view)
        self.setObjectName("tierArea")
        self.setAccessibleName(self.tr("Tiers"))
        self._typing = 0  # what is typed with one of these is one step of Undo
        for signal in (
            view.window_changed,
            view.playing_changed,
            session.hidden_changed,
        ):
            signal.connect(self.update)
        view.selection_changed.connect(self._follow_cursor)
        session.selection_changed.connect(self._take_selection)

    # What is shown

    def show_item(self, item: Item | None) -> None:
        """Show the tiers of an item."""
        self.drop()
        self.rows.read()
        tiers = self.rows.tiers()
        if self.tier is None or all(t.id != self.tier.id for t, _ in tiers):
            self.tier = tiers[0][0] if tiers else None
        self._show_rows()

    def _show_rows(self) -> None:
        """There are other rows now."""
        self.height_wanted.emit()
        self.fit_bar()
        self.reveal_tier()

    def take_changes(self, changes: ChangeSet) -> None:
        """Bring the rows up to date."""
        before = [row.tier for row in self.rows.rows]
        self.rows.take(changes)
        after = [row.tier for row in self.rows.rows]
        tiers = {t.id: t for t, _ in self.rows.tiers()}
        if self.tier is not None:
            self.tier = tiers.get(self.tier.id)
        if self.tier is None and tiers:
            self.tier = next(iter(tiers.values()))
        mark = self.mark
        self.caret = min(self.caret, len(mark.text or "")) if mark is not None else 0
        if before != after:
            self._show_rows()
        self.fit_bar()  # free regions may need more lanes

    def fit_length(self, believed: float) -> None:
        """The sound is not `believed` but `view.length` seconds long."""
        project = self.session.project
        if project is None or project.read_only:
            return
        lines = [line for _, line in self.rows.tiers()]
        self.ask(tier_edits.fit_length(lines, believed, self.view.length))

    # Selecting

    def set_tier(self, tier: Tier | None) -> None:
        """Keys go to this tier from now on; it is seen."""
        super().set_tier(tier)
        self.reveal_tier()

    def pick(
        self, mark: Annotation, *, extend: bool = False, reveal: bool = True
    ) -> None:
        """Select a mark, and its time with it."""
        span = span_of(mark)
        if span is None:
            return
        view, before = self.view, self.quiet
        self.quiet = True
        if extend:
            view.select(min(view.low, span[0]), max(view.high, span[1]))
        else:
            view.select(*span)
        view.reveal(*span)
        self.selection_requested.emit((mark.id,))
        self.quiet = before

    def _follow_cursor(self) -> None:
        """With the cursor in an interval of the current tier, this one is selected."""
        cursor = self.view.cursor
        row = self.rows.row_of(self.tier) if self.tier is not None else None
        if not self.quiet and row is not None and cursor is not None:
            mark = row.line.at(cursor)
            chosen = () if mark is None else (mark.id,)
            if chosen != self.session.selection:
                self.selection_requested.emit(chosen)
        self.update()

    def _take_selection(self, ids: tuple[int, ...]) -> None:
        mark = self.session.annotation(ids[0]) if ids else None
        if mark is not None and mark.tier_id is not None:
            tiers = {t.id: t for t, _ in self.rows.tiers()}
            self.set_tier(tiers.get(mark.tier_id, self.tier))
        self.caret = len(mark.text or "") if mark is not None else 0
        self.composing, self._typing = "", new_id()
        span = span_of(mark) if mark is not None else None
        held = (self.view.low, self.view.high)
        inside = span is not None and span[0] <= held[0] and held[1] <= span[1]
        if span is not None and self.isVisible() and not (inside or self.quiet):
            self.select_time(*span)  # it was picked in the list of annotations
            self.view.reveal(*span)
        self.update()

    def take_label(self, picked: Label | None) -> None:
        """A label's key: for what is selected, else for the selected time."""
        marks = self.session.selected()
        chosen = [a for a in marks if not a.locked]
        if chosen:
            self.ask(edits.relabel(chosen, picked))
        elif marks:
            self.problem_found.emit(self.tr(tier_edits.LOCKED))
        elif picked is not None:
            tier_commands.add_region(self, picked)

    # Keys

    def wants_key(self, event: QKeyEvent) -> bool:
        """Whether a key is typed into the selected mark."""
        return self.mark is not None and is_typing(event)

    def type_key(self, event: QKeyEvent) -> bool:
        """Type a key; False when it is none of a text, or nothing is selected."""
        mark = self.mark
        typed = None if mark is None else after_key(mark, self.caret, event)
        if mark is None or typed is None:
            return False
        self._take_typed(mark, typed)
        return True

    def insert_text(self, text: str) -> None:
        """Put a text in at the caret of the selected mark."""
        mark = self.mark
        if mark is not None:
            self._take_typed(mark, inserted(mark.text or "", self.caret, text))

    def type_text(self, typed: Typed) -> None:
        """Give the selected mark a text that was typed."""
        mark = self.mark
        if mark is not None:
            self._take_typed(mark, typed)

    def show_composing(self, text: str) -> None:
        """Show at the caret what an input method has not finished."""
        self.composing = text
        self.update()

    def caret_rect(self) -> QRect:
        """Where the selected mark is typed into, roughly: its middle that is seen."""
        mark, tier = self.mark, self.tier
        span = span_of(mark) if mark is not None else None
        if span is None or tier is None:
            return QRect()
        place = self.place_of(tier)
        ends = [min(max(t, self.view.start), self.view.stop) for t in span]
        x = self.view.x_of(sum(ends) / 2)
        return QRectF(x, place.top(), 1, place.height()).toRect()

    def _take_typed(self, mark: Annotation, typed: Typed) -> None:
        if typed.text != (mark.text or ""):
            if mark.locked:
                self.problem_found.emit(self.tr(tier_edits.LOCKED))
                return
            key = f"text {mark.id} {self._typing}"
            self.ask(edits.set_text(mark, typed.text, merge_key=key))
        self.caret = typed.caret
        self.reveal_tier()
        self.update()

    def find_next(self, rule: Substitution) -> None:
        """Select the next mark of the current tier whose text matches."""
        tier_commands.find_next(self, rule)

    def trigger(self, action_id: str) -> bool:
        """Do what an action on tiers says; False when it is none."""
        return tier_commands.run(self, action_id)

    @property
    def kind(self) -> TierKind | None:
        """Of the current tier."""
        return self.tier.kind if self.tier is not None else None
