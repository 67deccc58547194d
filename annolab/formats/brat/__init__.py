"""brat standoff: the annotation files of brat and of the BioNLP shared tasks."""

from annolab.formats.brat.brat_format import BratFormat

__all__ = ["BratFormat"]
