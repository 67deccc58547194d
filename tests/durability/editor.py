"""The program that gets killed: random edits, each acknowledged when committed.

    python -m tests.durability.editor PROJECT SEED [bulk]

Writes a line to standard output after every commit: the number of edits that
can be undone and a digest of all the project holds. It runs until it is killed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Geometry, Keyframe, Polygon, Track
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.store.project import Project, open_project
from tests.durability.digest import Content


def main() -> None:
    """Edit for ever."""
    path, seed = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    with open_project(path, annotator="anna") as project:
        project.merge_ms = -1
        content = Content(project)
        project.subscribe(content.follow)
        depth = sum(step.done for step in project.history(1_000_000))
        for change in edits(project, content, chance, bulk="bulk" in sys.argv):
            depth += change
            sys.stdout.write(f"{depth} {content.digest}\n")
            sys.stdout.flush()


def edits(
    project: Project, content: Content, chance: random.Random, *, bulk: bool
) -> Iterator[int]:
    """Make a random change; yield how many more edits can be undone now."""
    while True:
        kind = chance.random()
        if kind < 0.1 and project.undo() is not None:
            yield -1
        elif kind < 0.15 and project.redo() is not None:
            yield 1
        elif bulk and kind < 0.2:
            import_some(project, chance)
            yield 1
        elif project.apply(any_edit(project, content, chance)).edit_id:
            yield 1


def import_some(project: Project, chance: random.Random) -> None:
    """A small import, in several transactions."""
    with project.bulk("Import") as bulk:
        for _ in range(chance.randrange(1, 40)):
            item = Item(id=bulk.new_id(), path=f"{bulk.new_id()}", media=Media.IMAGE)
            bulk.add(item)
            mark = a_mark(project, item, chance)
            bulk.add(replace(mark, id=bulk.new_id(), annotator_id=bulk.annotator.id))
            if chance.random() < 0.2:
                bulk._flush()


def any_edit(project: Project, content: Content, chance: random.Random) -> Edit:
    """An edit of a random kind that fits what is there."""
    items, marks = tuple(content.items.values()), tuple(content.marks.values())
    kind = chance.random()
    if not items or kind < 0.1:
        item = Item(id=new_id(), path=f"{new_id()}", media=Media.IMAGE)
        return Edit("Add item", (Change(None, item),))
    item = chance.choice(items)
    if not marks or kind < 0.5:
        return Edit("Draw", (Change(None, a_mark(project, item, chance)),), item.id)
    mark = chance.choice(marks)
    if kind < 0.6:
        return Edit("Delete", (Change(mark, None),), mark.item_id)
    if kind < 0.65:
        return Edit("Remove item", (Change(item, None),))
    if kind < 0.75:
        status = chance.choice(list(Status))
        return Edit("Status", (Change(item, replace(item, status=status)),))
    changed = replace(
        mark,
        geometry=shape(chance) if kind < 0.9 else mark.geometry,
        attributes={**mark.attributes, f"key {chance.randrange(5)}": chance.random()},
        status=chance.choice(list(AnnotationStatus)),
    )
    return Edit("Change", (Change(mark, changed),), mark.item_id)


def a_mark(project: Project, item: Item, chance: random.Random) -> Annotation:
    """A new mark of the annotator."""
    return Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=project.annotator.id,
        geometry=shape(chance),
        attributes={"sure": chance.random() < 0.5},
    )


def shape(chance: random.Random) -> Geometry:
    """A box, a polygon or a track."""
    x, y, w, h = (chance.uniform(0, 100) for _ in range(4))
    box = Box(x, y, w, h)
    kind = chance.randrange(3)
    if kind == 0:
        return box
    if kind == 1:
        return Polygon.of([chance.uniform(0, 100) for _ in range(60)])
    return Track(tuple(Keyframe(n, box) for n in range(chance.randrange(1, 5))))


if __name__ == "__main__":
    main()
