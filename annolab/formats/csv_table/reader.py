"""Read the table: AnnoLab's own, or another one with a file and a box in a row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from annolab.errors import FormatError, UserError
from annolab.formats.base import KEPT_PROBLEMS, ImportContext, Problem, Severity
from annolab.formats.cells import cell_text, cell_value, unguarded
from annolab.formats.csv_table.columns import (
    ATTRIBUTE,
    CORE,
    CORNERS,
    ITEM,
    OPTIONAL,
    RELATION,
    is_own,
    resolved,
)
from annolab.formats.csv_table.span_cells import COVERED, UNIT, span_in
from annolab.formats.csv_table.tier_cells import item_tiers, tier_id_of
from annolab.formats.csv_table.track_cells import (
    COLUMNS,
    KEY,
    OUTSIDE,
    TIME,
    TRACK,
    TrackRows,
    shape_in,
)
from annolab.formats.film_times import FilmFrames
from annolab.formats.geometry_text import KINDS, geometry_of
from annolab.formats.values import clean
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    AnnotatorKind,
    Relation,
)
from annolab.model.geometry import (
    NO_ATTRIBUTES,
    AttributeValue,
    Geometry,
    Keyframe,
    Kind,
    Span,
)
from annolab.model.item import Item, Media, Status
from annolab.model.offsets import Offsets
from annolab.model.tracks import OCCLUDED

MAX_CELL = 1 << 28
_SKIP, _MEND = Severity.SKIPPED, Severity.REPAIRED
_STEP = 500
_INT64 = 1 << 63
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_TIER = ("tier", "tier_kind", "tier_number", "tier_parent")
_TIMES = (Kind.INTERVAL, Kind.INSTANT, Kind.TIME_BOX)


class BadCell(Exception):
    """A cell that makes its row useless; the text is a sentence."""


class TableReader:
    """Reads one table into a context; serves once."""

    def __init__(self, path: Path, ctx: ImportContext) -> None:
        self._path = path
        self._ctx = ctx
        self._own = False
        self._decimal_comma = False
        self._row: dict[str, str] = {}
        self._line = 1
        self._free: tuple[str, ...] = ()  # columns that are attributes
        self._items: dict[str, Item | None] = {}
        self._tiers: dict[tuple[str, ...], int | None] = {}
        self._groups: dict[tuple[str, str], int] = {}
        self._marks: dict[str, Annotation] = {}
        self._tracks: dict[tuple[int, str], tuple[Item, TrackRows]] = {}
        self._frames = FilmFrames(ctx)
        self._text: tuple[int, Offsets | None] | None = None  # of the last item
        self._relations: list[tuple[int, dict[str, str]]] = []

    def read(self) -> Iterator[Annotation | Relation]:
        """Yield annotations, then relations. Raises FormatError without a table."""
        csv.field_size_limit(MAX_CELL)
        try:
            with self._path.open("rb") as file:
                yield from self._table(file)
        except OSError as error:
            message = f"It cannot be read: {error.strerror}."
            raise FormatError(message, path=self._path) from error
        for item, rows in self._tracks.values():
            self._line, self._row = rows.line, {"file": item.path}
            yield rows.whole(item)
        for line, row in self._relations:
            self._line, self._row = line, row
            relation = self._tried(self._relation)
            if relation is not None:
                yield relation

    def _table(self, file: BinaryIO) -> Iterator[Annotation]:
        size = file.seek(0, 2)
        file.seek(0)
        encoding = "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        file.seek(0)
        text = io.TextIOWrapper(file, encoding, errors="surrogateescape", newline="")
        try:
            first = text.readline(MAX_CELL).removeprefix("\ufeff")
            delimiter = max(",;\t", key=first.count)
            # The header may go on over line ends inside quotes.
            lines = chain((first,), text)
            # Strict, as an open quote would swallow the rest of the file in silence.
            rows = self._cells(csv.reader(lines, delimiter=delimiter, strict=True))
            header = next(rows, [])
            places = self._header(header, delimiter)
            for count, cells in enumerate(rows):
                self._take(places, cells, len(header))
                annotation = self._tried(self._annotation)
                if annotation is not None:
                    yield annotation
                if count % _STEP == 0:
                    done = min(file.tell(), size)
                    self._ctx.progress.step(done, size, "Reading rows")
        except UnicodeError as error:
            message = f"The text is not {encoding.upper()}."
            raise FormatError(message, path=self._path, line=self._line) from error
        finally:
            text.detach()

    def _cells(self, table: Any) -> Iterator[list[str]]:
        """Rows that are not empty; says in which line each begins."""
        while True:
            self._line = table.line_num + 1
            try:
                cells = next(table, None)
            except csv.Error as error:
                self._say(f"A row is not CSV: {error}.", _SKIP)
                continue
            if cells is None:
                return
            if any(cells):
                yield cells

    def _header(self, header: list[str], delimiter: str) -> dict[str, int]:
        self._own = is_own(header)
        self._decimal_comma = not self._own and delimiter == ";"
        if self._own:
            header = [unguarded(cell) for cell in header]
        cleaned = [clean(cell) for cell in header]
        if cleaned != header:
            self._say("A column has a name that is not UTF-8; replaced.", _MEND)
        header = cleaned
        places = resolved(header)
        if "file" not in places:
            message = (
                "The first line must name the columns, and one of them must be "
                '"file" (or filename, image, path).'
            )
            raise FormatError(message, path=self._path, line=1)
        known = {*CORE, *OPTIONAL, *CORNERS}
        self._free = tuple(name for name in places if name not in known)
        if len(set(header)) < len(header):
            self._say("Two columns have one name; the first counts.", _MEND)
        return places

    def _take(self, places: dict[str, int], cells: list[str], width: int) -> None:
        if len(cells) > width:
            self._say("A row has more cells than the header; they are left out.", _MEND)
        undo: Callable[[str], str] = unguarded if self._own else str
        row = {name: undo(cells[at]) for name, at in places.items() if at < len(cells)}
        text = {name: cell for name, cell in row.items() if not cell.isascii()}
        if any(clean(cell) != cell for cell in text.values()):
            self._say("A row holds bytes that are not UTF-8; replaced.", _MEND)
            row |= {name: clean(cell) for name, cell in text.items()}
        self._row = row

    def _tried(self, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except (BadCell, FormatError) as error:
            if str(error):
                self._say(str(error), _SKIP)
        return None

    def _annotation(self) -> Annotation | None:
        row = self._row
        if row.get("kind") == RELATION:
            self._relations.append((self._line, row))
            return None
        item = self._item()
        if item is None:
            return None
        kind = self._kind()
        if kind is None:
            return None
        mark = self._mark(item, kind)
        if row.get("id"):
            self._marks.setdefault(row["id"], mark)
        if self._is_of_film(item) and row.get(TRACK) and kind is not Kind.TRACK:
            self._add_to_track(item, mark)
            return None
        return mark

    def _is_of_film(self, item: Item) -> bool:
        """Whether columns of tracks are such, and not key-values of that name."""
        return self._own or item.media is Media.VIDEO

    def _add_to_track(self, item: Item, mark: Annotation) -> None:
        row = self._row
        shape = shape_in(mark.geometry)
        if shape is None:
            message = "A row of a track that holds no shape of a picture."
            raise BadCell(message)
        if mark.frame is None:
            message = "A row of a track that says no frame."
            raise BadCell(message)
        values = self._values(KEY) if self._own else dict(mark.attributes)
        hidden = row.get(OCCLUDED, "").strip().lower()
        if hidden in _YES or hidden in _NO:
            values[OCCLUDED] = hidden in _YES
        said = row.get(OUTSIDE, "").strip().lower()
        key = Keyframe(mark.frame, shape, said in _YES, values)
        if not self._own:
            mark = replace(mark, attributes=NO_ATTRIBUTES)
        place = (item.id, row[TRACK])
        if place not in self._tracks:
            self._tracks[place] = item, TrackRows(mark, self._line)
        problem = self._tracks[place][1].add(mark, key, says_outside=bool(said))
        if problem:
            self._say(problem, Severity.LOSS)

    def _frame(self, item: Item) -> int | None:
        """The frame that a row says, by its number or else by its time."""
        frame = self._whole("frame", least=0)
        if frame is None and item.media is Media.VIDEO:
            seconds = self._optional(TIME)
            if seconds is not None:
                where = f"{self._path.name}, line {self._line}"
                frame = self._frames.frame(item, seconds, where)
                if frame is None:
                    raise BadCell  # it has been said
        return frame

    def _mark(self, item: Item, kind: Kind) -> Annotation:
        row = self._row
        return Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._annotator(),
            geometry=self._checked(self._geometry(kind), item),
            label_id=self._label(),
            attributes=self._attributes(item),
            frame=self._frame(item),
            tier_id=self._tier(),
            group_id=self._group(),
            text=cell_text(row.get("text", "")) if self._own else row.get("text"),
            score=self._score(),
            status=self._named(AnnotationStatus, "status", AnnotationStatus.PLAIN),
            z=self._whole("z") or 0,
            locked=row.get("locked", "").lower() == "true",
        )

    def _kind(self) -> Kind | None:
        row = self._row
        name = row.get("kind", "").strip().lower()
        if name in KINDS:
            return KINDS[name]
        if name and self._own:
            message = "A kind of geometry that AnnoLab does not know."
            raise BadCell(message)
        if any(row.get(column, "").strip() for column in ("x", "xmin")):
            return Kind.BOX
        if not self._own and row.get("label"):
            return Kind.WHOLE
        return None  # a row that only names its item

    def _geometry(self, kind: Kind) -> Geometry:
        row = self._row
        if kind is Kind.BOX:
            if row.get("xmin", "").strip():
                left, top, right, bottom = (self._float(name) for name in CORNERS)
                numbers = (left, top, right - left, bottom - top)
            else:
                x, y, w, h = (self._float(name) for name in ("x", "y", "w", "h"))
                numbers = (x, y, w, h)
            return geometry_of(kind, " ".join(map(repr, numbers)))
        text = row.get("geometry", "")
        if kind in _TIMES:
            text = " ".join((row.get("start", ""), row.get("stop", ""), text))
        return geometry_of(kind, text)

    def _checked(self, geometry: Geometry, item: Item) -> Geometry:
        """A span in code points; says so when it covers another text."""
        unit, covered = self._row.get(UNIT, ""), self._row.get(COVERED, "")
        if not isinstance(geometry, Span) or not (unit or covered):
            return geometry
        if self._text is None or self._text[0] != item.id:
            text = self._ctx.text(item) if item.media is Media.TEXT else None
            self._text = item.id, None if text is None else Offsets(text)
        geometry, sentence = span_in(geometry, unit, covered, self._text[1])
        if sentence:
            self._say(sentence, Severity.LOSS)
        return geometry

    def _item(self) -> Item | None:
        path = self._row.get("file", "")
        if not path:
            message = "A row names no file."
            raise BadCell(message)
        if path not in self._items:
            self._items[path] = None  # said once
            self._items[path] = self._with_tiers(self._made_item(path))
        elif self._items[path] is None:
            message = "A row of a file that was left out."
            raise BadCell(message)
        return self._items[path]

    def _with_tiers(self, item: Item) -> Item:
        """The item with the tiers its first row names."""
        try:
            ids = item_tiers(self._row.get("item_tiers", ""), self._ctx)
        except (ValueError, KeyError):
            self._say("Tiers of an item that cannot be understood; left out.", _MEND)
            return item
        return self._ctx.set_tiers(item, ids) if ids else item

    def _made_item(self, path: str) -> Item:
        row = self._row
        split = row.get("split", "")
        try:
            return self._ctx.item(
                path.replace("\\", "/") if not self._own else path,
                media=self._named(Media, "media", Media.IMAGE),
                width=self._whole("width", least=1),
                height=self._whole("height", least=1),
                length=self._optional("length"),
                rate=self._optional("rate"),
                split=cell_text(split) if self._own else split or None,
                status=self._named(Status, "item_status", Status.NEW),
                attributes=self._values(ITEM),
            )
        except UserError as error:
            raise BadCell(str(error)) from error

    def _attributes(self, item: Item | None = None) -> dict[str, AttributeValue]:
        values = self._values(ATTRIBUTE)
        taken = (ATTRIBUTE, ITEM, KEY) if self._own else (ATTRIBUTE, ITEM)
        more: tuple[str, ...] = ()
        if item is not None and not self._is_of_film(item):
            more = COLUMNS
        elif item is not None and not self._row.get(TRACK):
            more = (OUTSIDE, OCCLUDED)
        for name in (*self._free, *more):
            if not name.startswith(taken) and self._row.get(name):
                values[name] = cell_value(self._row[name])
        return values

    def _values(self, prefix: str) -> dict[str, AttributeValue]:
        """Cells of columns with a prefix; an empty cell says there is no such key."""
        found = {}
        for name in self._free:
            cell = self._row.get(name)
            if cell and name.startswith(prefix) and len(name) > len(prefix):
                found[name[len(prefix) :]] = cell_value(cell)
        return found

    def _label(self) -> int | None:
        name = self._row.get("label", "")
        if not name.strip():
            return None
        return self._ctx.label(name).id

    def _annotator(self) -> int:
        name = cell_text(self._row.get("annotator", ""))
        if not self._own or not name:
            return self._ctx.annotator_id
        kind = self._named(AnnotatorKind, "annotator_kind", AnnotatorKind.HUMAN)
        return self._ctx.annotator(name, kind).id

    def _tier(self) -> int | None:
        row = self._row
        cells = tuple(row.get(column, "") for column in _TIER)
        if cells not in self._tiers:
            try:
                self._tiers[cells] = tier_id_of(row, self._ctx)
            except (ValueError, KeyError):
                self._say("A tier that cannot be understood; left out.", _MEND)
                return None
        return self._tiers[cells]

    def _group(self) -> int | None:
        number = self._row.get("group", "")
        if not number:
            return None
        key = (self._row["file"], number)
        if key not in self._groups:
            self._groups[key] = self._ctx.new_id()
        return self._groups[key]

    def _relation(self) -> Relation:
        row = self._row
        head, tail = (self._marks.get(row.get(end, "")) for end in ("head", "tail"))
        if head is None or tail is None or head.item_id != tail.item_id:
            message = "A relation whose head or tail is no row of its file."
            raise BadCell(message)
        return Relation(
            id=self._ctx.new_id(),
            item_id=head.item_id,
            annotator_id=self._annotator(),
            head_id=head.id,
            tail_id=tail.id,
            label_id=self._label(),
            attributes=self._attributes() or NO_ATTRIBUTES,
        )

    def _named(self, words: Any, column: str, default: Any) -> Any:
        """A member of an enumeration by its name or value."""
        cell = self._row.get(column, "").strip().lower()
        if not cell:
            return default
        for member in words:
            if cell in (member.name.lower(), str(member.value)):
                return member
        self._say(f"A {column} that AnnoLab does not know; left out.", _MEND)
        return default

    def _score(self) -> float | None:
        score = self._optional("score")
        if score is None or 0 <= score <= 1:
            return score
        self._say("A score is not between 0 and 1; left out.", _MEND)
        return None

    def _whole(self, column: str, *, least: int = -_INT64) -> int | None:
        number = self._optional(column)
        if number is None:
            return None
        cell = self._row[column].strip()
        whole = int(cell) if cell.lstrip("+-").isdecimal() else int(number)
        if whole != number and not cell.lstrip("+-").isdecimal():
            whole = least - 1
        if least <= whole < _INT64:
            return whole
        self._say(f"The {column} is no whole number of that sort; left out.", _MEND)
        return None

    def _optional(self, column: str) -> float | None:
        if not self._row.get(column, "").strip():
            return None
        try:
            return self._float(column)
        except BadCell as error:
            self._say(f"{error} It is left out.", _MEND)
            return None

    def _float(self, column: str) -> float:
        cell = self._row.get(column, "").strip()
        if self._decimal_comma:
            cell = cell.replace(",", ".")
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            message = f"There is no number in the column {column}."
            raise BadCell(message)
        return number

    def _say(self, reason: str, severity: Severity) -> None:
        many = self._ctx.report.counts.get((severity, reason), 0) >= KEPT_PROBLEMS
        where = "" if many else f"{self._path.name}, line {self._line}"
        self._ctx.report.add(
            Problem(reason, severity, where, item=self._row.get("file", ""))
        )
