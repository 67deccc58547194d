"""An ELAN document as it stands in the file: tiers, annotations, time slots."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defusedxml import ElementTree as SafeTree

from annolab.errors import FormatError
from annolab.formats.base import Problem, Report, Severity
from annolab.formats.eaf.kept import AFTER, ROOT_KEYS, Kept
from annolab.formats.xml_nodes import nodes_of, xml_of

ROOT = "ANNOTATION_DOCUMENT"
_MOST = 1 << 27  # bytes: a tree takes ten times as much memory
_MOST_ELEMENTS = 2_000_000  # 400,000 annotations
ENTRY_KEYS = ("EXT_REF", "LANG_REF", "CVE_REF", "SVG_REF")
_WHOLE = re.compile(r"[0-9]{1,13}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An annotation: between two time slots, or of another annotation (`ref`).

    `extra`: what else is said of it, such as the entry of a vocabulary.
    """

    id: str
    text: str
    start: str = ""
    stop: str = ""
    ref: str = ""
    previous: str = ""
    extra: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class EafTier:
    """A tier; `extra`: what is said of it besides name and parent."""

    name: str
    parent: str = ""
    entries: list[Entry] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """`slots`: milliseconds by id in their order, None when not aligned.

    `media`: attributes of the media descriptors. `kept`: all else that it says.
    """

    media: list[dict[str, str]] = field(default_factory=list)
    slots: dict[str, float | None] = field(default_factory=dict)
    tiers: list[EafTier] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)


def read_document(file: Path, name: str, report: Report) -> Document:
    """The document in a file. Raises FormatError when it is none."""
    root = _root(file)
    document = Document()
    header = root.find("HEADER")
    if header is not None:
        if header.get("TIME_UNITS", "milliseconds") != "milliseconds":
            message = "Its times are not milliseconds; save it with a newer ELAN."
            raise FormatError(message, path=file)
        document.media = [dict(x.attrib) for x in header.iter("MEDIA_DESCRIPTOR")]
    for slot in root.iterfind("TIME_ORDER/TIME_SLOT"):
        value = slot.get("TIME_VALUE")
        good = value is not None and _WHOLE.fullmatch(value.strip())
        document.slots[slot.get("TIME_SLOT_ID", "")] = (
            float(value or 0) if good else None
        )
        if value is not None and not good:
            where = f"{name}: {slot.get('TIME_SLOT_ID')}"
            reason = "A time that is no whole number of milliseconds, estimated."
            report.add(Problem(reason, Severity.REPAIRED, where=where))
    words = _vocabulary(root)
    document.tiers = [_tier(element, words) for element in root.iterfind("TIER")]
    document.kept = _kept(root, header, document.tiers, name, report)
    return document


def _kept(
    root: Any, header: Any, tiers: Iterable[EafTier], name: str, report: Report
) -> Kept:
    """All but annotations and times, for the way back."""
    above = nodes_of(header if header is not None else ())
    after = nodes_of(element for element in root if element.tag in AFTER)
    if above is None or after is None:
        reason = "Vocabularies and types that are too many to be kept."
        report.add(Problem(reason, Severity.LOSS, where=name))
    return Kept(
        {key: root.get(key) for key in ROOT_KEYS if root.get(key)},
        above or (),
        after or (),
        {tier.name: tier.extra for tier in tiers if tier.extra},
    )


def _root(file: Path) -> Any:
    with xml_of(file):
        if file.stat().st_size > _MOST:
            message = "The file is larger than 128 MiB."
            raise FormatError(message, path=file)
        with file.open("rb") as stream:
            root = _bounded(SafeTree.iterparse(stream, ("start",), forbid_dtd=True))
    if isinstance(root, str):
        raise FormatError(root, path=file)
    return root


def _bounded(elements: Iterable[tuple[str, Any]]) -> Any:
    """The root of a tree that is not larger than can be held; else a sentence."""
    root: Any = None
    for number, (_, element) in enumerate(elements):
        root = element if number == 0 else root
        if root.tag != ROOT:
            return "It is no document of ELAN."
        if number > _MOST_ELEMENTS:
            return "It has more than 2,000,000 elements."
    return root


def _vocabulary(root: Any) -> dict[str, str]:
    """The words of the controlled vocabularies by their ids."""
    words: dict[str, str] = {}
    for entry in root.iter("CV_ENTRY_ML"):
        words[entry.get("CVE_ID", "")] = entry.findtext("CVE_VALUE") or ""
    for entry in root.iter("CV_ENTRY"):
        words[entry.get("CVE_ID", "")] = entry.text or ""
    return words


def _tier(element: Any, words: dict[str, str]) -> EafTier:
    known = ("TIER_ID", "PARENT_REF")
    extra = {k: v for k, v in element.attrib.items() if k not in known and v}
    tier = EafTier(element.get("TIER_ID", ""), element.get("PARENT_REF", ""), [], extra)
    for each in element.iterfind("ANNOTATION/*"):
        text = each.findtext("ANNOTATION_VALUE") or words.get(each.get("CVE_REF", ""))
        entry = Entry(
            id=each.get("ANNOTATION_ID", ""),
            text=text or "",
            start=each.get("TIME_SLOT_REF1", ""),
            stop=each.get("TIME_SLOT_REF2", ""),
            ref=each.get("ANNOTATION_REF", ""),
            previous=each.get("PREVIOUS_ANNOTATION", ""),
            extra={k: v for k, v in each.attrib.items() if k in ENTRY_KEYS and v},
        )
        tier.entries.append(entry)
    return tier
