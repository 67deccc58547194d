"""The rows of a film's timeline: where each is, scrolled and painted."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy

from annolab.actions import bindings, default_table
from annolab.widgets.controls import spoken_key
from annolab.widgets.film_hand import Grip, Part
from annolab.widgets.film_paint import ROW, FilmLook, paint_diamonds, paint_row
from annolab.widgets.film_rows import FilmRow, FilmRows
from annolab.widgets.film_strip import FilmStrip
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.frame_scale import FilmView
from annolab.widgets.session import Session
from annolab.widgets.theme import theme_of
from annolab.widgets.track_look import COLORS, TrackColors

LEAST_ROWS = 2


class TrackBoard(FilmStrip):
    """Paints the rows that are in sight. What does not move is painted once."""

    def __init__(self, session: Session, view: FilmView, marked: FrameRange) -> None:
        super().__init__(view, marked)
        self.setObjectName("filmRows")
        self.setAccessibleName(self.tr("Tracks"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Expanding)
        self.session = session
        self.rows = FilmRows()
        self.grip: Grip | None = None  # what is dragged
        self.to = 0  # the frame that it is over
        self.revision = 0  # grows when what is painted has changed
        self._backdrop: QPixmap | None = None
        self._key: object = None
        self.colors: TrackColors | None = None  # that the picture has, too
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setAccessibleName(self.tr("Scroll the tracks"))
        self.bar.setCursor(Qt.CursorShape.ArrowCursor)
        self.bar.valueChanged.connect(self.update)
        self.bar.hide()
        session.hidden_changed.connect(self.renew)
        session.option_changed.connect(self._take_option)
        session.selection_changed.connect(self._take_selection)

    @property
    def row_height(self) -> int:
        """Pixels of a row."""
        return max(int(ROW), self.fontMetrics().height() + 6)

    def wanted_height(self) -> int:
        """The height at which all rows are seen."""
        return self.row_height * max(len(self.rows.rows), LEAST_ROWS)

    def sizeHint(self) -> QSize:
        """Room for eight rows at most."""
        return QSize(400, min(self.wanted_height(), 8 * self.row_height))

    def minimumSizeHint(self) -> QSize:
        """Two rows."""
        return QSize(160, LEAST_ROWS * self.row_height)

    def renew(self) -> None:
        """Paint all rows anew."""
        self.revision += 1
        self._fit_bar()
        self.update()

    def _take_option(self, name: str) -> None:
        if name == COLORS:
            self.renew()

    def _take_selection(self, ids: tuple[int, ...]) -> None:
        self.revision += 1
        if len(ids) == 1:
            self.reveal(ids[0])
        self.update()

    # Where rows are

    def row_at(self, y: float) -> FilmRow | None:
        """The row at a pixel."""
        place = int((y + self.bar.value()) // self.row_height)
        there = 0 <= place < len(self.rows.rows)
        return self.rows.rows[place] if there else None

    def top_of(self, place: int) -> int:
        """The pixel where the row of a number begins."""
        return place * self.row_height - self.bar.value()

    def reveal(self, annotation_id: int) -> None:
        """Scroll, as little as needed, so that the row of an annotation is seen."""
        place = self.rows.place_of(annotation_id)
        if place is None:
            return
        top = self.top_of(place)
        if top < 0:
            self.bar.setValue(self.bar.value() + top)
        elif top + self.row_height > self.height():
            below = top + self.row_height - self.height()
            self.bar.setValue(self.bar.value() + below)

    def _fit_bar(self) -> None:
        tall = self.row_height
        most = max(tall * len(self.rows.rows) - self.height(), 0)
        self.bar.setGeometry(0, 0, self.bar.sizeHint().width(), self.height())
        self.bar.setSingleStep(tall)
        self.bar.setPageStep(max(self.height(), 1))
        self.bar.setRange(0, most)
        self.bar.setVisible(most > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The selected row stays in sight."""
        super().resizeEvent(event)
        self._fit_bar()
        if len(self.session.selection) == 1:
            self.reveal(self.session.selection[0])

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The rows as they were painted, and over them what moves."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._painted())
        self.paint_range(painter)
        self.paint_place(painter)
        self._paint_drag(painter)
        painter.end()

    def _painted(self) -> QPixmap:
        view, theme, ratio = self.view, theme_of(self), self.devicePixelRatioF()
        key = (
            view.start, view.stop, view.left, self.size(), ratio, self.revision,
            self.bar.value(), theme.name,
        )  # fmt: skip
        if self._backdrop is None or key != self._key:
            self._key = key
            self._backdrop = QPixmap(self.size() * ratio)
            self._backdrop.setDevicePixelRatio(ratio)
            self._backdrop.fill(theme.color("panel"))
            painter = QPainter(self._backdrop)
            painter.setFont(self.font())
            self._paint_rows(painter)
            painter.end()
        return self._backdrop

    def look(self) -> FilmLook:
        """What painting needs to know now."""
        session = self.session
        return FilmLook(
            view=self.view,
            theme=theme_of(self),
            labels={label.id: label for label in session.schema.labels},
            selection=frozenset(session.selection),
            hidden=session.hidden,
            own=self.colors if session.settings.text(COLORS) == "track" else None,
            seen=self.view.seen(),
            margin=0 if self.bar.isHidden() else self.bar.width(),
        )

    def _paint_rows(self, painter: QPainter) -> None:
        rows, tall, look = self.rows, self.row_height, self.look()
        if not rows.rows and self.rows.count:
            painter.setPen(look.theme.color("dim"))
            held = bindings(default_table(), self.session.settings.keys)
            text = self.tr(
                "Tracks, shapes and tags of frames will be seen here.\n"
                "Draw a shape: {key} makes it a track."
            ).format(key=spoken_key(held.first("video.track")))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 0, -12, 0), flags, text)
            return
        first = self.bar.value() // tall
        last = ceil((self.bar.value() + self.height()) / tall)
        for place, row in enumerate(rows.rows[first:last], first):
            box = QRectF(0, self.top_of(place), self.width(), tall)
            paint_row(painter, rows, row, box, look)

    def _paint_drag(self, painter: QPainter) -> None:
        """Where what is dragged will be."""
        grip = self.grip
        place = self.rows.place_of(grip.annotation.id) if grip is not None else None
        if grip is None or place is None or self.to == grip.frame:
            return
        theme = theme_of(self)
        on_key = grip.part is Part.KEY
        x = self.view.middle_of(self.to) if on_key else self.view.edge_of(self.to)
        tone = theme.color("attention")
        painter.setPen(QPen(tone, 1.5))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        y = self.top_of(place) + self.row_height / 2
        if on_key:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = theme.color("text")
            paint_diamonds(painter, [x], y, fill=tone, edge=edge, faint=[False])
        text = f"{self.to:,}"
        wide = painter.fontMetrics().horizontalAdvance(text) + 10
        box = QRectF(x + 8, y - self.row_height / 2 + 2, wide, self.row_height - 4)
        if box.right() > self.width():
            box.moveRight(x - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.color("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
