"""From ELAN documents to items, tiers and annotations."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.eaf.aligned import Span, by_depth, spans_of
from annolab.formats.eaf.document import Document, EafTier, read_document
from annolab.formats.per_item import without_suffix
from annolab.formats.spoken import source_of
from annolab.formats.tiers import Piece, laid
from annolab.model.annotation import Annotation
from annolab.model.item import Item
from annolab.model.schema import TierKind

_PER_SECOND = 1000
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def parsed(
    file: Path, name: str, ctx: ImportContext
) -> tuple[Item, str, Document, dict[str, Span]]:
    """A document with the item it belongs to and the times of its annotations."""
    document = read_document(file, name, ctx.report)
    path = _media_path(document, name)
    item = ctx.companion(path, source=document.kept.source())
    return item, name, document, spans_of(document)


def marks_of(
    item: Item,
    name: str,
    document: Document,
    spans: dict[str, Span],
    ctx: ImportContext,
) -> Iterator[Annotation]:
    """The annotations of a document, on tiers without gaps."""
    ids: dict[str, int] = {}
    for tier in by_depth(document.tiers):
        made = ctx.tier(_named(tier), TierKind.INTERVAL, parent_id=ids.get(tier.parent))
        ids[tier.name] = made.id
    end = max((stop for _, stop in spans.values()), default=0.0) / _PER_SECOND
    for tier in document.tiers:
        pieces = _pieces(tier, name, spans, ctx)
        if not pieces:
            pieces = [Piece(0.0, item.seconds or end)]
        yield from laid(item, _named(tier), pieces, ctx, parent_id=ids.get(tier.parent))


def _named(tier: EafTier) -> str:
    return tier.name if tier.name.strip() else "tier"


def _pieces(
    tier: EafTier, name: str, spans: dict[str, Span], ctx: ImportContext
) -> list[Piece]:
    pieces: list[Piece] = []
    for entry in tier.entries:
        where = f"{name}: {entry.id}"
        span = spans.get(entry.id)
        if span is None:
            reason = "An annotation whose time slots or annotation are not there."
            ctx.report.add(Problem(reason, where=where))
            continue
        start, stop = (time / _PER_SECOND for time in span)
        if stop < start:
            start, stop = stop, start
            reason = "An annotation that stops before it starts, turned round."
            ctx.report.add(Problem(reason, Severity.REPAIRED, where=where))
        value = entry.text if "CVE_REF" in entry.extra else ""
        source = source_of("eaf", id=entry.id, extra=entry.extra, value=value)
        pieces.append(Piece(start, stop, entry.text, source, where=where))
    return pieces


def _media_path(document: Document, name: str) -> str:
    """The path by which the sound is looked for: what the document says, or its own.

    A medium that is named like the document comes first, then one that is a sound.
    """
    folder, own = posixpath.split(without_suffix(name))
    found: list[tuple[bool, bool, str]] = []
    for media in document.media:
        path = _below(media.get("RELATIVE_MEDIA_URL") or media.get("MEDIA_URL", ""))
        if path:
            is_own = posixpath.basename(without_suffix(path)) == own
            is_sound = media.get("MIME_TYPE", "").startswith("audio")
            found.append((not is_own, not is_sound, path))
    if not found:
        return name
    best = min(found, key=lambda each: each[:2])[2]
    path = posixpath.normpath(posixpath.join(folder, best))
    if path.startswith("../"):
        path = posixpath.join(folder, posixpath.basename(path))
    return path


def _below(url: str) -> str:
    """A path relative to the document; of places elsewhere only the file name."""
    path = _unquoted(url) if url.startswith("file:") else url
    path = path.removeprefix("file:").replace("\\", "/").strip()
    if path.startswith("/") or ":" in path.split("/")[0]:
        path = posixpath.basename(path)
    return "" if posixpath.basename(path) in ("", ".", "..") else path


def _unquoted(url: str) -> str:
    raw = _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), url.encode("utf-8"))
    return raw.decode("utf-8", "replace")
