"""COCO: instances, keypoints and captions, in and out, field for field."""

from annolab.formats.coco.coco_format import CocoFormat

__all__ = ["CocoFormat"]
