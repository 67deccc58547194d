"""TextGrid, the annotation files of Praat."""

from annolab.formats.textgrid.textgrid_format import TextGridFormat

__all__ = ["TextGridFormat"]
