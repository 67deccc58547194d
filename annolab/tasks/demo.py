"""The sample project: pictures with annotations, labels and guidelines."""

from __future__ import annotations

import shutil
from filecmp import cmp
from pathlib import Path

import platformdirs

from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.settings import resource
from annolab.store.project import create_project, open_project
from annolab.tasks.ingest import add_paths
from annolab.tasks.schema_file import load_schema
from annolab.tasks.transfer import export_dataset, import_dataset

FOLDER = "AnnoLab sample"
PROJECT = "sample.annolab"
_PICTURES = ("*.jpg", "*.jpeg", "*.png", "*.tif", "*.tiff", "*.webp")


def make_sample(
    folder: Path | None = None, *, progress: Progress | None = None
) -> Path:
    """Make the sample project in `folder`, with copies of its pictures.

    Returns the path of the project; one that is there already is left as it is.
    Raises UserError when the folder cannot be written.
    """
    folder = folder or platformdirs.user_documents_path() / FOLDER
    path = folder / PROJECT
    if path.exists():
        return path
    samples = resource("samples")
    pictures = folder / "pictures"
    try:
        _copy_pictures(samples, pictures)
    except OSError as error:
        message = f"The sample cannot be made in {folder}: {error.strerror or error}."
        raise UserError(message) from error
    schema = load_schema(samples / "schema.toml")
    # Under another name until it is complete, so that it is never opened half made.
    draft = folder / f".{PROJECT}"
    draft.unlink(missing_ok=True)
    project = create_project(draft, schema=schema)
    try:
        add_paths(project, [pictures], progress=progress)
        source = samples / "annotations.json"
        import_dataset(project, source, "coco", media_root=pictures, progress=progress)
    finally:
        project.close()
    draft.replace(path)
    return path


def _copy_pictures(samples: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pictures = sorted(p for pattern in _PICTURES for p in samples.glob(pattern))
    for picture in pictures:
        place = folder / picture.name
        if place.exists() and not cmp(picture, place, shallow=False):
            message = f"There is another {place} already; choose an empty folder."
            raise UserError(message)
    for picture in pictures:
        shutil.copyfile(picture, folder / picture.name)


def export_samples(project_path: Path, folder: Path) -> list[Path]:
    """Export the sample project as COCO and CSV into `folder`."""
    project = open_project(project_path, read_only=True)
    try:
        return [
            file
            for format_id, name in (("coco", "sample.json"), ("csv", "sample.csv"))
            for file in export_dataset(project, format_id, folder / name).files
        ]
    finally:
        project.close()
