"""What the actions on sounds do, but for those of the tiers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from annolab.errors import UserError
from annolab.media.sound_line import one_line
from annolab.model.annotation import Annotation
from annolab.model.geometry import Instant, Interval, TimeBox, Whole
from annolab.model.ids import new_id
from annolab.settings import Settings
from annolab.widgets import audio_queries, audio_speech
from annolab.widgets.audio_shell import AudioShell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from annolab.media.spectrogram import SpectrogramSettings

Verb = Callable[[AudioShell], object]
GAIN_STEP = 1.4
PAGE = 0.9  # of the window: a little of the page before is seen


def spectrogram_settings(settings: Settings) -> SpectrogramSettings:
    """How spectrograms are made, after the options of the user."""
    from annolab.media.spectrogram import SpectrogramSettings

    return SpectrogramSettings(
        window_length=settings.number("sound.window_length") / 1000,
        window=settings.text("sound.window"),
        low=settings.number("sound.low"),
        high=settings.number("sound.high"),
        dynamic_range=settings.number("sound.dynamic_range"),
        preemphasis=settings.number("sound.preemphasis"),
        scale=settings.text("sound.scale"),
        colors=settings.text("sound.colors"),
    )


def run(canvas: AudioShell, action_id: str) -> bool:
    """Do what an action says; False when it is none of these."""
    verb = VERBS.get(action_id.removeprefix("audio."))
    if verb is None:
        return False
    verb(canvas)
    return True


def interrupted(canvas: AudioShell) -> bool:
    """Whether the user has just stopped the sound: then the cursor stays there."""
    was, canvas.stopped_by_user = canvas.stopped_by_user, False
    return was


def _stop(canvas: AudioShell) -> None:
    canvas.sound.drop()
    canvas.tiers.drop()
    audio_speech.stop_aligning(canvas)
    if canvas.transport.playing:
        canvas.stopped_by_user = True
        canvas.transport.stop()


def _play(canvas: AudioShell) -> None:
    """Praat's Tab: the selection, or stop; without one, from the cursor on."""
    view = canvas.view
    if canvas.transport.playing:
        _stop(canvas)
    elif view.high > view.low:
        canvas.play(view.low, view.high)
    else:
        _play_on(canvas)


def _play_on(canvas: AudioShell) -> None:
    canvas.play(canvas.view.low, canvas.view.length)


def _move(canvas: AudioShell, steps: int, *, low: bool, high: bool) -> None:
    view = canvas.view
    by = steps * canvas.session.settings.number("sound.arrow_step")
    start = view.low + by if low else view.low
    stop = view.high + by if high else view.high
    start, stop = max(start, 0.0), min(stop, view.length)
    if start <= stop:
        view.select(start, stop)
        view.reveal(start if low else stop)


def _zero(canvas: AudioShell, which: str) -> None:
    from annolab.assist.sound import zero_crossing

    view, opened = canvas.view, canvas.opened
    if opened is None:
        return
    sound = opened.sound
    line = canvas.sound.line

    def read(first: int, last: int) -> NDArray[np.float32]:
        return one_line(sound.read(first, last), line)[:, None]

    def nearest(time: float) -> float:
        return zero_crossing(read, sound.rate, 0, time, frames=sound.frames)

    if which == "cursor" or view.low == view.high:
        middle = (view.low + view.high) / 2
        view.select(nearest(middle))
    elif which == "start":
        view.select(nearest(view.low), view.high)
    else:
        view.select(view.low, nearest(view.high))


def _whole(canvas: AudioShell) -> None:
    """Put the picked label on the clip."""
    from annolab import edits

    project, item = canvas.session.project, canvas.item
    label = canvas.session.label
    if project is None or item is None:
        return
    if label is None:
        sentence = canvas.tr("Pick a label first; it is put on the whole sound.")
        canvas.session.said.emit("info", sentence)
        return
    made = Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=project.annotator.id,
        geometry=Whole(),
        label_id=label.id,
    )
    canvas.edit_requested.emit(edits.add([made], "Label sound"))
    canvas.selection_requested.emit((made.id,))


def _delete(canvas: AudioShell) -> None:
    """Delete what is selected and lies on no tier."""
    from annolab import edits

    free = (Interval, Instant, TimeBox, Whole)
    doomed = [
        a
        for a in canvas.session.selected()
        if a.tier_id is None and isinstance(a.geometry, free) and not a.locked
    ]
    if doomed:
        canvas.edit_requested.emit(edits.delete(doomed))


def _speed(canvas: AudioShell, delta: int) -> None:
    canvas.set_speed(canvas.bar.step_speed(delta))


def _gain(canvas: AudioShell, factor: float) -> None:
    canvas.sound.set_gain(canvas.sound.gain * factor)


def _toggle_loop(canvas: AudioShell) -> None:
    canvas.bar.loop_button.toggle()


def _toggle_spectrogram(canvas: AudioShell) -> None:
    canvas.sound.shows_spectrogram = not canvas.sound.shows_spectrogram
    canvas.sound.update()


def _toggle_play_bar(canvas: AudioShell) -> None:
    """Show or hide the stretches to play, from now on."""
    session, name = canvas.session, "sound.play_bar"
    try:
        session.settings.set(name, not session.settings.flag(name))
    except UserError as error:  # it holds until AnnoLab is closed
        session.said.emit("problem", str(error))
    session.option_changed.emit(name)


