"""COCO of train2017 size, in and out; takes minutes."""

from __future__ import annotations

from collections.abc import Iterator

from tests.perf.bench_coco import measured
from tests.perf.coco_data import TRAIN
from tests.perf.table import Row


def rows() -> Iterator[Row]:
    """One run of each."""
    yield from measured(*TRAIN, repeat=1)
