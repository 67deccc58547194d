"""What a right click offers for what is selected on a film."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from annolab.model.annotation import Annotation
from annolab.model.geometry import Track
from annolab.widgets.canvas import Submenu
from annolab.widgets.film_rows import is_tag

OF_SHAPES = (
    "video.track", "video.follow", "video.follow_back", "video.propagate",
    "video.occluded",
)  # fmt: skip
OF_TRACKS = (
    "video.follow", "video.follow_back", "", "video.outside", "video.occluded",
    "video.add_keyframe", "video.remove_keyframe", "video.split",
)  # fmt: skip
OF_TAGS = (
    "video.split", "video.trim_before", "video.trim_after", "video.delete_range",
    "video.join",
)  # fmt: skip
MORE = (
    "video.trim_before", "video.trim_after", "video.delete_range", "",
    "video.propagate", "video.shift", "video.simplify", "", "video.copy_shape",
    "video.shape", "video.number", "", "video.join", "video.join_fill", "video.swap",
    "", "video.centre", "video.onion", "video.track_colors",
)  # fmt: skip


def track_menu(chosen: Sequence[Annotation]) -> tuple[str | Submenu, ...]:
    """The actions that apply, "" for a line between them."""
    if all(is_tag(annotation) for annotation in chosen):
        ranged = any(isinstance(annotation.geometry, Track) for annotation in chosen)
        return OF_TAGS if ranged else ("video.propagate",)
    if not any(isinstance(annotation.geometry, Track) for annotation in chosen):
        return OF_SHAPES
    title = QCoreApplication.translate("TrackMenu", "Track")
    return (*OF_TRACKS, Submenu(title, MORE))
