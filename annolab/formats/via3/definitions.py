"""What a project of VIA declares: attributes, by number, and where they belong.

VIA knows no classes: one attribute of what is drawn, and one of what lasts, is taken
for the label. Of a track VIA knows nothing either: regions with one value of the
attribute `track` are one. The attributes that AnnoLab makes for that carry `annolab`,
a name that VIA passes over and keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annolab.formats.json_object import mapping
from annolab.formats.values import clean

WHOLE, REGION, FRAME, RANGE = (
    "FILE1_Z0_XY0",
    "FILE1_Z0_XY1",
    "FILE1_Z1_XY1",
    "FILE1_Z2_XY0",
)
ANCHORS = (WHOLE, REGION, FRAME, RANGE)
TEXT, CHECKBOX, RADIO, SELECT, IMAGE = range(1, 6)
OWN = "annolab"
LABEL, TRACK, OUTSIDE, OF_KEYFRAME = "label", "track", "outside", "keyframe"
_CHOSEN = (RADIO, SELECT)


@dataclass(slots=True)
class Definition:
    """One attribute. `options`: texts by id; `own`: what AnnoLab made it for."""

    id: str
    name: str
    anchor: str
    type: int
    options: dict[str, str] = field(default_factory=dict)
    own: str = ""

    @property
    def is_many(self) -> bool:
        """Whether a value is ids of options; without options it is a plain text."""
        return self.type == CHECKBOX and bool(self.options)

    def text(self, value: object) -> object:
        """What a value stands for; one that is no option stands for itself."""
        if not isinstance(value, str):
            return value
        if self.is_many:
            parts = [part for part in value.split(",") if part]
            return tuple(self.options.get(part, clean(part)) for part in parts)
        return self.options.get(value, clean(value))

    def value(self, text: str) -> str:
        """What stands for a text: the id of an option, which is added if need be.

        Times are grouped by what was typed, whether it is an option or not.
        """
        if self.type == TEXT or (self.type == CHECKBOX and not self.options):
            return text
        typed = self.anchor == RANGE and not self.own and text not in self.options
        return (
            text if typed and text not in self.options.values() else self.option(text)
        )

    def option(self, text: str) -> str:
        """The id of an option, which is added when it is not there."""
        for key, known in self.options.items():
            if known == text:
                return key
        number = len(self.options) + 1
        while str(number) in self.options:
            number += 1
        self.options[str(number)] = text
        return str(number)


def definitions_of(given: object) -> dict[str, Definition]:
    """The attributes of a project, by id, without those that have no name."""
    found: dict[str, Definition] = {}
    for key, raw in mapping(given).items():
        said = mapping(raw)
        name = said.get("aname")
        kind = said.get("type")
        if not isinstance(name, str) or not name.strip():
            continue
        options = {
            clean(option): clean(text)
            for option, text in mapping(said.get("options")).items()
            if isinstance(text, str)
        }
        found[key] = Definition(
            key,
            clean(name),
            str(said.get("anchor_id")),
            kind if isinstance(kind, int) and TEXT <= kind <= IMAGE else TEXT,
            options,
            str(said.get(OWN) or ""),
        )
    return found


def labels_of(
    definitions: Mapping[str, Definition], config: Mapping[str, Any]
) -> dict[str, Definition]:
    """The attribute that is the label, by what it is anchored to.

    The one that AnnoLab made, or that VIA shows as the label of regions, or else the
    first with choices, or the first one.
    """
    ui = mapping(config.get("ui"))
    shown = definitions.get(str(ui.get("spatial_region_label_attribute_id")))
    found: dict[str, Definition] = {}
    for anchor in ANCHORS:
        fit = [
            x
            for x in definitions.values()
            if x.anchor == anchor and not (x.is_many or x.own)
        ]
        fit = [x for x in fit if not _is_of_tracks(x)]
        made = [x for x in _anchored(definitions, anchor) if x.own == LABEL]
        chosen = [x for x in fit if x.type in _CHOSEN]
        first = [shown] if shown is not None and shown in fit else []
        ranked = [*made, *first, *chosen, *fit]
        if ranked:
            found[anchor] = ranked[0]
    return found


def tracks_of(definitions: Mapping[str, Definition]) -> dict[str, list[Definition]]:
    """The attributes that say which track a region is of, and whether it is outside."""
    found: dict[str, list[Definition]] = {}
    for word in (TRACK, OUTSIDE):
        made = [x for x in definitions.values() if x.own == word]
        named = [x for x in definitions.values() if x.name.lower() == word]
        found[word] = made or named
    if any(x.own == TRACK for x in found[TRACK]):  # `outside` was made beside it
        found[OUTSIDE] = [x for x in found[OUTSIDE] if x.own]
    return found


def _is_of_tracks(definition: Definition) -> bool:
    return definition.name.lower() in (TRACK, OUTSIDE)


def _anchored(
    definitions: Mapping[str, Definition], anchor: str
) -> Iterable[Definition]:
    return (x for x in definitions.values() if x.anchor == anchor)
