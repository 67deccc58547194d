"""Annotation files that lie beside sounds, named after them: found and read."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annolab import plugins
from annolab.formats.base import Confidence, Report
from annolab.formats.per_item import without_suffix
from annolab.jobs import Progress
from annolab.model.item import Media
from annolab.model.order import natural_key
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.places import root_folder
from annolab.tasks.stems import Fit, fit, stem_key
from annolab.tasks.transfer import import_files

PAGE = 4096
_HEARD = frozenset((Media.AUDIO, Media.VIDEO))
# Endings that many programs use for many things: the file itself is asked.
_VAGUE = frozenset((".txt", ".csv", ".tsv", ".json", ".xml"))
_Names = dict[str, list[str]]  # of items in a folder, by `stem_key`


@dataclass(frozen=True, slots=True)
class Companions:
    """Annotation files by the id of their format, and how many items have one."""

    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    matched: int = 0

    @property
    def count(self) -> int:
        """How many files there are."""
        return sum(map(len, self.files.values()))

    @property
    def titles(self) -> list[str]:
        """The formats by name, the most frequent first."""
        known = plugins.formats()
        order = sorted(self.files, key=lambda i: -len(self.files[i]))
        return [known[i].title if i in known else i for i in order]


def beside(
    project: Project, item_ids: Sequence[int], progress: Progress | None = None
) -> Companions:
    """Annotation files in the folders of sounds and films, named after them.

    `speech.TextGrid` counts for `speech.wav`. Items that have annotations already
    are passed over, so that nothing is offered twice. A file is opened only where
    its ending does not tell its format.
    """
    progress = progress or Progress()
    asked = _Formats()
    found: dict[str, list[Path]] = {}
    matched: set[tuple[str, str]] = set()
    folders = _by_folder(project, item_ids) if asked.by_ending else {}
    for number, folder in enumerate(sorted(folders)):
        progress.step(number, len(folders), "Looking for annotation files")
        for name in asked.listed(folder):
            item = _item_of(name, folders[folder])
            format_id = asked.format_of(Path(folder, name)) if item else None
            if item and format_id:
                found.setdefault(format_id, []).append(Path(folder, name))
                matched.add((folder, item))
    return Companions({i: tuple(paths) for i, paths in found.items()}, len(matched))


def import_beside(
    project: Project, found: Companions, progress: Progress | None = None
) -> Report:
    """Read the files that were found, as one undoable edit."""
    titles = " and ".join(found.titles)
    name = f"Import {found.count} {titles} files"
    if found.count == 1:
        (name,) = (f"Import {p.name}" for paths in found.files.values() for p in paths)
    return import_files(project, found.files, name=name, progress=progress)


class _Formats:
    """The formats with a file for each sound, by the endings of their names."""

    def __init__(self) -> None:
        self.by_ending: dict[str, list[str]] = {}
        for info in plugins.formats().values():
            if info.per_item and info.reads and info.media & _HEARD:
                for ending in info.extensions:
                    self.by_ending.setdefault(ending.lower(), []).append(info.id)

    def listed(self, folder: str) -> list[str]:
        """The names in a folder that have one of the endings."""
        endings = tuple(self.by_ending)
        try:
            with os.scandir(folder) as entries:
                names = [e.name for e in entries if e.name.lower().endswith(endings)]
        except OSError:  # gone meanwhile: nothing lies in it
            return []
        return sorted((n for n in names if not n.startswith(".")), key=natural_key)

    def format_of(self, path: Path) -> str | None:
        """The format of a file; None when no format, or more than one, is sure."""
        endings = [e for e in self.by_ending if path.name.lower().endswith(e)]
        ids = list(dict.fromkeys(i for e in endings for i in self.by_ending[e]))
        if len(ids) == 1 and not _VAGUE & set(endings):
            return ids[0]
        sure = [format_id for format_id in ids if _is_sure(format_id, path)]
        return sure[0] if len(sure) == 1 else None


def _is_sure(format_id: str, path: Path) -> bool:
    try:
        return plugins.load_format(format_id).detect(path) is Confidence.YES
    except Exception:  # noqa: BLE001  plug-ins may raise anything; others may know
        return False


def _by_folder(project: Project, item_ids: Sequence[int]) -> dict[str, _Names]:
    """The names of sounds and films without annotations, by absolute folder."""
    roots = {r.id: root_folder(project, r) for r in project.allowed_roots()}
    folders: dict[str, _Names] = {}
    heard = set(project.item_ids(Filter(media=_HEARD)))
    ids = [item_id for item_id in item_ids if item_id in heard]
    for start in range(0, len(ids), PAGE):
        for row in project.item_rows(ids[start : start + PAGE]):
            if row.n_annotations or row.missing or row.root_id not in roots:
                continue
            above, _, name = row.path.rpartition("/")
            folder = os.path.normpath(os.path.join(roots[row.root_id], above))
            names = folders.setdefault(folder, {})
            names.setdefault(stem_key(without_suffix(name)), []).append(name)
    return folders


def _item_of(name: str, items: _Names) -> str | None:
    """The item an annotation file is named after."""
    stem = without_suffix(name)
    for key in dict.fromkeys((stem_key(stem), stem_key(without_suffix(stem)))):
        for item in items.get(key, ()):
            if fit(stem, item) in (Fit.WHOLE, Fit.STEM):
                return item
    return None
