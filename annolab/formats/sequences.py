"""The folders of MOTChallenge: a sequence with `gt/gt.txt` and `seqinfo.ini`."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from annolab.formats.base import ImportContext, Report
from annolab.formats.frame_rows import whole_of
from annolab.formats.lines import numbered_lines
from annolab.formats.per_item import LOOKED_AT
from annolab.formats.values import clean
from annolab.model.item import Item, Media

INFO = "seqinfo.ini"
_FOLDER = "img1"
_PICTURE = re.compile(r"[0-9]{1,18}(\.(?:jpe?g|png))", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Film:
    """The film of a file of rows, and what reports call the file."""

    item: Item
    name: str
    length: int | None


def gt_files(path: Path) -> list[Path]:
    """The files `gt/gt.txt` in a folder, or the file itself."""
    if not path.is_dir():
        return [path] if path.suffix.lower() == ".txt" and path.is_file() else []
    found: list[Path] = []
    for pattern in ("gt/gt.txt", "*/gt/gt.txt", "**/gt/gt.txt"):
        found = found or sorted(path.glob(pattern))
    return [file for file in found if file.is_file()]


def folder_of(file: Path) -> Path:
    """The folder of the sequence of a file of rows."""
    return file.parent.parent if file.parent.name == "gt" else file.parent


def film_of(file: Path, top: Path, ctx: ImportContext) -> Film:
    """The film of a file of rows in the source `top`.

    Numbered pictures in the folder of the sequence are that film.
    """
    folder = folder_of(file)
    name, place = file.name, file.stem
    info = _info(folder / INFO)
    pictures = None
    if file.parent.name == "gt":
        place = folder.name
        if top.is_dir():
            inside = folder.relative_to(top).as_posix()
            place = inside if folder != top else place
            pictures = pictures_in(folder, info.get("imDir") or _FOLDER, inside)
        name = f"{place}/gt/{name}"
    said = whole_of(info.get("seqLength", ""))
    length = said if said is not None and said > 0 else None
    if pictures is not None:
        item = ctx.item(pictures, media=Media.VIDEO, length=length)
    else:
        item = ctx.companion(f"{place}.txt", media=Media.VIDEO, length=length)
    return Film(item, name, length)


def pictures_in(folder: Path, below: str, inside: str) -> str | None:
    """The path of the numbered pictures in a folder below `folder`, if there are any.

    `inside`: the path of `folder` in the source.
    """
    if PurePosixPath(below).is_absolute() or ".." in PurePosixPath(below).parts:
        return None
    try:
        entries = list(islice((folder / below).iterdir(), LOOKED_AT))
    except (OSError, ValueError):
        return None
    found = (_PICTURE.fullmatch(entry.name) for entry in sorted(entries))
    first = next((match for match in found if match is not None), None)
    return None if first is None else str(PurePosixPath(inside, below, f"#{first[1]}"))


def _info(file: Path) -> Mapping[str, str]:
    """What a seqinfo.ini says."""
    said = configparser.ConfigParser(interpolation=None, strict=False)
    said.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            said.read_string(opened.read(1 << 16))
        return dict(said["Sequence"])
    except (OSError, configparser.Error, KeyError):
        return {}


def names_of(file: Path, usual: Sequence[str], report: Report) -> Sequence[str]:
    """The names of classes in the `labels.txt` beside a file of rows."""
    labels = file.parent / "labels.txt"
    if not labels.is_file():
        return usual
    lines = numbered_lines(labels, labels.name, report)
    found = [clean(line.strip()) for _, line in lines]
    return [name or f"class {place}" for place, name in enumerate(found, 1)]


def class_name(names: Sequence[str], class_: int) -> str:
    """The name of a class, counted from 1."""
    return names[class_ - 1] if class_ <= len(names) else f"class {class_}"


def names_text(names: Sequence[str]) -> bytes:
    """A `labels.txt`."""
    return "".join(f"{' '.join(name.split())}\n" for name in names).encode("utf-8")


def info_text(item: Item) -> bytes:
    """A `seqinfo.ini`."""
    folder, name = _FOLDER, PurePosixPath(item.path).stem
    said: Mapping[str, object] = {
        "name": name,
        "imDir": folder,
        "frameRate": f"{item.rate:g}" if item.rate else "",
        "seqLength": int(item.length) if item.length else "",
        "imWidth": item.width or "",
        "imHeight": item.height or "",
        "imExt": ".jpg",
    }
    rows = "".join(f"{key}={value}\n" for key, value in said.items())
    return f"[Sequence]\n{rows}".encode()
