"""What the actions on the timeline do, and what a right click on it offers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from annolab.errors import UserError
from annolab.model.schema import Label
from annolab.widgets.canvas import Submenu
from annolab.widgets.film_tags import toggle_frame, toggle_range
from annolab.widgets.film_timeline import TIERS, WAVE, FilmTimeline
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.track_menu import track_menu

SHOWN = "video.timeline"  # the option
CHOSEN_MENU = (
    "", "image.delete", "image.hide", "image.lock", "", "video.timeline_zoom",
)  # fmt: skip
RULER_MENU: tuple[str, ...] = (
    "video.range_start", "video.range_end", "video.range_clear", "image.whole", "",
    "video.timeline_zoom", "video.timeline_fit",
)  # fmt: skip
RANGE_VERBS: dict[str, Callable[[FrameRange, int], None]] = {
    "range_start": FrameRange.begin_at,
    "range_end": FrameRange.end_at,
    "range_clear": lambda marked, _frame: marked.clear(),
}
"""By the last part of the id: the range, and the frame that is seen."""


def _toggle(film: FilmTimeline, name: str) -> None:
    """Show a part or not, and remember it."""
    session = film.session
    try:
        session.settings.set(name, not session.settings.flag(name))
    except UserError as error:  # the file cannot be written
        session.said.emit("info", str(error))
    session.option_changed.emit(name)


TIMELINE_VERBS: dict[str, Callable[[FilmTimeline], None]] = {
    "timeline": partial(_toggle, name=SHOWN),
    "wave": partial(_toggle, name=WAVE),
    "tiers": partial(_toggle, name=TIERS),
    "timeline_in": lambda film: film.zoom(1),
    "timeline_out": lambda film: film.zoom(-1),
    "timeline_fit": FilmTimeline.fit,
    "timeline_zoom": FilmTimeline.zoom_to_choice,
}


def menu(film: FilmTimeline) -> tuple[str | Submenu, ...]:
    """What a right click on the timeline offers."""
    chosen = film.session.selected() if film.tracks.underMouse() else []
    return (*track_menu(chosen), *CHOSEN_MENU) if chosen else RULER_MENU


def states(film: FilmTimeline) -> dict[str, bool]:
    """Which parts are shown, by the ids of their actions."""
    settings = film.session.settings
    return {name: settings.flag(name) for name in (SHOWN, WAVE, TIERS)}


def run(film: FilmTimeline, name: str, frame: int) -> bool:
    """Do what a `video.` action on the timeline says; False when it is none."""
    if name in RANGE_VERBS:
        RANGE_VERBS[name](film.marked, frame)
    elif name in TIMELINE_VERBS:
        TIMELINE_VERBS[name](film)
    else:
        return False
    return True


def _made_by(film: FilmTimeline) -> tuple[int, int] | None:
    project, item = film.session.project, film.session.item
    if project is None or item is None:
        return None
    return item.id, project.annotator.id


def tag_frame(film: FilmTimeline, frame: int) -> None:
    """Put the picked label on a frame, or take it away again."""
    made_by, session = _made_by(film), film.session
    if made_by is None or not len(film.view.frames):
        return
    there, label = session.annotations(), session.label
    edit, made = toggle_frame(there, label, frame, made_by)
    film.edit_requested.emit(edit)
    if made is not None and session.annotation(made.id) is not None:
        film.selection_requested.emit((made.id,))


def tag_range(film: FilmTimeline, label: Label | None) -> None:
    """Put a label on the selected range, or take it away again.

    It is not selected then: the next label's key puts another one there.
    """
    made_by, span = _made_by(film), film.marked.span
    if made_by is not None and span is not None:
        there, count = film.session.annotations(), film.marked.count
        film.edit_requested.emit(toggle_range(there, label, span, count, made_by))
