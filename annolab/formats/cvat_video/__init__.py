"""CVAT for video XML 1.1."""

from annolab.formats.cvat_video.cvat_format import CvatVideoFormat

__all__ = ["CvatVideoFormat"]
