"""What the line of hints says on films: what can be done with what is selected."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from annolab.actions import bindings, default_table
from annolab.model.annotation import Annotation
from annolab.model.geometry import Track
from annolab.model.tracks import is_seen
from annolab.widgets.controls import spoken_key
from annolab.widgets.film_rows import is_tag
from annolab.widgets.follow_bar import FollowBar
from annolab.widgets.session import Session

_FOLLOWS = str(
    QT_TRANSLATE_NOOP(
        "FilmHints",
        "{return} follows, {escape} cancels. It stops where it is unsure, and at "
        "keyframes of yours.",
    )
)
_WORKING = str(
    QT_TRANSLATE_NOOP(
        "FilmHints", "{return} stops and keeps what was found, {escape} keeps nothing."
    )
)
_RANGE = str(
    QT_TRANSLATE_NOOP(
        "FilmHints",
        "A label's key labels the range. {play_range} plays it, "
        "{range_clear} drops it.",
    )
)
_NOTHING = str(
    QT_TRANSLATE_NOOP(
        "FilmHints",
        "{play} plays, {left} and {right} step. Click selects, {box} draws a box.",
    )
)
_SHAPE = str(
    QT_TRANSLATE_NOOP(
        "FilmHints",
        "On this frame only. {track} makes it a track, {follow} follows it.",
    )
)
_TRACK = str(
    QT_TRANSLATE_NOOP(
        "FilmHints",
        "Go on some frames and move it. {outside} ends it, {follow} follows it.",
    )
)
_GONE = str(
    QT_TRANSLATE_NOOP(
        "FilmHints",
        "Not seen at this frame. {outside} shows it from here on, {next_keyframe} and "
        "{previous_keyframe} go to its keyframes.",
    )
)
_TAG = str(QT_TRANSLATE_NOOP("FilmHints", "Drag its ends on the timeline."))
_PAIR = str(
    QT_TRANSLATE_NOOP(
        "FilmHints",
        "{join} joins the two tracks, {swap} swaps them from this frame on.",
    )
)


def hint(
    session: Session, span: object, bar: FollowBar, *, selects: bool
) -> str | None:
    """The hint of films, for `spoken`; None: that of the tool.

    `span`: the selected range of frames, None: none. `selects`: no tool that draws.
    """
    if not bar.isHidden():
        return _WORKING if bar.is_working else _FOLLOWS
    chosen = session.selected()
    if not chosen:
        return None if not selects else _NOTHING if span is None else _RANGE
    tracks = [a for a in chosen if isinstance(a.geometry, Track)]
    if len(chosen) == 1:
        return _of_one(chosen[0], session.frame)
    return _PAIR if len(chosen) == 2 == len(tracks) else None


def _of_one(annotation: Annotation, frame: int | None) -> str | None:
    if is_tag(annotation):
        return _TAG
    track = annotation.geometry
    if isinstance(track, Track):
        return _TRACK if frame is None or is_seen(track, frame) else _GONE
    return _SHAPE if annotation.frame is not None else None


def spoken(text: str, session: Session) -> str:
    """A hint with the keys of this user."""
    keys = bindings(default_table(), session.settings.keys)
    named = {"return": spoken_key("Return"), "escape": spoken_key("Esc")}
    for name in (
        "play_range", "range_clear", "track", "follow", "outside", "join", "swap",
        "next_keyframe", "previous_keyframe", "play",
    ):  # fmt: skip
        named[name] = spoken_key(keys.first(f"video.{name}"))
    for name in ("left", "right", "box"):
        named[name] = spoken_key(keys.first(f"image.{name}"))
    return QCoreApplication.translate("FilmHints", text).format(**named)
