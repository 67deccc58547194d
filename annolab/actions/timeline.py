"""The actions on the timeline of a film. They apply where those on films do."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _timeline(
    id_: str, title: str, doc: str, icon: str = "", *, checkable: bool = False
) -> Action:
    context = Context.VIDEO
    return Action(f"video.{id_}", title, doc, context, icon, checkable=checkable)


TIMELINE_ACTIONS: tuple[Action, ...] = (
    _timeline(
        "range_start",
        "Range from here",
        "Let the selected range of frames begin at this frame.",
        "brackets-square",
    ),
    _timeline(
        "range_end",
        "Range to here",
        "Let this frame be the last of the selected range.",
    ),
    _timeline("range_clear", "No range", "Select no range of frames any more."),
    _timeline(
        "timeline",
        "Timeline",
        "Show the timeline with a row for each track, or only the line of the film.",
        "rows",
        checkable=True,
    ),
    _timeline(
        "wave",
        "Waveform of the film",
        "Show the sound of the film on the timeline, or hide it.",
        "activity",
        checkable=True,
    ),
    _timeline(
        "tiers",
        "Tiers of the film",
        "Show tiers as those of sounds under the tracks, or hide them.",
        "list-bullets",
        checkable=True,
    ),
    _timeline("timeline_in", "Fewer frames", "See fewer frames on the timeline."),
    _timeline("timeline_out", "More frames", "See more frames on the timeline."),
    _timeline("timeline_fit", "All frames", "See the whole film on the timeline."),
    _timeline(
        "timeline_zoom",
        "Zoom timeline to selection",
        "See the selected range or annotations on the whole timeline.",
    ),
)
