"""A frame as people type it: its number, a time, or so many on or back. No Qt."""

from __future__ import annotations

import re

from annolab.errors import UserError
from annolab.media.video import FrameTable

MOST_TYPED = 40  # characters
_FRAME = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}")
_TIME = re.compile(
    r"(?:(?:(?P<h>[0-9]{1,6}):)?(?P<m>[0-9]{1,6}):)?(?P<s>[0-9]{1,9}(?:\.[0-9]{0,9})?)s?"
)


def frame_of(text: str, at: int, table: FrameTable) -> int:
    """The frame that a text means, seen from frame `at`.

    `1234` and `1,234` are frames, `1:02.5` and `62.5` minutes and seconds since the
    first frame, `62s` seconds; `+30` and `-1:00` count from here. UserError says what
    can be typed, or how long the film is.
    """
    text = text.strip()[:MOST_TYPED]
    sign = text[0] if text[:1] in ("+", "-") else ""
    rest = text[len(sign) :].strip()
    if _FRAME.fullmatch(rest):
        frame = int(rest.replace(",", ""))
        if sign:
            frame = at + frame if sign == "+" else at - frame
        return _within(frame, table)
    time = _TIME.fullmatch(rest)
    if time is None:
        message = (
            "Type a frame like 1234, a time like 1:02.5, or +30 or -30 to go that many "
            "frames on or back."
        )
        raise UserError(message)
    hours, minutes = (int(time[part] or 0) for part in ("h", "m"))
    seconds = 3600 * hours + 60 * minutes + float(time["s"])
    if sign:
        here = table.time(at) if at < len(table) else 0.0
        seconds = here + seconds if sign == "+" else here - seconds
    if not 0 <= seconds <= table.seconds:
        where = "before its start" if seconds < 0 else "beyond its end"
        message = f"The film is {spoken_time(table.seconds)} long: that is {where}."
        raise UserError(message)
    return table.at(seconds)


def _within(frame: int, table: FrameTable) -> int:
    if 0 <= frame < len(table):
        return frame
    where = "before its start" if frame < 0 else "beyond its end"
    message = f"The film has the frames 0 to {len(table) - 1:,}: {frame:,} is {where}."
    raise UserError(message)


def spoken_time(seconds: float) -> str:
    """A time as minutes and seconds, with hours where there are any: `1:02.500`."""
    thousandths = max(round(seconds * 1000), 0)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
    return f"{hours}:{text}" if hours else text
