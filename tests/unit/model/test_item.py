"""What an item tells of itself."""

from __future__ import annotations

from dataclasses import replace

from annolab.model.item import Item, Media


def test_seconds_of_sounds_and_films() -> None:
    film = Item(id=1, path="a.mp4", media=Media.VIDEO, length=200.0, rate=20.0)
    assert film.seconds == 10.0
    assert replace(film, rate=None).seconds is None
    sound = Item(id=2, path="a.wav", media=Media.AUDIO, length=3.5)
    assert sound.seconds == 3.5
    assert replace(sound, media=Media.TEXT).seconds is None
