"""The command line: sub-commands over the tasks, and the one that opens the window.

Exit status: 0 done, 1 done with problems or failed, 2 wrong usage. What fails says
so in one sentence on stderr; ANNOLAB_DEBUG=1 adds the traceback. Nothing heavy is
imported before a command needs it.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from annolab import cli_self
from annolab.errors import AnnoLabError, Cancelled, ReadOnlyProject
from annolab.terminal import (
    count,
    examples,
    finish,
    json_option,
    print_facts,
    printable,
    progress_bar,
)

if TYPE_CHECKING:
    from annolab.store.filters import Filter
    from annolab.store.project import Project
    from annolab.tasks.companions import Companions
    from annolab.tasks.frames import FrameChoice

_SUFFIX = ".annolab"
_PATH = click.Path(path_type=Path)


class _Commands(click.Group):
    """Lists the commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A path in the place of a command is opened: a desktop passes it so."""
        word = args[0]
        if word not in self.commands and _is_path(word):
            args = ["open", *args]
        return super().resolve_command(ctx, args)


def _is_path(word: str) -> bool:
    path = Path(word)
    return path.suffix == _SUFFIX or len(path.parts) > 1 or path.exists()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog=examples(
        "annolab                                      open the window",
        "annolab street.annolab                       open a project in it",
        "annolab demo                                 try it on the sample project",
        "annolab new street.annolab                   make a project",
        "annolab add street.annolab photos/           add all media of a folder",
        "annolab import street.annolab coco.json      read annotations",
        "annolab export street.annolab out.json --format coco",
    ),
)
@click.option("--version", is_flag=True, help="Print the version and exit.")
@click.pass_context
def cli(ctx: click.Context, *, version: bool) -> None:
    """Label images, video, text and audio offline, in one project file.

    Without a command the window is opened.
    """
    if version:
        click.echo(f"annolab {_version()}")
    elif ctx.invoked_subcommand is None:
        _open_window(None)


@cli.command(
    "open", epilog=examples("annolab open street.annolab", "annolab open speech.wav")
)
@click.argument("path", type=_PATH)
def open_command(path: Path) -> None:
    """Open a project, a folder, a picture or a sound in the window."""
    if not path.exists():
        _fail(f"{path} does not exist.")
    _open_window(path)


@cli.command(
    epilog=examples(
        "annolab demo",
        "annolab demo /tmp/sample --screenshots /tmp/pictures",
    )
)
@click.argument("folder", type=_PATH, required=False)
@click.option(
    "--screenshots",
    type=_PATH,
    metavar="DIR",
    help="Need no display: save pictures of the window and exports there, and end.",
)
def demo(folder: Path | None, screenshots: Path | None) -> None:
    """Make the sample project and open it.

    FOLDER is a folder to make it in, by default "AnnoLab sample" among your
    documents. A sample project that is there already is opened as it is.
    """
    from annolab.tasks.demo import export_samples, make_sample

    with progress_bar() as progress:
        path = make_sample(folder, progress=progress)
    click.echo(f"The sample project is {path}")
    if screenshots is None:
        _open_window(path)
        return
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from annolab.app import take_screenshots

    screenshots.mkdir(parents=True, exist_ok=True)
    pictures = take_screenshots(path, screenshots)
    for file in (*pictures, *export_samples(path, screenshots)):
        click.echo(f"Saved {file}")


@cli.command(
    epilog=examples(
        "annolab new street.annolab",
        "annolab new street.annolab --schema classes.toml",
    )
)
@click.argument("project", type=_PATH)
@click.option("--schema", type=_PATH, metavar="FILE", help="Labels and attributes.")
def new(project: Path, schema: Path | None) -> None:
    """Make an empty project.

    The labels, declared attributes and guidelines come from a TOML or JSON file.
    """
    from annolab.store.project import create_project
    from annolab.tasks.schema_file import NO_SCHEMA, load_schema

    labels = NO_SCHEMA if schema is None else load_schema(schema)
    create_project(_named(project), schema=labels).close()
    click.echo(f"Made {_named(project)}")


@cli.command(
    epilog=examples(
        "annolab add street.annolab photos/ more/one.jpg",
        "annolab add speech.annolab recordings/ --with-annotations",
        "annolab add reviews.annolab reviews.csv --column text",
    )
)
@click.argument("project", type=_PATH)
@click.argument("paths", type=_PATH, nargs=-1, required=True)
@click.option("--no-recursive", is_flag=True, help="Leave out folders in folders.")
@click.option(
    "--with-annotations",
    is_flag=True,
    help="Also read the files beside sounds that are named after them: "
    "speech.TextGrid for speech.wav.",
)
@click.option(
    "--column",
    metavar="NAME",
    help="Of tables that are named: the column with the texts; by default the only "
    "one, or one called text, content, body, review, tweet or sentence.",
)
@click.option(
    "--encoding",
    default="",
    metavar="NAME",
    help="How texts are encoded: utf-8, cp1252, shift_jis ...; by default found out.",
)
@click.option(
    "--no-head",
    is_flag=True,
    help="The first row of tables is one like the others: columns are numbered, and "
    'called "column 1" and so on.',
)
@json_option
def add(  # noqa: PLR0913  one for each option
    project: Path,
    paths: tuple[Path, ...],
    *,
    no_recursive: bool,
    with_annotations: bool,
    column: str | None,
    encoding: str,
    no_head: bool,
    as_json: bool,
) -> None:
    """Add pictures, films, sounds and texts, and folders with all that is below them.

    Numbered pictures are one film when # stands for their number: shots/a_#.png.
    Each row of a table that is named (CSV, TSV, JSON lines) becomes a text of its
    own; tables in folders are left out.
    """
    from annolab.tasks.companions import beside, import_beside
    from annolab.tasks.ingest import add_media
    from annolab.tasks.listing import tell_tables
    from annolab.tasks.tables import add_tables, named_tables
    from annolab.tasks.texts import check_encoding

    check_encoding(encoding)
    tables = named_tables(paths)
    media = [path for path in paths if path not in tables]
    with _opened(project) as opened, progress_bar() as progress:
        added = add_media(
            opened,
            media,
            recursive=not no_recursive,
            encoding=encoding,
            progress=progress,
        )
        add_tables(
            opened,
            tables,
            column,
            encoding=encoding,
            head=not no_head,
            report=added.report,
            progress=progress,
        )
        found = beside(opened, added.ids, progress)
        report = added.report
        tell_tables(added.tables, report)
        known = report.read - report.written
        text = f"Added {count(report.written, 'item')}"
        text += f", {known:,} were there already" if known else ""
        if found.count and with_annotations:
            read = import_beside(opened, found, progress)
            for problem in read.problems:
                report.add(problem)
            text += f"; read {count(read.read, 'annotation')} beside them"
        elif found.count:
            text += f"; {_beside_hint(found)}"
    finish(report, text, as_json)


def _beside_hint(found: Companions) -> str:
    files = count(found.count, f"{' or '.join(found.titles)} file")
    verb = "lies" if found.count == 1 else "lie"
    return f"{files} {verb} beside them (--with-annotations reads them)"


@cli.command(
    "import",
    epilog=examples(
        "annolab import street.annolab instances.json --format coco",
        "annolab import street.annolab instances.json --media-root photos/",
        "annolab import speech.annolab textgrids/ --media-root recordings/",
    ),
)
@click.argument("project", type=_PATH)
@click.argument("source", type=_PATH)
@click.option("--format", "format_id", metavar="ID", help="See `annolab formats`.")
@click.option(
    "--media-root",
    type=_PATH,
    metavar="DIR",
    help="What the paths in SOURCE are relative to; by default its folder.",
)
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE")
@json_option
def import_command(
    project: Path,
    source: Path,
    format_id: str | None,
    media_root: Path | None,
    options: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Read annotations from a file or folder of another program.

    Media that are named there but not found are kept as missing, with their
    annotations. Formats with a file for each item take a folder, and match by
    name: speech.TextGrid belongs to speech.wav. One Undo takes the whole import
    back.
    """
    from annolab.tasks.transfer import import_dataset

    with _opened(project) as opened, progress_bar() as progress:
        report = import_dataset(
            opened,
            source,
            format_id,
            media_root=media_root,
            options=_key_values(options),
            progress=progress,
        )
    finish(report, f"Read {count(report.read, 'annotation')}", as_json)


