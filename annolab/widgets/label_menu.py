"""What can be done with one label: name, key, colour, place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QMenu, QWidget

from annolab import edits
from annolab.actions import Bindings, free_letters
from annolab.errors import UserError
from annolab.model.edit import Edit
from annolab.model.schema import LABEL_COLORS, Label, Schema
from annolab.widgets.rows import draw_chip

Do = Callable[[Edit], object]


def in_order(labels: tuple[Label, ...] | list[Label]) -> list[tuple[Label, int]]:
    """Labels with their depth, each after its parent and before the next one."""
    known = {x.id for x in labels}
    under: dict[int | None, list[Label]] = {}
    for held in labels:
        parent = held.parent_id if held.parent_id in known else None
        under.setdefault(parent, []).append(held)
    made: list[tuple[Label, int]] = []
    waiting = [(x, 0) for x in reversed(under.get(None, []))]
    while waiting:
        held, depth = waiting.pop()
        made.append((held, depth))
        waiting += [(x, depth + 1) for x in reversed(under.pop(held.id, []))]
    seen = {held.id for held, _ in made}
    return made + [(x, 0) for x in labels if x.id not in seen]


def give_key(schema: Schema, held: Label, key: str | None) -> Edit:
    """Let `key` pick this label, and no other one any more."""
    losers = [
        x
        for x in schema.labels
        if key and x.id != held.id and (x.hotkey or "").upper() == key
    ]
    before = [held, *losers]
    after = [replace(held, hotkey=key), *(replace(x, hotkey=None) for x in losers)]
    name = f"Give key {key} to label" if key else "Take key of label"
    return edits.replace(before, after, f"{name} {held.name[:40]}")


def redeclared(schema: Schema, held: Label, **fields: object) -> Edit:
    """Another name or colour. Raises UserError when it cannot be."""
    return edits.redeclare(schema, held, replace(held, **fields))  # type: ignore[arg-type]


def moved_before(schema: Schema, held: Label, before: int | None) -> Edit:
    """Put a label before another one, or at the end (None)."""
    others = [x.id for x in schema.like(held) if x.id != held.id]
    place = others.index(before) if before in others else len(others)
    return edits.move_declared(schema, held, place)


def fill(menu: QMenu, schema: Schema, held: Label, bindings: Bindings, do: Do) -> None:
    """Add the keys and colours that a label can have."""
    keys = menu.addMenu(menu.tr("Key"))
    owners = {(x.hotkey or "").upper(): x for x in schema.labels}
    for key in ("", *free_letters(bindings)):
        owner = owners.get(key) if key else None
        text = key or menu.tr("none")
        if owner is not None and owner.id != held.id:
            text = f"{key}   {owner.name[:24]}".replace("&", "&&")
        action = keys.addAction(text)
        action.setCheckable(True)
        action.setChecked((held.hotkey or "").upper() == key)
        action.triggered.connect(
            lambda _=False, key=key: do(give_key(schema, held, key or None))
        )
    colors = menu.addMenu(menu.tr("Colour"))
    for color in LABEL_COLORS:
        action = colors.addAction(chip_icon(color), color)
        action.triggered.connect(
            lambda _=False, color=color: do(redeclared(schema, held, color=color))
        )
    colors.addSeparator()
    other = colors.addAction(menu.tr("Other…"))
    other.triggered.connect(lambda: _choose(menu, schema, held, do))


def _choose(parent: QWidget, schema: Schema, held: Label, do: Do) -> None:
    title = parent.tr("Colour")
    chosen = QColorDialog.getColor(QColor(held.color), parent.parentWidget(), title)
    if chosen.isValid():
        do(redeclared(schema, held, color=chosen.name()))


def chip_icon(color: str) -> QIcon:
    """The colour of a label as an icon of a menu."""
    pixmap = QPixmap(32, 32)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_chip(painter, QRectF(2, 2, 12, 12), color)
    painter.end()
    return QIcon(pixmap)


def renamed(schema: Schema, held: Label, name: str) -> Edit | str:
    """The edit that renames a label, or the sentence that says why not."""
    try:
        return redeclared(schema, held, name=name)
    except UserError as error:
        return str(error)
