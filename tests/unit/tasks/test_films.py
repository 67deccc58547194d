"""Films as items: what is added, what is read, when a picture is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annolab.formats.base import Options, Report
from annolab.jobs import Progress
from annolab.media.thumbnails import thumbnail
from annolab.media.video import open_video
from annolab.model.item import Item, Media
from annolab.store.project import Project
from annolab.tasks import facts
from annolab.tasks.check import check_project
from annolab.tasks.context import ProjectContext
from annolab.tasks.films import FilmTables
from annolab.tasks.ingest import add_paths
from annolab.tasks.places import ItemFinder
from annolab.tasks.records import SnapshotRecords
from tests.unit.media import films
from tests.unit.media.films import HEIGHT, WIDTH, Recipe

Draw = Callable[..., Path]


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder with a film of uneven rate, in MPEG-4 that needs no x264."""
    folder = tmp_path / "clips"
    folder.mkdir()
    films.make(
        folder, Recipe("uneven.mkv", "mpeg4", 20, steps=(100, 50, 400), ticks=1000)
    )
    return folder


def only(project: Project) -> Item:
    (item,) = project.items()
    return item


def test_a_film_is_added_with_its_facts(project: Project, clips: Path) -> None:
    report = add_paths(project, [clips])
    item = only(project)
    assert (report.read, report.written, report.problems) == (1, 1, [])
    assert (item.media, item.path) == (Media.VIDEO, "uneven.mkv")
    assert (item.width, item.height, item.length) == (WIDTH, HEIGHT, 20.0)
    assert item.rate == pytest.approx(19 / 3.4, rel=1e-3)
    assert item.size == (clips / "uneven.mkv").stat().st_size
    assert not facts.is_unread(item)


def test_of_a_large_film_the_header_is_believed(
    project: Project, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "_COUNTED", 10)
    monkeypatch.setattr("annolab.media.video.read_table", None)
    add_paths(project, [clips])
    item = only(project)
    assert (item.width, item.height, item.problem) == (WIDTH, HEIGHT, "")
    assert item.length


