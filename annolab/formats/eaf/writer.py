"""Writes an ELAN document, EAF 3.0."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from annolab.model.item import Item

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2000-01-01T00:00:00+00:00" FORMAT="3.0" \
VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
"""
_TYPES = """    <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" \
LINGUISTIC_TYPE_ID="default" TIME_ALIGNABLE="true"/>
    <LINGUISTIC_TYPE CONSTRAINTS="Included_In" GRAPHIC_REFERENCES="false" \
LINGUISTIC_TYPE_ID="included" TIME_ALIGNABLE="true"/>
    <CONSTRAINT DESCRIPTION="Time alignable annotations within the parent annotation's \
time interval, gaps are allowed" STEREOTYPE="Included_In"/>
</ANNOTATION_DOCUMENT>
"""
_MIME = {
    ".wav": "audio/x-wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
}


@dataclass(slots=True)
class WrittenTier:
    """A tier as it is written; entries are milliseconds and text, in order."""

    name: str
    parent: str = ""
    entries: list[tuple[int, int, str]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)


def document_text(item: Item, tiers: Sequence[WrittenTier]) -> str:
    """The document of an item."""
    return _HEAD + "".join(_lines(item, tiers)) + _TYPES


def _lines(item: Item, tiers: Sequence[WrittenTier]) -> Iterator[str]:
    name = posixpath.basename(item.path)
    mime = _MIME.get(posixpath.splitext(name.lower())[1], "unknown")
    yield '    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">\n'
    media = {
        "MEDIA_URL": f"file:///{name}",
        "MIME_TYPE": mime,
        "RELATIVE_MEDIA_URL": f"./{name}",
    }
    yield f"        <MEDIA_DESCRIPTOR{_attributes(media)}/>\n    </HEADER>\n"
    times = [
        t for tier in tiers for start, stop, _ in tier.entries for t in (start, stop)
    ]
    order = sorted(range(len(times)), key=times.__getitem__)
    slots = [0] * len(times)
    yield "    <TIME_ORDER>\n"
    for number, place in enumerate(order, 1):
        slots[place] = number
        slot = f'TIME_SLOT_ID="ts{number}" TIME_VALUE="{times[place]}"'
        yield f"        <TIME_SLOT {slot}/>\n"
    yield "    </TIME_ORDER>\n"
    done = 0
    for tier in tiers:
        yield from _tier(tier, slots, done)
        done += len(tier.entries)


def _tier(tier: WrittenTier, slots: Sequence[int], done: int) -> Iterator[str]:
    kind = "included" if tier.parent else "default"
    given = {"LINGUISTIC_TYPE_REF": kind, "TIER_ID": tier.name, **tier.extra}
    if tier.parent:
        given["PARENT_REF"] = tier.parent
    yield f"    <TIER{_attributes(given)}>\n"
    for number, (_, _, text) in enumerate(tier.entries, done):
        start, stop = slots[2 * number], slots[2 * number + 1]
        refs = f'TIME_SLOT_REF1="ts{start}" TIME_SLOT_REF2="ts{stop}"'
        yield (
            "        <ANNOTATION>\n"
            f'            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number + 1}" {refs}>\n'
            f"                <ANNOTATION_VALUE>{escaped(text)}</ANNOTATION_VALUE>\n"
            "            </ALIGNABLE_ANNOTATION>\n"
            "        </ANNOTATION>\n"
        )
    yield "    </TIER>\n"


def _attributes(given: dict[str, str]) -> str:
    return "".join(
        f' {key}="{_in_line(value)}"' for key, value in sorted(given.items())
    )


def _in_line(text: str) -> str:
    return escaped(text).replace("\n", "&#10;").replace("\t", "&#9;")


def escaped(text: str) -> str:
    """A text as XML has it; a carriage return would else become a line feed."""
    return html.escape(text).replace("&#x27;", "'").replace("\r", "&#13;")
