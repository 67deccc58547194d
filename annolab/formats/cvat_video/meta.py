"""The head of a document: size, frames, and labels with their attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annolab.formats.xml_nodes import Node
from annolab.formats.xml_text import escaped, without_illegal
from annolab.model.geometry import AttributeValue
from annolab.model.item import Item
from annolab.model.schema import Label, Owner, Schema, ValueType

WORDS = {
    ValueType.CHOICE: "select",
    ValueType.BOOL: "checkbox",
    ValueType.NUMBER: "number",
}


@dataclass(slots=True)
class Keys:
    """What the marks of a label say: values by the name of the key."""

    fixed: dict[str, list[AttributeValue]] = field(default_factory=dict)
    changing: dict[str, list[AttributeValue]] = field(default_factory=dict)


def leaf(tag: str, text: str) -> Node:
    """An element that holds a text."""
    return Node(tag, {}, without_illegal(text))


def types_of(keys: Keys, label: Label, schema: Schema) -> dict[str, ValueType]:
    """The types of the attributes of a label: declared, or of the values."""
    found: dict[str, ValueType] = {}
    for owner, used in (
        (Owner.KEYFRAME, keys.changing),
        (Owner.ANNOTATION, keys.fixed),
    ):
        declared = {spec.name: spec.type for spec in schema.specs(owner, label.id)}
        for name in (*declared, *used):
            found.setdefault(name, declared.get(name) or _type(used.get(name, [])))
    return found


def _type(values: Sequence[AttributeValue]) -> ValueType:
    if all(isinstance(x, bool) for x in values):
        return ValueType.BOOL
    numbers = all(
        isinstance(x, int | float) and not isinstance(x, bool) for x in values
    )
    return ValueType.NUMBER if numbers else ValueType.TEXT


def label_nodes(
    label: Label, keys: Keys, types: Mapping[str, ValueType], schema: Schema
) -> Iterator[Node]:
    """The element of a label; after it those of the points of its skeleton."""
    changing = {spec.name for spec in schema.specs(Owner.KEYFRAME, label.id)}
    changing |= keys.changing.keys()
    choices = {
        spec.name: spec.choices
        for spec in schema.attributes
        if spec.label_id in (None, label.id)
    }
    attributes = tuple(
        _attribute(name, type_, choices.get(name, ()), is_mutable=name in changing)
        for name, type_ in types.items()
    )
    above = [leaf("name", label.name), leaf("color", label.color)]
    if label.skeleton is None:
        yield Node("label", {}, "", (*above, Node("attributes", {}, "", attributes)))
        return
    drawing = leaf("svg", _drawing(label.skeleton.keypoints, label.skeleton.edges))
    above.append(leaf("type", "skeleton"))
    more = Node("attributes", {}, "", attributes)
    yield Node("label", {}, "", (*above, more, drawing))
    for name in label.skeleton.keypoints:
        point = (leaf("name", name), leaf("type", "points"), Node("attributes", {}))
        yield Node("label", {}, "", (*point, leaf("parent", label.name)))


def _attribute(
    name: str, type_: ValueType, choices: Iterable[str], *, is_mutable: bool
) -> Node:
    parts = (
        leaf("name", name),
        leaf("mutable", str(is_mutable)),
        leaf("input_type", WORDS.get(type_, "text")),
        leaf("default_value", ""),
        leaf("values", "\n".join(choices)),
    )
    return Node("attribute", {}, "", parts)


def _drawing(names: Sequence[str], edges: Iterable[tuple[int, int]]) -> str:
    """Points on a line, and what joins them: CVAT reads the edges from here."""
    lines = [
        f'<line x1="{a + 1}" y1="1" x2="{b + 1}" y2="1" data-type="edge" '
        f'data-node-from="{a + 1}" data-node-to="{b + 1}"></line>'
        for a, b in edges
    ]
    points = [
        f'<circle r="0.75" cx="{place}" cy="1" data-type="element node" '
        f'data-element-id="{place}" data-node-id="{place}" '
        f'data-label-name="{escaped(name)}"></circle>'
        for place, name in enumerate(names, 1)
    ]
    return "".join((*lines, *points))


def new_meta(item: Item, labels: Sequence[Node]) -> Node:
    """The head of a film that no document told of."""
    length = int(item.length or 0)
    size = Node(
        "original_size",
        {},
        "",
        (leaf("width", str(item.width or "")), leaf("height", str(item.height or ""))),
    )
    task = (
        leaf("name", item.name),
        leaf("size", str(length) if length else ""),
        leaf("mode", "interpolation"),
        leaf("start_frame", "0"),
        leaf("stop_frame", str(length - 1) if length else ""),
        leaf("frame_filter", ""),
        Node("labels", {}, "", tuple(labels)),
        size,
    )
    return Node("meta", {}, "", (Node("task", {}, "", task), leaf("source", item.name)))


def with_labels(meta: Node, labels: Sequence[Node], item: Item) -> Node:
    """A head as it was given; labels that it does not have yet are added to it."""
    children: list[Node] = []
    for child in meta.children:
        if child.tag == "labels":
            there = {_name(each) for each in child.children}
            new = (each for each in labels if _name(each) not in there)
            both = (*map(_plus(labels), child.children), *new)
            children.append(replace(child, children=both))
        elif child.tag == "source":
            children.append(leaf("source", item.name))
        else:
            children.append(with_labels(child, labels, item))
    return replace(meta, children=tuple(children))


def has(meta: Node, tag: str) -> bool:
    """Whether there is such an element in a head."""
    return any(node.tag == tag for node in meta.under())


def _plus(labels: Sequence[Node]) -> Callable[[Node], Node]:
    new = {_name(label): label for label in labels}

    def added(label: Node) -> Node:
        """The label, with attributes that it does not have yet."""
        wanted = new.get(_name(label))
        if wanted is None:
            return label
        there = [x for x in label.children if x.tag == "attributes"]
        known = {_name(x) for each in there for x in each.children}
        missing = tuple(
            x
            for each in wanted.children
            if each.tag == "attributes"
            for x in each.children
            if _name(x) not in known
        )
        if not missing:
            return label
        rest = tuple(x for x in label.children if x.tag != "attributes")
        old = tuple(x for each in there for x in each.children)
        return replace(
            label, children=(*rest, Node("attributes", {}, "", (*old, *missing)))
        )

    return added


def _name(node: Node) -> str:
    found = next((x.text for x in node.children if x.tag == "name"), "")
    return found.strip()
