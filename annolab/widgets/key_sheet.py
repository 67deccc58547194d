"""The keys of what is on the screen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QWidget

from annolab.actions import ACTIONS, Action, Bindings, Context
from annolab.model.item import Media
from annolab.widgets.commands import title_of
from annolab.widgets.controls import column, key_text, label, row
from annolab.widgets.popup import Popup

WIDTH = 1180
HEIGHT = 940
COLUMNS = 4
GROUPS = (
    ("Canvas", tuple(f"{media.value}." for media in Media)),
    ("Items", ("item.", "list.")),
    ("Editing", ("edit.", "label.", "attribute.")),
    ("Project", ("project.",)),
    ("Window", ("app.",)),
)


class KeySheet(Popup):
    """Every action that has a key here, in groups."""

    def __init__(
        self, parent: QWidget, bindings: Bindings, contexts: Iterable[Context]
    ) -> None:
        super().__init__(parent, parent.tr("Keys"), WIDTH)
        active = {Context.GLOBAL, Context.LIST, *contexts}
        bindings = bindings.within(active)
        shown = [a for a in ACTIONS if a.context in active and bindings.of(a.id)]
        columns = QHBoxLayout()
        columns.setSpacing(32)
        columns.setContentsMargins(24, 8, 24, 24)
        for groups in _columns(shown):
            side = column(spacing=16)
            for title, actions in groups:
                side.addLayout(self._group(title, actions, bindings))
            side.addStretch(1)
            columns.addLayout(side, 1)
        body = QWidget()
        body.setObjectName("form")
        body.setLayout(columns)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        hint = self.tr("1 to 9 and free letters pick labels. Settings change keys.")
        head = row(label(self.tr("Keys"), "large"), label(hint, "dim"), spacing=16)
        head.addStretch(1)
        head.setContentsMargins(24, 20, 24, 12)
        layout = column()
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        self.fill(layout, HEIGHT)

    def _group(
        self, title: str, actions: list[Action], bindings: Bindings
    ) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(label(self.tr(title), "head"), 0, 0)
        for place, action in enumerate(actions, 1):
            caps = row(spacing=4)
            caps.addStretch(1)
            for key in bindings.of(action.id)[:2]:
                caps.addWidget(label(key_text(key), "key"))
            grid.addWidget(label(title_of(action).rstrip("…")), place, 0)
            grid.addLayout(caps, place, 1)
        return grid


def _columns(
    shown: list[Action],
) -> list[list[tuple[str, list[Action]]]]:
    """The groups in columns of about the same height, one after the other."""
    rows = [
        (title, action)
        for title, prefixes in GROUPS
        for action in shown
        if action.id.startswith(prefixes)
    ]
    each = -(-len(rows) // COLUMNS)
    columns = []
    for first in range(0, len(rows), each):
        groups: dict[str, list[Action]] = {}
        for title, action in rows[first : first + each]:
            groups.setdefault(title, []).append(action)
        columns.append(list(groups.items()))
    return columns
