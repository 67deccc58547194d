"""Copy, paste, duplicate and delete where tracks are among what is meant.

Tracks go as a whole and are pasted so that the first begins at the frame that is
seen. Shapes alone go as they do on pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from annolab import edits, track_edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Track
from annolab.model.tracks import first_frame
from annolab.widgets.track_desk import TrackDesk

ASIDE = 12.0  # screen pixels that a copy lies beside its original


def run(desk: TrackDesk, action_id: str) -> bool:
    """Do what an action of pictures says; False where it means no track."""
    command = COMMANDS.get(action_id)
    return command is not None and command(desk)


def _tracks(annotations: Sequence[Annotation]) -> list[Annotation]:
    return [a for a in annotations if isinstance(a.geometry, Track)]


def _copy(desk: TrackDesk) -> bool:
    chosen = desk.session.selected()
    if not _tracks(chosen):
        return False
    desk.session.clipboard = tuple(chosen)
    return True


def _cut(desk: TrackDesk) -> bool:
    return _copy(desk) and _delete(desk)


def _delete(desk: TrackDesk) -> bool:
    """Also tracks that are not seen at this frame."""
    project = desk.session.project
    if project is None or not _tracks(desk.session.selected()):
        return False
    chosen = desk.chosen()
    if chosen:
        desk.ask(edits.delete(chosen, project.relations(chosen[0].item_id)))
    return True


def _paste(desk: TrackDesk) -> bool:
    project, item = desk.session.project, desk.view.item
    held = desk.session.clipboard
    tracks = _tracks(held)
    if project is None or item is None or not tracks:
        return False
    known = {label.id for label in project.schema.labels}
    held = tuple(a if a.label_id in known else replace(a, label_id=None) for a in held)
    start = min(first_frame(track_edits.track_of(a)) for a in tracks)
    here = start == desk.frame and tracks[0].item_id == item.id
    offset = _aside(desk) if here else (0.0, 0.0)
    annotator = project.annotator.id

    def verb(annotation: Annotation) -> Edit:
        if not isinstance(annotation.geometry, Track):
            copied = edits.paste(
                [annotation], item.id, annotator, offset=offset, frame=desk.frame
            )
            return replace(copied, name="Paste track")
        frame = desk.frame + first_frame(annotation.geometry) - start
        return track_edits.paste_at(
            annotation, item.id, annotator, frame, offset=offset, end=desk.count
        )

    edit = desk.ask_all(_unique(held), verb)
    desk.select_new(edit)
    return True


def _unique(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Tracks first: the step of Undo is called after the first of them."""
    return sorted(annotations, key=lambda a: not isinstance(a.geometry, Track))


def _duplicate(desk: TrackDesk) -> bool:
    project, chosen = desk.session.project, desk.session.selected()
    if project is None or not _tracks(chosen):
        return False
    edit = edits.duplicate(chosen, project.annotator.id, offset=_aside(desk))
    made = [c.after for c in edit.changes if isinstance(c.after, Annotation)]
    edit = edits.add([track_edits.unnumbered(a) for a in made], edit.name)
    desk.ask(edit)
    desk.select_new(edit)
    return True


def _aside(desk: TrackDesk) -> tuple[float, float]:
    step = float(max(round(ASIDE / desk.view.view.scale), 1))
    return step, step


COMMANDS: dict[str, Callable[[TrackDesk], bool]] = {
    "image.copy": _copy,
    "image.cut": _cut,
    "image.paste": _paste,
    "image.duplicate": _duplicate,
    "image.delete": _delete,
}
