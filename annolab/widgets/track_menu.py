"""What a right click offers for what is selected on a film."""

from __future__ import annotations

from collections.abc import Sequence

from annolab.model.annotation import Annotation
from annolab.model.geometry import Track

OF_SHAPES = ("video.track", "video.follow", "video.follow_back", "video.propagate")
OF_TRACKS = (
    "video.follow", "video.follow_back", "", "video.outside", "video.occluded",
    "video.add_keyframe", "video.remove_keyframe", "", "video.split",
    "video.trim_before", "video.trim_after", "video.delete_range", "",
    "video.propagate", "video.shift", "video.simplify", "video.shape",
    "video.copy_shape", "video.number",
)  # fmt: skip
OF_TWO = ("video.join", "video.join_fill", "video.swap", "")


def track_menu(chosen: Sequence[Annotation]) -> tuple[str, ...]:
    """The actions that apply, "" for a line between them."""
    tracks = [a for a in chosen if isinstance(a.geometry, Track)]
    if not tracks:
        return (*OF_SHAPES, "video.occluded")
    return (*(OF_TWO if len(tracks) == 2 else ()), *OF_TRACKS)
