"""Accepting and rejecting suggestions, one key each; and asking for some."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from annolab import text_edits
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.widgets.text_shell import TextShell


def _suggested(annotations: Iterable[Annotation]) -> list[Annotation]:
    return [a for a in annotations if a.status is AnnotationStatus.SUGGESTED]


def judge(canvas: TextShell, *, accept: bool) -> None:
    """Accept or reject the selected suggestions and go to the next one.

    Where none is selected, only go there.
    """
    chosen = _suggested(canvas.session.selected())
    held = chosen[-1].id if chosen else None
    if not chosen and canvas.session.selection:
        canvas.say(canvas.tr("The selection is no suggestion; Del deletes it."))
        return
    gone = {a.id for a in chosen}
    at = canvas.view.selection[1]
    following = canvas.shown.beside(
        held, at, 1, lambda mark: mark.suggested and mark.id not in gone
    )
    if following is None:  # those before what was judged
        following = canvas.shown.beside(
            None, 0, 1, lambda mark: mark.suggested and mark.id not in gone
        )
    if chosen:
        canvas.ask(text_edits.settle(chosen, accept=accept))
    if following is not None:
        canvas.select_span(following.id)
    elif chosen:
        canvas.selection_requested.emit(())
        canvas.note(canvas.tr("This was the last suggestion."))
    else:
        canvas.say(canvas.tr("There are no suggestions; Ctrl R looks for some."))


def _all(canvas: TextShell, *, accept: bool) -> None:
    found = _suggested(canvas.session.annotations())
    if found:
        canvas.ask(text_edits.settle(found, accept=accept))
    else:
        canvas.say(canvas.tr("There are no suggestions in this text."))


def _of_label(canvas: TextShell) -> None:
    """Accept those with the label of the selected one, or the picked label."""
    chosen = canvas.session.selected()
    picked = canvas.session.label
    label_id = chosen[-1].label_id if chosen else picked.id if picked else None
    marks = _suggested(canvas.session.annotations())
    found = [mark for mark in marks if mark.label_id == label_id]
    if found:
        canvas.ask(text_edits.settle(found, accept=True))
    else:
        canvas.say(canvas.tr("Select a suggestion first, or pick its label."))


VERBS: dict[str, Callable[[TextShell], object]] = {
    "suggest": lambda c: c.suggester.start(),
    "accept": partial(judge, accept=True),
    "reject": partial(judge, accept=False),
    "accept_all": partial(_all, accept=True),
    "reject_all": partial(_all, accept=False),
    "accept_label": _of_label,
}
