"""Every picture of every film, exactly; and what is said of films that are broken."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from annolab.errors import Cancelled, MediaError
from annolab.jobs import Progress
from annolab.media import sound
from annolab.media.sound_cache import SoundCache
from annolab.media.video import FrameTable, Video, open_video, probe, read_table
from annolab.media.video_frames import FilmFrames
from tests.unit.media import films
from tests.unit.media.films import FILMS, Recipe, read_number

GetFilm = Callable[[str], Path]
SEEKS = 8  # at random in each film; the slow test has thousands


def numbers(video: Video, indices: list[int]) -> list[int]:
    return [read_number(video.frame(index)) for index in indices]


@pytest.mark.parametrize("recipe", FILMS, ids=lambda recipe: recipe.name)
def test_a_seek_shows_the_picture_that_was_asked_for(
    film: GetFilm, recipe: Recipe
) -> None:
    video = open_video(film(recipe.name))
    maker = random.Random(recipe.name)
    asked = [maker.randrange(recipe.count) for _ in range(SEEKS)]
    there = asked[-1]
    asked += [there, max(there - 1, 0), there, min(there + 1, recipe.count - 1)]
    asked += [recipe.count - 1, 0, 1, 2]
    assert len(video) == recipe.count
    assert numbers(video, asked) == asked
    assert video.problem == ""
    assert video.table.complete
    video.close()


@pytest.mark.parametrize("recipe", FILMS[::3], ids=lambda recipe: recipe.name)
@pytest.mark.parametrize("in_order", [True, False])
def test_all_pictures_come_in_order(
    film: GetFilm, recipe: Recipe, in_order: bool
) -> None:
    video = open_video(film(recipe.name), in_order=in_order)
    everything = list(range(len(video)))
    assert numbers(video, everything) == everything
    assert numbers(video, [38, 39, 3, 4]) == [38, 39, 3, 4]
    video.close()


@pytest.mark.parametrize("name", ["vfr.mp4", "vfr.mkv", "vfr.ts", "ntsc.mov", "b.mp4"])
def test_the_table_tells_when_each_picture_is_shown(film: GetFilm, name: str) -> None:
    recipe = films.named(name)
    table = read_table(film(name), Progress())
    made = recipe.times()
    told = [table.time(index) for index in range(len(table))]
    assert np.allclose(told, made, atol=0.0011)
    assert [table.at(second) for second in told] == list(range(len(told)))
    assert [table.at(round(second, 3)) for second in told] == list(range(len(told)))
    middles = [(a + b) / 2 for a, b in pairwise(told)]
    assert [table.at(middle) for middle in middles] == list(range(len(middles)))
    assert table.at(-5.0) == table.at(float("nan")) == 0
    assert table.at(1e9) == table.at(float("inf")) == len(table) - 1


def test_keyframes_are_found_around_a_picture(film: GetFilm) -> None:
    table = read_table(film("plain.mp4"), Progress())
    assert list(np.flatnonzero(table.key)) == list(range(0, 90, 12))
    assert table.keyframe_before(11) == 0
    assert table.keyframe_before(12) == 12
    assert table.keyframe_after(12) == 24
    assert table.keyframe_after(84) is None


def test_the_header_tells_size_rate_and_kind(film: GetFilm) -> None:
    info = probe(film("b.mp4"))
    assert (info.width, info.height) == (films.WIDTH, films.HEIGHT)
    assert (info.frames, info.rate, info.codec) == (90, 30.0, "h264")
    assert (info.has_sound, info.rotation) == (True, 0)
    assert info.duration == pytest.approx(3.0, abs=0.05)
    assert not probe(film("plain.mp4")).has_sound
    assert probe(film("av1.mp4")).codec == "av1"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_films_are_upright(tmp_path: Path, degrees: int) -> None:
    video = open_video(films.rotated(tmp_path, degrees))
    assert (video.info.width, video.info.height) == (films.WIDTH, films.HEIGHT)
    assert video.info.rotation == degrees
    assert video.frame(7).shape == (films.HEIGHT, films.WIDTH, 3)
    assert numbers(video, [50, 3, 89]) == [50, 3, 89]
    video.close()


def test_colours_are_those_that_were_filmed(film: GetFilm) -> None:
    video = open_video(film("plain.mp4"))
    near = np.abs(video.frame(30).astype(int) - films.picture(30).astype(int))
    assert np.median(near) < 6
    video.close()


def test_an_edit_list_leaves_pictures_out(tmp_path: Path) -> None:
    video = open_video(films.cut_by_edit_list(tmp_path, 5))
    assert len(video) == 85
    assert numbers(video, [0, 1, 40, 84]) == [5, 6, 45, 89]
    assert video.problem == ""
    video.close()


@pytest.mark.parametrize(
    "name", ["vfr.mkv", "h264.ts", "h264.avi", "vp9.webm", "mjpeg.avi", "h264.flv"]
)
def test_a_film_that_is_cut_off_opens_up_to_the_break(
    film: GetFilm, tmp_path: Path, name: str
) -> None:
    whole = film(name)
    path = films.truncated(whole, tmp_path, 0.6131)
    video = open_video(path)
    count = len(video)
    assert films.named(name).count * 0.3 < count < films.named(name).count
    sure = count - 4  # pictures stored before the break may be shown after it
    asked = [sure, 0, sure // 2, sure - 1]
    assert numbers(video, asked) == asked
    assert str(count) in video.problem or "cut off" in video.problem
    assert video.problem.endswith("copy it again from its source.")
    assert not video.table.complete
    video.close()


def test_a_cut_mp4_with_its_index_ahead_opens(tmp_path: Path) -> None:
    options = {"movflags": "faststart"}
    recipe = Recipe("fast.mp4", "mpeg4", container_options=options)
    video = open_video(films.truncated(films.make(tmp_path, recipe), tmp_path))
    assert 30 < len(video) < 80
    assert numbers(video, [0, 25, len(video) - 1]) == [0, 25, len(video) - 1]
    assert "fast.mp4" in video.problem
    video.close()


@pytest.mark.parametrize("name", ["h264.ts", "mpeg2.ts", "hevc.ts"])
def test_a_recording_begins_with_the_first_picture_that_can_be_seen(
    film: GetFilm, tmp_path: Path, name: str
) -> None:
    data = film(name).read_bytes()
    path = tmp_path / name
    # The tables of the stream, and what comes after a third of it.
    path.write_bytes(data[: 188 * 3] + data[len(data) // 3 // 188 * 188 :])
    video = open_video(path)
    seen = numbers(video, list(range(len(video))))
    assert 40 < len(seen) < 70
    assert seen == list(range(seen[0], 90))
    video.close()


def test_a_header_may_lie_about_the_length(film: GetFilm, tmp_path: Path) -> None:
    long = films.lying(film("vfr.mkv"), tmp_path, 1000.0)
    video = open_video(long)
    assert (probe(long).frames, probe(long).exact) == (30_000, False)
    assert (len(video), video.info.frames, video.info.exact) == (90, 90, True)
    assert "4.310 s of 1000.000 s" in video.problem
    assert numbers(video, [89]) == [89]
    video.close()
    short = open_video(films.lying(film("vfr.mkv"), tmp_path, 0.5))
    assert (len(short), short.problem) == (90, "")
    short.close()


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def rubbish(path: Path) -> Path:
    path.write_bytes(bytes(range(256)) * 20)
    return path


def playlist(path: Path) -> Path:
    path.write_text("#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    return path


def list_of_files(path: Path) -> Path:
    path.write_text("ffconcat version 1.0\nfile 'other.mp4'\n")
    return path


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (films.sound_only, "talk.mp4", "holds sound but no pictures"),
        (films.sound_only, "talk.mkv", "holds sound but no pictures"),
        (films.without_pictures, "none.mp4", "holds no pictures"),
        (films.without_pictures, "none.avi", "holds no pictures"),
        (films.without_pictures, "none.mkv", "cannot be read as a film"),
        (empty, "empty.mp4", "is empty"),
        (rubbish, "rubbish.mkv", "cannot be read as a film"),
        (playlist, "list.mp4", "cannot be read as a film"),
        (playlist, "list.m3u8", "cannot be read as a film"),
        (list_of_files, "list.ts", "cannot be read as a film"),
    ],
)
def test_what_is_no_film_is_told_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path], name: str, said: str
) -> None:
    with pytest.raises(MediaError, match=said) as caught:
        open_video(make(tmp_path / name))
    assert str(caught.value).startswith(name)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_film_that_is_missing_or_has_no_such_picture(
    film: GetFilm, tmp_path: Path
) -> None:
    with pytest.raises(MediaError, match="not found"):
        probe(tmp_path / "gone.mp4")
    video = open_video(film("plain.mp4"))
    for index in (-1, 90):
        with pytest.raises(MediaError, match=f"no picture {index}: it has 90"):
            video.frame(index)
    video.close()
    with pytest.raises(MediaError, match="closed"):
        video.frame(0)


def test_sizes_that_no_picture_has_are_refused(
    film: GetFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.media.video_open.MOST_PIXELS", 100)
    with pytest.raises(MediaError, match="too large"):
        probe(film("plain.mp4"))


def test_a_table_is_not_longer_than_its_limit(
    film: GetFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.media.video_table.MOST_FRAMES", 50)
    table = read_table(film("plain.mp4"), Progress())
    assert len(table) <= 51
    assert "more than 50 pictures" in table.problem


def test_the_table_grows_while_it_is_made(
    film: GetFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.media.video_table._PART", 40)
    monkeypatch.setattr("annolab.media.video_table._HELD", 16)
    seen: list[FrameTable] = []
    whole = read_table(film("b.mp4"), Progress(), seen.append)
    assert [len(table) for table in seen] == [24, 63]
    assert all(whole.begins_with(table) for table in seen)
    assert not seen[0].begins_with(whole)
    progress = Progress()
    with pytest.raises(Cancelled):
        read_table(film("b.mp4"), progress, lambda _: progress.cancel())


@pytest.mark.parametrize("recipe", films.FILMS, ids=lambda recipe: recipe.name)
def test_what_is_known_early_stays_so(
    film: GetFilm, monkeypatch: pytest.MonkeyPatch, recipe: films.Recipe
) -> None:
    monkeypatch.setattr("annolab.media.video_table._PART", 10)
    monkeypatch.setattr("annolab.media.video_table._HELD", 16)
    seen: list[FrameTable] = []
    whole = read_table(film(recipe.name), Progress(), seen.append)
    assert all(whole.begins_with(table) for table in seen)
    assert bool(seen) == recipe.name.endswith((".mp4", ".mov", ".mkv", ".webm"))


def test_a_film_grows_while_it_is_seen(film: GetFilm) -> None:
    whole = read_table(film("b.mp4"), Progress())
    video = open_video(film("b.mp4"), table=whole.until(20))
    assert numbers(video, [19, 3]) == [19, 3]
    with pytest.raises(MediaError, match="no picture 60"):
        video.frame(60)
    video.extend(whole)
    assert (len(video), video.info.frames) == (90, 90)
    assert numbers(video, [60, 19, 89]) == [60, 19, 89]
    video.close()


@pytest.mark.parametrize("name", ["vfr.ts", "h264.avi", "stream.mpg"])
def test_the_table_is_kept(
    film: GetFilm, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = SoundCache(tmp_path / "cache")
    first = read_table(film(name), Progress(), cache=cache)
    with monkeypatch.context() as patch:
        patch.setattr("annolab.media.video_table.film_container", None)
        again = read_table(film(name), Progress(), cache=cache)
    for column in ("pts", "key", "pos", "names", "stamps"):
        assert np.array_equal(getattr(first, column), getattr(again, column))
    assert (first.time_base, first.named) == (again.time_base, again.named)
    video = open_video(film(name), table=again)
    assert numbers(video, [70, 5, 33]) == [70, 5, 33]
    video.close()


@pytest.mark.parametrize("harm", [b"", b"AnnoLabF", b"x" * 4000])
def test_a_damaged_cache_is_made_anew(
    film: GetFilm, tmp_path: Path, harm: bytes
) -> None:
    cache = SoundCache(tmp_path / "cache")
    read_table(film("plain.mp4"), Progress(), cache=cache)
    (place,) = (tmp_path / "cache").iterdir()
    place.write_bytes(harm)
    assert len(read_table(film("plain.mp4"), Progress(), cache=cache)) == 90


def test_a_long_way_to_a_picture_can_be_left(film: GetFilm) -> None:
    video = open_video(film("long-gop.mp4"))
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        video.frame(199, stop=lambda: next(asked) > 20)
    assert numbers(video, [10, 199, 100]) == [10, 199, 100]
    video.close()


def test_after_damage_no_picture_is_shown_up_to_a_keyframe(
    film: GetFilm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[int] = []
    restart = FilmFrames._restart

    def counted(self: FilmFrames) -> None:
        starts.append(1)
        restart(self)

    monkeypatch.setattr(FilmFrames, "_restart", counted)
    data = bytearray(film("plain.mp4").read_bytes())
    middle = len(data) // 3
    data[middle : middle + 2000] = bytes(2000)
    path = tmp_path / "hurt.mp4"
    path.write_bytes(data)
    video = open_video(path)
    seen = {index: shown(video, index) for index in range(len(video))}
    other = [i for i, number in seen.items() if number not in (i, None)]
    assert len(other) <= 1  # the one in which the damage begins
    lost = sum(number is None for number in seen.values())
    assert 5 < lost < 40
    assert len(starts) < lost / 2  # what is lost with another is not looked for again
    video.close()


def shown(video: Video, index: int) -> int | None:
    """The number of a picture, None when it is said to be damaged."""
    try:
        return read_number(video.frame(index))
    except MediaError:
        return None


def test_no_decoder_is_loaded_before_a_film_is_opened() -> None:
    code = (
        "import sys, annolab.media.video; "
        "sys.exit(any(m in sys.modules for m in ('av', 'cv2', 'PIL')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_decoders_never_wait_for_python(film: GetFilm) -> None:
    """With any other level of logging their threads take the GIL, and may hang."""
    import av

    open_video(film("plain.mp4")).close()
    assert av.logging.get_level() is None
    sound.probe(film("b.mp4"))
    assert av.logging.get_level() is None


def test_decoders_write_nothing_to_the_terminal(
    film: GetFilm, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("open-gop.mkv", "refresh.mkv", "hevc-open.mkv", "long-gop.mp4"):
        path = film(name)
        capfd.readouterr()
        video = open_video(path)
        numbers(video, [70, 3, 50, 20, 66, 31, 13])
        video.close()
        assert capfd.readouterr() == ("", "")
