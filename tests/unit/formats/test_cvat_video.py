"""Documents of CVAT for video, in and out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Report
from annolab.formats.cvat_video import CvatVideoFormat
from annolab.model import mask as masks
from annolab.model.geometry import (
    AttributeValue,
    Box,
    Keyframe,
    Mask,
    Points,
    RotatedBox,
    Track,
    Whole,
)
from annolab.model.schema import Owner, ValueType
from annolab.model.tracks import TAKEN
from tests.format_memory import read, write

SVG = (
    '&lt;line data-type="edge" data-node-from="1" data-node-to="2"&gt;&lt;/line&gt;'
    '&lt;circle data-node-id="1" data-label-name="head"&gt;&lt;/circle&gt;'
    '&lt;circle data-node-id="2" data-label-name="tail"&gt;&lt;/circle&gt;'
)
DOCUMENT = f"""<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <id>12</id><name>street</name><size>60</size><mode>interpolation</mode>
      <start_frame>0</start_frame><stop_frame>119</stop_frame>
      <frame_filter>step=2</frame_filter>
      <labels>
        <label><name>car</name><color>#FF00aa</color><type>any</type>
          <attributes>
            <attribute><name>model</name><mutable>False</mutable>
              <input_type>select</input_type><default_value>a</default_value>
              <values>a\nb</values></attribute>
            <attribute><name>parked</name><mutable>True</mutable>
              <input_type>checkbox</input_type><default_value>false</default_value>
              <values>false</values></attribute>
          </attributes></label>
        <label><name>dog</name><color>#00ff00</color><type>skeleton</type>
          <attributes/><svg>{SVG}</svg></label>
        <label><name>head</name><type>points</type><attributes/>
          <parent>dog</parent></label>
        <label><name>tail</name><type>points</type><attributes/>
          <parent>dog</parent></label>
      </labels>
      <original_size><width>20</width><height>10</height></original_size>
    </task>
    <dumped>2024-01-01</dumped>
    <source>street.mp4</source>
  </meta>
  <something new="1"><inside>here</inside></something>
  <track id="0" label="car" source="manual" group_id="3" colour="x">
    <box frame="0" keyframe="1" outside="0" occluded="0" xtl="0.10" ytl="0.20"
      xbr="3.40" ybr="5.70" z_order="0" seen="yes">
      <attribute name="model">b</attribute><attribute name="parked">false</attribute>
    </box>
    <box frame="10" keyframe="1" outside="0" occluded="1" xtl="1.10" ytl="0.20"
      xbr="4.40" ybr="5.70" z_order="2">
      <attribute name="model">b</attribute><attribute name="parked">true</attribute>
    </box>
    <box frame="20" keyframe="1" outside="1" occluded="1" xtl="1.10" ytl="0.20"
      xbr="4.40" ybr="5.70" z_order="2">
      <attribute name="model">b</attribute><attribute name="parked">true</attribute>
    </box>
    <note>kept</note>
  </track>
  <track id="1" label="car" source="auto">
    <box frame="4" keyframe="1" outside="0" occluded="0" xtl="0.10" ytl="0.20"
      xbr="3.40" ybr="5.70" rotation="180.0" z_order="0"></box>
    <box frame="6" keyframe="1" outside="1" occluded="0" xtl="0.10" ytl="0.20"
      xbr="3.40" ybr="5.70" rotation="180.0" z_order="0"></box>
  </track>
  <track id="2" label="car" source="manual">
    <mask frame="4" keyframe="1" outside="0" occluded="0" rle="0, 1, 1, 2, 1, 1"
      left="2" top="3" width="3" height="2" z_order="0"></mask>
  </track>
  <track id="3" label="dog" source="manual">
    <skeleton frame="4" keyframe="1" outside="0" occluded="0" z_order="0">
      <points label="head" outside="0" occluded="1" points="1.5,2.5"></points>
      <points label="tail" outside="0" occluded="0" points="3.5,4.5"></points>
    </skeleton>
  </track>
  <tag frame="8" label="car" source="manual"><attribute name="model">a</attribute></tag>
