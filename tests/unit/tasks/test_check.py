"""Checking a project and its media, and moving media."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annolab.errors import UserError
from annolab.formats.base import Report
from annolab.store.named import named_folders_file
from annolab.store.project import Project, open_project
from annolab.tasks.check import check_project
from annolab.tasks.ingest import add_paths
from annolab.tasks.relocate import relocate
from annolab.tasks.tables import add_table

Draw = Callable[..., Path]


def reasons(report: Report) -> dict[str, int]:
    return {reason: count for (_, reason), count in report.counts.items()}


def test_a_sound_project(project: Project, draw: Draw) -> None:
    add_paths(project, [draw("photos/a.png").parent])
    report = check_project(project)
    assert (report.read, report.problems) == (1, [])
    assert project.items()[0].digest is not None


def test_changed_and_missing_media_are_told(project: Project, draw: Draw) -> None:
    changed, gone = draw("photos/a.png"), draw("photos/b.png")
    add_paths(project, [changed.parent])
    check_project(project)
    draw("photos/a.png", 9, 9)
    gone.unlink()
    report = check_project(project)
    assert reasons(report) == {
        "A media file has changed since it was recorded.": 1,
        "A media file is missing.": 1,
    }
    assert {item.path for item in project.items() if item.missing} == {"b.png"}
    without = check_project(project, digests=False)
    assert reasons(without) == {"A media file is missing.": 1}


def test_media_that_are_back_are_no_longer_missing(
    project: Project, draw: Draw
) -> None:
    path = draw("photos/a.png")
    add_paths(project, [path])
    path.unlink()
    check_project(project)
    draw("photos/a.png")
    assert check_project(project, digests=False).problems == []
    assert not project.items()[0].missing


def test_a_read_only_project_is_checked_too(project: Project, draw: Draw) -> None:
    add_paths(project, [draw("photos/a.png")])
    with open_project(project.path, read_only=True) as reader:
        assert check_project(reader).problems == []
        assert reader.items()[0].digest is None


def test_a_damaged_file_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert project.check() == []
    monkeypatch.setattr(Project, "check", lambda _self: ["Page 3 is torn."])
    (problem,) = check_project(project).problems
    assert problem.where == "Page 3 is torn."
    assert check_project(project).losses == {"The project file is damaged.": 1}


def test_rows_of_a_table_are_checked_by_their_texts(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("text,n\n" + "".join(f"row {i},{i}\n" for i in range(700)))
    add_table(project, path)
    report = check_project(project)
    assert (report.read, report.problems) == (700, [])
    path.write_text(path.read_text().replace("row 5,5", "low 5,5"))
    (problem,) = check_project(project).problems
    assert (problem.reason, problem.item) == ("A text cannot be read.", "r.csv#6")
    path.rename(tmp_path / "s.csv")
    assert reasons(check_project(project)) == {"A media file is missing.": 700}
    other = tmp_path / "project" / "p.annolab"
    other.parent.mkdir()
    project.copy_to(other)
    named_folders_file().unlink()
    with open_project(other) as elsewhere:
        reason = "A media file is in a folder that you have not named here."
        assert reasons(check_project(elsewhere)) == {reason: 700}


def test_a_moved_folder_is_found(project: Project, draw: Draw, tmp_path: Path) -> None:
    old = draw("photos/a.png").parent
    draw("photos/deep/b.png")
    add_paths(project, [old])
    new = tmp_path / "elsewhere" / "pictures"
    new.parent.mkdir()
    old.rename(new)
    report = relocate(project, old, new)
    assert (report.read, report.written, report.problems) == (2, 2, [])
    places = {project.media_path(item) for item in project.items()}
    assert places == {new / "a.png", new / "deep/b.png"}


def test_roots_below_the_moved_folder(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    add_paths(project, [draw("data/one/a.png").parent])
    add_paths(project, [draw("data/two/b.png").parent])
    draw("data-not/c.png")
    add_paths(project, [tmp_path / "data-not"])
    (tmp_path / "data").rename(tmp_path / "moved")
    report = relocate(project, tmp_path / "data", tmp_path / "moved")
    assert (report.read, report.written) == (2, 2)
    assert all(project.media_path(item).exists() for item in project.items())


def test_a_part_of_a_root_moves(project: Project, draw: Draw, tmp_path: Path) -> None:
    draw("data/one/a.png")
    draw("data/one-more/a.png")
    add_paths(project, [tmp_path / "data"])
    (tmp_path / "data/one").rename(tmp_path / "moved")
    report = relocate(project, tmp_path / "data/one", tmp_path / "moved")
    assert (report.read, report.written) == (1, 1)
    places = {project.media_path(item) for item in project.items()}
    assert places == {tmp_path / "moved/a.png", tmp_path / "data/one-more/a.png"}


def test_what_is_not_in_the_new_folder_is_missing(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    add_paths(project, [draw("photos/a.png").parent])
    (tmp_path / "empty").mkdir()
    report = relocate(project, tmp_path / "photos", tmp_path / "empty")
    assert (report.read, report.written, report.skipped) == (1, 0, 1)
    assert project.items()[0].missing


def test_wrong_folders_have_a_sentence(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    add_paths(project, [draw("photos/a.png").parent])
    with pytest.raises(UserError, match=r"none does not exist\."):
        relocate(project, tmp_path / "photos", tmp_path / "none")
    with pytest.raises(UserError, match="No media of the project lie in"):
        relocate(project, tmp_path / "other", tmp_path)
