"""Suggestions for texts: from the user's own tags, lists of terms, and patterns.

What is suggested are annotations of an annotator of kind `rule`, with the status
SUGGESTED. They count for nothing until somebody accepts them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from annolab import edits
from annolab.assist.found import Found, apart
from annolab.assist.knowledge import Concept, Knowledge, read_concepts
from annolab.assist.learned import Learned
from annolab.assist.terms import Terms, read_terms
from annolab.errors import AnnoLabError, FolderNotNamed, MediaError, UserError
from annolab.formats.base import Problem, Report, Severity
from annolab.jobs import Progress
from annolab.media.text import read_text
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
)
from annolab.model.edit import Edit
from annolab.model.geometry import Span
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.substitution import Substitution
from annolab.store.filters import EVERYTHING, Filter
from annolab.store.project import Project
from annolab.tasks.texts import text_of

ENTRY = "suggest"
KB_KEY = "kb_id"
PAGE = 256
MOST_LEARNED = 5000  # texts that are read again when a project is opened
_SOURCES = {
    "dictionary": "Own tags",
    "gazetteer": "Gazetteer",
    "pattern": "Patterns",
}
_SETTLED = (AnnotationStatus.PLAIN, AnnotationStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """A list of terms: a TXT or CSV file, and the label of terms that name none.

    `path`: absolute, or relative to the folder of the project file.
    """

    path: str
    label: str = ""
    case: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression and the name of the label that its matches bear."""

    label: str
    expression: str
    case: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the suggestions of a project come from. `learn`: from the user's tags.

    `knowledge`: CSV or JSONL files of ids, names and aliases, as paths.
    """

    learn: bool = True
    gazetteers: tuple[Gazetteer, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """The rules of a project made ready to be used."""

    learned: Learned | None = None
    terms: tuple[Terms, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    problems: tuple[str, ...] = ()


def rules_of(project: Project) -> Rules:
    """The rules of a project; what makes no sense counts as not said."""
    entry = project.entry(ENTRY)
    try:
        data = json.loads(entry.value) if entry is not None else {}
    except (ValueError, RecursionError):
        data = {}
    data = data if isinstance(data, dict) else {}
    paths = [x for x in _listed(data.get("knowledge")) if isinstance(x, str)]
    return Rules(
        learn=data.get("learn") is not False,
        gazetteers=tuple(_made(Gazetteer, data.get("gazetteers"), "path")),
        patterns=tuple(_made(Pattern, data.get("patterns"), "expression")),
        knowledge=tuple(paths),
    )


def set_rules(project: Project, rules: Rules) -> Edit:
    """Keep the rules in the project."""
    text = json.dumps(asdict(rules), ensure_ascii=False)
    edit = edits.set_entry(project.entry(ENTRY), ENTRY, text)
    return replace(edit, name="Change suggestions")


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _made(kind: type[Any], value: object, needed: str) -> Iterable[Any]:
    for one in _listed(value):
        if not isinstance(one, dict) or not isinstance(one.get(needed), str):
            continue
        words = {k: v for k, v in one.items() if k in ("path", "label", "expression")}
        if all(isinstance(v, str) for v in words.values()) and one[needed]:
            words.setdefault("label", "")
            yield kind(**words, case=one.get("case") is True)


def load_sources(project: Project, progress: Progress | None = None) -> Sources:
    """Read lists of terms and learn from the tags: for a worker.

    A list that cannot be read becomes a sentence in `problems`, not an error.
    """
    rules = rules_of(project)
    progress = progress or Progress()
    terms, problems = [], []
    for gazetteer in rules.gazetteers:
        try:
            terms.append(load_terms(project, gazetteer, progress))
        except AnnoLabError as error:
            problems.append(str(error))
    for pattern in rules.patterns:
        try:
            _substitution(pattern).matcher()
        except UserError as error:
            problems.append(f"{pattern.label}: {error}")
    learned = learn(project, progress) if rules.learn else None
    return Sources(learned, tuple(terms), rules.patterns, tuple(problems))


def load_terms(
    project: Project, gazetteer: Gazetteer, progress: Progress | None = None
) -> Terms:
    """The terms of one list. Raises MediaError or UserError with a sentence."""
    path = own_path(project, gazetteer.path)
    text = read_text(path).text
    table = path.suffix.lower() in (".csv", ".tsv")
    label = gazetteer.label or path.stem
    progress = progress or Progress()
    return Terms(
        read_terms(text.splitlines(keepends=True), label, table=table),
        case=gazetteer.case,
        went=lambda count: progress.step(count, 0, f"Reading {path.name}"),
    )


def load_knowledge(project: Project, progress: Progress | None = None) -> Knowledge:
    """The knowledge bases of a project in one. Raises MediaError or UserError."""
    concepts: list[Concept] = []
    progress = progress or Progress()
    for number, name in enumerate(rules_of(project).knowledge):
        path = own_path(project, name)
        progress.step(number, 0, f"Reading {path.name}")
        lines = read_text(path).text.splitlines(keepends=True)
        json_lines = path.suffix.lower() in (".jsonl", ".ndjson", ".json")
        concepts += read_concepts(lines, json_lines=json_lines)
    return Knowledge(concepts)


def own_path(project: Project, name: str) -> Path:
    """A file that the project names, if the user has named its folder.

    Raises FolderNotNamed: a project from elsewhere may name any file.
    """
    path = project.path.absolute().parent / name
    allowed = project.named.allow(path.parent, project.path)
    if not allowed or not project.named.reach(path, project.path):
        message = (
            f"{path} lies in a folder that you have not named here: choose the file "
            "again if you know where the project came from."
        )
        raise FolderNotNamed(message)
    return path


def learn(project: Project, progress: Progress | None = None) -> Learned:
    """The dictionary of all that people have tagged, newest texts first."""
    learned = Learned()
    progress = progress or Progress()
    labels = {label.id: label.name for label in project.schema.labels}
    people = {a.id for a in project.annotators() if a.kind is AnnotatorKind.HUMAN}
    ids = project.item_ids(Filter(media=Media.TEXT))
    read = 0
    for start in range(0, len(ids), PAGE):
        progress.step(start, len(ids), "Learning from your tags")
        page = ids[start : start + PAGE]
        marks = project.annotations_of(page)
        for item in project.items(page):
            told = [m for m in marks[item.id] if isinstance(m.geometry, Span)]
            if not told or read >= MOST_LEARNED:
                continue
            read += 1
            try:
                text = text_of(project, item).text
            except (MediaError, UserError):
                continue
            for mark in told:
                take(learned, text, mark, labels, people)
    return learned


def take(
    learned: Learned,
    text: str,
    mark: Annotation,
    labels: dict[int, str],
    people: set[int] | None = None,
    count: int = 1,
) -> None:
    """Learn from one annotation; `count` -1: it is gone.

    An accepted suggestion counts like a tag of a person; a refused one against it.
    """
    label = labels.get(mark.label_id or 0)
    if label is None or not isinstance(mark.geometry, Span):
        return
    (start, stop), *more = mark.geometry.pieces
    if more:
        return
    if mark.status is AnnotationStatus.REJECTED:
        learned.refuse(text[start:stop], label, count)
    elif mark.status is AnnotationStatus.ACCEPTED or (
        mark.status is AnnotationStatus.PLAIN
        and (people is None or mark.annotator_id in people)
    ):
        learned.add(text[start:stop], label, count)


def suggestions(
    text: str, sources: Sources, marks: Iterable[Annotation]
) -> list[Found]:
    """What may be tagged in a text beside what is tagged already.

    Nothing that overlaps a mark, and nothing that was refused at its place.
    """
    taken: list[tuple[int, int]] = []
    refused: set[tuple[int, int]] = set()
    for mark in marks:
        if isinstance(mark.geometry, Span):
            if mark.status is AnnotationStatus.REJECTED:
                refused.update(mark.geometry.pieces)
            else:
                taken += mark.geometry.pieces
    found = list(sources.learned.find(text)) if sources.learned is not None else []
    for terms in sources.terms:
        found += terms.find(text)
    for pattern in sources.patterns:
        found += _matches(text, pattern)
    return apart((f for f in found if (f.start, f.stop) not in refused), taken)


def _matches(text: str, pattern: Pattern) -> list[Found]:
    try:
        places = _substitution(pattern).matcher().places(text)
    except UserError:
        return []  # said when the sources were loaded, or it took too long
    return [
        Found(start, stop, pattern.label, 1.0, "pattern")
        for start, stop in places
        if start < stop
    ]


def _substitution(pattern: Pattern) -> Substitution:
    return Substitution(pattern.expression, expression=True, case=pattern.case)


def rule_of(
    project: Project, source: str, make_id: Callable[[], int] = new_id
) -> Annotator:
    """The annotator of a source of suggestions; new when there is none yet."""
    name = _SOURCES[source]
    for known in project.annotators():
        if known.kind is AnnotatorKind.RULE and known.name == name:
            return known
    return Annotator(make_id(), name, AnnotatorKind.RULE)


def as_mark(
    item: Item,
    found: Found,
    rule: Annotator,
    label: Label,
    make_id: Callable[[], int] = new_id,
) -> Annotation:
    """A finding as a suggested annotation."""
    attributes = {KB_KEY: found.kb_id} if found.kb_id else {}
    mark = Annotation(
        id=make_id(),
        item_id=item.id,
        annotator_id=rule.id,
        geometry=Span(((found.start, found.stop),)),
        label_id=label.id,
        score=found.score,
        status=AnnotationStatus.SUGGESTED,
    )
    return replace(mark, attributes=attributes)


def label_for(schema: Schema, found: Found) -> Label | None:
    """The label a finding means, or None when the project has none of this name."""
    return schema.label_named(found.label)


def suggest_items(
    project: Project,
    where: Filter = EVERYTHING,
    *,
    sources: Sources | None = None,
    progress: Progress | None = None,
) -> Report:
    """Write suggestions into all texts of a filter, as one undoable step.

    Suggestions that nobody has judged yet are not doubled: what is there is taken.
    A label that the project does not have is reported, not made.
    """
    report = Report()
    progress = progress or Progress()
    sources = sources or load_sources(project, progress)
    for sentence in sources.problems:
        report.add(Problem("A source that cannot be used.", Severity.NOTE, sentence))
    ids: Sequence[int] = project.item_ids(replace(where, media=Media.TEXT))
    rules: dict[str, Annotator] = {}
    known = {a.id for a in project.annotators()}
    with project.bulk("Suggest in texts", project.annotator) as bulk:
        for start in range(0, len(ids), PAGE):
            progress.step(start, len(ids), "Suggesting")
            page = ids[start : start + PAGE]
            marks = project.annotations_of(page)
            for item in project.items(page):
                for found, label in _found(
                    project, item, marks[item.id], sources, report
                ):
                    rule = rules.get(found.source)
                    if rule is None:
                        rule = rule_of(project, found.source, bulk.new_id)
                        rules[found.source] = rule
                    if rule.id not in known:
                        known.add(rule.id)
                        bulk.add(rule)
                    bulk.add(as_mark(item, found, rule, label, bulk.new_id))
                    report.written += 1
    return report


def _found(
    project: Project,
    item: Item,
    marks: list[Annotation],
    sources: Sources,
    report: Report,
) -> Iterable[tuple[Found, Label]]:
    try:
        text = text_of(project, item).text
    except (MediaError, UserError) as error:
        reason = "A text that cannot be read."
        report.add(Problem(reason, where=str(error), item=item.path))
        return
    report.read += 1
    for found in suggestions(text, sources, marks):
        label = label_for(project.schema, found)
        if label is None:
            reason = "A label that the project does not have."
            report.add(Problem(reason, where=found.label, item=item.path))
        else:
            yield found, label
