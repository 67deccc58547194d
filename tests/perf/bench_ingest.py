"""Adding a large folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from annolab.model.order import natural_key
from annolab.store.project import create_project
from annolab.tasks.ingest import add_paths
from tests.perf.coco_data import FOLDER
from tests.perf.table import Row, best_of, duration

FILES = 100_000
CLIPS = 10_000


def rows() -> Iterator[Row]:
    """From naming the folder to a list that can be worked on."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        media = Path(name, "media")
        media.mkdir()
        for number in range(FILES):
            (media / f"frame_{number}.jpg").touch()
        listed = best_of(lambda: _list(media), repeat=3)
        projects = (Path(name, f"{number}.annolab") for number in range(3))
        added = best_of(lambda: _add(next(projects), media), repeat=3)
        yield Row(
            f"{FILES:,} files added",
            duration(added),
            f"{duration(listed)} (the folder listed and sorted)",
            added / listed,
            "<= 1.00 s",
            added <= 1,
        )
    yield _clips()


def _clips() -> Row:
    """Short sounds: how long until length and rate of all are known."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        media = Path(name, "media")
        media.mkdir()
        soundfile.write(media / "clip_0.wav", np.zeros(800), 16000)
        data = (media / "clip_0.wav").read_bytes()
        paths = [media / f"clip_{number}.wav" for number in range(CLIPS)]
        for path in paths:
            path.write_bytes(data)
        opened = best_of(lambda: [soundfile.info(path) for path in paths], repeat=3)
        projects = (Path(name, f"{number}.annolab") for number in range(3))
        added = best_of(lambda: _add(next(projects), media, sizes=True), repeat=3)
    return Row(
        f"{CLIPS:,} clips added, lengths read",
        duration(added),
        f"{duration(opened)} (every header read by soundfile)",
        added / opened,
        "<= 4.00",
        added <= 4 * opened,
    )


def _list(folder: Path) -> list[str]:
    return sorted((path.name for path in folder.iterdir()), key=natural_key)


def _add(path: Path, media: Path, *, sizes: bool = False) -> None:
    project = create_project(path)
    try:
        add_paths(project, [media], sizes=sizes)
    finally:
        project.close()
