"""The text of an item, wherever it is."""

from __future__ import annotations

import json

from annolab.errors import MediaError
from annolab.media.text import Decoded, read_text
from annolab.model.item import Item
from annolab.model.text_item import text_key, text_spec
from annolab.store.queries import Reader


def text_of(project: Reader, item: Item) -> Decoded:
    """The text in which the spans of a text item count.

    Raises MediaError or UserError with one sentence when it cannot be had.
    """
    spec = text_spec(item)
    if spec.embedded:
        return _embedded(project, item)
    return read_text(project.media_path(item), spec.encoding)


def _embedded(project: Reader, item: Item) -> Decoded:
    entry = project.entry(text_key(item.id))
    try:
        text = json.loads(entry.value) if entry is not None else None
    except (ValueError, RecursionError):
        text = None
    if not isinstance(text, str):
        message = f"The text of {item.name} is not in the project: import it again."
        raise MediaError(message)
    return Decoded(text, "utf-8")
