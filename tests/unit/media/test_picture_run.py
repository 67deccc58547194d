"""Numbered pictures are a film like any other."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import MediaError
from annolab.jobs import Progress
from annolab.media import picture_run
from annolab.media.picture_run import digest, is_run, is_there, run_files, run_of
from annolab.media.video import open_video, probe, read_table
from tests.unit.media.films import HEIGHT, WIDTH, picture, read_number


def write(path: Path, number: int, width: int = WIDTH) -> Path:
    cv2.imwrite(str(path), picture(number, width)[..., ::-1])
    return path


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Eleven pictures with a gap, and other files."""
    for number in (*range(1, 11), 20):
        write(tmp_path / f"take2_{number}.png", number)
    write(tmp_path / "take3_7.png", 7)
    (tmp_path / "take2_1.txt").write_text("no picture")
    (tmp_path / "take2_x.png").write_text("no number")
    return tmp_path


def test_pictures_come_by_their_numbers(shots: Path) -> None:
    video = open_video(shots / "take2_#.png")
    assert len(video) == 11
    seen = [read_number(video.frame(index)) for index in range(11)]
    assert seen == [*range(1, 11), 20]
    assert (video.info.width, video.info.height) == (WIDTH, HEIGHT)
    assert video.info.exact
    assert (video.table.time(10), video.table.at(0.4)) == (0.4, 10)
    assert (video.again().frame(3) == video.frame(3)).all()
    with pytest.raises(MediaError, match="no picture 11: there are 11"):
        video.frame(11)
    video.close()


def test_a_folder_means_the_most_pictures_that_go_together(shots: Path) -> None:
    assert run_of(shots) == shots / "take2_#.png"
    assert len(open_video(shots)) == 11
    assert probe(shots).frames == len(read_table(shots, Progress())) == 11


def test_a_folder_without_numbers_is_no_film(tmp_path: Path) -> None:
    write(tmp_path / "a.png", 1)
    write(tmp_path / "b1.png", 1)
    assert run_of(tmp_path) is None
    assert run_of(tmp_path / "gone") is None
    with pytest.raises(MediaError, match="holds no numbered pictures"):
        open_video(tmp_path)


def test_a_file_with_that_name_is_that_file(shots: Path) -> None:
    path = shots / "take2_#.png"
    assert is_run(path)
    assert is_there(path)
    write(path, 5)
    assert not is_run(path)
    assert is_there(path)


@pytest.mark.parametrize("name", ["none_#.png", "take2_#.txt", "#take2_#.png", "#"])
def test_what_is_no_run(shots: Path, name: str) -> None:
    assert not is_run(shots / name)
    assert not is_there(shots / name)


def test_no_pictures_are_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"There are no pictures a_#\.png"):
        run_files(tmp_path / "a_#.png")


def test_a_picture_of_another_size_is_told(shots: Path) -> None:
    write(shots / "take2_4.png", 4, WIDTH + 16)
    video = open_video(shots / "take2_#.png")
    assert read_number(video.frame(2)) == 3
    with pytest.raises(MediaError, match=r"take2_4\.png is 176 x 96"):
        video.frame(3)
    (shots / "take2_6.png").write_bytes(b"rubbish")
    with pytest.raises(MediaError, match=r"take2_6\.png"):
        video.frame(5)


def test_the_digest_tells_whether_any_picture_changed(shots: Path) -> None:
    path = shots / "take2_#.png"
    before, size = digest(path)
    assert size == picture_run.run_size(path)
    assert digest(path) == (before, size)
    write(shots / "take2_5.png", 500)
    assert digest(path)[0] != before
    assert digest(shots / "take2_1.png")[1] == (shots / "take2_1.png").stat().st_size


def test_pipes_and_folders_are_no_pictures(shots: Path) -> None:
    (shots / "take2_99.png").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(shots / "take2_98.png")
    assert len(run_files(shots / "take2_#.png")) == 11


@given(st.lists(st.integers(0, 10**18 - 1), min_size=1, max_size=9, unique=True))
def test_natural_order_is_that_of_the_numbers(numbers: list[int]) -> None:
    found = [(n, f"a{n}.png") for n in numbers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(picture_run, "_entries", lambda _: found)
        names = [file.name for file in run_files(Path("a#.png"))]
    assert names == [f"a{n}.png" for n in sorted(numbers)]
