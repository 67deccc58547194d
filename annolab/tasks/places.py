"""Which item a path means: roots, files on the disk, paths of other machines."""

from __future__ import annotations

import os
import re
from pathlib import Path

from annolab.errors import UserError
from annolab.formats.per_item import without_suffix
from annolab.media.picture_run import is_there
from annolab.model.item import Item, Media, Root
from annolab.store import places
from annolab.store.project import Project
from annolab.tasks.stems import GUESSED_SUFFIX, Candidate, Fit, Stems, best, fitting

PAGE = 4096
_FOREIGN = re.compile(r"[A-Za-z]:[\\/]|\\\\")  # absolute on Windows


def root_folder(project: Project, root: Root) -> str:
    """The absolute folder of a root, without links followed."""
    return str(places.root_folder(project.path, root))


class Places:
    """Says in which root a file lies; the innermost when roots are nested."""

    def __init__(self, project: Project) -> None:
        self._project = project
        roots = project.allowed_roots()  # nothing of the others is looked at
        self._roots = {root_folder(project, r): r for r in roots}
        self._known: dict[str, tuple[int, str] | None] = {}

    @property
    def folders(self) -> dict[str, Root]:
        """Every root by its absolute folder."""
        return dict(self._roots)

    def add(self, folder: str) -> None:
        """The user names a folder: make it a root of its own unless it lies in one.

        The folder of the project file counts only for files directly in it, so
        that the folders beside it can be relocated one by one.
        """
        self._project.named.add(Path(folder))
        inside = self._folder(folder)
        if inside is None or (inside[0] == 0 and inside[1]):
            root = self._project.add_root(Path(folder))
            self._roots[root_folder(self._project, root)] = root
            self._known.clear()

    def folder(self, folder: str) -> tuple[int, str]:
        """The root id and the path of a folder that `add` knows, "" or with "/"."""
        place = self._folder(folder)
        if place is None:
            message = f"{folder} lies in no root"
            raise ValueError(message)
        return place

    def locate(self, path: str) -> tuple[int, str] | None:
        """The root id and the relative path of an absolute, normal path."""
        folder, name = os.path.split(path)
        place = self._folder(folder)
        return None if place is None else (place[0], place[1] + name)

    def _folder(self, folder: str) -> tuple[int, str] | None:
        if folder not in self._known:
            self._known[folder] = self._search(folder)
        return self._known[folder]

    def _search(self, folder: str) -> tuple[int, str] | None:
        above, rest = folder, ""
        while True:
            root = self._roots.get(above)
            if root is not None:
                return root.id, rest
            parent, name = os.path.split(above)
            if parent == above:
                return None
            above, rest = parent, f"{name}/{rest}"


