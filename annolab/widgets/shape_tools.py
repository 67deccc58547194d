"""The tools of the shape canvases: how each draws, and what its hint says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt

from annolab import gestures
from annolab.actions import BY_ID
from annolab.gestures import Gesture, Part, Size
from annolab.gestures.rect import frame_of, in_frame
from annolab.model.geometry import (
    Box,
    Ellipse,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
)
from annolab.model.measure import corners
from annolab.model.schema import Label
from annolab.widgets.canvas import Tool

SELECT = "select"
HOLE = "hole"


def _tool(id_: str, hint: object) -> Tool:
    action = BY_ID[f"image.{id_}"]
    arrow = Qt.CursorShape.ArrowCursor if id_ == SELECT else Qt.CursorShape.CrossCursor
    return Tool(id_, action.title, action.icon, action.id, arrow, str(hint))


TOOLS = (
    _tool(
        SELECT,
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Click selects, Shift+click adds, drag moves or bands. A label key labels "
            "the selection.",
        ),
    ),
    _tool(
        "box",
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Drag. Shift: square. Alt: from the centre. Ctrl: beyond the picture.",
        ),
    ),
    _tool(
        "rotated_box",
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Drag along one side, then click for the height. Shift: steps of 15°.",
        ),
    ),
    _tool(
        "polygon",
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Click the corners, or hold and draw. Enter closes. Backspace: one back.",
        ),
    ),
    _tool(
        "polyline",
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Click the points, or hold and draw. Enter ends. Backspace: one back.",
        ),
    ),
    _tool(
        "points",
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Click. Shift+click: another. Keypoints: Alt+click hides, Ctrl: not there.",
        ),
    ),
    _tool(
        "ellipse",
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Drag an ellipse. Shift: circle. Alt: from the centre. Esc cancels.",
        ),
    ),
    _tool(
        HOLE,
        QT_TRANSLATE_NOOP(
            "ShapeCanvas",
            "Click the corners of a hole inside a polygon. Enter or the first corner "
            "closes.",
        ),
    ),
)
TOOL: dict[str, Tool] = {tool.id: tool for tool in TOOLS}
DRAGGED = frozenset({"box", "ellipse", "rotated_box"})  # a click draws nothing

_CHOSEN_HINT = QT_TRANSLATE_NOOP(
    "ShapeCanvas",
    "Drag points. Double click an edge: add, Backspace: delete. T: resize and turn.",
)
_KEYPOINT_HINT = QT_TRANSLATE_NOOP(
    "ShapeCanvas",
    "Drag a point. Alt+click: visible or hidden. T: resize and turn.",
)
_BOX_HINT = QT_TRANSLATE_NOOP(
    "ShapeCanvas",
    "Drag a handle. Shift: keep the aspect. Alt: from the centre. T: turn.",
)
_RECT_HINT = QT_TRANSLATE_NOOP(
    "ShapeCanvas",
    "Drag a handle. Shift: keep the aspect. Alt: from the centre. "
    "Ctrl: beyond the picture.",
)


_FRAME_HINT = QT_TRANSLATE_NOOP(
    "ShapeCanvas",
    "Drag the frame to resize, its round handle to turn. Shift: aspect, 15° steps. "
    "Alt: from the centre.",
)


def hint_for(tool_id: str, chosen: Shape | None, *, framed: bool = False) -> str:
    """The hint for a tool, and for the shape or the frame that is selected."""
    if tool_id == SELECT:
        if framed:
            return str(_FRAME_HINT)
        match chosen:
            case Points():
                return str(_KEYPOINT_HINT)
            case Polygon() | Polyline():
                return str(_CHOSEN_HINT)
            case Box():
                return str(_BOX_HINT)
            case RotatedBox() | Ellipse():
                return str(_RECT_HINT)
            case _:
                pass
    return TOOL[tool_id].hint


def shape_for(tool_id: str, box: Box) -> Shape | None:
    """A shape of a tool's kind that fills a box; None when the tool has none."""
    match tool_id:
        case "box":
            return box
        case "rotated_box":
            return frame_of(box)
        case "ellipse":
            return in_frame(Ellipse(0.0, 0.0, 0.0, 0.0), frame_of(box))
        case "polygon":
            return Polygon.of(corners(box))
        case "points":
            return Points.of([(box.x + box.w / 2, box.y + box.h / 2)])
        case _:
            return None


def drawing(tool_id: str, bounds: Size | None, label: Label | None) -> Gesture:
    """The gesture that a tool draws with."""
    if tool_id == "points":
        skeleton = label.skeleton if label is not None else None
        count = len(skeleton.keypoints) if skeleton is not None else None
        return gestures.draw_points(count or None, bounds)
    return _DRAW[tool_id](bounds)


_DRAW: dict[str, Callable[[Size | None], Gesture]] = {
    "box": gestures.draw_box,
    "rotated_box": gestures.draw_rotated_box,
    "polygon": gestures.draw_polygon,
    "polyline": gestures.draw_polyline,
    "ellipse": gestures.draw_ellipse,
    HOLE: gestures.draw_polygon,
}


@dataclass(frozen=True, slots=True)
class Verb:
    """How Undo names what a grabbed part does ("Move point")."""

    name: str
    cursor: Qt.CursorShape


def verb_of(part: Part, side: tuple[float, float] = (0, 0), angle: float = 0.0) -> Verb:
    """What dragging a part does, and the cursor that tells so beforehand."""
    shape = Qt.CursorShape
    match part:
        case Part.CORNER:
            return Verb("Resize", _resize_cursor(side, angle))
        case Part.TURN:
            return Verb("Turn", shape.PointingHandCursor)
        case Part.VERTEX:
            return Verb("Move point of", shape.PointingHandCursor)
        case Part.EDGE:
            return Verb("Add point to", shape.DragCopyCursor)
        case _:
            return Verb("Move", shape.SizeAllCursor)


_CURSORS = (
    Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeBDiagCursor,
)
_DIRECTION = {
    (1, 0): 0,
    (1, 1): 45,
    (0, 1): 90,
    (-1, 1): 135,
    (-1, 0): 180,
    (-1, -1): 225,
    (0, -1): 270,
    (1, -1): 315,
}


def _resize_cursor(side: tuple[float, float], angle: float) -> Qt.CursorShape:
    """The arrow along the axis that a corner or side of a turned box moves on."""
    turn = _DIRECTION.get((int(side[0]), int(side[1])), 0) + angle
    return _CURSORS[round(turn / 45) % 4]


CHOSEN_MENU = (
    "image.relabel", "", "image.cut", "image.copy", "image.paste", "image.duplicate",
    "image.delete", "", "image.transform", "image.hole", "image.to_polygon", "",
    "image.hide", "image.lock", "image.raise", "image.lower", "",
    "image.zoom_selection", "image.darken",
)  # fmt: skip
CANVAS_MENU = (
    "image.paste", "image.whole", "image.select_all", "", "image.fit",
    "image.actual_size", "image.show_all", "", "item.done", "item.skip",
    "item.copy_path",
)  # fmt: skip
