"""Doccano's JSON lines: texts with spans, relations, classes or answers."""

from annolab.formats.doccano.doccano_format import DoccanoFormat

__all__ = ["DoccanoFormat"]
