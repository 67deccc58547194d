"""The actions that play a film, and those that go to one of its frames."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _film(
    id_: str, title: str, doc: str, icon: str = "", *, checkable: bool = False
) -> Action:
    return Action(f"video.{id_}", title, doc, Context.VIDEO, icon, checkable)


PLAYING_ACTIONS: tuple[Action, ...] = (
    _film("play", "Play or pause", "Play the film from here, or pause it.", "play"),
    _film("play_on", "Play on", "Play the film; again: at the next higher speed."),
    _film(
        "play_back",
        "Play backwards",
        "Play the film backwards; again: at the next higher speed.",
        "rewind",
    ),
    _film("pause", "Pause", "Stay at this frame.", "pause"),
    _film("faster", "Play faster", "Play the film at the next higher speed."),
    _film("slower", "Play slower", "Play the film at the next lower speed."),
    _film("play_range", "Play range", "Play the selected range of frames."),
    _film("play_track", "Play track", "Play the frames where the selection is seen."),
    _film(
        "loop",
        "Loop",
        "Repeat the selected range, or the whole film.",
        "repeat",
        checkable=True,
    ),
    _film(
        "sound", "Sound of the film", "Hear the film, or not.", "speaker-high",
        checkable=True,
    ),
    _film("next_frame", "Next frame", "Show the next frame.", "caret-right"),
    _film("previous_frame", "Previous frame", "Show the frame before.", "caret-left"),
    _film("forward", "Ten frames on", "Go ten frames on."),
    _film("back", "Ten frames back", "Go ten frames back."),
    _film("start", "First frame", "Go to the first frame of the film."),
    _film("end", "Last frame", "Go to the last frame of the film."),
    _film("go_to", "Go to frame or time…", "Type a frame or a time.", "crosshair"),
    _film(
        "next_annotated",
        "Next annotated frame",
        "Go to the next frame with a shape of its own or a keyframe.",
    ),
    _film(
        "previous_annotated",
        "Previous annotated frame",
        "Go to the frame before with a shape of its own or a keyframe.",
    ),
    _film(
        "next_label",
        "Next frame with label",
        "Go to the next annotated frame of the selected label, or of the picked one.",
    ),
    _film(
        "previous_label",
        "Previous frame with label",
        "Go to the annotated frame before of the selected label, or of the picked one.",
    ),
    _film("next_keyframe", "Next keyframe", "Go to the next one of the selection."),
    _film(
        "previous_keyframe", "Previous keyframe", "Go to the one before, of it."
    ),
    _film(
        "next_entry",
        "Next keyframe of the file",
        "Go to the next frame that is stored whole.",
    ),
    _film(
        "previous_entry",
        "Previous keyframe of the file",
        "Go to the frame before that is stored whole.",
    ),
)  # fmt: skip
