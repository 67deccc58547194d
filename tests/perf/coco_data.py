"""COCO files like those of the 2017 data set, made up from the same statistics.

80 categories with the same gaps in their ids, 7.36 annotations an image, 1.2 %
of them crowds as run lengths, polygons of 22 vertices on average, 540 bytes an
annotation. Made once into `bench-data/`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent.parent.parent / "bench-data"
VAL = (5_000, 36_781)
TRAIN = (118_287, 860_001)
_NO_CATEGORY = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
_URL = "http://images.example.org/val2017/{:012d}.jpg"


def coco_file(images: int, annotations: int) -> Path:
    """The path of the file with so many images and annotations."""
    path = FOLDER / f"instances-{annotations}.json"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        draft = path.with_suffix(".part")
        _write(draft, images, annotations)
        draft.replace(path)
    return path


def _write(path: Path, images: int, annotations: int) -> None:
    random = np.random.default_rng(2017)
    head: dict[str, Any] = {
        "info": {"description": "Made up", "version": "1.0", "year": 2017},
        "licenses": [{"url": "", "id": n, "name": f"License {n}"} for n in range(1, 9)],
        "images": [_image(random, n) for n in range(images)],
        "categories": [
            {"supercategory": f"group {n // 8}", "id": n, "name": f"class {n}"}
            for n in range(1, 91)
            if n not in _NO_CATEGORY
        ],
    }
    categories = [category["id"] for category in head["categories"]]
    with path.open("w", encoding="utf-8") as file:
        file.write(_dump(head)[:-1] + ',"annotations": [')
        for number in range(annotations):
            image = head["images"][int(random.integers(images))]
            mark = _annotation(random, image)
            mark["category_id"] = categories[int(random.integers(len(categories)))]
            mark["id"] = 1_000 + 7 * number
            file.write(("," if number else "") + _dump(mark))
        file.write("]}")


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ": "))


def _image(random: np.random.Generator, number: int) -> dict[str, Any]:
    wide = random.random() < 0.75
    photo = 139 + 113 * number
    return {
        "license": int(random.integers(1, 9)),
        "file_name": f"{photo:012d}.jpg",
        "coco_url": _URL.format(photo),
        "height": 480 if wide else 640,
        "width": 640 if wide else 480,
        "date_captured": "2013-11-21 01:34:01",
        "flickr_url": f"http://photos.example.org/8035/{photo}_a1b2c3d4e5_z.jpg",
        "id": photo,
    }


def _annotation(random: np.random.Generator, image: dict[str, Any]) -> dict[str, Any]:
    width, height = image["width"], image["height"]
    if random.random() < 0.0121:
        return _crowd(random, image, width, height)
    parts = 1 + int(random.random() < 0.12) + int(random.random() < 0.04)
    centre = random.uniform((60, 60), (width - 60, height - 60))
    radius = float(np.clip(random.lognormal(3.4, 0.8), 3, 55))
    rings = [_ring(random, centre, radius / parts) for _ in range(parts)]
    points = np.concatenate(rings)
    low, high = points.min(axis=0), points.max(axis=0)
    box = [*low, *(high - low)]
    return {
        "segmentation": [ring.ravel().tolist() for ring in rings],
        "area": sum(_area(ring) for ring in rings),
        "iscrowd": 0,
        "image_id": image["id"],
        "bbox": [round(float(value), 2) for value in box],
    }


def _ring(
    random: np.random.Generator, centre: NDArray[np.float64], radius: float
) -> NDArray[np.float64]:
    count = int(np.clip(random.lognormal(2.8, 0.6), 3, 200))
    angles = np.sort(random.uniform(0, 2 * np.pi, count))
    reach = radius * random.uniform(0.6, 1.0, count)
    ring = np.column_stack((np.cos(angles), np.sin(angles))) * reach[:, None]
    rounded: NDArray[np.float64] = np.round(ring + centre, 2)
    return rounded


def _area(ring: NDArray[np.float64]) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _crowd(
    random: np.random.Generator, image: dict[str, Any], width: int, height: int
) -> dict[str, Any]:
    columns = int(random.integers(40, 240))
    ones = random.integers(1, height // 3, columns)
    zeros = height - ones
    first = int(random.integers(0, height * (width - columns)))
    counts = [first]
    for one, zero in zip(ones.tolist(), zeros.tolist(), strict=True):
        counts += [one, zero]
    counts[-1] += width * height - sum(counts)
    return {
        "segmentation": {"counts": counts, "size": [height, width]},
        "area": int(ones.sum()),
        "iscrowd": 1,
        "image_id": image["id"],
        "bbox": [first // height, 0, columns + 1, height],
    }
