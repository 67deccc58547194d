"""Suggestions for the text that is shown, and what follows from each tag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annolab import text_edits
from annolab.assist.text_search import Search, places, untagged
from annolab.errors import AnnoLabError
from annolab.model.annotation import Annotation, Annotator
from annolab.model.edit import Change, ChangeSet, Edit
from annolab.widgets.session import Session
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.assist.found import Found
    from annolab.jobs import Progress
    from annolab.model.item import Item
    from annolab.store.project import Project
    from annolab.tasks.suggest import Rules, Sources

LONGEST = 200  # characters of a tag whose other places are suggested
FEWEST = 2
MOST = 1000  # suggestions that follow from one tag
BIG = 2_000_000  # characters of a text that is not searched at each tag


class Suggester(QObject):
    """Finds suggestions in a worker; the lists of terms are read once a project."""

    edit_requested = Signal(object)
    said = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sources: Sources | None = None
        self._rules: Rules | None = None  # what the sources are of
        self._jobs: Latest[tuple[Item, Sources, list[Found]]] = Latest(
            self, self._take, self._refuse
        )
        session.project_changed.connect(self.forget)
        session.changed.connect(self._changed)

    def forget(self) -> None:
        """The rules are others now."""
        self._jobs.cancel()
        self._sources = None

    def _changed(self, changes: ChangeSet) -> None:
        if changes.schema_changed or changes.everything:
            self._sources = None

    # Of the whole text

    def start(self) -> None:
        """Suggest in the open text; what is found comes as an edit."""
        session = self._session
        project, item, text = session.project, session.item, session.text
        if project is None or item is None or text is None:
            return
        from annolab.tasks.suggest import rules_of

        rules = rules_of(project)
        if rules != self._rules:
            self._sources, self._rules = None, rules
        marks = session.annotations()
        task = partial(_suggest, project, item, text, marks, self._sources)
        self._jobs.start(task)

    def _take(self, result: tuple[Item, Sources, list[Found]]) -> None:
        item, self._sources, found = result
        project, held = self._session.project, self._session.item
        if project is None or held is None or held.id != item.id:
            return
        edit, lost = suggestions_edit(project, item, found)
        if edit.changes:
            self.edit_requested.emit(edit)
        sentences = [*self._sources.problems]
        if not edit.changes:
            sentences.append(self.tr("Nothing more is suggested in this text."))
        if lost:
            names = ", ".join(sorted(lost)[:5])
            sentence = self.tr("The project has no label of this name: {}.")
            sentences.append(sentence.format(names))
        if sentences:
            self.said.emit(" ".join(sentences))

    def _refuse(self, error: AnnoLabError) -> None:
        self.said.emit(str(error))

    # Of one tag

    def with_others(self, edit: Edit, span: Annotation) -> Edit:
        """The edit that tags a span, with its other places in the text suggested.

        When the user wants that. Undo takes all of it back.
        """
        found = self._others(span)
        if not found:
            return edit
        from annolab.assist.found import Found

        project, item = self._session.project, self._session.item
        label = self._session.schema.label(span.label_id)
        if project is None or item is None or label is None:
            return edit
        hits = [Found(*piece, label.name, 0.5, "dictionary") for piece in found]
        more, _ = suggestions_edit(project, item, hits)
        return replace(edit, changes=(*edit.changes, *more.changes))

    def _others(self, span: Annotation) -> list[tuple[int, int]]:
        text = self._session.text or ""
        pieces = text_edits.pieces_of(span)
        wanted = self._session.settings.flag("text.suggest")
        if not wanted or len(pieces) != 1 or len(text) > BIG:
            return []
        start, stop = pieces[0]
        surface = text[start:stop]
        if not FEWEST <= len(surface) <= LONGEST or surface != surface.strip():
            return []
        hits = places(text, Search(surface, case=True, words=True))
        if len(hits) > MOST:
            return []
        marks = self._session.annotations()
        taken = [p for mark in marks for p in text_edits.pieces_of(mark)]
        return untagged(hits, [*taken, *pieces])


def _suggest(
    project: Project,
    item: Item,
    text: str,
    marks: list[Annotation],
    sources: Sources | None,
    progress: Progress,
) -> tuple[Item, Sources, list[Found]]:
    from annolab.tasks import suggest

    # What was learned changes with each tag; lists of terms do not.
    held = sources or suggest.load_sources(project, progress)
    return item, held, suggest.suggestions(text, held, marks)


def suggestions_edit(
    project: Project, item: Item, found: Iterable[Found]
) -> tuple[Edit, set[str]]:
    """The edit that adds findings as suggestions, and labels that are not there."""
    from annolab.tasks import suggest

    known = {annotator.id for annotator in project.annotators()}
    rules: dict[str, Annotator] = {}
    changes: list[Change] = []
    lost: set[str] = set()
    for one in found:
        label = suggest.label_for(project.schema, one)
        if label is None:
            lost.add(one.label)
            continue
        rule = rules.get(one.source) or suggest.rule_of(project, one.source)
        rules[one.source] = rule
        mark = suggest.as_mark(item, one, rule, label)
        changes.append(Change(None, mark))
    new = [Change(None, rule) for rule in rules.values() if rule.id not in known]
    count = len(changes)
    name = "Suggest span" if count == 1 else f"Suggest {count:,} spans"
    return Edit(name, (*new, *changes), item.id), lost
