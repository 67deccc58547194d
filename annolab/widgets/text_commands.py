"""What the actions on texts do, but for relations, suggestions and searches."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication

from annolab import edits, text_edits
from annolab.assist.text_search import Search
from annolab.errors import UserError
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.text_steps import START, STOP, UNITS
from annolab.model.words import Piece
from annolab.store.filters import EVERYTHING
from annolab.tasks.texts import doubt_of, no_choice, take_text
from annolab.widgets import text_judging, text_relations, text_tagging
from annolab.widgets.text_shell import TextShell

Verb = Callable[[TextShell], object]
FONT_STEP = 2


def run(canvas: TextShell, action_id: str) -> bool:
    """Do what an action says; False when it is none of these."""
    verb = VERBS.get(action_id.removeprefix("text."))
    if verb is None:
        return False
    if canvas.ready or verb in ALWAYS:
        verb(canvas)
    return True


def is_on(canvas: TextShell, action_id: str) -> bool | None:
    """Whether what an action switches is on; None when it switches nothing."""
    switch = SWITCHES.get(action_id.removeprefix("text."))
    return None if switch is None else switch(canvas)


# Moving


def _step_span(canvas: TextShell, delta: int, *, suggested: bool = False) -> None:
    """Select the next span or that before; with `suggested`, the next suggestion."""
    chosen = canvas.session.selection
    held = next((i for i in reversed(chosen) if i in canvas.shown.marks), None)
    low, high = canvas.view.selection
    at = high if delta > 0 else low
    mark = canvas.shown.beside(held, at, delta, lambda m: m.suggested or not suggested)
    if mark is not None:
        canvas.select_span(mark.id)
    elif suggested:
        canvas.note(canvas.tr("There are no more suggestions this way."))
    else:
        canvas.note(canvas.tr("There are no more spans this way."))


def _also(canvas: TextShell, delta: int) -> None:
    """Select the next span beside what is selected."""
    chosen = canvas.session.selection
    low, high = canvas.view.selection
    held = chosen[-1] if chosen else None
    mark = canvas.shown.beside(held, high if delta > 0 else low, delta)
    if mark is not None:
        canvas.put_caret(mark.stop)
        kept = [id_ for id_ in chosen if id_ != mark.id]
        canvas.selection_requested.emit((*kept, mark.id))
        canvas.view.reveal(mark.start, mark.stop)


def _select_spans(canvas: TextShell, *, alike: bool) -> None:
    """Select all spans, or those that bear the label of the selected one."""
    chosen = text_tagging.chosen_spans(canvas)
    marks = text_edits.spans_of(canvas.session.annotations())
    if alike:
        picked = canvas.session.label
        held = chosen[-1].label_id if chosen else picked.id if picked else None
        marks = [mark for mark in marks if mark.label_id == held]
    seen = tuple(mark.id for mark in marks if mark.id in canvas.shown.marks)
    canvas.put_caret(canvas.view.caret)
    canvas.selection_requested.emit(seen)


def _select_here(canvas: TextShell) -> None:
    """The innermost span at the caret; again, that around it."""
    view = canvas.view
    low, high = view.selection
    found = [*view.mark_at(low if low < high else view.caret)]
    found += [i for i in view.mark_at(max(0, view.caret - 1)) if i not in found]
    if not found:
        canvas.say(canvas.tr("There is no span at the caret."))
        return
    held = canvas.session.selection[-1:]
    place = found.index(held[0]) + 1 if held and held[0] in found else 0
    span_id = found[place % len(found)]
    canvas.selection_requested.emit((span_id,))


def _copy(canvas: TextShell) -> None:
    start, stop = canvas.view.selection
    text = canvas.text[start:stop]
    if not text:
        spans = [text_edits.pieces_of(a) for a in canvas.session.selected()]
        lines = [" ".join(canvas.text[s:e] for s, e in pieces) for pieces in spans]
        text = "\n".join(lines)
    if text:
        QApplication.clipboard().setText(text)


def _cancel(canvas: TextShell) -> None:
    """End what is begun, one thing after the other."""
    session, view = canvas.session, canvas.view
    if canvas.head is not None:
        canvas.head = None
        canvas.tell_hint()
    elif not canvas.search_bar.isHidden():
        canvas.search_bar.leave()
    elif view.selection[START] != view.selection[STOP]:
        canvas.put_caret(view.caret)
    elif session.selection or session.relations.selection:
        canvas.selection_requested.emit(())
        session.relations.select(())
    elif canvas.mode:
        canvas.set_mode("")


# Spans


def _move_edge(canvas: TextShell, delta: int, edge: int, *, letter: bool) -> None:
    unit = "character" if letter else canvas.view.unit
    unit = "word" if unit == "character" and not letter else unit
    spans = canvas.free(text_tagging.chosen_spans(canvas)[:1])
    if not spans:
        canvas.say(canvas.tr("Select a span first; . and , go from one to the next."))
        return
    canvas.ask(text_edits.move_edge(spans[0], canvas.text, unit, delta, edge=edge))
    _show_edge(canvas, spans[0].id, edge)


def _show_edge(canvas: TextShell, span_id: int, edge: int) -> None:
    span = canvas.session.annotation(span_id)
    if span is not None:
        piece: Piece = text_edits.pieces_of(span)[-1 if edge == STOP else 0]
        canvas.put_caret(piece[edge])


def _last_span(canvas: TextShell) -> Annotation | None:
    """The span that pieces are added to: the selected one or that before it."""
    spans = text_tagging.chosen_spans(canvas)
    if spans:
        return spans[0]
    held = canvas.last_span
    return canvas.session.annotation(held) if held is not None else None


def _add_piece(canvas: TextShell) -> None:
    span, (start, stop) = _last_span(canvas), canvas.target()
    if span is None or start == stop:
        sentence = canvas.tr("Select a span, then the text that it shall cover, too.")
        canvas.say(sentence)
    elif canvas.free([span]):
        canvas.put_caret(stop)
        canvas.ask(text_edits.add_piece(span, start, stop), [span.id])


def _cut_piece(canvas: TextShell) -> None:
    start, stop = canvas.view.selection
    span = _last_span(canvas)
    inside = canvas.view.marks_in(start, stop) if start < stop else ()
    if span is None or span.id not in inside:
        span = canvas.session.annotation(inside[-1]) if inside else None
    if span is None:
        canvas.say(canvas.tr("Select the text that is to be taken out of a span."))
    elif canvas.free([span]):
        canvas.put_caret(stop)
        canvas.ask(text_edits.remove_piece(span, start, stop), [span.id])


def _split(canvas: TextShell) -> None:
    caret = canvas.view.caret
    span = next(iter(text_tagging.chosen_spans(canvas)), None)
    if span is None:
        here = canvas.view.mark_at(caret)
        span = canvas.session.annotation(here[0]) if here else _last_span(canvas)
    if span is None or not canvas.free([span]):
        return
    edit = text_edits.split(span, caret)
    if edit.changes:
        canvas.ask(edit)
    else:
        canvas.say(canvas.tr("Put the caret inside the span, where it is to part."))


def _merge(canvas: TextShell) -> None:
    spans = canvas.free(text_relations.ends(canvas))
    if len(spans) < 2:
        sentence = canvas.tr("Select two spans, or begin with R on the first.")
        canvas.say(sentence)
        return
    canvas.head = None
    edit = text_edits.merge(spans, canvas.session.relations.all())
    canvas.ask(edit, [spans[0].id])
    canvas.tell_hint()


def _delete(canvas: TextShell) -> None:
    session = canvas.session
    arcs, marks = session.relations.selected(), canvas.free(session.selected())
    if arcs or marks:
        canvas.ask(text_edits.delete(marks, session.relations.all(), arcs))


def _hide(canvas: TextShell) -> None:
    chosen, session = canvas.session.selection, canvas.session
    session.hide(chosen, hidden=not set(chosen) <= session.hidden)


def _lock(canvas: TextShell) -> None:
    chosen = canvas.session.selected()
    if chosen:
        locked = not all(annotation.locked for annotation in chosen)
        canvas.ask(edits.set_locked(chosen, locked=locked))


# Search


def _find(canvas: TextShell) -> None:
    start, stop = canvas.view.selection
    canvas.search_bar.open_for(canvas.text, canvas.text[start:stop][:200], start)


def _find_on(canvas: TextShell, delta: int) -> None:
    if canvas.search_bar.field.text():
        canvas.search_bar.go(delta)
    else:
        _find(canvas)


def _tag_all(canvas: TextShell) -> None:
    """Of what is searched, or selected, or of the word at the caret."""
    from annolab.widgets.text_tag_all import TagAllDialog

    if canvas.item is None or canvas.session.project is None:
        return
    search = canvas.search_bar.search if not canvas.search_bar.isHidden() else None
    if search is None or not search.pattern:
        start, stop = _occurrence(canvas)
        search = Search(canvas.text[start:stop][:200], case=True, words=True)
    label = canvas.session.label
    chosen = next(iter(text_tagging.chosen_spans(canvas)), None)
    if chosen is not None:
        label = canvas.session.schema.label(chosen.label_id) or label
    dialog = TagAllDialog(canvas, canvas.session, search, label)
    dialog.edit_requested.connect(canvas.edit_requested)
    dialog.open()


def _occurrence(canvas: TextShell) -> Piece:
    chosen = text_tagging.chosen_spans(canvas)
    low, high = canvas.view.selection
    if chosen and low == high:
        return text_edits.pieces_of(chosen[0])[0]
    return canvas.target()


def _rules(canvas: TextShell) -> None:
    from annolab.widgets.suggest_dialog import SuggestDialog

    if canvas.session.project is not None:
        dialog = SuggestDialog(canvas, canvas.session, EVERYTHING)
        dialog.open()


def _link(canvas: TextShell) -> None:
    from annolab.widgets.text_link import LinkPopup

    spans = canvas.free(text_tagging.chosen_spans(canvas))
    if not spans:
        canvas.say(canvas.tr("Select the span that is to be linked first."))
        return
    start, stop = text_edits.pieces_of(spans[0])[0]
    popup = LinkPopup(canvas, spans, canvas.text[start:stop], canvas.knowledge)
    popup.edit_requested.connect(canvas.edit_requested)
    popup.files_wanted.connect(lambda: _rules(canvas))
    popup.open()


# How it is shown


def _font(canvas: TextShell, delta: int) -> None:
    size = round(canvas.session.settings.number("text.size")) + delta
    _set_option(canvas, "text.size", size)


def _usual_font(canvas: TextShell) -> None:
    _set_option(canvas, "text.size", 16)


def _toggle(canvas: TextShell, name: str) -> None:
    _set_option(canvas, name, not canvas.session.settings.flag(name))


def _set_option(canvas: TextShell, name: str, value: bool | int) -> None:  # noqa: FBT001
    session = canvas.session
    try:
        session.settings.set(name, value)
    except UserError as error:  # beyond its limits, or the file cannot be written
        session.said.emit("info", str(error))
    session.option_changed.emit(name)


def _encoding(canvas: TextShell) -> None:
    from annolab.widgets.text_encoding import EncodingDialog

    if canvas.item is None or canvas.session.project is None:
        return
    if problem := no_choice(canvas.item):
        canvas.say(problem)
    else:
        dialog = EncodingDialog(canvas, canvas.session.project, canvas.item)
        dialog.chosen.connect(canvas.edit_requested)
        dialog.open()


def _take_text(canvas: TextShell) -> None:
    item, read = canvas.item, canvas.read
    if item is None or read is None:
        return
    if doubt_of(item, read.decoded):
        canvas.ask(take_text(item, read.decoded))
    else:
        canvas.say(canvas.tr("The file of this text is as it was."))


def _unit(canvas: TextShell, unit: str) -> None:
    canvas.set_tool(unit)


RELATION_MENU = ("text.reverse", "attribute.new", "", "text.delete")
SUGGESTION_MENU = ("text.accept", "text.reject", "text.accept_label", "")
SPAN_MENU = (
    "text.link", "attribute.new", "text.tag_all", "",
    "text.add_piece", "text.split", "text.tag_again", "",
    "text.relate", "text.chain", "text.unchain", "",
    "text.hide", "text.lock", "text.delete",
)  # fmt: skip
SPANS_MENU = (
    "attribute.new", "text.merge", "text.chain", "text.unchain", "",
    "text.hide", "text.lock", "text.delete",
)  # fmt: skip
CHOSEN_MENU = (
    "text.tag", "text.add_piece", "text.cut_piece", "text.tag_all", "", "text.copy",
    "text.find",
)  # fmt: skip
MENU = (
    "text.tag", "text.select_here", "", "text.find", "text.tag_all", "text.suggest",
    "text.accept_all", "text.reject_all", "", "text.whole", "text.show_all", "",
    "text.line_numbers", "text.arcs", "text.encoding", "", "item.done", "item.skip",
)  # fmt: skip


def menu(canvas: TextShell) -> tuple[str, ...]:
    """What can be done with what is selected, else with the text."""
    start, stop = canvas.view.selection
    if canvas.session.relations.selection:
        return RELATION_MENU
    if start < stop:
        return CHOSEN_MENU
    spans = text_tagging.chosen_spans(canvas)
    if not spans:
        return MENU
    suggested = any(s.status is AnnotationStatus.SUGGESTED for s in spans)
    held = SPAN_MENU if len(spans) == 1 else SPANS_MENU
    return (*SUGGESTION_MENU, *held) if suggested else held


VERBS: dict[str, Verb] = {
    **{f"unit_{unit}": partial(_unit, unit=unit) for unit in UNITS},
    "next_span": partial(_step_span, delta=1),
    "previous_span": partial(_step_span, delta=-1),
    "next_suggestion": partial(_step_span, delta=1, suggested=True),
    "previous_suggestion": partial(_step_span, delta=-1, suggested=True),
    "also_next": partial(_also, delta=1),
    "also_previous": partial(_also, delta=-1),
    "select_spans": partial(_select_spans, alike=False),
    "select_like": partial(_select_spans, alike=True),
    "select_here": _select_here,
    "page_down": lambda c: c.view.move("page", 1, extend=False),
    "page_up": lambda c: c.view.move("page", -1, extend=False),
    "text_start": lambda c: c.view.move("document", -1, extend=False),
    "text_end": lambda c: c.view.move("document", 1, extend=False),
    "select_all": lambda c: c.view.set_caret(len(c.text), 0, reveal=False),
    "copy": _copy,
    "cancel": _cancel,
    "end_later": partial(_move_edge, delta=1, edge=STOP, letter=False),
    "end_earlier": partial(_move_edge, delta=-1, edge=STOP, letter=False),
    "start_earlier": partial(_move_edge, delta=-1, edge=START, letter=False),
    "start_later": partial(_move_edge, delta=1, edge=START, letter=False),
    "end_letter_later": partial(_move_edge, delta=1, edge=STOP, letter=True),
    "end_letter_earlier": partial(_move_edge, delta=-1, edge=STOP, letter=True),
    "start_letter_earlier": partial(_move_edge, delta=-1, edge=START, letter=True),
    "start_letter_later": partial(_move_edge, delta=1, edge=START, letter=True),
    "add_piece": _add_piece,
    "cut_piece": _cut_piece,
    "split": _split,
    "merge": _merge,
    "delete": _delete,
    "hide": _hide,
    "show_all": lambda c: c.session.show_all(),
    "lock": _lock,
    "larger": partial(_font, delta=FONT_STEP),
    "smaller": partial(_font, delta=-FONT_STEP),
    "usual_size": _usual_font,
    "line_numbers": partial(_toggle, name="text.line_numbers"),
    "arcs": partial(_toggle, name="text.arcs"),
    "reader": partial(_toggle, name="text.reader"),
    "encoding": _encoding,
    "take_text": _take_text,
    **text_tagging.VERBS,
    **text_relations.VERBS,
    **text_judging.VERBS,
    "find": _find,
    "find_next": lambda c: _find_on(c, 1),
    "find_previous": lambda c: _find_on(c, -1),
    "tag_all": _tag_all,
    "link": _link,
}
ALWAYS = (_encoding, _usual_font)
SWITCHES: dict[str, Callable[[TextShell], bool]] = {
    "token_mode": lambda c: c.mode == "word",
    "sentence_mode": lambda c: c.mode == "sentence",
    "line_numbers": lambda c: c.session.settings.flag("text.line_numbers"),
    "arcs": lambda c: c.session.settings.flag("text.arcs"),
    "reader": lambda c: c.session.settings.flag("text.reader"),
}
