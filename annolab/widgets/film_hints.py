"""What the line of hints says on films: what can be done with what is selected."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from annolab.actions import bindings, default_table
from annolab.model.annotation import Annotation
from annolab.model.geometry import Track
from annolab.widgets.controls import spoken_key
from annolab.widgets.film_rows import is_tag
from annolab.widgets.follow_bar import FollowBar
from annolab.widgets.session import Session

_FOLLOWS = QT_TRANSLATE_NOOP(
    "FilmHints",
    "{return} follows, {escape} cancels. It stops where it is unsure, and at "
    "keyframes of yours.",
)
_WORKING = QT_TRANSLATE_NOOP(
    "FilmHints", "{return} stops and keeps what was found, {escape} keeps nothing."
)
_RANGE = QT_TRANSLATE_NOOP(
    "FilmHints",
    "A label's key labels the range. {play_range} plays it, {range_clear} drops it.",
)
_SHAPE = QT_TRANSLATE_NOOP(
    "FilmHints",
    "On this frame only. {track} makes it a track, {follow} follows it.",
)
_TRACK = QT_TRANSLATE_NOOP(
    "FilmHints",
    "Go on some frames and move it. {outside} ends it, {follow} follows it.",
)
_TAG = QT_TRANSLATE_NOOP("FilmHints", "Drag its ends on the timeline.")
_PAIR = QT_TRANSLATE_NOOP(
    "FilmHints", "{join} joins the two tracks, {swap} swaps them from this frame on."
)


def hint(
    session: Session, span: object, bar: FollowBar, *, selects: bool
) -> str | None:
    """The hint of films; None: that of the tool.

    `span`: the selected range of frames, None: none. `selects`: no tool that draws.
    """
    text = _hint(session, span, bar, selects=selects)
    return None if text is None else _spoken(text, session)


def _hint(
    session: Session, span: object, bar: FollowBar, *, selects: bool
) -> object | None:
    if not bar.isHidden():
        return _WORKING if bar.is_working else _FOLLOWS
    chosen = session.selected()
    if not chosen:
        return _RANGE if span is not None and selects else None
    tracks = [a for a in chosen if isinstance(a.geometry, Track)]
    if len(chosen) == 1:
        return _of_one(chosen[0])
    return _PAIR if len(chosen) == 2 == len(tracks) else None


def _of_one(annotation: Annotation) -> object | None:
    if is_tag(annotation):
        return _TAG
    if isinstance(annotation.geometry, Track):
        return _TRACK
    return _SHAPE if annotation.frame is not None else None


def _spoken(text: object, session: Session) -> str:
    keys = bindings(default_table(), session.settings.keys)
    named = {"return": spoken_key("Return"), "escape": spoken_key("Esc")}
    for name in (
        "play_range", "range_clear", "track", "follow", "outside", "join", "swap",
    ):  # fmt: skip
        named[name] = spoken_key(keys.first(f"video.{name}"))
    return QCoreApplication.translate("FilmHints", str(text)).format(**named)
