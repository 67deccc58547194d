"""Exports appear whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import Cancelled, UserError
from annolab.tasks.sink import MAX_OPEN, FileSink, NullSink, write_problem


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_file_is_seen_only_after_commit(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_bytes(b"old")
    with FileSink(target) as sink:
        sink.open().write(b"new")
        assert target.read_bytes() == b"old"
        assert sink.commit() == [target]
    assert tree(tmp_path) == {"out.json": b"new"}


def test_a_closed_file_is_committed_too(tmp_path: Path) -> None:
    with FileSink(tmp_path / "out.csv") as sink:
        with sink.open() as file:
            file.write(b"a,b")
        sink.commit()
    assert tree(tmp_path) == {"out.csv": b"a,b"}


@pytest.mark.parametrize("error", [Cancelled, OSError, KeyboardInterrupt])
def test_a_failure_leaves_the_target_and_no_rubbish(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "out.json"
    target.write_bytes(b"old")

    def fail() -> None:
        with FileSink(target) as sink:
            sink.open().write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert tree(tmp_path) == {"out.json": b"old"}


def test_a_failed_folder_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with FileSink(tmp_path / "yolo") as sink:
            sink.open("labels/a.txt").write(b"0 1 1 1 1")
            raise Cancelled

    with pytest.raises(Cancelled):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_leaving_without_commit_leaves_nothing(tmp_path: Path) -> None:
    with FileSink(tmp_path / "out") as sink:
        sink.open().write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_writer_without_files_makes_no_target(tmp_path: Path) -> None:
    with FileSink(tmp_path / "out") as sink:
        assert sink.commit() == []
    assert list(tmp_path.iterdir()) == []


def test_a_new_folder(tmp_path: Path) -> None:
    with FileSink(tmp_path / "yolo") as sink:
        sink.open("data.yaml").write(b"nc: 1")
        sink.open("labels/train/a.txt").write(b"0")
        files = sink.commit()
    assert files == [tmp_path / "yolo/data.yaml", tmp_path / "yolo/labels/train/a.txt"]
    assert tree(tmp_path / "yolo") == {
        "data.yaml": b"nc: 1",
        "labels/train/a.txt": b"0",
    }


def test_a_folder_that_is_there_keeps_its_other_files(tmp_path: Path) -> None:
    (tmp_path / "yolo/labels").mkdir(parents=True)
    (tmp_path / "yolo/labels/a.txt").write_bytes(b"old")
    (tmp_path / "yolo/mine.txt").write_bytes(b"mine")
    with FileSink(tmp_path / "yolo") as sink:
        sink.open("labels/a.txt").write(b"new")
        sink.open("images/list.txt").write(b"list")
        sink.commit()
    assert tree(tmp_path) == {
        "yolo/labels/a.txt": b"new",
        "yolo/mine.txt": b"mine",
        "yolo/images/list.txt": b"list",
    }


@pytest.mark.parametrize("made", ["labels", "labels/a.txt/deeper"])
def test_a_folder_that_does_not_fit_is_left_alone(tmp_path: Path, made: str) -> None:
    place = tmp_path / "yolo" / made
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"in the way")
    before = tree(tmp_path)

    def export() -> None:
        with FileSink(tmp_path / "yolo") as sink:
            sink.open("first.txt").write(b"1")
            sink.open("labels/a.txt").write(b"2")
            sink.commit()

    with pytest.raises(UserError, match=r"where the export needs a"):
        export()
    assert tree(tmp_path) == before


def open_in(target: Path, *names: str) -> None:
    with FileSink(target) as sink:
        for name in names:
            sink.open(name)


def test_file_and_folder_are_not_mixed_up(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(UserError, match="is a folder; name a file"):
        open_in(tmp_path / "folder", "")
    with pytest.raises(UserError, match="is a file; name a folder"):
        open_in(tmp_path / "file", "a.txt")
    with pytest.raises(UserError, match="not both"):
        open_in(tmp_path / "new", "a.txt", "")
    with pytest.raises(UserError, match="not both"):
        open_in(tmp_path / "new", "", "a.txt")


@pytest.mark.parametrize("second", ["a.txt", "A.TXT"])
def test_two_files_of_one_name_are_refused(tmp_path: Path, second: str) -> None:
    with FileSink(tmp_path / "new") as sink:
        sink.open("a.txt")
        with pytest.raises(UserError, match="the same name"):
            sink.open(second)


def test_a_missing_parent_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere.* does not exist; make it first"):
        FileSink(tmp_path / "nowhere" / "out.json")


BAD = ["../a", "/a", "a/../b", "a//b", "./a", "a/.", "C:a", "a\\b", "a\0b", ".."]


@pytest.mark.parametrize("name", BAD)
def test_names_that_climb_out_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="outside its target"):
        open_in(tmp_path / "new", name)
    with pytest.raises(UserError, match="outside its target"):
        NullSink().open(name)


@given(st.text(alphabet="ab./\\:\0~ é", max_size=12))
def test_no_name_leads_out(name: str) -> None:
    try:
        NullSink().open(name).close()
    except UserError:
        return
    inside = os.path.normpath(f"/t/x/{name}")
    assert inside == "/t/x" or inside.startswith("/t/x/")


def test_many_files_may_be_left_open(tmp_path: Path) -> None:
    with FileSink(tmp_path / "many") as sink:
        for number in range(3 * MAX_OPEN):
            sink.open(f"{number}.txt").write(b"%d" % number)
        sink.commit()
    written = tree(tmp_path / "many")
    assert written == {f"{n}.txt": b"%d" % n for n in range(3 * MAX_OPEN)}


def test_the_mode_of_a_replaced_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with FileSink(target) as sink:
        sink.open().write(b"new")
        sink.commit()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_link_is_written_through(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    real.write_bytes(b"old")
    link = tmp_path / "link.json"
    link.symlink_to(real)
    with FileSink(link) as sink:
        sink.open().write(b"new")
        sink.commit()
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "not enough room on the disk"),
        (errno.EACCES, "no right to write"),
        (errno.EIO, "input/output error"),
    ],
)
def test_a_failed_write_has_a_sentence(number: int, words: str) -> None:
    error = OSError(number, os.strerror(number))
    assert words in str(write_problem(Path("out.json"), error))


def test_a_null_sink_takes_everything() -> None:
    with NullSink().open("labels/a.txt") as file:
        assert file.write(b"abc") == 3
