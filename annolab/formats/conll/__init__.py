"""CoNLL: a word a line, with a tag that says in which span it is."""

from annolab.formats.conll.conll_format import ConllFormat

__all__ = ["ConllFormat"]
