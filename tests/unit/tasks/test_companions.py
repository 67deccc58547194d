"""Annotation files named after their media: in, out, and offered when found."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from annolab import plugins
from annolab.errors import Cancelled, UserError
from annolab.formats.base import Report
from annolab.jobs import Progress
from annolab.model.item import Item, Media
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.check import check_project
from annolab.tasks.companions import Companions, beside, import_beside
from annolab.tasks.filters import parse_filter
from annolab.tasks.ingest import add_media, add_paths
from annolab.tasks.relocate import relocate
from annolab.tasks.transfer import (
    detect_format,
    export_dataset,
    import_dataset,
    preview_losses,
)
from tests.unit.tasks.note_format import make_plugin

Put = Callable[..., Path]
WORD = "note\n0.0 0.5 {}\n"


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The format `note`, in the plug-in folder of the user."""
    folder = make_plugin(tmp_path / "plugins")
    monkeypatch.setattr(plugins, "user_plugin_dir", lambda: folder)


@pytest.fixture
def put(tmp_path: Path, hum: Put) -> Put:
    """Writes a file below `data`; one without text that ends in .wav is a sound."""

    def write(name: str, text: str = "") -> Path:
        path = tmp_path / "data" / name
        if name.endswith(".wav"):
            return hum(f"data/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


def texts(project: Project) -> dict[str, list[str | None]]:
    """What is said of each item."""
    return {
        item.path: [mark.text for mark in project.annotations(item.id)]
        for item in project.items()
    }


def reasons(report: Report) -> set[str]:
    return {reason for _, reason in report.counts}


def test_a_folder_comes_in_and_goes_out(
    project: Project, put: Put, tmp_path: Path
) -> None:
    for name in ("a/one", "two"):
        put(f"{name}.wav")
        put(f"{name}.Note", WORD.format(name))
    data = tmp_path / "data"
    add_paths(project, [data], sizes=False)
    assert detect_format(data) == "note"
    report = import_dataset(project, data)
    assert report.read == 2
    assert texts(project) == {"a/one.wav": ["a/one"], "two.wav": ["two"]}
    out = tmp_path / "out"
    written = export_dataset(project, "note", out)
    assert {p.relative_to(out).as_posix() for p in written.files} == {
        "a/one.Note", "two.Note",
    }  # fmt: skip
    assert (out / "a/one.Note").read_bytes() == (data / "a/one.Note").read_bytes()


def test_missing_media_are_joined_whatever_their_suffix(
    project: Project, put: Put, tmp_path: Path
) -> None:
    notes = put("notes/a/one.Note", WORD.format("x")).parent.parent
    import_dataset(project, notes)
    (item,) = project.items()
    assert (item.path, item.missing) == ("a/one.wav", True)
    put("sounds/b/one.mp3")
    put("sounds/a/one.mp3")
    report = add_paths(project, [tmp_path / "data/sounds"], sizes=False)
    assert (report.read, report.written) == (2, 1)
    found = project.item(item.id)
    assert found is not None
    assert (found.path, found.missing) == ("a/one.mp3", False)
    assert project.media_path(found).is_file()
    assert "A sound that was missing was found." in reasons(report)
    assert texts(project) == {"a/one.mp3": ["x"], "b/one.mp3": []}


def test_the_guessed_name_goes_first(
    project: Project, put: Put, tmp_path: Path
) -> None:
    import_dataset(project, put("notes/one.Note", WORD.format("x")))
    put("sounds/one.mp3")
    put("sounds/one.wav")
    add_paths(project, [tmp_path / "data/sounds"], sizes=False)
    assert texts(project) == {"one.wav": ["x"], "one.mp3": []}


def test_a_name_that_was_told_is_no_guess(
    project: Project, put: Put, tmp_path: Path
) -> None:
    with project.bulk("Import") as bulk:
        item = Item(id=bulk.new_id(), path="one.wav", media=Media.AUDIO, missing=True)
        bulk.add(item)
    put("sounds/one.mp3")
    assert add_paths(project, [tmp_path / "data/sounds"], sizes=False).written == 1


def test_a_file_takes_one_item(project: Project, put: Put, tmp_path: Path) -> None:
    for name in ("one", "two"):
        put(f"{name}.wav")
        put(f"{name}.Note", WORD.format(name))
    add_paths(project, [tmp_path / "data"], sizes=False)
    import_dataset(project, tmp_path / "data")
    target = tmp_path / "out.note"
    target.write_text("old")
    with pytest.raises(UserError, match="choose a folder"):
        export_dataset(project, "note", target)
    assert target.read_text() == "old"
    export_dataset(project, "note", target, where=Filter(name="two"))
    assert target.read_text() == WORD.format("two")
    assert preview_losses(project, "note").written == 2


def add(project: Project, folder: Path) -> array[int]:
    return add_media(project, [folder], sizes=False).ids


def test_files_beside_sounds_are_found_and_read(
    project: Project, put: Put, tmp_path: Path
) -> None:
    for name in ("s10", "s9", "a/s9"):
        put(f"{name}.wav")
    paths = [
        put("s9.Note", WORD.format("nine")),
        put("s10.wav.Note", WORD.format("ten")),
        put("a/s9.txt", WORD.format("nine of a")),
    ]
    put("s10.txt", "hello")  # by its ending it might be one
    put("other.Note", WORD.format("of nothing"))
    put(".s9.Note", WORD.format("hidden"))
    ids = add(project, tmp_path / "data")
    found = beside(project, ids)
    assert found == Companions({"note": tuple(paths)}, 3)
    assert (found.count, found.titles) == (3, ["Note"])
    report = import_beside(project, found)
    assert (report.read, report.problems) == (3, [])
    assert texts(project) == {
        "s9.wav": ["nine"], "s10.wav": ["ten"], "a/s9.wav": ["nine of a"],
    }  # fmt: skip
    assert [tier.name for tier in project.schema.tiers] == ["notes"]
    step = project.undo_step
    assert step is not None
    assert step.name == "Import 3 Note files"
    assert beside(project, ids).count == 0  # they have annotations now
    project.undo()
    assert texts(project) == {"s9.wav": [], "s10.wav": [], "a/s9.wav": []}
    assert list(project.schema.tiers) == []
    assert beside(project, ids) == found


def test_a_broken_file_does_not_keep_the_others_out(
    project: Project, put: Put, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        put(f"{name}.wav")
        put(f"{name}.Note", "hello" if name == "b" else WORD.format(name))
    found = beside(project, add(project, tmp_path / "data"))
    report = import_beside(project, found)
    assert (report.read, report.skipped) == (2, 1)
    assert "b.Note" in report.problems[0].where
    assert texts(project) == {"a.wav": ["a"], "b.wav": [], "c.wav": ["c"]}


def test_a_cancelled_import_takes_back_all(
    project: Project, put: Put, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        put(f"{name}.wav")
        put(f"{name}.Note", WORD.format(name))
    found = beside(project, add(project, tmp_path / "data"))
    progress = Progress(lambda done, *_: progress.cancel() if done else None)
    with pytest.raises(Cancelled):
        import_beside(project, found, progress)
    assert texts(project) == {"a.wav": [], "b.wav": []}


def test_nothing_lies_beside_pictures(
    project: Project, put: Put, draw: Put, tmp_path: Path
) -> None:
    draw("data/a.png")
    put("a.Note", WORD.format("x"))
    assert beside(project, add(project, tmp_path / "data")) == Companions()


def test_moved_sounds_are_found_again(
    project: Project, put: Put, tmp_path: Path
) -> None:
    put("day/one.wav")
    put("day/one.Note", WORD.format("one"))
    day = tmp_path / "data/day"
    import_beside(project, beside(project, add(project, day)))
    day.rename(tmp_path / "moved")
    gone = check_project(project)
    assert reasons(gone) == {"A media file is missing."}
    report = relocate(project, day, tmp_path / "moved")
    assert (report.read, report.written) == (1, 1)
    assert check_project(project).problems == []
    assert texts(project) == {"one.wav": ["one"]}
    assert len(project.item_ids(parse_filter("media:audio", project.schema))) == 1
    assert len(project.item_ids(parse_filter("media:image", project.schema))) == 0


def test_an_item_has_the_tiers_of_its_marks(project: Project, tmp_path: Path) -> None:
    table = tmp_path / "marks.csv"
    table.write_text(
        "file,media,kind,tier,start,stop,text\n"
        "a.wav,audio,interval,words,0,1,one\n"
        "a.wav,audio,interval,phones,0,0.5,w\n",
        "utf-8",
    )
    report = import_dataset(project, table, "csv")
    assert report.read == 2
    (item,) = project.items()
    tiers = {tier.id: tier.name for tier in project.schema.tiers}
    assert [tiers[i] for i in item.tiers] == ["words", "phones"]
