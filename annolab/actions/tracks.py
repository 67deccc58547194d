"""The actions on tracks and on following objects. They apply where films do."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _track(
    id_: str, title: str, doc: str, icon: str = "", *, checkable: bool = False
) -> Action:
    return Action(f"video.{id_}", title, doc, Context.VIDEO, icon, checkable)


TRACK_ACTIONS: tuple[Action, ...] = (
    _track(
        "follow",
        "Follow forward…",
        "Let the program follow the selected objects through the next frames.",
        "path",
    ),
    _track(
        "follow_back",
        "Follow backward…",
        "Let the program follow the selected objects through the frames before.",
    ),
    _track(
        "occluded",
        "Occluded or visible",
        "Say that something hides the selected objects from here on, or no more.",
        "eye-closed",
    ),
    _track("split", "Split here", "Begin another track at this frame.", "scissors"),
    _track(
        "trim_before",
        "Begin track here",
        "Cut off what the selected tracks show before this frame.",
    ),
    _track(
        "trim_after",
        "Last frame of track",
        "Cut off what the selected tracks show after this frame.",
    ),
    _track(
        "delete_range",
        "Not seen in range",
        "Let the selected tracks not be seen in the selected range, or at this frame.",
    ),
    _track(
        "propagate",
        "Hold for frames…",
        "Hold the selected tracks as they are, or copy shapes, for some frames.",
        "copy-simple",
    ),
    _track("shift", "Shift track…", "Move the selected tracks by some frames."),
    _track(
        "join",
        "Join tracks",
        "Make one track of the two selected ones, not seen between them.",
        "arrows-in-line-horizontal",
    ),
    _track(
        "join_fill",
        "Join tracks over the gap",
        "Make one track of the two selected ones, going evenly between them.",
    ),
    _track(
        "swap",
        "Swap tracks from here",
        "Let the two selected tracks change places from this frame on.",
        "swap",
    ),
    _track(
        "number",
        "Number track…",
        "Give the selected track another number; of several, each that has none.",
        "hash",
    ),
    _track(
        "copy_shape",
        "Copy shape of track",
        "Copy only what the selected tracks show at this frame.",
    ),
    _track(
        "shape",
        "Make shape of track",
        "Keep nothing of the selected tracks but their shape at this frame.",
    ),
    _track(
        "simplify",
        "Simplify track…",
        "Drop the keyframes that lie on the way between others.",
    ),
    _track(
        "centre",
        "Keep object in the middle",
        "Let the view go along with the selected object; the zoom stays.",
        "crosshair",
        checkable=True,
    ),
    _track(
        "onion",
        "Onion skin",
        "Show the selected tracks as they are some frames before and after.",
        "stack",
        checkable=True,
    ),
    _track(
        "track_colors",
        "A colour for each track",
        "Tell tracks apart by colours; else they have those of their labels.",
        "palette",
        checkable=True,
    ),
)
