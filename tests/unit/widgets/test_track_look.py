"""How tracks look: colours, the onion skin, the object in the middle of the view."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from annolab.model.geometry import Box, Keyframe, Track, Whole
from annolab.settings import load_settings
from annolab.widgets.track_look import AFTER, BEFORE, TrackColors, paint_skins, skins
from annolab.widgets.view import View
from tests.unit.widgets.film_bench import FilmBench

A, B = Box(20, 30, 40, 20), Box(60, 30, 40, 20)
LINE = (Keyframe(0, A), Keyframe(10, B), Keyframe(12, B, outside=True))


def test_colours_stay_and_differ() -> None:
    colors = TrackColors()
    first = [colors.of(id_) for id_ in range(8)]
    assert len(set(first)) == 8
    assert [colors.of(id_) for id_ in range(8)] == first
    assert colors.of(8) == first[0]


def test_tracks_have_colours_of_their_own_on_demand(film_bench: FilmBench) -> None:
    tracks = [film_bench.track(Keyframe(0, A)) for _ in range(2)]
    shape = film_bench.put(B, 0)
    store = film_bench.canvas.view.scene.store

    def colors() -> list[tuple[int, int, int]]:
        marks = [store.get(a.id) for a in (*tracks, shape)]
        return [mark.color for mark in marks if mark is not None]

    label = colors()[2]
    assert colors() == [label] * 3
    film_bench.act("video.track_colors")
    assert film_bench.canvas.states()["video.track_colors"]
    first, second, other = colors()
    assert first != second
    assert other == label
    rows = film_bench.canvas.film.tracks
    shown = [rows.look().color_of(track) for track in tracks]
    assert shown == [QColor(*first), QColor(*second)]
    path = film_bench.session.settings.path
    assert load_settings(path).text("video.colors") == "track"
    film_bench.act("video.track_colors")
    assert colors() == [label] * 3


def test_the_skins_are_what_is_seen_beside_a_frame() -> None:
    found = dict(skins(Track(LINE), 10, 3))
    assert found == {-3: Box(48, 30, 40, 20), -2: Box(52, 30, 40, 20),
                     -1: Box(56, 30, 40, 20)}  # fmt: skip
    assert dict(skins(Track((Keyframe(0, A),)), 5, 3)) == {}


def test_before_and_after_are_painted_in_two_colours(film_bench: FilmBench) -> None:
    tag = film_bench.put(Track((Keyframe(0, Whole()),)))
    track = film_bench.put(Track((Keyframe(0, A), Keyframe(10, Box(120, 30, 40, 20)))))
    image = QImage(200, 120, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_skins(painter, [tag, track], 5, 1, View())
    painter.end()
    pixels = np.array(image.constBits()).reshape(120, 200, 4)[:, :, 2::-1]
    columns = pixels[35:45].max(axis=0).astype(int)
    is_blue = columns[:, 2] > columns[:, 0] + 40
    is_orange = columns[:, 0] > columns[:, 2] + 40
    assert BEFORE[2] > BEFORE[0]
    assert AFTER[0] > AFTER[2]
    assert np.abs(np.flatnonzero(is_blue)[[0, -1]] - (60, 100)).max() <= 2
    assert np.abs(np.flatnonzero(is_orange)[[0, -1]] - (80, 120)).max() <= 2


def test_the_onion_skin_is_switched_and_remembered(film_bench: FilmBench) -> None:
    film_bench.track(*LINE)
    view = film_bench.canvas.view
    before = view.media_key()
    film_bench.act("video.onion")
    assert film_bench.canvas.states()["video.onion"]
    assert view.media_key() != before
    view.grab()


def test_the_object_is_kept_in_the_middle(film_bench: FilmBench) -> None:
    film_bench.track(*LINE)
    view = film_bench.canvas.view
    view.zoom(4)
    scale = view.view.scale
    film_bench.act("video.centre")
    for frame in (0, 6, 10):
        film_bench.go(frame)
        x, y = view.view.to_widget(40 + 4 * frame, 40)
        assert abs(x - view.width() / 2) <= 1
        assert abs(y - view.height() / 2) <= 1
        assert view.view.scale == scale
    middle = view.view
    film_bench.go(15)  # it is not seen there
    assert view.view == middle
    film_bench.act("video.centre")
    film_bench.go(2)
    assert view.view == middle
