"""CTM: words with times, `file channel start length word confidence` in a row.

One file for many sounds (NIST's sclite). The words of channel 1 or A lie on a tier
`words`, those of another channel X on `words X`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Records,
    Report,
    Sink,
)
from annolab.formats.lines import (
    BREAKS,
    decimal_text,
    found_in,
    number_in,
    parsed_files,
)
from annolab.formats.sessions import (
    COMMENT,
    Columns,
    FileNames,
    cells_of,
    length_text,
    rows_of,
    span_of,
    token,
)
from annolab.formats.spoken import Speech, kept_source, source_of, speeches
from annolab.formats.tiers import Piece, laid
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Interval
from annolab.model.item import Item
from annolab.model.schema import Schema

TIER = "words"
_SUFFIXES = (".ctm",)
_FIRST = ("1", "A")  # channels
_LEAST = 5  # cells
_COLUMNS = Columns(
    *(_LEAST, 0, 2, ".ctm"),
    bad="A row without start, length and word.",
    none="It holds no words with times.",
)


class CtmFormat:
    """A table of words."""

    def detect(self, path: Path) -> Confidence:
        """By the numbers in every row."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the words, and what is silent between them."""
        for items in parsed_files(path, _SUFFIXES, ctx, _parsed):
            for item, words in items:
                channels: dict[str, list[Piece]] = {}
                for channel, piece in words:
                    channels.setdefault(_tier(channel), []).append(piece)
                for tier, pieces in channels.items():
                    yield from laid(item, tier, pieces, ctx)

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
        speech = Speech(schema, report, "CTM", _is_tier, ("score",))
        tiers = {tier.id: tier.name for tier in schema.tiers}
        for item, said in speeches(records, speech):
            name = names.name(item)
            for mark, shape, text in said:
                channel = _channel(tiers.get(mark.tier_id or 0, TIER), mark)
                say = partial(speech.say, mark, item)
                cells = (name, channel, *_times(shape, say), token(text, say))
                line = " ".join((*cells, *_rest(mark))) + "\n"
                file.write(line.encode("utf-8"))
                report.written += 1
            yield report.written


def _sign(lines: list[str]) -> Confidence:
    rows = [cells for cells in map(cells_of, lines) if cells]
    words = [cells for cells in rows if not cells[0].startswith(COMMENT)]
    good = all(len(cells) >= _LEAST and span_of(*cells[2:4]) for cells in words)
    return Confidence.YES if words and good else Confidence.NO


def _parsed(
    file: Path, name: str, ctx: ImportContext
) -> list[tuple[Item, Sequence[tuple[str, Piece]]]]:
    return rows_of(file, name, ctx, _COLUMNS, _piece)


def _piece(
    cells: list[str], span: tuple[float, float], where: str
) -> tuple[str, Piece]:
    """The channel, and the word."""
    rest = cells[_LEAST:]
    score = number_in(rest[0]) if rest else None
    if score is not None and 0 <= score <= 1:
        rest = rest[1:]
    else:
        score = None
    channel = cells[1] if cells[1] in _FIRST[1:] else ""
    source = source_of("ctm", rest=" ".join(rest), channel=channel)
    return cells[1], Piece(*span, cells[4], source, score, where)


def _tier(channel: str) -> str:
    return TIER if channel in _FIRST else f"{TIER} {channel}"


def _is_tier(name: str) -> bool:
    """Whether a tier comes back under its name."""
    channel = name.removeprefix(TIER + " ")
    return name == TIER or (name != channel and cells_of(channel) == [channel])


def _channel(tier: str, mark: Annotation) -> str:
    if tier != TIER and _is_tier(tier):
        return tier.removeprefix(TIER + " ")
    kept = kept_source(mark, "ctm").get("channel")
    return kept if kept in _FIRST else _FIRST[0]


def _rest(mark: Annotation) -> tuple[str, ...]:
    """What follows the word: the confidence, and what stood there besides."""
    score = (repr(float(mark.score)),) if mark.score is not None else ()
    rest = str(kept_source(mark, "ctm").get("rest", ""))
    return (*score, *cells_of(BREAKS.sub(" ", rest)))


def _times(shape: Interval, say: Callable[[str], None]) -> tuple[str, str]:
    length, is_exact = length_text(shape.start, shape.stop)
    if not is_exact:
        say("A time cannot be written to the last bit.")
    return decimal_text(shape.start), length
