"""Is the project sound, and are its media there and unchanged?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from annolab.errors import FolderNotNamed, MediaError, UserError
from annolab.formats.base import Problem, Report, Severity
from annolab.jobs import Progress
from annolab.media.picture_run import digest, is_there
from annolab.media.table import OpenTable
from annolab.model.item import Item, Media
from annolab.model.text_item import split_row, text_spec
from annolab.store.project import Project
from annolab.tasks.facts import is_in_part
from annolab.tasks.films import table_of
from annolab.tasks.texts import is_row, spans_beyond, text_in, text_of

PAGE = 512


def check_project(
    project: Project, *, digests: bool = True, progress: Progress | None = None
) -> Report:
    """Check the project file, and the place and digest of every media file.

    The digest of a file that was never read before is recorded, so that later
    checks can tell whether it changed. `report.read` counts the items.
    """
    progress = progress or Progress()
    report = Report()
    for sentence in project.check():
        report.add(Problem("The project file is damaged.", where=sentence))
    sound = not report.problems  # nothing is written to a damaged file
    for items in item_pages(project, progress, "Checking media"):
        facts = []
        with OpenTable() as tables:
            look = _Look(project, report, digests, tables, _marked(project, items))
            for item in items:
                report.read += 1
                after = look.checked(item)
                if after != item:
                    facts.append(after)
        if facts and sound and not project.read_only:
            project.note_media(facts)
    return report


def item_pages(
    project: Project, progress: Progress, message: str
) -> Iterator[list[Item]]:
    """All items in pages of a few hundred, with a step of progress for each."""
    ids = project.item_ids()
    for start in range(0, len(ids), PAGE):
        progress.step(start, len(ids), message)
        yield project.items(ids[start : start + PAGE])
    progress.step(len(ids), len(ids), message)


def _check_film(project: Project, item: Item, report: Report) -> None:
    """Say of a film that it breaks off, or holds no pictures any more."""
    try:
        said = table_of(project, item).problem
    except (MediaError, UserError) as error:
        said = str(error)
    if said:
        reason = "A film is damaged."
        report.add(Problem(reason, Severity.NOTE, said, item.path))


def media_is_there(project: Project, item: Item) -> bool:
    """Whether the file of an item, if it has one, is where the project says."""
    if text_spec(item).embedded:
        return True
    try:
        return is_there(project.media_path(item))
    except (UserError, OSError):
        return False


def _marked(project: Project, items: list[Item]) -> frozenset[int]:
    """The texts of a page that have marks."""
    texts = [item.id for item in items if item.media is Media.TEXT]
    rows = project.item_rows(texts)
    return frozenset(row.id for row in rows if row.n_annotations)


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at the items of one page; what is wrong goes into the report."""

    project: Project
    report: Report
    digests: bool
    tables: OpenTable
    marked: frozenset[int]
    files: dict[tuple[int, str], Path | str | None] = field(default_factory=dict)

    def checked(self, item: Item) -> Item:
        """`item` with what was found."""
        if text_spec(item).embedded:
            self._check_text(item, None)
            return item
        file = self._file(item)
        if isinstance(file, str):
            reason = "A media file is in a folder that you have not named here."
            self._tell(reason, item, file)
            return item
        if file is None:
            self._tell("A media file is missing.", item)
            return replace(item, missing=True)
        if item.missing:
            item = replace(item, missing=False)
        if item.problem and not is_in_part(item):
            reason = "A media file cannot be shown."
            self.report.add(Problem(reason, Severity.NOTE, item.problem, item.path))
        return self._read(item, file) if self.digests else item

    def _file(self, item: Item) -> Path | str | None:
        """The file of an item; a sentence when it may not be followed; None: missing.

        It is looked for once for all rows of a table that are in the page.
        """
        key = (item.root_id, split_row(item.path)[0] if is_row(item) else item.path)
        if key not in self.files:
            self.files[key] = self._found(item)
        return self.files[key]

    def _found(self, item: Item) -> Path | str | None:
        try:
            path = self.project.media_path(item)
            return path if is_there(path) else None
        except FolderNotNamed as error:
            return str(error)
        except (UserError, OSError):
            return None

    def _tell(self, reason: str, item: Item, where: str = "") -> None:
        self.report.add(Problem(reason, where=where, item=item.path))

    def _check_text(self, item: Item, file: Path | None) -> None:
        """Say of a text that it is another one, or that spans lie beyond its end."""
        try:
            if file is None:
                found = text_of(self.project, item)
            else:
                found = text_in(item, file, self.tables)
        except (MediaError, UserError) as error:
            self._tell("A text cannot be read.", item, str(error))
            return
        if found.doubt:
            reason = "A text has changed since it was recorded."
            self._tell(reason, item, found.doubt)
        if item.id not in self.marked:
            return
        length = float(len(found.text))
        beyond = spans_beyond(self.project, replace(item, length=length))
        if beyond:
            reason = "Spans lie beyond the end of their text."
            self._tell(reason, item, f"{beyond:,} spans")

    def _read(self, item: Item, file: Path) -> Item:
        """`item` with its digest."""
        if item.media is Media.VIDEO and (is_in_part(item) or not item.problem):
            _check_film(self.project, item, self.report)
        if item.media is Media.TEXT and not item.problem:
            self._check_text(item, file)
        if is_row(item):
            return item  # its digest is that of its text
        try:
            found, size = digest(file)
        except MediaError as error:
            self._tell("A media file cannot be read.", item, str(error))
            return item
        if item.digest is None:
            return replace(item, digest=found, size=size)
        told = item.media is Media.TEXT and not item.problem  # by the look at its text
        if item.digest != found and not told:
            self._tell("A media file has changed since it was recorded.", item)
        return item
