"""RTTM: who speaks when, a row for each turn, one file for many sounds.

`TYPE file channel start length text subtype speaker confidence lookahead`, after
the RT-09 evaluation plan of NIST, appendix A. `<NA>` is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Problem,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.formats.lines import (
    BREAKS,
    checked,
    decimal_text,
    found_in,
    number_in,
    parsed_files,
    report_fields,
    report_item,
    report_people,
)
from annolab.formats.sessions import (
    COMMENT,
    NOTHING,
    Columns,
    FileNames,
    cells_of,
    length_text,
    rows_of,
    token,
)
from annolab.formats.spoken import kept_source, source_of
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Schema

_SUFFIXES = (".rttm",)
_SPEAKER = "SPEAKER"
_TYPES = frozenset(
    (
        *("SEGMENT", "NOSCORE", "NO_RT_METADATA", "LEXEME", "NON-LEX", "NON-SPEECH"),
        *("FILLER", "EDIT", "SU", "IP", "CB", "A/P", _SPEAKER, "SPKR-INFO"),
    )
)
_LEAST = 8  # cells; confidence and lookahead are often left out
_COLUMNS = Columns(
    *(_LEAST, 1, 3, ".rttm"),
    bad="A row without start and length.",
    none="It holds no turns of speakers.",
)


@dataclass(frozen=True, slots=True)
class _Turn:
    where: str
    start: float
    stop: float
    cells: tuple[str, ...]  # text, speaker, confidence
    source: str | None

    def nth(self, place: int) -> str:
        return "" if self.cells[place] == NOTHING else self.cells[place]


class RttmFormat:
    """A table of turns of speakers."""

    def detect(self, path: Path) -> Confidence:
        """By the types of the rows."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the rows as intervals that have the speaker as their label."""
        for items in parsed_files(path, _SUFFIXES, ctx, _parsed):
            for item, turns in items:
                for turn in turns:
                    mark = _mark(turn, item, ctx)
                    if mark is not None:
                        yield mark

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one table."""
        file = sink.open("")
        names = FileNames(report)
        people: set[int] = set()
        for item, marks in records.by_item():
            report_item(item, records, report)
            name = ""
            for mark in sorted(marks, key=_begin):
                if _is_turn(mark, item, report):
                    name = name or names.name(item)
                    file.write(_line(mark, item, name, schema, report).encode("utf-8"))
                    people.add(mark.annotator_id)
                    report.written += 1
            yield report.written
        report_people(people, report)


def _sign(lines: list[str]) -> Confidence:
    rows = [cells for cells in map(cells_of, lines) if cells]
    rows = [cells for cells in rows if not cells[0].startswith(COMMENT)]
    good = all(cells[0] in _TYPES and len(cells) >= _LEAST for cells in rows)
    return Confidence.YES if rows and good else Confidence.NO


def _parsed(
    file: Path, name: str, ctx: ImportContext
) -> list[tuple[Item, Sequence[_Turn]]]:
    return rows_of(file, name, ctx, _COLUMNS, _turn)


def _turn(cells: list[str], span: tuple[float, float], where: str) -> _Turn:
    rest = dict(enumerate(cells))
    confidence = rest.get(8, NOTHING)
    score = number_in(confidence)
    is_score = score is not None and 0 <= score <= 1
    source = source_of(
        "rttm",
        type=cells[0] if cells[0] != _SPEAKER else "",
        channel=cells[2] if cells[2] != "1" else "",
        subtype=cells[6] if cells[6] != NOTHING else "",
        confidence=confidence if not is_score and confidence != NOTHING else "",
        rest=" ".join(cells[9:]) if cells[9:] not in ([], [NOTHING]) else "",
    )
    confidence = confidence if is_score else NOTHING
    return _Turn(where, *span, (cells[5], cells[7], confidence), source)


def _mark(turn: _Turn, item: Item, ctx: ImportContext) -> Annotation | None:
    speaker = turn.nth(1)
    label = ctx.label(speaker) if speaker else None
    mark = Annotation(
        id=ctx.new_id(),
        item_id=item.id,
        annotator_id=ctx.annotator_id,
        geometry=Interval(turn.start, turn.stop),
        label_id=label.id if label else None,
        text=turn.nth(0) or None,
        score=number_in(turn.nth(2)),
        source=turn.source,
    )
    return checked(mark, turn.where, ctx.report)


def _begin(mark: Annotation) -> tuple[float, float]:
    shape = mark.geometry
    return (shape.start, shape.stop) if isinstance(shape, Interval) else (0.0, 0.0)


def _is_turn(mark: Annotation, item: Item, report: Report) -> bool:
    reason = ""
    if item.media is not Media.AUDIO or not isinstance(mark.geometry, Interval):
        reason = "Only intervals on sounds can be turns of RTTM."
    elif mark.tier_id is not None and not mark.text and mark.label_id is None:
        reason = "An empty interval of a tier."
    if reason:
        report.add(Problem(reason, item=item.path, annotation_id=mark.id))
    return not reason


def _line(
    mark: Annotation, item: Item, name: str, schema: Schema, report: Report
) -> str:
    def say(reason: str, severity: Severity = Severity.LOSS) -> None:
        report.add(Problem(reason, severity, item=item.path, annotation_id=mark.id))

    start, stop = _begin(mark)
    length, is_exact = length_text(start, stop)
    if not is_exact:
        say("A time cannot be written to the last bit.")
    report_fields(mark, say, ("score",))
    kept = kept_source(mark, "rttm")
    cells = (
        _kept(kept, "type", _SPEAKER),
        name,
        _kept(kept, "channel", "1"),
        decimal_text(start),
        length,
        token(mark.text, say) if mark.text else NOTHING,
        _kept(kept, "subtype", NOTHING),
        _speaker(mark, schema, say),
        _kept(kept, "confidence", NOTHING) if mark.score is None else repr(mark.score),
        _kept(kept, "rest", NOTHING),
    )
    return " ".join(cells) + "\n"


def _kept(kept: Mapping[str, object], key: str, otherwise: str) -> str:
    """What the row had once, if it can stand in one."""
    cells = cells_of(BREAKS.sub(" ", str(kept.get(key, ""))))
    good = cells and (len(cells) == 1 or key == "rest")
    return " ".join(cells) if good else otherwise


def _speaker(
    mark: Annotation, schema: Schema, say: Callable[[str, Severity], None]
) -> str:
    """The label; without one the tier, which often is named after who speaks."""
    label = schema.label(mark.label_id)
    tier = next((tier for tier in schema.tiers if tier.id == mark.tier_id), None)
    named = label or tier
    return token(named.name, say) if named else NOTHING
