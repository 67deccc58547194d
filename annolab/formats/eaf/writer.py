"""Writes an ELAN document, EAF 3.0 or of the version it was read in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annolab.formats.eaf.kept import AFTER, Kept
from annolab.formats.xml_nodes import Node
from annolab.formats.xml_text import attributes_text, escaped
from annolab.model.item import Item

_VERSION = re.compile(r"[0-9]\.[0-9]{1,2}")
_ROOT = {
    "AUTHOR": "",
    "DATE": "2000-01-01T00:00:00+00:00",
    "FORMAT": "3.0",
    "VERSION": "3.0",
}
_MIME = {
    ".wav": "audio/x-wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
}


@dataclass(slots=True)
class WrittenEntry:
    """Milliseconds and text; `id`; what else was said of it; what it belongs to.

    `ref`: the id of the annotation above, of which it has its time; `previous`: the
    one before it there.
    """

    start: int
    stop: int
    text: str
    id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    ref: str = ""
    previous: str = ""


@dataclass(slots=True)
class WrittenTier:
    """A tier as it is written; entries in order. `kind`: its linguistic type.

    `late`: said if it is written with times.
    """

    name: str
    parent: str = ""
    entries: list[WrittenEntry] = field(default_factory=list)
    extra: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    late: Sequence[Callable[[], None]] = ()


def document_text(
    item: Item, tiers: Sequence[WrittenTier], kept: Kept, types: Sequence[Node]
) -> str:
    """The document of an item; `types` are written before what was kept."""
    return "".join(_lines(item, tiers, kept, types))


def _lines(
    item: Item, tiers: Sequence[WrittenTier], kept: Kept, types: Sequence[Node]
) -> Iterator[str]:
    yield from _head(item, kept)
    timed = [e for tier in tiers for e in tier.entries if not e.ref]
    times = [time for entry in timed for time in (entry.start, entry.stop)]
    order = sorted(range(len(times)), key=times.__getitem__)
    slots = [0] * len(times)
    yield "    <TIME_ORDER>\n"
    for number, place in enumerate(order, 1):
        slots[place] = number
        slot = f'TIME_SLOT_ID="ts{number}" TIME_VALUE="{times[place]}"'
        yield f"        <TIME_SLOT {slot}/>\n"
    yield "    </TIME_ORDER>\n"
    pairs = iter(zip(slots[::2], slots[1::2], strict=True))
    for tier in tiers:
        yield from _tier(tier, pairs)
    after = sorted((*types, *kept.after), key=lambda node: AFTER.index(node.tag))
    for node in after:
        yield from node.lines()
    yield "</ANNOTATION_DOCUMENT>\n"


def _head(item: Item, kept: Kept) -> Iterator[str]:
    root = _ROOT | {k: v for k, v in kept.root.items() if k in _ROOT}
    if not _VERSION.fullmatch(root["FORMAT"]):
        root["FORMAT"] = _ROOT["FORMAT"]
    schema = f"http://www.mpi.nl/tools/elan/EAFv{root['FORMAT']}.xsd"
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        f"<ANNOTATION_DOCUMENT{attributes_text(root)} "
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="{schema}">\n'
    )
    yield '    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">\n'
    name = posixpath.basename(item.path)
    if not any(_is_of(node, name) for node in kept.header):
        mime = _MIME.get(posixpath.splitext(name.lower())[1], "unknown")
        media = {
            "MEDIA_URL": f"file:///{name}",
            "MIME_TYPE": mime,
            "RELATIVE_MEDIA_URL": f"./{name}",
        }
        yield from Node("MEDIA_DESCRIPTOR", media).lines("        ")
    for node in kept.header:
        here = _is_of(node, name)  # the document lies beside it now
        moved = {"RELATIVE_MEDIA_URL": f"./{name}"} if here else {}
        given = Node(node.tag, {**node.attributes, **moved}, node.text, node.children)
        yield from given.lines("        ")
    yield "    </HEADER>\n"


def _is_of(node: Node, name: str) -> bool:
    """Whether it describes the medium that the item is."""
    urls = (node.attributes.get(k, "") for k in ("RELATIVE_MEDIA_URL", "MEDIA_URL"))
    names = {posixpath.basename(url.replace("\\", "/")) for url in urls}
    return node.tag == "MEDIA_DESCRIPTOR" and name in names | {
        n.replace("%20", " ") for n in names
    }


def _tier(tier: WrittenTier, slots: Iterator[tuple[int, int]]) -> Iterator[str]:
    given = {**tier.extra, "LINGUISTIC_TYPE_REF": tier.kind, "TIER_ID": tier.name}
    if tier.parent:
        given["PARENT_REF"] = tier.parent
    yield f"    <TIER{attributes_text(given)}>\n"
    for entry in tier.entries:
        said = {**entry.extra, "ANNOTATION_ID": entry.id}
        if entry.ref:
            tag = "REF_ANNOTATION"
            said["ANNOTATION_REF"] = entry.ref
            if entry.previous:
                said["PREVIOUS_ANNOTATION"] = entry.previous
        else:
            tag = "ALIGNABLE_ANNOTATION"
            start, stop = next(slots)
            said["TIME_SLOT_REF1"], said["TIME_SLOT_REF2"] = f"ts{start}", f"ts{stop}"
        yield (
            "        <ANNOTATION>\n"
            f"            <{tag}{attributes_text(said)}>\n"
            f"                <ANNOTATION_VALUE>{escaped(entry.text)}"
            "</ANNOTATION_VALUE>\n"
            f"            </{tag}>\n"
            "        </ANNOTATION>\n"
        )
    yield "    </TIER>\n"
