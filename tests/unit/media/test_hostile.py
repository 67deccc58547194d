"""Files that lie, are cut off or are no pictures: one sentence, nothing else."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from annolab.errors import MediaError
from annolab.media.image import MAX_PIXELS, load, load_raw, probe
from tests.unit.media.pictures import (
    encode,
    exif,
    photograph,
    png_of,
    quarters,
    stored_as,
    tiff,
    written,
)


def sentence(path: Path, page: int = 0, *, max_pixels: int = MAX_PIXELS) -> str:
    """What `load` says; one sentence that names the file."""
    with pytest.raises(MediaError) as caught:
        load(path, page, max_pixels=max_pixels)
    text = str(caught.value)
    assert path.name in text
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 300
    return text


# Not a picture


def test_what_is_no_picture(tmp_path: Path) -> None:
    assert "not found" in sentence(tmp_path / "gone.jpg")
    assert "folder" in sentence(tmp_path)
    assert "empty" in sentence(written(tmp_path, b"", "empty.png"))
    text = written(tmp_path, b"Dear picture, " * 9, "letter.jpg")
    assert "convert it" in sentence(text)
    script = written(tmp_path, b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9", "a")
    assert "convert it" in sentence(script)  # Pillow would start Ghostscript


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "pipe" in sentence(tmp_path / "pipe.jpg")


def test_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, photograph("JPEG"), "a.jpg")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "allow" in sentence(path)


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    for format_ in ("GIF", "PNG", "TIFF", "JPEG", "WEBP", "BMP"):
        data = encode(Image.fromarray(quarters()), format_)
        assert "page 8" in sentence(written(tmp_path, data, format_), page=7)


# Lies about the size


def bmp(width: int, height: int) -> bytes:
    head = struct.pack("<LlLHHLLLLLL", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<LLL", 60, 0, 54) + head + bytes(6)


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(pixels)
    return png_of([(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")])


def gif(width: int, height: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0)
    return head + frame + b"\x02\x02\x4c\x01\x00;"


def webp(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"VP8L" + struct.pack("<LBL", 6, 0x2F, bits) + b"\0\0"
    return b"RIFF" + struct.pack("<L", len(body) + 4) + b"WEBP" + body


def jpeg(width: int, height: int) -> bytes:
    data = photograph("JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def tiff_of(width: int, height: int) -> bytes:
    data = bytearray(tiff(np.zeros((4, 4), np.uint8)))
    start = struct.unpack_from("<L", data, 4)[0] + 2
    struct.pack_into("<L", data, start + 8, width)
    struct.pack_into("<L", data, start + 20, height)
    struct.pack_into("<L", data, start + 8 * 12 + 8 - 12, height)
    return bytes(data)


BOMBS = {
    "bmp": bmp,
    "png": png,
    "gif": gif,
    "webp": webp,
    "jpeg": jpeg,
    "tiff": tiff_of,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_header_that_promises_too_much(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, BOMBS[kind](16_000, 16_000), kind)
    info = probe(path)  # reading a header costs nothing
    assert (info.width, info.height) == (16_000, 16_000)
    assert "no honest picture" in sentence(path)
    with pytest.raises(MediaError):
        load_raw(path)


@pytest.mark.parametrize("kind", ["bmp", "png", "gif", "jpeg", "tiff"])
def test_too_many_pixels_say_how_many_may_be(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, BOMBS[kind](60_000, 60_000), kind)
    said = sentence(path)
    assert "3,600 million" in said
    assert "600" in said
    assert "settings" in said


def test_the_limit_can_be_raised_and_lowered(tmp_path: Path) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    assert "limit" in sentence(path, max_pixels=64 * 48 - 1)
    assert load(path, max_pixels=64 * 48).problem == ""


def test_more_pixels_than_pillow_would_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for format_ in ("JPEG", "PNG", "TIFF", "WEBP", "BMP"):
        data = encode(Image.fromarray(quarters()), format_)
        if format_ != "WEBP":  # at most 268 million pixels, Pillow opens 179
            assert load(written(tmp_path, data, format_)).width == 64
    assert Image.MAX_IMAGE_PIXELS == 100


def test_scans_without_end(tmp_path: Path) -> None:
    """Each scan of a progressive JPEG goes over all pixels, and takes 10 bytes."""
    plain = np.zeros((3000, 3000), np.uint8)
    data = encode(Image.fromarray(plain), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    honest = written(tmp_path, data, "honest")
    assert load(honest).problem == ""
    bait = data[:last] + data[last:-2] * 5000 + data[-2:]
    assert "hours" in sentence(written(tmp_path, bait, "bait"))


def test_frames_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [Image.fromarray(np.roll(quarters(), n, axis=1)) for n in range(5)]
    data = encode(pages[0], "GIF", save_all=True, append_images=pages[1:])
    path = written(tmp_path, data, "a.gif")
    monkeypatch.setattr("annolab.media.image_header._MAX_WORK", 64 * 48 * 4)
    assert load(path, 3).problem == ""
    assert "hours" in sentence(path, 4)


@pytest.mark.parametrize("kind", ["bmp", "png", "jpeg", "tiff", "gif"])
def test_no_pixels_at_all(tmp_path: Path, kind: str) -> None:
    sentence(written(tmp_path, BOMBS[kind](0, 7), kind))


def test_a_ring_of_directories_ends(tmp_path: Path) -> None:
    data = bytearray(tiff(quarters(), quarters()))
    first = struct.unpack_from("<L", data, 4)[0]
    struct.pack_into("<L", data, len(data) - 4, first)  # the last leads to the first
    assert probe(written(tmp_path, bytes(data), "a.tif")).pages == 2


# Cut off


def noisy() -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (300, 200, 3)).astype(np.uint8)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "BMP", "TIFF"])
def test_a_picture_that_is_cut_off_is_shown_in_part(
    tmp_path: Path, format_: str
) -> None:
    data = encode(Image.fromarray(noisy()), format_)
    whole = load(written(tmp_path, data, "whole"))
    assert whole.problem == ""
    cut = load(written(tmp_path, data[: len(data) * 2 // 3], "cut"))
    assert cut.problem.startswith("cut ")
    assert "part" in cut.problem
    assert (cut.width, cut.height) == (200, 300)
    order = -1 if format_ == "BMP" else 1  # BMP begins with its last row
    assert np.array_equal(cut.pixels[::order][:150], whole.pixels[::order][:150])
    assert not np.array_equal(cut.pixels[::order][-50:], whole.pixels[::order][-50:])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "TIFF", "PNG"])
def test_what_is_cut_off_is_upright(
    tmp_path: Path, format_: str, orientation: int
) -> None:
    stored = Image.fromarray(np.ascontiguousarray(stored_as(noisy(), orientation)))
    options: dict[str, Any] = {"exif": exif(orientation)}
    if format_ == "TIFF":
        options = {"tiffinfo": {274: orientation}}
    data = encode(stored, format_, **options)
    whole = load(written(tmp_path, data, "whole"))
    cut = load(written(tmp_path, data[: len(data) * 3 // 4], "cut"))
    assert cut.problem
    assert (cut.width, cut.height) == (200, 300)
    same = (cut.pixels == whole.pixels).all(axis=2)
    assert stored_as(same, orientation)[:100].mean() > 0.99


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF"])
def test_every_length_of_a_file(tmp_path: Path, format_: str) -> None:
    data = encode(Image.fromarray(quarters(16, 12)), format_)
    for length in range(len(data)):
        survive(written(tmp_path, data[:length], "cut"))


# Anything


@cache
def originals() -> tuple[bytes, ...]:
    """A small valid file of every kind that is read."""
    return tuple(_originals())


def _originals() -> Iterator[bytes]:
    noisy = np.random.default_rng(5).integers(0, 60, (32, 40, 3)).astype(np.uint8)
    pixels = noisy + quarters(40, 32) // 2
    image = Image.fromarray(pixels)
    more: dict[str, Any] = {
        "save_all": True,
        "append_images": [image.rotate(90), image.rotate(10)],
    }
    yield encode(image, "JPEG", exif=exif(6))
    yield encode(image, "JPEG", progressive=True)
    yield encode(image.convert("CMYK"), "JPEG")
    yield encode(image.convert("L"), "JPEG")
    yield encode(image, "PNG", exif=exif(3))
    yield encode(image.quantize(16), "PNG", transparency=0)
    yield encode(image, "PNG", **more)
    yield cv2.imencode(".png", pixels.astype(np.uint16) * 200)[1].tobytes()
    for compression in (None, "tiff_lzw", "tiff_deflate", "jpeg", "packbits"):
        yield encode(image, "TIFF", compression=compression, tiffinfo={274: 6})
    yield encode(image.convert("1"), "TIFF", compression="group4")
    yield encode(image, "TIFF", **more)
    yield tiff(pixels.astype(np.uint16) * 99, orientation=6)
    yield tiff(pixels[..., 0].astype(np.float32), order=">")
    yield tiff(pixels.astype(np.uint16), pixels.astype(np.uint16), big=True)
    yield cv2.imencode(".tif", pixels.astype(np.uint16) * 99)[1].tobytes()
    yield encode(image, "WEBP", exif=exif(8))
    yield encode(image.convert("RGBA"), "WEBP", lossless=True)
    yield encode(image, "WEBP", **more)
    yield encode(image, "BMP")
    yield encode(image.quantize(16), "BMP")
    yield encode(image, "GIF")
    yield encode(image, "GIF", **more)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file of any kind with bytes changed, lost, added, or its end missing."""
    data = bytearray(draw(st.sampled_from(originals())))
    near = st.integers(0, 250) | st.integers(0, 1 << 14)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(near) % max(1, len(data))
        how = draw(st.sampled_from(["change", "lose", "add", "cut", "number"]))
        if how == "change":
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
        elif how == "lose":
            del data[at : at + draw(st.integers(1, 20))]
        elif how == "add":
            data[at:at] = draw(st.binary(min_size=1, max_size=30))
        elif how == "cut":
            del data[max(1, at) :]
        else:
            extreme = (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\0\0\1\0")
            data[at : at + 4] = draw(st.sampled_from(extreme))
    return bytes(data)


def survive(path: Path, page: int = 0) -> None:
    """Whatever is in the file: a well-formed picture or a MediaError."""
    try:
        probe(path)
        picture = load(path, page)
        small = load(path, page, max_size=(9, 9))
        raw = load_raw(path, page)
    except MediaError as error:
        text = str(error)
        assert path.name in text
        assert "\n" not in text
        return
    height, width = picture.pixels.shape[:2]
    assert (picture.width, picture.height) == (width, height)
    assert picture.pixels.flags.c_contiguous
    assert picture.pixels.shape[2] == 4
    assert raw.shape[:2] == (height, width)
    assert max(small.pixels.shape[:2]) <= 9


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(data=damaged(), page=st.integers(0, 2))
def test_damaged_files_never_do_worse_than_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, page: int
) -> None:
    survive(written(tmp_path_factory.getbasetemp(), data, "damaged"), page)


@given(
    data=st.binary(max_size=300), head=st.sampled_from([b"", b"\xff\xd8\xff", b"BM"])
)
def test_noise_is_no_picture(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    survive(written(tmp_path_factory.getbasetemp(), head + data, "noise"))
