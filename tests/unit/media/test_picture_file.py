"""Pictures that are written."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from annolab.errors import MediaError
from annolab.media.picture_file import PictureFormat, picture_bytes

PIXELS = np.random.default_rng(1).integers(0, 256, (30, 20, 3), np.uint8)


def test_png_is_exact() -> None:
    with Image.open(BytesIO(picture_bytes(PIXELS, PictureFormat.PNG))) as image:
        assert image.format == "PNG"
        assert (np.array(image) == PIXELS).all()


def test_jpeg_is_near_and_has_its_colours() -> None:
    flat = np.full((16, 16, 3), (200, 30, 60), np.uint8)
    with Image.open(BytesIO(picture_bytes(flat, PictureFormat.JPEG))) as image:
        assert image.format == "JPEG"
        assert np.abs(np.array(image).astype(int) - flat).max() < 6


def test_what_is_too_large_for_jpeg_is_a_sentence() -> None:
    wide = np.zeros((1, 70_000, 3), np.uint8)
    with pytest.raises(MediaError, match="70000 x 1 pixels"):
        picture_bytes(wide, PictureFormat.JPEG)
    assert picture_bytes(wide, PictureFormat.PNG)
