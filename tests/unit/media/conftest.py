"""Films that several tests look at, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.media import films


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The film of `films.FILMS` with a name; nobody may change it."""
    folder = tmp_path_factory.mktemp("films")

    def get(name: str) -> Path:
        path = folder / name
        return path if path.exists() else films.make(folder, films.named(name))

    return get
