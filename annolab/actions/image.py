"""The actions on pictures: drawing, selecting and looking."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _image(id_: str, title: str, doc: str, icon: str = "") -> Action:
    return Action(f"image.{id_}", title, doc, Context.IMAGE, icon)


IMAGE_ACTIONS: tuple[Action, ...] = (
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
        "Label whole image or frame",
        "Put the picked label on the whole image, on films on the frame that is seen.",
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
)
