"""JSON lines as spaCy and Prodigy read and write them."""

from annolab.formats.spacy_jsonl.spacy_format import SpacyFormat

__all__ = ["SpacyFormat"]
