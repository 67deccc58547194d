"""Adding files and folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import Cancelled, UserError
from annolab.formats.base import Report, Severity
from annolab.jobs import Progress
from annolab.model.item import Item, Media
from annolab.model.order import natural_key
from annolab.store.project import Project
from annolab.tasks.ingest import add_paths, fill_sizes

Draw = Callable[..., Path]

STRANGE = "A file that is no picture, no film, no sound and no text."


def paths_of(project: Project) -> list[str]:
    """Paths in the order in which they were added."""
    return [item.path for item in sorted(project.items(), key=lambda item: item.id)]


def reasons(report: Report) -> dict[str, int]:
    return {reason: count for (_, reason), count in report.counts.items()}


def test_a_folder_is_added_in_natural_order(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    for name in ("img10.png", "img2.PNG", "IMG1.jpg", "b/x.jpg", "a/y.jpg"):
        draw(f"photos/{name}")
    report = add_paths(project, [tmp_path / "photos"])
    assert paths_of(project) == [
        "IMG1.jpg", "img2.PNG", "img10.png", "a/y.jpg", "b/x.jpg",
    ]  # fmt: skip
    assert (report.read, report.written, report.problems) == (5, 5, [])


def test_sizes_are_read(project: Project, draw: Draw) -> None:
    path = draw("photos/a.png", 31, 17)
    add_paths(project, [path])
    (item,) = project.items()
    assert (item.width, item.height, item.length) == (31, 17, 1)
    assert item.size == path.stat().st_size
    assert item.media is Media.IMAGE
    assert project.media_path(item) == path


def test_sizes_can_wait(project: Project, draw: Draw) -> None:
    draw("photos/a.png", 31, 17)
    add_paths(project, [draw("photos/b.png").parent], sizes=False)
    assert {item.width for item in project.items()} == {None}
    fill_sizes(project)
    assert {item.width for item in project.items()} == {31, 8}


def test_adding_is_one_step_of_undo(project: Project, draw: Draw) -> None:
    add_paths(project, [draw("photos/a.png").parent])
    step = project.undo_step
    assert step is not None
    assert step.name == "Add photos"
    project.undo()
    assert project.items() == []
    project.redo()
    assert [(item.path, item.width) for item in project.items()] == [("a.png", 8)]


def test_what_is_there_is_passed_over(project: Project, draw: Draw) -> None:
    first = draw("photos/a.png")
    add_paths(project, [first])
    draw("photos/deep/b.png")
    report = add_paths(project, [first.parent])
    assert (report.read, report.written, report.skipped) == (2, 1, 0)
    again = add_paths(project, [first, first.parent, first.parent / "deep"])
    assert again.written == 0
    assert sorted(paths_of(project)) == ["a.png", "deep/b.png"]


def test_the_same_twice_in_one_call(project: Project, draw: Draw) -> None:
    path = draw("photos/deep/a.png")
    assert add_paths(project, [path, path]).written == 1
    project.undo()
    report = add_paths(project, [path, path, path.parent, path.parent.parent])
    assert report.written == 1
    assert len(project.items()) == 1


def test_a_folder_around_an_added_one(project: Project, draw: Draw) -> None:
    inner = draw("photos/deep/a.png")
    add_paths(project, [inner.parent])
    draw("photos/b.png")
    add_paths(project, [inner.parent.parent])
    places = {project.media_path(item) for item in project.items()}
    assert places == {inner, inner.parent.parent / "b.png"}


def test_not_recursive(project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("photos/a.png")
    draw("photos/deep/b.png")
    add_paths(project, [tmp_path / "photos"], recursive=False)
    assert paths_of(project) == ["a.png"]


def test_hidden_files_only_by_name(project: Project, draw: Draw) -> None:
    hidden = draw("photos/.a.png")
    draw("photos/.thumbs/b.png")
    add_paths(project, [hidden.parent])
    assert paths_of(project) == []
    add_paths(project, [hidden, hidden.parent])
    assert paths_of(project) == [".a.png"]


def test_links_in_circles_end(project: Project, draw: Draw) -> None:
    folder = draw("photos/a.png").parent
    (folder / "again").symlink_to(folder)
    (folder / "up").symlink_to(folder.parent)
    (folder / "broken.png").symlink_to(folder / "none.png")
    report = add_paths(project, [folder])
    assert [p for p in paths_of(project) if p.endswith("a.png")] == ["a.png"]
    assert report.written <= 2


@pytest.mark.parametrize(
    "name",
    ["mit Leer zeichen.png", "Ä-日本語-🐍.png", "a'b\"c.png", "%s;--.png", "n\n.png"],
)
def test_strange_names(project: Project, draw: Draw, name: str) -> None:
    path = draw(f"photos ü/{name}")
    add_paths(project, [path.parent])
    (item,) = project.items()
    assert item.path == name
    assert item.width == 8
    assert project.media_path(item) == path


def test_texts_are_added_where_there_is_nothing_else(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    for name in ("mixed/a.txt", "mixed/deep/b.txt", "texts/c.txt", "texts/sub/d.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("hello")
    draw("mixed/photos/a.png")
    report = add_paths(project, [tmp_path / "mixed", tmp_path / "texts"])
    assert sorted(paths_of(project)) == ["c.txt", "photos/a.png", "sub/d.md"]
    reason = "A text in a folder of pictures or sounds: name it to add it."
    assert reasons(report) == {reason: 2}
    named = [tmp_path / "mixed", tmp_path / "mixed/a.txt"]
    assert add_paths(project, named).written == 1
    assert "a.txt" in paths_of(project)


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_name_that_is_no_text_is_reported(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    folder = draw("photos/a.png").parent
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.png")).write_bytes(b"")
    report = add_paths(project, [tmp_path / "photos"])
    assert paths_of(project) == ["a.png"]
    assert reasons(report) == {"A file name that is not valid Unicode.": 1}


def test_other_files_are_reported(project: Project, draw: Draw, tmp_path: Path) -> None:
    folder = draw("photos/a.png").parent
    (folder / "notes.xyz").write_text("hello")
    (folder / "film.mp4").write_bytes(b"")
    report = add_paths(project, [folder])
    assert reasons(report) == {
        STRANGE: 1,
        "A film that cannot be shown.": 1,
    }
    assert report.counts[Severity.NOTE, STRANGE] == 1
    named = add_paths(project, [folder / "notes.xyz"])
    assert named.skipped == 1 or named.losses == {}


def test_the_project_itself_is_no_news(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    draw(project.path.with_name("a.png").relative_to(tmp_path).as_posix())
    report = add_paths(project, [project.path.parent])
    assert (report.written, reasons(report)) == (1, {})
    assert add_paths(project, [project.path]).skipped == 1


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"text"]
)
def test_a_broken_picture_is_added_with_its_problem(
    project: Project, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/bad.png").write_bytes(content)
    report = add_paths(project, [tmp_path / "photos"])
    (item,) = project.items()
    assert item.problem.endswith(".")
    assert item.width is None
    assert reasons(report) == {"A picture that cannot be shown.": 1}
    assert report.losses == {}


def test_a_missing_path_is_named(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing does not exist"):
        add_paths(project, [tmp_path / "nothing"])


def test_a_cancelled_listing_leaves_nothing(project: Project, draw: Draw) -> None:
    folder = draw("photos/a.png").parent
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        add_paths(project, [folder], progress=progress)
    assert project.items() == []
    assert project.undo_step is None


def test_cancelled_sizes_leave_the_items(project: Project, draw: Draw) -> None:
    folder = draw("photos/a.png").parent

    def listen(done: int, total: int | None, message: str) -> None:
        if message.startswith("Reading"):
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        add_paths(project, [folder], progress=progress)
    assert paths_of(project) == ["a.png"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads all")
def test_a_folder_that_cannot_be_read(project: Project, draw: Draw) -> None:
    path = draw("photos/deep/a.png")
    path.parent.chmod(0)
    try:
        report = add_paths(project, [path.parent.parent])
    finally:
        path.parent.chmod(0o755)
    assert report.skipped == 1


def test_lengths_and_rates_of_sounds_are_read(
    project: Project, draw: Draw, hum: Draw
) -> None:
    path = hum("day/a.wav", 1.5, 16000)
    draw("day/b.png")
    report = add_paths(project, [path.parent])
    sound, picture = project.items()
    assert (sound.media, sound.length, sound.rate) == (Media.AUDIO, 1.5, 16000)
    assert (sound.size, sound.problem) == (path.stat().st_size, "")
    assert (picture.media, picture.width) == (Media.IMAGE, 8)
    assert (report.read, report.written, report.problems) == (2, 2, [])


def test_a_sound_that_is_none_keeps_its_problem(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "day").mkdir()
    for name in ("empty.wav", "text.flac", "noise.mp3"):
        (tmp_path / "day" / name).write_bytes(b"" if name == "empty.wav" else b"hello")
    report = add_paths(project, [tmp_path / "day"])
    assert reasons(report) == {"A sound that cannot be played.": 3}
    assert report.losses == {}
    for item in project.items():
        assert item.problem.endswith(".")
        assert item.length is None


def missing_item(project: Project, path: str) -> Item:
    with project.bulk("Import") as bulk:
        item = Item(id=bulk.new_id(), path=path, media=Media.IMAGE, missing=True)
        bulk.add(item)
    return item


@pytest.mark.parametrize("path", ["a.png", "photos/a.png", "deep/photos/a.png"])
def test_missing_media_are_joined(project: Project, draw: Draw, path: str) -> None:
    item = missing_item(project, path)
    other = missing_item(project, "elsewhere/a.png")
    file = draw("deep/photos/a.png")
    report = add_paths(project, [file.parent])
    assert (report.read, report.written) == (1, 0)
    found = project.item(item.id)
    assert found is not None
    assert not found.missing
    assert found.width == 8
    assert project.media_path(found) == file
    still = project.item(other.id)
    assert still is not None
    assert still.missing


def test_the_longest_path_is_joined_first(project: Project, draw: Draw) -> None:
    short = missing_item(project, "a.png")
    long = missing_item(project, "photos/a.png")
    add_paths(project, [draw("photos/a.png").parent])
    found = {item.id: item.missing for item in project.items()}
    assert found == {short.id: True, long.id: False}


@given(st.lists(st.text(alphabet="aB10²٣ ._", max_size=8), max_size=6))
def test_natural_order_is_an_order(names: list[str]) -> None:
    once = sorted(names, key=natural_key)
    assert sorted(once, key=natural_key) == once
    assert sorted(["f10", "f9", "F1"], key=natural_key) == ["F1", "f9", "f10"]
