"""What an ELAN document says besides its annotations: kept, and given back.

Types, vocabularies, languages, the header and the like stand in `Item.source`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from annolab.formats.xml_nodes import Node, packed, plain, unpacked
from annolab.model.item import Item

# In the order of the schema of EAF 3.0; links lie between the last two.
AFTER = (
    "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE", "CONSTRAINT", "CONTROLLED_VOCABULARY",
    "LEXICON_REF", "REF_LINK_SET", "EXTERNAL_REF",
)  # fmt: skip
ROOT_KEYS = ("AUTHOR", "DATE", "FORMAT", "VERSION")


@dataclass(frozen=True, slots=True)
class Kept:
    """`root`: attributes of the document; `header`, `after`: elements.

    `tiers`: attributes by the name of the tier.
    """

    root: Mapping[str, str] = field(default_factory=dict)
    header: tuple[Node, ...] = ()
    after: tuple[Node, ...] = ()
    tiers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def source(self) -> str | None:
        """For `Item.source`; None when there is nothing."""
        said = {
            "root": dict(self.root),
            "header": packed(self.header),
            "after": packed(self.after),
            "tiers": {name: dict(extra) for name, extra in self.tiers.items()},
        }
        said = {key: value for key, value in said.items() if value}
        return json.dumps({"eaf": said}) if said else None

    def types(self) -> dict[str, Mapping[str, str]]:
        """The attributes of the linguistic types by their ids."""
        return {
            node.attributes["LINGUISTIC_TYPE_ID"]: node.attributes
            for node in self.after
            if node.tag == "LINGUISTIC_TYPE" and "LINGUISTIC_TYPE_ID" in node.attributes
        }


def kept_of(item: Item) -> Kept:
    """What an import kept of the document of an item."""
    try:
        said = json.loads(item.source or "{}")["eaf"]
        tiers = said.get("tiers", {})
        return Kept(
            root=plain(said.get("root", {})),
            header=unpacked(said.get("header")),
            after=tuple(
                node for node in unpacked(said.get("after")) if node.tag in AFTER
            ),
            tiers={str(name): plain(extra) for name, extra in tiers.items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Kept()
