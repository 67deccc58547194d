"""The line of hints on films."""

from __future__ import annotations

from annolab.model.geometry import Box, Keyframe, Track, Whole
from tests.unit.widgets.film_bench import FilmBench

A = Box(20, 30, 40, 20)


def test_hints_say_what_can_be_done_with_what_is_selected(
    film_bench: FilmBench,
) -> None:
    said: list[str] = []
    film_bench.canvas.hint_changed.connect(said.append)
    select = film_bench.session.select
    shape = film_bench.put(A, 0)
    select((shape.id,))
    assert "Ctrl\N{NO-BREAK SPACE}Shift\N{NO-BREAK SPACE}T" in said[-1]
    one, other = film_bench.track(Keyframe(0, A)), film_bench.track(Keyframe(0, A))
    assert "ends it" in said[-1]
    ended = film_bench.track(Keyframe(0, A), Keyframe(3, A, outside=True))
    film_bench.go(5)
    assert "Not seen" in said[-1]
    select((one.id, other.id))
    assert ended.id not in film_bench.session.selection
    assert "swaps them" in said[-1]
    tag = film_bench.put(Track((Keyframe(0, Whole()),)))
    select((tag.id,))
    assert "ends on the timeline" in said[-1]
    select(())
    assert "plays" in said[-1]
    assert "draws a box" in said[-1]


def test_hints_tell_of_the_range_and_of_following(film_bench: FilmBench) -> None:
    said: list[str] = []
    canvas = film_bench.canvas
    canvas.hint_changed.connect(said.append)
    canvas.timeline.marked.select(2, 5)
    assert "labels the range" in said[-1]
    canvas.set_tool("box")
    assert said[-1].startswith("Drag")
    canvas.set_tool("select")
    film_bench.track(Keyframe(0, A))
    film_bench.act("video.follow")
    assert "follows" in said[-1]
    film_bench.act("image.cancel")
    assert "ends it" in said[-1]
