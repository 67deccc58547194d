"""Shapes drawn as pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annolab.media.raster import (
    FILL,
    Ink,
    Outlines,
    Pattern,
    Placement,
    levels,
    rasterize,
)

SQUARE = np.array([(10, 10), (50, 10), (50, 50), (10, 50)], np.float64)
HOLE = np.array([(20, 20), (40, 20), (40, 40), (20, 40)], np.float64)
PLACE = Placement(1.0, 0.0, 0.0, 80, 60)
ALL = np.array([0])


def outlines(*rings: np.ndarray, closed: bool = True, dots: bool = False) -> Outlines:
    """One shape with some rings."""
    points = np.concatenate(rings)
    sizes = np.cumsum([0, *map(len, rings)])
    return Outlines(
        points=points,
        ring_start=sizes.astype(np.int64),
        ring_shape=np.zeros(len(rings), np.int64),
        box=np.array([[*points.min(axis=0), *points.max(axis=0)]]),
        color=np.array([(255, 176, 0)], np.uint8),
        closed=np.array([closed]),
        dots=np.array([dots]),
        upright=np.array([False]),
        pattern=np.array([Pattern.LINE], np.uint8),
    )


def test_a_polygon_has_a_tint_an_outline_and_a_hole() -> None:
    raster = rasterize(outlines(SQUARE, HOLE), PLACE, ALL)
    assert raster.shape == (60, 80, 4)
    assert raster[15, 15].tolist() == [0, 176 * FILL // 255, 255 * FILL // 255, FILL]
    assert raster[30, 30].tolist() == [0, 0, 0, 0]
    assert raster[55, 70].tolist() == [0, 0, 0, 0]
    assert raster[30, 9:11, 3].max() > 100


def test_colours_are_premultiplied_everywhere() -> None:
    raster = rasterize(outlines(SQUARE, HOLE), PLACE, ALL, Ink(2, halo=True))
    assert (raster[:, :, :3].max(axis=2) <= raster[:, :, 3]).all()


def test_scale_and_offset_place_the_shape() -> None:
    raster = rasterize(outlines(SQUARE), Placement(0.5, 20, 10, 80, 60), ALL)
    rows, columns = np.nonzero(raster[:, :, 3])
    assert abs(rows.min() - 15) <= 1
    assert abs(rows.max() - 35) <= 1
    assert abs(columns.min() - 25) <= 1
    assert abs(columns.max() - 45) <= 1


def test_a_part_of_a_raster_equals_the_part_drawn_alone() -> None:
    whole = rasterize(outlines(SQUARE, HOLE), PLACE, ALL)
    part = replace(PLACE, x=-15.0, y=-5.0, width=30, height=20)
    alone = rasterize(outlines(SQUARE, HOLE), part, ALL)
    rim = 4
    inner = whole[5 + rim : 25 - rim, 15 + rim : 45 - rim]
    assert np.array_equal(alone[rim:-rim, rim:-rim], inner)


def test_an_upright_box_is_sharp() -> None:
    shape = replace(outlines(SQUARE + 0.3), upright=np.array([True]))
    raster = rasterize(shape, PLACE, ALL)
    assert set(np.unique(raster[:, :, 3]).tolist()) == {0, FILL, 255}
    assert int((raster[:, :, 3] == 255).sum()) == 4 * 40


def test_strong_shapes_have_a_wider_line() -> None:
    plain = rasterize(outlines(SQUARE), PLACE, ALL)
    strong = rasterize(outlines(SQUARE), PLACE, ALL, Ink(strong=frozenset({0})))
    assert (strong[:, :, 3] > 200).sum() > 1.5 * (plain[:, :, 3] > 200).sum()


@pytest.mark.parametrize("pattern", [Pattern.DASHED, Pattern.DOTTED])
def test_patterns_leave_gaps(pattern: Pattern) -> None:
    shape = replace(outlines(SQUARE), upright=np.array([True]))
    line = rasterize(shape, PLACE, ALL)
    dashed = rasterize(
        replace(shape, pattern=np.array([pattern], np.uint8)), PLACE, ALL
    )
    full = int((line[:, :, 3] == 255).sum())
    assert 0.3 * full < int((dashed[:, :, 3] == 255).sum()) < 0.85 * full


def test_points_are_dots_and_not_joined() -> None:
    raster = rasterize(outlines(SQUARE, closed=False, dots=True), PLACE, ALL)
    assert raster[10, 10, 3] == 255
    assert raster[10, 30, 3] == 0


def test_far_coordinates_and_no_shapes_are_harmless() -> None:
    far = np.array([(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)])
    raster = rasterize(outlines(far), replace(PLACE, scale=64.0), ALL)
    assert (raster[:, :, 3] == FILL).all()
    assert not rasterize(outlines(SQUARE), PLACE, ALL[:0]).any()


def test_levels_halve_until_small() -> None:
    pixels = np.full((100, 300, 4), 200, np.uint8)
    sizes = [level.shape[:2] for level in levels(pixels, smallest=100)]
    assert sizes == [(100, 300), (50, 150), (25, 75)]
    assert all((level == 200).all() for level in levels(pixels, smallest=100))
    thin = np.zeros((1, 5000, 4), np.uint8)
    assert len(levels(thin, smallest=100)) == 1
