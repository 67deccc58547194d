"""Import and export: formats, the project file and the disk meet here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from annolab import plugins
from annolab.errors import (
    AnnoLabError,
    Cancelled,
    FormatError,
    PluginError,
    UserError,
)
from annolab.formats.base import (
    Confidence,
    Format,
    Problem,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.jobs import Progress
from annolab.model.annotation import Annotation, Relation
from annolab.model.item import Media
from annolab.store.bulk import Bulk
from annolab.store.filters import EVERYTHING, Filter
from annolab.store.project import Project, Snapshot
from annolab.tasks.context import ProjectContext, base_folder
from annolab.tasks.frame_records import FrameRecords
from annolab.tasks.frames import FrameChoice, as_pictures
from annolab.tasks.places import ItemFinder, Places
from annolab.tasks.records import SnapshotRecords
from annolab.tasks.sink import FileSink, NamedFile, NullSink, OneFile, write_problem

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
CHECK_EVERY = 256
SPARED = "Another file beside the media was there already; it stays as it is."


def detect_format(path: Path) -> str:
    """The id of the format that a file or folder is in.

    Formats whose file name endings fit are asked first. Raises UserError when
    none knows it or when several are equally sure.
    """
    if not path.exists():
        message = f"{path} does not exist."
        raise UserError(message)
    ending = path.suffix.lower()
    infos = [info for info in plugins.formats().values() if info.reads]
    infos.sort(key=lambda i: ending not in map(str.lower, i.extensions))
    sure: dict[Confidence, list[str]] = {Confidence.YES: [], Confidence.MAYBE: []}
    for info in infos:
        try:
            with _foreign(info.id, path):
                confidence = plugins.load_format(info.id).detect(path)
        except PluginError:  # a broken one must not keep the others from knowing
            continue
        if confidence is not Confidence.NO:
            sure[confidence].append(info.id)
    best = sure[Confidence.YES] or sure[Confidence.MAYBE]
    if len(best) == 1:
        return best[0]
    names = ", ".join(best or (info.id for info in infos))
    message = (
        f"{path} could be in several formats; name one of: {names}."
        if best
        else f"{path} is in no format that is known here; name one of: {names}."
    )
    raise UserError(message)


def import_dataset(
    project: Project,
    source: Path,
    format_id: str | None = None,
    *,
    media_root: Path | None = None,
    options: Mapping[str, str] = NO_OPTIONS,
    progress: Progress | None = None,
) -> Report:
    """Read annotations into a project, as one undoable edit.

    The paths in `source` are relative to `media_root`, by default the folder of
    `source`. Items are found or made (`places.ItemFinder`); media that are not
    there are marked missing, and sizes that the file does not tell are read from
    the media. A failure or a cancel takes back all of it.
    """
    if source.resolve() == project.path.resolve():
        message = f"{source} is the project itself; name another program's file."
        raise UserError(message)
    format_id, info = _readable(source, media_root, format_id)
    options = plugins.format_options(info, options)
    reader = plugins.load_format(format_id)
    report = Report()
    progress = progress or Progress()
    beside = base_folder(source, None)
    finder = ItemFinder(project, media_root or beside, beside)
    with (
        _foreign(format_id, source),
        project.bulk(f"Import {source.name}") as bulk,
    ):
        context = ProjectContext(
            project,
            bulk,
            finder,
            options=options,
            progress=progress,
            report=report,
        )
        _take(reader.read(source, context), bulk, context)
    return report


def import_files(
    project: Project,
    files: Mapping[str, Sequence[Path]],
    *,
    name: str,
    progress: Progress | None = None,
) -> Report:
    """Read annotation files, each lying beside its media, as one undoable edit.

    `files`: absolute paths by the id of their format. A file that cannot be read
    is a problem of the report; the others are read all the same. A cancel takes
    back all of them.
    """
    report, told = Report(), progress or Progress()
    count, done = sum(map(len, files.values())), 0
    title = ""

    def step(*_: object) -> None:
        told.step(done, count, f"Reading {title} files")

    with project.bulk(name) as bulk:
        context = ProjectContext(
            project,
            bulk,
            ItemFinder(project, project.path.parent),
            options=NO_OPTIONS,
            progress=Progress(step),
            report=report,
        )
        for format_id, paths in files.items():
            info, maker = _info(format_id), type(plugins.load_format(format_id))
            context.options = plugins.format_options(info, NO_OPTIONS)
            title = info.title
            for path in paths:
                step()
                _take_file(maker(), format_id, path, bulk, context)
                done += 1
        step()
    return report


def _take_file(
    reader: Format, format_id: str, path: Path, bulk: Bulk, context: ProjectContext
) -> None:
    context.move_to(path.parent)
    try:
        with _foreign(format_id, path):
            _take(reader.read(path, context), bulk, context)
    except (FormatError, UserError, PluginError) as error:
        reason = "A file that cannot be read."
        context.report.add(Problem(reason, where=str(error)))


def _take(
    records: Iterable[Annotation | Relation], bulk: Bulk, context: ProjectContext
) -> None:
    """Write what a reader yields; what cannot be stored is reported."""
    progress, report = context.progress, context.report
    for number, record in enumerate(records):
        if number % CHECK_EVERY == 0 and progress.cancelled:
            raise Cancelled
        try:
            bulk.add(record)
        except UserError as error:
            report.add(Problem(str(error), annotation_id=record.id))
        else:
            report.read += 1
            context.took(record)
    context.finish()


def _readable(
    source: Path, media_root: Path | None, format_id: str | None
) -> tuple[str, plugins.FormatInfo]:
    """The format to read with; UserError when there is nothing to read."""
    if not source.exists():
        message = f"{source} does not exist."
        raise UserError(message)
    if not (source.is_file() or source.is_dir()):  # reading might never end
        message = f"{source} is a device or a pipe; name a plain file or a folder."
        raise UserError(message)
    if media_root is not None and not media_root.is_dir():
        message = f"The media folder {media_root} does not exist."
        raise UserError(message)
    format_id = format_id or detect_format(source)
    info = _info(format_id)
    if not info.reads:
        message = f"{info.title} can be exported only, not imported."
        raise UserError(message)
    return format_id, info


def _info(format_id: str) -> plugins.FormatInfo:
    known = plugins.formats()
    if format_id not in known:
        message = f"There is no format {format_id!r}; there are: {', '.join(known)}."
        raise UserError(message)
    return known[format_id]


def export_dataset(  # noqa: PLR0913  all but three are optional
    project: Project,
    format_id: str,
    target: Path,
    *,
    where: Filter = EVERYTHING,
    options: Mapping[str, str] = NO_OPTIONS,
    suggestions: bool = False,
    frames: FrameChoice | None = None,
    progress: Progress | None = None,
    confirm: Callable[[Report], bool] | None = None,
) -> Report:
    """Write the selected items to a file or folder.

    What rules have suggested is written when it was accepted, or with `suggestions`.
    With `frames`, films go out as pictures of these frames: the target is a folder,
    with the pictures in `images` and what the format writes beside that.

    A format with a file for each item (`FormatInfo.per_item`) writes into a folder;
    a target that ends like one of its files takes exactly one item.
    `confirm` is called when all is written beside the target and the format
    could not hold something; when it says no, Cancelled is raised. A failed or
    cancelled export leaves the target as it was.
    """
    try:
        with FileSink(target) as sink:
            one = _is_one_file(format_id, target, with_pictures=frames is not None)
            report = _write(
                project,
                format_id,
                OneFile(sink) if one else sink,
                where,
                options,
                progress,
                suggestions=suggestions,
                frames=frames,
            )
            if report.losses and confirm is not None and not confirm(report):
                raise Cancelled
            _spare_companions(project, sink, report)
            _spare_own_files(project, sink.places)
            report.files[:] = sink.commit()
    except OSError as error:
        raise write_problem(target, error) from error
    return report


def _is_one_file(format_id: str, target: Path, *, with_pictures: bool) -> bool:
    """Whether a target for files of items is to be the file of one of them."""
    info = _info(format_id)
    endings = tuple(ending.lower() for ending in info.extensions)
    named = bool(endings) and target.name.lower().endswith(endings)
    if with_pictures and named and not target.is_dir():
        message = f"With pictures of films an export is a folder: {target} ends like "
        raise UserError(f"{message}a file; name a folder.")
    return info.per_item and named and not target.is_dir()


def preview_losses(  # noqa: PLR0913  as `export_dataset`
    project: Project,
    format_id: str,
    *,
    where: Filter = EVERYTHING,
    options: Mapping[str, str] = NO_OPTIONS,
    suggestions: bool = False,
    frames: FrameChoice | None = None,
    progress: Progress | None = None,
) -> Report:
    """The report that an export would give, without writing anything.

    Frames that cannot be read are not known without reading them.
    """
    return _write(
        project,
        format_id,
        NullSink(),
        where,
        options,
        progress,
        suggestions=suggestions,
        frames=frames,
    )


def _write(  # noqa: PLR0913  what an export is told
    project: Project,
    format_id: str,
    sink: Sink,
    where: Filter,
    options: Mapping[str, str],
    progress: Progress | None,
    *,
    suggestions: bool,
    frames: FrameChoice | None,
) -> Report:
    info = _info(format_id)
    if not info.writes:
        message = f"{info.title} can be imported only, not exported."
        raise UserError(message)
    options = plugins.format_options(info, options)
    writer = plugins.load_format(format_id)
    progress = progress or Progress()
    report = Report()
    with project.snapshot() as snapshot:
        drawn = SnapshotRecords(snapshot, where, suggestions=suggestions)
        records: Records = drawn
        if frames is not None:
            records, sink = _framed(
                info, drawn, snapshot, frames, sink, report=report, progress=progress
            )
        total = records.count()[1]
        with _foreign(format_id):
            for done in writer.write(records.schema, records, sink, options, report):
                progress.step(done, total, f"Writing {info.title}")
        if isinstance(records, FrameRecords):
            records.name_originals(report)
        if drawn.left_out:
            reason = "A suggestion that nobody has accepted is left out."
            report.add(Problem(reason, Severity.NOTE))
            report.counts[Severity.NOTE, reason] = len(drawn.left_out)
    return report


def _framed(  # noqa: PLR0913  what an export is told
    info: plugins.FormatInfo,
    records: SnapshotRecords,
    snapshot: Snapshot,
    frames: FrameChoice,
    sink: Sink,
    *,
    report: Report,
    progress: Progress,
) -> tuple[FrameRecords, Sink]:
    """The records with pictures in the place of films, and where the format writes."""
    if info.media and Media.IMAGE not in info.media:
        message = (
            f"{info.title} holds no pictures; choose another format, such as COCO."
        )
        raise UserError(message)
    pictures = None if isinstance(sink, NullSink) else sink
    framed = as_pictures(
        snapshot,
        records,
        frames,
        info.holds,
        pictures,
        report=report,
        progress=progress,
    )
    name = "annotations" + (info.extensions[0] if info.extensions else "")
    return framed, NamedFile(sink, name)


def _spare_companions(project: Project, sink: FileSink, report: Report) -> None:
    """Where the media are at home the files that lie beside an export are, too.

    Those that are there stay as they are: somebody has written them.
    """
    companions = sink.companions
    media = _media_among(project, companions)
    if media:
        spared = {place for place in companions if place.exists()} | media
        sink.spare(spared)
        for place in sorted(spared - media):
            if not sink.is_as_written(place):
                report.add(Problem(SPARED, Severity.NOTE, where=place.name))


def _media_among(project: Project, places: Sequence[Path]) -> set[Path]:
    """Those that are media of the project."""
    roots = Places(project)
    found: set[Path] = set()
    for place in places:
        located = roots.locate(str(place))
        if located is not None and project.items_at(located[0], (located[1],)):
            found.add(place)
    return found


def _spare_own_files(project: Project, places: Sequence[Path]) -> None:
    """Raise UserError when an export would replace the project or its media."""
    home = project.path.resolve()
    own = {home.with_name(home.name + end) for end in ("", "-wal", "-shm", "-bulk")}
    media = _media_among(project, places)
    for place in places:
        if place.resolve() in own:
            message = f"{place} is the project itself; choose another target."
            raise UserError(message)
        if place in media:
            message = f"{place} is a media file of the project; choose another target."
            raise UserError(message)


@contextmanager
def _foreign(format_id: str, source: Path | None = None) -> Iterator[None]:
    """Turn whatever a format raises into one sentence."""
    try:
        yield
    except AnnoLabError:
        raise
    except OSError as error:
        if source is None:  # of the sink: the caller knows the target
            raise
        message = f"{source} cannot be read: {error.strerror or error}."
        raise UserError(message) from error
    except Exception as error:  # plug-ins may raise anything
        message = f"The format {format_id!r} failed: {type(error).__name__}: {error}"
        raise PluginError(message) from error
