"""What the actions on the timeline do, and what a right click on it offers."""

from __future__ import annotations

from collections.abc import Callable

from annolab.errors import UserError
from annolab.widgets.film_timeline import FilmTimeline
from annolab.widgets.frame_range import FrameRange

SHOWN = "video.timeline"  # the option
TRACK_MENU: tuple[str, ...] = (
    "video.add_keyframe", "video.remove_keyframe", "video.outside", "",
    "image.delete", "image.hide", "image.lock", "",
    "video.timeline_zoom", "video.timeline_fit",
)  # fmt: skip
RULER_MENU: tuple[str, ...] = (
    "video.range_start", "video.range_end", "video.range_clear", "",
    "video.timeline_zoom", "video.timeline_fit",
)  # fmt: skip
RANGE_VERBS: dict[str, Callable[[FrameRange, int], None]] = {
    "range_start": FrameRange.begin_at,
    "range_end": FrameRange.end_at,
    "range_clear": lambda marked, _frame: marked.clear(),
}
"""By the last part of the id: the range, and the frame that is seen."""


def _toggle(film: FilmTimeline) -> None:
    """Show the timeline or not, and remember it."""
    session = film.session
    try:
        session.settings.set(SHOWN, not session.settings.flag(SHOWN))
    except UserError as error:  # the file cannot be written
        session.said.emit("info", str(error))
    session.option_changed.emit(SHOWN)


TIMELINE_VERBS: dict[str, Callable[[FilmTimeline], None]] = {
    "timeline": _toggle,
    "timeline_in": lambda film: film.zoom(1),
    "timeline_out": lambda film: film.zoom(-1),
    "timeline_fit": FilmTimeline.fit,
    "timeline_zoom": FilmTimeline.zoom_to_choice,
}


def menu(film: FilmTimeline) -> tuple[str, ...]:
    """What a right click on the timeline offers."""
    on_tracks = film.tracks.underMouse() and film.session.selection
    return TRACK_MENU if on_tracks else RULER_MENU


def run(film: FilmTimeline, name: str, frame: int) -> bool:
    """Do what a `video.` action on the timeline says; False when it is none."""
    if name in RANGE_VERBS:
        RANGE_VERBS[name](film.marked, frame)
    elif name in TIMELINE_VERBS:
        TIMELINE_VERBS[name](film)
    else:
        return False
    return True
