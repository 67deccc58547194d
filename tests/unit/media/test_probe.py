"""What kind a file is, and its digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from annolab.errors import MediaError
from annolab.media.probe import SUFFIXES, digest, media_kind
from annolab.model.item import Media
from tests.unit.media.pictures import photograph, written


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("a.JPG", Media.IMAGE),
        ("a.tiff", Media.IMAGE),
        ("a.b.mkv", Media.VIDEO),
        ("a.flac", Media.AUDIO),
        ("a.sph", Media.AUDIO),
        ("a.TXT", Media.TEXT),
        ("a.exe", None),
        ("a", None),
    ],
)
def test_suffix_tells_without_opening(name: str, media: Media | None) -> None:
    assert media_kind(Path("/nowhere") / name) == media


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_bytes_tell_when_the_suffix_does_not(tmp_path: Path, format_: str) -> None:
    path = written(tmp_path, photograph(format_), "scan.0001")
    assert media_kind(path) is Media.IMAGE


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"RIFF\0\0\0\0WAVEfmt ", Media.AUDIO),
        (b"RIFF\0\0\0\0AVI LIST", Media.VIDEO),
        (b"\0\0\0\x20ftypisom\0\0\2\0", Media.VIDEO),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", Media.AUDIO),
        (b"NIST_1A\n   1024\n", Media.AUDIO),
        (b"Creative Voice File\x1a", Media.AUDIO),
        (b"#!AMR\n", Media.AUDIO),
        (b"BM is how this letter begins", None),
        (b"", None),
    ],
)
def test_heads(tmp_path: Path, head: bytes, media: Media | None) -> None:
    assert media_kind(written(tmp_path, head, "recording")) == media


def test_a_folder_has_no_kind(tmp_path: Path) -> None:
    assert media_kind(tmp_path) is None


def test_suffixes_are_lower_case_with_a_dot() -> None:
    assert all(s.startswith(".") and s == s.lower() for s in SUFFIXES)


def test_digest_is_sha256_and_size(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000  # more than one piece
    path = written(tmp_path, data, "a.bin")
    assert digest(path) == (hashlib.sha256(data).digest(), len(data))


def test_digest_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.wav was not found"):
        digest(tmp_path / "gone.wav")
