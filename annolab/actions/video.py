"""The actions on the tracks of films. Those of pictures apply, too."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _video(id_: str, title: str, doc: str, icon: str = "") -> Action:
    return Action(f"video.{id_}", title, doc, Context.VIDEO, icon)


VIDEO_ACTIONS: tuple[Action, ...] = (
    _video(
        "track",
        "Make track",
        "Let the selected shapes go on from this frame, as tracks.",
        "path",
    ),
    _video(
        "outside",
        "End or show track",
        "End the selected tracks at this frame, or let them be seen again from here.",
    ),
    _video(
        "add_keyframe",
        "Add keyframe",
        "Make what the selected tracks show here a keyframe.",
    ),
    _video(
        "remove_keyframe",
        "Remove keyframe",
        "Remove the keyframe of the selected tracks at this frame.",
    ),
)
