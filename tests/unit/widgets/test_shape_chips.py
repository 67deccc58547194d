"""Chips of the whole picture stand in a row, whatever is selected."""

from __future__ import annotations

from annolab.model.geometry import Keyframe, Track, Whole
from tests.unit.widgets.film_bench import FilmBench


def test_the_chip_beside_a_selected_one_keeps_its_place(
    film_bench: FilmBench,
) -> None:
    one, other = (film_bench.put(Track((Keyframe(0, Whole()),))) for _ in range(2))
    chips = film_bench.canvas.view.scene.chips

    def seen() -> dict[int, float]:
        film_bench.canvas.view.grab()
        return {c.id: c.rect.left() for c in (*chips._fixed, *chips._special)}

    before = seen()
    assert before[one.id] < before[other.id]
    film_bench.session.select((one.id,))
    after = seen()
    assert after[other.id] >= before[other.id]
    assert after[one.id] == before[one.id]
