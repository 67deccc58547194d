"""What is wrong with a value, in sentences; nothing wrong: no sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from annolab.model.schema import AttributeSpec, Label, Schema, Tier, ValueType

_Declared: TypeAlias = Label | AttributeSpec | Tier


def schema_problem(schema: Schema, entity: _Declared) -> str | None:
    """What keeps a label, attribute or tier from being declared or changed so."""
    if not entity.name.strip():
        return "Give it a name."
    match entity:
        case Label():
            return _label_problem(schema, entity)
        case AttributeSpec():
            return _spec_problem(schema, entity)
        case Tier():
            return _parent_problem(schema.tiers, entity, "tier")


def _label_problem(schema: Schema, label: Label) -> str | None:
    for other in schema.labels:
        if other.id == label.id:
            continue
        if other.name == label.name:
            return f"There is already a label called {label.name}."
        if label.hotkey and other.hotkey == label.hotkey:
            return f"The key {label.hotkey} already belongs to {other.name}."
    return _parent_problem(schema.labels, label, "label")


def _parent_problem(
    declared: Iterable[Label | Tier], entity: Label | Tier, what: str
) -> str | None:
    parents = {x.id: x.parent_id for x in declared}
    above = entity.parent_id
    for _ in range(len(parents) + 1):
        if above is None:
            return None
        if above not in parents and above != entity.id:
            return f"The {what} above {entity.name} is not there."
        if above == entity.id:
            break
        above = parents[above]
    return f"The {what} {entity.name} cannot lie under itself."


def _spec_problem(schema: Schema, spec: AttributeSpec) -> str | None:
    for x in schema.attributes:
        same_owner = (x.owner, x.label_id) == (spec.owner, spec.label_id)
        if x.id != spec.id and same_owner and x.name == spec.name:
            return f"There is already an attribute called {spec.name}."
    if spec.type in (ValueType.CHOICE, ValueType.MULTI):
        if not spec.choices or not all(choice.strip() for choice in spec.choices):
            return f"Give {spec.name} at least one choice, and each of them a text."
        if len(set(spec.choices)) < len(spec.choices):
            return f"Two choices of {spec.name} are the same."
    return None
