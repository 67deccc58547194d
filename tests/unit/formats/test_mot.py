"""MOT: the rows that other programs write, and where their pictures are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from annolab.formats.mot import MotFormat
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Keyframe, Track
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.tracks import NUMBER, TAKEN, number_of
from tests.format_memory import Dataset, read, write

ROWS = """1,9,1,1,10,10,1,1,1
1,4,21,1,10,10,1,1,1
2,9,2,1,10,10,1,1,1
"""
FILM = Item(id=5, path="street.mp4", media=Media.VIDEO, width=64, height=48, length=2)


def _put(folder: Path, *rows: str) -> Path:
    path = folder / "seq.txt"
    path.write_text("".join(f"{row}\n" for row in rows))
    return path


def _values(data: Dataset) -> list[dict[str, object]]:
    track = data.the_annotations[0].geometry
    assert isinstance(track, Track)
    return [dict(k.attributes) for k in track.keyframes if not k.outside]


def test_ground_of_mot15_is_neither_class_nor_visibility(tmp_path: Path) -> None:
    rows = (
        "1,1,399,182,121,229,1,-1,-1,-1",
        "2,1,399,182,121,229,1,-2.5,4,0",
    )
    data, report = read(MotFormat(), _put(tmp_path, *rows))
    assert not report.losses
    assert _values(data) == [{}, {"ground": (-2.5, 4.0, 0.0)}]
    assert data.the_annotations[0].label_id is None
    assert not write(MotFormat(), data, tmp_path / "out").losses
    again, _ = read(MotFormat(), tmp_path / "out")
    assert _values(again) == _values(data)
    label = Label(id=3, name="car", color="#ffffff")
    mark = replace(data.the_annotations[0], label_id=3)
    data = replace(data, schema=Schema((label,)), the_annotations=[mark])
    assert write(MotFormat(), data, tmp_path / "more").losses


def test_scores_of_results_come_back(tmp_path: Path) -> None:
    row = "1,3,113.84,274.5,57.307,130.05,0.25,-1,-1,-1"
    data, _ = read(MotFormat(), _put(tmp_path, row, "2,3,1,1,5,5,-1,-1,-1,-1"))
    assert _values(data) == [{"score": 0.25}, {}]
    report = write(MotFormat(), data, tmp_path / "out")
    assert not report.losses
    again, _ = read(MotFormat(), tmp_path / "out")
    assert _values(again) == _values(data)


def test_an_unknown_visibility_is_none(tmp_path: Path) -> None:
    data, _ = read(MotFormat(), _put(tmp_path, "1,1,1,1,5,5,1,1,-1", "2,1,1,1,5,5"))
    assert _values(data) == [{}, {}]


def test_numbered_pictures_beside_are_the_film(tmp_path: Path) -> None:
    folder = tmp_path / "train" / "TUD-Campus"
    for below in ("gt", "img1"):
        (folder / below).mkdir(parents=True)
    (folder / "gt" / "gt.txt").write_text("1,1,11,21,5,5,1,1,1\n")
    (folder / "seqinfo.ini").write_text("[Sequence]\nimDir=img1\nseqLength=71\n")
    data, _ = read(MotFormat(), tmp_path / "train")
    film = [(x.path, x.length) for x in data.the_items]
    assert film == [("TUD-Campus.mp4", 71)]
    (folder / "img1" / "000001.jpg").write_bytes(b"")
    for top, path in (
        (tmp_path / "train", "TUD-Campus/img1/#.jpg"),
        (folder, "img1/#.jpg"),
    ):
        data, _ = read(MotFormat(), top)
        assert [x.path for x in data.the_items] == [path]
    track = data.the_annotations[0].geometry
    assert isinstance(track, Track)
    assert track.keyframes[0].geometry == Box(10, 20, 5, 5)
    (folder / "seqinfo.ini").write_text("[Sequence]\nimDir=../../..\n")
    data, _ = read(MotFormat(), folder)
    assert [x.media.name for x in data.the_items] == ["VIDEO"]


def _folder(folder: Path) -> Path:
    (folder / "street" / "gt").mkdir(parents=True)
    (folder / "street" / "gt" / "gt.txt").write_text(ROWS, "ascii")
    return folder


def test_numbers_of_tracks_come_in_and_go_out(tmp_path: Path) -> None:
    held, _ = read(MotFormat(), _folder(tmp_path / "in"))
    assert sorted(number_of(a) or 0 for a in held.the_annotations) == [4, 9]
    report = write(MotFormat(), held, tmp_path / "out")
    assert not report.losses
    (file,) = (tmp_path / "out").glob("*/gt/gt.txt")
    ids = {line.split(",")[1] for line in file.read_text("ascii").splitlines()}
    assert ids == {"4", "9"}


def test_tracks_without_a_number_get_the_next_free_one(tmp_path: Path) -> None:
    shape = Track((Keyframe(0, Box(0, 0, 9, 9)),))
    tracks = [
        Annotation(
            id=n, item_id=5, annotator_id=1, geometry=shape,
            attributes={} if number is None else {NUMBER: number},
        )
        for n, number in ((11, None), (12, 1), (13, None), (14, 1))
    ]  # fmt: skip
    data = Dataset(the_items=[FILM], the_annotations=tracks)
    write(MotFormat(), data, tmp_path / "out")
    (file,) = (tmp_path / "out").glob("*/gt/gt.txt")
    first = [row.split(",") for row in file.read_text("ascii").splitlines()][:4]
    assert [row[1] for row in first if row[0] == "1"] == ["2", "1", "3", "4"]


def test_of_two_tracks_with_one_number_the_second_is_told(tmp_path: Path) -> None:
    (tmp_path / "gt.txt").write_text("1,3,1,1,5,5,1,1,1\n1,4,9,9,5,5,1,1,1\n")
    data, _ = read(MotFormat(), tmp_path / "gt.txt")
    marks = [replace(m, attributes={"track_id": 3}) for m in data.the_annotations]
    changed = replace(data, the_annotations=marks)
    assert TAKEN in write(MotFormat(), changed, tmp_path / "out").losses
    assert TAKEN not in write(MotFormat(), data, tmp_path / "out").losses
