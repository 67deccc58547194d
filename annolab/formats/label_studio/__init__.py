"""Label Studio's tasks of texts."""

from annolab.formats.label_studio.label_studio_format import LabelStudioFormat

__all__ = ["LabelStudioFormat"]
