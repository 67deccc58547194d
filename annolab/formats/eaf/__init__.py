"""ELAN's annotation documents, EAF 3.0."""

from annolab.formats.eaf.eaf_format import EafFormat

__all__ = ["EafFormat"]
