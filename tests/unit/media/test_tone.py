"""Window and level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from annolab.media.tone import auto_window, tone

NUMBERS = st.sampled_from(["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"])
SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9))


@given(
    NUMBERS.flatmap(lambda kind: arrays.arrays(kind, SHAPES)),
    st.floats(-1e6, 1e6),
    st.floats(0.001, 1e6),
)
def test_tone_is_the_formula(raw: np.ndarray, low: float, width: float) -> None:
    high = low + width
    with np.errstate(all="ignore"):
        exact = (raw.astype(np.float64) - low) * (255.0 / (high - low))
    exact = np.nan_to_num(exact, nan=0.0, posinf=255.0, neginf=0.0)
    shown = tone(raw, low, high)
    assert shown.dtype == np.uint8
    assert np.array_equal(shown, np.rint(np.clip(exact, 0, 255)))


def test_no_width_at_all_is_a_threshold() -> None:
    raw = np.array([[1, 2, 3]], np.uint16)
    assert tone(raw, 2, 2).tolist() == [[0, 0, 255]]


@given(NUMBERS.flatmap(lambda kind: arrays.arrays(kind, SHAPES)))
def test_auto_window_lies_within_the_finite_values(raw: np.ndarray) -> None:
    low, high = auto_window(raw)
    assert np.isfinite([low, high]).all()
    assert low <= high
    finite = raw[np.isfinite(raw)].astype(np.float64)
    if finite.size:
        slack = 1e-6 * max(1.0, float(np.abs(finite).max()))
        assert float(finite.min()) - slack <= low
        assert high <= float(finite.max()) + slack


def test_auto_window_of_the_largest_floats_there_are() -> None:
    most = np.finfo(np.float64).max
    low, high = auto_window(np.array([[-most, most]]))
    assert -most <= low < high <= most


def test_auto_window_drops_single_hot_pixels_but_not_a_few_marks() -> None:
    noisy = np.random.default_rng(0).normal(100, 5, (500, 500))
    noisy[7, 7] = 1e9
    assert auto_window(noisy)[1] < 130
    marks = np.zeros((500, 500), np.uint16)
    marks[:5, :5] = 900
    assert auto_window(marks) == (0, 900)


def test_alpha_has_no_say() -> None:
    raw = np.zeros((20, 20, 4), np.uint16)
    raw[..., :3] = np.arange(400).reshape(20, 20, 1)
    raw[..., 3] = 65535
    assert auto_window(raw)[1] < 400


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nothing_finite(value: float) -> None:
    assert auto_window(np.full((3, 3), value, np.float32)) == (0.0, 1.0)
