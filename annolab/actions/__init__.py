"""The table of what a user can invoke, and the keys that invoke it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annolab.actions.action import SHADOWING, Action, Context
from annolab.actions.audio import AUDIO_ACTIONS
from annolab.actions.text import TEXT_ACTIONS
from annolab.settings import resource

__all__ = [
    "ACTIONS", "BY_ID", "SHADOWING", "Action", "Bindings", "Context", "bindings",
    "default_table",
]  # fmt: skip


def _image(id_: str, title: str, doc: str, icon: str = "") -> Action:
    return Action(f"image.{id_}", title, doc, Context.IMAGE, icon)


ACTIONS: tuple[Action, ...] = (
    Action(
        "project.new",
        "New project from folder…",
        "Choose a folder of media and make a project of it.",
        icon="folder-plus",
    ),
    Action(
        "project.open",
        "Open project…",
        "Open an AnnoLab project file.",
        icon="folder-open",
    ),
    Action(
        "project.sample",
        "Sample project",
        "Make the sample project and open it.",
        icon="sparkle",
    ),
    Action(
        "project.close",
        "Close project",
        "Close the project and show the start page.",
        icon="x",
    ),
    Action(
        "project.add",
        "Add files…",
        "Add pictures to the project; nothing is copied.",
        icon="plus",
    ),
    Action(
        "project.add_folder",
        "Add folder…",
        "Add all pictures of a folder to the project; nothing is copied.",
        icon="folder-plus",
    ),
    Action(
        "project.import",
        "Import annotations…",
        "Read annotations that another program wrote.",
        icon="download-simple",
    ),
    Action(
        "project.export",
        "Export annotations…",
        "Write the annotations for another program.",
        icon="upload-simple",
    ),
    Action(
        "project.relocate",
        "Find moved media…",
        "Say where a folder of media has gone.",
        icon="map-pin",
    ),
    Action(
        "project.allow",
        "Allow folders…",
        "Say which folders outside of the project may be followed to its media.",
        icon="shield-check",
    ),
    Action(
        "project.schema",
        "Labels and attributes…",
        "Change the labels, their keys and colours, and the declared attributes.",
        icon="tag",
    ),
    Action(
        "app.settings",
        "Settings…",
        "Theme, size, your name, and the keys of every action.",
        icon="gear-six",
    ),
    Action(
        "app.palette",
        "Find anything…",
        "Find an action, an item or a label by typing a part of its name.",
        icon="magnifying-glass",
    ),
    Action(
        "app.keys",
        "Keys",
        "Show the keys of what is on the screen.",
        icon="keyboard",
    ),
    Action(
        "app.guidelines",
        "Guidelines",
        "Show or hide the rules of this project.",
        icon="book-open",
        checkable=True,
    ),
    Action(
        "app.empty_cache",
        "Empty cache of sounds",
        "Delete the decoded sounds; they are made anew when they are needed.",
        icon="trash",
    ),
    Action("app.about", "About AnnoLab", "Version and licences.", icon="info"),
    Action("app.quit", "Quit", "Close the project and the program.", icon="power"),
    Action(
        "app.full_screen",
        "Full screen",
        "Use the whole screen, or go back to a window.",
        icon="corners-out",
        checkable=True,
    ),
    Action(
        "app.items_panel",
        "Items panel",
        "Show or hide the list of items.",
        icon="layout",
        checkable=True,
    ),
    Action(
        "app.labels_panel",
        "Labels panel",
        "Show or hide labels, annotations and key-values.",
        icon="layout",
        checkable=True,
    ),
    Action(
        "app.next_panel",
        "Next panel",
        "Put the keyboard on the next panel: items, canvas, labels, key-values.",
        icon="caret-double-right",
    ),
    Action(
        "app.previous_panel",
        "Previous panel",
        "Put the keyboard on the panel before.",
        icon="caret-double-left",
    ),
    Action(
        "edit.undo",
        "Undo",
        "Take back the last change, whatever item it was on.",
        icon="arrow-u-up-left",
    ),
    Action(
        "edit.redo",
        "Redo",
        "Make again what was taken back.",
        icon="arrow-u-up-right",
    ),
    Action(
        "edit.history",
        "History",
        "Show the last changes, and go back to any of them.",
        icon="clock-counter-clockwise",
    ),
    Action("item.next", "Next item", "Go to the next item.", icon="caret-right"),
    Action(
        "item.previous",
        "Previous item",
        "Go to the previous item.",
        icon="caret-left",
    ),
    Action("item.first", "First item", "Go to the first item.", icon="arrow-line-up"),
    Action("item.last", "Last item", "Go to the last item.", icon="arrow-line-down"),
    Action(
        "item.next_open",
        "Next open item",
        "Go to the next item that is neither done nor skipped.",
        icon="skip-forward",
    ),
    Action(
        "item.done",
        "Done, next item",
        "Mark this item as done and go to the next one.",
        icon="check",
    ),
    Action(
        "item.skip",
        "Skip, next item",
        "Mark this item as skipped and go to the next one.",
        icon="prohibit",
    ),
    Action(
        "item.reopen",
        "Open again",
        "Mark this item, or all that are chosen in the list, as begun.",
        icon="arrow-counter-clockwise",
    ),
    Action(
        "item.renew",
        "Mark as new",
        "Mark the chosen items as new.",
        icon="circle",
    ),
    Action("item.train", "Put into train", "Put the chosen items into split train."),
    Action("item.val", "Put into val", "Put the chosen items into split val."),
    Action("item.test", "Put into test", "Put the chosen items into split test."),
    Action("item.no_split", "Out of split", "Take the chosen items out of splits."),
    Action(
        "item.remove",
        "Remove from project",
        "Take the chosen items and their annotations out of the project; files stay.",
        icon="trash",
    ),
    Action(
        "item.show_folder",
        "Show in folder",
        "Show the file of this item in the file manager.",
        icon="folder-open",
    ),
    Action("item.find", "Filter items", "Type what items to list.", icon="funnel"),
    Action(
        "item.thumbnails",
        "Thumbnails",
        "List the items with pictures or as a table.",
        icon="image",
        checkable=True,
    ),
    Action(
        "item.copy_path",
        "Copy path",
        "Copy the path of this item's file.",
        icon="copy",
    ),
    Action("label.new", "New label…", "Add a label to the project.", icon="plus"),
    Action(
        "label.none",
        "No label",
        "Draw shapes without a label.",
        icon="circle-dashed",
    ),
    Action(
        "label.rename",
        "Rename label",
        "Write another name for the marked label.",
        icon="pencil-simple",
    ),
    Action("label.up", "Move label up", "Move the marked label up.", icon="arrow-up"),
    Action(
        "label.down",
        "Move label down",
        "Move the marked label down.",
        icon="arrow-down",
    ),
    Action(
        "attribute.new",
        "Add key-value…",
        "Write a key-value on the selection, or on the item.",
        icon="plus",
    ),
    _image("select", "Select", "Select, move and reshape.", "cursor"),
    _image("box", "Box", "Drag an upright box.", "rectangle"),
    _image(
        "rotated_box",
        "Rotated box",
        "Drag the base line, then the height.",
        "diamond",
    ),
    _image("polygon", "Polygon", "Click the corners; Enter closes.", "polygon"),
    _image("polyline", "Polyline", "Click the points; Enter ends.", "line-segments"),
    _image(
        "points", "Points", "Click points or keypoints; Enter ends.", "circles-three"
    ),
    _image("ellipse", "Ellipse", "Drag an ellipse.", "circle"),
    _image(
        "whole",
        "Label whole image",
        "Put the picked label on the whole image.",
        "frame-corners",
    ),
    _image(
        "hole",
        "Cut hole",
        "Draw a ring that is cut out of the selected polygon.",
        "selection-slash",
    ),
    _image("finish", "Finish shape", "End the shape that is being drawn."),
    _image(
        "place",
        "Place shape",
        "Put a shape of the tool into the middle of the view, to move it by keys.",
    ),
    _image("cancel", "Cancel", "Drop the shape that is being drawn, or deselect."),
    _image("back", "Take back point", "Remove the last point of the shape."),
    _image("delete", "Delete", "Delete the selected annotations.", "trash"),
    _image("select_all", "Select all", "Select all annotations of this item."),
    _image(
        "next_shape",
        "Next annotation",
        "Select the next annotation of this item.",
    ),
    _image(
        "previous_shape",
        "Previous annotation",
        "Select the previous annotation of this item.",
    ),
    _image("copy", "Copy", "Copy the selected annotations.", "copy"),
    _image("cut", "Cut", "Copy the selected annotations and delete them.", "scissors"),
    _image("paste", "Paste", "Paste annotations, also from another item.", "clipboard"),
    _image(
        "duplicate",
        "Duplicate",
        "Copy the selected annotations a few pixels aside.",
        "copy-simple",
    ),
    _image("hide", "Hide", "Hide or show the selected annotations.", "eye-slash"),
    _image("hide_others", "Hide others", "Hide or show all but the selection."),
    _image("show_all", "Show all", "Show all hidden annotations.", "eye"),
    _image(
        "lock",
        "Lock",
        "Keep the selected annotations from being changed, or allow it.",
        "lock-simple",
    ),
    _image("raise", "Bring to front", "Draw the selection above the others."),
    _image("lower", "Send to back", "Draw the selection below the others."),
    _image(
        "relabel",
        "Give picked label",
        "Give the picked label to the selected annotations.",
        "tag",
    ),
    _image("to_polygon", "Turn into polygon", "Make polygons of the selected shapes."),
    _image(
        "transform",
        "Resize and turn",
        "Show the frame that resizes and turns the selection, whatever it is.",
        "bounding-box",
    ),
    _image("left", "Move left", "Move the selection one pixel to the left."),
    _image("right", "Move right", "Move the selection one pixel to the right."),
    _image("up", "Move up", "Move the selection one pixel up."),
    _image("down", "Move down", "Move the selection one pixel down."),
    _image("left_far", "Move left far", "Move the selection ten pixels to the left."),
    _image(
        "right_far", "Move right far", "Move the selection ten pixels to the right."
    ),
    _image("up_far", "Move up far", "Move the selection ten pixels up."),
    _image("down_far", "Move down far", "Move the selection ten pixels down."),
    _image("zoom_in", "Zoom in", "Show the picture larger.", "magnifying-glass-plus"),
    _image(
        "zoom_out", "Zoom out", "Show the picture smaller.", "magnifying-glass-minus"
    ),
    _image("fit", "Fit", "Show the whole picture.", "arrows-out"),
    _image("actual_size", "Actual size", "One pixel of the picture on one pixel."),
    _image(
        "zoom_selection",
        "Zoom to selection",
        "Fill the view with the selected annotations.",
    ),
    _image(
        "next_page",
        "Next page",
        "Show the next page or frame of this file.",
        "caret-right",
    ),
    _image(
        "previous_page",
        "Previous page",
        "Show the previous page or frame of this file.",
        "caret-left",
    ),
    _image(
        "darken",
        "Darken outside",
        "Darken all that is outside the selected shape.",
        "selection-inverse",
    ),
    Action(
        "list.open",
        "Open item",
        "Show the item of this row.",
        Context.LIST,
    ),
    Action(
        "list.canvas",
        "Back to canvas",
        "Put the keyboard on the canvas.",
        Context.LIST,
    ),
    *AUDIO_ACTIONS,
    *TEXT_ACTIONS,
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

Table = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Bindings:
    """Which keys invoke which action: the defaults with the user's changes."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, action_id: str) -> tuple[str, ...]:
        """The keys of an action, the one to show first."""
        return self.keys.get(action_id, ())

    def first(self, action_id: str) -> str:
        """The key to show for an action, or ""."""
        return next(iter(self.of(action_id)), "")

    def owner(self, key: str, contexts: Iterable[Context]) -> Action | None:
        """The action that `key` invokes in one of the contexts, or None."""
        wanted = frozenset(contexts)
        first = wanted & SHADOWING
        if first and first != wanted:
            held = self.owner(key, first)
            if held is not None:
                return held
        for action_id, keys in self.keys.items():
            action = BY_ID.get(action_id)
            if action is not None and action.context in wanted and key in keys:
                return action
        return None

    def within(self, contexts: Iterable[Context]) -> Bindings:
        """The keys as they are in these contexts: some win over global ones."""
        first = frozenset(contexts) & SHADOWING
        taken = {
            key
            for action_id, keys in self.keys.items()
            if action_id in BY_ID and BY_ID[action_id].context in first
            for key in keys
        }
        everywhere = (Context.GLOBAL, Context.LIST)
        return Bindings(
            {
                action_id: tuple(key for key in keys if key not in taken)
                if action_id in BY_ID and BY_ID[action_id].context in everywhere
                else keys
                for action_id, keys in self.keys.items()
            }
        )


