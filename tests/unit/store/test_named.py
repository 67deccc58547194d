"""Which folders of media may be followed: those that the user has named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FolderNotNamed
from annolab.model.edit import Change, Edit
from annolab.model.item import Item, Media
from annolab.store.named import NamedFolders, named_folders_file
from annolab.store.project import Project, create_project, open_project


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "named.json"


def test_the_folder_of_the_project_needs_no_name(tmp_path: Path) -> None:
    project = tmp_path / "work" / "a.annolab"
    named = NamedFolders()
    assert named.allow(tmp_path / "work", project)
    assert named.allow(tmp_path / "work" / "photos", project)
    assert not named.allow(tmp_path, project)
    assert not named.allow(tmp_path / "works", project)
    assert not named.allow(tmp_path / "work" / ".." / "else", project)


def test_a_name_counts_for_all_below_and_everywhere(tmp_path: Path, file: Path) -> None:
    project = tmp_path / "work" / "a.annolab"
    NamedFolders(file).add(tmp_path / "photos")
    again = NamedFolders(file)
    assert again.allow(tmp_path / "photos" / "2026", project)
    assert not again.allow(tmp_path / "photos2", project)
    assert again.allow(tmp_path / "photos", tmp_path / "other" / "b.annolab")


def test_what_another_window_names_counts_at_once(tmp_path: Path, file: Path) -> None:
    project = tmp_path / "work" / "a.annolab"
    here, there = NamedFolders(file), NamedFolders(file)
    assert not here.allow(tmp_path / "x", project)
    there.add(tmp_path / "x")
    assert here.allow(tmp_path / "x", project)
    here.add(tmp_path / "y")
    assert NamedFolders(file).folders == (str(tmp_path / "x"), str(tmp_path / "y"))


def test_a_larger_folder_takes_the_place_of_those_below(
    tmp_path: Path, file: Path
) -> None:
    named = NamedFolders(file)
    named.add(tmp_path / "a" / "b")
    named.add(tmp_path / "a")
    named.add(tmp_path / "a" / "c")
    assert named.folders == (str(tmp_path / "a"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"folders": 7}',
        '{"folders": [1, null, "rel"]}',
        "[" * 9999,
    ],
)
def test_a_damaged_list_allows_nothing(tmp_path: Path, file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    named = NamedFolders(file)
    assert named.folders == ()
    assert not named.allow(tmp_path / "x", tmp_path / "work" / "a.annolab")
    named.add(tmp_path / "x")
    assert json.loads(file.read_text()) == {"folders": [str(tmp_path / "x")]}


paths = st.lists(st.sampled_from(["a", "b", "ab", "."]), max_size=4).map(
    lambda parts: os.path.normpath("/" + "/".join(parts))
)


@given(st.lists(paths, max_size=4), paths)
def test_a_folder_counts_for_what_begins_with_its_name(
    folders: list[str], asked: str
) -> None:
    named = NamedFolders()
    for folder in folders:
        named.add(Path("/named" + folder))
    below = any(f"/named{asked}/".startswith(f"/named{f}/") for f in folders)
    below = below or "/" in folders  # "/named/" has its separator already
    project = Path("/elsewhere/p.annolab")
    assert named.allow(Path("/named" + asked), project) == below
    assert named.reach(Path("/named" + asked, "a.jpg"), project) == below


def test_all_counts_when_the_disk_is_named(tmp_path: Path) -> None:
    named = NamedFolders()
    named.add(tmp_path)
    named.add(Path(tmp_path.anchor))
    assert named.folders == (tmp_path.anchor,)
    assert named.allow(tmp_path / "x", Path("/nowhere/p.annolab"))


def test_a_file_that_becomes_a_link_is_seen(tmp_path: Path) -> None:
    work, file = tmp_path / "work", tmp_path / "work" / "a.jpg"
    work.mkdir()
    file.touch()
    (tmp_path / "secret.jpg").touch()
    named, project = NamedFolders(), work / "a.annolab"
    assert named.reach(file, project)
    file.unlink()
    file.symlink_to(tmp_path / "secret.jpg")
    assert not named.reach(file, project)
    assert named.allow(work, project)


def test_a_link_leads_to_where_it_leads(tmp_path: Path) -> None:
    work, secret = tmp_path / "work", tmp_path / "secret"
    work.mkdir()
    secret.mkdir()
    (work / "link").symlink_to(secret)
    project = work / "a.annolab"
    assert not NamedFolders().allow(work / "link", project)
    named = NamedFolders()
    named.add(secret)
    assert named.allow(work / "link", project)


def test_a_folder_named_by_a_link_may_be_reached_by_its_own_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    named = NamedFolders()
    named.add(tmp_path / "link")
    project = tmp_path / "work" / "a.annolab"
    assert named.allow(tmp_path / "disk", project)
    assert named.allow(tmp_path / "link", project)


def test_nothing_of_a_folder_that_is_not_named_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = os.path.realpath

    def look(path: str) -> str:
        looked.append(path)
        return real(path)

    monkeypatch.setattr(os.path, "realpath", look)
    project = tmp_path / "work" / "a.annolab"
    assert not NamedFolders().allow(Path("//server/share"), project)
    assert not any("server" in path for path in looked)


def made(path: Path, folder: Path) -> Project:
    """A project with one item in a folder outside."""
    project = create_project(path)
    root = project.add_root(folder)
    item = Item(id=1, path="a.jpg", media=Media.IMAGE, root_id=root.id)
    project.apply(Edit("Add", (Change(None, item),)))
    return project


def test_a_project_from_elsewhere_has_to_ask(tmp_path: Path) -> None:
    folder = tmp_path / "outside"
    folder.mkdir()
    (tmp_path / "work").mkdir()
    with made(tmp_path / "work" / "a.annolab", folder) as project:
        item = project.items()[0]
        assert project.media_path(item) == folder / "a.jpg"
        assert project.refused_folders() == []
    named_folders_file().unlink()  # on another computer
    with open_project(tmp_path / "work" / "a.annolab") as project:
        with pytest.raises(FolderNotNamed, match="have not named"):
            project.media_path(item)
        assert project.refused_folders() == [folder]
        with project.snapshot() as snapshot, pytest.raises(FolderNotNamed):
            snapshot.media_path(item)
        project.named.add(folder)
        assert project.media_path(item) == folder / "a.jpg"
        assert [root.id for root in project.allowed_roots()] == [0, item.root_id]


def test_a_link_that_came_with_a_project_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "a.jpg").write_bytes(b"secret")
    media = tmp_path / "work" / "media"
    media.mkdir(parents=True)
    (media / "a.jpg").symlink_to(tmp_path / "private" / "a.jpg")
    with made(tmp_path / "work" / "a.annolab", media) as project:
        item = project.items()[0]
        assert project.media_path(item) == media / "a.jpg"  # the user's own link
    named_folders_file().unlink()  # on another computer
    with open_project(tmp_path / "work" / "a.annolab") as project:
        assert project.refused_folders() == []
        with pytest.raises(FolderNotNamed, match="link"):
            project.media_path(item)
        project.named.add(media)
        assert project.media_path(item) == media / "a.jpg"
