"""What an ELAN document says besides its annotations: kept, and given back.

Types, vocabularies, languages, the header and the like stand in `Item.source` as
nodes, [tag, attributes, text, [nodes]]. It comes from a project file, that is from
anywhere: what is no name of XML is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annolab.formats.eaf.xml_text import attributes_text, escaped, without_illegal
from annolab.model.item import Item

# In the order of the schema of EAF 3.0; links lie between the last two.
AFTER = (
    "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE", "CONSTRAINT", "CONTROLLED_VOCABULARY",
    "LEXICON_REF", "REF_LINK_SET", "EXTERNAL_REF",
)  # fmt: skip
ROOT_KEYS = ("AUTHOR", "DATE", "FORMAT", "VERSION")
MOST_NODES = 50_000
_MOST_TEXT = 1 << 21  # characters
_DEEPEST = 16
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Node:
    """An element."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    children: tuple[Node, ...] = ()

    def under(self) -> Iterator[Node]:
        """It and all below it."""
        yield self
        for child in self.children:
            yield from child.under()

    def lines(self, indent: str = "    ") -> Iterator[str]:
        """Its XML."""
        head = f"{indent}<{self.tag}{attributes_text(self.attributes)}"
        if not self.children:
            text = escaped(self.text)
            yield f"{head}>{text}</{self.tag}>\n" if text else f"{head}/>\n"
            return
        yield f"{head}>\n"
        for child in self.children:
            yield from child.lines(indent + "    ")
        yield f"{indent}</{self.tag}>\n"


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
            "header": [_packed(node) for node in self.header],
            "after": [_packed(node) for node in self.after],
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
        left = [MOST_NODES]
        tiers = said.get("tiers", {})
        return Kept(
            root=_attributes(said.get("root", {})),
            header=_unpacked(said.get("header", []), left, 0),
            after=tuple(
                node
                for node in _unpacked(said.get("after", []), left, 0)
                if node.tag in AFTER
            ),
            tiers={str(name): _attributes(extra) for name, extra in tiers.items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Kept()


def nodes_of(elements: Iterable[Any]) -> tuple[Node, ...] | None:
    """Elements of a tree; None when they are more than is kept."""
    left = [MOST_NODES, _MOST_TEXT]
    found = tuple(_node(element, left, 0) for element in elements)
    return found if min(left) >= 0 else None


def _node(element: Any, left: list[int], depth: int) -> Node:
    attributes = {k: v for k, v in element.attrib.items() if _NAME.fullmatch(k)}
    children: list[Node] = []
    text = "" if len(element) else (element.text or "")
    left[0] -= 1
    left[1] -= len(text) + sum(len(k) + len(v) for k, v in attributes.items())
    for child in element:
        if min(left) < 0 or depth >= _DEEPEST:
            left[0] = min(left[0], -1)
            break
        children.append(_node(child, left, depth + 1))
    return Node(element.tag, attributes, text, tuple(children))


def _packed(node: Node) -> list[Any]:
    children = [_packed(child) for child in node.children]
    return [node.tag, dict(node.attributes), node.text, children]


def _unpacked(packed: Any, left: list[int], depth: int) -> tuple[Node, ...]:
    found: list[Node] = []
    for tag, attributes, text, children in packed if depth <= _DEEPEST else ():
        left[0] -= 1
        if left[0] >= 0 and _NAME.fullmatch(tag):
            below = _unpacked(children, left, depth + 1)
            plain = without_illegal(str(text))
            found.append(Node(tag, _attributes(attributes), plain, below))
    return tuple(found)


def _attributes(given: Mapping[str, object]) -> dict[str, str]:
    return {
        key: without_illegal(str(value))
        for key, value in given.items()
        if _NAME.fullmatch(key)
    }