def read_table(text: str) -> dict[str, dict[str, str]]:
    """Read `[context] "key" = "action.id"`; ValueError when it is no TOML."""
    data = tomllib.loads(text)
    return {
        context: {str(key): str(action) for key, action in entries.items()}
        for context, entries in data.items()
        if isinstance(entries, dict)
    }


def default_table() -> dict[str, dict[str, str]]:
    """The key table that comes with AnnoLab."""
    return read_table(resource("keys.toml").read_text(encoding="utf-8"))


def bindings(
    table: Table, overrides: Mapping[str, tuple[str, ...]] | None = None
) -> Bindings:
    """Join the key table with the user's keys; overrides win over the table.

    A key that the user gave to two actions belongs to the first.
    """
    changed: dict[str, tuple[str, ...]] = {}
    taken: set[tuple[Context, str]] = set()
    for action_id, keys in (overrides or {}).items():
        if action_id in BY_ID:
            own = BY_ID[action_id].context
            free = tuple(key for key in keys if (own, key) not in taken)
            changed[action_id] = free
            taken |= {(other, key) for key in free for other in overlapping(own)}
    result = dict(changed)
    for context, entries in table.items():
        for key, action_id in entries.items():
            if action_id not in changed and (Context(context), key) not in taken:
                result[action_id] = (*result.get(action_id, ()), key)
    return Bindings(result)


def overlapping(context: Context) -> frozenset[Context]:
    """The contexts whose keys cannot be the same as those of `context`."""
    if context in SHADOWING:
        return frozenset({context})
    if context in (Context.GLOBAL, Context.LIST):
        return frozenset(Context) - SHADOWING
    return frozenset({Context.GLOBAL, Context.LIST, context})


def conflicts(held: Bindings) -> list[tuple[str, str, str]]:
    """Keys on two actions in overlapping contexts: (key, action id, action id)."""
    found = []
    pairs = [(key, BY_ID[i]) for i, keys in held.keys.items() for key in keys]
    for index, (key, action) in enumerate(pairs):
        for other_key, other in pairs[index + 1 :]:
            if key == other_key and other.context in overlapping(action.context):
                found.append((key, action.id, other.id))
    return found


def free_letters(held: Bindings) -> tuple[str, ...]:
    """Single keys that no action uses: they can be the keys of labels."""
    used = {key for keys in held.keys.values() for key in keys}
    signs = "123456789" + "QWERTYUIOPASDFGHJKLZXCVBNM" + "0"
    return tuple(sign for sign in signs if sign not in used)
