"""What the actions on tracks do: one function for each, by the last part of the id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from annolab import edits, track_edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Track
from annolab.model.tracks import (
    OCCLUDED,
    attributes_at,
    first_frame,
    is_seen,
    number_of,
)
from annolab.settings import Value
from annolab.widgets.film_rows import is_tag
from annolab.widgets.number_dialog import NumberDialog, Question
from annolab.widgets.session import Session
from annolab.widgets.track_desk import TrackDesk
from annolab.widgets.track_look import COLORS

MOST_FRAMES = 1_000_000
MOST_PIXELS = 1000
COPIES, TOLERANCE = 10, 1.0  # what is proposed at first: frames, pixels
Command = Callable[[TrackDesk], None]


def run(desk: TrackDesk, name: str) -> bool:
    """Do what a `video.` action says; False when it is none of tracks."""
    command = COMMANDS.get(name)
    if command is not None:
        command(desk)
    return command is not None


def _each(verb: Callable[[Annotation, int], Edit], desk: TrackDesk) -> None:
    """A verb that needs the track and the frame."""
    desk.ask_all(desk.tracks(), lambda annotation: verb(annotation, desk.frame))


def _make_track(desk: TrackDesk) -> None:
    chosen = desk.chosen()
    shapes = [a for a in chosen if not isinstance(a.geometry, Track)]
    if shapes:
        desk.ask_all(shapes, track_edits.track_from_shape)
    elif chosen or not desk.session.selection:
        desk.say(desk.view.tr("Select a shape on this frame first."))


def _split(desk: TrackDesk) -> None:
    edit = desk.ask_all(
        desk.tracks(), lambda annotation: track_edits.split(annotation, desk.frame)
    )
    desk.select_new(edit)


def _delete_range(desk: TrackDesk) -> None:
    start, stop = desk.span or (desk.frame, desk.frame + 1)
    desk.ask_all(
        desk.tracks(),
        lambda annotation: track_edits.delete_range(annotation, start, stop),
    )


def _occluded(desk: TrackDesk) -> None:
    """Tracks from this frame on, shapes as a whole; all are, or none is."""
    seen = [a for a in desk.chosen() if _is_here(a, desk.frame) and not is_tag(a)]
    if not seen:
        desk.say(desk.view.tr("Select what is seen at this frame first."))
        return
    on = not all(_is_occluded(a, desk.frame) for a in seen)

    def verb(annotation: Annotation) -> Edit:
        if isinstance(annotation.geometry, Track):
            return track_edits.set_occluded(annotation, desk.frame, occluded=on)
        name = "Mark shape as occluded" if on else "Mark shape as visible"
        values = MappingProxyType({**annotation.attributes, OCCLUDED: on})
        return edits.replace(
            [annotation], [replace(annotation, attributes=values)], name
        )

    desk.ask_all(seen, verb)


def _is_here(annotation: Annotation, frame: int) -> bool:
    track = annotation.geometry
    if isinstance(track, Track):
        return is_seen(track, frame)
    return annotation.frame in (None, frame)


def _is_occluded(annotation: Annotation, frame: int) -> bool:
    track = annotation.geometry
    values = annotation.attributes
    if isinstance(track, Track):
        values = {**values, **attributes_at(track, frame)}
    return values.get(OCCLUDED) is True


# What asks for a number


def _ask(
    desk: TrackDesk, question: Question, on_done: Callable[[float], object]
) -> None:
    NumberDialog(desk.view, question, on_done).open()


def _propagate(desk: TrackDesk) -> None:
    chosen = [a for a in desk.chosen() if _is_here(a, desk.frame)]
    chosen = [a for a in chosen if isinstance(a.geometry, Track) or a.frame is not None]
    if not chosen:
        desk.say(desk.view.tr("Select what is seen at this frame first."))
        return
    project = desk.session.project
    room = desk.count - 1 - desk.frame
    if room < 1 or project is None:
        desk.say(desk.view.tr("This is the last frame of the film."))
        return
    annotator = project.annotator.id

    def verb(count: int, annotation: Annotation) -> Edit:
        if isinstance(annotation.geometry, Track):
            return track_edits.propagate(annotation, desk.frame, count)
        return track_edits.copy_to_frames(annotation, annotator, count)

    tr = desk.view.tr
    question = Question(
        "propagate",
        tr("Hold for frames"),
        tr("Tracks are held as they are here, shapes are copied, for the next"),
        min(COPIES, room), 1, min(room, track_edits.MOST_COPIES), tr(" frames"),
    )  # fmt: skip
    _ask(desk, question, lambda n: desk.ask_all(chosen, partial(verb, int(n))))


def _shift(desk: TrackDesk) -> None:
    tracks = desk.tracks()
    if not tracks:
        return
    held = [track_edits.track_of(annotation) for annotation in tracks]
    low = -min(first_frame(track) for track in held)
    high = max(desk.count - 1 - max(first_frame(track) for track in held), 0)
    tr = desk.view.tr
    question = Question(
        "shift",
        tr("Shift track"),
        tr("How far the track goes on; with a minus, back."),
        1, low, high, tr(" frames"),
    )  # fmt: skip
    _ask(
        desk,
        question,
        lambda n: desk.ask_all(tracks, lambda a: track_edits.shift(a, int(n))),
    )


def _simplify(desk: TrackDesk) -> None:
    tracks = desk.tracks()
    if not tracks:
        return
    tr = desk.view.tr
    question = Question(
        "simplify",
        tr("Simplify track"),
        tr("Keyframes go where the others give the same place, up to"),
        TOLERANCE, 0, MOST_PIXELS, tr(" pixels"), 1,
    )  # fmt: skip

    def done(pixels: float) -> None:
        before = _keyframes(desk)
        if desk.ask_all(tracks, lambda a: track_edits.simplify(a, pixels)) is None:
            desk.say(tr("Every keyframe is needed."))
            return
        counts = {"gone": before - _keyframes(desk), "all": before}
        desk.say(tr("Dropped {gone:,} of {all:,} keyframes.").format(**counts))

    _ask(desk, question, done)


def _keyframes(desk: TrackDesk) -> int:
    held = (a.geometry for a in desk.session.selected())
    return sum(len(g.keyframes) for g in held if isinstance(g, Track))


def _number(desk: TrackDesk) -> None:
    tracks = desk.tracks()
    others, tr = desk.session.annotations(), desk.view.tr
    if len(tracks) != 1:
        bare = [track for track in tracks if number_of(track) is None]
        if bare:
            desk.ask(track_edits.number_all(bare, others))
        elif tracks:
            desk.say(tr("All of these have a number; select one to change it."))
        return
    own = number_of(tracks[0])
    free = next(track_edits.free_numbers(others))
    question = Question(
        "",
        tr("Number track"),
        tr("The number that tells this track from the others; 0 for none."),
        own or free, 0, track_edits.MOST_NUMBER,
    )  # fmt: skip
    _ask(
        desk,
        question,
        lambda n: desk.ask_all(
            tracks, lambda a: track_edits.set_number(a, int(n), others)
        ),
    )


# Two tracks


def _pair(desk: TrackDesk) -> tuple[Annotation, Annotation] | None:
    tracks = desk.tracks()
    if len(tracks) == 2:
        return tracks[0], tracks[1]
    if tracks:
        desk.say(desk.view.tr("Select two tracks; Shift adds to the selection."))
    return None


def _join(desk: TrackDesk, *, fill: bool) -> None:
    pair, project = _pair(desk), desk.session.project
    if pair is None or project is None:
        return
    first, second = sorted(pair, key=lambda a: first_frame(track_edits.track_of(a)))
    relations = project.relations(first.item_id)
    edit = desk.ask_all(
        [first], lambda a: track_edits.join(a, second, relations, fill=fill)
    )
    if edit is not None:
        desk.view.selection_requested.emit((first.id,))


def _swap(desk: TrackDesk) -> None:
    pair = _pair(desk)
    if pair is not None:
        desk.ask_all([pair[0]], lambda a: track_edits.swap_from(a, pair[1], desk.frame))


def _toggle(option: str, off: Value, on: Value, desk: TrackDesk) -> None:
    """Switch an option of the settings, and remember it."""
    session = desk.session
    try:
        session.settings.set(option, off if session.settings.get(option) == on else on)
    except UserError as error:  # the file cannot be written
        desk.say(str(error))
    session.option_changed.emit(option)


def states(session: Session) -> dict[str, bool]:
    """What the actions that can be checked have switched."""
    settings = session.settings
    return {
        "video.centre": settings.flag("video.centre"),
        "video.onion": settings.flag("video.onion"),
        "video.track_colors": settings.text(COLORS) == "track",
    }


def _copy_shape(desk: TrackDesk) -> None:
    """What is drawn is a shape on this frame: pictures' Copy takes that."""
    if desk.view.scene.chosen_marks():
        desk.view.trigger("image.copy")
    else:
        desk.say(desk.view.tr("Select what is seen at this frame first."))


COMMANDS: dict[str, Command] = {
    "track": _make_track,
    "outside": partial(_each, track_edits.toggle_outside),
    "add_keyframe": partial(_each, track_edits.add_keyframe),
    "remove_keyframe": partial(_each, track_edits.remove_keyframe),
    "occluded": _occluded,
    "split": _split,
    "trim_before": partial(_each, track_edits.trim_before),
    "trim_after": partial(_each, track_edits.trim_after),
    "delete_range": _delete_range,
    "propagate": _propagate,
    "shift": _shift,
    "simplify": _simplify,
    "number": _number,
    "join": partial(_join, fill=False),
    "join_fill": partial(_join, fill=True),
    "swap": _swap,
    "copy_shape": _copy_shape,
    "centre": partial(_toggle, "video.centre", False, True),  # noqa: FBT003  values
    "onion": partial(_toggle, "video.onion", False, True),  # noqa: FBT003
    "track_colors": partial(_toggle, COLORS, "label", "track"),
    "shape": partial(_each, track_edits.shape_from_track),
}
