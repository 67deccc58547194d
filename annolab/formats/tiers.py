"""Between texts with gaps, as other programs have them, and tiers without gaps.

AnnoLab keeps an interval tier as Praat does: its intervals lie end to end, and
where nothing is said there is an interval without a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.lines import checked
from annolab.model.annotation import Annotation
from annolab.model.geometry import Attributes, Interval, no_attributes
from annolab.model.item import Item
from annolab.model.schema import TierKind

MOST_TIERS = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """Something said from `start` to `stop`, in seconds.

    `source`: JSON text of what else the file says; `where`: file and line.
    """

    start: float
    stop: float
    text: str | None = None
    source: str | None = None
    score: float | None = None
    where: str = ""
    attributes: Attributes = field(default_factory=no_attributes, hash=False)


def filled(
    pieces: Iterable[Piece], length: float | None
) -> tuple[list[list[Piece]], list[Piece]]:
    """Tiers without gaps from 0 to `length`, or the last stop; and what is left over.

    A piece that overlaps the one before goes to the next tier, until there are
    `MOST_TIERS`. Before 0 a tier begins with its first piece.
    """
    tiers: list[list[Piece]] = []
    rest: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, piece.stop)):
        for tier in tiers:
            if tier[-1].stop <= piece.start:
                tier.append(piece)
                break
        else:
            if len(tiers) < MOST_TIERS:
                tiers.append([piece])
            else:
                rest.append(piece)
    return [_without_gaps(tier, length) for tier in tiers], rest


def _without_gaps(pieces: Sequence[Piece], length: float | None) -> list[Piece]:
    made: list[Piece] = []
    at = min(0.0, pieces[0].start)
    for piece in pieces:
        if at < piece.start:
            made.append(Piece(at, piece.start))
        made.append(piece)
        at = piece.stop
    if length is not None and at < length:
        made.append(Piece(at, length))
    return made


def laid(
    item: Item,
    name: str,
    pieces: Sequence[Piece],
    ctx: ImportContext,
    *,
    parent_id: int | None = None,
) -> Iterator[Annotation]:
    """Annotations of the pieces, on as many tiers called `name` as they need."""
    good = [piece for piece in pieces if _is_good(piece, ctx)]
    tiers, rest = filled(good, item.seconds)
    ids = [
        ctx.tier(name, TierKind.INTERVAL, number=number, parent_id=parent_id).id
        for number in range(len(tiers))
    ]
    if ids:
        ctx.set_tiers(item, ids)
    for tier_id, tier in zip(ids, tiers, strict=True):
        yield from (_mark(piece, item, tier_id, ctx) for piece in tier)
    for piece in rest:
        reason = "Too many overlap at one time; these are not on a tier."
        ctx.report.add(Problem(reason, Severity.REPAIRED, where=piece.where))
        yield _mark(piece, item, None, ctx)


def _is_good(piece: Piece, ctx: ImportContext) -> bool:
    """Whether a project can hold it; says so when not."""
    geometry = Interval(piece.start, piece.stop)
    probe = Annotation(
        id=0, item_id=0, annotator_id=0, geometry=geometry, text=piece.text
    )
    return checked(probe, piece.where, ctx.report) is not None


def _mark(
    piece: Piece, item: Item, tier_id: int | None, ctx: ImportContext
) -> Annotation:
    return Annotation(
        id=ctx.new_id(),
        item_id=item.id,
        annotator_id=ctx.annotator_id,
        geometry=Interval(piece.start, piece.stop),
        tier_id=tier_id,
        text=piece.text or None,
        score=piece.score,
        attributes=piece.attributes,
        source=piece.source,
    )
