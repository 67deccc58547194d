"""Every kind of picture comes out with its true pixels, upright."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from annolab.media.image import Picture, load, load_raw, probe
from tests.unit.media.pictures import (
    ORIENTATIONS,
    encode,
    exif,
    photograph,
    png_chunks,
    png_of,
    quarters,
    rgba_of,
    stored_as,
    tiff,
    written,
)

KINDS = ("JPEG", "PNG", "TIFF", "WEBP")
SUFFIX = {"JPEG": "jpg", "PNG": "png", "TIFF": "tif", "WEBP": "webp"}


def colours(picture: Picture) -> NDArray[np.uint8]:
    """RGB of a picture that must be opaque and in the documented layout."""
    pixels = picture.pixels
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 4
    assert pixels.flags.c_contiguous
    assert not picture.alpha
    assert (pixels[..., 3] == 255).all()
    return rgba_of(pixels)[..., :3]


def grey(picture: Picture) -> NDArray[np.uint8]:
    """The one channel of a grey picture."""
    rgb = colours(picture)
    assert (rgb == rgb[..., :1]).all()
    return rgb[..., 0]


def noise(*shape: int, high: int = 256) -> NDArray[np.int64]:
    return np.random.default_rng(7).integers(0, high, shape)


# Orientation


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("format_", KINDS)
def test_every_orientation_of_every_format_is_upright(
    tmp_path: Path, format_: str, orientation: int
) -> None:
    data = photograph(format_, orientation)
    path = written(tmp_path, data, f"a.{SUFFIX[format_]}")
    info = probe(path)
    picture = load(path)
    assert (info.width, info.height) == (picture.width, picture.height) == (64, 48)
    assert info.orientation == orientation
    assert info.format == format_
    off_by = np.abs(colours(picture).astype(int) - quarters())
    # JPEG cannot be exact; a wrong turn is off by 150 in whole quarters
    assert off_by.max() <= (8 if format_ == "JPEG" else 0)
    assert np.array_equal(load_raw(path), colours(picture))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("format_", KINDS)
def test_a_reduced_picture_is_upright_too(
    tmp_path: Path, format_: str, orientation: int
) -> None:
    data = photograph(format_, orientation)
    path = written(tmp_path, data, f"a.{SUFFIX[format_]}")
    picture = load(path, max_size=(16, 100))
    assert picture.pixels.shape == (12, 16, 4)
    assert (picture.width, picture.height, picture.scale) == (64, 48, 0.25)
    centres = colours(picture)[[3, 3, 9, 9], [4, 12, 4, 12]].astype(int)
    truth = quarters()[[12, 12, 36, 36], [16, 48, 16, 48]]
    assert np.abs(centres - truth).max() <= 8


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_deep_pictures_are_upright(tmp_path: Path, orientation: int) -> None:
    upright = noise(9, 14, high=60_000).astype(np.uint16)
    data = tiff(stored_as(upright, orientation), orientation=orientation)
    in_tiff = written(tmp_path, data, "a.tif")
    chunks = png_chunks(
        bytes(cv2.imencode(".png", stored_as(upright, orientation))[1].tobytes())
    )
    chunks.insert(-1, (b"eXIf", exif(orientation)[6:]))  # after the pixels
    in_png = written(tmp_path, png_of(chunks), "a.png")
    for path in (in_tiff, in_png):
        assert (probe(path).width, probe(path).height) == (14, 9)
        assert np.array_equal(load_raw(path), upright)
        assert load(path).pixels.shape == (9, 14, 4)


def test_orientation_that_is_nonsense_is_ignored(tmp_path: Path) -> None:
    data = encode(Image.fromarray(quarters()), "JPEG", exif=exif(9))
    assert probe(written(tmp_path, data, "a.jpg")).orientation == 1
    tagged = written(tmp_path, tiff(quarters(), orientation=77), "a.tif")
    assert probe(tagged).orientation == 1
    assert np.array_equal(colours(load(tagged)), quarters())


def test_we_turn_as_pillow_does(tmp_path: Path) -> None:
    """Trainers turn by ImageOps.exif_transpose, also by XMP alone."""
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description '
        b'tiff:Orientation="6"/></x:xmpmeta>'
    )
    image = Image.fromarray(quarters())
    for format_, options in (
        ("JPEG", {"xmp": xmp, "quality": 100}),
        ("WEBP", {"xmp": xmp, "lossless": True}),
        ("TIFF", {"tiffinfo": {700: xmp}}),
    ):
        path = written(tmp_path, encode(image, format_, **options), f"a.{format_}")
        with Image.open(path) as opened:
            truth = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
        assert truth.shape == (64, 48, 3)
        assert (probe(path).width, probe(path).height) == (48, 64)
        assert np.array_equal(colours(load(path)), truth)


# Modes of 8 bits and fewer


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_jpeg_equals_pillow(
    tmp_path: Path, mode: str, subsampling: int, progressive: bool
) -> None:
    noisy = Image.fromarray(noise(53, 71, 3).astype(np.uint8)).convert(mode)
    options: dict[str, Any] = {"quality": 85, "progressive": progressive}
    if mode == "RGB":
        options["subsampling"] = subsampling
    path = written(tmp_path, encode(noisy, "JPEG", **options), "a.jpg")
    with Image.open(path) as opened:
        truth = np.asarray(opened.convert("RGB"))
    assert np.array_equal(colours(load(path)), truth)


def test_jpeg_with_something_behind_it_is_whole(tmp_path: Path) -> None:
    """Phones put a film behind the picture."""
    path = written(tmp_path, photograph("JPEG") + bytes(range(256)) * 40, "a.jpg")
    picture = load(path)
    assert picture.problem == ""
    assert np.abs(colours(picture).astype(int) - quarters()).max() <= 8


def test_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    """Adobe inverts the inks, and so does everybody who writes CMYK JPEG."""
    cmyk = Image.fromarray(quarters()).convert("CMYK")
    data = encode(cmyk, "JPEG", quality=100, subsampling=0)
    assert b"Adobe" in data
    picture = load(written(tmp_path, data, "a.jpg"))
    assert np.abs(colours(picture).astype(int) - quarters()).max() <= 12


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "jpeg", "tiff_deflate"])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_tiff_of_8_bits(tmp_path: Path, mode: str, compression: str | None) -> None:
    image = Image.fromarray(quarters()).convert(mode)
    data = encode(image, "TIFF", compression=compression)
    picture = load(written(tmp_path, data, "a.tif"))
    truth = np.asarray(image.convert("RGB")).astype(int)
    allowed = 14 if compression == "jpeg" else 0
    assert np.abs(colours(picture) - truth).max() <= allowed


def test_strips_and_tiles(tmp_path: Path) -> None:
    values = noise(100, 150).astype(np.uint8)
    strips = cv2.imencode(".tif", values, [cv2.IMWRITE_TIFF_ROWSPERSTRIP, 7])[1]
    for data in (strips.tobytes(), _tiled(values, 64)):
        assert np.array_equal(grey(load(written(tmp_path, data, "a.tif"))), values)


def _tiled(pixels: NDArray[np.uint8], side: int) -> bytes:
    """A grey TIFF in uncompressed square tiles."""
    height, width = pixels.shape
    down, across = -(-height // side), -(-width // side)
    room = np.zeros((down * side, across * side), np.uint8)
    room[:height, :width] = pixels
    tiles = [
        room[y * side : (y + 1) * side, x * side : (x + 1) * side].tobytes()
        for y in range(down)
        for x in range(across)
    ]
    count, lists = len(tiles), 8 + side * side * len(tiles)
    offsets = [8 + side * side * index for index in range(count)]
    entries = (
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1),
        (262, 3, 1, 1), (277, 3, 1, 1), (322, 4, 1, side), (323, 4, 1, side),
        (324, 4, count, lists), (325, 4, count, lists + 4 * count),
    )  # fmt: skip
    body = b"".join(tiles) + struct.pack(f"<{count}L", *offsets)
    body += struct.pack(f"<{count}L", *[side * side] * count)
    fields = b"".join(struct.pack("<HHLL", *entry) for entry in entries)
    directory = struct.pack("<H", len(entries)) + fields + bytes(4)
    return b"II*\0" + struct.pack("<L", 8 + len(body)) + body + directory


def test_palette_with_transparency(tmp_path: Path) -> None:
    image = Image.fromarray(quarters()).quantize(4)
    clear = image.getpixel((0, 0))
    for format_ in ("PNG", "GIF"):
        data = encode(image, format_, transparency=clear)
        picture = load(written(tmp_path, data, f"a.{format_}"))
        assert picture.alpha
        rgba = rgba_of(picture.pixels)
        assert not rgba[:24, :32].any()
        assert (rgba[24:, :, 3] == 255).all()
        assert np.array_equal(rgba[24:, :, :3], quarters()[24:])


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "TIFF"])
def test_alpha_is_premultiplied_and_raw_is_not(tmp_path: Path, format_: str) -> None:
    rgba = np.dstack([quarters(), np.full((48, 64), 255, np.uint8)])
    rgba[:24, :, 3] = 128
    options = {"lossless": True, "exact": True} if format_ == "WEBP" else {}
    data = encode(Image.fromarray(rgba), format_, **options)
    path = written(tmp_path, data, "a")
    picture = load(path)
    assert picture.alpha
    expected = np.rint(rgba[..., :3] * (rgba[..., 3:] / 255.0))
    shown = rgba_of(picture.pixels)
    assert np.abs(shown[..., :3] - expected).max() <= 1
    assert np.array_equal(shown[..., 3], rgba[..., 3])
    assert np.array_equal(load_raw(path), rgba)


def test_grey_with_alpha_bilevel_and_a_transparent_grey(tmp_path: Path) -> None:
    values = (noise(20, 30) // 64 * 64).astype(np.uint8)
    both = Image.merge(
        "LA", [Image.fromarray(values), Image.fromarray(values[::-1].copy())]
    )
    with_alpha = load(written(tmp_path, encode(both, "PNG"), "la.png"))
    assert np.array_equal(with_alpha.pixels[..., 3], values[::-1])
    one_bit = Image.fromarray(values).convert("1")
    bilevel = load(written(tmp_path, encode(one_bit, "PNG"), "1.png"))
    assert np.array_equal(grey(bilevel), np.asarray(one_bit) * np.uint8(255))
    keyed = encode(Image.fromarray(values), "PNG", transparency=64)
    picture = load(written(tmp_path, keyed, "t.png"))
    assert np.array_equal(picture.pixels[..., 3] == 0, values == 64)


def test_interlaced_png(tmp_path: Path) -> None:
    """Adam7 with all its pixels in pass 7 but for the first: 1 x 2 pixels."""
    head = struct.pack(">LLBBBBB", 1, 2, 8, 0, 0, 0, 1)
    passes = zlib.compress(b"\0\x11" + b"\0\x99")
    chunks = [(b"IHDR", head), (b"IDAT", passes), (b"IEND", b"")]
    picture = load(written(tmp_path, png_of(chunks), "a.png"))
    assert grey(picture).tolist() == [[0x11], [0x99]]


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_bmp(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(quarters()).convert(mode)
    picture = load(written(tmp_path, encode(image, "BMP"), "a.bmp"))
    assert np.array_equal(colours(picture), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG", "TIFF"])
def test_pages(tmp_path: Path, format_: str) -> None:
    pages = [np.roll(quarters(), 16 * n, axis=1) for n in range(3)]
    first, *others = (Image.fromarray(page) for page in pages)
    options = {"lossless": True} if format_ == "WEBP" else {}
    data = encode(first, format_, save_all=True, append_images=others, **options)
    path = written(tmp_path, data, "a")
    assert probe(path).pages == 3
    for number, page in enumerate(pages):
        assert np.array_equal(colours(load(path, number)), page)
    assert np.array_equal(load_raw(path, 2)[..., :3], pages[2])


# More than 8 bits


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("kind", ["u2", "i2", "u4", "i4", "f4", "f8", "u8"])
def test_deep_tiff_is_exact(
    tmp_path: Path, kind: str, channels: int, order: Literal["<", ">"], big: bool
) -> None:
    values = noise(7, 11, channels, high=30_000).astype(kind)
    if np.dtype(kind).itemsize >= 4:
        values *= 70_001  # more than 16 bits, and than float32 holds
    first = values[..., 0].copy() if channels == 1 else values
    second = first[::-1].copy()
    path = written(tmp_path, tiff(first, second, order=order, big=big), "a.tif")
    info = probe(path)
    assert (info.pages, info.bits) == (2, first.dtype.itemsize * 8)
    for page, truth in enumerate((first, second)):
        raw = load_raw(path, page)
        assert raw.dtype == truth.dtype
        assert np.array_equal(raw, truth)
        assert load(path, page).window is not None


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_compressed_16_bits_are_exact(
    tmp_path: Path, channels: int, suffix: str
) -> None:
    values = noise(30, 40, channels, high=65_536).astype(np.uint16)
    order = [2, 1, 0, 3][:channels] if channels > 1 else [0]
    data = cv2.imencode(suffix, np.ascontiguousarray(values[..., order]))[1].tobytes()
    path = written(tmp_path, data, "a" + suffix)
    assert probe(path).bits == 16
    assert np.array_equal(load_raw(path), np.squeeze(values))


def test_the_window_is_taken_from_the_picture_or_given(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(1000, 3000, dtype=np.uint16), (4, 1))
    path = written(tmp_path, tiff(ramp), "a.tif")
    own = load(path)
    assert own.bits == 16
    assert own.window is not None
    assert np.abs(np.subtract(own.window, (1002, 2997))).max() < 1
    assert grey(own)[0, 0] == 0
    assert grey(own)[0, -1] == 255
    given = load(path, window=(0, 4000))
    assert np.array_equal(given.window or (), (0, 4000))
    assert np.array_equal(grey(given), np.rint(ramp / 4000 * 255))


def test_white_is_zero(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint16) * 257, (2, 1))
    path = written(tmp_path, tiff(ramp, photometric=0), "a.tif")
    picture = load(path, window=(0, 65535))
    assert np.array_equal(grey(picture)[0], np.arange(255, -1, -1))
    assert np.array_equal(load_raw(path), ramp)


def test_not_a_number_is_black(tmp_path: Path) -> None:
    values = np.linspace(-5, 5, 40, dtype=np.float32).reshape(4, 10)
    values[0, :3] = np.nan, np.inf, -np.inf
    picture = load(written(tmp_path, tiff(values), "a.tif"))
    assert grey(picture)[0, :3].tolist() == [0, 255, 0]
    assert grey(picture)[-1, -1] == 255


# The rest


@pytest.mark.parametrize("name", ["köpek 狗 🐕.jpg", "a b%20#c.jpg", "UPPER.JPG"])
def test_any_name(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, photograph("JPEG", 6), name)
    assert load(path).pixels.shape == (48, 64, 4)
    deep = written(tmp_path, tiff(noise(5, 6).astype(np.uint16)), name + ".tif")
    assert load(deep).pixels.shape == (5, 6, 4)


def test_reduced_never_enlarges_and_keeps_a_pixel(tmp_path: Path) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    assert load(path, max_size=(1000, 1000)).scale == 1.0
    thin = encode(Image.new("RGB", (400, 2), "red"), "PNG")
    picture = load(written(tmp_path, thin, "thin.png"), max_size=(10, 10))
    assert picture.pixels.shape == (1, 10, 4)


@pytest.mark.parametrize("format_", KINDS)
def test_reduced_is_the_average(tmp_path: Path, format_: str) -> None:
    smooth = cv2.resize(noise(6, 8, 3).astype(np.uint8), (640, 480))
    options: dict[str, Any] = {"lossless": True} if format_ == "WEBP" else {}
    if format_ == "JPEG":
        options["quality"] = 98
    data = encode(Image.fromarray(smooth), format_, **options)
    picture = load(written(tmp_path, data, "a"), max_size=(100, 100))
    truth = cv2.resize(smooth, (100, 75), interpolation=cv2.INTER_AREA)
    assert np.abs(colours(picture).astype(int) - truth).mean() < 2


def test_large_pictures_are_converted_in_strips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.media.decode._STRIP", 1000)
    path = written(tmp_path, photograph("PNG"), "a.png")
    assert np.array_equal(colours(load(path)), quarters())
    small = load(path, max_size=(16, 12))
    assert np.array_equal(colours(small), quarters(16, 12))


def test_importing_loads_no_decoder() -> None:
    code = (
        "import sys, annolab.media.image, annolab.media.thumbnails\n"
        "print([m for m in ('cv2', 'PIL', 'av', 'soundfile') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
