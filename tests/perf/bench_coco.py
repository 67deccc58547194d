"""COCO of val2017 size, in and out."""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from annolab.store.project import create_project, open_project
from annolab.tasks.transfer import export_dataset, import_dataset
from tests.perf.coco_data import VAL, coco_file
from tests.perf.table import Row, best_of, duration


def rows() -> Iterator[Row]:
    """Import, export, both against parsing and writing; and what came back."""
    yield from measured(*VAL, repeat=3, most=3.0)


def measured(
    images: int, annotations: int, *, repeat: int, most: float | None = None
) -> Iterator[Row]:
    """The rows for one size of file."""
    source = coco_file(images, annotations)
    size = f"COCO of {annotations:,} annotations"
    with tempfile.TemporaryDirectory(dir=source.parent) as name:
        folder = Path(name)
        projects = (folder / f"{number}.annolab" for number in range(repeat))
        target = folder / "out.json"
        read = _best(lambda: _import(next(projects), source), repeat)
        written = _best(lambda: _export(folder / "0.annolab", target), repeat)
        memory = _peak_memory()
        parsed = _best(lambda: json.loads(source.read_bytes()), repeat)
        data = json.loads(source.read_bytes())
        dumped = _best(partial(_dump, data, folder / "peer.json"), repeat)
        yield _row(f"{size}: import", read, parsed, "json.loads")
        yield _row(f"{size}: export", written, dumped, "json.dump")
        yield _row(
            f"{size}: import + export", read + written, parsed + dumped, "both", most
        )
        same = json.loads(target.read_bytes()) == data
        yield Row(
            f"{size}: export equal to the source",
            "equal" if same else "NOT equal",
            "field for field",
            met=same,
        )
        data = None
        loaded = _best(lambda: _pycocotools(source), repeat)
        yield _row(f"{size}: import", read, loaded, "pycocotools load")
        file_size = source.stat().st_size / 2**20
        yield Row(
            f"{size}: most memory in use",
            f"{memory:.0f} MiB",
            f"{file_size:.0f} MiB (the file)",
            memory / file_size,
        )


def _best(function: Callable[[], object], repeat: int) -> float:
    return best_of(function, repeat=repeat)


def _row(
    what: str, ours: float, theirs: float, peer: str, most: float | None = None
) -> Row:
    ratio = ours / theirs
    limit = "" if most is None else f"<= {most:g}x"
    met = None if most is None else ratio <= most
    return Row(what, duration(ours), f"{duration(theirs)} ({peer})", ratio, limit, met)


def _import(path: Path, source: Path) -> None:
    project = create_project(path)
    try:
        import_dataset(project, source, "coco")
    finally:
        project.close()


def _export(path: Path, target: Path) -> None:
    project = open_project(path, read_only=True)
    try:
        export_dataset(project, "coco", target)
    finally:
        project.close()


def _dump(data: object, target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        file.write(json.dumps(data))


def _pycocotools(source: Path) -> None:
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        COCO(str(source))


def _peak_memory() -> float:
    """The most memory this process had so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