</annotations>
"""


def _put(folder: Path, text: str = DOCUMENT) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "street.xml"
    file.write_text(text)
    return file


def _content(element: Any) -> Any:
    """An element as values: numbers as numbers, no blanks, children in order."""
    said = {key: _value(value) for key, value in element.attrib.items()}
    return element.tag, said, _value(element.text or ""), list(map(_content, element))


def _value(text: str) -> Any:
    parts = text.strip().replace(";", ",").split(",")
    try:
        return [float(part) for part in parts]
    except ValueError:
        return text.strip()


def test_in_and_out_is_equal(tmp_path: Path) -> None:
    data, report = read(CvatVideoFormat(), _put(tmp_path / "in"))
    assert not report.losses
    assert not write(CvatVideoFormat(), data, tmp_path / "out").losses
    given = ElementTree.fromstring(DOCUMENT)
    made = ElementTree.parse(tmp_path / "out" / "street.xml").getroot()
    assert _content(made.find("meta")) == _content(given.find("meta"))
    assert _content(made.find("something")) == _content(given.find("something"))
    for tag in ("track", "tag"):
        old, new = map(list, (given.iterfind(tag), made.iterfind(tag)))
        for a, b in zip(old, new, strict=True):
            if a.get("group_id"):
                b.set("group_id", a.get("group_id", ""))  # numbered anew
            assert _content(b) == _content(a)


def test_what_it_means(tmp_path: Path) -> None:
    data, _ = read(CvatVideoFormat(), _put(tmp_path))
    (item,) = data.the_items
    assert (item.path, item.width, item.height) == ("street.mp4", 20, 10)
    assert item.length == 120
    car, single, mask, dog, tag = data.the_annotations
    assert isinstance(car.geometry, Track)
    first, second, last = car.geometry.keyframes
    assert first.geometry == Box(0.1, 0.2, 3.3, 5.5)
    assert dict(first.attributes) == {"parked": False}
    assert second.attributes == {"parked": True, "occluded": True, "z_order": 2}
    assert last.outside
    assert car.attributes == {"model": "b"}
    # A shape of one frame: the next frame of the task is two pictures on.
    assert single.frame == 4
    assert single.geometry == RotatedBox(1.75, 2.95, 3.3, 5.5, 180)
    assert isinstance(mask.geometry, Track)
    shape = mask.geometry.keyframes[0].geometry
    assert isinstance(shape, Mask)
    places = masks.decode(shape)[3:5, 2:5].astype(int).tolist()
    assert (masks.area(shape), places) == (4, [[1, 0, 1], [1, 0, 1]])
    assert isinstance(dog.geometry, Track)
    assert dog.geometry.keyframes[0].geometry == Points.of(
        [(1.5, 2.5), (3.5, 4.5)], (1, 2)
    )
    assert (tag.geometry, tag.frame) == (Whole(), 8)
    label = data.schema.label_named("dog")
    assert label is not None
    assert label.skeleton is not None
    assert label.skeleton.edges == ((0, 1),)
    specs = {spec.name: (spec.owner, spec.type) for spec in data.schema.attributes}
    assert specs == {
        "model": (Owner.ANNOTATION, ValueType.CHOICE),
        "parked": (Owner.KEYFRAME, ValueType.BOOL),
    }


def test_a_file_that_breaks_off_gives_what_is_whole(tmp_path: Path) -> None:
    cut = DOCUMENT[: DOCUMENT.index('<track id="2"')]
    data, report = read(CvatVideoFormat(), _put(tmp_path, cut))
    assert len(data.the_annotations) == 2
    assert report.losses


def _track(*shapes: str, skeleton: bool = False) -> str:
    head = DOCUMENT[: DOCUMENT.index("<track ")].replace("step=2", "")
    label = "dog" if skeleton else "car"
    inside = "".join(shapes)
    return f'{head}<track id="0" label="{label}">{inside}</track></annotations>'


def _box(frame: int, left: float, keyframe: int = 1, outside: int = 0) -> str:
    return (
        f'<box frame="{frame}" keyframe="{keyframe}" outside="{outside}" occluded="0" '
        f'xtl="{left}" ytl="0.0" xbr="{left + 5}" ybr="5.0" z_order="0"/>'
    )


def _frames(text: str, folder: Path) -> tuple[Track, Report]:
    data, report = read(CvatVideoFormat(), _put(folder, text))
    track = data.the_annotations[0].geometry
    assert isinstance(track, Track)
    return track, report


def test_shapes_between_keyframes_are_told(tmp_path: Path) -> None:
    text = _track(_box(0, 0), _box(5, 5, keyframe=0), _box(10, 10))
    track, report = _frames(text, tmp_path)
    assert [key.frame for key in track.keyframes] == [0, 10]
    assert report.counts
    assert not report.losses
    text = _track(_box(0, 0), _box(5, 6, keyframe=0), _box(10, 10))
    _, report = _frames(text, tmp_path)
    assert report.losses


def test_cvat_moves_towards_a_shape_that_is_outside(tmp_path: Path) -> None:
    between = [_box(frame, frame, keyframe=0) for frame in range(1, 10)]
    text = _track(_box(0, 0), *between, _box(10, 10, outside=1))
    track, report = _frames(text, tmp_path)
    assert not report.losses
    assert [key.frame for key in track.keyframes] == [0, 9, 10]
    assert track.keyframes[1].geometry == Box(9, 0, 5, 5)


def test_a_track_that_holds_does_so_in_cvat(tmp_path: Path) -> None:
    text = _track(_box(0, 0), _box(10, 0), _box(20, 0, outside=1))
    data, _ = read(CvatVideoFormat(), _put(tmp_path / "in", text))
    keys = (
        Keyframe(0, Box(0, 0, 5, 5)),
        Keyframe(20, Box(9, 0, 5, 5), outside=True),
    )
    mark = replace(data.the_annotations[0], geometry=Track(keys), source=None)
    data = replace(data, the_annotations=[mark])
    write(CvatVideoFormat(), data, tmp_path / "out")
    root = ElementTree.parse(tmp_path / "out" / "street.xml").getroot()
    boxes = root.findall("track/box")
    assert [x.get("frame") for x in boxes] == ["0", "19", "20"]
    assert boxes[1].get("xtl") == "0.0"
    again, _ = read(CvatVideoFormat(), tmp_path / "out")
    assert again.the_annotations[0].geometry == Track(keys)


def test_a_skeleton_is_a_keyframe_where_one_of_its_points_is(tmp_path: Path) -> None:
    def at(frame: int, *keyframes: int) -> str:
        parts = "".join(
            f'<points label="{name}" keyframe="{key}" outside="0" occluded="0" '
            f'points="{frame}.0,{place}.0"/>'
            for place, (name, key) in enumerate(
                zip(("head", "tail"), keyframes, strict=True)
            )
        )
        is_key = int(all(keyframes))
        return f'<skeleton frame="{frame}" keyframe="{is_key}">{parts}</skeleton>'

    text = _track(at(0, 1, 1), at(1, 0, 0), at(2, 0, 1), at(3, 0, 0), skeleton=True)
    track, _ = _frames(text, tmp_path)
    assert [key.frame for key in track.keyframes] == [0, 2]


def test_a_project_is_a_film_for_each_task(tmp_path: Path) -> None:
    def task(number: int, step: int) -> str:
        return (
            f"<task><id>{number}</id><size>60</size>"
            f"<frame_filter>step={step}</frame_filter><original_size>"
            f"<width>{number}0</width><height>10</height></original_size>"
            f"<source>film {number}.mp4</source></task>"
        )

    def track(number: int, task_id: int) -> str:
        inside = _box(0, 0) + _box(10, 1)
        return (
            f'<track id="{number}" label="car" task_id="{task_id}" group_id="1">'
            f"{inside}</track>"
        )

    labels = "<labels><label><name>car</name></label></labels>"
    text = (
        f"<annotations><meta><project><id>1</id><tasks>{task(3, 1)}{task(4, 2)}"
        f"</tasks>{labels}</project></meta>{track(0, 3)}{track(1, 4)}{track(2, 9)}"
        '<tag label="car" frame="5" task_id="4"/></annotations>'
    )
    data, report = read(CvatVideoFormat(), _put(tmp_path / "in", text))
    assert [(x.path, x.width) for x in data.the_items] == [
        ("film 3.mp4", 30), ("film 4.mp4", 40),
    ]  # fmt: skip
    three, four = (x.id for x in data.the_items)
    assert [m.item_id for m in data.the_annotations] == [three, four, three, four]
    assert len({m.group_id for m in data.the_annotations if m.group_id}) == 2
    assert sum(report.losses.values()) == 1
    write(CvatVideoFormat(), data, tmp_path / "out")
    again, _ = read(CvatVideoFormat(), tmp_path / "out")
    assert [(x.path, x.width) for x in again.the_items] == [
        ("film 3.mp4", 30), ("film 4.mp4", 40),
    ]  # fmt: skip
    assert len(again.the_annotations) == 4


def test_two_decimals(tmp_path: Path) -> None:
    data, _ = read(CvatVideoFormat(), _put(tmp_path / "in"))
    write(CvatVideoFormat(), data, tmp_path / "out", decimals="2")
    text = (tmp_path / "out" / "street.xml").read_text()
    assert 'xbr="3.40"' in text


@pytest.mark.parametrize(
    "bad",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><annotations>&b;</annotations>',
        "<html></html>",
        "<annotations",
    ],
)
def test_what_is_none(bad: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read(CvatVideoFormat(), _put(tmp_path, bad))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('width="3" height="2"', 'width="999999999" height="999999999"'),
        ("<width>20</width>", "<width>999999999</width>"),
        ('rle="0, 1, 1, 2, 1, 1"', 'rle="1,999999999,1"'),
        ('xtl="0.10"', 'xtl="1e999"'),
        ('xtl="0.10"', 'xtl="nan"'),
        ('points="1.5,2.5"', 'points="1.5"'),
        ('frame="10"', 'frame="-10"'),
    ],
)
def test_hostile_numbers_cost_their_shape_only(
    old: str, new: str, tmp_path: Path
) -> None:
    text = DOCUMENT.replace(old, new)
    data, report = read(CvatVideoFormat(), _put(tmp_path, text))
    assert len(data.the_annotations) >= 4
    assert report.losses or "<width>" in old


def _tracks(*ids: str) -> str:
    head = DOCUMENT[: DOCUMENT.index("<track ")].replace("step=2", "")
    inside = _box(0, 0) + _box(10, 1)
    tracks = (f'<track id="{id_}" label="car">{inside}</track>' for id_ in ids)
    return f"{head}{''.join(tracks)}</annotations>"


def _ids(folder: Path) -> list[str | None]:
    root = ElementTree.parse(folder / "street.xml").getroot()
    return [track.get("id") for track in root.iterfind("track")]


def test_ids_that_do_more_than_count_are_the_numbers_of_tracks(tmp_path: Path) -> None:
    data, _ = read(CvatVideoFormat(), _put(tmp_path / "in", _tracks("0", "7", "2")))
    numbers = [dict(mark.attributes) for mark in data.the_annotations]
    assert numbers == [{}, {"track_id": 7}, {}]
    assert not write(CvatVideoFormat(), data, tmp_path / "out").losses
    assert _ids(tmp_path / "out") == ["0", "7", "2"]
    assert "track_id" not in (tmp_path / "out" / "street.xml").read_text()


@given(st.lists(st.integers(0, 9).map(str) | st.sampled_from(["07", "x", "-1", ""])))
def test_ids_that_differ_come_back_whatever_their_order(ids: list[str]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        data, _ = read(CvatVideoFormat(), _put(folder / "in", _tracks(*ids)))
        assert not any(m.attributes.get("track_id") == 0 for m in data.the_annotations)
        write(CvatVideoFormat(), data, folder / "out")
        made = _ids(folder / "out")
        assert len(set(made)) == len(ids)
        if len(set(ids)) == len(ids):
            assert made == ids
        data.the_annotations.reverse()
        write(CvatVideoFormat(), data, folder / "turned")
        assert set(ids) <= set(_ids(folder / "turned"))


def test_a_number_is_written_once_and_a_declared_one_is_a_value(tmp_path: Path) -> None:
    text = _tracks("0", "1", "2")
    data, _ = read(CvatVideoFormat(), _put(tmp_path / "in", text))
    values: tuple[AttributeValue, ...] = (1, 1, "a")
    marks = [
        replace(mark, attributes={"track_id": value})
        for mark, value in zip(data.the_annotations, values, strict=True)
    ]
    data = replace(data, the_annotations=marks)
    report = write(CvatVideoFormat(), data, tmp_path / "out")
    assert report.losses[TAKEN] == 1
    assert len(set(_ids(tmp_path / "out"))) == 3
    again, _ = read(CvatVideoFormat(), tmp_path / "out")
    assert again.the_annotations[0].attributes == {"track_id": 1}
    assert again.the_annotations[2].attributes == {"track_id": "a"}
    declared = text.replace("<name>model</name>", "<name>track_id</name>")
    value = '<attribute name="track_id">b</attribute></box></track>'
    declared = declared.replace("/></track>", f">{value}").replace('id="1"', 'id="9"')
    data, _ = read(CvatVideoFormat(), _put(tmp_path / "in", declared))
    assert {m.attributes["track_id"] for m in data.the_annotations} == {"b"}
    write(CvatVideoFormat(), data, tmp_path / "out")
    assert _ids(tmp_path / "out") == ["0", "9", "2"]


def _tags(*tags: tuple[int, str]) -> str:
    head = DOCUMENT[: DOCUMENT.index("<track ")].replace("step=2", "")
    said = (
        f'<tag frame="{frame}" label="car" source="manual">'
        f'<attribute name="model">{value}</attribute></tag>'
        for frame, value in tags
    )
    return f"{head}{''.join(said)}</annotations>"


def _found(folder: Path) -> list[tuple[int, str | None]]:
    root = ElementTree.parse(folder / "street.xml").getroot()
    tags = root.iterfind("tag")
    return [(int(tag.get("frame", "")), tag.findtext("attribute")) for tag in tags]


def test_equal_tags_of_frames_in_a_row_are_one_label_of_a_range(tmp_path: Path) -> None:
    tags = [(3, "a"), (3, "b"), (4, "a"), (4, "b"), (5, "a"), (7, "a"), (9, "b")]
    data, _ = read(CvatVideoFormat(), _put(tmp_path / "in", _tags(*tags)))
    ranges = [
        (
            mark.attributes["model"],
            [(k.frame, k.outside) for k in mark.geometry.keyframes],
        )
        for mark in data.the_annotations
        if isinstance(mark.geometry, Track)
    ]
    assert ranges == [("a", [(3, False), (6, True)]), ("b", [(3, False), (5, True)])]
    rest = [(m.geometry, m.frame) for m in data.the_annotations[2:]]
    assert rest == [(Whole(), 7), (Whole(), 9)]
    assert not write(CvatVideoFormat(), data, tmp_path / "out").losses
    assert _found(tmp_path / "out") == tags


@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from("ab"))),
    st.booleans(),
)
def test_tags_come_back_in_their_order(tags: list[tuple[int, str]], tidy: bool) -> None:
    tags = sorted(set(tags)) if tidy else tags
    with TemporaryDirectory() as name:
        folder = Path(name)
        data, _ = read(CvatVideoFormat(), _put(folder / "in", _tags(*tags)))
        write(CvatVideoFormat(), data, folder / "out")
        assert _found(folder / "out") == tags
        again, _ = read(CvatVideoFormat(), folder / "out")
        shapes = [(m.geometry, m.frame) for m in data.the_annotations]
        assert [(m.geometry, m.frame) for m in again.the_annotations] == shapes


def test_equal_labels_that_meet_are_told(tmp_path: Path) -> None:
    data, _ = read(CvatVideoFormat(), _put(tmp_path / "in", _tags((1, "a"), (5, "a"))))
    one, two = data.the_annotations
    for frame, count in ((1, 1), (2, 1), (3, 0)):
        marks = [one, replace(two, frame=frame)]
        moved = replace(data, the_annotations=marks)
        report = write(CvatVideoFormat(), moved, tmp_path / "out")
        assert sum(report.losses.values()) == count