@cli.command(
    epilog=examples(
        "annolab export street.annolab out.json --format coco",
        "annolab export street.annolab out.csv --format csv --option delimiter=tab",
        "annolab export street.annolab yolo/ --format yolo --where status:done",
        "annolab export speech.annolab textgrids/ --format textgrid",
        "annolab export films.annolab yolo/ --format yolo --frames every:10",
    )
)
@click.argument("project", type=_PATH)
@click.argument("target", type=_PATH)
@click.option("--format", "format_id", required=True, metavar="ID")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE")
@click.option(
    "--where",
    metavar="FILTER",
    default="",
    help="Items to export: words of the name, and status:done, label:car, "
    "media:image, split:train, missing:yes.",
)
@click.option(
    "--suggestions",
    is_flag=True,
    help="Write also what rules have suggested and nobody has judged.",
)
@click.option(
    "--frames",
    metavar="WHICH",
    help="Write these frames of films as pictures, with their annotations: keyframes, "
    "labelled, all, or every:10 (each tenth). TARGET is a folder then.",
)
@click.option(
    "--picture-format",
    type=click.Choice(["png", "jpg"]),
    default="png",
    show_default=True,
    help="What pictures of frames are.",
)
@click.option(
    "--quality",
    type=click.IntRange(1, 100),
    default=95,
    show_default=True,
    help="Of such JPEG pictures.",
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be missing, and write nothing."
)
@click.option("--yes", is_flag=True, help="Do not ask when something will be missing.")
@json_option
def export(  # noqa: PLR0913  one for each option
    project: Path,
    target: Path,
    format_id: str,
    options: tuple[str, ...],
    where: str,
    *,
    suggestions: bool,
    frames: str | None,
    picture_format: str,
    quality: int,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Write annotations for another program.

    A format with a file for each item writes into a folder. Films go into a format of
    pictures by --frames. When the format cannot hold something, this is listed before
    the target is written; on a terminal you are asked first. A failed export leaves
    the target as it was.
    """
    from annolab.tasks.transfer import export_dataset, preview_losses

    chosen_frames = _frames(frames, picture_format, quality)
    with _opened(project, read_only=True) as opened, progress_bar() as progress:
        chosen = _filter(where, opened)
        given = _key_values(options)
        if dry_run:
            report = preview_losses(
                opened,
                format_id,
                where=chosen,
                options=given,
                suggestions=suggestions,
                frames=chosen_frames,
                progress=progress,
            )
        else:
            report = export_dataset(
                opened,
                format_id,
                target,
                where=chosen,
                options=given,
                suggestions=suggestions,
                frames=chosen_frames,
                progress=progress,
                confirm=None if yes or as_json else progress.confirm,
            )
    verb = "Would write" if dry_run else "Wrote"
    text = f"{verb} {count(report.written, 'annotation')}"
    if chosen_frames is not None:
        text += f" and {count(report.pictures, 'picture')}"
    text = text if dry_run else f"{text} to {target}"
    finish(report, text, as_json, listed=progress.listed)


@cli.command(epilog=examples("annolab info street.annolab --json"))
@click.argument("project", type=_PATH)
@json_option
def info(project: Path, *, as_json: bool) -> None:
    """Show items, annotations, labels, progress and annotators."""
    from annolab.tasks.info import info_lines, project_info

    with _opened(project, read_only=True) as opened:
        facts = project_info(opened)
    print_facts(facts, info_lines(facts), as_json)


@cli.command(epilog=examples("annolab check street.annolab"))
@click.argument("project", type=_PATH)
@click.option("--no-digests", is_flag=True, help="Do not read the media files.")
@json_option
def check(project: Path, *, no_digests: bool, as_json: bool) -> None:
    """Check the project file, and whether its media are there and unchanged."""
    from annolab.tasks.check import check_project

    with _opened(project, read_only=None) as opened, progress_bar() as progress:
        report = check_project(opened, digests=not no_digests, progress=progress)
    finish(report, f"Checked {count(report.read, 'item')}", as_json)


@cli.command(epilog=examples("annolab relocate street.annolab /old/photos /new/photos"))
@click.argument("project", type=_PATH)
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
@json_option
def relocate(project: Path, old: Path, new: Path, *, as_json: bool) -> None:
    """Say that the media of folder OLD are in folder NEW now."""
    from annolab.tasks.relocate import relocate as move

    with _opened(project) as opened, progress_bar() as progress:
        report = move(opened, old, new, progress=progress)
    found = f"Found {report.written:,} of {count(report.read, 'item')}"
    finish(report, found, as_json)


@cli.command(
    epilog=examples(
        "annolab allow street.annolab", "annolab allow street.annolab /data/photos"
    )
)
@click.argument("project", type=_PATH)
@click.argument("folders", type=_PATH, nargs=-1, metavar="[FOLDER]...")
def allow(project: Path, folders: tuple[Path, ...]) -> None:
    """Name folders outside of the project in which its media may be looked for.

    Without FOLDER, list those that the project asks for. Only folders that you
    have named on this computer are followed; adding, importing and relocating
    name theirs.
    """
    with _opened(project, read_only=None) as opened:
        for folder in folders:
            opened.named.add(folder)
        for refused in opened.refused_folders():
            click.echo(f"Not allowed: {printable(str(refused))}")


for _command in cli_self.COMMANDS:
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names that the terminal lacks
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(arguments, prog_name="annolab", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        status = 2
    except (click.Abort, KeyboardInterrupt, Cancelled):
        status = _complain("Cancelled.")
    except BrokenPipeError:  # `annolab info | head`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        status = 1
    except AnnoLabError as error:
        status = _complain(str(error))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        status = _complain(f"{place}{error.strerror or error}.")
    except Exception as error:  # noqa: BLE001  a bug: still no traceback for the user
        status = _complain(
            f"AnnoLab failed ({type(error).__name__}: {error}); please report it with "
            "what ANNOLAB_DEBUG=1 prints."
        )
    sys.exit(status if isinstance(status, int) else 0)


def _complain(sentence: str) -> int:
    """Print one line on stderr; the exit status of a failure."""
    if os.environ.get("ANNOLAB_DEBUG"):
        traceback.print_exc()
    click.echo(printable(" ".join(sentence.split()), most=2000), err=True)
    return 1


def _fail(sentence: str) -> NoReturn:
    raise AnnoLabError(sentence)


def _version() -> str:
    from importlib.metadata import version

    return version("annolab")


def _open_window(path: Path | None) -> None:
    from annolab.app import main as run

    status = run(path)
    if status:
        raise click.exceptions.Exit(status)


def _named(project: Path) -> Path:
    """The path with the suffix of projects."""
    if not project.name:
        _fail(f"{project} is a folder; name the project file to make in it.")
    return project if project.suffix else project.with_name(project.name + _SUFFIX)


@contextmanager
def _opened(path: Path, *, read_only: bool | None = False) -> Iterator[Project]:
    """An open project, closed at the end; None: for reading if it must be."""
    from annolab.store.project import open_project

    try:
        project = open_project(path, read_only=bool(read_only))
    except ReadOnlyProject:
        if read_only is not None:
            raise
        project = open_project(path, read_only=True)
    try:
        yield project
    finally:
        project.close()


def _filter(text: str, project: Project) -> Filter:
    from annolab.tasks.filters import parse_filter

    return parse_filter(text, project.schema)


def _frames(which: str | None, picture: str, quality: int) -> FrameChoice | None:
    from annolab.media.picture_file import PictureFormat
    from annolab.tasks.frames import FrameChoice, parse_frames

    if which is None:
        return None
    return FrameChoice(*parse_frames(which), PictureFormat(picture), quality)


def _key_values(pairs: Sequence[str]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            message = f"{pair!r} is not of the form KEY=VALUE."
            raise click.BadParameter(message, param_hint="--option")
        values[key] = value
    return values
