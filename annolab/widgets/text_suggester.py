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
from annolab.model.annotation import Annotation, Annotator, AnnotatorKind
from annolab.model.edit import Change, ChangeSet, Edit
from annolab.model.item import Status
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
BIG = 2_000_000  # characters of a text that is not searched unless it is asked for
OPEN = (Status.NEW, Status.BEGUN)


class Suggester(QObject):
    """Finds suggestions in a worker; the lists of terms are read once a project."""

    edit_requested = Signal(object)
    said = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sources: Sources | None = None
        self._rules: Rules | None = None  # what the sources are of
        self._busy = False
        self._quiet = False  # nobody has asked for it: say only what is new
        self._next = False  # another text was opened meanwhile
        self._text: str | None = None
        self._seen: dict[int, Annotation] = {}  # the marks of the text, as learned
        self._news: list[tuple[Annotation | None, Annotation | None]] = []
        self._jobs: Latest[tuple[Item, Sources, list[Found]]] = Latest(
            self, self._take, self._refuse
        )
        session.project_changed.connect(self.forget)
        session.changed.connect(self._changed)
        session.text_opened.connect(self._look)

    def forget(self) -> None:
        """The rules are others now."""
        self._jobs.cancel()
        self._sources, self._seen, self._news = None, {}, []

    def _changed(self, changes: ChangeSet) -> None:
        if changes.schema_changed or changes.everything:
            self.forget()
        elif self._sources is not None:
            for id_ in changes.annotations:
                before, after = self._seen.get(id_), self._session.annotation(id_)
                self._news.append((before, after))
                self._seen.pop(id_, None)
                if after is not None:
                    self._seen[id_] = after

    def _look(self) -> None:
        """Another text is shown: what is changed in it is learned from then on."""
        self._learn()  # in the text before
        self._text, self._seen = self._session.text, {}
        if self._sources is not None and self._session.text is not None:
            self._seen = {mark.id: mark for mark in self._session.annotations()}
        if self._is_wanted():
            self._next = self._busy
            self.start(quiet=True)

    def _is_wanted(self) -> bool:
        """Whether to suggest in the text that was opened without being asked."""
        session, item, text = self._session, self._session.item, self._session.text
        if item is None or session.project is None or session.project.read_only:
            return False
        wanted = session.settings.flag("text.suggest_opened")
        return wanted and item.status in OPEN and 0 < len(text or "") <= BIG

    def _learn(self) -> None:
        """Learn from what was tagged and judged since the sources were read."""
        project, text = self._session.project, self._text
        news, self._news = self._news, []
        learned = self._sources.learned if self._sources is not None else None
        if not news or learned is None or project is None or text is None:
            return
        from annolab.tasks.suggest import take

        labels = {label.id: label.name for label in project.schema.labels}
        people = {a.id for a in project.annotators() if a.kind is AnnotatorKind.HUMAN}
        for before, after in news:
            for mark, count in ((before, -1), (after, 1)):
                if mark is not None:
                    take(learned, text, mark, labels, people, count)

    # Of the whole text

    def start(self, *, quiet: bool = False) -> None:
        """Suggest in the open text; what is found comes as an edit."""
        session = self._session
        project, item, text = session.project, session.item, session.text
        if project is None or item is None or text is None or self._busy:
            return
        from annolab.tasks.suggest import rules_of

        rules = rules_of(project)
        if rules != self._rules:
            self.forget()
            self._rules = rules
        self._learn()
        marks = session.annotations()
        self._busy, self._quiet = True, quiet
        task = partial(_suggest, project, item, text, marks, self._sources)
        self._jobs.start(task).finished.connect(self._end)

    def _end(self) -> None:
        self._busy = False
        if self._next and self._is_wanted():
            self.start(quiet=True)
        self._next = False

    def _take(self, result: tuple[Item, Sources, list[Found]]) -> None:
        item, sources, found = result
        new, self._sources = sources is not self._sources, sources
        project, held = self._session.project, self._session.item
        if project is None or held is None or held.id != item.id:
            return
        if not self._seen:
            self._seen = {mark.id: mark for mark in self._session.annotations()}
        edit, lost = suggestions_edit(project, item, found)
        if edit.changes:
            self.edit_requested.emit(edit)
        sentences = [*sources.problems] if new or not self._quiet else []
        if not edit.changes and not self._quiet:
            sentences.append(self.tr("Nothing more is suggested in this text."))
        if lost and (new or not self._quiet):
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