@pytest.mark.parametrize("make", [films.sound_only, films.without_pictures])
def test_what_cannot_be_shown_is_said(
    project: Project, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    report = add_paths(project, [make(tmp_path / "bad.mp4")])
    assert "no pictures" in only(project).problem
    assert report.counts == {("note", "A film that cannot be shown."): 1}


def test_a_film_that_breaks_off_is_added_and_check_says_so(
    project: Project, clips: Path
) -> None:
    films.truncated(clips / "uneven.mkv", clips)
    report = add_paths(project, [clips / "cut-uneven.mkv"])
    assert report.counts == {("note", "A film that is damaged."): 1}
    item = only(project)
    assert item.problem.startswith("cut-uneven.mkv is cut off: ")
    assert item.length is not None
    assert 4 < item.length < 20
    report = check_project(project)
    assert report.counts == {("note", "A film is damaged."): 1}
    assert "cut off" in report.problems[0].where


def test_numbered_pictures_are_added_as_a_film(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    for number in (1, 2, 10):
        draw(f"shots/a{number}.png")
    report = add_paths(project, [tmp_path / "shots" / "a#.png"])
    item = only(project)
    assert (report.read, report.written, report.problems) == (1, 1, [])
    assert (item.media, item.path, item.length) == (Media.VIDEO, "a#.png", 3.0)
    assert (item.width, item.height, item.missing) == (8, 6, False)
    assert check_project(project).problems == []
    assert only(project).digest is not None
    draw("shots/a2.png", 9)
    problems = check_project(project).counts
    assert list(problems) == [
        ("skipped", "A media file has changed since it was recorded.")
    ]
    again = add_paths(project, [tmp_path / "shots" / "a#.png"])
    assert (again.read, again.written) == (1, 0)
    for file in (tmp_path / "shots").iterdir():
        file.unlink()
    check_project(project)
    assert only(project).missing


def test_a_folder_is_added_picture_by_picture_as_before(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    draw("shots/a1.png")
    draw("shots/a2.png")
    add_paths(project, [tmp_path / "shots"])
    assert [item.media for item in project.items()] == [Media.IMAGE] * 2


def context(project: Project, bulk: Any, base: Path) -> ProjectContext:
    options: Options = {}
    return ProjectContext(
        project,
        bulk,
        ItemFinder(project, base),
        options=options,
        progress=Progress(),
        report=Report(),
    )


def test_an_import_learns_which_picture_is_shown(project: Project, clips: Path) -> None:
    with project.bulk("Import") as bulk:
        ctx = context(project, bulk, clips)
        item = ctx.item("uneven.mkv", media=Media.VIDEO)
        assert (item.length, item.width) == (20.0, WIDTH)
        shown = [ctx.frame_at(item, at) for at in (0.0, 0.099, 0.1, 0.15, 0.54, 0.55)]
        assert shown == [0, 0, 1, 2, 2, 3]
        assert ctx.frame_at(item, 1e6) == 19
        gone = ctx.item("gone.mp4", media=Media.VIDEO)
        assert ctx.frame_at(gone, 0.0) is None
        assert ctx.time_of(gone, 0) is None
        ends = [ctx.time_of(item, frame) for frame in (3, 20, 21)]
        assert ends == [pytest.approx(0.55), pytest.approx(3.4 + 3.4 / 19), None]


def test_an_export_learns_when_a_picture_is_shown(
    project: Project, clips: Path, draw: Draw
) -> None:
    add_paths(project, [clips, draw("a.png")])
    with project.snapshot() as snapshot:
        records = SnapshotRecords(snapshot)
        film, picture = sorted(records.items(), key=lambda i: i.media, reverse=True)
        times = [records.time_of(film, frame) for frame in (0, 1, 2, 3, 19)]
        assert times == pytest.approx([0, 0.1, 0.15, 0.55, 3.4], abs=1e-9)
        end = records.time_of(film, 20)
        assert end == pytest.approx(3.4 + 3.4 / 19)
        assert records.time_of(film, 21) is None
        assert records.time_of(film, -1) is None
        assert records.time_of(picture, 0) is None


def test_tables_are_read_once(
    project: Project, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_paths(project, [clips])
    tables = FilmTables(project)
    first = tables.table(only(project))
    monkeypatch.setattr("annolab.tasks.films.table_of", None)
    assert tables.table(only(project)) is first


def test_the_small_picture_of_a_film_is_not_black(tmp_path: Path) -> None:
    path = tmp_path / "dark.mkv"
    recipe = Recipe("dark.mkv", "mpeg4", 40, gop=10, stored=lambda p: p * DARK.pop(0))
    DARK[:] = [np.uint8(0)] + [np.uint8(0)] * 15 + [np.uint8(1)] * 25
    films.make(tmp_path, recipe)
    small = thumbnail(path, 80, film=True, folder=tmp_path / "cache")
    assert small.shape == (48, 80, 4)
    assert small[..., :3].std() > 30
    assert (small[..., 3] == 255).all()
    path.write_bytes(path.read_bytes())
    again = thumbnail(path, 80, film=True, folder=tmp_path / "cache")
    assert np.abs(again.astype(int) - small.astype(int)).mean() < 12


DARK: list[np.uint8] = []


def test_the_small_picture_of_a_turned_film_is_upright(tmp_path: Path) -> None:
    path = films.rotated(tmp_path, 90)
    video = open_video(path)
    small = thumbnail(path, 160, film=True, folder=tmp_path / "cache")
    assert small.shape[:2] == video.frame(0).shape[:2]
    near = small[..., 2::-1].astype(int) - video.frame(0).astype(int)
    assert np.abs(near).mean() < 12
    video.close()
