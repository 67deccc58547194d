"""WebAnno TSV 3, as WebAnno and INCEpTION write it."""

from annolab.formats.webanno.webanno_format import WebannoFormat

__all__ = ["WebannoFormat"]
