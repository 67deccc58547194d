"""What AnnoLab adds to COCO, and how it remembers what a file said.

`source` of an item, label or annotation is a JSON object. Under "coco" it keeps
the members of the COCO object that the model does not hold, just as they were
given; what else is under "coco.*" says how to give them back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from annolab.formats.values import clean
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.values import MAX_INT

GIVEN = "coco"  # the members as they were given
DIGEST = "coco.geometry"  # of the geometry that bbox, area ... belong to
BARE = "coco.bare"  # there was no segmentation
ROTATION = "coco.rotation"  # the angle was in the attributes, as CVAT writes it
PART = "coco.keypoints"  # digest of keypoints that were part of another annotation
RLE = "coco.rle"  # "list" where the counts were not compressed
CAPTION = "coco.caption"  # the text was the caption
FILE_NAME = "coco.file_name"  # of an image, where the item has another path
MORE = "coco.more"  # members of ours that no field of an annotation holds
LABEL = "coco.label"  # a label of a whole image, in the list `image_labels`
PAIR = "coco.pair"  # its keypoints became an annotation of their own
NAME = "coco.name"  # the label's name, where it had to differ from the category's
TOP = "coco.top"  # entry: members of the file
IDS = "coco.ids"  # entry: the largest ids

OURS = "annolab"  # the member that holds what COCO has no word for
CROWD = "iscrowd"
UNLABELLED = "unlabelled"
OF_FRAMES = ("between", "changing", "free")  # members of ours on one frame of a track
UNSEEN = "keypoints"  # keypoints of which none is marked are a mark all the same

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def to_json(value: object) -> str:
    """JSON text of a parsed value; NaN and infinity become null."""
    try:
        return _encode(value).decode()
    except (ValueError, OverflowError):  # a lone surrogate
        return json.dumps(value, separators=(",", ":"))


def to_bytes(value: object) -> bytes:
    """JSON text of a parsed value, in UTF-8."""
    try:
        return _encode(value)
    except (ValueError, OverflowError):
        return json.dumps(value, separators=(",", ":")).encode()


def source_of(text: str | None) -> Mapping[str, object]:
    """What was kept; empty when it is not from a COCO file."""
    if text is None or not text.startswith('{"coco'):
        return {}
    try:
        value = _decode(text)
    except (ValueError, RecursionError):  # a lone surrogate, or not ours
        return object_of(text)
    return value if isinstance(value, dict) else {}


def object_of(text: str | None) -> dict[str, Any]:
    """The object in an entry; empty when there is none."""
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def given_of(source: Mapping[str, object]) -> dict[str, Any]:
    """A copy of the members that were given."""
    given = source.get(GIVEN)
    return dict(given) if isinstance(given, dict) else {}


def extras_of(annotation: Annotation) -> dict[str, object]:
    """What COCO has no member for; empty for most."""
    extras: dict[str, object] = {}
    if annotation.text is not None:
        extras["text"] = annotation.text
    if annotation.frame is not None:
        extras["frame"] = annotation.frame
    if annotation.status is not AnnotationStatus.PLAIN:
        extras["status"] = int(annotation.status)
    if annotation.z:
        extras["z"] = annotation.z
    if annotation.locked:
        extras["locked"] = True
    return extras


def taken_extras(given: object) -> dict[str, object]:
    """The arguments for an Annotation in a member `annolab`; wrong ones left out."""
    if not isinstance(given, dict):
        return {}
    taken: dict[str, object] = {}
    text, frame, status, z = map(given.get, ("text", "frame", "status", "z"))
    if isinstance(text, str):
        taken["text"] = clean(text)
    if type(frame) is int and 0 <= frame <= MAX_INT:
        taken["frame"] = frame
    if type(status) is int and status in set(AnnotationStatus):
        taken["status"] = AnnotationStatus(status)
    if type(z) is int and abs(z) <= MAX_INT:
        taken["z"] = z
    if given.get("locked") is True:
        taken["locked"] = True
    return taken


def of_frames(given: object) -> dict[str, object]:
    """What a member `annolab` says of one frame of a track."""
    if not isinstance(given, dict):
        return {}
    return {key: given[key] for key in OF_FRAMES if key in given}
