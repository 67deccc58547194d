"""What the actions do that play a film and go to its frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from annolab.actions import bindings, default_table
from annolab.errors import UserError
from annolab.model.geometry import Track
from annolab.model.tracks import seen_ranges
from annolab.widgets.controls import spoken_key
from annolab.widgets.go_to import GoTo
from annolab.widgets.video_board import beside
from annolab.widgets.video_play import Span
from annolab.widgets.video_shell import VideoShell

Verb = Callable[[VideoShell], object]


def play_or_pause(canvas: VideoShell) -> None:
    """Play on from here, or stay here."""
    if canvas.player.playing:
        canvas.pause()
    else:
        canvas.play()


def play_way(canvas: VideoShell, way: int) -> None:
    """Play on or back; what plays this way already plays faster."""
    if canvas.player.playing and canvas.player.way == way:
        canvas.timeline.bar.step_speed(1)
    else:
        canvas.play(way)


def play_range(canvas: VideoShell) -> None:
    """Play the selected range of frames."""
    span = canvas.timeline.range
    if span is not None:
        canvas.play(span=span)
        return
    keys = bindings(default_table(), canvas.session.settings.keys)
    start, end = (spoken_key(keys.first(f"video.range_{e}")) for e in ("start", "end"))
    sentence = canvas.tr("Select a range first: {start} begins it here, {end} ends it.")
    canvas.session.said.emit("info", sentence.format(start=start, end=end))


def play_track(canvas: VideoShell) -> None:
    """Play the frames from the first to the last at which the selection is seen."""
    seen: list[Span] = []
    for annotation in canvas.session.selected():
        if isinstance(annotation.geometry, Track):
            seen += seen_ranges(annotation.geometry, canvas.count)
    if seen:
        canvas.play(span=(min(s[0] for s in seen), max(s[1] for s in seen)))
    else:
        canvas.session.said.emit("info", canvas.tr("Select a track first."))


def switch_loop(canvas: VideoShell) -> None:
    """Repeat what is played, or do not."""
    canvas.player.set_loop(on=not canvas.player.loop)
    canvas.renew_span()


def switch_sound(canvas: VideoShell) -> None:
    """Hear films, or do not; it stays so."""
    settings, name = canvas.session.settings, "media.film_sound"
    try:
        settings.set(name, not settings.flag(name))
    except UserError as error:  # it is so until the program ends
        canvas.session.said.emit("problem", str(error))
    canvas.session.option_changed.emit(name)


def ask_where(canvas: VideoShell) -> None:
    """Let a frame or a time be typed."""
    video = canvas.source.video
    if video is None or not len(video):
        return
    canvas.pause()
    entry = GoTo(canvas, canvas.wanted, video.table)
    entry.wanted.connect(canvas.go_to)
    entry.open()


def step_among(canvas: VideoShell, frames: Sequence[int], way: int, none: str) -> None:
    """Go to the next or the previous one of these frames; `none`: there are none."""
    frame = beside(frames, canvas.wanted, way)
    if frame is not None:
        canvas.go_to(frame)
    elif not frames:
        canvas.session.said.emit("info", none)


def step_annotated(canvas: VideoShell, way: int) -> None:
    """Go to the annotated frame beside this one."""
    none = canvas.tr("No frame of this film is annotated yet.")
    step_among(canvas, canvas.view.board.frames(), way, none)


def step_label(canvas: VideoShell, way: int) -> None:
    """Go to the frame beside this one that is annotated with the same label."""
    session = canvas.session
    labels = {a.label_id for a in session.selected()}
    if not labels and session.label is not None:
        labels = {session.label.id}
    if not labels:
        sentence = canvas.tr("Select a shape or pick a label first.")
        session.said.emit("info", sentence)
        return
    none = canvas.tr("No frame of this film is annotated with this label yet.")
    step_among(canvas, canvas.view.board.frames_of(labels), way, none)


def step_keyframe(canvas: VideoShell, way: int) -> None:
    """Go to the keyframe of the selected tracks beside this frame."""
    frames = canvas.view.board.keyframes_of(canvas.session.selection)
    step_among(canvas, frames, way, canvas.tr("Select a track first."))


def step_entry(canvas: VideoShell, way: int) -> None:
    """Go to the frame beside this one that is stored whole in the file."""
    video = canvas.source.video
    if video is not None:
        step_among(canvas, np.flatnonzero(video.table.key).tolist(), way, "")


VERBS: dict[str, Verb] = {
    "play": play_or_pause,
    "play_on": lambda canvas: play_way(canvas, 1),
    "play_back": lambda canvas: play_way(canvas, -1),
    "pause": lambda canvas: canvas.pause(),
    "faster": lambda canvas: canvas.timeline.bar.step_speed(1),
    "slower": lambda canvas: canvas.timeline.bar.step_speed(-1),
    "play_range": play_range,
    "play_track": play_track,
    "loop": switch_loop,
    "sound": switch_sound,
    "start": lambda canvas: canvas.go_to(0),
    "end": lambda canvas: canvas.go_to(canvas.count - 1),
    "go_to": ask_where,
    "next_annotated": lambda canvas: step_annotated(canvas, 1),
    "previous_annotated": lambda canvas: step_annotated(canvas, -1),
    "next_label": lambda canvas: step_label(canvas, 1),
    "previous_label": lambda canvas: step_label(canvas, -1),
    "next_keyframe": lambda canvas: step_keyframe(canvas, 1),
    "previous_keyframe": lambda canvas: step_keyframe(canvas, -1),
    "next_entry": lambda canvas: step_entry(canvas, 1),
    "previous_entry": lambda canvas: step_entry(canvas, -1),
}
"""By the last part of the id."""