class ItemFinder:
    """Finds the item that a path in somebody else's file means.

    Tried in this order: the path below `base`, or below the root that holds it;
    a file that is there; the same relative path below any root; the only item
    whose path ends alike, if no other path of the import has taken it.
    """

    def __init__(
        self, project: Project, base: Path, source_folder: Path | None = None
    ) -> None:
        self._project = project
        self._base = os.path.abspath(base)
        # Where annotation files lie that are named after their media.
        self._beside = os.path.abspath(source_folder or base)
        self._places = Places(project)
        self._stems: Stems | None = None
        self._empty = not project.totals().items
        self._by_name: dict[str, list[int]] | None = None
        self._claimed: dict[int, str] = {}

    def move_to(self, folder: Path) -> None:
        """From now on paths are relative to `folder`, as those of another source."""
        self._base = self._beside = os.path.abspath(folder)

    def find(self, path: str) -> tuple[Item | None, bool]:
        """The item in the project or None, and whether that is sure.

        It is not when only the end of the path agrees and the folders above
        differ.
        """
        full = self._full(path)
        if self._empty:
            return None, False
        item = None
        if full is not None:
            place = self._places.locate(full)
            item = None if place is None else self._project.item_at(*place)
        sure = True
        if item is None and (full is None or not is_there(Path(full))):
            item = self._below_roots(path)
            if item is None:
                item, sure = self._by_ending(path)
        if item is not None:
            self._claimed.setdefault(item.id, self._said(path))
        return item, sure

    def place(self, path: str) -> tuple[int, str, bool]:
        """Root id, relative path and whether the file is there, for a new item.

        Raises UserError when the path climbs out of `base` and of every root.
        """
        full = self._full(path)
        if full is None:
            message = (
                f"The path {path!r} leads out of {self._base} and of the folders of "
                "the project; name the folder of the media (--media-root)."
            )
            raise UserError(message)
        return self._placed(full, self._base)

    def companion(self, path: str, media: Media) -> tuple[Item | None, bool]:
        """The item an annotation file belongs to that is named after its media.

        `path` is relative to the source folder. Tried in this order: an item in the
        same folder, then below `base`; a file there (no item yet: None); an item in
        a folder of the same relative path below a root; the only item whose path
        ends alike. The second value as `find` gives it.
        """
        stem, suffix, kinds = _named(path, media)
        found = [] if self._empty else list(self._by_stem.items(stem, kinds))
        if not found:
            return None, False
        for folder in self._companion_folders(path).values():
            here = best((c for c in found if c.folder == folder), suffix)
            if here is not None:
                return self._claim(here, path), here.fit is not Fit.LOOSE
        if self._companion_file(path, media) is not None:
            return None, False
        return self._far_companion(found, suffix, path)

    def companion_place(self, path: str, media: Media) -> tuple[int, str, bool]:
        """What `place` says of the new item of an annotation file.

        That is the file beside it, or below `base`, else one that is not there.
        """
        file = self._companion_file(path, media)
        if file is not None:
            return self._placed(*file)
        stem = _named(path, media)[0]
        above = os.path.dirname(path)
        return self.place(os.path.join(above, stem + GUESSED_SUFFIX[media]))

    def _companion_file(self, path: str, media: Media) -> tuple[str, str] | None:
        """The medium beside an annotation file, and the base it lies below."""
        stem, suffix, kinds = _named(path, media)
        for base, folder in self._companion_folders(path).items():
            file = best(self._by_stem.files(folder, stem, kinds), suffix)
            if file is not None:
                return os.path.join(folder, file.name), base
        return None

    def _companion_folders(self, path: str) -> dict[str, str]:
        """The folders of media for an annotation file, by the base they lie below."""
        above = os.path.dirname(path)
        bases = dict.fromkeys((self._beside, self._base))
        if ".." in above.split("/") or os.path.isabs(path) or "\0" in path:
            return {}
        return {base: os.path.normpath(os.path.join(base, above)) for base in bases}

    def _far_companion(
        self, found: list[Candidate], suffix: str, path: str
    ) -> tuple[Item | None, bool]:
        """An item in another folder, when it is the only one that can be meant."""
        said = self._said(path)
        free = [c for c in found if self._claimed.get(c.item_id, said) == said]
        wanted = _parts(os.path.dirname(path))
        tops = [_parts(folder) for folder in self._places.folders]
        same = [c for c in free if any(_parts(c.folder) == t + wanted for t in tops)]
        ends = [c for c in free if _ends(_parts(c.folder), wanted)]
        for candidates in (same, ends):
            only = best(candidates, suffix)
            if only is not None:
                return self._claim(only, path), only.fit is not Fit.LOOSE
        likely = [] if ends else [c for c in free if self._is_likely(c, wanted)]
        only = best(likely, suffix)
        return None if only is None else self._claim(only, path), False

    def _is_likely(self, candidate: Candidate, wanted: list[str]) -> bool:
        """Whether the path of an item below its root ends what was wanted."""
        place = self._places.locate(os.path.join(candidate.folder, candidate.name))
        below = _parts(place[1])[:-1] if place is not None else []
        return bool(below) and _ends(wanted, below)

    def _claim(self, candidate: Candidate, path: str) -> Item | None:
        self._claimed.setdefault(candidate.item_id, self._said(path))
        return self._project.item(candidate.item_id)

    @property
    def _by_stem(self) -> Stems:
        if self._stems is None:
            roots = {root.id: top for top, root in self._places.folders.items()}
            self._stems = Stems(self._project, roots)
        return self._stems

    def _placed(self, full: str, base: str) -> tuple[int, str, bool]:
        if _is_below(full, base):
            self._places.add(base)
        place = self._places.locate(full)
        if place is None:  # pragma: no cover  `_full` has made sure
            raise AssertionError(full)
        return *place, is_there(Path(full))

    def _said(self, path: str) -> str:
        """What tells the paths of one source from those of another."""
        return os.path.join(self._beside, path)

    def _full(self, path: str) -> str | None:
        """The absolute path, or None when it is outside of all known folders."""
        if not _parts(path) or not path.strip() or "\0" in path or path[-1] == "/":
            message = f"{path!r} is not the path of a file."
            raise UserError(message)
        if _FOREIGN.match(path) and os.name != "nt":
            return None
        full = os.path.normpath(os.path.join(self._base, path))
        # Nothing outside is looked at: on Windows that would call `\\server\share`.
        if "\\" in path and not (self._is_inside(full) and os.path.exists(full)):
            path = path.replace("\\", "/")
            full = os.path.normpath(os.path.join(self._base, path))
        return full if self._is_inside(full) else None

    def _is_inside(self, full: str) -> bool:
        return _is_below(full, self._base) or self._places.locate(full) is not None

    def _below_roots(self, path: str) -> Item | None:
        path = os.path.normpath(path.replace("\\", "/")).replace(os.sep, "/")
        if path.startswith(("../", "/")):
            return None
        found = [
            item
            for root in self._project.roots()
            if (item := self._project.item_at(root.id, path)) is not None
        ]
        return found[0] if len(found) == 1 else None

    def _by_ending(self, path: str) -> tuple[Item | None, bool]:
        wanted, said = _parts(path), self._said(path)
        if self._by_name is None:
            self._by_name = self._index()
        roots = {r.id: _parts(folder) for folder, r in self._places.folders.items()}
        sure, likely = [], []
        for item in self._project.items(self._by_name.get(wanted[-1], ())):
            if self._claimed.get(item.id, said) != said:
                continue
            below = _parts(item.path)
            if (roots.get(item.root_id, []) + below)[-len(wanted) :] == wanted:
                sure.append(item)
            elif wanted[-len(below) :] == below:
                likely.append(item)
        if len(sure) == 1:
            return sure[0], True
        return (likely[0] if len(likely) == 1 and not sure else None), False

    def _index(self) -> dict[str, list[int]]:
        names: dict[str, list[int]] = {}
        ids = self._project.item_ids()
        for start in range(0, len(ids), PAGE):
            for row in self._project.item_rows(ids[start : start + PAGE]):
                names.setdefault(row.path.rpartition("/")[2], []).append(row.id)
        return names


def _named(path: str, media: Media) -> tuple[str, str, tuple[Media, ...]]:
    """Stem and suffix of an annotation file, and the kinds it may belong to."""
    name = os.path.basename(path)
    stem = without_suffix(name)
    return stem, name[len(stem) :], fitting(media)


def _is_below(full: str, base: str) -> bool:
    return full.startswith(base.rstrip(os.sep) + os.sep)


def _ends(parts: list[str], ending: list[str]) -> bool:
    return not ending or parts[-len(ending) :] == ending


def _parts(path: str) -> list[str]:
    parts = path.replace("\\", "/").split("/")
    return [part for part in parts if part not in ("", ".", "..")]
