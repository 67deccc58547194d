"""What the canvas of texts says: of the keys, of the caret, and what is amiss."""

from __future__ import annotations

from annolab.tasks.texts import doubt_of
from annolab.widgets import text_relations
from annolab.widgets.text_shell import TextShell

HINT = "A label's key tags the word at the caret. Tab: next word. “.” “,”: next span."
SPAN_HINT = (
    "A label's key relabels. Alt ← → moves its end. R begins a relation, Esc deselects."
)
ARC_HINT = "A label's key relabels. Shift R turns it round, Del deletes it."
HEAD_HINT = "Go to the other span (“.” “,”), then press a relation's key. Esc ends it."
MODE_HINT = "A label's key tags and goes on. Tab skips, Shift Tab goes back. Esc ends."
SUGGESTED_HINT = "Space accepts, Backspace rejects; both go on to the next suggestion."


def hint(canvas: TextShell) -> str:
    """What is selected, and what the keys do now."""
    if not canvas.ready:
        return ""
    keys, told, guess = canvas.tr(_keys(canvas)), text_relations.told(canvas), ""
    if not told and not canvas.session.selection:
        guess = guessed(canvas)
    if guess:
        told = canvas.tr("Encoding guessed: {}, see the menu Text.").format(guess)
    return f"{told}  {keys}" if told else keys


def _keys(canvas: TextShell) -> str:
    if canvas.head is not None:
        return HEAD_HINT
    if canvas.session.relations.selection:
        return ARC_HINT
    chosen = canvas.session.selection
    mark = canvas.shown.marks.get(chosen[-1]) if chosen else None
    if mark is not None:
        return SUGGESTED_HINT if mark.suggested else SPAN_HINT
    return MODE_HINT if canvas.mode else HINT


def guessed(canvas: TextShell) -> str:
    """The encoding of the text, while it is only a guess."""
    found = canvas.read.decoded if canvas.read is not None else None
    return found.encoding if found is not None and not found.sure else ""


def position(canvas: TextShell) -> str:
    """Line, column and offset of the caret, and what is selected."""
    if canvas.read is None:
        return ""
    offsets, caret = canvas.read.offsets, canvas.view.caret
    low, high = canvas.view.selection
    line = offsets.line(caret)
    in_line = caret - offsets.line_starts[line] if line >= 0 else 0
    sentence = canvas.tr("line {:,}, column {:,} · {:,}")
    text = sentence.format(max(line, 0) + 1, in_line + 1, caret)
    if low < high:
        chosen = canvas.tr("{:,} selected: {:,}–{:,}")  # noqa: RUF001
        text += " · " + chosen.format(high - low, low, high)
    guess = guessed(canvas)
    return f"{canvas.tr('{} (guessed)').format(guess)} · {text}" if guess else text


def amiss(canvas: TextShell) -> str:
    """Why the spans may not be those of this text; "" when nothing speaks for it."""
    if canvas.item is None or canvas.read is None:
        return ""
    doubt = doubt_of(canvas.item, canvas.read.decoded)
    if doubt and (canvas.shown.marks or canvas.shown.beyond):
        way = canvas.tr("Text → Take text as it is ends the doubt.")
        return f"{doubt} {way}"
    if canvas.shown.beyond:
        sentence = canvas.tr(
            "{:,} spans lie beyond the end of this text: is it the text they "
            "were made on?"
        )
        return sentence.format(canvas.shown.beyond)
    return ""
