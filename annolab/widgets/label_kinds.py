"""What labels are offered for, in words and as signs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from annolab.model.geometry import Kind
from annolab.model.schema import Label

KINDS = (
    (Kind.BOX, "Box"),
    (Kind.ROTATED_BOX, "Rotated box"),
    (Kind.POLYGON, "Polygon"),
    (Kind.POLYLINE, "Line"),
    (Kind.POINTS, "Points"),
    (Kind.ELLIPSE, "Ellipse"),
    (Kind.MASK, "Mask"),
    (Kind.SPAN, "Span"),
    (Kind.EVENT, "Event"),
    (Kind.RELATION, "Relation"),
    (Kind.INTERVAL, "Interval"),
    (Kind.INSTANT, "Time point"),
    (Kind.TIME_BOX, "Time-frequency box"),
    (Kind.WHOLE, "Whole item"),
)
_SIGNS = {
    Kind.RELATION: "arrow-bend-down-right",
    Kind.EVENT: "lightning",
    Kind.WHOLE: "frame-corners",
}


def sign_of(label: Label) -> str:
    """The icon of a label that marks nothing itself, or more than a place; else ""."""
    found = (
        sign
        for kind, sign in _SIGNS.items()
        if kind in label.kinds and label.kinds <= {kind, Kind.SPAN}
    )
    return next(found, "")


def kinds_told(label: Label) -> str:
    """What a label is offered for, as a sentence; "" when that is everything."""
    names = [
        QCoreApplication.translate("LabelTab", title)
        for kind, title in KINDS
        if kind in label.kinds
    ]
    if not names:
        return ""
    told = QCoreApplication.translate("LabelPanel", "Offered for: {}")
    return told.format(", ".join(names).lower())
