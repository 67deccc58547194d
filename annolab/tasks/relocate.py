"""Media have moved: point their roots to the new folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from annolab.errors import UserError
from annolab.formats.base import Problem, Report
from annolab.jobs import Progress
from annolab.model.item import Item
from annolab.store.project import Project
from annolab.tasks.check import item_pages, media_is_there
from annolab.tasks.places import root_folder


def relocate(
    project: Project, old: Path, new: Path, *, progress: Progress | None = None
) -> Report:
    """Media of folder `old` are in `new` now: move roots, and items of larger ones.

    Then look which media are there. `report.read` counts the items concerned,
    `report.written` those whose media were found, `report.skipped` those still
    missing. Raises UserError when `new` is no folder or nothing lies in `old`.
    """
    if not new.is_dir():
        message = f"The new folder {new} does not exist."
        raise UserError(message)
    above = os.path.abspath(old)
    below = above.rstrip(os.sep) + os.sep
    moved: set[int] = set()
    parts: dict[int, str] = {}
    for root in project.roots():
        folder = root_folder(project, root)
        if root.id and (folder == above or folder.startswith(below)):
            place = os.path.join(os.path.abspath(new), os.path.relpath(folder, above))
            project.set_root(root.id, Path(os.path.normpath(place)))
            moved.add(root.id)
        elif (above + os.sep).startswith(folder.rstrip(os.sep) + os.sep):
            inner = os.path.relpath(above, folder).replace(os.sep, "/")
            parts[root.id] = "" if inner == "." else inner + "/"
    move = _Move(project, new, moved, parts)
    report = move.run(progress or Progress())
    if not report.read and not moved:
        roots = ", ".join(root_folder(project, r) for r in project.roots())
        message = f"No media of the project lie in {old}; its folders are: {roots}."
        raise UserError(message)
    return report


@dataclass(slots=True)
class _Move:
    """`roots` have moved; items of `parts` do when their path begins so."""

    project: Project
    new: Path
    roots: set[int]
    parts: dict[int, str]
    target: int | None = None

    def run(self, progress: Progress) -> Report:
        """Move the items and see which media are there."""
        report = Report()
        for items in item_pages(self.project, progress, "Looking for media"):
            facts = []
            for item in items:
                after = self._moved(item)
                if after is None:
                    continue
                report.read += 1
                there = media_is_there(self.project, after)
                report.written += there
                if not there:
                    report.add(Problem("A media file is missing.", item=after.path))
                after = replace(after, missing=not there)
                if after != item:
                    facts.append(after)
            if facts:
                self.project.note_media(facts)
        return report

    def _moved(self, item: Item) -> Item | None:
        """The item in its new place; None when it is not concerned."""
        if item.root_id in self.roots:
            return item
        start = self.parts.get(item.root_id)
        if start is None or not item.path.startswith(start):
            return None
        if self.target is None:
            self.target = self.project.add_root(self.new).id
        return replace(item, root_id=self.target, path=item.path[len(start) :])
