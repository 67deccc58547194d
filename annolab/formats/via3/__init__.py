"""VIA 3, the video annotator of the Visual Geometry Group: its project files."""

from annolab.formats.via3.via3_format import Via3Format

__all__ = ["Via3Format"]
