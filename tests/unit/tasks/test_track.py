"""Objects followed through a film, as edits of their tracks."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from annolab import track_edits
from annolab.assist.tracker import End
from annolab.assist.tracker_motion import Pixels
from annolab.errors import Cancelled, MediaError, UserError
from annolab.jobs import Progress
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import Box, Keyframe, Track
from annolab.model.tracks import OCCLUDED, SCORE, distance, geometry_at, is_seen
from annolab.model.validity import problems_of
from annolab.tasks.track import Followed, follow_edit

WIDTH, HEIGHT, SIDE = 200, 120, 32


def _texture(width: int, height: int, seed: int) -> Pixels:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return np.asarray(cv2.blur(noise, (3, 3)), np.uint8)


class Film:
    """A square that goes right by whole pixels; from `broken` on not to be read."""

    def __init__(
        self, speed: int = 4, broken: int = 999, hidden: range = range(0)
    ) -> None:
        self.speed, self.broken, self.hidden = speed, broken, hidden

    def truth(self, frame: int) -> Box:
        return Box(10 + self.speed * frame, 40, SIDE, SIDE)

    def frame(self, index: int) -> Pixels:
        if index >= self.broken:
            message = "The film breaks off."
            raise MediaError(message)
        picture = _texture(WIDTH, HEIGHT, 1)
        if index not in self.hidden:
            x = 10 + self.speed * index
            shown = picture[40 : 40 + SIDE, x : x + SIDE]
            shown[:] = _texture(SIDE, SIDE, 2)[:, : shown.shape[1]]
        return picture


def shape(film: Film, frame: int = 0) -> Annotation:
    return Annotation(
        id=1, item_id=7, annotator_id=5, geometry=film.truth(frame), frame=frame
    )


def result(followed: Followed) -> tuple[Annotation, Track]:
    ((change,)) = followed.edit.changes
    after = change.after
    assert isinstance(after, Annotation)
    assert problems_of(after) == ()
    return after, track_edits.track_of(after)


def test_a_shape_becomes_a_track_of_few_keyframes() -> None:
    film = Film()
    before = replace(shape(film), status=AnnotationStatus.SUGGESTED)
    followed = follow_edit(film, before, 0, 20, Progress())
    after, track = result(followed)
    assert (followed.last, followed.end) == (20, End.DONE)
    assert followed.edit.name == "Follow object"
    assert (after.annotator_id, after.frame) == (5, None)
    assert after.status is AnnotationStatus.ACCEPTED
    assert len(track.keyframes) <= 4
    assert SCORE not in track.keyframes[0].attributes
    assert all(k.attributes[SCORE] > 0.9 for k in track.keyframes[1:])  # type: ignore[operator]
    for frame in range(21):
        found = geometry_at(track, frame)
        assert found is not None
        assert distance(found, film.truth(frame)) < 2


def test_backwards_and_over_what_it_has_found_before() -> None:
    film = Film()
    followed = follow_edit(film, shape(film, 10), 10, 0, Progress())
    once, track = result(followed)
    assert [track.keyframes[0].frame, track.keyframes[-1].frame] == [0, 10]
    assert followed.edit.name == "Follow object backwards"
    again = follow_edit(film, once, 10, 0, Progress())
    assert again.edit.changes == ()


def test_what_a_person_has_set_stays() -> None:
    film = Film()
    own = Keyframe(8, Box(0, 0, 5, 5), attributes={"colour": "red"})
    before = replace(
        shape(film), geometry=Track((Keyframe(0, film.truth(0)), own)), frame=None
    )
    followed = follow_edit(film, before, 0, 20, Progress())
    _, track = result(followed)
    assert followed.last == 7
    assert own in track.keyframes
    assert track.keyframes[-1] == own


def test_a_corrected_keyframe_is_a_persons() -> None:
    film = Film()
    after, track = result(follow_edit(film, shape(film), 0, 10, Progress()))
    edit = track_edits.set_shape(after, 10, Box(1, 1, 9, 9))
    corrected = edit.changes[0].after
    assert isinstance(corrected, Annotation)
    assert SCORE in track.keyframes[-1].attributes
    keys = track_edits.track_of(corrected).keyframes
    assert SCORE not in keys[-1].attributes


def test_what_leaves_the_picture_ends() -> None:
    film = Film(speed=8)
    followed = follow_edit(film, shape(film), 0, 40, Progress())
    _, track = result(followed)
    assert followed.end is End.LEFT
    assert not is_seen(track, followed.last + 1)
    assert is_seen(track, followed.last)


def test_what_is_hidden_for_a_while_is_said_to_be_occluded() -> None:
    film = Film(hidden=range(8, 12))
    _, track = result(follow_edit(film, shape(film), 0, 20, Progress()))
    hidden = [k for k in track.keyframes if OCCLUDED in k.attributes]
    assert [k.frame for k in hidden][:1] == [8]
    assert {k.attributes[SCORE] for k in hidden} == {0.0}


def test_a_film_that_breaks_off_gives_what_was_there() -> None:
    film = Film(broken=6)
    followed = follow_edit(film, shape(film), 0, 20, Progress())
    assert (followed.last, followed.problem) == (5, "The film breaks off.")
    with pytest.raises(MediaError):
        follow_edit(Film(broken=1), shape(film), 0, 20, Progress())


def test_it_can_be_cancelled_and_says_what_is_wrong() -> None:
    film = Film()

    def listen(done: int, _total: int | None, _text: str) -> None:
        if done > 3:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        follow_edit(film, shape(film), 0, 20, progress)
    with pytest.raises(UserError, match="this frame"):
        follow_edit(film, shape(film, 3), 0, 20, Progress())
    late = replace(shape(film), geometry=Track((Keyframe(9, film.truth(9)),)))
    with pytest.raises(UserError, match="is seen"):
        follow_edit(film, late, 3, 20, Progress())
