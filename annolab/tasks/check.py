"""Is the project sound, and are its media there and unchanged?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from annolab.errors import FolderNotNamed, MediaError, UserError
from annolab.formats.base import Problem, Report, Severity
from annolab.jobs import Progress
from annolab.media.picture_run import digest, is_there
from annolab.model.item import Item, Media
from annolab.model.text_item import text_spec
from annolab.store.project import Project
from annolab.tasks.facts import is_in_part
from annolab.tasks.films import table_of
from annolab.tasks.texts import is_row, spans_beyond, text_of

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
        for item in items:
            report.read += 1
            after = _checked(project, item, report, digests=digests)
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


def _check_text(project: Project, item: Item, report: Report) -> None:
    """Say of a text that it is another one, or that spans lie beyond its end."""
    try:
        found = text_of(project, item)
    except (MediaError, UserError) as error:
        reason = "A text cannot be read."
        report.add(Problem(reason, where=str(error), item=item.path))
        return
    if found.doubt:
        reason = "A text has changed since it was recorded."
        report.add(Problem(reason, where=found.doubt, item=item.path))
    beyond = spans_beyond(project, replace(item, length=float(len(found.text))))
    if beyond:
        reason = "Spans lie beyond the end of their text."
        report.add(Problem(reason, where=f"{beyond:,} spans", item=item.path))


def _checked(project: Project, item: Item, report: Report, *, digests: bool) -> Item:
    """`item` with what was found; what is wrong goes into the report."""
    if text_spec(item).embedded:
        _check_text(project, item, report)
        return item
    try:
        project.media_path(item)
    except FolderNotNamed as error:
        reason = "A media file is in a folder that you have not named here."
        report.add(Problem(reason, where=str(error), item=item.path))
        return item
    except UserError:
        pass  # it counts as missing
    if not media_is_there(project, item):
        report.add(Problem("A media file is missing.", item=item.path))
        return replace(item, missing=True)
    item = replace(item, missing=False)
    if item.problem and not is_in_part(item):
        reason = "A media file cannot be shown."
        report.add(Problem(reason, Severity.NOTE, item.problem, item.path))
    return _read(project, item, report) if digests else item


def _read(project: Project, item: Item, report: Report) -> Item:
    """`item` with its digest; what is wrong with its bytes goes into the report."""
    if item.media is Media.VIDEO and (is_in_part(item) or not item.problem):
        _check_film(project, item, report)
    if item.media is Media.TEXT and not item.problem:
        _check_text(project, item, report)
    if is_row(item):
        return item  # its digest is that of its text
    try:
        found, size = digest(project.media_path(item))
    except MediaError as error:
        reason = "A media file cannot be read."
        report.add(Problem(reason, where=str(error), item=item.path))
        return item
    if item.digest is None:
        return replace(item, digest=found, size=size)
    told = item.media is Media.TEXT and not item.problem  # by the look at its text
    if item.digest != found and not told:
        reason = "A media file has changed since it was recorded."
        report.add(Problem(reason, item=item.path))
    return item
