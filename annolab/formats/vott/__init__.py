"""VoTT 2, the Visual Object Tagging Tool of Microsoft: its JSON export."""

from annolab.formats.vott.vott_format import VottFormat

__all__ = ["VottFormat"]
