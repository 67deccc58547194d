"""Praat's function keys: values at the cursor or in the selection, and logs of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from annolab.assist.readings import Part, Quantity, Question, Reading
from annolab.errors import UserError
from annolab.tasks.sound_log import (
    Column,
    append_row,
    log_row,
    questions,
    read_columns,
)
from annolab.widgets.info_window import InfoWindow
from annolab.widgets.sound_queries import Answer, Heard, analysis_options

if TYPE_CHECKING:
    from annolab.widgets.audio_shell import AudioShell

Values = dict[str, str | float]


def _heard(canvas: AudioShell) -> Heard | None:
    """What is asked about; None while no sound is shown."""
    opened, picture = canvas.opened, canvas.sound.settings
    if opened is None or picture is None or not opened.sound.frames:
        return None
    options = analysis_options(canvas.session.settings)
    return Heard(opened.sound, canvas.sound.line, picture, options)


def _stretch(canvas: AudioShell) -> tuple[float, float]:
    """The selection; without one, the window."""
    view = canvas.view
    if view.high > view.low:
        return view.low, view.high
    return view.start, view.stop


def _ask(
    canvas: AudioShell,
    quantity: Quantity,
    *,
    part: Part = Part.VALUE,
    number: int = 0,
) -> None:
    """Ask, and show the answer."""
    view = canvas.view
    whole = part is not Part.VALUE
    low, high = _stretch(canvas) if whole else (view.low, view.high)
    hertz = 0.0
    if quantity is Quantity.POWER:
        if canvas.sound.hertz is None:
            sentence = canvas.tr("Click into the spectrogram first: at a frequency.")
            canvas.session.said.emit("info", sentence)
            return
        low = high = (low + high) / 2
        hertz = canvas.sound.hertz
    asked = Question(quantity, low, high, part, number, hertz)
    _find(canvas, (asked,), partial(_show, canvas))


def _find(
    canvas: AudioShell,
    asked: tuple[Question, ...],
    on_done: Callable[[Answer], None],
) -> None:
    heard = _heard(canvas)
    if heard is not None:
        canvas.queries.ask(heard, asked, on_done)


def _show(canvas: AudioShell, answer: Answer) -> None:
    """Say a value, and keep it in the Info window."""
    if answer.problem:
        canvas.session.said.emit("info", answer.problem)
        return
    for reading in answer.readings:
        canvas.last_value = reading
        info(canvas).add_value(reading.text)
        canvas.session.said.emit("info", reading.text)


def info(canvas: AudioShell) -> InfoWindow:
    """The Info window of a canvas."""
    if canvas.info is None:
        canvas.info = InfoWindow(canvas)
    return canvas.info


def _move_to(canvas: AudioShell, part: Part) -> None:
    """Put the cursor at the highest or lowest pitch."""

    def go(answer: Answer) -> None:
        time = answer.readings[0].value
        if answer.problem:
            canvas.session.said.emit("info", answer.problem)
        elif math.isnan(time):
            sentence = canvas.tr("There is no pitch in the selection.")
            canvas.session.said.emit("info", sentence)
        else:
            canvas.view.select(time)
            canvas.view.reveal(time)

    _find(canvas, (Question(Quantity.PITCH, *_stretch(canvas), part),), go)


def _copy(canvas: AudioShell) -> None:
    reading: Reading | None = canvas.last_value
    if reading is None or math.isnan(reading.value):
        sentence = canvas.tr("There is no value yet: ask for one, as with F5.")
    else:
        figure = repr(reading.value)
        QApplication.clipboard().setText(figure)
        sentence = canvas.tr("Copied {}.").format(figure)
    canvas.session.said.emit("info", sentence)


def _log(canvas: AudioShell, number: int) -> None:
    """Write a line of a log, 1 or 2."""
    settings, view = canvas.session.settings, canvas.view
    suffix = "" if number == 1 else f"_{number}"
    name = settings.text(f"sound.log_file{suffix}").strip()
    path = Path(name).expanduser() if name else None
    try:
        columns = read_columns(settings.text(f"sound.log_columns{suffix}"))
    except UserError as error:
        canvas.session.said.emit("problem", str(error))
        return
    asked = questions(columns, view.low, view.high, canvas.sound.hertz)
    known = _known(canvas)

    def write(answer: Answer) -> None:
        values = {r.question: r.value for r in answer.readings}
        found: Values = known | {key: values[q] for key, q in asked.items()}
        _write(canvas, number, columns, log_row(columns, found), path)
        if answer.problem:
            canvas.session.said.emit("info", answer.problem)

    _find(canvas, tuple(asked.values()), write)


def _known(canvas: AudioShell) -> Values:
    """What needs not be measured."""
    view, tier = canvas.view, canvas.tiers.tier
    middle = (view.low + view.high) / 2
    found: Values = {
        "item": canvas.item.name if canvas.item is not None else "",
        "time": middle,
        "low": view.low,
        "high": view.high,
        "duration": view.high - view.low,
    }
    if canvas.sound.hertz is not None:
        found["hertz"] = canvas.sound.hertz
    row = canvas.tiers.rows.row_of(tier) if tier is not None else None
    if tier is not None and row is not None:
        mark = row.line.at(middle)
        found["tier"] = tier.name
        found["label"] = (mark.text or "") if mark is not None else ""
    return found


def _write(
    canvas: AudioShell,
    number: int,
    columns: tuple[Column, ...],
    cells: list[str],
    path: Path | None,
) -> None:
    heading = [column.name for column in columns]
    info(canvas).add_row(number, heading, cells)
    line = "  ".join(cell or "-" for cell in cells)
    sentence = canvas.tr("Log {}: {}").format(number, line)
    canvas.session.said.emit("info", sentence)
    if path is not None:
        canvas.queries.run(lambda _: append_row(path, columns, cells))


def _show_info(canvas: AudioShell) -> None:
    info(canvas).show_page(info(canvas).pages.currentIndex())


VERBS: dict[str, Callable[[AudioShell], object]] = {
    **{
        f"formant_{n}": partial(_ask, quantity=Quantity.FORMANT, number=n)
        for n in range(1, 5)
    },
    "pitch_value": partial(_ask, quantity=Quantity.PITCH),
    "pitch_minimum": partial(_ask, quantity=Quantity.PITCH, part=Part.MINIMUM),
    "pitch_maximum": partial(_ask, quantity=Quantity.PITCH, part=Part.MAXIMUM),
    "cursor_time": partial(_ask, quantity=Quantity.TIME),
    "power": partial(_ask, quantity=Quantity.POWER),
    "intensity_value": partial(_ask, quantity=Quantity.INTENSITY),
    "intensity_minimum": partial(_ask, quantity=Quantity.INTENSITY, part=Part.MINIMUM),
    "intensity_maximum": partial(_ask, quantity=Quantity.INTENSITY, part=Part.MAXIMUM),
    "to_maximum_pitch": partial(_move_to, part=Part.TIME_OF_MAXIMUM),
    "to_minimum_pitch": partial(_move_to, part=Part.TIME_OF_MINIMUM),
    "copy_value": _copy,
    "info": _show_info,
    "log_1": partial(_log, number=1),
    "log_2": partial(_log, number=2),
}
