"""Folders with one annotation file for each item."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Report
from annolab.formats.per_item import (
    annotation_files,
    has_files,
    target_name,
    without_suffix,
)
from annolab.model.item import Item, Media
from annolab.tasks.sink import NullSink


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


def names(path: Path, suffix: str = ".textgrid") -> list[str]:
    return [name for _, name in annotation_files(path, (suffix,))]


def test_a_folder_is_listed_in_natural_order(tmp_path: Path) -> None:
    fill(
        tmp_path,
        *("s10.TextGrid", "s9.textgrid", "a/b/x.TextGrid", "a/y.TextGrid"),
        *("s1.wav", ".hidden.TextGrid", ".cache/z.TextGrid"),
    )
    assert names(tmp_path) == [
        "s9.textgrid", "s10.TextGrid", "a/y.TextGrid", "a/b/x.TextGrid",
    ]  # fmt: skip
    paths = [path for path, _ in annotation_files(tmp_path, (".textgrid",))]
    assert all(path.is_absolute() and path.is_file() for path in paths)


def test_a_file_is_a_folder_of_one(tmp_path: Path) -> None:
    path = fill(tmp_path, "odd.name") / "odd.name"
    assert list(annotation_files(path, (".textgrid",))) == [(path, "odd.name")]


def test_links_in_circles_end(tmp_path: Path) -> None:
    fill(tmp_path, "a/x.TextGrid")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to("self")
    assert names(tmp_path) == ["a/x.TextGrid"]


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no such file"):
        names(tmp_path / "none")


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_names_that_are_no_text_are_reported(tmp_path: Path) -> None:
    fill(tmp_path, "a.TextGrid")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.TextGrid")).write_bytes(b"")
    report = Report()
    found = [name for _, name in annotation_files(tmp_path, (".textgrid",), report)]
    assert found == ["a.TextGrid"]
    assert report.skipped == 1


def test_looking_ends_early(tmp_path: Path) -> None:
    fill(tmp_path, "a1.wav", "a2.wav", "b.TextGrid")
    assert list(annotation_files(tmp_path, (".textgrid",), most=2)) == []
    assert has_files(tmp_path, (".textgrid",))
    assert not has_files(tmp_path, (".eaf",))
    assert not has_files(tmp_path / "none", (".eaf",))


def item(path: str) -> Item:
    return Item(id=1, path=path, media=Media.AUDIO)


def test_files_are_named_after_items() -> None:
    taken: set[str] = set()
    paths = ["a/speech.wav", "a/Speech.mp3", "a/speech.flac", "b.c/d", "a/speech.wav"]
    assert [target_name(item(path), ".TextGrid", taken) for path in paths] == [
        "a/speech.TextGrid",
        "a/Speech.mp3.TextGrid",
        "a/speech.flac.TextGrid",
        "b.c/d.TextGrid",
        "a/speech.wav.TextGrid",
    ]
    assert target_name(item("a/speech.wav"), ".TextGrid", taken) == (
        "a/speech-2.TextGrid"
    )


SOME_NAMES = st.text(alphabet='aA.:\\"é\n -', min_size=1, max_size=4)


@given(st.lists(st.lists(SOME_NAMES, min_size=1, max_size=3).map("/".join)))
def test_every_item_gets_a_name_of_its_own(paths: list[str]) -> None:
    taken: set[str] = set()
    found = [target_name(item(path), ".TextGrid", taken) for path in paths]
    assert len({name.casefold() for name in found}) == len(paths)
    for name in found:
        NullSink().open(name)  # refuses what leads out of the target
        assert PurePosixPath(name).suffix == ".TextGrid"


def test_suffixes() -> None:
    assert without_suffix("a.b/c") == "a.b/c"
    assert without_suffix("a.b/c.d.wav") == "a.b/c.d"
    assert without_suffix(".wav") == ".wav"
