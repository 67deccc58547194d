"""The bytes of a text file as Praat turns them into text."""

from __future__ import annotations

import codecs
import re

_BREAKS_16 = re.compile("\r\n|[\r\f\x85\u2028\u2029]")


def text_of(data: bytes) -> str:
    """Decode as Praat does on Linux: BOM, else UTF-8, else ISO Latin-1.

    Line ends become LF before anything is read, in labels too; NULs are dropped.
    Only in UTF-16 do FF, NEL and the line and paragraph separators end lines.
    """
    if data.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        big = data.startswith(codecs.BOM_UTF16_BE)
        body = data[2 : len(data) // 2 * 2]
        text = body.decode("utf-16-be" if big else "utf-16-le", "replace")
        return _BREAKS_16.sub("\n", text.replace("\0", ""))
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
