"""What a file is: its kind, its digest, and how it is opened.

No decoder is imported here.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from annolab.errors import MediaError
from annolab.model.item import Media

PIECE = 1 << 20
HEAD = 32  # bytes by which a file is known

_SUFFIXES: dict[Media, str] = {
    Media.IMAGE: ".jpg .jpeg .jpe .jfif .png .apng .tif .tiff .webp .bmp .dib .gif",
    Media.VIDEO: ".mp4 .m4v .mov .mkv .webm .avi .mpg .mpeg .ts .mts .m2ts .wmv .flv"
    " .ogv .3gp",
    Media.AUDIO: ".wav .wave .flac .mp3 .ogg .oga .opus .m4a .aac .aif .aiff .aifc .au"
    " .w64 .rf64 .caf .wma .nist .sph .voc .snd .sd2 .mp2 .m4b .mka .weba .ac3 .amr"
    " .wv .tta",
    Media.TEXT: ".txt .text .log .rst .md .markdown .html .htm .xhtml",
}
SUFFIXES = {
    suffix: media for media, text in _SUFFIXES.items() for suffix in text.split()
}
"""The media of each file name suffix, in lower case with its dot."""

_MAGIC: tuple[tuple[int, bytes, Media], ...] = (
    (0, b"\xff\xd8\xff", Media.IMAGE),
    (0, b"\x89PNG\r\n\x1a\n", Media.IMAGE),
    (0, b"II*\0", Media.IMAGE),
    (0, b"MM\0*", Media.IMAGE),
    (0, b"II+\0", Media.IMAGE),
    (0, b"MM\0+", Media.IMAGE),
    (0, b"GIF8", Media.IMAGE),
    (8, b"WEBP", Media.IMAGE),
    (8, b"WAVE", Media.AUDIO),
    (8, b"AVI ", Media.VIDEO),
    (4, b"ftypM4A", Media.AUDIO),
    (4, b"ftyp", Media.VIDEO),
    (0, b"\x1aE\xdf\xa3", Media.VIDEO),
    (0, b"\0\0\x01\xba", Media.VIDEO),
    (0, b"fLaC", Media.AUDIO),
    (0, b"ID3", Media.AUDIO),
    (0, b"OggS", Media.AUDIO),
    (0, b"FORM", Media.AUDIO),
    (0, b".snd", Media.AUDIO),
    (0, b"caff", Media.AUDIO),
    (0, b"riff", Media.AUDIO),
    (0, b"NIST_1A", Media.AUDIO),
    (0, b"Creative Voice File", Media.AUDIO),
    (0, b"#!AMR", Media.AUDIO),
    (0, b"wvpk", Media.AUDIO),
    (0, b"TTA1", Media.AUDIO),
)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading, or raise MediaError with what to do."""
    name = path.name
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise MediaError(f"{name} is a folder: add the files inside it instead.")
        if not stat.S_ISREG(mode):
            raise MediaError(f"{name} is a device or a pipe: add a plain file instead.")
        file = path.open("rb")
    except FileNotFoundError:
        raise MediaError(
            f"{name} was not found: put the file back or relocate its folder."
        ) from None
    except PermissionError:
        raise MediaError(
            f"{name} may not be read: allow your account to read the file."
        ) from None
    except (OSError, ValueError) as error:
        raise MediaError(
            f"{name} cannot be opened ({_reason(error)}): check the disk and the path."
        ) from error
    with file:
        yield file


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def media_kind(path: Path) -> Media | None:
    """The kind of media of a file by its suffix, else by its first bytes.

    None for anything AnnoLab does not label. The file is opened only when the
    suffix is unknown; a file that cannot be read has no kind.
    """
    known = SUFFIXES.get(path.suffix.lower())
    if known is not None:
        return known
    try:
        with opened(path) as file:
            head = file.read(HEAD)
    except (MediaError, OSError):
        return None
    for offset, magic, media in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return media
    return None


def digest(path: Path) -> tuple[bytes, int]:
    """SHA-256 of a file's bytes and their number; MediaError if unreadable."""
    total = 0
    sha = hashlib.sha256()
    with opened(path) as file:
        try:
            while piece := file.read(PIECE):
                sha.update(piece)
                total += len(piece)
        except OSError as error:
            raise MediaError(
                f"{path.name} cannot be read to its end ({_reason(error)}): "
                "check the disk."
            ) from error
    return sha.digest(), total
