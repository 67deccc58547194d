"""Which linguistic type each tier is written with, and what follows from it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, pairwise

from annolab.formats.eaf.kept import Kept
from annolab.formats.eaf.writer import WrittenEntry, WrittenTier
from annolab.formats.xml_nodes import Node

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_SLOT = re.compile("ts[0-9]+")
_WITHIN = (
    "Time alignable annotations within the parent annotation's time interval, "
    "gaps are allowed"
)
_TYPE, _NAME = "LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"
SYMBOLIC = ("Symbolic_Association", "Symbolic_Subdivision")
_NEAR = 1.0  # milliseconds that shares of an annotation may be off


def give_types(
    tiers: Sequence[WrittenTier], kept: Kept, lost: Callable[[str], None]
) -> list[Node]:
    """Give the tiers types, those they came with where they fit still.

    Returns the types that must be written besides those that were kept.
    """
    types = kept.types()
    by_name = {tier.name: tier for tier in tiers}
    own: dict[str, Node] = {}
    for tier in _by_depth(tiers):
        wanted = tier.extra.get("LINGUISTIC_TYPE_REF", "")
        above = by_name.get(tier.parent)
        if wanted in types and _fits(tier, above, types[wanted].get("CONSTRAINTS", "")):
            tier.kind = wanted
            continue
        if wanted in types:
            lost("A tier no longer fits its linguistic type: it gets a plain one.")
        constraint = "Included_In" if tier.parent else ""
        name = "included" if tier.parent else "default"
        tier.kind = _plain(types, name, constraint, own)
    made = list(own.values())
    there = {node.attributes.get("STEREOTYPE") for node in kept.after}
    if "Included_In" not in there and any(
        t.attributes.get("CONSTRAINTS") for t in made
    ):
        said = {"DESCRIPTION": _WITHIN, "STEREOTYPE": "Included_In"}
        made.append(Node("CONSTRAINT", said))
    return made


def _plain(
    types: Mapping[str, Mapping[str, str]],
    name: str,
    constraint: str,
    own: dict[str, Node],
) -> str:
    """The id of a type without more than a constraint; made in `own` if need be."""
    if name in own:
        return own[name].attributes[_NAME]
    names = (name if n == 1 else f"{name}-{n}" for n in count(1))
    free = next(x for x in names if x not in types or _is_plain(types[x], constraint))
    if free in types:
        return free
    said = {_NAME: free, "GRAPHIC_REFERENCES": "false", "TIME_ALIGNABLE": "true"}
    if constraint:
        said["CONSTRAINTS"] = constraint
    own[name] = Node(_TYPE, said)
    return free


def _is_plain(said: Mapping[str, str], constraint: str) -> bool:
    more = said.keys() - {_NAME, "GRAPHIC_REFERENCES", "TIME_ALIGNABLE", "CONSTRAINTS"}
    return not more and said.get("CONSTRAINTS", "") == constraint


def _by_depth(tiers: Sequence[WrittenTier]) -> list[WrittenTier]:
    """Those above before those below: these take the times of them."""
    parents = {tier.name: tier.parent for tier in tiers}

    def depth(tier: WrittenTier) -> int:
        name, steps = tier.parent, 0
        while name and steps < len(tiers):
            name, steps = parents.get(name, ""), steps + 1
        return steps

    return sorted(tiers, key=depth)


def _fits(tier: WrittenTier, above: WrittenTier | None, constraint: str) -> bool:
    """Whether the entries keep to the constraint; symbolic ones get their `ref`."""
    if above is None or not constraint:
        return above is None and not constraint
    families = list(_families(tier, above))
    if constraint == "Time_Subdivision":
        return all(_tiles(parent, children) for parent, children in families)
    if constraint in SYMBOLIC:
        most = 1 if constraint == "Symbolic_Association" else len(tier.entries)
        return _refer(families, most)
    return constraint == "Included_In"


def _refer(
    families: Sequence[tuple[WrittenEntry, list[WrittenEntry]]], most: int
) -> bool:
    """Refer to those above, if each has at most so many, which share its time."""
    for parent, children in families:
        if len(children) > most or not _is_shared(parent, children):
            return False
    for parent, children in families:
        before = ""
        for child in children:
            child.ref, child.previous = parent.id, before
            before = child.id
    return True


def _families(
    tier: WrittenTier, above: WrittenTier
) -> Iterator[tuple[WrittenEntry, list[WrittenEntry]]]:
    """Each annotation above with those that lie within it, if there are any."""
    starts = [entry.start for entry in above.entries]
    found: dict[int, list[WrittenEntry]] = {}
    for entry in tier.entries:
        found.setdefault(bisect_right(starts, entry.start) - 1, []).append(entry)
    for place, children in found.items():
        yield above.entries[place], children


def _tiles(parent: WrittenEntry, children: Sequence[WrittenEntry]) -> bool:
    ends = children[0].start == parent.start and children[-1].stop == parent.stop
    return ends and all(a.stop == b.start for a, b in pairwise(children))


def _is_shared(parent: WrittenEntry, children: Sequence[WrittenEntry]) -> bool:
    """Whether they have even shares of its time, as those without times get."""
    step = (parent.stop - parent.start) / len(children)
    wanted = [parent.start + step * n for n in range(len(children) + 1)]
    return all(
        abs(child.start - wanted[n]) <= _NEAR
        and abs(child.stop - wanted[n + 1]) <= _NEAR
        for n, child in enumerate(children)
    )


def give_ids(tiers: Sequence[WrittenTier], kept: Kept) -> None:
    """Ids for all annotations: those they came with, where they are free.

    Ids of time slots, vocabularies and the like must not be the same (`xsd:ID`).
    """
    taken = {
        value
        for node in kept.after
        for each in node.under()
        for key, value in each.attributes.items()
        if key.endswith("_ID")
    }
    entries = [entry for tier in tiers for entry in tier.entries]
    for entry in entries:
        is_id = _ID.fullmatch(entry.id) and not _SLOT.fullmatch(entry.id)
        if not is_id or entry.id in taken:
            entry.id = ""
        taken.add(entry.id)
    numbered = (f"a{number}" for number in count(1))
    for entry in entries:
        while not entry.id:
            free = next(numbered)
            if free not in taken:
                entry.id = free
                taken.add(free)


def with_known_links(kept: Kept, tiers: Sequence[WrittenTier]) -> tuple[Kept, bool]:
    """Without links between annotations that are not there; whether some went."""
    ids = {entry.id for tier in tiers for entry in tier.entries}

    def is_known(node: Node) -> bool:
        ends = [v for k, v in node.attributes.items() if k in ("REF1", "REF2")]
        return all(end in ids for end in ends)

    after = tuple(
        Node(
            node.tag,
            node.attributes,
            node.text,
            tuple(
                child
                for child in node.children
                if node.tag != "REF_LINK_SET" or is_known(child)
            ),
        )
        for node in kept.after
    )
    return Kept(kept.root, kept.header, after, kept.tiers), after != kept.after
