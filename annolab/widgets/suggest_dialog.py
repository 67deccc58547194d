"""Asks where suggestions for texts come from; every change is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from annolab.errors import UserError
from annolab.model.substitution import Substitution
from annolab.tasks.suggest import (
    Gazetteer,
    Pattern,
    Rules,
    rules_of,
    set_rules,
    suggest_items,
)
from annolab.widgets.controls import (
    Elided,
    clear,
    column,
    counted,
    label,
    push_button,
    row,
    size_on_screen,
    tool_button,
)
from annolab.widgets.session import Session
from annolab.widgets.task_dialog import TaskDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.jobs import Progress
    from annolab.store.filters import Filter
    from annolab.store.project import Project

LISTS = "Lists of terms (*.txt *.csv *.tsv);;All files (*)"
BASES = "Knowledge bases (*.csv *.tsv *.jsonl *.ndjson);;All files (*)"
FIELD = 160


class SuggestDialog(TaskDialog):
    """The rules of the project, and a button that suggests in all listed texts."""

    def __init__(self, parent: QWidget, session: Session, where: Filter) -> None:
        """`where`: the texts that are listed."""
        super().__init__(
            parent, parent.tr("Suggestions"), parent.tr("Suggest in all listed texts")
        )
        size_on_screen(self, 680, 600)
        self._session = session
        self._where = where
        self.learn = QCheckBox(self.tr("Suggest what was tagged before"))
        self.learn.clicked.connect(lambda on: self._keep(learn=bool(on)))
        self.sections = column(spacing=20)
        inside = column(self.learn, spacing=20)
        inside.addLayout(self.sections)
        inside.addStretch(1)
        inside.setContentsMargins(0, 0, 12, 0)
        body = QWidget()
        body.setObjectName("form")
        body.setLayout(inside)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        self.body.insertWidget(1, scroll, 1)
        self.learn.setFocus()
        self.close_button.setText(self.tr("Close"))
        self.fill()

    def _rules(self) -> Rules:
        project = self._session.project
        return Rules() if project is None else rules_of(project)

    def _keep(
        self,
        *,
        learn: bool | None = None,
        gazetteers: Sequence[Gazetteer] | None = None,
        patterns: Sequence[Pattern] | None = None,
        knowledge: Sequence[str] | None = None,
    ) -> None:
        """Write rules with some of them changed, and show them."""
        rules = self._rules()
        if learn is not None:
            rules = replace(rules, learn=learn)
        if gazetteers is not None:
            rules = replace(rules, gazetteers=tuple(gazetteers))
        if patterns is not None:
            rules = replace(rules, patterns=tuple(patterns))
        if knowledge is not None:
            rules = replace(rules, knowledge=tuple(knowledge))
        project = self._session.project
        if project is not None and rules != rules_of(project):
            self._session.apply(set_rules(project, rules))
        self.fill()

    def fill(self) -> None:
        """Show the rules as they are in the project."""
        rules = self._rules()
        self.say("")
        self.learn.setChecked(rules.learn)
        clear(self.sections)
        self._section(
            self.tr("Lists of terms"),
            self.tr("A term a line, or a table with the columns term, label and id."),
            [self._gazetteer(rules, n) for n in range(len(rules.gazetteers))],
            (self.tr("Add list…"), self._add_gazetteer),
        )
        self._section(
            self.tr("Patterns"),
            self.tr("Regular expressions whose matches bear a label."),
            [self._pattern(rules, n) for n in range(len(rules.patterns))],
            (self.tr("Add pattern"), self._add_pattern),
        )
        self._section(
            self.tr("Knowledge base"),
            self.tr("Ids with names and aliases, to link spans to: CSV or JSON lines."),
            [self._base(rules, n) for n in range(len(rules.knowledge))],
            (self.tr("Add file…"), self._add_base),
        )

    def _section(
        self,
        title: str,
        doc: str,
        rows: Sequence[QWidget],
        add: tuple[str, Callable[[], None]],
    ) -> None:
        part = column(label(title, "head"), label(doc, "small", wrap=True), spacing=6)
        for one in rows:
            part.addWidget(one)
        button = push_button(add[0])
        button.clicked.connect(add[1])
        part.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        box = QWidget()
        box.setLayout(part)
        self.sections.addWidget(box)

    def _labels(self, chosen: str, changed: Callable[[str], None]) -> QComboBox:
        box = QComboBox()
        box.setFixedWidth(FIELD)
        names = [held.name for held in self._session.schema.labels if not held.retired]
        box.addItems(names if chosen in names else [chosen, *names])
        box.setCurrentText(chosen)
        box.setAccessibleName(self.tr("Label"))
        box.textActivated.connect(changed)
        return box

    def _line(self, *widgets: QWidget, remove: Callable[[], None]) -> QWidget:
        button = tool_button("x", self.tr("Remove"))
        button.clicked.connect(remove)
        layout = row(*widgets, button)
        layout.setStretch(0, 1)
        line = QWidget()
        line.setLayout(layout)
        return line

    def _gazetteer(self, rules: Rules, n: int) -> QWidget:
        held = list(rules.gazetteers)

        def relabel(name: str) -> None:
            held[n] = replace(held[n], label=name)
            self._keep(gazetteers=held)

        return self._line(
            Elided(held[n].path),
            self._labels(held[n].label, relabel),
            remove=lambda: self._keep(gazetteers=held[:n] + held[n + 1 :]),
        )

    def _pattern(self, rules: Rules, n: int) -> QWidget:
        held = list(rules.patterns)
        field = QLineEdit(held[n].expression)
        field.setPlaceholderText(self.tr(r"e.g. \d{1,2}\.\d{1,2}\.\d{4}"))
        field.setAccessibleName(self.tr("Regular expression"))

        def rewrite() -> None:
            text = field.text()
            try:
                Substitution(text, expression=True).matcher()
            except UserError as error:
                self.say(str(error))
                return
            held[n] = replace(held[n], expression=text)
            self._keep(patterns=held)

        def relabel(name: str) -> None:
            held[n] = replace(held[n], label=name)
            self._keep(patterns=held)

        field.editingFinished.connect(rewrite)
        return self._line(
            field,
            self._labels(held[n].label, relabel),
            remove=lambda: self._keep(patterns=held[:n] + held[n + 1 :]),
        )

    def _base(self, rules: Rules, n: int) -> QWidget:
        held = list(rules.knowledge)
        return self._line(
            Elided(held[n]),
            remove=lambda: self._keep(knowledge=held[:n] + held[n + 1 :]),
        )

    def _add_gazetteer(self) -> None:
        names = self._session.schema.labels
        first = names[0].name if names else ""
        if name := self._choose(self.tr("List of terms"), LISTS):
            self._keep(gazetteers=[*self._rules().gazetteers, Gazetteer(name, first)])

    def _add_pattern(self) -> None:
        names = self._session.schema.labels
        if not names:
            self.say(self.tr("Add a label first: its matches are to bear it."))
            return
        self._keep(patterns=[*self._rules().patterns, Pattern(names[0].name, r"\d+")])

    def _add_base(self) -> None:
        if name := self._choose(self.tr("Knowledge base"), BASES):
            self._keep(knowledge=[*self._rules().knowledge, name])

    def _choose(self, title: str, kinds: str) -> str:
        """A file the user names; its folder may be followed from now on."""
        project = self._session.project
        name, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if not name or project is None:
            return ""
        project.named.add(Path(name).parent)
        try:
            return Path(name).relative_to(project.path.absolute().parent).as_posix()
        except ValueError:
            return name

    def go(self) -> None:
        """Suggest in a worker, then say how much was found."""
        project = self._session.project
        if project is not None:
            task = partial(_suggest, project, self._where)
            self.run(self.tr("Suggesting"), task, self._done)

    def _done(self, report: Report) -> None:
        found = counted(report.written, "suggestion", "suggestions")
        texts = counted(report.read, "text", "texts")
        self.report(self.tr("{} in {}.").format(found, texts), report)


def _suggest(project: Project, where: Filter, progress: Progress) -> Report:
    return suggest_items(project, where, progress=progress)
