"""Which item a path means."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.model.item import Media
from annolab.store.project import Project, create_project
from annolab.tasks.ingest import add_paths
from annolab.tasks.places import ItemFinder, Places

Draw = Callable[..., Path]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project that examples of hypothesis may share: they add roots only."""
    with create_project(tmp_path_factory.mktemp("shared") / "p.annolab") as project:
        yield project


PARTS = st.sampled_from(["a", "b.png", "..", ".", "", "C:", "\\", "~", "é", "\0", " "])


@given(st.lists(PARTS, min_size=1, max_size=6).map("/".join))
def test_a_new_item_never_lies_outside(shared: Project, path: str) -> None:
    base = shared.path.parent / "data" / "set"
    try:
        root_id, below, there = ItemFinder(shared, base).place(path)
    except UserError:
        return
    (root,) = [root for root in shared.roots() if root.id == root_id]
    folder = os.path.normpath(shared.path.parent / root.path)
    full = os.path.normpath(f"{folder}/{below}")
    assert full.startswith(str(shared.path.parent) + "/")
    assert below == posixpath.normpath(below)
    assert ".." not in below.split("/")
    assert not there


def test_a_path_outside_is_not_even_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def look(path: str) -> bool:
        looked.append(path)
        return False

    for name in ("exists", "isfile"):
        monkeypatch.setattr(os.path, name, look)
    with create_project(tmp_path / "p.annolab") as project:
        finder = ItemFinder(project, tmp_path / "set")
        for path in ("/elsewhere/a\\b.png", "//server\\share/b.png"):
            with pytest.raises(UserError, match="leads out"):
                finder.place(path)
            assert finder.find(path) == (None, False)
        assert looked == []
        finder.place("a\\b.png")
        assert str(tmp_path / "set" / "a\\b.png") in looked


@given(st.lists(PARTS, min_size=1, max_size=6).map("/".join))
def test_a_new_companion_never_lies_outside(shared: Project, path: str) -> None:
    base = shared.path.parent / "data" / "set"
    finder = ItemFinder(shared, base)
    try:
        assert finder.companion(path, Media.AUDIO) == (None, False)
        root_id, below, there = finder.companion_place(path, Media.AUDIO)
    except UserError:
        return
    (root,) = [root for root in shared.roots() if root.id == root_id]
    folder = os.path.normpath(shared.path.parent / root.path)
    full = os.path.normpath(f"{folder}/{below}")
    assert full.startswith(str(shared.path.parent) + "/")
    assert ".." not in below.split("/")
    assert not there


def test_files_beside_the_project_need_no_root(project: Project, draw: Draw) -> None:
    beside = draw("work/a.png")
    places = Places(project)
    places.add(str(beside.parent))
    assert places.folder(str(beside.parent)) == (0, "")
    assert [root.id for root in project.roots()] == [0]


def test_a_folder_beside_the_project_is_a_root(project: Project, draw: Draw) -> None:
    inside = draw("work/photos/deep/a.png")
    places = Places(project)
    places.add(str(inside.parent.parent))
    places.add(str(inside.parent))
    root_id, above = places.folder(str(inside.parent))
    assert (root_id != 0, above) == (True, "deep/")
    assert [root.path for root in project.roots()] == [".", "photos"]
    assert places.locate(str(inside)) == (root_id, "deep/a.png")


def test_the_innermost_root_counts(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    inner = draw("data/one/a.png")
    add_paths(project, [inner.parent])
    draw("data/b.png")
    add_paths(project, [tmp_path / "data"])
    found = {item.path: item.root_id for item in project.items()}
    finder = ItemFinder(project, tmp_path / "data")
    item, sure = finder.find("one/a.png")
    assert item is not None
    assert sure
    assert item.root_id == found["a.png"]


def test_an_unknown_folder_is_a_bug(project: Project) -> None:
    with pytest.raises(ValueError, match="lies in no root"):
        Places(project).folder("/nowhere/at/all")


def test_two_candidates_are_none(project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("data/one/a.png")
    add_paths(project, [draw("data/two/a.png").parent.parent])
    finder = ItemFinder(project, tmp_path / "notes")
    assert finder.find("a.png") == (None, False)
    item, sure = finder.find("two/a.png")
    assert item is not None
    assert (item.path, sure) == ("two/a.png", True)
