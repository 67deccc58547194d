"""The label chips of the marks on a picture: which there are, and where."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer
from PySide6.QtGui import QFont, QPainter

from annolab.model.geometry import Points, Whole
from annolab.model.schema import Label
from annolab.model.tracks import number_of
from annolab.widgets import hud
from annolab.widgets.picture_view import PictureView
from annolab.widgets.shape_store import Mark, Rows, ShapeStore
from annolab.widgets.view import View

MOST = 120
FROM = 26.0  # logical pixels of a shape from which it has a chip
REST = 80  # milliseconds without panning until chips are laid out anew


class Chips(QObject):
    """Lays chips out once for each view; while panning they go along.

    `resting` belong to marks that nobody touches; those of selected and hovered
    marks are made anew each time.
    """

    def __init__(self, owner: PictureView, store: ShapeStore) -> None:
        super().__init__(owner)
        self._owner = owner
        self._store = store
        self._resting: list[hud.Chip] = []
        self._fixed: list[hud.Chip] = []  # of the whole image
        self._special: list[hud.Chip] = []
        self._view = View()
        self._by = (0.0, 0.0)  # how far `_resting` have gone along with a pan
        self._key: tuple[object, ...] = ()
        self.version = 0  # grows when chips are to be laid out anew
        self.shown = True  # whether marks that can be seen have chips
        self._labels: dict[int, Label] = {}
        self._timer = QTimer(self, interval=REST, singleShot=True)
        self._timer.timeout.connect(self.forget)

    def forget(self) -> None:
        """Lay out anew at the next painting."""
        self._key = ()
        self.version += 1
        self._labels = {label.id: label for label in self._owner.session.schema.labels}
        self._owner.update()

    def at(self, place: QPointF) -> int | None:
        """The annotation whose chip is at a place; the topmost wins."""
        gone = place - QPointF(*self._by)
        chips = [(chip, gone) for chip in self._resting]
        chips += [(chip, place) for chip in (*self._fixed, *self._special)]
        for chip, at in reversed(chips):
            if chip.rect.contains(at):
                return chip.id
        return None

    def paint_resting(
        self, painter: QPainter, around: QRectF, without: frozenset[int]
    ) -> None:
        """Draw the chips of all marks but those in `without`."""
        owner = self._owner
        size = (owner.width(), owner.height(), owner.devicePixelRatioF())
        key = (owner.view.scale, size, self._store.revision, without)
        font = hud.chip_font(owner.font())
        if key == self._key and owner.view != self._view:
            self._go_along()
        elif key != self._key:
            self._key, self._view, self._by = key, owner.view, (0.0, 0.0)
            wholes = self._store.wholes()
            # Selected ones of the whole image keep their place in the row of them.
            row = self._texts(wholes, set(without))
            fixed = {text.id for text in row}
            shapes = self._texts(self._worth_showing(without))
            texts = [*row, *(t for t in shapes if t.id not in without)]
            chips = hud.placed(texts, font, around)
            chips = [chip for chip in chips if chip.id not in without]
            self._fixed = [chip for chip in chips if chip.id in fixed]
            self._resting = [chip for chip in chips if chip.id not in fixed]
        hud.draw_chips(painter, self._resting, font, self._by)
        hud.draw_chips(painter, self._fixed, font)

    def paint_again(self, painter: QPainter, rects: Iterable[QRectF]) -> None:
        """Draw the chips that something was painted over once more."""
        places = list(rects)
        font = hud.chip_font(self._owner.font())
        for chips, by in ((self._resting, self._by), (self._fixed, (0.0, 0.0))):
            back = [rect.translated(-by[0], -by[1]) for rect in places]
            over = [c for c in chips if any(c.rect.intersects(r) for r in back)]
            hud.draw_chips(painter, over, font, by)

    def _go_along(self) -> None:
        """The view was panned: chips on shapes go along, none come or go yet."""
        view = self._owner.view
        self._by = (view.x - self._view.x, view.y - self._view.y)
        self._timer.start()

    def paint_special(
        self, painter: QPainter, around: QRectF, ids: Iterable[int], chosen: set[int]
    ) -> None:
        """Draw the chips of selected and hovered marks, over the others."""
        font = hud.chip_font(self._owner.font())
        rows = self._store.rows_of(ids)[:MOST]
        texts = self._texts(rows, chosen)
        wholes = [text for text in texts if text.box is None]
        self._special = hud.placed(
            [t for t in texts if t.box is not None and self.shown], font, around
        )
        if wholes:
            self._special += self._on_top(wholes, font, around)
        hud.draw_chips(painter, self._special, font)

    def _on_top(
        self, texts: list[hud.ChipText], font: QFont, around: QRectF
    ) -> list[hud.Chip]:
        """Selected chips of the whole image, in their places in the row."""
        row = self._texts(self._store.wholes(), {text.id for text in texts})
        wanted = {text.id for text in texts}
        return [c for c in hud.placed(row, font, around) if c.id in wanted]

    def _worth_showing(self, without: frozenset[int]) -> Rows:
        """The largest shapes in sight that are large enough, and points."""
        owner, store = self._owner, self._store
        if not self.shown:
            return store.wholes()[:0]
        rows = store.shown(owner.view.region(owner.width(), owner.height()))
        boxes = store.arrays.box[rows]
        sides = boxes[:, 2:] - boxes[:, :2]
        large = sides.max(axis=1, initial=0) * owner.view.scale >= FROM
        kept = large | store.arrays.dots[rows]
        order = (-sides[kept].prod(axis=1)).argsort(kind="stable")
        largest: Rows = rows[kept][order][: MOST + len(without)]
        return largest

    def _texts(self, rows: Rows, chosen: set[int] | None = None) -> list[hud.ChipText]:
        boxes = self._store.arrays.box[rows].tolist()
        chosen = chosen or set()
        return [
            self._text(
                self._store.at(row), box, is_chosen=self._store.at(row).id in chosen
            )
            for row, box in zip(rows.tolist(), boxes, strict=True)
        ]

    def _text(self, mark: Mark, box: list[float], *, is_chosen: bool) -> hud.ChipText:
        annotation = mark.annotation
        label = self._labels.get(annotation.label_id or 0)
        text = label.name if label is not None else self._owner.tr("no label")
        number = number_of(annotation)
        if number is not None:
            text = f"{text} #{number}"
        if is_chosen:
            text = " · ".join([text, *_short_values(mark)])
        if annotation.score is not None:
            text = f"{text} {annotation.score:.0%}"
        place = None
        if not isinstance(annotation.geometry, Whole):
            x0, y0 = self._owner.view.to_widget(box[0], box[1])
            x1, y1 = self._owner.view.to_widget(box[2], box[3])
            around = 6 if isinstance(annotation.geometry, Points) else 0
            place = QRectF(x0, y0, x1 - x0, y1 - y0)
            place.adjust(-around, -around, around, around)
        return hud.ChipText(mark.id, text, mark.color, place, is_chosen)


def _short_values(mark: Mark) -> list[str]:
    """At most two short text values, to tell marks of one label apart."""
    values = mark.annotation.attributes.values()
    return [v for v in values if isinstance(v, str) and 0 < len(v) <= 16][:2]
