"""The columns of the table: what they are called and in which order they stand."""

from __future__ import annotations

ATTRIBUTE = "attr."  # then the key of an attribute of the annotation
ITEM = "item."  # then the key of an attribute of the item

# Always there.
CORE = ("file", "label", "kind", "x", "y", "w", "h")

# There when something is to be said in them, in this order.
OPTIONAL = (
    "start",
    "stop",
    "geometry",
    "span_text",
    "span_unit",
    "frame",
    "time",
    "track",
    "outside",
    "occluded",
    "tier",
    "tier_kind",
    "tier_number",
    "tier_parent",
    "group",
    "text",
    "score",
    "status",
    "annotator",
    "annotator_kind",
    "z",
    "locked",
    "id",
    "head",
    "tail",
    "media",
    "width",
    "height",
    "length",
    "rate",
    "split",
    "item_status",
    "item_tiers",
)
RELATION = "relation"

# Columns of tables that other programs write.
ALIASES = {
    "bbox_x": "x",
    "category": "label",
    "class": "label",
    "class_name": "label",
    "file_name": "file",
    "filename": "file",
    "image": "file",
    "image_id": "file",
    "image_name": "file",
    "image_path": "file",
    "imageid": "file",
    "label_name": "label",
    "labelname": "label",
    "left": "x",
    "name": "label",
    "bbox_y": "y",
    "bbox_width": "w",
    "bbox_w": "w",
    "bbox_height": "h",
    "bbox_h": "h",
    "image_height": "height",
    "image_width": "width",
    "path": "file",
    "top": "y",
    "track_id": "track",
    "x1": "xmin",
    "x2": "xmax",
    "x_max": "xmax",
    "x_min": "xmin",
    "y1": "ymin",
    "y2": "ymax",
    "y_max": "ymax",
    "y_min": "ymin",
}
CORNERS = ("xmin", "ymin", "xmax", "ymax")


def resolved(header: list[str]) -> dict[str, int]:
    """The place of each column by the name AnnoLab has for it.

    Where two columns mean the same, the first counts. `width` and `height` are
    those of the box when there is a place but no other size, as of the image
    elsewhere (TensorFlow's tables).
    """
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = cell if cell.startswith((ATTRIBUTE, ITEM)) else cell.strip().lower()
        name = name if is_own(header) else ALIASES.get(name, name)
        if name:
            places.setdefault(name, place)
    if not is_own(header) and "x" in places and "w" not in places:
        for size, side in (("width", "w"), ("height", "h")):
            if size in places:
                places[side] = places.pop(size)
    return places


def is_own(header: list[str]) -> bool:
    """Whether AnnoLab has written the table."""
    return set(CORE) <= set(header)
