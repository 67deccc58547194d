"""Films that go out as pictures: which frames, called what, with which marks."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import astuple, replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pycocotools.coco import COCO

from annolab import edits
from annolab.errors import Cancelled, MediaError, UserError
from annolab.formats.base import Report
from annolab.jobs import Progress
from annolab.media.picture_file import PictureFormat
from annolab.media.video_frames import FilmFrames
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import (
    Box,
    Geometry,
    Interval,
    Keyframe,
    Points,
    Track,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.model.tracks import geometry_at
from annolab.store.project import Project
from annolab.tasks.frames import (
    FrameChoice,
    FrameSet,
    chosen_frames,
    film_names,
    parse_frames,
)
from annolab.tasks.ingest import add_paths
from annolab.tasks.transfer import export_dataset, preview_losses
from tests.unit.media import films
from tests.unit.media.films import HEIGHT, WIDTH, Recipe

Draw = Callable[..., Path]
COUNT = 40
CAR = Label(id=1, name="car", color="#ffb000")
MOVING = Track(
    (
        Keyframe(3, Box(10, 10, 20, 10)),
        Keyframe(7, Box(18, 14, 20, 20), attributes={"occluded": True}),
        Keyframe(20, Box(18, 14, 20, 20), outside=True),
        Keyframe(30, Box(50, 50, 10, 10), attributes={"score": 0.5}),
    )
)


@pytest.fixture
def film(project: Project, tmp_path: Path) -> Item:
    """A film of 40 pictures with long ways between keyframes."""
    recipe = Recipe("clip.mkv", "mpeg4", COUNT, gop=12, b_frames=2)
    add_paths(project, [films.make(tmp_path, recipe)])
    project.apply(edits.declare(project.schema, CAR))
    (item,) = project.items()
    return item


def mark(
    project: Project, item: Item, geometry: Geometry, frame: int | None = None
) -> Annotation:
    """Put a mark into the project; its id is the next one."""
    number = 1 + max((a.id for a in project.iter_annotations()), default=100)
    annotation = Annotation(
        id=number,
        item_id=item.id,
        annotator_id=project.annotator.id,
        geometry=geometry,
        label_id=CAR.id,
        frame=frame,
    )
    project.apply(edits.add([annotation]))
    return annotation


def export(
    project: Project,
    target: Path,
    which: str,
    format_id: str = "coco",
    progress: Progress | None = None,
) -> Report:
    chosen = FrameChoice(*parse_frames(which))
    return export_dataset(project, format_id, target, frames=chosen, progress=progress)


def numbers(folder: Path) -> dict[str, int]:
    """What is drawn into the pictures of a folder, by their names."""
    found = {}
    for path in sorted((folder / "images").iterdir()):
        with Image.open(path) as image:
            found[path.name] = films.read_number(np.array(image))
    return found


def reasons(report: Report) -> dict[str, int]:
    return {reason: count for (_, reason), count in report.counts.items()}


def test_each_picture_is_the_frame_of_its_name(
    project: Project, film: Item, tmp_path: Path
) -> None:
    report = export(project, tmp_path / "out", "all")
    found = numbers(tmp_path / "out")
    assert found == {f"clip_{n:06d}.png": n for n in range(COUNT)}
    assert (report.pictures, report.written, report.counts) == (COUNT, 0, {})
    assert len(report.files) == COUNT + 1


@pytest.mark.parametrize(
    ("which", "frames"),
    [
        ("every:13", [0, 13, 26, 39]),
        ("keyframes", [3, 5, 7, 30]),
        ("labelled", [*range(3, 20), *range(30, 40)]),
    ],
)
def test_the_chosen_frames_go_out_with_what_is_seen_there(
    project: Project, film: Item, tmp_path: Path, which: str, frames: list[int]
) -> None:
    mark(project, film, MOVING)
    mark(project, film, Box(1, 1, 2, 2), 5)
    report = export(project, tmp_path / "out", which)
    found = numbers(tmp_path / "out")
    assert found == {f"clip_{n:06d}.png": n for n in frames}
    with redirect_stdout(StringIO()):
        coco = COCO(tmp_path / "out" / "annotations.json")
    boxes = 0
    for image in coco.dataset["images"]:
        frame = image["attributes"]["frame"]
        assert image["file_name"] == f"images/clip_{frame:06d}.png"
        assert (tmp_path / "out" / image["file_name"]).is_file()
        assert (image["width"], image["height"]) == (WIDTH, HEIGHT)
        assert image["attributes"]["film"] == film.path
        assert image["attributes"]["seconds"] == pytest.approx(frame / 30, abs=1e-3)
        marks = coco.imgToAnns[image["id"]]
        tracked = [m["bbox"] for m in marks if "attributes" in m]
        assert tracked == [list(astuple(s)) for s in _seen(frame)]
        assert len(marks) - len(tracked) == (frame == 5)
        boxes += len(marks)
    assert report.written == boxes
    assert report.pictures == len(frames)


def _seen(frame: int) -> list[Box]:
    shape = geometry_at(MOVING, frame)
    return [shape] if isinstance(shape, Box) else []


def test_key_values_are_those_of_the_frame(
    project: Project, film: Item, tmp_path: Path
) -> None:
    mark(project, film, Track((Keyframe(0, Box(0, 0, 1, 1)),)))
    mark(project, film, MOVING)
    export(project, tmp_path / "out", "all")
    data = json.loads((tmp_path / "out" / "annotations.json").read_text())
    told = {i["id"]: i["attributes"]["frame"] for i in data["images"]}
    seen = {
        told[m["image_id"]]: m
        for m in data["annotations"]
        if m["attributes"]["track_id"] == 2
    }
    assert seen[6]["attributes"] == {"track_id": 2}
    assert seen[19]["attributes"] == {"track_id": 2, "occluded": True}
    assert seen[30]["attributes"] == {"track_id": 2}
    assert seen[30]["score"] == 0.5
    assert "score" not in seen[6]


def test_yolo_finds_its_rows_beside_the_pictures(
    project: Project, film: Item, tmp_path: Path
) -> None:
    mark(project, film, MOVING)
    out = tmp_path / "out"
    report = export(project, out, "every:5", "yolo")
    assert len(numbers(out)) == 8
    rows = {p.stem: p.read_text().split() for p in (out / "labels").iterdir()}
    assert {name.removesuffix(".png") for name in numbers(out)} == set(rows)
    wanted = (14 + 10) / WIDTH, (12 + 7.5) / HEIGHT, 20 / WIDTH, 15 / HEIGHT
    assert rows["clip_000005"][0] == "0"
    numbers_of_row = [float(cell) for cell in rows["clip_000005"][1:]]
    assert numbers_of_row == pytest.approx(wanted, abs=1e-6)
    assert rows["clip_000000"] == []
    listed = (out / "train.txt").read_text().splitlines()
    assert listed[0] == "./images/clip_000000.png"
    told = reasons(report)
    assert told["The format does not say which shapes are of one track."] == 1
    assert "YOLO has no key-values of annotations." in told  # occluded is the user's
    assert "YOLO has no key-values of images." not in told


def test_groups_and_relations_stay_together_on_each_picture(
    project: Project, film: Item, tmp_path: Path
) -> None:
    one = mark(project, film, Track((Keyframe(0, Box(0, 0, 9, 9)),)))
    two = mark(project, film, Track((Keyframe(2, Points.of([(1, 1)])),)))
    grouped = [replace(each, group_id=7) for each in (one, two)]
    project.apply(edits.replace([one, two], grouped, "Group"))
    relation = Relation(
        id=9,
        item_id=film.id,
        annotator_id=project.annotator.id,
        head_id=two.id,
        tail_id=one.id,
        label_id=None,
    )
    project.apply(edits.add_relations([relation]))
    export(project, tmp_path / "out", "every:2", "csv")
    with (tmp_path / "out" / "annotations.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    shapes = [row for row in rows if row["kind"] != "relation"]
    arcs = [row for row in rows if row["kind"] == "relation"]
    assert len(shapes) == 20 + 19
    assert len({row["group"] for row in shapes}) == 20
    by_group: dict[str, set[str]] = {}
    for row in shapes:
        by_group.setdefault(row["group"], set()).add(row["file"])
    assert all(len(files) == 1 for files in by_group.values())
    assert len(arcs) == 19
    place = {row["id"]: (row["file"], row["kind"]) for row in shapes}
    for arc in arcs:
        assert place[arc["head"]] == (arc["file"], "points")
        assert place[arc["tail"]] == (arc["file"], "box")


def test_tags_of_the_film_and_of_ranges_are_on_its_pictures(
    project: Project, film: Item, tmp_path: Path
) -> None:
    mark(project, film, Whole())
    mark(
        project,
        film,
        Track((Keyframe(4, Whole()), Keyframe(6, Whole(), outside=True))),
    )
    export(project, tmp_path / "out", "labelled", "csv")
    assert list(numbers(tmp_path / "out").values()) == [4, 5]
    with (tmp_path / "out" / "annotations.csv").open(newline="") as file:
        kinds = [(row["file"][-8:], row["kind"]) for row in csv.DictReader(file)]
    assert kinds == [(f"000{n}.png", "whole") for n in (4, 4, 5, 5)]


def test_pictures_that_are_items_go_with_them(
    project: Project, film: Item, tmp_path: Path, draw: Draw
) -> None:
    draw("images/clip_000000.png")
    add_paths(project, [tmp_path / "images" / "clip_000000.png"])
    picture = next(i for i in project.items() if i.media is Media.IMAGE)
    mark(project, picture, Box(0, 0, 2, 2))
    export(project, tmp_path / "out", "every:39")
    data = json.loads((tmp_path / "out" / "annotations.json").read_text())
    paths = [image["file_name"] for image in data["images"]]
    named = picture.path, "images/clip-2_000000.png", "images/clip-2_000039.png"
    assert paths == list(named)
    assert len(data["annotations"]) == 1


def test_numbered_pictures_and_a_film_of_one_frame(
    project: Project, tmp_path: Path
) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    for number in (8, 9, 10):
        Image.fromarray(films.picture(number)).save(shots / f"#{number}.png"[1:])
    films.make(tmp_path, Recipe("one.mkv", "mpeg4", 1), [77])
    add_paths(project, [shots / "#.png", tmp_path / "one.mkv"])
    export(project, tmp_path / "out", "all")
    drawn = numbers(tmp_path / "out")
    run = [name for name in drawn if not name.startswith("one_")]
    assert drawn["one_000000.png"] == 77
    assert [drawn[name] for name in run] == [8, 9, 10]


def test_a_second_export_is_the_same_to_the_byte(
    project: Project, film: Item, tmp_path: Path
) -> None:
    mark(project, film, MOVING)
    for name in ("one", "two"):
        export(project, tmp_path / name, "every:9")
    for path in (tmp_path / "one").rglob("*.*"):
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes()


def test_jpeg_has_its_quality(project: Project, film: Item, tmp_path: Path) -> None:
    sizes = []
    for quality in (20, 95):
        choice = FrameChoice(FrameSet.EVERY, 20, PictureFormat.JPEG, quality)
        out = tmp_path / f"out{quality}"
        export_dataset(project, "coco", out, frames=choice)
        assert numbers(out) == {"clip_000000.jpg": 0, "clip_000020.jpg": 20}
        sizes.append((out / "images" / "clip_000000.jpg").stat().st_size)
    assert sizes[0] < sizes[1] / 2


def test_a_frame_that_cannot_be_read_is_named_and_left_out(
    project: Project, film: Item, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = FilmFrames.frame

    def frame(self: FilmFrames, index: int, stop: Callable[[], bool]) -> object:
        if index == 20:
            message = "Picture 20 of clip.mkv is damaged."
            raise MediaError(message)
        return whole(self, index, stop)

    monkeypatch.setattr(FilmFrames, "frame", frame)
    mark(project, film, Box(0, 0, 3, 3), 20)
    report = export(project, tmp_path / "out", "every:10")
    assert list(numbers(tmp_path / "out").values()) == [0, 10, 30]
    data = json.loads((tmp_path / "out" / "annotations.json").read_text())
    assert [i["attributes"]["frame"] for i in data["images"]] == [0, 10, 30]
    assert report.pictures == 3
    assert reasons(report) == {
        "A frame that cannot be read has no picture.": 1,
        "A mark is on none of the frames that are chosen.": 1,
    }
    assert "Picture 20" in report.problems[0].where


def test_what_is_no_picture_is_reported(
    project: Project, film: Item, tmp_path: Path
) -> None:
    timed = mark(project, film, Interval(0, 1))
    late = mark(project, film, Box(0, 0, 1, 1), COUNT + 5)
    gone = tmp_path / "gone.mkv"
    films.make(tmp_path, Recipe("gone.mkv", "mpeg4", 4))
    add_paths(project, [gone])
    gone.unlink()
    lost = next(i for i in project.items() if i.name == "gone.mkv")
    mark(project, lost, Box(0, 0, 1, 1), 0)
    report = export(project, tmp_path / "out", "every:20")
    assert reasons(report) == {
        "A film that cannot be read is left out.": 1,
        "An annotation of such a film.": 1,
        "A mark in time is on no picture.": 1,
        "A mark is on none of the frames that are chosen.": 1,
    }
    told = {p.annotation_id for p in report.problems if p.item == film.path}
    assert told == {timed.id, late.id}
    assert preview_losses(
        project, "coco", frames=FrameChoice(FrameSet.EVERY, 20)
    ).counts == (report.counts)


def test_problems_name_the_annotations_of_the_project(
    project: Project, film: Item, tmp_path: Path
) -> None:
    lone = mark(project, film, Track((Keyframe(0, Box(-50, -50, 9, 9)),)))
    report = export(project, tmp_path / "out", "every:20", "yolo")
    told = {p.annotation_id for p in report.problems if "outside" in p.reason}
    assert told == {lone.id}


@pytest.mark.parametrize(
    ("format_id", "target", "words"),
    [("coco", "out.json", "name a folder"), ("textgrid", "out", "no pictures")],
)
def test_what_cannot_be_is_said_before_anything_is_read(
    project: Project,
    film: Item,
    tmp_path: Path,
    format_id: str,
    target: str,
    words: str,
) -> None:
    with pytest.raises(UserError, match=words):
        export(project, tmp_path / target, "all", format_id)
    assert not (tmp_path / target).exists()


@pytest.mark.parametrize("step", [0, 7, 39])
def test_a_cancelled_export_leaves_nothing(
    project: Project, film: Item, tmp_path: Path, step: int
) -> None:
    told: list[tuple[int, int | None]] = []

    def listen(done: int, total: int | None, message: str) -> None:
        if message.startswith("Writing pictures"):
            told.append((done, total))
            if done == step:
                progress.cancel()

    progress = Progress(listen)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Cancelled):
        export(project, tmp_path / "out", "all", progress=progress)
    assert told == [(n, COUNT) for n in range(step + 1)]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    project: Project, film: Item, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annolab.tasks.frames.picture_bytes", full)
    with pytest.raises(UserError, match="not enough room"):
        export(project, tmp_path / "out", "all")
    assert not list(tmp_path.glob("*out*"))


def test_names_of_films() -> None:
    same = film_names(["a/x.mp4", "b/X.mp4", "y.mp4"])
    assert same == ["a_x", "b_X", "y"]
    assert film_names(["x.mp4", "x.mkv"]) == ["x", "x-2"]
    assert film_names(["shots/take_#.png", "shots/#.png"]) == ["take", "shots"]
    assert film_names(["x.mp4"], {"x"}) == ["x-2"]
    assert film_names(['a:b*"c.mp4', "...mp4"]) == ["a_b_c", "film"]


@given(st.lists(st.text(min_size=1), max_size=8))
def test_names_of_films_are_unlike_and_short(paths: list[str]) -> None:
    names = film_names(paths)
    assert len({name.casefold() for name in names}) == len(paths)
    for name in names:
        assert len(f"{name}_0000000000.png".encode()) <= 255
        assert not set(name) & set('/\\:*?"<>|#\0\n')


@pytest.mark.parametrize(
    "text",
    ["", "some", "every", "every:0", "every:-1", "every:x", "all:3", "every:1e9"],
)
def test_a_choice_that_is_none_is_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match="every:10"):
        parse_frames(text)


def test_a_choice_of_frames() -> None:
    assert parse_frames(" Every:10 ") == (FrameSet.EVERY, 10)
    assert parse_frames("labelled") == (FrameSet.LABELLED, 1)
    with pytest.raises(UserError, match="quality"):
        FrameChoice(quality=0)


@given(st.integers(0, 60), st.data())
def test_labelled_frames_are_those_where_something_is_seen(
    count: int, data: st.DataObject
) -> None:
    frames = data.draw(st.lists(st.integers(0, 70), min_size=1, unique=True))
    keys = [
        Keyframe(f, Box(f, 0, 1, 1), outside=data.draw(st.booleans()))
        for f in sorted(frames)
    ]
    track = Track(tuple(keys))
    annotation = Annotation(id=1, item_id=1, annotator_id=1, geometry=track)
    found = chosen_frames([annotation], count, FrameChoice(FrameSet.LABELLED))
    seen = [f for f in range(count) if geometry_at(track, f) is not None]
    assert found.tolist() == seen
    keyed = chosen_frames([annotation], count, FrameChoice(FrameSet.KEYFRAMES))
    assert keyed.tolist() == [
        k.frame for k in keys if not k.outside and k.frame < count
    ]
