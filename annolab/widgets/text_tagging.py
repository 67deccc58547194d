"""What a label's key does on a text: it tags what is meant now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from annolab import edits, text_edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import Kind
from annolab.model.schema import Label
from annolab.model.text_steps import START, STOP, next_piece, previous_piece
from annolab.widgets import text_relations
from annolab.widgets.text_shell import TextShell


def take_label(canvas: TextShell, label: Label | None) -> None:
    """Do with a label what is meant now.

    It goes, in this order, on the relation that is begun, the selected
    relations, the whole text when it is for nothing else, the selected text, the
    selected spans, or the word at the caret.
    """
    relations = canvas.session.relations.selected()
    if canvas.head is not None:
        text_relations.connect(canvas, label)
    elif relations:
        text_relations.relabel(canvas, relations, label)
    elif label is not None and _only(label, Kind.WHOLE):
        toggle_whole(canvas, label)
    elif label is not None and not text_edits.offered(label, Kind.SPAN):
        text_relations.refuse(canvas, label)
    elif canvas.mode:
        _tag_and_go(canvas, label)
    elif _selects_spans(canvas):
        relabel(canvas, label)
    elif label is not None and _is_meant(canvas):
        tag(canvas, label)
    elif label is not None:
        hint = canvas.tr(
            "“{}” is picked. Go to the text (F6), then Return tags with it."
        )
        canvas.hint_changed.emit(hint.format(label.name))


def _only(label: Label, kind: Kind) -> bool:
    return label.kinds == frozenset({kind})


def _is_meant(canvas: TextShell) -> bool:
    """Whether there is a selection, or the keyboard is on the text.

    A label that is picked in the list, or made there, does not tag the word that
    the caret happens to be at.
    """
    start, stop = canvas.view.selection
    return start < stop or canvas.view.hasFocus() or canvas.reader.hasFocus()


def _selects_spans(canvas: TextShell) -> bool:
    start, stop = canvas.view.selection
    return start == stop and bool(canvas.session.selection)


def relabel(canvas: TextShell, label: Label | None) -> None:
    """Give the selected marks another label."""
    canvas.ask(text_edits.relabel(canvas.free(canvas.session.selected()), label))


def tag(canvas: TextShell, label: Label | None) -> None:
    """Tag the selected text, or the word at the caret."""
    piece = canvas.target()
    if canvas.item is None:
        return
    if piece[START] == piece[STOP]:
        canvas.say(canvas.tr("There is no word at the caret: move it onto one."))
        return
    span = text_edits.new_span(canvas.item, canvas.annotator_id, [piece], label)
    canvas.put_caret(piece[STOP])
    canvas.ask(canvas.suggester.with_others(text_edits.tag([span], label), span))
    canvas.selection_requested.emit((span.id,))


def _tag_picked(canvas: TextShell) -> None:
    """Return: again the label that was picked last, or accept a suggestion."""
    if canvas.session.label is not None or canvas.head is not None:
        take_label(canvas, canvas.session.label)
    else:
        canvas.say(canvas.tr("Pick a label first, by its key or at the right."))


def _tag_again(canvas: TextShell) -> None:
    """Another span with the pieces of the selected one, or of the selected text."""
    spans, label, item = chosen_spans(canvas), canvas.session.label, canvas.item
    if not spans or item is None:
        tag(canvas, label)
        return
    made = [
        text_edits.new_span(item, canvas.annotator_id, text_edits.pieces_of(s), label)
        for s in spans
    ]
    canvas.ask(text_edits.tag(made, label), [span.id for span in made])


def _tag_and_go(canvas: TextShell, label: Label | None) -> None:
    """Tag the word or sentence, instead of what it was tagged as, and go on."""
    start, stop = canvas.target()
    if canvas.item is None or start == stop:
        return
    there = [
        span
        for span in map(canvas.session.annotation, canvas.view.marks_in(start, stop))
        if span is not None and text_edits.pieces_of(span) == ((start, stop),)
    ]
    canvas.put_caret(stop)
    if there and label is None:
        canvas.ask(edits.delete(canvas.free(there), canvas.session.relations.all()))
    elif there:
        canvas.ask(text_edits.relabel(canvas.free(there[:1]), label))
    elif label is not None:
        made = text_edits.new_span(
            canvas.item, canvas.annotator_id, [(start, stop)], label
        )
        canvas.ask(text_edits.tag([made], label))
    step_unit(canvas, 1)


def toggle_whole(canvas: TextShell, label: Label | None) -> None:
    """Put a label on the whole text, or take it off."""
    if canvas.item is None or label is None:
        canvas.say(canvas.tr("Pick a label first; it is put on the whole text."))
        return
    marks = canvas.session.annotations()
    edit = text_edits.toggle_whole(canvas.item, marks, label, canvas.annotator_id)
    canvas.ask(edit)


def chosen_spans(canvas: TextShell) -> list[Annotation]:
    """The selected spans."""
    return [a for a in canvas.session.selected() if text_edits.pieces_of(a)]


def step_unit(canvas: TextShell, delta: int) -> None:
    """Select the next word, sentence or line, or that before."""
    view, unit = canvas.view, canvas.view.unit
    low, high = view.selection
    if delta > 0:
        piece = next_piece(view.text, high, unit)
    else:
        piece = previous_piece(view.text, low, unit)
    if piece is None:
        canvas.note(canvas.tr("This is the end of the text."))
        return
    if canvas.session.selection:
        canvas.selection_requested.emit(())
    canvas.session.relations.select(())
    canvas.put_caret(piece[STOP], piece[START])


VERBS: dict[str, Callable[[TextShell], object]] = {
    "next_unit": partial(step_unit, delta=1),
    "previous_unit": partial(step_unit, delta=-1),
    "tag": _tag_picked,
    "tag_again": _tag_again,
    "whole": lambda c: toggle_whole(c, c.session.label),
    "token_mode": lambda c: c.set_mode("" if c.mode == "word" else "word"),
    "sentence_mode": lambda c: c.set_mode("" if c.mode == "sentence" else "sentence"),
}
