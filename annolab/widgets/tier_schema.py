"""Tiers of the whole project: renamed, put under one another, deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QInputDialog

from annolab import edits, tier_edits
from annolab.model.edit import Edit
from annolab.model.schema import Tier, TierKind
from annolab.widgets import worker
from annolab.widgets.controls import column, label, push_button, row
from annolab.widgets.tier_shell import TierShell

if TYPE_CHECKING:
    from annolab.errors import AnnoLabError
    from annolab.jobs import Progress
    from annolab.store.project import Project


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deletes a tier, and how much goes with it."""

    tier: Tier
    edit: Edit
    marks: int
    sounds: int


def rename(area: TierShell) -> None:
    """Ask for another name of the current tier."""
    tier = area.tier
    if tier is None:
        return
    question = area.tr("Name of the tier, on all sounds of the project")
    name, ok = QInputDialog.getText(
        area, area.tr("Rename tier"), question, text=tier.name
    )
    if ok and name.strip() and name.strip() != tier.name:
        after = replace(tier, name=name.strip())
        area.ask(edits.redeclare(area.session.schema, tier, after))


def choose_parent(area: TierShell) -> None:
    """Ask under which interval tier the current tier lies."""
    tier = area.tier
    if tier is None:
        return
    choices: dict[str, int | None] = {area.tr("No tier"): None}
    for other in area.session.schema.tiers:
        if other.kind is TierKind.INTERVAL and other.id != tier.id:
            name, number = other.name, 1
            while name in choices:
                number += 1
                name = f"{other.name} ({number})"
            choices[name] = other.id
    held = list(choices.values())
    place = held.index(tier.parent_id) if tier.parent_id in held else 0
    question = area.tr("{} lies under, on all sounds of the project").format(tier.name)
    title = area.tr("Tier above")
    names = list(choices)
    name, ok = QInputDialog.getItem(area, title, question, names, place, editable=False)
    if ok and choices[name] != tier.parent_id:
        after = replace(tier, parent_id=choices[name])
        area.ask(edits.redeclare(area.session.schema, tier, after))


def delete(area: TierShell) -> None:
    """Find what lies on the current tier in a worker, then ask."""
    tier, project = area.tier, area.session.project
    if tier is None or project is None:
        return
    task = partial(find_deletion, project, tier)

    def refused(error: AnnoLabError) -> None:
        area.problem_found.emit(str(error))

    worker.run(area, task, partial(_confirm, area), refused)


def find_deletion(project: Project, tier: Tier, progress: Progress) -> Deletion:
    """What deletes a tier of a project. UserError when a mark on it is locked."""
    marks, arcs = [], []
    with project.snapshot() as snapshot:
        for number, mark in enumerate(snapshot.iter_annotations()):
            if number % 1024 == 0:
                progress.step(number)
            if mark.tier_id == tier.id:
                marks.append(mark)
        tier_edits.spare_locked(marks)
        for item_id in dict.fromkeys(mark.item_id for mark in marks):
            arcs += snapshot.relations(item_id)
        items = [item for item in snapshot.items() if tier.id in item.tiers]
        edit = edits.delete_tier(
            snapshot.schema, tier, annotations=marks, relations=arcs, items=items
        )
    sounds = {mark.item_id for mark in marks} | {item.id for item in items}
    return Deletion(tier, edit, len(marks), len(sounds))


def _confirm(area: TierShell, found: Deletion) -> None:
    dialog = DeleteTierDialog(area, found)
    dialog.confirmed.connect(lambda: area.ask(found.edit))
    dialog.open()


class DeleteTierDialog(QDialog):
    """Says what goes with a tier before it is deleted."""

    confirmed = Signal()

    def __init__(self, area: TierShell, found: Deletion) -> None:
        super().__init__(area)
        self.setWindowTitle(self.tr("Delete tier {}").format(found.tier.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        said = self.tr(
            "Intervals and points on it: {}. Sounds that have it: {}. All of it is "
            "deleted; Undo brings it back."
        )
        counts = (f"{found.marks:,}", f"{found.sounds:,}")
        self.text = label(said.format(*counts), wrap=True)
        self.go_button = push_button(self.tr("Delete"))
        self.go_button.clicked.connect(self.confirmed)
        self.go_button.clicked.connect(self.accept)
        keep = push_button(self.tr("Keep"))
        keep.setDefault(True)
        keep.clicked.connect(self.reject)
        buttons = row(keep, self.go_button)
        buttons.insertStretch(0, 1)
        layout = column(
            label(self.windowTitle(), "large"), self.text, spacing=12, margin=20
        )
        layout.addLayout(buttons)
        self.setLayout(layout)
