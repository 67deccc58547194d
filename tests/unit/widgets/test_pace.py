"""Time per item, and how it is said."""

from __future__ import annotations

import pytest

from annolab.widgets.pace import AWAY_SECONDS, Pace, duration


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


def work(pace: Pace, clock: Clock, *seconds: float) -> None:
    """One item, with a change after each of `seconds`."""
    pace.start()
    for each in seconds:
        clock.now += each
        pace.touch()
    pace.finish()


def test_the_mean_is_known_from_the_third_item(clock: Clock) -> None:
    pace = Pace(clock)
    work(pace, clock, 4, 4)
    work(pace, clock, 2)
    assert pace.seconds_per_item is None
    work(pace, clock, 5)
    assert pace.seconds_per_item == pytest.approx(5)


def test_a_pause_is_no_work(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(3):
        work(pace, clock, 3600)
    assert pace.seconds_per_item == AWAY_SECONDS


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (8.24, "8.2 s"),
        (42, "42 s"),
        (239, "4 min"),
        (9600, "2 h 40 min"),
        (7200, "2 h"),
        (1_000_000, "277 h"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
