"""Write a project of VIA: films, their attributes, and regions with times."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from annolab.formats.base import Problem, Records, Report, Severity
from annolab.formats.film_times import NO_TIMES, FilmTimes
from annolab.formats.json_object import listed, mapping
from annolab.formats.json_rows import kept as kept_of
from annolab.formats.json_rows import to_bytes
from annolab.formats.lines import report_fields, report_item, report_people
from annolab.formats.via3 import definitions as of
from annolab.formats.via3.reader import PROGRAM
from annolab.formats.via3.shapes import list_of, shape_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Attributes,
    AttributeValue,
    Instant,
    Interval,
    Keyframe,
    Shape,
    Span,
    TimeBox,
    Track,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Schema

_PROJECT: Mapping[str, Any] = {  # the first three are put in by VIA
    "pid": "__VIA_PROJECT_ID__",
    "rev": "__VIA_PROJECT_REV_ID__",
    "rev_timestamp": "__VIA_PROJECT_REV_TIMESTAMP__",
    "pname": "AnnoLab",
    "creator": "AnnoLab",
    "created": 0,
    "data_format_version": "3.1.1",
}
_PREFIXES = {"1": "", "2": "", "3": "", "4": ""}
_CONFIG: Mapping[str, Any] = {
    "file": {"loc_prefix": _PREFIXES},
    "ui": {
        "file_content_align": "center",
        "file_metadata_editor_visible": True,
        "spatial_metadata_editor_visible": True,
        "temporal_segment_metadata_editor_visible": True,
        "spatial_region_label_attribute_id": "",
        "gtimeline_visible_row_count": "4",
    },
}


@dataclass(slots=True)
class _Part:
    """One entry of VIA: a mark, or a keyframe of a track."""

    shape: Shape
    times: list[float]
    frames: list[int | None]
    values: Attributes
    of_key: Attributes = field(default_factory=dict)
    outside: bool | None = None  # of a keyframe
    kept: Mapping[str, Any] = field(default_factory=dict)

    def anchor(self) -> str:
        """What VIA calls the place where it is."""
        if isinstance(self.shape, Whole):
            return of.RANGE if self.times else of.WHOLE
        return of.FRAME if self.times else of.REGION


class ProjectWriter:
    """Writes one project; serves once."""

    def __init__(self, schema: Schema, records: Records, report: Report) -> None:
        self._records = records
        self._report = report
        self._times = FilmTimes(records)
        self._names = {label.id: label.name for label in schema.labels}
        self._kept = kept_of(
            f'{{"{PROGRAM}": {records.entry(PROGRAM) or "{}"}}}', PROGRAM
        )
        self._raw = mapping(self._kept.get("attribute"))
        self._definitions = of.definitions_of(self._raw)
        config = mapping(self._kept.get("config"))
        self._labels = of.labels_of(self._definitions, config)
        self._mids: set[str] = set()
        self._number = 0
        self._people: set[int] = set()

    def write(self, file: BinaryIO) -> Iterator[int]:
        """Write it, yielding how many marks are done."""
        views = self._views()
        head = dict(mapping(self._kept.get("project")) or _PROJECT)
        head["vid_list"] = list(views)
        known = ("project", "config", "attribute", "file", "view", "metadata")
        parts = {k: v for k, v in self._kept.items() if k not in known}
        config = mapping(self._kept.get("config")) or _CONFIG
        parts = {"project": head, "config": config, **parts}
        parts["file"] = {fid: said for _, fid, said in views.values()}
        parts["view"] = {v: {"fid_list": [x["fid"]]} for v, (_, _, x) in views.items()}
        file.write(to_bytes(parts)[:-1] + b',"metadata":{')
        between = b"\n"
        for vid, item, marks in self._films(views):
            for mark in marks:
                for part in self._parts(item, mark):
                    mid, said = self._entry(vid, item, mark, part)
                    file.write(between + to_bytes(mid) + b":" + to_bytes(said))
                    between = b",\n"
                if self._report.written % 256 == 0:
                    yield self._report.written
        file.write(b'},"attribute":' + to_bytes(self._attributes()) + b"}\n")
        report_people(self._people, self._report)
        yield self._report.written

    def _views(self) -> dict[str, tuple[int, str, dict[str, Any]]]:
        """Item, id and entry of the file of each view, in the order of the items."""
        found: dict[str, tuple[int, str, dict[str, Any]]] = {}
        fids: set[str] = set()
        for item in self._records.items():
            if item.media is not Media.VIDEO:
                continue
            kept = kept_of(item.source, PROGRAM)
            said = mapping(kept.get("file"))
            vid = _free(str(kept.get("vid", len(found) + 1)), found)
            fid = _free(str(said.get("fid", vid)), fids)
            fids.add(fid)
            fresh = {"fname": item.path, "type": 4, "loc": 1, "src": ""}
            same = str(said.get("fid")) == fid  # often a number
            entry = {**(said or fresh), "fid": said["fid"] if same else fid}
            found[vid] = item.id, fid, entry
        return found

    def _films(
        self, views: Mapping[str, tuple[int, str, dict[str, Any]]]
    ) -> Iterator[tuple[str, Item, list[Annotation]]]:
        vids = {item_id: vid for vid, (item_id, _, _) in views.items()}
        for item, marks in self._records.by_item():
            report_item(item, self._records, self._report)
            if item.id in vids:
                yield vids[item.id], item, marks
                continue
            for mark in marks:
                self._skip(item, mark, "Only marks on films can go into VIA.")

    def _say(
        self, item: Item, mark: Annotation, reason: str, how: Severity = Severity.LOSS
    ) -> None:
        self._report.add(Problem(reason, how, item=item.path, annotation_id=mark.id))

    def _skip(self, item: Item, mark: Annotation, reason: str) -> None:
        self._say(item, mark, reason, Severity.SKIPPED)

    def _parts(self, item: Item, mark: Annotation) -> list[_Part]:
        """What VIA has of a mark; nothing, which is reported, if it has no place."""
        shape = mark.geometry
        if isinstance(shape, Span | Interval | Instant | TimeBox):
            self._skip(item, mark, "VIA has no marks on texts, and times as frames.")
            return []
        shapes = (
            [key.geometry for key in shape.keyframes]
            if isinstance(shape, Track)
            else [shape]
        )
        if any(list_of(each) is None for each in shapes):
            reason = "A shape that VIA does not have: turned, of several parts, a mask."
            self._skip(item, mark, reason)
            return []
        kept = kept_of(mark.source, PROGRAM)
        if not isinstance(shape, Track):
            parts = self._single(item, mark, shape, kept)
        elif _is_range(shape):
            parts = [
                _Part(
                    Whole(), [start, stop], [first, after], mark.attributes, kept=kept
                )
                for first, after, start, stop in self._times.spans(item, shape)
            ]
        else:
            parts = self._keys(item, mark, shape, kept)
        if not parts:
            self._skip(item, mark, NO_TIMES)
            return []
        fields = replace(mark, frame=None)
        report_fields(fields, lambda x: self._say(item, mark, x), ("attributes",))
        if mark.text is not None:
            self._say(item, mark, "A text cannot be kept.")
        self._people.add(mark.annotator_id)
        self._report.written += 1
        return parts

    def _single(
        self, item: Item, mark: Annotation, shape: Shape, kept: Mapping[str, Any]
    ) -> list[_Part]:
        if mark.frame is None:
            return [_Part(shape, [], [], mark.attributes, kept=kept)]
        time = self._times.time(item, mark.frame)
        if time is None:
            return []
        return [_Part(shape, [time], [mark.frame], mark.attributes, kept=kept)]

    def _keys(
        self, item: Item, mark: Annotation, track: Track, kept: Mapping[str, Any]
    ) -> list[_Part]:
        """A part for each keyframe; all carry what holds for the track."""
        found: list[_Part] = []
        each = mapping(kept.get("keys"))
        for key in track.keyframes:
            time = self._times.time(item, key.frame)
            if time is not None:
                found.append(
                    _part_of(key, time, mark, mapping(each.get(str(key.frame))))
                )
        if found and any(not key.outside for key in track.keyframes[len(found) :]):
            self._say(item, mark, "A keyframe behind the end of its film.")
        name = str(kept.get("track") or mark.id)
        for part in found:
            self._own(of.TRACK, part.anchor())
            part.kept = {**part.kept, of.TRACK: name}
        return found

    def _entry(
        self, vid: str, item: Item, mark: Annotation, part: _Part
    ) -> tuple[str, dict[str, Any]]:
        kept = part.kept
        own = ("mid", "z", "at", "xy", "av", "label", "keys", of.TRACK)
        rest = {k: v for k, v in kept.items() if k not in own}
        times: list[Any] = part.times
        if kept.get("at") == part.frames and len(listed(kept.get("z"))) == len(times):
            times = kept["z"]
        said = {"vid": vid, "flg": 0, **rest, "z": times, "xy": _region(part)}
        said["av"] = self._values(item, mark, part)
        mid = str(kept.get("mid") or "")
        while not mid or mid in self._mids:
            self._number += 1
            mid = f"{vid}_{self._number:08d}"
        self._mids.add(mid)
        return mid, said

    def _values(self, item: Item, mark: Annotation, part: _Part) -> dict[str, Any]:
        said = dict(mapping(part.kept.get("av")))
        anchor = part.anchor()
        name = self._names.get(mark.label_id or 0)
        if name:
            known = self._definitions.get(str(part.kept.get("label")))
            label = known or self._label(anchor)
            said[label.id] = label.value(name)
        if part.outside is not None:
            track = self._own(of.TRACK, anchor)
            said[track.id] = part.kept[of.TRACK]
            if part.outside:
                said[self._own(of.OUTSIDE, anchor).id] = True
        for level, values in (("", part.values), (of.OF_KEYFRAME, part.of_key)):
            for key, value in values.items():
                self._put(said, (key, anchor, level), value, item, mark)
        return said

    def _put(
        self,
        said: dict[str, Any],
        place: tuple[str, str, str],
        value: AttributeValue,
        item: Item,
        mark: Annotation,
    ) -> None:
        if value in ("", None, ()):
            self._say(item, mark, "An empty value cannot be kept.")
            return
        texts = isinstance(value, tuple) and all(
            isinstance(x, str) and x for x in value
        )
        if isinstance(value, tuple) and not texts:
            self._say(item, mark, "A value is written as a plain text.")
            value = json.dumps(value, ensure_ascii=False)
        one = self._definition(*place, is_many=isinstance(value, tuple))
        if isinstance(value, tuple):
            said[one.id] = ",".join(one.option(str(x)) for x in value)
        else:
            said[one.id] = one.value(value) if isinstance(value, str) else value

    def _definition(
        self, name: str, anchor: str, own: str, *, is_many: bool
    ) -> of.Definition:
        """The attribute for a key-value, made when it is not there."""
        if name.lower() in (of.TRACK, of.OUTSIDE) and not own:
            self._own(of.TRACK, of.FRAME)  # so that this one is not taken for it
            self._own(of.OUTSIDE, of.FRAME)
        labels = list(self._labels.values())
        for one in self._definitions.values():
            if (one.name, one.anchor, one.own) == (name, anchor, own):
                is_same = one.is_many == is_many
                if is_same and one not in labels:
                    return one
        return self._made(name, anchor, of.CHECKBOX if is_many else of.TEXT, own)

    def _own(self, word: str, anchor: str) -> of.Definition:
        """The attribute for what VIA has no other place for."""
        for one in self._definitions.values():
            if (one.own, one.anchor) == (word, anchor):
                return one
        for one in self._definitions.values():
            place = (one.own, one.anchor, one.name.lower())
            if place == ("", anchor, word) and one.id in self._raw:
                one.own = word
                return one
        return self._made(word, anchor, of.TEXT, word)

    def _label(self, anchor: str) -> of.Definition:
        if anchor not in self._labels:
            made = self._made(of.LABEL, anchor, of.SELECT, of.LABEL)
            self._labels[anchor] = made
            for name in self._names.values():
                made.option(name)
        return self._labels[anchor]

    def _made(self, name: str, anchor: str, kind: int, own: str) -> of.Definition:
        number = _free(str(len(self._definitions) + 1), self._definitions)
        made = of.Definition(number, name, anchor, kind, {}, own)
        self._definitions[number] = made
        return made

    def _attributes(self) -> dict[str, Any]:
        for anchor in dict.fromkeys(x.anchor for x in self._definitions.values()):
            if anchor in of.ANCHORS:  # else the first one would be taken for the label
                self._label(anchor)
        found: dict[str, Any] = dict(self._raw)
        for key, one in self._definitions.items():
            said = {
                "aname": one.name,
                "anchor_id": one.anchor,
                "type": one.type,
                "desc": "",
                "default_option_id": "",
                **mapping(self._raw.get(key)),
                "options": {**mapping(mapping(self._raw.get(key)).get("options"))},
            }
            said["options"] |= one.options
            found[key] = {**said, of.OWN: one.own} if one.own else said
        return found


def _part_of(
    key: Keyframe, time: float, mark: Annotation, kept: Mapping[str, Any]
) -> _Part:
    return _Part(
        key.geometry,
        [time],
        [key.frame],
        mark.attributes,
        key.attributes,
        key.outside,
        kept,
    )


def _is_range(track: Track) -> bool:
    """Whether it is the whole picture from a frame on, up to another one."""
    keys = track.keyframes
    return all(
        isinstance(key.geometry, Whole) and not key.attributes for key in keys
    ) and [key.outside for key in keys] in ([False], [False, True])


def _region(part: _Part) -> list[float]:
    given = listed(part.kept.get("xy"))
    try:
        if given and shape_of(given) == part.shape:
            return given
    except ValueError:
        pass
    numbers = list_of(part.shape) or []
    return [int(x) if float(x).is_integer() else x for x in numbers]


def _free(wanted: str, taken: Sequence[str] | set[str] | Mapping[str, Any]) -> str:
    number = len(taken)
    while wanted in taken:
        number += 1
        wanted = str(number)
    return wanted
