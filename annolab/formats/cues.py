"""The cues of WebVTT and SubRip files: blocks of lines with a line of times."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annolab.errors import FormatError
from annolab.formats.base import Problem, Report, Severity
from annolab.formats.lines import numbered_lines
from annolab.formats.ticks import seconds_of

ARROW = "-->"
PER_SECOND = 1000
_STAMP = r"(?:([0-9]{1,9}):)?([0-9]{1,2}):([0-9]{1,2})[.,]([0-9]{1,3})"
_TIMES = re.compile(rf"[ \t]*{_STAMP}[ \t]*-->[ \t]*{_STAMP}(?:[ \t]+(.*))?")
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"\r\n|\r|\n")
_MAGIC = re.compile(r"WEBVTT(?:[ \t].*)?")


@dataclass(slots=True)
class Cue:
    """A cue as it stands in the file; `before`: blocks that are no cues."""

    line: int
    start: float
    stop: float
    id: str = ""
    settings: str = ""
    payload: str = ""
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    header: str = ""


def vtt_cues(file: Path, name: str, report: Report) -> list[Cue]:
    """The cues of a WebVTT file. Raises FormatError when it is none."""
    blocks = list(_blocks(file, name, report))
    if not blocks or not _MAGIC.fullmatch(blocks[0][1][0]):
        message = "It does not begin with WEBVTT."
        raise FormatError(message, path=file, line=1)
    header = "\n".join(blocks[0][1])
    cues, others = _cues(blocks[1:], name, report, is_srt=False)
    if cues:
        cues[0].header = header if header != "WEBVTT" else ""
        cues[-1].after = others
    return cues


def srt_cues(file: Path, name: str, report: Report) -> list[Cue]:
    """The cues of a SubRip file. Raises FormatError when there are none."""
    blocks = list(_blocks(file, name, report))
    cues, _ = _cues(blocks, name, report, is_srt=True)
    if not cues:
        message = "It holds no subtitles."
        raise FormatError(message, path=file)
    for cue in cues:  # text that went on after a blank line
        cue.payload = "\n\n".join(filter(None, (cue.payload, *cue.after)))
    return cues


def plain(payload: str) -> str:
    """What a WebVTT payload says, without its tags."""
    return html.unescape(_TAG.sub("", payload))


def escaped(text: str) -> str:
    """A text as a WebVTT payload."""
    return html.escape(text, quote=False)


def lines_kept(text: str) -> str:
    """A text without the blank lines that would end it."""
    return "\n".join(line for line in _BREAK.split(text) if line.strip())


def is_times(line: str) -> bool:
    """Whether it is the line of times of a cue."""
    return _TIMES.fullmatch(line) is not None


def _blocks(file: Path, name: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not blank, each with the number of its first."""
    block: list[str] = []
    first = 0
    for number, line in numbered_lines(file, name, report):
        if line.strip():
            first = first if block else number
            block.append(line)
        elif block:
            yield first, block
            block = []
    if block:
        yield first, block


def _cues(
    blocks: list[tuple[int, list[str]]], name: str, report: Report, *, is_srt: bool
) -> tuple[list[Cue], list[str]]:
    """The cues, and the blocks after the last of them that are none."""
    cues: list[Cue] = []
    others: list[str] = []
    for first, lines in blocks:
        at = next((n for n, line in enumerate(lines[:2]) if ARROW in line), None)
        if at is not None:
            cue = _cue(lines, at, first, f"{name}, line {first + at}", report)
            if cue is not None:
                cue.before, others = others, []
                cues.append(cue)
        elif not is_srt:
            others.append("\n".join(lines))
        elif cues:
            cues[-1].after.append("\n".join(lines))
        else:
            where = f"{name}, line {first}"
            report.add(Problem("Lines that belong to no subtitle.", where=where))
    return cues, others


def _cue(
    lines: list[str], at: int, first: int, where: str, report: Report
) -> Cue | None:
    found = _TIMES.fullmatch(lines[at])
    if found is None:
        report.add(Problem("A cue whose times cannot be read.", where=where))
        return None
    start, stop = _seconds(found.groups()[:4]), _seconds(found.groups()[4:8])
    if stop < start:
        start, stop = stop, start
        reason = "A cue that stops before it starts, turned round."
        report.add(Problem(reason, Severity.REPAIRED, where=where))
    return Cue(
        line=first + at,
        start=start,
        stop=stop,
        id=lines[0] if at else "",
        settings=(found[9] or "").strip(),
        payload="\n".join(lines[at + 1 :]),
    )


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = parts
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return seconds_of(whole * PER_SECOND + int((thousandths or "").ljust(3, "0")), 1000)


def stamp(ticks: int, point: str) -> str:
    """A count of milliseconds as `HH:MM:SS.mmm`."""
    seconds, thousandths = divmod(ticks, PER_SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"
