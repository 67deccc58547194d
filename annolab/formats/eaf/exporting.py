"""From the marks of an item to the tiers of an ELAN document."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

from annolab.formats.base import Problem, Severity
from annolab.formats.eaf.document import ENTRY_KEYS
from annolab.formats.eaf.kept import Kept, kept_of
from annolab.formats.eaf.types import SYMBOLIC, give_ids, give_types, with_known_links
from annolab.formats.eaf.writer import WrittenEntry, WrittenTier
from annolab.formats.spoken import Speech, kept_source
from annolab.formats.ticks import Say, span_in_ticks
from annolab.formats.tiers import MOST_TIERS
from annolab.formats.xml_nodes import Node
from annolab.formats.xml_text import without_illegal
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item
from annolab.model.schema import Schema

_REGIONS = "Regions"
Said = tuple[Annotation, Interval, str]


@dataclass(slots=True)
class DocumentMaker:
    """Makes the tiers of documents; says in the report what is not the same."""

    schema: Schema
    speech: Speech

    def document(
        self, item: Item, said: Sequence[Said]
    ) -> tuple[list[WrittenTier], Kept, list[Node]]:
        """Tiers, what was kept, and further types, for `document_text`."""
        kept = kept_of(item)
        tiers = self._tiers(item, said, kept)
        give_ids(tiers, kept)
        types = give_types(tiers, kept, partial(self._lost, item=item))
        kept, gone = with_known_links(kept, tiers)
        if gone:
            self._lost("Links to annotations that are not there any more.", item)
        for tier in tiers:
            if not all(entry.ref for entry in tier.entries):
                for say in tier.late:
                    say()
        return tiers, kept, types

    def _tiers(self, item: Item, said: Sequence[Said], kept: Kept) -> list[WrittenTier]:
        """The tiers of an item; `said` are its intervals in the order of time."""
        symbolic = {
            name
            for name, of in kept.types().items()
            if of.get("CONSTRAINTS") in SYMBOLIC
        }
        known = {tier.id: tier for tier in self.schema.tiers}
        of: dict[int | None, list[Said]] = {x: [] for x in item.tiers if x in known}
        for each in said:
            tier_id = each[0].tier_id if each[0].tier_id in known else None
            of.setdefault(tier_id, []).append(each)
        made: list[WrittenTier] = []
        by_id: dict[int, WrittenTier] = {}
        taken: set[str] = set()
        for tier_id, found in of.items():
            name = known[tier_id].name if tier_id is not None else _REGIONS
            extra = kept.tiers.get(name, {})
            is_symbolic = extra.get("LINGUISTIC_TYPE_REF") in symbolic
            late: list[Callable[[], None]] = []
            layers = self._layers(found, item, late if is_symbolic else None)
            for layer in layers:
                own = self._name(name, taken, item)
                written = WrittenTier(own, "", layer, extra, late=late)
                made.append(written)
            if tier_id is not None and layers:
                by_id[tier_id] = made[-len(layers)]
        for tier_id, written in by_id.items():
            above = by_id.get(known[tier_id].parent_id or 0)
            if above is not None:
                self._hang(written, above, item)
        return made

    def _layers(
        self, said: Sequence[Said], item: Item, late: list[Callable[[], None]] | None
    ) -> list[list[WrittenEntry]]:
        """Entries that do not overlap; those that do go to a further layer.

        `late`: what is lost of times that may not be written goes there.
        """
        layers: list[list[WrittenEntry]] = [[]]
        ends: list[float] = [-math.inf]
        for mark, shape, text in said:
            say = partial(self.speech.say, mark, item)
            of_times = say if late is None else _later(say, late)
            span = span_in_ticks(shape.start, shape.stop, 1000, of_times)
            if span is None:
                continue
            if mark.tier_id is None:
                say("A region of no tier is written on a tier.")
            plain = without_illegal(text)
            if plain != text:
                say("Characters that XML cannot hold are left out.")
            layer = next((n for n, end in enumerate(ends) if end <= shape.start), None)
            if layer is None and len(ends) == MOST_TIERS:
                say("Too many intervals at one time.", Severity.SKIPPED)
                continue
            if layer is None:
                layer = len(ends)
                ends.append(shape.stop)
                layers.append([])
            if layer:
                say("Intervals of a tier overlap: some are written on a further one.")
            last = layers[layer][-1].stop if layers[layer] else 0
            start = max(span[0], last)
            stop = max(span[1], start + 1)
            layers[layer].append(_entry(mark, start, stop, plain))
            ends[layer] = shape.stop
        return layers

    def _name(self, name: str, taken: set[str], item: Item) -> str:
        """A name that no other tier of the document has."""
        plain = base = without_illegal(name)
        numbered = (f"{base}-{number}" for number in count(2))
        while plain in taken:
            plain = next(numbered)
        taken.add(plain)
        if plain != name:
            self._lost("A tier is written under another name.", item)
        return plain

    def _hang(self, tier: WrittenTier, above: WrittenTier, item: Item) -> None:
        """Put a tier under another one, if every entry lies within one of that."""
        starts = [entry.start for entry in above.entries]
        for entry in tier.entries:
            at = bisect_right(starts, entry.start) - 1
            if at < 0 or above.entries[at].stop < entry.stop:
                reason = "A tier that does not lie within the one above it: on its own."
                self._lost(reason, item)
                return
        tier.parent = above.name

    def _lost(self, reason: str, item: Item) -> None:
        self.speech.report.add(Problem(reason, Severity.LOSS, item=item.path))


def _later(say: Say, late: list[Callable[[], None]]) -> Say:
    return lambda reason, severity: late.append(partial(say, reason, severity))


def has_id(mark: Annotation) -> bool:
    """Whether it is an annotation of ELAN, also if nothing is written in it."""
    return bool(kept_source(mark, "eaf").get("id"))


def _entry(mark: Annotation, start: int, stop: int, text: str) -> WrittenEntry:
    """With what an import kept of it; the word of a vocabulary only if it is it."""
    said = kept_source(mark, "eaf")
    id_, extra = said.get("id"), said.get("extra")
    kept = {
        key: without_illegal(value)
        for key, value in (extra.items() if isinstance(extra, dict) else ())
        if key in ENTRY_KEYS and isinstance(value, str)
    }
    if said.get("value", "") != text:
        kept.pop("CVE_REF", None)
    return WrittenEntry(start, stop, text, id_ if isinstance(id_, str) else "", kept)
