"""The sample pictures: readable, small, with rights and annotations that fit."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
from pycocotools import mask

from annolab.media.image import load, probe
from annolab.settings import resource

FOLDER = resource("samples")
PICTURES = sorted(FOLDER.glob("*.jpg"))
FILM = FOLDER / "crossing.xml"
TEXT = FOLDER / "market-day.ann"


@pytest.fixture(scope="module")
def coco() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "annotations.json").read_text())
    return found


def test_small_and_of_named_rights() -> None:
    assert 6 <= len(PICTURES) <= 10
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_500_000
    rights = (FOLDER / "LICENSES.md").read_text()
    for path in PICTURES:
        assert f"`{path.name}`" in rights
        assert load(path).problem == ""


def test_every_picture_is_annotated(coco: dict[str, Any]) -> None:
    images = {image["file_name"]: image for image in coco["images"]}
    assert sorted(images) == [path.name for path in PICTURES]
    marked = {one["image_id"] for one in coco["annotations"]}
    for path in PICTURES:
        info = probe(path)
        image = images[path.name]
        assert (image["width"], image["height"]) == (info.width, info.height)
        assert image["id"] in marked


def test_annotations_lie_on_their_pictures(coco: dict[str, Any]) -> None:
    sizes = {image["id"]: (image["width"], image["height"]) for image in coco["images"]}
    kinds = set()
    for one in coco["annotations"]:
        width, height = sizes[one["image_id"]]
        x, y, w, h = one["bbox"]
        assert 0 <= x < x + w <= width + 0.1
        assert 0 <= y < y + h <= height + 0.1
        shape = one["segmentation"]
        if isinstance(shape, dict):
            kinds.add("mask")
            assert shape["size"] == [height, width]
            assert mask.area(shape) == one["area"]
        elif shape:
            kinds.add("polygon" if len(shape) == 1 else "parts")
            assert all(len(part) >= 6 for part in shape)
        else:
            kinds.add("keypoints" if "keypoints" in one else "box")
    assert kinds == {"mask", "polygon", "parts", "box", "keypoints"}


def test_the_schema_names_the_labels(coco: dict[str, Any]) -> None:
    schema = tomllib.loads((FOLDER / "schema.toml").read_text())
    labels = {label["name"]: label for label in schema["label"]}
    of_pictures = {name for name, label in labels.items() if "kinds" not in label}
    of_films = set(re.findall(r'<track id="\d+" label="(\w+)"', FILM.read_text()))
    assert {"car", "van"} < of_films
    named = {label["name"] for label in coco["categories"]}
    assert of_pictures == named | of_films
    of_texts = re.findall(r"^[TER]\d+\t(\w+)", TEXT.read_text("utf-8"), re.MULTILINE)
    assert set(of_texts) <= set(labels)
    for category in coco["categories"]:
        assert category.get("keypoints") == labels[category["name"]].get("keypoints")
    keys = {key for one in coco["annotations"] for key in one["attributes"]}
    declared = {spec["name"] for spec in schema["attribute"]}
    assert keys - declared <= {"lit", "cup_to_disc"}  # free key-values, on purpose
