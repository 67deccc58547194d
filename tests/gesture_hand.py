"""A hand for gestures: it sends pointers and remembers what came of them."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from annolab.gestures import Gesture, Modifier, Phase, Pointer
from annolab.model.geometry import Shape
from annolab.model.validity import problems

Place = tuple[float, float]


class Hand:
    """Sends pointers to a gesture and remembers what it returned."""

    def __init__(self, gesture: Gesture, scale: float = 1.0) -> None:
        self.gesture = gesture
        self.scale = scale
        self.at: Place = (0.0, 0.0)
        self.result: tuple[Shape, ...] | None = None
        self.preview = next(gesture)

    def send(self, phase: Phase, at: Place | None = None, held: int = 0) -> Hand:
        self.at = at or self.at
        x, y = self.at
        try:
            pointer = Pointer(phase, x, y, Modifier(held), self.scale)
            self.preview = self.gesture.send(pointer)
        except StopIteration as stop:
            self.result = stop.value
        return self

    def drag(self, *places: Place, held: int = 0) -> tuple[Shape, ...] | None:
        self.send(Phase.PRESS, places[0], held)
        for place in places[1:]:
            self.send(Phase.MOVE, place, held)
        self.send(Phase.RELEASE, None, held)
        return self.result

    def click(self, *places: Place, held: int = 0) -> Hand:
        for place in places:
            self.send(Phase.PRESS, place, held)
            if self.result is None:
                self.send(Phase.RELEASE, place, held)
        return self


pointers = st.builds(
    Pointer,
    st.sampled_from(Phase),
    st.floats(-200, 300),
    st.floats(-200, 300),
    st.sampled_from([Modifier(n) for n in range(8)]),
    st.sampled_from([0.05, 1.0, 7.5]),
)


def played(gesture: Gesture, events: Iterable[Pointer]) -> tuple[Shape, ...]:
    """What a gesture returns; () when it has not ended."""
    previews = [next(gesture)]
    try:
        for event in events:
            previews.append(gesture.send(event))  # noqa: PERF401  may stop in between
    except StopIteration as stop:
        result: tuple[Shape, ...] = stop.value
        return result
    finally:
        for preview in previews:
            assert not any(problem for s in preview.shapes for problem in problems(s))
        gesture.close()
    return ()
