"""A standoff file as it was, but for what the project says otherwise.

Lines that say what the project says stay as they are, to the byte; others are
written anew in their place, go, or come after the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from annolab.formats.base import Severity
from annolab.formats.brat import rendering
from annolab.formats.brat.places import BOM
from annolab.formats.brat.reading import Key, Link
from annolab.formats.brat.standoff import Arc, Event, TextBound, number_of
from annolab.formats.brat.told import Matched, is_as_read, is_named, links_of, span_of
from annolab.formats.text_marks import Say
from annolab.model.annotation import Annotation, Relation

SayOf: TypeAlias = Callable[[Annotation | Relation], Say]

NO_TEXT = "The text of an item cannot be read, so a new or changed span is left out."
LEFT_OUT = "A relation from or to a mark that is left out."


@dataclass(slots=True)
class Draft:
    """The lines of a file in the making."""

    found: Matched
    say: SayOf
    notes: bool = False  # whether notes of our own tell what brat has no word for
    has_mark: bool = False  # whether the file begins with a byte order mark
    changed: dict[int, str | None] = field(default_factory=dict)  # None: it goes
    added: list[str] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)  # marks that have no line

    def content(self) -> str:
        """The whole file."""
        lines = self.found.reading.lines
        end = next((end for _, end in lines if end), "\n")
        made: list[str] = [BOM] if self.has_mark else []
        for number, (line, own_end) in enumerate(lines):
            now = self.changed.get(number, line)
            if now is not None:
                made += (now, own_end)
        if self.added and len(made) > self.has_mark and not made[-1]:
            made[-1] = end
        for line in self.added:
            made += (line, end)
        return "".join(made)

    def is_there(self, mark_id: int) -> bool:
        """Whether a mark has a line that others can refer to."""
        return mark_id in self.found.text_ids and mark_id not in self.left_out


def write_spans(draft: Draft) -> None:
    """The lines of spans."""
    found = draft.found
    of_text: dict[str, list[Annotation]] = {}
    for mark in found.told.marks:
        of_text.setdefault(found.text_ids[mark.id], []).append(mark)
    for number, record in enumerate(found.reading.records):
        if not isinstance(record, TextBound):
            continue
        marks = of_text.pop(record.id, [])
        if not marks:
            draft.changed[number] = None
            continue
        key = found.keys[marks[0].id]
        if not is_as_read(found, found.reading.marks[key], marks[0]):
            draft.changed[number] = _span_line(draft, record.id, marks)
    for id_, marks in sorted(of_text.items(), key=lambda each: number_of(each[0])):
        line = _span_line(draft, id_, marks)
        if line is not None:
            draft.added.append(line)


def _span_line(draft: Draft, id_: str, marks: list[Annotation]) -> str | None:
    told, mark = draft.found.told, marks[0]
    line = None
    if told.text is None:
        draft.say(mark)(NO_TEXT, Severity.SKIPPED)
    else:
        line = rendering.text_bound(
            id_, told.name(mark), span_of(mark), draft.found.places, draft.say(mark)
        )
    if line is None:
        draft.left_out.update(each.id for each in marks)
    return line


def write_events(draft: Draft) -> None:
    """The lines of events, and those of relations."""
    found = draft.found
    arguments, arcs = links_of(found.reading)
    done: set[int] = set()
    for number, record in enumerate(found.reading.records):
        if isinstance(record, Event):
            mark = found.marks.get((record.trigger, record.id))
            if mark is None or not _is_event(draft, mark):
                draft.changed[number] = None
                continue
            done.add(mark.id)
            said = arguments.get((record.trigger, record.id), [])
            if not _same_event(draft, record, mark, said):
                draft.changed[number] = _event_line(draft, mark, record, said)
    new = [m for m in found.told.marks if m.id in found.event_ids and m.id not in done]
    for mark in sorted(new, key=lambda mark: number_of(found.event_ids[mark.id])):
        if draft.is_there(mark.id):
            draft.added.append(_event_line(draft, mark, None, []))
    _write_arcs(draft, arcs)


def _is_event(draft: Draft, mark: Annotation) -> bool:
    return mark.id in draft.found.event_ids and draft.is_there(mark.id)


def _same_event(
    draft: Draft, record: Event, mark: Annotation, said: list[Link]
) -> bool:
    found = draft.found
    label = found.reading.marks[record.trigger, record.id].label
    if found.text_ids[mark.id] != record.trigger:
        return False
    if not is_named(found.told.name(mark), label):
        return False
    now = Counter(
        (found.told.name(relation) or "_", relation.tail_id)
        for relation in found.arguments[mark.id]
    )
    then: Counter[tuple[str, int]] = Counter()
    for link in said:
        tail = found.marks.get(link.tail)
        if tail is None or not found.means(link.token, tail):
            return False
        then[link.label, tail.id] += 1
    return now == then and all(draft.is_there(tail) for _, tail in now)


def _event_line(
    draft: Draft, mark: Annotation, record: Event | None, said: list[Link]
) -> str:
    """The line of an event; arguments that it had keep their names and order."""
    found = draft.found
    left = list(found.arguments[mark.id])
    words: list[tuple[str, str]] = []
    known = {(link.role, link.token): link for link in said}
    for role, token in record.arguments if record is not None else ():
        link = known.get((role, token))
        if link is None:  # of what was never there
            words.append((role, token))
            continue
        tail = found.marks.get(link.tail)
        for relation in left:
            name = found.told.name(relation)
            if tail and relation.tail_id == tail.id and is_named(name, link.label):
                left.remove(relation)
                if draft.is_there(tail.id):
                    kept = found.means(token, tail)
                    words.append((role, token if kept else found.ref(tail.id)))
                break
    for relation in left:
        _say_argument(draft, relation)
        if draft.is_there(relation.tail_id):
            taken = [role for role, _ in words]
            name = found.told.name(relation)
            role = rendering.role(name, taken, draft.say(relation))
            words.append((role, found.ref(relation.tail_id)))
    kind = rendering.word(found.told.name(mark), draft.say(mark))
    first = f"{kind}:{found.text_ids[mark.id]}"
    rest = (f"{role}:{token}" for role, token in words)
    return f"{found.event_ids[mark.id]}\t{' '.join((first, *rest))}"


def _say_argument(draft: Draft, relation: Relation) -> None:
    if not draft.is_there(relation.tail_id):
        draft.say(relation)(LEFT_OUT, Severity.SKIPPED)


def _write_arcs(draft: Draft, arcs: dict[str, Link]) -> None:
    found = draft.found
    for number, record in enumerate(found.reading.records):
        if not isinstance(record, Arc):
            continue
        relation, link = found.arcs.get(record.id), arcs[record.id]
        if relation is None:
            draft.changed[number] = None
        elif not _same_arc(draft, record, link, relation):
            roles = record.head[0], record.tail[0]
            draft.changed[number] = _arc_line(draft, record.id, roles, relation)
    for relation in found.new_arcs:
        id_ = found.ids.new("R")
        line = _arc_line(draft, id_, ("Arg1", "Arg2"), relation)
        if line is not None:
            found.arcs[id_] = relation
            draft.added.append(line)
    known = {relation.id for relation in found.arcs.values()}
    for relation in found.told.relations:
        if relation.head_id not in found.text_ids and relation.id not in known:
            draft.say(relation)(LEFT_OUT, Severity.SKIPPED)


def _same_arc(draft: Draft, record: Arc, link: Link, relation: Relation) -> bool:
    found = draft.found
    if not is_named(found.told.name(relation), link.label):
        return False
    ends = (
        (link.head, record.head[1], relation.head_id),
        (link.tail, record.tail[1], relation.tail_id),
    )
    for key, token, mark_id in ends:
        mark = found.marks.get(key)
        if mark is None or mark.id != mark_id or not found.means(token, mark):
            return False
    return draft.is_there(relation.head_id) and draft.is_there(relation.tail_id)


def _arc_line(
    draft: Draft, id_: str, roles: tuple[str, str], relation: Relation
) -> str | None:
    found, say = draft.found, draft.say(relation)
    if not (draft.is_there(relation.head_id) and draft.is_there(relation.tail_id)):
        say(LEFT_OUT, Severity.SKIPPED)
        return None
    kind = rendering.word(found.told.name(relation), say)
    head, tail = found.ref(relation.head_id), found.ref(relation.tail_id)
    return f"{id_}\t{kind} {roles[0]}:{head} {roles[1]}:{tail}"


def write_chains(draft: Draft) -> None:
    """The lines of groups: one that has changed is written in its first line."""
    found = draft.found
    groups: dict[int, list[Annotation]] = {}
    for mark in sorted(found.told.marks, key=lambda each: each.id):
        if mark.group_id is not None and draft.is_there(mark.id):
            groups.setdefault(mark.group_id, []).append(mark)
    lines: dict[int, list[int]] = {}
    for number, chain in found.reading.chain_of.items():
        lines.setdefault(chain, []).append(number)
    members: dict[int, list[Key]] = {chain: [] for chain in lines}
    for key, said in found.reading.marks.items():
        if said.chain is not None:
            members[said.chain].append(key)
    for chain, numbers in lines.items():
        marks = [found.marks.get(key) for key in members[chain]]
        counts = Counter(m.group_id for m in marks if m and m.group_id in groups)
        best = counts.most_common(1)[0][0] if counts else None
        group = groups.pop(best, []) if best is not None else []
        is_same = {m.id for m in group} == {m.id if m else 0 for m in marks}
        _write_chain(draft, numbers, group, is_same=is_same)
    for group in groups.values():
        refs = " ".join(found.ref(mark.id) for mark in group)
        draft.added.append(f"*\tEquiv {refs}")


def _write_chain(
    draft: Draft, numbers: list[int], group: list[Annotation], *, is_same: bool
) -> None:
    found = draft.found
    tokens: dict[str, None] = {}
    for number in numbers:
        words = found.reading.lines[number][0].partition("\t")[2].split()[1:]
        tokens.update(dict.fromkeys(words))
    means = found.reading.means
    alive = {token: found.mark_of(token) for token in tokens if token in means}
    if is_same and all(alive.values()):
        return
    ids = {mark.id for mark in group}
    own = {
        token: mark
        for token, mark in alive.items()
        if mark and (mark.id in ids or _is_second(found, mark, numbers))
    }
    known = {mark.id for mark in own.values()}
    words = [token for token in tokens if token in own or token not in means]
    words += [found.ref(mark.id) for mark in group if mark.id not in known]
    kind = found.reading.lines[numbers[0]][0].partition("\t")[2].split()[0]
    draft.changed.update(dict.fromkeys(numbers))
    if len(words) > 1 or ids:
        draft.changed[numbers[0]] = f"*\t{kind} {' '.join(words)}"


def _is_second(found: Matched, mark: Annotation, numbers: list[int]) -> bool:
    """Whether a mark of these lines is shown as one of another group."""
    said = found.reading.marks[found.keys[mark.id]]
    return said.chain != found.reading.chain_of[numbers[0]]
