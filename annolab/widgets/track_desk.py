"""What the actions on tracks work with: the film as it is seen, the selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Track
from annolab.widgets.session import Session
from annolab.widgets.video_view import VideoView


@dataclass(frozen=True, slots=True)
class TrackDesk:
    """`ask` requests an edit, which is done or refused when it returns.

    `span`: the selected range of frames, half-open. `count`: frames of the film.
    """

    view: VideoView
    ask: Callable[[Edit], object]
    count: int
    span: tuple[int, int] | None = None

    @property
    def session(self) -> Session:
        """What is open and selected."""
        return self.view.session

    @property
    def frame(self) -> int:
        """The frame that is seen."""
        return self.view.index

    def say(self, sentence: str) -> None:
        """Tell the user why nothing happens."""
        self.session.said.emit("info", sentence)

    def chosen(self) -> list[Annotation]:
        """What is selected and may be changed; says so when all is locked."""
        chosen = self.session.selected()
        free = [annotation for annotation in chosen if not annotation.locked]
        if chosen and not free:
            text = "The selection is locked; unlock it to change it."
            self.say(self.view.tr(text))
        return free

    def tracks(self) -> list[Annotation]:
        """The selected tracks; says what to do when there are none."""
        chosen = self.chosen()
        found = [a for a in chosen if isinstance(a.geometry, Track)]
        if not found and (chosen or not self.session.selection):
            text = "Select a track first: a shape becomes one by {key}."
            self.say(self.view.tr(text).format(key="Ctrl+Shift+T"))
        return found

    def ask_all(
        self, annotations: Sequence[Annotation], verb: Callable[[Annotation], Edit]
    ) -> Edit | None:
        """Request what a verb does with each, as one step of Undo; None: nothing."""
        try:
            made = [verb(annotation) for annotation in annotations]
        except UserError as error:
            self.say(str(error))
            return None
        changes = tuple(change for edit in made for change in edit.changes)
        if not changes:
            return None
        edit = Edit(made[0].name, changes, made[0].item_id, made[0].merge_key)
        self.ask(edit)
        return edit

    def select_new(self, edit: Edit | None) -> None:
        """Select what an edit has added."""
        added = [c.after for c in edit.changes if c.before is None] if edit else []
        ids = tuple(a.id for a in added if isinstance(a, Annotation))
        there = tuple(i for i in ids if self.session.annotation(i) is not None)
        if there:
            self.view.selection_requested.emit(there)
