"""Gestures: generators that turn pointers in image pixels into shapes. No Qt."""

from annolab.gestures.draw import (
    draw_box,
    draw_ellipse,
    draw_points,
    draw_polygon,
    draw_polyline,
    draw_rotated_box,
    rubber_band,
)
from annolab.gestures.frame import drag_frame, frame_around
from annolab.gestures.handles import Handle, Part, grab, handles_of, middle_of_edge
from annolab.gestures.pointer import (
    NOTHING,
    Gesture,
    Modifier,
    Phase,
    Pointer,
    Preview,
    Shapes,
    Size,
)
from annolab.gestures.reshape import grabbed, kept_in, move_shapes, without_point

__all__ = [
    "NOTHING",
    "Gesture",
    "Handle",
    "Modifier",
    "Part",
    "Phase",
    "Pointer",
    "Preview",
    "Shapes",
    "Size",
    "drag_frame",
    "draw_box",
    "draw_ellipse",
    "draw_points",
    "draw_polygon",
    "draw_polyline",
    "draw_rotated_box",
    "frame_around",
    "grab",
    "grabbed",
    "handles_of",
    "kept_in",
    "middle_of_edge",
    "move_shapes",
    "rubber_band",
    "without_point",
]
