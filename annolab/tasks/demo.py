"""The sample project: pictures, a film, a sound and a text, annotated."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from filecmp import cmp
from pathlib import Path

import platformdirs

from annolab import plugins
from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.settings import resource
from annolab.store.project import create_project, open_project
from annolab.tasks.companions import beside, import_beside
from annolab.tasks.ingest import add_media
from annolab.tasks.schema_file import load_schema
from annolab.tasks.transfer import export_dataset, import_dataset

FOLDER = "AnnoLab sample"
PROJECT = "sample.annolab"
_PARTS = {
    "pictures": ("*.jpg", "*.jpeg", "*.png", "*.tif", "*.tiff", "*.webp"),
    "films": ("*.webm",),
    "sounds": ("*.flac", "*.TextGrid"),
    "texts": ("*.txt", "*.ann"),
}
_EXPORTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("coco", "sample.json", {}),
    ("csv", "sample.csv", {}),
    ("cvat-video", "sample CVAT", {}),
    ("textgrid", "sample TextGrids", {}),
    ("brat", "sample brat", {"texts": "true"}),
)


def make_sample(
    folder: Path | None = None, *, progress: Progress | None = None
) -> Path:
    """Make the sample project in `folder`, with copies of its media.

    Returns the path of the project; one that is there already is left as it is.
    Raises UserError when the folder cannot be written.
    """
    folder = folder or platformdirs.user_documents_path() / FOLDER
    path = folder / PROJECT
    if path.exists():
        return path
    samples = resource("samples")
    media = [folder / name for name in _PARTS]
    try:
        _copy_media(samples, folder)
    except OSError as error:
        message = f"The sample cannot be made in {folder}: {error.strerror or error}."
        raise UserError(message) from error
    schema = load_schema(samples / "schema.toml")
    # Under another name until it is complete, so that it is never opened half made.
    draft = folder / f".{PROJECT}"
    draft.unlink(missing_ok=True)
    project = create_project(draft, schema=schema)
    try:
        added = add_media(project, media, progress=progress)
        source = samples / "annotations.json"
        import_dataset(project, source, "coco", media_root=media[0], progress=progress)
        source = samples / "crossing.xml"
        films = folder / "films"
        import_dataset(
            project, source, "cvat-video", media_root=films, progress=progress
        )
        import_beside(project, beside(project, added.ids), progress)
        import_dataset(project, folder / "texts", "brat", progress=progress)
    finally:
        project.close()
    draft.replace(path)
    return path


def _copy_media(samples: Path, folder: Path) -> None:
    copies = {
        sample: folder / part / sample.name
        for part, patterns in _PARTS.items()
        for pattern in patterns
        for sample in sorted(samples.glob(pattern))
    }
    for sample, place in copies.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists() and not cmp(sample, place, shallow=False):
            message = f"There is another {place} already; choose an empty folder."
            raise UserError(message)
    for sample, place in copies.items():
        shutil.copyfile(sample, place)


def export_samples(project_path: Path, folder: Path) -> list[Path]:
    """Export the sample project as COCO, CSV, CVAT, TextGrid and brat into `folder`."""
    known = plugins.formats()
    project = open_project(project_path, read_only=True)
    try:
        return [
            file
            for format_id, name, options in _EXPORTS
            if format_id in known
            for file in export_dataset(
                project, format_id, folder / name, options=options
            ).files
        ]
    finally:
        project.close()
