"""CoNLL-U: the treebanks of Universal Dependencies."""

from annolab.formats.conllu.conllu_format import ConlluFormat

__all__ = ["ConlluFormat"]
