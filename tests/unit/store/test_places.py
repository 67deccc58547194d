"""Where media are, and that no path leads out of its folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.model.edit import Change, ChangeSet, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Root
from annolab.store.named import NamedFolders
from annolab.store.places import leaves_root, media_path, stored_root
from annolab.store.project import Project

NOTHING_NAMED = NamedFolders()


@pytest.mark.parametrize(
    ("folder", "stored"),
    [
        ("/data/p", "."),
        ("/data/p/images", "images"),
        ("/data/photos", "../photos"),
        ("/data/p/../photos/x", "../photos/x"),
        ("/mnt/disk", "/mnt/disk"),
    ],
)
def test_roots_are_relative_where_they_move_along(folder: str, stored: str) -> None:
    assert stored_root(Path("/data/p/a.annolab"), Path(folder)) == stored


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "..",
        "../x",
        "a/../../x",
        "a/..",
        "..\\x",
        "a\\..\\..\\x",
        "\\\\server\\share\\x",
        "\\x",
        "C:\\x",
        "c:x",
        "C:/x",
        "a\0b",
    ],
)
def test_a_path_that_leaves_its_root_is_refused(path: str) -> None:
    assert leaves_root(path)
    with pytest.raises(UserError, match="leads out"):
        media_path(Path("/p/a.annolab"), Root(0, "."), path, NOTHING_NAMED)


@pytest.mark.parametrize(
    "path", ["a", "a/b.jpg", "...", "a..b", "ü/ñ.jpg", "a b", "~", "a/~/b", ".hidden"]
)
def test_other_paths_stay_inside(path: str) -> None:
    found = media_path(Path("/p/a.annolab"), Root(0, "media"), path, NOTHING_NAMED)
    assert found == Path("/p/media") / path


@given(st.text(st.sampled_from("./\\:aC~\0"), max_size=8))
def test_whatever_is_let_through_stays_inside(path: str) -> None:
    if leaves_root(path):
        return
    found = media_path(Path("/p/a.annolab"), Root(0, "."), path, NOTHING_NAMED)
    assert Path("/p") in (found, *found.parents)
    assert ".." not in found.parts


def test_on_windows_streams_and_devices_are_refused() -> None:
    for path in ("a.jpg:stream", "NUL", "folder/aux.txt"):
        assert leaves_root(path, windows=True)
        assert not leaves_root(path, windows=False)
    assert not leaves_root("folder/a.jpg", windows=True)


def test_an_unknown_root_is_told() -> None:
    with pytest.raises(UserError, match="not known"):
        media_path(Path("/p/a.annolab"), None, "a", NOTHING_NAMED)


def test_roots_can_be_added_and_moved(project: Project, tmp_path: Path) -> None:
    told: list[ChangeSet] = []
    project.subscribe(told.append)
    root = project.add_root(tmp_path / "media")
    assert root.path == "media"
    assert project.add_root(tmp_path / "x" / ".." / "media") == root
    assert project.roots() == [Root(0, "."), root]
    item = Item(id=new_id(), path="a/b.jpg", media=Media.IMAGE, root_id=root.id)
    project.apply(Edit("Add", (Change(None, item),)))
    assert project.media_path(item) == tmp_path / "media" / "a" / "b.jpg"
    told.clear()
    project.set_root(root.id, tmp_path / "moved")
    assert [c.everything for c in told] == [True]
    assert project.media_path(item) == tmp_path / "moved" / "a" / "b.jpg"
    with pytest.raises(UserError, match="no folder 7"):
        project.set_root(7, tmp_path)


def test_a_symbolic_link_of_the_user_is_followed(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.jpg").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    item = Item(id=new_id(), path="link/a.jpg", media=Media.IMAGE)
    assert project.media_path(item).read_bytes() == b"x"
