"""The canvas of texts: what is read, marked, searched and suggested, together."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from annolab.actions import BY_ID
from annolab.jobs import Progress
from annolab.model.edit import ChangeSet
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.model.text_steps import UNITS
from annolab.model.words import Piece, piece_at
from annolab.tasks.texts import as_read, doubt_of, no_choice
from annolab.widgets import (
    text_commands,
    text_hints,
    text_options,
    text_relations,
    text_tagging,
)
from annolab.widgets.canvas import Tool
from annolab.widgets.controls import column
from annolab.widgets.session import Session
from annolab.widgets.text_find import FindBar
from annolab.widgets.text_link import KnowledgeSource
from annolab.widgets.text_pages import TextPages
from annolab.widgets.text_reader import ReadingLine
from annolab.widgets.text_shell import TextShell
from annolab.widgets.text_shown import ShownMarks, shown_of
from annolab.widgets.text_source import ReadText, TextSource
from annolab.widgets.text_suggester import Suggester
from annolab.widgets.text_view import TextView
from annolab.widgets.worker import Latest

BY_WORDS = (
    QKeySequence.StandardKey.MoveToNextWord,
    QKeySequence.StandardKey.MoveToPreviousWord,
    QKeySequence.StandardKey.SelectNextWord,
    QKeySequence.StandardKey.SelectPreviousWord,
)
MOST_CARETS = 1000  # places of texts that are kept
MANY_MARKS = 4000  # from which on a worker makes them
MANY = 64  # changed annotations from which all are shown anew
PATIENCE = 200  # milliseconds until it is said that a text is being read


def _tool(unit: str) -> Tool:
    action = BY_ID[f"text.unit_{unit}"]
    return Tool(unit, action.title, action.icon, action.id, Qt.CursorShape.IBeamCursor)


class TextCanvas(TextShell):
    """A text with its spans and relations, a search bar, and keys for all of it."""

    tools = tuple(map(_tool, UNITS))

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tool = "word"
        self.view = TextView(self)
        self.view.unit = "word"
        self.shown = ShownMarks()
        self.search_bar = FindBar(self)
        self.suggester = Suggester(session, self)
        self.knowledge = KnowledgeSource(session, self)
        self._carets: dict[int, int] = {}  # where items were left
        self._marking: Latest[ShownMarks] = Latest(self, self._show_marks)
        self._waits = False  # for marks that are being made
        self._amiss = ""  # what was said against this text
        self._placing = False
        self._left: tuple[int, ...] = ()  # what the last move of the caret deselected
        self.source = TextSource(self)
        self._late = QTimer(self, singleShot=True, interval=PATIENCE)
        self._late.timeout.connect(self._tell_reading)
        self._lay_out()
        self._connect()
        for name in text_options.OPTIONS:
            text_options.take(self, name)

    def _lay_out(self) -> None:
        body = QWidget()
        self.reader = ReadingLine(self.view)
        self.reader.hide()
        both = column(self.search_bar, self.view, self.reader)
        both.setStretch(1, 1)
        body.setLayout(both)
        self.pages = TextPages(self.view, body)
        self.pages.encoding_wanted.connect(lambda: self.trigger("text.encoding"))
        self.setLayout(column(self.pages))
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        view, session, find = self.view, self.session, self.search_bar
        self.source.opened.connect(self._take_text)
        self.source.failed.connect(self._take_failure)
        view.installEventFilter(self)
        view.caret_moved.connect(self._take_caret)
        view.mark_pressed.connect(self._press_mark)
        view.arc_pressed.connect(self._press_arc)
        view.arc_dragged.connect(partial(text_relations.dragged, self))
        view.menu_wanted.connect(self._want_menu)
        view.font_size_wanted.connect(self._size_wanted)
        find.found.connect(view.set_hits)
        find.gone_to.connect(self._go_to)
        find.left.connect(view.setFocus)
        find.taken.connect(self.top_taken)
        find.tag_wanted.connect(lambda: self.trigger("text.tag_all"))
        self.suggester.edit_requested.connect(self.edit_requested)
        self.suggester.said.connect(self.say)
        session.changed.connect(self._take_changes)
        session.selection_changed.connect(self._take_selection)
        session.relations.selection_changed.connect(self._take_relations)
        session.hidden_changed.connect(self.reload)
        session.label_picked.connect(self._take_label)
        session.option_changed.connect(partial(text_options.take, self))
        session.item_updated.connect(self._take_item)
        session.project_changed.connect(self._forget)

    def _forget(self) -> None:
        self.source.forget()
        self.show_item(None)

    # The item

    def show_item(self, item: Item | None) -> None:
        """Show a text, or nothing when there is none or it is of another kind."""
        if item is not None and item.media is not Media.TEXT:
            item = None
        if item is not None and item is self.item:
            return
        self._clear(item, keep=item is not None and self.source.has_read(item))
        project = self.session.project
        if item is None or project is None:
            empty = project is not None and not len(self.session.order)
            self.pages.say(
                self.tr("No texts yet") if empty else self.tr("No text is open"),
                self.tr("Add texts or a table of texts.")
                if empty
                else self.tr("Choose an item on the left."),
            )
            return
        self.pages.show_text()
        self._late.start()
        self.source.ask(project, item)

    def _clear(self, item: Item | None, *, keep: bool = False) -> None:
        """Show nothing of the item before; `keep` its text that was read ahead."""
        self._keep_caret()
        self._marking.cancel()
        self._waits = False
        self.item, self.ready, self.read, self._amiss = item, False, None, ""
        self.head = self.last_span = self.chain = None
        self._late.stop()
        if not keep:
            self.view.set_text("")
        self.shown = ShownMarks()
        self.search_bar.set_text("")
        self.zoom_changed.emit(0.0)
        self.position_changed.emit("")
        self.tell_hint()

    def expect(self, item: Item) -> None:
        """Show a text at once whose very many marks are still being read."""
        project = self.session.project
        if project is not None and item.media is Media.TEXT:
            self._clear(None)
            self.pages.show_text()
            self.source.ask(project, item)

    def _keep_caret(self) -> None:
        if self.item is not None and self.ready:
            self._carets.pop(self.item.id, None)
            self._carets[self.item.id] = self.view.caret
            if len(self._carets) > MOST_CARETS:
                del self._carets[next(iter(self._carets))]

    def _tell_reading(self) -> None:
        if not self.ready and self.item is not None:
            self.pages.say(self.item.name, self.tr("Reading…"))

    def _take_text(self, read: ReadText) -> None:
        text = read.text
        if self.view.text is not text:
            self.view.set_text(text)
        if self.item is None or read.item_id != self.item.id:
            return  # it is expected: its marks are still being read
        self.source.forget()
        self._late.stop()
        self.read = read
        self.ready = True
        self.session.set_text(text)
        if not text:
            self.pages.say(
                self.tr("This text is empty"),
                self.tr("It can be labelled as a whole, and have key-values."),
            )
        else:
            self.pages.show_text()
        self.put_caret(self._carets.get(read.item_id, 0))
        self.reload()
        self.search_bar.set_text(text)
        self._tell_position()
        self.tell_hint()

    def _take_failure(self, sentence: str, encoding: bool) -> None:  # noqa: FBT001
        self._late.stop()
        title = self.tr("This text cannot be shown")
        can = encoding and self.item is not None and not no_choice(self.item)
        self.pages.say(title, sentence, encoding=can)

    def _take_item(self, item: Item) -> None:
        """The open item was changed: another way to its text reads it again."""
        before = self.item
        if before is None or item.id != before.id:
            return
        same = (before.path, before.root_id, before.source) == (
            item.path,
            item.root_id,
            item.source,
        )
        if same:
            self.item = item
            self._tell_amiss()
        else:
            self.item = None
            self.source.forget()
            self.show_item(item)

    # Marks and arcs

    def reload(self) -> None:
        """Read all annotations again."""
        if not self.ready:
            return
        session = self.session
        marks = session.annotations()
        task = partial(
            shown_of, marks, session.schema, session.hidden, len(self.view.text)
        )
        self._waits = len(marks) > MANY_MARKS
        if self._waits:
            self._marking.start(task)
        else:
            self._marking.cancel()
            self._show_marks(task(Progress()))

    def _show_marks(self, shown: ShownMarks) -> None:
        self._waits, self.shown = False, shown
        self.view.set_marks(list(shown.marks.values()))
        self._show_arcs()
        self._take_selection(self.session.selection)
        self._tell_amiss()

    def _tell_amiss(self) -> None:
        """Say once what speaks against this text; nothing, when nothing does any more.

        Without a mark nothing is lost: the file is taken as it is now.
        """
        item, read, project = self.item, self.read, self.session.project
        if item is None or read is None or project is None:
            return
        bare = not self.session.annotations() and not project.read_only
        if bare and doubt_of(item, read.decoded):
            project.note_media([as_read(item, read.decoded)])
        elif (sentence := text_hints.amiss(self)) != self._amiss:
            self._amiss = sentence
            self.problem_found.emit(sentence)

    def _show_arcs(self) -> None:
        self.view.set_arcs(self.shown.arcs(self.session.relations.all()))

    def _take_changes(self, changes: ChangeSet) -> None:
        if not self.ready:
            return
        many = len(changes.annotations) > MANY or self._waits
        if changes.everything or changes.schema_changed or many:
            self.reload()
            self.tell_hint()
            return
        if not changes.annotations and not changes.relations:
            return
        chains = dict(self.shown.chains)
        changed, removed = self.shown.change(
            changes.annotations, self.session.annotation, self.session.hidden
        )
        self.view.change_marks(changed, removed)
        linked = bool(self.shown.chains) and bool(changes.annotations)
        if changes.relations or removed or linked or chains != self.shown.chains:
            self._show_arcs()
        self.tell_hint()

    def _take_selection(self, ids: tuple[int, ...]) -> None:
        if not self.ready:
            return
        seen = [id_ for id_ in ids if id_ in self.shown.marks]
        self.view.select_marks(seen)
        if seen:
            self.last_span = seen[-1]
            mark = self.shown.marks[seen[-1]]
            low, high = self.view.visible_range()
            if not low <= mark.start <= high:
                self.view.reveal(mark.start, mark.stop)
        self.tell_hint()

    def _take_relations(self, ids: tuple[int, ...]) -> None:
        self.view.select_arc(ids[-1] if ids else None)
        self.tell_hint()

    def select_span(self, span_id: int) -> None:
        """Select a span, show it, and put the caret at its end."""
        mark = self.shown.marks.get(span_id)
        if mark is not None:
            self.put_caret(mark.stop)
            self.view.reveal(mark.start, mark.stop)
            self.selection_requested.emit((span_id,))

    def _press_mark(self, mark_id: int, add: bool) -> None:  # noqa: FBT001  a signal of Qt
        chosen = self.session.selection or self._left
        if not add:
            self.selection_requested.emit((mark_id,))
        elif mark_id in chosen:
            self.selection_requested.emit(tuple(i for i in chosen if i != mark_id))
        else:
            self.selection_requested.emit((*chosen, mark_id))

    def _press_arc(self, arc_id: int) -> None:
        if self.session.relations.get(arc_id) is not None:
            self.session.relations.select([arc_id])

    # Caret

    def put_caret(self, offset: int, anchor: int | None = None) -> None:
        """Move the caret without deselecting spans."""
        self._placing = True
        self.view.set_caret(offset, anchor)
        self._placing = False

    def _take_caret(self, caret: int, _anchor: int) -> None:
        self._follow()
        if self.noted:
            self.tell_hint()
        self._tell_position()
        self.search_bar.move_origin(caret)
        if not self._placing:
            self._left = self.session.selection
            if self._left:
                self.selection_requested.emit(())
            self.session.relations.select(())

    def _go_to(self, start: int, stop: int) -> None:
        if self.session.selection:
            self.selection_requested.emit(())
        self.session.relations.select(())
        self.put_caret(stop, start)

    def target(self) -> Piece:
        """What a label's key tags: the selected text, or the unit at the caret."""
        start, stop = self.view.selection
        if start < stop:
            return start, stop
        return piece_at(self.view.text, self.view.caret, self.view.unit)

    def _tell_position(self) -> None:
        if self.ready:
            self.position_changed.emit(text_hints.position(self))

    # Labels, tools and actions

    def _take_label(self, picked: Label | None) -> None:
        if self.isVisible() and self.ready:
            self.take_label(picked)

    def take_label(self, label: Label | None) -> None:
        """A label was picked: do with it what is meant now."""
        text_tagging.take_label(self, label)

    def set_tool(self, tool_id: str) -> None:
        """Select by another unit: character, word, sentence or line."""
        if tool_id not in UNITS:
            return
        self.tool = self.view.unit = tool_id
        if self.mode and tool_id != self.mode:
            self.mode = ""
        self.session.pick_tool(tool_id)
        self.tell_hint()

    def set_mode(self, mode: str) -> None:
        """Tag one word or sentence after the other, or ("") freely."""
        self.mode = mode
        if mode:
            self.set_tool(mode)
            self.session.relations.select(())
            start, stop = self.target()
            if start < stop:
                self.put_caret(stop, start)
            else:
                text_tagging.step_unit(self, 1)
        self.tell_hint()

    def trigger(self, action_id: str) -> bool:
        """Do what a `text.` action says."""
        return text_commands.run(self, action_id)

    def menu(self) -> tuple[str, ...]:
        """What can be done with the selection, and with the text."""
        return text_commands.menu(self)

    def is_on(self, action_id: str) -> bool | None:
        """Whether something is shown or done now."""
        return text_commands.is_on(self, action_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys by which the caret goes word by word are no actions of the window."""
        if (
            watched is self.view
            and event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(event.matches(key) for key in BY_WORDS)
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _want_menu(self, at: QPoint) -> None:
        self.customContextMenuRequested.emit(self.mapFromGlobal(at))

    def _size_wanted(self, steps: int) -> None:
        self.trigger("text.larger" if steps > 0 else "text.smaller")

    def _follow(self) -> None:
        if self.ready and not self.reader.isHidden():
            view = self.view
            ids = dict.fromkeys((*view.selected_marks, *view.mark_at(view.caret)))
            marks = [self.shown.marks[i] for i in ids if i in self.shown.marks]
            anchor = sum(view.selection) - view.caret
            self.reader.follow(view.text, view.caret, anchor, marks)

    def tell_hint(self) -> None:
        """Say what the keys do now."""
        self.noted = False
        self._follow()
        self.hint_changed.emit(text_hints.hint(self))
