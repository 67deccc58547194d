"""Rows of a list that came as comma, semicolon or tab separated text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator


def rows_of(lines: Iterable[str]) -> Iterator[list[str]]:
    """The rows, the head first; the separator is what the head has most of.

    A row that no table can have (a cell without end) is passed over.
    """
    lines = iter(lines)
    head = next(lines, "")
    delimiter = max("\t;,", key=head.count)
    reader = csv.reader(_with(head, lines), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue


def _with(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines
