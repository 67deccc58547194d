"""From the marks of an item to the tiers of an ELAN document."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

from annolab.formats.base import Problem, Severity
from annolab.formats.eaf.writer import WrittenTier
from annolab.formats.spoken import Speech
from annolab.formats.ticks import span_in_ticks
from annolab.formats.tiers import MOST_TIERS
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item
from annolab.model.schema import Schema

_REGIONS = "Regions"
_EXTRA = frozenset(("ANNOTATOR", "PARTICIPANT"))
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Said = tuple[Annotation, Interval, str]


@dataclass(slots=True)
class DocumentMaker:
    """Makes the tiers of documents; says in the report what is not the same."""

    schema: Schema
    speech: Speech

    def tiers(self, item: Item, said: Sequence[Said]) -> list[WrittenTier]:
        """The tiers of an item; `said` are its intervals in the order of time."""
        known = {tier.id: tier for tier in self.schema.tiers}
        of: dict[int | None, list[Said]] = {x: [] for x in item.tiers if x in known}
        for each in said:
            tier_id = each[0].tier_id if each[0].tier_id in known else None
            of.setdefault(tier_id, []).append(each)
        extra = _kept(item)
        made: list[WrittenTier] = []
        by_id: dict[int, WrittenTier] = {}
        taken: set[str] = set()
        for tier_id, found in of.items():
            name = known[tier_id].name if tier_id is not None else _REGIONS
            layers = self._layers(found, item)
            for layer in layers:
                written = WrittenTier(self._name(name, taken, item), "", layer)
                written.extra = extra.get(name, {})
                made.append(written)
            if tier_id is not None and layers:
                by_id[tier_id] = made[-len(layers)]
        for tier_id, written in by_id.items():
            above = by_id.get(known[tier_id].parent_id or 0)
            if above is not None:
                self._hang(written, above, item)
        return made

    def _layers(
        self, said: Sequence[Said], item: Item
    ) -> list[list[tuple[int, int, str]]]:
        """Entries that do not overlap; those that do go to a further layer."""
        layers: list[list[tuple[int, int, str]]] = [[]]
        ends: list[float] = [-math.inf]
        for mark, shape, text in said:
            say = partial(self.speech.say, mark, item)
            span = span_in_ticks(shape.start, shape.stop, 1000, say)
            if span is None:
                continue
            if mark.tier_id is None:
                say("A region of no tier is written on a tier.")
            plain = _ILLEGAL.sub("", text)
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
            last = layers[layer][-1][1] if layers[layer] else 0
            start = max(span[0], last)
            layers[layer].append((start, max(span[1], start + 1), plain))
            ends[layer] = shape.stop
        return layers

    def _name(self, name: str, taken: set[str], item: Item) -> str:
        """A name that no other tier of the document has."""
        plain = base = _ILLEGAL.sub("", name)
        numbered = (f"{base}-{number}" for number in count(2))
        while plain in taken:
            plain = next(numbered)
        taken.add(plain)
        if plain != name:
            self._lost("A tier is written under another name.", item)
        return plain

    def _hang(self, tier: WrittenTier, above: WrittenTier, item: Item) -> None:
        """Put a tier under another one, if every entry lies within one of that."""
        starts = [start for start, _, _ in above.entries]
        for start, stop, _ in tier.entries:
            at = bisect_right(starts, start) - 1
            if at < 0 or above.entries[at][1] < stop:
                reason = "A tier that does not lie within the one above it: on its own."
                self._lost(reason, item)
                return
        tier.parent = above.name

    def _lost(self, reason: str, item: Item) -> None:
        self.speech.report.add(Problem(reason, Severity.LOSS, item=item.path))


def _kept(item: Item) -> dict[str, dict[str, str]]:
    """What an import kept of the tiers, by their names."""
    try:
        kept = json.loads(item.source or "{}")["eaf"]["tiers"]
        return {str(name): _tier_extra(extra) for name, extra in kept.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _tier_extra(extra: dict[str, object]) -> dict[str, str]:
    return {k: _ILLEGAL.sub("", str(v)) for k, v in extra.items() if k in _EXTRA}
