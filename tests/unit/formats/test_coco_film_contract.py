"""COCO video keeps the contract of formats."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from tests.film_contract import FilmContract, pictured
from tests.format_memory import Dataset


class TestCocoVideo(FilmContract):
    format_id = "coco-video"
    target = "films.json"
    suffix = ".json"

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return pictured()


class TestCocoVideoKeyframes(TestCocoVideo):
    def options(self) -> Mapping[str, str]:
        return {"frames": "keyframes", "rle": "uncompressed"}


del FilmContract  # not tests themselves
