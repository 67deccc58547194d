"""Elements of XML that are kept as they are, and given back.

In a source they are [tag, attributes, text, [nodes]]. That comes from a project file,
which is from anywhere: what is no name of XML is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from annolab.errors import FormatError
from annolab.formats.xml_text import attributes_text, escaped, without_illegal

MOST_NODES = 50_000
_MOST_TEXT = 1 << 21  # characters
_DEEPEST = 16
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


@contextmanager
def xml_of(file: Path) -> Iterator[None]:
    """Raise FormatError, in one sentence, for what goes wrong in reading XML."""
    try:
        yield
    except SafeTree.ParseError as error:
        message = "It is no well-formed XML."
        raise FormatError(message, path=file, line=error.position[0]) from error
    except DefusedXmlException as error:
        message = "It holds XML that could run or grow: a DTD or entities."
        raise FormatError(message, path=file) from error
    except OSError as error:
        message = f"It cannot be read: {error.strerror or error}."
        raise FormatError(message, path=file) from error
    except (ValueError, LookupError) as error:  # an encoding
        message = "Its XML is in an encoding that cannot be read."
        raise FormatError(message, path=file) from error


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


def nodes_of(elements: Iterable[Any]) -> tuple[Node, ...] | None:
    """Elements of a tree; None when they are more than is kept."""
    left = [MOST_NODES, _MOST_TEXT]
    found = tuple(_node(element, left, 0) for element in elements)
    return found if min(left) >= 0 else None


def _node(element: Any, left: list[int], depth: int) -> Node:
    attributes = {k: v for k, v in element.attrib.items() if is_name(k)}
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


def packed(nodes: Iterable[Node]) -> list[Any]:
    """Elements as JSON."""
    return [
        [node.tag, dict(node.attributes), node.text, packed(node.children)]
        for node in nodes
    ]


def unpacked(given: object) -> tuple[Node, ...]:
    """Elements from JSON; what is none, or more than is kept, is left out."""
    return _unpacked(given, [MOST_NODES], 0)


def _unpacked(given: object, left: list[int], depth: int) -> tuple[Node, ...]:
    found: list[Node] = []
    for each in given if isinstance(given, list) and depth <= _DEEPEST else ():
        left[0] -= 1
        match each:
            case [str() as tag, dict() as said, str() as text, list() as below]:
                if left[0] >= 0 and is_name(tag):
                    children = _unpacked(below, left, depth + 1)
                    found.append(
                        Node(tag, plain(said), without_illegal(text), children)
                    )
    return tuple(found)


def is_name(text: object) -> bool:
    """Whether it can be the name of an element or attribute."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def plain(said: Mapping[str, object]) -> dict[str, str]:
    """The attributes among what may be anything."""
    good = {k: v for k, v in said.items() if is_name(k) and isinstance(v, str)}
    return {key: without_illegal(str(value)) for key, value in good.items()}