def _spectral_slice(canvas: AudioShell) -> None:
    from annolab.widgets.slice_window import open_slice

    if canvas.opened is not None:
        open_slice(canvas)


def _settings(canvas: AudioShell) -> None:
    from annolab.widgets.spectrogram_dialog import SpectrogramDialog

    SpectrogramDialog(canvas, canvas.session).open()


def _segment(canvas: AudioShell, *, onsets: bool) -> None:
    from annolab.tasks.segment import segment_edit
    from annolab.widgets.segment_dialog import SegmentDialog

    opened, item, project = canvas.opened, canvas.item, canvas.session.project
    if opened is None or item is None or project is None:
        return
    dialog = SegmentDialog(canvas, opened.sound, onsets=onsets, session=canvas.session)

    def show(marks: list[tuple[object, str]]) -> None:
        spans = []
        for geometry, text in marks:
            if isinstance(geometry, Interval) and text:
                spans.append((geometry.start, geometry.stop))
            elif isinstance(geometry, Instant):
                spans.append((geometry.time, geometry.time))
        canvas.sound.preview = spans
        canvas.sound.update()

    dialog.previewed.connect(show)
    dialog.accepted_marks.connect(
        lambda wanted, marks: canvas.edit_requested.emit(
            segment_edit(project, canvas.item or item, wanted, marks)
        )
    )
    dialog.open()


def _find(canvas: AudioShell) -> None:
    from annolab.widgets.replace_dialog import ReplaceDialog

    if canvas.session.project is not None:
        dialog = ReplaceDialog(canvas, canvas.session, canvas.tiers.tier)
        dialog.pattern_used.connect(lambda rule: setattr(canvas, "rule", rule))
        dialog.open()


def _find_next(canvas: AudioShell) -> None:
    """The next text on this tier that the last search finds."""
    if canvas.rule is None:
        _find(canvas)
    else:
        canvas.tiers.find_next(canvas.rule)


def _clip_mode(canvas: AudioShell) -> None:
    canvas.clips.switch(on=not canvas.clips.on)


def _page(canvas: AudioShell, direction: int) -> None:
    canvas.view.scroll(direction * PAGE * canvas.view.span)


def _next_channel(canvas: AudioShell) -> None:
    """The spectrogram of another channel, or the mean of all."""
    if canvas.opened is not None:
        canvas.sound.next_line()
        if canvas.opened.sound.channels == 1:  # else its name is on the picture
            text = canvas.tr("This sound has only one channel.")
            canvas.session.said.emit("info", text)


MENU = (
    "audio.play", "audio.play_window", "audio.zoom_selection", "audio.all", "",
    "audio.add_boundary", "audio.add_interval_1", "audio.add_interval_2", "",
    "audio.spectrogram", "audio.show_spectrogram", "audio.play_bar", "audio.channel",
    "audio.spectral_slice",
    "audio.pitch", "audio.formants", "audio.intensity", "",
    "audio.segment", "audio.onsets", "",
    "audio.whole", "audio.delete", "audio.clip_mode", "", "item.done", "item.skip",
)  # fmt: skip
VERBS: dict[str, Verb] = {
    **audio_queries.VERBS,
    **audio_speech.VERBS,
    "select": lambda c: c.set_tool("select"),
    "box": lambda c: c.set_tool("box"),
    "play": _play,
    "play_window": lambda c: c.play(c.view.start, c.view.stop),
    "play_on": _play_on,
    "stop": _stop,
    "loop": _toggle_loop,
    "faster": partial(_speed, delta=1),
    "slower": partial(_speed, delta=-1),
    "all": lambda c: c.view.show_all(),
    "zoom_in": lambda c: c.view.zoom(0.5),
    "zoom_out": lambda c: c.view.zoom(2.0),
    "zoom_selection": lambda c: c.view.show_selection(),
    "zoom_back": lambda c: c.view.back(),
    "page_forward": partial(_page, direction=1),
    "page_back": partial(_page, direction=-1),
    "louder": partial(_gain, factor=GAIN_STEP),
    "softer": partial(_gain, factor=1 / GAIN_STEP),
    "earlier": partial(_move, steps=-1, low=True, high=True),
    "later": partial(_move, steps=1, low=True, high=True),
    "start_earlier": partial(_move, steps=-1, low=True, high=False),
    "start_later": partial(_move, steps=1, low=True, high=False),
    "end_earlier": partial(_move, steps=-1, low=False, high=True),
    "end_later": partial(_move, steps=1, low=False, high=True),
    "start_to_zero": partial(_zero, which="start"),
    "cursor_to_zero": partial(_zero, which="cursor"),
    "end_to_zero": partial(_zero, which="end"),
    "whole": _whole,
    "delete": _delete,
    "spectrogram": _settings,
    "show_spectrogram": _toggle_spectrogram,
    "play_bar": _toggle_play_bar,
    "spectral_slice": _spectral_slice,
    "channel": _next_channel,
    "segment": partial(_segment, onsets=False),
    "onsets": partial(_segment, onsets=True),
    "pitch": lambda c: c.overlays.toggle("pitch"),
    "intensity": lambda c: c.overlays.toggle("intensity"),
    "formants": lambda c: c.overlays.toggle("formants"),
    "find": _find,
    "find_next": _find_next,
    "ipa": lambda c: c.show_palette(shown=c.palette_panel.isHidden()),
    "clip_mode": _clip_mode,
    "clip_next": lambda c: c.clips.go_on(),
    "clip_back": lambda c: c.clips.go_back(),
}
