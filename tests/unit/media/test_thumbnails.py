"""Thumbnails and their cache."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annolab.errors import MediaError
from annolab.media import thumbnails
from annolab.media.thumbnails import cache_folder, empty_cache, thin, thumbnail
from tests.unit.media.pictures import encode, photograph, quarters, rgba_of, written


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_made_and_kept(tmp_path: Path, cache: Path) -> None:
    path = written(tmp_path, photograph("JPEG", 6), "a.jpg")
    made = thumbnail(path, 32, folder=cache)
    assert made.shape == (24, 32, 4)
    assert len(files(cache)) == 1
    kept = thumbnail(path, 32, folder=cache)
    assert kept.shape == made.shape
    assert np.abs(kept.astype(int) - made).mean() < 6
    assert (kept[..., 3] == 255).all()
    assert files(tmp_path) == [path, *files(cache)]


def test_the_cache_is_used(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    thumbnail(path, 32, folder=cache)
    monkeypatch.delattr(thumbnails, "load")
    assert thumbnail(path, 32, folder=cache).shape == (24, 32, 4)
    with pytest.raises(NameError):
        thumbnail(path, 16, folder=cache)


def test_a_changed_picture_gets_a_new_one(tmp_path: Path, cache: Path) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    thumbnail(path, 32, folder=cache)
    path.write_bytes(encode(Image.new("RGB", (10, 40), "red"), "PNG"))
    os.utime(path, ns=(1, 1))
    new = thumbnail(path, 32, folder=cache)
    assert new.shape == (32, 8, 4)
    assert np.array_equal(rgba_of(new)[0, 0], [255, 0, 0, 255])


def test_transparent_pictures_lie_on_grey(tmp_path: Path, cache: Path) -> None:
    rgba = np.dstack([quarters(), np.zeros((48, 64), np.uint8)])
    path = written(tmp_path, encode(Image.fromarray(rgba), "PNG"), "a.png")
    made = thumbnail(path, 64, folder=cache)
    assert np.array_equal(np.unique(made[..., :3]), [128])


@pytest.mark.parametrize("damage", [b"", b"no picture", photograph("JPEG")])
def test_a_damaged_cache_is_made_anew(
    tmp_path: Path, cache: Path, damage: bytes
) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    made = thumbnail(path, 32, folder=cache)
    (kept,) = files(cache)
    kept.write_bytes(damage)
    assert np.array_equal(thumbnail(path, 32, folder=cache), made)
    assert kept.read_bytes() != damage


def test_no_cache_is_no_problem(tmp_path: Path) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    in_the_way = written(tmp_path, b"", "cache")
    assert thumbnail(path, 32, folder=in_the_way).shape == (24, 32, 4)


def test_broken_pictures_raise_and_leave_nothing(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(MediaError):
        thumbnail(written(tmp_path, b"nothing", "a.png"), 32, folder=cache)
    assert files(cache) == []


def test_bounded_oldest_first(tmp_path: Path, cache: Path) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    for size in range(10, 20):
        thumbnail(path, size, folder=cache)
    places = files(cache)
    for age, place in enumerate(places):
        os.utime(place, (age, age))
    total = sum(place.stat().st_size for place in places)
    assert thin(cache, max_bytes=total) == 0
    freed = thin(cache, max_bytes=total - 1)
    left = files(cache)
    assert left == sorted(places[len(places) - len(left) :])
    assert sum(place.stat().st_size for place in left) == total - freed
    assert total - freed <= total * 3 / 4


def test_thinned_now_and_then(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "_THIN_EVERY", 1)
    monkeypatch.setattr(thumbnails.thin, "__kwdefaults__", {"max_bytes": 0})
    path = written(tmp_path, photograph("PNG"), "a.png")
    thumbnail(path, 32, folder=cache)
    assert files(cache) == []


def test_emptied(tmp_path: Path) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    thumbnail(path, 32)
    assert len(files(cache_folder())) == 1
    assert empty_cache() > 0
    assert files(cache_folder()) == []
    assert empty_cache() == 0


def test_many_writers(tmp_path: Path, cache: Path) -> None:
    path = written(tmp_path, photograph("PNG"), "a.png")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: thumbnail(path, 32, folder=cache), range(64)))
    assert {one.shape for one in made} == {(24, 32, 4)}
    assert len(files(cache)) == 1
