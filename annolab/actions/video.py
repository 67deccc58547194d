"""The actions on films: frames, playing, tracks. Those of pictures apply, too."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _video(id_: str, title: str, doc: str, icon: str = "") -> Action:
    return Action(f"video.{id_}", title, doc, Context.VIDEO, icon)


VIDEO_ACTIONS: tuple[Action, ...] = (
    _video("play", "Play or pause", "Play the film from here, or pause it.", "play"),
    _video("faster", "Play faster", "Play the film at the next higher speed."),
    _video("slower", "Play slower", "Play the film at the next lower speed."),
    _video("next_frame", "Next frame", "Show the next frame.", "caret-right"),
    _video("previous_frame", "Previous frame", "Show the frame before.", "caret-left"),
    _video("forward", "Ten frames on", "Go ten frames on."),
    _video("back", "Ten frames back", "Go ten frames back."),
    _video("start", "First frame", "Go to the first frame of the film."),
    _video("end", "Last frame", "Go to the last frame of the film."),
    _video(
        "next_annotated",
        "Next annotated frame",
        "Go to the next frame with a shape of its own or a keyframe.",
    ),
    _video(
        "previous_annotated",
        "Previous annotated frame",
        "Go to the frame before with a shape of its own or a keyframe.",
    ),
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
