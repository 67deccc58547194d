"""A project on a disk with pictures."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from annolab.store.project import Project, create_project

Draw = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project in a folder of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    with create_project(folder / "p.annolab") as project:
        yield project


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Makes pictures below `tmp_path`."""

    def make(name: str, width: int = 8, height: int = 6) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, height), "#336699").save(path)
        return path

    return make


@pytest.fixture
def hum(tmp_path: Path) -> Draw:
    """Makes sounds below `tmp_path`."""

    def make(name: str, seconds: float = 0.5, rate: int = 8000) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(bytes(2 * round(seconds * rate)))
        return path

    return make
