"""A small project, and the things to put into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from annolab.store.project import Project, create_project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.annolab"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with create_project(path, annotator="anna") as made:
        yield made
