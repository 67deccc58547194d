"""Small pictures for lists, kept in a cache outside the folders of the user.

A thumbnail is keyed by path, time of change, size of the file, page and size
wanted, so a changed picture gets a new one. The cache may be emptied or deleted
at any time, by any process: whatever cannot be read is made anew, and a cache
that cannot be written is done without.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annolab.media.image import load
from annolab.media.picture_run import is_run, run_files
from annolab.media.probe import opened
from annolab.media.video_thumbnail import first_seen

MAX_BYTES = 1 << 30
"""The cache is thinned, oldest first, when it has grown beyond this."""

_GROUND = 128  # what shows through where a picture is transparent
_QUALITY = 88
_VERSION = "1"  # part of the key: raise it when thumbnails come out otherwise
_THIN_EVERY = 500  # thumbnails written by this process

_written = itertools.count(1)


def cache_folder() -> Path:
    """Where thumbnails are kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("annolab", appauthor=False)) / "thumbnails"


def thumbnail(
    path: Path,
    size: int,
    *,
    page: int = 0,
    film: bool = False,
    folder: Path | None = None,
) -> NDArray[np.uint8]:
    """The picture fitted into size x size pixels, opaque, laid out as `Picture`.

    Of a `film`, the first picture on which something is seen. `folder` is the cache,
    `cache_folder()` by default. Raises MediaError.
    """
    if film and is_run(path):
        path, film = run_files(path)[0], False
    with opened(path) as file:
        facts = os.fstat(file.fileno())
    key = f"{path.absolute()}\n{facts.st_mtime_ns}\n{facts.st_size}\n{page}\n{size}"
    name = hashlib.sha256((key + _VERSION).encode("utf-8", "surrogatepass")).hexdigest()
    folder = cache_folder() if folder is None else folder
    place = folder / name[:2] / f"{name[2:]}.jpg"
    kept = _read(place, size)
    if kept is not None:
        return kept
    if film:
        made = first_seen(path, size)
    else:
        picture = load(path, page, max_size=(size, size))
        made = _on_ground(picture.pixels) if picture.alpha else picture.pixels
    _write(place, made)
    if next(_written) % _THIN_EVERY == 0:
        thin(folder)
    return made


def empty_cache(folder: Path | None = None) -> int:
    """Delete all thumbnails; the number of bytes freed."""
    return thin(folder, max_bytes=0)


def thin(folder: Path | None = None, *, max_bytes: int = MAX_BYTES) -> int:
    """Delete the oldest thumbnails until `max_bytes` hold; the bytes freed.

    Does nothing while they hold; else goes down to three quarters.
    """
    folder = cache_folder() if folder is None else folder
    found: list[tuple[float, int, Path]] = []
    for place in folder.glob("??/*.jpg*"):
        with suppress(OSError):  # another process has just deleted it
            facts = place.stat()
            found.append((facts.st_mtime, facts.st_size, place))
    total = sum(size for _, size, _ in found)
    freed = 0
    if total <= max_bytes:
        return freed
    for _, size, place in sorted(found):
        if total - freed <= max_bytes * 3 // 4:
            break
        with suppress(OSError):
            place.unlink()
            freed += size
    return freed


def _on_ground(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Premultiplied pixels over an even grey."""
    clear = 255 - pixels[..., 3:].astype(np.uint16)
    laid = pixels + (clear * _GROUND + 127) // 255
    laid[..., 3] = 255
    return np.asarray(np.minimum(laid, 255), np.uint8)


def _read(place: Path, size: int) -> NDArray[np.uint8] | None:
    import cv2

    try:
        data = np.frombuffer(place.read_bytes(), np.uint8)
    except OSError:
        return None
    try:
        found = cv2.imdecode(data, cv2.IMREAD_COLOR)
    except cv2.error:  # an empty file
        return None
    if found is None or max(found.shape) > size:
        return None
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2BGRA), np.uint8)


def _write(place: Path, pixels: NDArray[np.uint8]) -> None:
    """Put the file in place whole or not at all."""
    import cv2

    opaque = cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR)
    done, data = cv2.imencode(".jpg", opaque, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        return
    mine = f"{place.name}.{os.getpid()}-{threading.get_ident()}"
    temporary = place.with_name(mine)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data.tobytes())
        temporary.replace(place)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
