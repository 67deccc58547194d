"""Where the text of an item comes from.

A text is a file of its own; or a row of a table (`reviews.csv#17`), whose column
`TextSpec.column` holds it; or it came with an imported file and is carried by the
project itself, as the entry `text_key(item)`. What else must be known to get the
same text again is kept in `Item.source` under "text".
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from annolab.model.item import Item, Media

TEXT = "text"
ENTRY = "text:"
_ROW = re.compile(r"(.+\.(?:csv|tsv|jsonl|ndjson))#([1-9][0-9]{0,8})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextSpec:
    """How bytes become the text of an item.

    `encoding`: a Python codec name, "" while it is UTF-8 or told by a byte order
    mark. `column`: of a table or key of a JSON line. `markup`: "html-1" or
    "markdown-1" when the text is what these rules show of it, "source" when it is
    shown as written; "" while nobody has read it, or for plain text. `embedded`:
    the project carries the text itself. `headless`: of a table whose first row is
    one like the others; its columns are numbered.
    """

    encoding: str = ""
    column: str = ""
    markup: str = ""
    embedded: bool = False
    headless: bool = False


def split_row(path: str) -> tuple[str, int | None]:
    """The file of a path and its row, from 1 and without the head; None: no row."""
    match = _ROW.fullmatch(path)
    return (path, None) if match is None else (match[1], int(match[2]))


def row_path(path: str, row: int) -> str:
    """The path of the item that is row `row` (from 1) of a table."""
    return f"{path}#{row}"


def text_key(item_id: int) -> str:
    """The key of the entry that carries the text of an item."""
    return f"{ENTRY}{item_id}"


def text_spec(item: Item) -> TextSpec:
    """How the text of an item is got; what makes no sense counts as not said."""
    said = _source(item).get(TEXT)
    if item.media is not Media.TEXT or not isinstance(said, dict):
        return TextSpec()
    words = {key: said.get(key) for key in ("encoding", "column", "markup")}
    fields = {key: value for key, value in words.items() if isinstance(value, str)}
    embedded, headless = (said.get(key) is True for key in ("embedded", "headless"))
    return TextSpec(embedded=embedded, headless=headless, **fields)


def with_spec(item: Item, spec: TextSpec) -> Item:
    """The item with another way to its text; the rest of its source stays."""
    source = _source(item)
    told = {key: value for key, value in asdict(spec).items() if value}
    source.pop(TEXT, None)
    if told:
        source[TEXT] = told
    text = json.dumps(source, ensure_ascii=False) if source else None
    return replace(item, source=text)


def _source(item: Item) -> dict[str, Any]:
    if not item.source:
        return {}
    try:
        source = json.loads(item.source)
    except (ValueError, RecursionError):
        return {}
    return source if isinstance(source, dict) else {}
