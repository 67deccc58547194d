"""WebVTT and SubRip: texts with times in milliseconds, for each sound a file.

They become intervals of a tier "subtitles"; identifiers, settings, tags, notes and
styles are kept with the annotations and given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.formats.cues import (
    ARROW,
    PER_SECOND,
    Cue,
    escaped,
    is_times,
    lines_kept,
    plain,
    srt_cues,
    stamp,
    vtt_cues,
)
from annolab.formats.lines import found_in, parsed_files, write_texts
from annolab.formats.spoken import Said, Speech, kept_source, source_of, speeches
from annolab.formats.ticks import span_in_ticks
from annolab.formats.tiers import Piece, laid
from annolab.model.annotation import Annotation, Relation
from annolab.model.item import Item
from annolab.model.schema import Schema

TIER = "subtitles"
_Timed = tuple[int, int, Annotation, str]


class VttFormat:
    """WebVTT; SubRip is the same but for what its class says."""

    name = "WebVTT"
    suffix = ".vtt"

    def detect(self, path: Path) -> Confidence:
        """By the first lines."""
        return found_in(path, (self.suffix,), self._sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the cues of every file, and what is silent between them."""
        for pieces, item in parsed_files(path, (self.suffix,), ctx, self._parsed):
            yield from laid(item, TIER, pieces, ctx)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a file for each sound with texts."""
        speech = Speech(schema, report, self.name, TIER.__eq__)
        timed = (
            (item, _timed(said, item, speech))
            for item, said in speeches(records, speech)
        )
        return write_texts(timed, self._text, self.suffix, sink, report)

    def _sign(self, lines: list[str]) -> Confidence:
        return _vtt_sign(lines)

    def _parsed(
        self, file: Path, name: str, ctx: ImportContext
    ) -> tuple[list[Piece], Item]:
        return _vtt_parsed(file, name, ctx)

    def _text(self, timed: Sequence[_Timed]) -> str:
        return _vtt(timed)


class SrtFormat(VttFormat):
    """SubRip."""

    name = "SubRip"
    suffix = ".srt"

    def _sign(self, lines: list[str]) -> Confidence:
        return _srt_sign(lines)

    def _parsed(
        self, file: Path, name: str, ctx: ImportContext
    ) -> tuple[list[Piece], Item]:
        return _srt_parsed(file, name, ctx)

    def _text(self, timed: Sequence[_Timed]) -> str:
        return _srt(timed)


def _vtt_sign(lines: list[str]) -> Confidence:
    magic = bool(lines) and lines[0].split(" ")[0].split("\t")[0] == "WEBVTT"
    return Confidence.YES if magic else Confidence.NO


def _srt_sign(lines: list[str]) -> Confidence:
    filled = [line for line in lines if line.strip()][:2]
    return Confidence.YES if any(map(is_times, filled)) else Confidence.NO


def _vtt_parsed(file: Path, name: str, ctx: ImportContext) -> tuple[list[Piece], Item]:
    cues = vtt_cues(file, name, ctx.report)
    return [_vtt_piece(cue, name) for cue in cues], ctx.companion(name)


def _vtt_piece(cue: Cue, name: str) -> Piece:
    text = plain(cue.payload)
    source = source_of(
        "vtt",
        id=cue.id,
        settings=cue.settings,
        payload=cue.payload if cue.payload != escaped(text) else "",
        before=cue.before,
        after=cue.after,
        header=cue.header,
    )
    return Piece(cue.start, cue.stop, text, source, where=f"{name}, line {cue.line}")


def _srt_parsed(file: Path, name: str, ctx: ImportContext) -> tuple[list[Piece], Item]:
    pieces = []
    for cue in srt_cues(file, name, ctx.report):
        source = source_of("srt", id=cue.id, settings=cue.settings)
        where = f"{name}, line {cue.line}"
        pieces.append(Piece(cue.start, cue.stop, cue.payload, source, where=where))
    return pieces, ctx.companion(name)


def _timed(said: Sequence[Said], item: Item, speech: Speech) -> list[_Timed]:
    """Marks with their milliseconds and their text without blank lines."""
    timed: list[_Timed] = []
    for mark, shape, text in said:
        say = partial(speech.say, mark, item)
        if not text.strip():
            say("A text of spaces only.", Severity.SKIPPED)
            continue
        span = span_in_ticks(shape.start, shape.stop, PER_SECOND, say)
        if span is not None:
            kept = lines_kept(text)
            if kept != text:
                say("Blank lines and carriage returns are left out.", Severity.LOSS)
            timed.append((*span, mark, kept))
    return timed


def _vtt(timed: Sequence[_Timed]) -> str:
    kept = [kept_source(mark, "vtt") for _, _, mark, _ in timed]
    header = next((str(k["header"]) for k in kept if "header" in k), "")
    header = lines_kept(header)
    good = header.startswith("WEBVTT") and ARROW not in header
    blocks = [header if good else "WEBVTT"]
    for (start, stop, _, text), source in zip(timed, kept, strict=True):
        payload = lines_kept(str(source.get("payload", "")))
        if plain(payload) != text or ARROW in payload:
            payload = escaped(text)
        times = f"{stamp(start, '.')} {ARROW} {stamp(stop, '.')}"
        lines = (_line(source, "id"), f"{times} {_line(source, 'settings')}".rstrip())
        blocks += _blocks(source, "before")
        blocks.append("\n".join((*filter(None, lines), payload)))
        blocks += _blocks(source, "after")
    return "\n\n".join(blocks) + "\n"


def _srt(timed: Sequence[_Timed]) -> str:
    kept = [kept_source(mark, "srt") for _, _, mark, _ in timed]
    ids = [_line(source, "id") for source in kept]
    if not all(ids):
        ids = [str(n + 1) for n in range(len(timed))]
    blocks = []
    for (start, stop, _, text), source, number in zip(timed, kept, ids, strict=True):
        times = f"{stamp(start, ',')} {ARROW} {stamp(stop, ',')}"
        line = f"{times} {_line(source, 'settings')}".rstrip()
        blocks.append(f"{number}\n{line}\n{text}\n")
    return "\n".join(blocks)


def _line(source: dict[str, Any], key: str) -> str:
    """A text that was kept, if it can stand in a line."""
    text = str(source.get(key, ""))
    return "" if ARROW in text or "\n" in text or "\r" in text else text.strip()


def _blocks(source: dict[str, Any], key: str) -> list[str]:
    """Blocks that were kept, if they can stand between cues."""
    found = source.get(key, [])
    texts = [lines_kept(str(b)) for b in found] if isinstance(found, list) else []
    return [text for text in texts if text and ARROW not in text]
