"""What the selected tracks say at the frame that is seen, in fields of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from annolab import track_edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import AttributeValue, Track
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.model.tracks import OCCLUDED, SCORE, State, state_at
from annolab.widgets.controls import Elided, clear, column, label, tool_button
from annolab.widgets.fields import UNSET, Field, Shown, common, field_for
from annolab.widgets.film_rows import is_tag
from annolab.widgets.session import Session

HIDDEN = AttributeSpec(
    id=0, owner=Owner.KEYFRAME, name=OCCLUDED, type=ValueType.BOOL, default=False
)
"""That something hides the object: every track can say so."""
Held: TypeAlias = tuple[Annotation, State]


class KeyframeForm(QWidget):
    """Fields of what is declared for keyframes, and of other keys that are there.

    Another value makes a keyframe at this frame, or changes that which is there.
    Hidden unless tracks are selected, nothing else is, and there is something to say.
    """

    finished = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("form")
        self._session = session
        self._fields: dict[str, Field] = {}
        self._shown: tuple[object, ...] = ()
        self.title = label("", "head")
        self.note = label("", "small", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        layout = column(self.title, self.note, spacing=6)
        layout.addLayout(self._grid)
        layout.setContentsMargins(12, 8, 8, 8)
        self.setLayout(layout)
        session.frame_changed.connect(self.reload)
        self.reload()

    def set_key_width(self, width: int) -> None:
        """How wide the names are, to stand below those of another form."""
        self._grid.setColumnMinimumWidth(0, width)

    def field(self, key: str) -> Field:
        """The field of a key that is shown."""
        return self._fields[key]

    def keys(self) -> list[str]:
        """What is shown, in order."""
        return list(self._fields)

    def tracks(self) -> list[Annotation]:
        """The selected tracks; none if other things are selected, too."""
        chosen = self._session.selected()
        found = [a for a in chosen if isinstance(a.geometry, Track)]
        return found if len(found) == len(chosen) else []

    def _here(self) -> list[Held]:
        """The tracks that are seen at this frame, as they are there."""
        frame = self._session.frame
        if frame is None:
            return []
        held = [(a, state_at(track_edits.track_of(a), frame)) for a in self.tracks()]
        return [(a, s) for a, s in held if s is not None and s.geometry is not None]

    def reload(self) -> None:
        """Show what holds at this frame now."""
        tracks, frame = self.tracks(), self._session.frame
        here = self._here()
        specs = self.asked(tracks)
        free = {key for _, state in here for key in state.attributes}
        names = [*specs, *sorted(free - specs.keys() - {SCORE})]
        self.setVisible(bool(names) and frame is not None)
        if not names or frame is None:
            return
        shown = (tuple(specs.values()), tuple(names))
        if shown != self._shown:
            self._shown = shown
            self._rebuild(names, specs)
        for key, field in self._fields.items():
            field.show_value(common([_value(a, s, key) for a, s in here]))
            field.setEnabled(bool(here))
        self.title.setText(self.tr("At frame {:,}").format(frame))
        self._tell(here)

    def asked(self, tracks: Sequence[Annotation]) -> dict[str, AttributeSpec]:
        """What is declared for keyframes of all of these, by name.

        Nothing hides the whole picture, which tags are of.
        """
        schema = self._session.schema
        found = [schema.specs(Owner.KEYFRAME, a.label_id) for a in tracks]
        both = {
            spec.name: spec
            for spec in (found[0] if found else ())
            if all(spec in other for other in found)
        }
        if not tracks or any(is_tag(track) for track in tracks):
            return both
        return both if OCCLUDED in both else {OCCLUDED: HIDDEN, **both}

    def _tell(self, here: Sequence[Held]) -> None:
        """Where these values come from."""
        text = ""
        if not here:
            text = self.tr("Not seen at this frame.")
        elif len(here) == 1:
            text = self._origin(here[0][1])
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _origin(self, state: State) -> str:
        sure = state.attributes.get(SCORE)
        if isinstance(sure, int | float):
            return self.tr("Found by the program, {:.0%} sure.").format(float(sure))
        return self.tr("A keyframe.") if state.is_keyframe else ""

    def _rebuild(self, names: Sequence[str], specs: dict[str, AttributeSpec]) -> None:
        clear(self._grid)
        self._fields = {}
        for place, key in enumerate(names):
            spec = specs.get(key)
            field = field_for(spec)
            name = Elided(key, "dim")
            name.setBuddy(field)
            name.setFixedHeight(28)
            proxy = field.focusProxy()
            if proxy is not None:
                proxy.setAccessibleName(key)
            field.edited.connect(lambda value, key=key: self._write(key, value))
            field.left.connect(self.finished)
            align = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(name, place, 0, align)
            self._grid.addWidget(field, place, 1, 1, 1 if spec is None else 2)
            if spec is None:
                remove = tool_button("x", self.tr("Remove {}").format(key))
                remove.clicked.connect(lambda _=False, k=key: self._write(k, UNSET))
                self._grid.addWidget(remove, place, 2, align)
            self._fields[key] = field

    def _write(self, key: str, value: Shown) -> None:
        held = [annotation for annotation, _ in self._here()]
        frame = self._session.frame
        if not held or frame is None:
            return
        meant: AttributeValue = None if value is UNSET else value  # type: ignore[assignment]
        ids = ",".join(str(annotation.id) for annotation in held[:9])
        made = [
            track_edits.set_key_attribute(
                a, frame, key, meant, merge_key=f"keyframe:{frame}:{key}:{ids}"
            )
            for a in held
        ]
        changes = tuple(change for edit in made for change in edit.changes)
        edit = Edit(made[0].name, changes, made[0].item_id, made[0].merge_key)
        self._session.apply(edit, self)


def _value(annotation: Annotation, state: State, key: str) -> Shown:
    """What holds: what a keyframe does not say, the whole track may."""
    if key in state.attributes:
        return state.attributes[key]
    otherwise: Shown = False if key == OCCLUDED else UNSET
    return annotation.attributes.get(key, otherwise)
