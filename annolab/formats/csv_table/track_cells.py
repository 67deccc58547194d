"""Tracks as rows: one for each keyframe, or for each frame where the track is seen.

In rows of keyframes `outside` is always said. Rows that say nothing of it are frames:
where there is none the track is not seen, and keyframes that say nothing are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from annolab.formats.base import Problem, Records, Report, Severity
from annolab.formats.cells import number_text, value_cell
from annolab.formats.csv_table.place_cells import Row, place_row
from annolab.formats.frame_rows import MOST_FRAMES, shown_frames, thinned, track_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import Attributes, Geometry, Keyframe, Shape, Track, kind_of
from annolab.model.item import Item, Media
from annolab.model.tracks import OCCLUDED, seen_ranges

KEY = "key."  # then the key of a key-value of a keyframe
TIME, TRACK, OUTSIDE = "time", "track", "outside"
COLUMNS = (TIME, TRACK, OUTSIDE, OCCLUDED)


@dataclass(slots=True)
class TrackCells:
    """The rows of tracks that are written. `is_dense`: one for each frame."""

    records: Records
    report: Report
    is_dense: bool
    _number: int = 0

    def of_frame(self, item: Item, frame: int) -> Row:
        """The cells that say when something is."""
        row = {"frame": str(frame)}
        time = None
        if item.media is Media.VIDEO:
            time = self.records.time_of(item, frame)
        return row if time is None else row | {TIME: number_text(time)}

    def columns(self, item: Item, track: Track) -> list[str]:
        """The columns that the rows of a track need."""
        found = {TRACK: None} | dict.fromkeys(self.of_frame(item, 0))
        if not self.is_dense:
            found[OUTSIDE] = None
        for key in track.keyframes:
            found |= dict.fromkeys(place_row(key.geometry, with_text=False))
            found |= dict.fromkeys(_values_row(key.attributes))
        return list(found)

    def rows(self, item: Item, mark: Annotation, track: Track) -> Iterator[Row]:
        """The cells of each row."""
        self._number += 1
        name = {TRACK: str(self._number)}
        if not self.is_dense:
            for key in track.keyframes:
                outside = {OUTSIDE: "true" if key.outside else "false"}
                row = self._row(item, key.frame, key.geometry, key.attributes)
                yield name | outside | row
            return
        self._say_dense(item, mark, track)
        for frame, shape, values in shown_frames(mark, item):
            yield name | self._row(item, frame, shape, values)

    def is_written(self, item: Item, mark: Annotation) -> bool:
        """Whether there is a row; says so when a track is never seen."""
        dense = self.is_dense and isinstance(mark.geometry, Track)
        if not dense or next(shown_frames(mark, item), None):
            return True
        problem = Problem(
            "A track that is never seen.", item=item.path, annotation_id=mark.id
        )
        self.report.add(problem)
        return False

    def _row(self, item: Item, frame: int, shape: Shape, values: Attributes) -> Row:
        row = {"kind": kind_of(shape).name.lower()} | self.of_frame(item, frame)
        return row | place_row(shape) | _values_row(values)

    def _say_dense(self, item: Item, mark: Annotation, track: Track) -> None:
        def say(reason: str, how: Severity) -> None:
            self.report.add(Problem(reason, how, "", item.path, mark.id))

        say("Rows of frames do not say which are keyframes.", Severity.NOTE)
        if not item.length and not track.keyframes[-1].outside:
            reason = "A track in a film of unknown length ends with its last keyframe."
            say(reason, Severity.LOSS)
        seen = seen_ranges(track, int(item.length) if item.length else None)
        if sum(stop - start for start, stop in seen) > MOST_FRAMES:
            say("A track of more than 1,000,000 frames is cut.", Severity.LOSS)


@dataclass(slots=True)
class TrackRows:
    """The rows of one track that is read; `mark` is that of its first row."""

    mark: Annotation
    line: int
    keys: dict[int, Keyframe] = field(default_factory=dict)
    says_outside: bool = False

    def add(self, mark: Annotation, key: Keyframe, *, says_outside: bool) -> str:
        """Take a row; returns a sentence when it cannot be taken as it is."""
        self.says_outside |= says_outside
        if key.frame in self.keys:
            return "A second row of a track for one frame; it is left out."
        self.keys[key.frame] = key
        if _common(mark) != _common(self.mark):
            return "The rows of a track differ in what holds for all of it."
        return ""

    def whole(self, item: Item) -> Annotation:
        """The track of all rows."""
        keys = [self.keys[frame] for frame in sorted(self.keys)]
        track = Track(tuple(keys))
        if not self.says_outside:
            shapes = {key.frame: (key.geometry, key.attributes) for key in keys}
            track = thinned(track_of(shapes, int(item.length) if item.length else None))
        return replace(self.mark, geometry=track, frame=None)


def _common(mark: Annotation) -> tuple[object, ...]:
    """What holds for all of a track."""
    return (
        *(mark.label_id, mark.annotator_id, dict(mark.attributes), mark.tier_id),
        *(mark.group_id, mark.text, mark.score, mark.status, mark.z, mark.locked),
    )


def shape_in(geometry: Geometry) -> Shape | None:
    """The geometry, when it can be that of a keyframe."""
    return geometry if isinstance(geometry, Shape) else None


def _values_row(values: Attributes) -> Row:
    row: Row = {}
    for key, value in values.items():
        if key == OCCLUDED and isinstance(value, bool):
            row[OCCLUDED] = "true" if value else "false"
        else:
            row[KEY + key] = value_cell(value)
    return row
