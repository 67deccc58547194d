"""Add the rows of a table as items, each with a text of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from annolab.errors import MediaError, UserError
from annolab.formats.base import Problem, Report, Severity
from annolab.jobs import Progress
from annolab.media.table import TableInfo, cell_text, cells, is_table, records, sniff
from annolab.media.table_rows import Record
from annolab.model.geometry import Attributes, AttributeValue
from annolab.model.item import Item, Media
from annolab.model.text_item import TextSpec, row_path, with_spec
from annolab.store.bulk import Bulk
from annolab.store.project import Project
from annolab.tasks.places import Places
from annolab.tasks.texts import row_digest

PAGE = 1000
_USUAL = ("text", "content", "body", "review", "tweet", "sentence")
_INT64 = 1 << 63


def text_column(info: TableInfo) -> str | None:
    """The column that is obviously the text: the only one, or one of a usual name."""
    if len(info.columns) == 1:
        return info.columns[0]
    named = [name for name in info.columns if name.strip().lower() in _USUAL]
    return named[0] if len(named) == 1 else None


def add_table(  # noqa: PLR0913  all but two are optional
    project: Project,
    path: Path,
    column: str | None = None,
    *,
    attributes: Sequence[str] | None = None,
    encoding: str = "",
    head: bool = True,
    report: Report | None = None,
    progress: Progress | None = None,
) -> Report:
    """Add each row of a table as an item `file.csv#17`, as one undoable edit.

    `column` holds the texts; None: the one that `text_column` finds. `attributes`:
    the columns that become attributes of the items; None: all others. `head`: the
    first row names the columns; else they are "column 1" and so on. The file is not
    changed, and rows that are items already are passed over. Rows that cannot
    be read are reported with their lines. `report.read` counts rows with a text,
    `report.written` new items. Raises UserError or MediaError.
    """
    info = sniff(path, encoding, head=head)
    column = _column(path, info, column)
    others = [c for c in info.columns if c != column]
    if attributes is not None:
        others = [_column(path, info, name) for name in attributes]
    places = Places(project)
    folder = os.path.dirname(os.path.abspath(path))  # links are not followed
    places.add(folder)
    root_id, above = places.folder(folder)
    report, progress = report or Report(), progress or Progress()
    _tell(report, path, info, column)
    blank = Item(id=0, path="", media=Media.TEXT)
    spec = TextSpec(encoding=info.encoding, column=column, headless=not head)
    source, empty = with_spec(blank, spec).source, not project.totals().items
    with project.bulk(f"Add {path.name}", project.annotator) as bulk:
        rows = _Rows(project, bulk, report, info, source, column, empty)
        known_columns = None if info.delimiter == "" and attributes is None else others
        page: list[Item] = []
        for number, record in records(path, info):
            item = rows.item(number, record, known_columns)
            if item is not None:
                place = row_path(above + path.name, number)
                page.append(replace(item, root_id=root_id, path=place))
            if len(page) == PAGE:
                progress.step(number, None, f"Adding rows of {path.name}")
                rows.add(root_id, page)
                page.clear()
        rows.add(root_id, page)
    return report


def named_tables(paths: Sequence[Path]) -> list[Path]:
    """Those of the paths that are tables: files, not what lies in folders."""
    return [path for path in paths if is_table(path.name) and path.is_file()]


def add_tables(  # noqa: PLR0913  all but three are optional
    project: Project,
    paths: Sequence[Path],
    column: str | None = None,
    *,
    encoding: str = "",
    head: bool = True,
    report: Report,
    progress: Progress | None = None,
) -> None:
    """Add the rows of several tables; nothing is added when one has no such column."""
    for path in paths:
        _column(path, sniff(path, encoding, head=head), column)
    for path in paths:
        add_table(
            project,
            path,
            column,
            encoding=encoding,
            head=head,
            report=report,
            progress=progress,
        )


def alike(paths: Sequence[Path], progress: Progress | None = None) -> list[list[Path]]:
    """Tables by their layout: those with the same columns are together, in order.

    One that cannot be read is on its own: what asks about it says why.
    """
    progress = progress or Progress()
    found: dict[tuple[str, ...], list[Path]] = {}
    for number, path in enumerate(paths):
        progress.step(number, len(paths), path.name)
        try:
            info = sniff(path)
        except MediaError:
            key: tuple[str, ...] = ("", str(path))
        else:
            key = (info.delimiter or "json", *info.columns)
        found.setdefault(key, []).append(path)
    return list(found.values())


def _tell(report: Report, path: Path, info: TableInfo, column: str) -> None:
    reason = f"The column {column!r} holds the texts."
    report.add(Problem(reason, Severity.NOTE, path.name))
    if not info.sure:
        reason = "An encoding that is a guess: see whether the texts are right."
        report.add(Problem(reason, Severity.NOTE, f"{path.name}: {info.encoding}"))


def _column(path: Path, info: TableInfo, column: str | None) -> str:
    """The column of a table; UserError, with those there are, when it has none."""
    if column is None:
        column = text_column(info)
        problem = f"Say which column of {path.name} holds the texts"
    else:
        problem = f"{path.name} has no column {column!r}"
    if column is None or column not in info.columns:
        names = ", ".join(info.columns[:50])
        message = f"{problem}; it has: {names}."
        raise UserError(message)
    return column


@dataclass(frozen=True, slots=True)
class _Rows:
    """Makes items of rows, and adds those that are new."""

    project: Project
    bulk: Bulk
    report: Report
    info: TableInfo
    source: str | None
    column: str
    empty: bool  # no item is there yet

    def item(
        self, number: int, record: Record, columns: Sequence[str] | None
    ) -> Item | None:
        """The item of a row without its place; None, with a report, if it is bad."""
        where = f"line {record.line}"
        if record.problem:
            self.report.add(Problem(record.problem, where=where))
            return None
        said = cells(record, self.info)
        text = cell_text(said.get(self.column))
        if not text:
            reason = "A row whose text is empty."
            self.report.add(Problem(reason, Severity.NOTE, where))
            return None
        self.report.read += 1
        others = [c for c in said if c != self.column]
        wanted = others if columns is None else columns
        return Item(
            id=self.bulk.new_id(),
            path=str(number),
            media=Media.TEXT,
            length=float(len(text)),
            digest=row_digest(text),
            size=len(text.encode()),
            attributes=_attributes({c: said[c] for c in wanted if c in said}),
            source=self.source,
        )

    def add(self, root_id: int, items: Sequence[Item]) -> None:
        """Add the items that are not there yet."""
        paths = () if self.empty else [item.path for item in items]
        known = self.project.items_at(root_id, paths)
        for item in items:
            if item.path not in known:
                self.bulk.add(item)
                self.report.written += 1


def _attributes(said: dict[str, object]) -> Attributes:
    """Cells as attributes; what is empty is not said."""
    made = {_key(key): _value(value) for key, value in said.items()}
    return MappingProxyType(
        {key: value for key, value in made.items() if value not in (None, "")}
    )


def _key(key: str) -> str:
    return cell_text(key).strip() or "value"


def _value(value: object) -> AttributeValue:
    """A cell: texts, numbers and true or false as they are, the rest as JSON."""
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(cell_text(part) for part in value)
    return cell_text(value)
