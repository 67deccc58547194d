"""How tracks look on a frame: a colour for each, and where they were and will be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtGui import QPainter

from annolab.model.annotation import Annotation
from annolab.model.geometry import Shape, Track
from annolab.model.schema import LABEL_COLORS
from annolab.model.tracks import geometry_at
from annolab.widgets.shape_paint import Look, drawn_shape, paint
from annolab.widgets.shape_store import RGB, rgb
from annolab.widgets.view import View

# Blue and orange are told apart by nearly everybody; where it was, where it will be.
BEFORE, AFTER = (86, 180, 233), (255, 150, 40)
COLORS = "video.colors"  # the option: by label or by track
STRONGEST, WEAKEST = 0.9, 0.35  # of the next and of the farthest frame


class TrackColors:
    """A colour for each track, the same as long as the film is open.

    Eight that nearly everybody tells apart, then the same ones again.
    """

    def __init__(self) -> None:
        self._places: dict[int, int] = {}

    def forget(self) -> None:
        """Another film: begin anew."""
        self._places.clear()

    def of(self, annotation_id: int) -> RGB:
        """The colour of a track, by when it was first asked for."""
        place = self._places.setdefault(annotation_id, len(self._places))
        return rgb(LABEL_COLORS[place % len(LABEL_COLORS)])


def skins(track: Track, frame: int, count: int) -> Iterator[tuple[int, Shape]]:
    """What a track shows up to `count` frames away, the farthest first.

    Where it does not move there is nothing to be seen.
    """
    here = geometry_at(track, frame)
    for away in range(count, 0, -1):
        for by in (-away, away):
            shape = geometry_at(track, frame + by)
            if shape is not None and shape != here:
                yield by, shape


def paint_skins(
    painter: QPainter,
    annotations: Iterable[Annotation],
    frame: int,
    count: int,
    view: View,
) -> None:
    """Paint tracks as they are before and after a frame, the fainter the farther."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for annotation in annotations:
        track = annotation.geometry
        if not isinstance(track, Track):
            continue
        for by, shape in skins(track, frame, count):
            part = (abs(by) - 1) / max(count - 1, 1)
            painter.setOpacity(STRONGEST + (WEAKEST - STRONGEST) * part)
            what = drawn_shape(shape, BEFORE if by < 0 else AFTER)
            paint(painter, what, view, Look.CHOSEN, fill=0)
    painter.restore()
