"""MOTS: the pixels of tracks, frame by frame, in and out."""

from annolab.formats.mots.mots_format import MotsFormat

__all__ = ["MotsFormat"]
