"""The lines of attributes, references and notes, as `merging` has the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from annolab.formats.base import Severity
from annolab.formats.brat import rendering
from annolab.formats.brat.extras import (
    TYPE,
    Extra,
    extra_of,
    extra_text,
    values_text,
)
from annolab.formats.brat.merging import Draft
from annolab.formats.brat.reading import KB_ID, KB_NAME, NOTE, NOTES, Given, Owner
from annolab.formats.brat.standoff import Note, Reference, Value
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import AttributeValue

Now: TypeAlias = dict[str, list[str | bool]]  # values that have no line yet, by key
Lines: TypeAlias = dict[int, list[Given]]

OF_ARGUMENT = "Key-values of the arguments of events cannot be kept."
OF_RELATION = "Key-values of relations cannot be kept, but for notes."
RENUMBERED = "A reference is gone; those after it are counted anew."
_ENTRY = re.compile(r"\S+?:\S+")


@dataclass(frozen=True, slots=True)
class _Owned:
    """Something that values are of, and what their lines call it."""

    owner: Owner | None  # None: it is new
    thing: Annotation | Relation
    target: str | None  # None: it has no line of its own


@dataclass(slots=True)
class _Valuer:
    draft: Draft
    notes: set[str] = field(default_factory=lambda: {NOTE})  # keys that are notes
    values: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def write_values(draft: Draft) -> None:
    """The lines of values of spans, events and relations."""
    reading = draft.found.reading
    valuer = _Valuer(draft)
    for record in reading.records:
        if isinstance(record, Note) and record.type != NOTES:
            valuer.notes.add(record.type)
    said: dict[Owner, Lines] = {}
    for given in reading.given:
        said.setdefault(given.owner, {}).setdefault(given.line, []).append(given)
    gone = {owner: line for owner, (line, _) in reading.extras.items()}
    for owned in _owners(draft):
        lines = said.pop(owned.owner, {}) if owned.owner is not None else {}
        if owned.owner is not None and owned.target is not None:
            gone.pop(owned.owner, None)
        told = _write_extra(valuer, owned, lines)
        if lines or len(owned.thing.attributes) > len(told):
            _write_owned(valuer, owned, lines, told)
    draft.changed.update(dict.fromkeys(gone.values()))
    for lines in said.values():  # of what is there no more
        draft.changed.update(dict.fromkeys(lines))
    draft.added += (*valuer.values, *valuer.references, *valuer.remarks)


def _owners(draft: Draft) -> Iterator[_Owned]:
    found = draft.found
    for mark in found.told.marks:
        if draft.is_there(mark.id):
            yield _Owned(found.keys.get(mark.id), mark, found.ref(mark.id))
    ids = {relation.id: id_ for id_, relation in found.arcs.items()}
    for relation in found.told.relations:
        if draft.is_there(relation.head_id) and draft.is_there(relation.tail_id):
            id_ = ids.get(relation.id)
            yield _Owned(id_, relation, id_)


def _write_extra(valuer: _Valuer, owned: _Owned, lines: Lines) -> Collection[str]:
    """Write the note of our own, where there was one or is to be; its key-values."""
    draft, thing = valuer.draft, owned.thing
    line, said = draft.found.reading.extras.get(owned.owner or "", (None, {}))
    if owned.target is None or (line is None and not draft.notes):
        return ()
    now: Extra
    told: Collection[str] = ()
    if isinstance(thing, Annotation):
        now = extra_of(thing)
        text = extra_text(now)
    else:
        given = {each.key for found in lines.values() for each in found}
        now = told = {
            key: value
            for key, value in thing.attributes.items()
            if key not in given and not (key in valuer.notes and isinstance(value, str))
        }
        said = {key: value for key, value in said.items() if key not in given}
        text = values_text(now)
    is_same = repr(sorted(said.items())) == repr(sorted(now.items()))
    if line is not None and is_same and _is_target(draft, line, owned):
        return told
    note = f"\t{TYPE} {owned.target}\t{text}"
    if line is not None:
        draft.changed[line] = f"{_id_of(draft, line)}{note}" if now else None
    elif now:
        valuer.remarks.append(f"{draft.found.ids.new('#')}{note}")
    return told


def _id_of(draft: Draft, line: int) -> str:
    record = draft.found.reading.records[line]
    return record.id if isinstance(record, Note) else ""


def _write_owned(
    valuer: _Valuer, owned: _Owned, lines: Lines, told: Collection[str]
) -> None:
    """Write its values, but for those that are told already."""
    draft, say = valuer.draft, valuer.draft.say(owned.thing)
    if owned.target is None:
        say(OF_ARGUMENT, Severity.LOSS)
        return
    now = _values_now(valuer, owned, lines, told)
    changed: list[int] = []
    references = 0
    for number, given in lines.items():
        if not _is_said(given, now):
            changed.append(number)
            continue
        references += isinstance(draft.found.reading.records[number], Reference)
        if not _is_target(draft, number, owned):
            _rewrite(draft, number, owned, given, {g.key: [g.value] for g in given})
        for each in given:
            now[each.key].remove(each.value)
    for number in changed:
        is_reference = _rewrite(draft, number, owned, lines[number], now)
        references += is_reference
        record = draft.found.reading.records[number]
        if isinstance(record, Reference) and not is_reference:
            say(RENUMBERED, Severity.NOTE)
    _write_new(valuer, owned, now, references)


def _values_now(
    valuer: _Valuer, owned: _Owned, lines: Lines, told: Collection[str]
) -> Now:
    """What is to be said; a value that has not changed as lines have said it."""
    said: dict[str, list[str | bool]] = {}
    for given in (each for found in lines.values() for each in found):
        said.setdefault(given.key, []).append(given.value)
    now: Now = {}
    say = valuer.draft.say(owned.thing)
    for key, value in owned.thing.attributes.items():
        if key in told:
            continue
        if key in said and _same(value, said[key]):
            now[key] = said[key]
        else:
            now[key] = rendering.values_of(value, say, notes=key in valuer.notes)
    return now


def _same(value: AttributeValue, said: list[str | bool]) -> bool:
    return repr(value) == repr(said[0] if len(said) == 1 else tuple(said))


def _is_said(given: list[Given], now: Now) -> bool:
    """Whether a line says what is to be said, and no more and no less."""
    if any(each.value not in now.get(each.key, ()) for each in given):
        return False
    if not given[0].key.startswith(KB_ID):
        return True
    name = _name_key(given[0].key)
    return any(each.key == name for each in given) or not now.get(name)


def _name_key(key: str) -> str:
    return KB_NAME + key.removeprefix(KB_ID)


def _is_target(draft: Draft, number: int, owned: _Owned) -> bool:
    """Whether a line calls what it is of by an id that this still has."""
    record = draft.found.reading.records[number]
    if not isinstance(record, Value | Reference | Note):  # pragma: no cover
        return True
    if isinstance(owned.thing, Relation):
        return record.target == owned.target
    return draft.found.means(record.target, owned.thing)


def _rewrite(
    draft: Draft, number: int, owned: _Owned, given: list[Given], now: Now
) -> bool:
    """Write a line with what is to be said now; whether it is a reference."""
    record = draft.found.reading.records[number]
    key = given[0].key
    values = now.get(key) or []
    target = owned.target
    line: str | None = None
    say = draft.say(owned.thing)
    match record, values[:1]:
        case Value(), [True] | [str()] if values[0] != "":
            line = rendering.value_line(record.id, key, f"{target}", values[0], say)
        case Note(), [str(text)]:
            line = f"{record.id}\t{record.type} {target}\t{text}"
        case Reference(), [str(entry)] if _ENTRY.fullmatch(entry):
            name = _taken_name(key, now)
            line = f"{record.id}\t{record.type} {target} {entry}{name}"
        case _:
            pass
    draft.changed[number] = line
    if line is not None:
        values.pop(0)
    return line is not None and isinstance(record, Reference)


def _taken_name(key: str, now: Now) -> str:
    """The readable name of a reference, with a tab before it; taken from `now`."""
    names = now.get(_name_key(key)) or []
    if names and isinstance(names[0], str):
        return f"\t{names.pop(0)}"
    return ""


def _write_new(valuer: _Valuer, owned: _Owned, now: Now, references: int) -> None:
    """Lines for what no line has said; `references`: how many there are already."""
    draft, say = valuer.draft, valuer.draft.say(owned.thing)
    ids = draft.found.ids
    is_mark = isinstance(owned.thing, Annotation)
    while is_mark:
        references += 1
        key = KB_ID if references == 1 else f"{KB_ID}_{references}"
        match now.get(key):
            case [str(entry)] if _ENTRY.fullmatch(entry):
                name = _taken_name(key, now)
                line = f"{ids.new('N')}\tReference {owned.target} {entry}{name}"
                valuer.references.append(line)
                del now[key]
            case _:
                break
    for key, values in now.items():
        for value in values:
            if key in valuer.notes and isinstance(value, str):
                kind = NOTES if key == NOTE else rendering.word(key, say)
                line = f"{ids.new('#')}\t{kind} {owned.target}\t{value}"
                valuer.remarks.append(line)
            elif is_mark:
                line = rendering.value_line(
                    ids.new("A"), key, f"{owned.target}", value, say
                )
                valuer.values.append(line)
            else:
                say(OF_RELATION, Severity.LOSS)
