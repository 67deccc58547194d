"""The actions of the table as QActions, with their keys, for one window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from annolab.actions import ACTIONS, BY_ID, SHADOWING, Action, Bindings, Context
from annolab.widgets.controls import tip

Handler = Callable[[], object]
# Keys that lists, fields and buttons need for themselves: actions on them work
# only where the keyboard is on the canvas or on the list of its annotations.
LOCAL_KEYS = frozenset(
    (
        "Left", "Right", "Up", "Down", "Shift+Left", "Shift+Right", "Shift+Up",
        "Shift+Down", "Tab", "Shift+Tab", "Return", "Esc", "Backspace", "Del", "Space",
        "Ctrl+A", "Ctrl+C", "Ctrl+X", "Ctrl+V",
    )
)  # fmt: skip
NEEDS_PROJECT = (
    "item.", "label.", "attribute.", "edit.", "image.", "audio.", "text.", "video.",
    "list.",
)  # fmt: skip
REPEATED = ("image.", "audio.", "text.", "video.", "item.", "edit.")
PROJECT_ACTIONS = frozenset(
    f"project.{verb}"
    for verb in (
        "close", "add", "add_folder", "add_film", "import", "export", "relocate",
        "allow", "schema", "suggest",
    )
) | {
    f"app.{name}"
    for name in (
        "guidelines", "items_panel", "labels_panel", "next_panel", "previous_panel"
    )
}  # fmt: skip


class Commands(QObject):
    """Makes a QAction of every action, and calls the handler of its id.

    A canvas and its helpers are `places`: local keys work only there. `ran`: an
    action was invoked, which may have switched something.
    """

    ran = Signal()
    bound = Signal()  # the keys are others

    def __init__(self, window: QWidget, bindings: Bindings) -> None:
        super().__init__(window)
        self._window = window
        self._handlers: dict[str, Handler] = {}
        self._fallbacks: dict[Context, Callable[[str], object]] = {}
        self._bindings = self.bindings = bindings
        self._contexts: tuple[Context, ...] = ()
        self.actions = {action.id: self._make(action) for action in ACTIONS}
        self.bind(bindings)

    def _make(self, action: Action) -> QAction:
        made = QAction(title_of(action), self)
        made.setObjectName(action.id)
        made.setStatusTip(action.doc)
        made.setCheckable(action.checkable)
        made.setAutoRepeat(action.id.startswith(REPEATED))
        made.triggered.connect(lambda: self.run(action.id))
        return made

    def bind(self, bindings: Bindings) -> None:
        """Give the actions their keys; `self.bindings` is what they are here."""
        self._bindings = bindings
        self.bindings = bindings = bindings.within(self._contexts)
        for id_, made in self.actions.items():
            keys = bindings.of(id_)
            made.setShortcuts([QKeySequence(key) for key in keys])
            local = BY_ID[id_].context is not Context.GLOBAL and any(
                key in LOCAL_KEYS for key in keys
            )
            context = Qt.ShortcutContext
            if local:  # everything is inside the window: it must not hold them
                made.setShortcutContext(context.WidgetWithChildrenShortcut)
                self._window.removeAction(made)
            else:
                made.setShortcutContext(context.WindowShortcut)
                self._window.addAction(made)
            made.setToolTip(tip(BY_ID[id_].doc, keys))
        self.bound.emit()

    def add_place(self, place: QWidget) -> None:
        """Local keys of canvas actions work in this widget."""
        for id_, made in self.actions.items():
            if BY_ID[id_].context is not Context.GLOBAL:
                place.addAction(made)

    def handle(self, handlers: dict[str, Handler]) -> None:
        """Say what actions do; ids that are not in the table are a mistake."""
        unknown = handlers.keys() - self.actions.keys()
        if unknown:
            message = f"no such actions: {', '.join(sorted(unknown))}"
            raise KeyError(message)
        self._handlers.update(handlers)

    def fall_back(self, context: Context, handler: Callable[[str], object]) -> None:
        """What takes the actions of a context that have no handler."""
        self._fallbacks[context] = handler

    def run(self, action_id: str) -> None:
        """Do what the action says."""
        handler = self._handlers.get(action_id)
        fallback = self._fallbacks.get(BY_ID[action_id].context)
        if handler is not None:
            handler()
        elif fallback is not None:
            fallback(action_id)
        self.ran.emit()

    def show_states(self, states: Mapping[str, bool]) -> None:
        """Check what is on: what is shown is the truth, not what was triggered."""
        for id_, on in states.items():
            self.actions[id_].setChecked(on)

    def handled(self) -> frozenset[str]:
        """Ids of the actions that do something."""
        known = {i for i in self.actions if BY_ID[i].context in self._fallbacks}
        return frozenset(self._handlers) | known

    def enable(self, *, project: bool, contexts: Iterable[Context]) -> None:
        """Grey out what cannot be done now, and give keys to what can."""
        before, self._contexts = self._contexts, tuple(contexts)
        if SHADOWING & {*before} != SHADOWING & {*self._contexts}:
            self.bind(self._bindings)
        active = {Context.GLOBAL, Context.LIST, *self._contexts}
        for id_, made in self.actions.items():
            needs = id_.startswith(NEEDS_PROJECT) or id_ in PROJECT_ACTIONS
            made.setEnabled(BY_ID[id_].context in active and (project or not needs))

    def tip(self, action_id: str) -> str:
        """Title and keys of an action, for a tooltip."""
        title = title_of(BY_ID[action_id]).rstrip("…")
        return tip(title, self.bindings.of(action_id))


def title_of(action: Action) -> str:
    """The title in the language of the user."""
    return QCoreApplication.translate("actions", action.title)
