"""The actions on the timeline of a film. They apply where those on films do."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _timeline(id_: str, title: str, doc: str, icon: str = "") -> Action:
    return Action(f"video.{id_}", title, doc, Context.VIDEO, icon)


TIMELINE_ACTIONS: tuple[Action, ...] = (
    _timeline(
        "range_start",
        "Range from here",
        "Let the selected range of frames begin at this frame.",
        "bracket-square",
    ),
    _timeline(
        "range_end",
        "Range to here",
        "Let this frame be the last of the selected range.",
    ),
    _timeline("range_clear", "No range", "Select no range of frames any more."),
)
