"""The actions on texts: moving by units, spans, relations, chains and suggestions."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _text(
    id_: str, title: str, doc: str, icon: str = "", *, checkable: bool = False
) -> Action:
    return Action(f"text.{id_}", title, doc, Context.TEXT, icon, checkable)


_UNITS = (
    _text("unit_character", "Characters", "Select by characters.", "text-aa"),
    _text("unit_word", "Words", "Select by words and signs.", "text-t"),
    _text("unit_sentence", "Sentences", "Select by sentences.", "text-align-left"),
    _text("unit_line", "Lines", "Select by lines.", "rows"),
)
_MOVING = (
    _text("next_unit", "Next word", "Select the next word, sentence or line."),
    _text(
        "previous_unit", "Previous word", "Select the word, sentence or line before."
    ),
    _text("next_span", "Next span", "Select the next span of this text."),
    _text("previous_span", "Previous span", "Select the span before."),
    _text("also_next", "Next span, too", "Select it beside what is selected."),
    _text("also_previous", "Previous span, too", "Select it beside what is selected."),
    _text("select_spans", "Select all spans", "Of this text."),
    _text("select_like", "Select spans of this label", "Of this text."),
    _text(
        "select_here", "Span here", "Select the span at the caret, then that around."
    ),
    _text("page_down", "Page down", "Move the caret down by what is seen."),
    _text("page_up", "Page up", "Move the caret up by what is seen."),
    _text("text_start", "Start of text", "Move the caret to the beginning."),
    _text("text_end", "End of text", "Move the caret to the end."),
    _text("select_all", "Select all", "Select the whole text."),
    _text("copy", "Copy text", "Copy the selected text, or that of the span.", "copy"),
    _text("cancel", "Deselect", "End what is begun; then deselect."),
)
_TAGGING = (
    _text("tag", "Tag", "Give the picked label to the selection or word.", "tag"),
    _text("tag_again", "Tag again", "Another span of the picked label at this place."),
    _text("end_later", "End later", "Let the selected span end a word later."),
    _text("end_earlier", "End earlier", "Let the selected span end a word earlier."),
    _text("start_earlier", "Start earlier", "Let the span begin a word earlier."),
    _text("start_later", "Start later", "Let the span begin a word later."),
    _text("end_letter_later", "End a character later", "Of the selected span."),
    _text("end_letter_earlier", "End a character earlier", "Of the selected span."),
    _text("start_letter_earlier", "Start a character earlier", "Of the span."),
    _text("start_letter_later", "Start a character later", "Of the selected span."),
    _text("add_piece", "Add piece", "Let the last span cover the selection, too."),
    _text("cut_piece", "Cut out piece", "Take the selected text out of the span."),
    _text("split", "Split span", "Make two spans of it, at the caret."),
    _text("merge", "Merge spans", "Make one span of the selected ones."),
    _text("whole", "Label whole text", "Put the picked label on the text, or off.",
          "frame-corners"),
    _text("link", "Link to knowledge base…", "Write the id of an entity on the span.",
          "link"),
    _text("delete", "Delete", "Delete the selected spans or relations.", "trash"),
    _text("hide", "Hide", "Hide or show the selected spans.", "eye-slash"),
    _text("show_all", "Show all", "Show all hidden spans.", "eye"),
    _text("lock", "Lock", "Keep the selected spans from being changed, or allow it.",
          "lock-simple"),
    _text("token_mode", "Tag word by word", "A label's key tags and goes on.",
          "lightning", checkable=True),
    _text("sentence_mode", "Tag sentence by sentence", "A key tags and goes on.",
          checkable=True),
)  # fmt: skip
_RELATIONS = (
    _text("relate", "Begin relation", "The selected span is its head; see the hint.",
          "arrow-bend-down-right"),
    _text("reverse", "Reverse relation", "Let the selected relation go back."),
    _text("next_relation", "Next relation", "Select the next relation of the span."),
    _text("previous_relation", "Previous relation", "Select the relation before."),
    _text("chain", "Join to chain", "The selected spans mean the same thing.",
          "link-simple"),
    _text("unchain", "Out of chain", "Take the selected spans out; begin another."),
)  # fmt: skip
_SUGGESTIONS = (
    _text("suggest", "Suggest spans", "By your tags, word lists and patterns.",
          "sparkle"),
    _text("accept", "Accept suggestion", "Accept it and go to the next.", "check"),
    _text("reject", "Reject suggestion", "Reject it and go to the next.", "x"),
    _text("accept_all", "Accept all suggestions", "Of this text."),
    _text("reject_all", "Reject all suggestions", "Of this text."),
    _text("accept_label", "Accept suggestions of this label", "Of this text."),
    _text("next_suggestion", "Next suggestion", "Select the next suggestion."),
    _text("previous_suggestion", "Previous suggestion", "Select the one before."),
)  # fmt: skip
_SEARCH = (
    _text("find", "Find in text…", "Search the text.", "magnifying-glass"),
    _text("find_next", "Find next", "Go to the next place found."),
    _text("find_previous", "Find previous", "Go to the place found before."),
    _text("tag_all", "Tag all occurrences…", "Tag each place where a text occurs.",
          "checks"),
)  # fmt: skip
_VIEW = (
    _text("larger", "Larger text", "Show the text larger.", "magnifying-glass-plus"),
    _text("smaller", "Smaller text", "Show the text smaller.",
          "magnifying-glass-minus"),
    _text("usual_size", "Usual size", "Show the text as large as in the settings."),
    _text("reader", "Reading line", "Show the line of the caret for screen readers.",
          checkable=True),
    _text("line_numbers", "Line numbers", "Show or hide them.", checkable=True),
    _text("arcs", "Arcs", "Show or hide the relations.", checkable=True),
    _text("encoding", "Choose encoding…", "When letters are shown as wrong signs."),
    _text("take_text", "Take text as it is", "Its file has changed, but spans fit."),
)  # fmt: skip

TEXT_ACTIONS: tuple[Action, ...] = (
    *_UNITS, *_MOVING, *_TAGGING, *_RELATIONS, *_SUGGESTIONS, *_SEARCH, *_VIEW
)  # fmt: skip
