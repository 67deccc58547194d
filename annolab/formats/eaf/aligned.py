"""When the annotations of an ELAN document are.

A time slot without a time lies between those around it: annotations that hang
together share the time evenly. Annotations of another annotation take its time, and
share it when they are several.
"""

from __future__ import annotations

from collections.abc import Sequence

from annolab.formats.eaf.document import Document, EafTier, Entry

Span = tuple[float, float]  # milliseconds
_DEEPEST = 64  # tiers below tiers


def spans_of(document: Document) -> dict[str, Span]:
    """Start and stop of each annotation that has them, by its id."""
    times = _slot_times(document)
    spans: dict[str, Span] = {}
    for tier in by_depth(document.tiers):
        for entry in tier.entries:
            if entry.start in times and entry.stop in times:
                spans[entry.id] = (times[entry.start], times[entry.stop])
        for ref, entries in _children(tier).items():
            if ref in spans:
                start, stop = spans[ref]
                step = (stop - start) / len(entries)
                edges = [start + step * n for n in range(len(entries))] + [stop]
                for n, entry in enumerate(entries):
                    spans[entry.id] = (edges[n], edges[n + 1])
    return spans


def by_depth(tiers: Sequence[EafTier]) -> list[EafTier]:
    """The tiers, those above others before them."""
    parents = {tier.name: tier.parent for tier in tiers}

    def depth(tier: EafTier) -> int:
        name, steps = tier.parent, 0
        while name in parents and steps < _DEEPEST:
            name, steps = parents[name], steps + 1
        return steps

    return sorted(tiers, key=depth)


def _slot_times(document: Document) -> dict[str, float]:
    slots = dict(document.slots)
    for tier in document.tiers:
        _share(tier, slots)
    return _between(slots)


def _share(tier: EafTier, slots: dict[str, float | None]) -> None:
    """Give times to the slots within each chain of annotations of a tier."""
    after: dict[str, str] = {}
    for entry in tier.entries:
        if entry.start in slots and entry.stop in slots:
            after.setdefault(entry.start, entry.stop)
    dead: set[str] = set()
    for first in list(after):
        start = slots[first]
        if start is None:
            continue
        chain: list[str] = []
        at = after[first]
        while slots[at] is None and at not in dead:
            dead.add(at)
            chain.append(at)
            if at not in after:
                break
            at = after[at]
        stop = slots[at]
        if stop is not None and chain:
            step = (stop - start) / (len(chain) + 1)
            for n, slot in enumerate(chain):
                slots[slot] = start + step * (n + 1)


def _between(slots: dict[str, float | None]) -> dict[str, float]:
    """All slots with times: those that have none lie evenly between neighbours."""
    times: dict[str, float] = {}
    waiting: list[str] = []
    last = 0.0
    for slot, time in slots.items():
        if time is None:
            waiting.append(slot)
            continue
        step = (time - last) / (len(waiting) + 1)
        for n, each in enumerate(waiting):
            times[each] = last + step * (n + 1)
        waiting = []
        times[slot] = last = time
    return times | dict.fromkeys(waiting, last)


def _children(tier: EafTier) -> dict[str, list[Entry]]:
    """The annotations of another one by its id, each after the one before it."""
    found: dict[str, list[Entry]] = {}
    for entry in tier.entries:
        if entry.ref:
            found.setdefault(entry.ref, []).append(entry)
    return {ref: _in_order(entries) for ref, entries in found.items()}


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    after = {entry.previous: entry for entry in entries if entry.previous}
    ids = {entry.id for entry in entries}
    done: dict[str, Entry] = {}
    for entry in [x for x in entries if x.previous not in ids] + list(entries):
        at: Entry | None = entry
        while at is not None and at.id not in done:
            done[at.id] = at
            at = after.get(at.id)
    return list(done.values())
