"""Import and export with a project and the disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annolab import plugins
from annolab.errors import Cancelled, FormatError, PluginError, UserError
from annolab.formats.base import Options, Records, Report, Severity, Sink
from annolab.jobs import Progress
from annolab.model.annotation import AnnotatorKind
from annolab.model.geometry import Box, Span
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.ingest import add_paths
from annolab.tasks.transfer import (
    detect_format,
    export_dataset,
    import_dataset,
    preview_losses,
)

Draw = Callable[..., Path]


def coco(*images: str, **more: Any) -> dict[str, Any]:
    """A COCO file with one box on each of these pictures."""
    return {
        "info": {"description": "some", "year": 2017, "unknown": [1, None]},
        "licenses": [{"id": 3, "name": "Free", "url": "x"}],
        "images": [
            {"id": 7 * n, "file_name": name, "width": 8, "height": 6, "license": 3}
            for n, name in enumerate(images, 1)
        ],
        "categories": [{"id": 18, "name": "dog", "supercategory": "animal"}],
        "annotations": [
            {
                "id": 100 + n,
                "image_id": 7 * n,
                "category_id": 18,
                "bbox": [1.25, 0.5, 3.0, 2.0],
                "area": 6.0,
                "iscrowd": 0,
                "segmentation": [],
            }
            for n, name in enumerate(images, 1)
        ],
        **more,
    }


def write(folder: Path, data: object, name: str = "instances.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return path


def reasons(report: Report) -> dict[str, int]:
    return {reason: count for (_, reason), count in report.counts.items()}


def sole(project: Project) -> Item:
    (item,) = project.items()
    return item


# Import


def test_what_comes_in_goes_out_again(project: Project, tmp_path: Path) -> None:
    data = coco("a.png", "b/c.png")
    report = import_dataset(project, write(tmp_path, data), "coco")
    assert report.read == 2
    target = tmp_path / "out.json"
    written = export_dataset(project, "coco", target)
    assert written.written == 2
    assert written.files == [target]
    assert json.loads(target.read_text("utf-8")) == data


def test_an_import_has_its_own_annotator_and_undo(
    project: Project, tmp_path: Path
) -> None:
    import_dataset(project, write(tmp_path, coco("a.png")))
    (mark,) = project.iter_annotations()
    (annotator,) = [a for a in project.annotators() if a.id == mark.annotator_id]
    assert annotator.kind is AnnotatorKind.IMPORT
    step = project.undo_step
    assert step is not None
    assert step.name == "Import instances.json"
    project.undo()
    assert project.items() == []
    assert project.schema == Schema()


def test_pictures_beside_the_file_are_found(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    picture = draw("data/a.png")
    report = import_dataset(project, write(tmp_path / "data", coco("a.png")))
    item = sole(project)
    assert not item.missing
    assert project.media_path(item) == picture
    assert report.problems == []


def test_pictures_below_the_media_root_are_found(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    picture = draw("pictures/deep/a.png")
    source = write(tmp_path / "notes", coco("deep/a.png"))
    import_dataset(project, source, media_root=tmp_path / "pictures")
    assert project.media_path(sole(project)) == picture
    assert not sole(project).missing


@pytest.mark.parametrize("folder", ["work", "work/set", "elsewhere"])
def test_paths_stay_as_the_file_wrote_them(
    project: Project, draw: Draw, tmp_path: Path, folder: str
) -> None:
    draw(f"{folder}/val/a.png")
    data = coco("val/a.png", "val/gone.png")
    import_dataset(project, write(tmp_path / folder, data))
    assert [item.path for item in project.items()] == ["val/a.png", "val/gone.png"]
    target = tmp_path / "out.json"
    export_dataset(project, "coco", target)
    assert json.loads(target.read_text("utf-8")) == data


def test_missing_pictures_are_kept_and_joined_later(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    report = import_dataset(project, write(tmp_path / "notes", coco("val/a.png")))
    assert sole(project).missing
    assert report.losses == {}
    assert reasons(report) == {"The media file was not found; the item is kept.": 1}
    add_paths(project, [draw("pictures/val/a.png").parent])
    item = sole(project)
    assert not item.missing
    assert len(project.annotations(item.id)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "a.png",
        "./a.png",
        "photos/a.png",
        "photos/../photos/a.png",
        "../photos/a.png",
        "photos\\a.png",
        "/home/someone/photos/a.png",
        "C:\\data\\photos\\a.png",
        "set/a.png",
    ],
)
def test_paths_mean_items_that_are_there(
    project: Project, draw: Draw, tmp_path: Path, name: str
) -> None:
    add_paths(project, [draw("photos/a.png").parent])
    (before,) = project.items()
    import_dataset(project, write(tmp_path / "notes", coco(name)), "coco")
    item = sole(project)
    assert item.id == before.id
    assert len(project.annotations(item.id)) == 1


def test_absolute_paths_inside_are_taken(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    picture = draw("photos/a.png")
    import_dataset(project, write(tmp_path, coco(str(picture))), "coco")
    assert project.media_path(sole(project)) == picture


def test_one_item_is_not_taken_by_two_paths(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    add_paths(project, [draw("photos/a.png").parent])
    import_dataset(project, write(tmp_path / "n", coco("x/a.png", "y/a.png")), "coco")
    marks = {item.path: len(project.annotations(item.id)) for item in project.items()}
    assert marks == {"a.png": 1, "y/a.png": 1}


@pytest.mark.parametrize("name", ["../../a.png", "/etc/passwd", "C:\\a.png", "\0", " "])
def test_paths_that_climb_out_are_reported(
    project: Project, tmp_path: Path, name: str
) -> None:
    source = write(tmp_path / "notes", coco(name, "good.png"))
    report = import_dataset(project, source, "coco")
    assert [item.name for item in project.items()] == ["good.png"]
    assert report.skipped >= 1
    assert report.read == 1


def test_an_import_completes_what_is_there(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    """`add` first, then `import`: unknown fields come back on export all the same."""
    label = Label(id=1, name="dog", color="#123456", hotkey="d")
    with project.bulk("Labels") as bulk:
        bulk.add(Label(id=bulk.new_id(), name=label.name, color="#123456", hotkey="d"))
    add_paths(project, [draw("photos/a.png").parent])
    data = coco("a.png")
    source = write(tmp_path / "photos", data)
    import_dataset(project, source)
    (dog,) = project.schema.labels
    assert (dog.color, dog.hotkey) == ("#123456", "d")
    target = tmp_path / "out.json"
    export_dataset(project, "coco", target)
    assert json.loads(target.read_text("utf-8")) == data
    project.undo()
    assert sole(project).source is None
    assert project.annotations(sole(project).id) == []


def test_another_size_is_reported(project: Project, draw: Draw, tmp_path: Path) -> None:
    add_paths(project, [draw("photos/a.png", 60, 80).parent])
    report = import_dataset(project, write(tmp_path / "photos", coco("a.png")))
    assert reasons(report) == {"The file gives another size than the media has.": 1}
    assert (sole(project).width, sole(project).height) == (60, 80)


def test_an_end_of_a_path_is_not_enough_when_sizes_differ(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    add_paths(project, [draw("photos/a.png", 60, 80).parent])
    import_dataset(project, write(tmp_path / "notes", coco("other/a.png")), "coco")
    assert {item.path: item.missing for item in project.items()} == {
        "a.png": False,
        "other/a.png": True,
    }


def test_sizes_that_the_file_does_not_tell_are_read(
    project: Project, draw: Draw, tmp_path: Path
) -> None:
    draw("photos/a.png", 60, 80)
    data = coco("a.png")
    del data["images"][0]["width"], data["images"][0]["height"]
    source = write(tmp_path / "photos", data)
    import_dataset(project, source)
    assert (sole(project).width, sole(project).height) == (60, 80)
    project.undo()
    (tmp_path / "photos/a.png").write_bytes(b"no picture")
    report = import_dataset(project, source)
    assert sole(project).problem
    assert reasons(report) == {"A picture that cannot be shown.": 1}


@pytest.mark.parametrize(
    "text", ["", "{", '{"images": [{"id": 1', "[1, 2", "nonsense", "\0", "[" * 9999]
)
def test_a_broken_file_leaves_no_trace(
    project: Project, tmp_path: Path, text: str
) -> None:
    source = write(tmp_path, text)
    with pytest.raises((FormatError, UserError)) as caught:
        import_dataset(project, source, "coco")
    assert "instances.json" in str(caught.value)
    assert project.items() == []
    assert project.undo_step is None


def test_a_file_that_ends_in_the_middle_says_where(
    project: Project, tmp_path: Path
) -> None:
    """What comes before the end is kept, as one step of undo."""
    text = json.dumps(coco("a.png", "b.png"), indent=1)
    source = write(tmp_path, text[:-200])
    report = import_dataset(project, source, "coco")
    assert report.losses == {"The file ends in the middle.": 1}
    assert report.problems[-1].where.startswith("instances.json, line ")
    assert len(project.items()) == 2
    project.undo()
    assert project.items() == []


def test_a_cancelled_import_leaves_no_trace(project: Project, tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        import_dataset(
            project, write(tmp_path, coco("a.png")), "coco", progress=progress
        )
    assert project.items() == []
    assert project.schema == Schema()


def test_missing_sources_are_named(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.json does not exist"):
        import_dataset(project, tmp_path / "none.json", "coco")
    source = write(tmp_path, coco("a.png"))
    with pytest.raises(UserError, match=r"media folder .* does not exist"):
        import_dataset(project, source, media_root=tmp_path / "none")
    with pytest.raises(UserError, match="no format 'cocoa'"):
        import_dataset(project, source, "cocoa")
    with pytest.raises(UserError, match="no option 'x'"):
        import_dataset(project, source, "coco", options={"x": "1"})


# Detection


def test_formats_are_detected(tmp_path: Path) -> None:
    assert detect_format(write(tmp_path, coco("a.png"))) == "coco"
    with pytest.raises(UserError, match=r"is in no format that is known here"):
        detect_format(write(tmp_path, "hello", "x.bin"))
    with pytest.raises(UserError, match="does not exist"):
        detect_format(tmp_path / "none")


# Export


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    """A project with two pictures, a box on each, in the splits train and none."""
    import_dataset(project, write(tmp_path / "in", coco("a.png", "b.png")), "coco")
    return project


def test_only_selected_items_are_written(filled: Project, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    report = export_dataset(filled, "coco", target, where=Filter(name="b.png"))
    data = json.loads(target.read_text("utf-8"))
    assert [image["file_name"] for image in data["images"]] == ["b.png"]
    assert report.written == len(data["annotations"]) == 1


def test_a_label_filter_keeps_other_labels_of_the_item(
    filled: Project, tmp_path: Path
) -> None:
    first = filled.items()[0]
    with filled.bulk("More") as bulk:
        other = Label(id=bulk.new_id(), name="cat", color="#ffb000")
        bulk.add(other)
        mark = filled.annotations(first.id)[0]
        values = {"id": bulk.new_id(), "label_id": other.id, "source": None}
        bulk.add(type(mark)(**{n: getattr(mark, n) for n in mark.__slots__} | values))
    target = tmp_path / "out.json"
    export_dataset(filled, "coco", target, where=Filter(label_id=other.id))
    data = json.loads(target.read_text("utf-8"))
    assert len(data["images"]) == 1
    assert len(data["annotations"]) == 2


def add_span(project: Project) -> None:
    item = project.items()[0]
    mark = project.annotations(item.id)[0]
    with project.bulk("Span") as bulk:
        values = {"id": bulk.new_id(), "geometry": Span(((0, 3),)), "source": None}
        bulk.add(type(mark)(**{n: getattr(mark, n) for n in mark.__slots__} | values))


def test_losses_are_told_before_and_after(filled: Project, tmp_path: Path) -> None:
    add_span(filled)
    target = tmp_path / "out.json"
    before = preview_losses(filled, "coco")
    assert not target.exists()
    assert sum(before.losses.values()) == 1
    asked: list[dict[str, int]] = []

    def confirm(report: Report) -> bool:
        assert not target.exists()
        asked.append(report.losses)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        export_dataset(filled, "coco", target, confirm=confirm)
    assert list(tmp_path.glob("out*")) == []
    report = export_dataset(filled, "coco", target, confirm=confirm)
    assert target.exists()
    assert report.losses == before.losses == asked[0] == asked[1]


def test_the_project_and_its_media_are_spared(
    filled: Project, draw: Draw, tmp_path: Path
) -> None:
    picture = draw("photos/z.png")
    add_paths(filled, [picture.parent])
    link = tmp_path / "link.json"
    link.symlink_to(filled.path)
    before = filled.path.read_bytes(), picture.read_bytes()
    for target in (filled.path, link, filled.path.with_name("p.annolab-wal")):
        with pytest.raises(UserError, match="is the project itself"):
            export_dataset(filled, "coco", target)
    with pytest.raises(UserError, match="is a media file of the project"):
        export_dataset(filled, "coco", picture)
    assert (filled.path.read_bytes(), picture.read_bytes()) == before


def test_nobody_is_asked_when_nothing_is_lost(filled: Project, tmp_path: Path) -> None:
    def confirm(report: Report) -> bool:
        raise AssertionError(report)

    export_dataset(filled, "coco", tmp_path / "out.json", confirm=confirm)


def test_a_cancelled_export_leaves_the_target(filled: Project, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    progress = Progress(lambda *_: progress.cancel())
    with pytest.raises(Cancelled):
        export_dataset(filled, "stepping", target, progress=progress)
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []


class _Stepping:
    """Writes a little and steps."""

    error: Exception | None = None

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        file = sink.open()
        for number, mark in enumerate(records.annotations(), 1):
            assert isinstance(mark.geometry, Box)
            file.write(b"x")
            if self.error is not None:
                raise self.error
            yield number


@pytest.fixture(autouse=True)
def stepping(monkeypatch: pytest.MonkeyPatch) -> type[_Stepping]:
    """A format `stepping` beside the real ones."""
    real_formats, real_load = plugins.formats(), plugins.load_format
    info = replace(real_formats["coco"], id="stepping", reads=False)
    known = {**real_formats, "stepping": info}
    monkeypatch.setattr(plugins, "formats", lambda *_: known)
    monkeypatch.setattr(
        plugins,
        "load_format",
        lambda id_, *_: _Stepping() if id_ == "stepping" else real_load(id_),
    )
    monkeypatch.setattr(_Stepping, "error", None)
    return _Stepping


@pytest.mark.parametrize(
    ("error", "expected", "words"),
    [
        (
            OSError(28, "No space left on device"),
            UserError,
            "not enough room on the disk",
        ),
        (PermissionError(13, "Permission denied"), UserError, "no right to write"),
        (KeyError("x"), PluginError, "The format 'stepping' failed: KeyError"),
        (FormatError("No."), FormatError, "No."),
    ],
)
def test_a_failed_export_is_a_sentence(
    filled: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    expected: type[Exception],
    words: str,
) -> None:
    monkeypatch.setattr(_Stepping, "error", error)
    target = tmp_path / "out.json"
    target.write_text("old")
    with pytest.raises(expected, match=words):
        export_dataset(filled, "stepping", target)
    assert target.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out.json", "work"]


def test_an_export_is_not_disturbed_by_edits(filled: Project, tmp_path: Path) -> None:
    def edit(done: int, total: int | None, message: str) -> None:
        assert total == 2
        if done == 1:
            filled.undo()

    target = tmp_path / "out.bin"
    export_dataset(filled, "stepping", target, progress=Progress(edit))
    assert target.read_bytes() == b"xx"
    assert filled.items() == []


def test_severities_decide_about_losses(filled: Project) -> None:
    report = preview_losses(filled, "coco")
    assert not {Severity.LOSS, Severity.SKIPPED} & {how for how, _ in report.counts}
    assert report.losses == {}
    assert {item.media for item in filled.items()} == {Media.IMAGE}
