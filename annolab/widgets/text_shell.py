"""What the actions on texts need of the canvas that has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from annolab.model.annotation import Annotation
from annolab.model.item import Item
from annolab.model.words import Piece
from annolab.widgets.banner import FADE_MILLISECONDS
from annolab.widgets.canvas import Canvas
from annolab.widgets.text_shown import ShownMarks
from annolab.widgets.text_view import TextView

if TYPE_CHECKING:
    from annolab.model.edit import Edit
    from annolab.model.schema import Label
    from annolab.widgets.text_find import FindBar
    from annolab.widgets.text_link import KnowledgeSource
    from annolab.widgets.text_reader import ReadingLine
    from annolab.widgets.text_source import ReadText
    from annolab.widgets.text_suggester import Suggester


class TextShell(Canvas):
    """The parts of the canvas of texts, and what is begun on it."""

    view: TextView
    reader: ReadingLine
    shown: ShownMarks
    search_bar: FindBar
    suggester: Suggester
    knowledge: KnowledgeSource
    item: Item | None = None
    read: ReadText | None = None  # the text of the item, and how it was decoded
    ready = False  # the text of the item is shown
    mode = ""  # "word" or "sentence" while a label's key tags one and goes on
    head: int | None = None  # the span from which a relation is begun
    last_span: int | None = None  # that was selected last: pieces are added to it
    noted = False  # the line of hints shows a note
    chain: int | None = None  # a span of the chain that was joined last

    @property
    def text(self) -> str:
        """The text that is shown; "" while there is none."""
        return self.view.text if self.ready else ""

    @property
    def annotator_id(self) -> int:
        """Who tags now."""
        project = self.session.project
        return project.annotator.id if project is not None else 0

    def ask(self, edit: Edit, select: Iterable[int] = ()) -> None:
        """Ask for an edit, then for a selection; what does not change is not asked."""
        if edit.changes:
            self.edit_requested.emit(edit)
        chosen = tuple(id_ for id_ in select if self.session.annotation(id_))
        if chosen:
            self.selection_requested.emit(chosen)

    def say(self, sentence: str) -> None:
        """Tell the user something."""
        self.session.said.emit("info", sentence)

    def note(self, sentence: str) -> None:
        """Tell something small below the text, for a while or until the caret moves.

        A message would lie over the text.
        """
        self.noted = True
        self.hint_changed.emit(sentence)
        QTimer.singleShot(FADE_MILLISECONDS, self, self._end_note)

    def _end_note(self) -> None:
        if self.noted:
            self.tell_hint()

    def free(self, annotations: Iterable[Annotation]) -> list[Annotation]:
        """Those that are not locked; says so when some are, but none is free."""
        chosen = list(annotations)
        found = [annotation for annotation in chosen if not annotation.locked]
        if chosen and not found:
            self.say(self.tr("The selection is locked; unlock it to change it."))
        return found

    def put_caret(self, offset: int, anchor: int | None = None) -> None:
        """Move the caret without deselecting spans."""
        raise NotImplementedError

    def select_span(self, span_id: int) -> None:
        """Select a span, show it, and put the caret at its end."""
        raise NotImplementedError

    def target(self) -> Piece:
        """What a label's key tags: the selected text, or the unit at the caret."""
        raise NotImplementedError

    def take_label(self, label: Label | None) -> None:
        """A label was picked: do with it what is meant now."""
        raise NotImplementedError

    def set_mode(self, mode: str) -> None:
        """Tag one word or sentence after the other, or ("") freely."""
        raise NotImplementedError

    def tell_hint(self) -> None:
        """Say what the keys do now."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read all annotations again."""
        raise NotImplementedError
