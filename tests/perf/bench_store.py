"""The project file: one edit, and a list of 1,000,000 items."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label
from annolab.store.filters import Filter, Order
from annolab.store.project import Project, create_project, open_project
from tests.perf.coco_data import FOLDER
from tests.perf.table import Row, best_of, duration, percentile

ITEMS = 1_000_000
MARKED = 20  # every so many items has an annotation
PAGE = 60
EDITS = 1_000


def rows() -> Iterator[Row]:
    """Edits first, then the long list."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        yield from _edits(Path(folder))
    yield from _million()


def _edits(folder: Path) -> Iterator[Row]:
    floor = _plain_commits(folder / "plain.db")
    project = create_project(folder / "edits.annolab")
    try:
        times = _commits(project)
    finally:
        project.close()
    for share, most in ((0.5, 2e-3), (0.95, None)):
        ours, theirs = percentile(times, share), percentile(floor, share)
        yield Row(
            f"one edit committed, p{share * 100:.0f}",
            duration(ours),
            f"{duration(theirs)} (SQLite, one row, as durable)",
            ours / theirs,
            "" if most is None else f"<= {duration(most)}",
            None if most is None else ours <= most,
        )


def _commits(project: Project) -> list[float]:
    """The times of adding, moving and deleting boxes, each its own commit."""
    with project.bulk("Items") as bulk:
        label = Label(id=bulk.new_id(), name="car", color="#ffb000")
        item = Item(id=bulk.new_id(), path="a.jpg", media=Media.IMAGE)
        bulk.add(label)
        bulk.add(item)
    times = []
    for number in range(EDITS // 2):
        mark = Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=Box(number, 10, 50, 40),
            label_id=label.id,
        )
        for edit in (edits.add([mark]), edits.move([mark], 5, 5)):
            start = time.perf_counter()
            project.apply(edit)
            times.append(time.perf_counter() - start)
    return times


def _plain_commits(path: Path) -> list[float]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c, d)")
    times = []
    for number in range(EDITS):
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t VALUES (?, 1.0, 2.0, 3.0, 4.0)", (number,))
        connection.execute("COMMIT")
        times.append(time.perf_counter() - start)
    connection.close()
    return times


def _million() -> Iterator[Row]:
    path = _large_project()

    def reopen() -> None:
        open_project(path).close()

    opened = best_of(reopen, repeat=3)
    yield _limit("1,000,000 items: open", opened, 1.0)
    project = open_project(path, read_only=True)
    try:
        yield from _lists(project)
    finally:
        project.close()


def _lists(project: Project) -> Iterator[Row]:
    label = project.schema.labels[0].id
    paths = [f"street/{n // 1000:03d}/frame_{n:07d}.jpg" for n in range(ITEMS)]
    scan = best_of(lambda: [p for p in paths if "777" in p], repeat=3)
    for what, where in (
        ("all", Filter()),
        ("by name", Filter(name="777")),
        ("by status", Filter(status=Status.DONE)),
        ("by label", Filter(label_id=label)),
        ("by name and status", Filter(name="7", status=Status.DONE)),
    ):
        took = best_of(partial(project.item_ids, where), repeat=3)
        yield _limit(
            f"1,000,000 items: filter {what}",
            took,
            0.2,
            scan,
            "the names alone, a Python list",
        )
    took = best_of(lambda: project.item_ids(Filter(), Order.ANNOTATIONS), repeat=3)
    yield _limit("1,000,000 items: sort by annotations", took, None)
    ids = project.item_ids()
    random.seed(1)
    times = []
    for _ in range(300):
        start = random.randrange(ITEMS - PAGE)
        page = ids[start : start + PAGE]
        times.append(_timed(partial(project.item_rows, page)))
    slow = percentile(times, 0.95)
    yield _limit(f"1,000,000 items: page of {PAGE} anywhere, p95", slow, 0.016)


def _timed(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _limit(
    what: str,
    took: float,
    most: float | None,
    peer: float | None = None,
    name: str = "",
) -> Row:
    return Row(
        what,
        duration(took),
        "" if peer is None else f"{duration(peer)} ({name})",
        None if peer is None else took / peer,
        "" if most is None else f"<= {duration(most)}",
        None if most is None else took <= most,
    )


def _large_project() -> Path:
    """A project of 1,000,000 items and 50,000 annotations; made once."""
    path = FOLDER / "million.annolab"
    if path.exists():
        return path
    draft = FOLDER / "million-draft.annolab"
    draft.unlink(missing_ok=True)
    project = create_project(draft)
    with project.bulk("Items") as bulk:
        label = Label(id=bulk.new_id(), name="car", color="#ffb000")
        bulk.add(label)
        for number in range(ITEMS):
            item = Item(
                id=bulk.new_id(),
                path=f"street/{number // 1000:03d}/frame_{number:07d}.jpg",
                media=Media.IMAGE,
                width=1920,
                height=1080,
                status=Status.DONE if number % 3 == 0 else Status.NEW,
            )
            bulk.add(item)
            if number % MARKED == 0:
                bulk.add(
                    Annotation(
                        id=bulk.new_id(),
                        item_id=item.id,
                        annotator_id=bulk.annotator.id,
                        geometry=Box(10, 10, 50, 40),
                        label_id=label.id,
                    )
                )
    project.close()
    draft.replace(path)
    return path
