"""Every sample at its place, whatever the file; bad files are one sentence."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annolab.errors import Cancelled, MediaError
from annolab.jobs import Progress
from annolab.media.probe import media_kind
from annolab.media.sound import ENDING, Sound, SoundCache, open_sound, probe
from annolab.model.item import Media
from tests.unit.media.sounds import Samples, noise, write, write_av

DIRECT: dict[str, dict[str, Any]] = {
    "u8.wav": {"subtype": "PCM_U8"},
    "16.wav": {"subtype": "PCM_16"},
    "24.wav": {"subtype": "PCM_24"},
    "32.wav": {"subtype": "PCM_32"},
    "float.wav": {"subtype": "FLOAT"},
    "double.wav": {"subtype": "DOUBLE"},
    "ulaw.wav": {"subtype": "ULAW"},
    "a.rf64": {"format": "RF64"},
    "a.w64": {},
    "a.aiff": {"subtype": "PCM_24"},
    "a.au": {},
    "a.caf": {},
    "a.flac": {},
    "a.nist": {"format": "NIST"},
}
ORDERED: dict[str, dict[str, Any]] = {
    "a.ogg": {"format": "OGG", "subtype": "VORBIS"},
    "a.opus": {"format": "OGG", "subtype": "OPUS"},
    "constant.mp3": {"format": "MP3", "bitrate_mode": "CONSTANT"},
    "variable.mp3": {"format": "MP3", "bitrate_mode": "VARIABLE"},
    "alac.caf": {"format": "CAF", "subtype": "ALAC_16"},
    "adpcm.wav": {"subtype": "IMA_ADPCM"},
}


@pytest.fixture
def cache(tmp_path: Path) -> SoundCache:
    return SoundCache(tmp_path / "cache")


def reference(path: Path) -> Samples:
    """The file decoded in order by soundfile."""
    import soundfile

    samples: Samples = soundfile.read(path, dtype="float32", always_2d=True)[0]
    return samples


def av_reference(path: Path) -> Samples:
    """The file decoded in order by PyAV, frame by frame."""
    import av

    with av.open(str(path)) as container:
        pieces = [frame.to_ndarray().T for frame in container.decode(audio=0)]
    samples: Samples = np.concatenate(pieces)
    return samples


def wrong_seeks(sound: Sound, truth: Samples, count: int) -> int:
    """How many reads at random places differ from the truth."""
    maker = np.random.default_rng(3)
    wrong = 0
    for _ in range(count):
        start = int(maker.integers(0, len(truth)))
        stop = min(start + int(maker.integers(1, 4000)), len(truth))
        wrong += not np.array_equal(sound.read(start, stop), truth[start:stop])
    return wrong


@pytest.mark.parametrize("name", DIRECT)
def test_what_can_be_read_anywhere(
    name: str, tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / name, noise(2, channels=2), **DIRECT[name])
    sound = open_sound(path, cache)
    assert (sound.rate, sound.channels, sound.frames) == (8000, 2, 16000)
    assert sound.ready == 16000
    assert sound.problem == ""
    assert wrong_seeks(sound, reference(path), 60) == 0
    assert not cache.folder.exists()
    sound.close()


@pytest.mark.parametrize("name", ORDERED)
def test_compressed_sound_is_decoded_once_in_order(
    name: str, tmp_path: Path, cache: SoundCache
) -> None:
    rate = 48000
    path = write(tmp_path / name, noise(4, rate), rate, **ORDERED[name])
    truth = reference(path)
    sound = open_sound(path, cache)
    assert sound.ready == 0
    assert len(sound.read(0, 100)) == 0
    sound.prepare(Progress())
    assert sound.frames == sound.ready == len(truth)
    assert sound.problem == ""
    assert wrong_seeks(sound, truth, 60) == 0
    sound.close()
    again = open_sound(path, cache)
    assert again.prepared
    assert wrong_seeks(again, truth, 20) == 0
    again.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ORDERED, "a.m4a"])
def test_two_thousand_seeks(name: str, tmp_path: Path, cache: SoundCache) -> None:
    if name == "a.m4a":
        path = write_av(tmp_path / name, noise(60, 44100))
    else:
        path = write(tmp_path / name, noise(60, 48000), 48000, **ORDERED[name])
    truth = av_reference(path) if name == "a.m4a" else reference(path)
    sound = open_sound(path, cache)
    sound.prepare(Progress())
    assert sound.frames == len(truth)
    wrong = wrong_seeks(sound, truth, 2000)
    print(f"{name}: {wrong} of 2,000 seeks wrong")
    assert wrong == 0
    sound.close()


@pytest.mark.parametrize("name", ["a.m4a", "film.mp4", "film.mkv"])
def test_what_soundfile_does_not_read(
    name: str, tmp_path: Path, cache: SoundCache
) -> None:
    samples = noise(2, 44100, channels=2)
    path = write_av(tmp_path / name, samples)
    info = probe(path)
    assert (info.rate, info.channels, info.exact) == (44100, 2, False)
    sound = open_sound(path, cache)
    sound.prepare(Progress())
    truth = av_reference(path)
    assert sound.frames == len(truth)
    assert abs(len(truth) - len(samples)) <= 2048
    assert wrong_seeks(sound, truth, 60) == 0
    sound.close()


BY_AV: dict[str, dict[str, Any]] = {
    "a.m4b": {"format": "mp4"},
    "a.mka": {},
    "a.weba": {"codec": "libopus", "format": "webm"},
    "a.ac3": {"codec": "ac3"},
    "a.mp2": {"codec": "mp2"},
    "a.wv": {"codec": "wavpack"},
    "a.tta": {"codec": "tta"},
    "a.wma": {"codec": "wmav2", "bit_rate": 128_000},
    "a.amr": {"codec": "libopencore_amrnb", "bit_rate": 12_200},
}
BY_SNDFILE: dict[str, dict[str, Any]] = {
    "a.voc": {},
    "a.sph": {"format": "NIST"},
    "a.snd": {"format": "AU"},
    "a.sd2": {},
    "a.aifc": {"format": "AIFF", "subtype": "FLOAT"},
}


@pytest.mark.parametrize("name", [*BY_AV, *BY_SNDFILE])
def test_every_suffix_that_is_taken_opens(
    name: str, tmp_path: Path, cache: SoundCache
) -> None:
    rate = 8000 if name in ("a.amr", *BY_SNDFILE) else 48000
    path = tmp_path / name
    if name in BY_SNDFILE:
        write(path, noise(2, rate), rate, **BY_SNDFILE[name])
    else:
        write_av(path, noise(2, rate), rate, **BY_AV[name])
    assert media_kind(path) is Media.AUDIO
    with closing(open_sound(path, cache)) as sound:
        sound.prepare(Progress())
        assert sound.rate == rate
        assert abs(sound.frames - 2 * rate) < 3000
        assert sound.problem == ""
        assert np.abs(sound.read(0, sound.frames)).max() > 0.1


def test_floats_beyond_one_are_kept(tmp_path: Path, cache: SoundCache) -> None:
    samples = np.array([[1.5], [-2.0], [0.25]], np.float32)
    sound = open_sound(write(tmp_path / "f.wav", samples, subtype="FLOAT"), cache)
    assert np.array_equal(sound.read(0, 3), samples)
    assert np.array_equal(sound.read(-5, 99), samples)
    assert sound.read(2, 1).shape == (0, 1)
    sound.close()
    assert len(sound.read(0, 3)) == 0


def test_a_cut_off_file_gives_what_is_there(tmp_path: Path, cache: SoundCache) -> None:
    path = write(tmp_path / "cut.wav", noise(2), subtype="PCM_16")
    whole = reference(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    sound = open_sound(path, cache)
    assert "cut.wav is cut off" in sound.problem
    assert np.array_equal(sound.read(0, sound.frames), whole[: sound.frames])
    assert 7900 < sound.frames < 8001
    sound.close()


def test_a_cut_off_flac_says_so_when_its_end_is_read(
    tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / "cut.flac", noise(4))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    sound = open_sound(path, cache)
    read = sound.read(0, sound.frames)
    assert "cut off" in sound.problem
    assert 0 < len(read) == sound.ready < 32000
    sound.close()


def test_a_file_without_samples_is_one_sentence(
    tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / "empty.wav", noise(0), subtype="PCM_16")
    with pytest.raises(MediaError, match=r"empty\.wav holds no samples"):
        open_sound(path, cache)


@pytest.mark.parametrize("name", ["text.wav", "text.mp3", "text.m4a", "text.flac"])
def test_what_is_no_sound_is_one_sentence(
    name: str, tmp_path: Path, cache: SoundCache
) -> None:
    path = tmp_path / name
    path.write_text("This is a letter to my aunt. " * 40)
    with pytest.raises(MediaError, match=name.replace(".", r"\.")):
        open_sound(path, cache).prepare(Progress())


def test_a_silent_film_is_one_sentence(tmp_path: Path, cache: SoundCache) -> None:
    import av

    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        picture = np.zeros((64, 64, 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(picture)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(MediaError, match="holds no sound"):
        open_sound(path, cache)


def _whole() -> dict[str, bytes]:
    chosen = {"16.wav": DIRECT["16.wav"], "a.flac": {}} | ORDERED
    samples = noise(0.5, 48000)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, options in chosen.items():
            write(folder / name, samples, 48000, **options)
        for name in ("a.m4a", "a.aac", "a.mka"):
            write_av(folder / name, samples, 48000)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


WHOLE = _whole()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(WHOLE)),
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=8),
)
def test_damage_is_nothing_but_media_errors(
    name: str,
    cut: float,
    flips: list[tuple[float, int]],
    tmp_path: Path,
) -> None:
    data = bytearray(WHOLE[name])
    for place, value in flips:
        data[int(place * len(data))] = value
    path = tmp_path / name
    path.write_bytes(data[: int(cut * len(data))])
    with suppress(MediaError):
        sound = open_sound(path, SoundCache(tmp_path / "cache"))
        with closing(sound):
            sound.prepare(Progress())
            read = sound.read(0, min(sound.ready, 100_000))
            assert read.dtype == np.float32
            assert read.shape[1] == sound.channels


def test_a_cancelled_decode_leaves_nothing(tmp_path: Path, cache: SoundCache) -> None:
    path = write(tmp_path / "a.ogg", noise(8), **ORDERED["a.ogg"])
    sound = open_sound(path, cache)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        sound.prepare(progress)
    sound.close()
    assert list(cache.folder.iterdir()) == []


def test_where_no_open_file_is_renamed_it_is_kept_when_closed(
    tmp_path: Path, cache: SoundCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.ogg", noise(1), **ORDERED["a.ogg"])
    sound = open_sound(path, cache)
    real = Path.replace

    def as_on_windows(self: Path, target: Path) -> Path:
        if sound._stored is not None:
            raise PermissionError
        return real(self, target)

    monkeypatch.setattr(Path, "replace", as_on_windows)
    sound.prepare(Progress())
    assert wrong_seeks(sound, reference(path), 5) == 0
    sound.close()
    assert [kept.suffix for kept in cache.folder.iterdir()] == [ENDING]
    again = open_sound(path, cache)
    assert again.prepared
    again.close()


def test_the_cache_keeps_its_limit_and_can_be_emptied(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path / "cache", limit=3 * 4 * 16000)
    for number in range(5):
        path = write(tmp_path / f"{number}.ogg", noise(2), **ORDERED["a.ogg"])
        sound = open_sound(path, cache)
        sound.prepare(Progress())
        sound.close()
        assert cache.size() <= cache.limit
    assert cache.size() > 0
    assert cache.empty() == 2 * (4 * 16000 + 64)
    assert cache.size() == 0


def test_a_changed_file_is_decoded_anew(tmp_path: Path, cache: SoundCache) -> None:
    path = write(tmp_path / "a.ogg", noise(1), **ORDERED["a.ogg"])
    sound = open_sound(path, cache)
    sound.prepare(Progress())
    sound.close()
    write(path, noise(2), **ORDERED["a.ogg"])
    os.utime(path, ns=(1, 1))
    assert not open_sound(path, cache).prepared


def test_a_damaged_file_of_the_cache_is_made_again(
    tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / "a.ogg", noise(1), **ORDERED["a.ogg"])
    sound = open_sound(path, cache)
    sound.prepare(Progress())
    sound.close()
    (stored,) = cache.folder.iterdir()
    stored.write_bytes(stored.read_bytes()[:-4])
    assert not open_sound(path, cache).prepared


def test_decoding_begins_anew_after_it_was_cancelled(
    tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / "a.ogg", noise(8, 48000), 48000, **ORDERED["a.ogg"])
    truth = reference(path)
    sound = open_sound(path, cache)
    progress = Progress(lambda done, *_: progress.cancel() if done else None)
    with pytest.raises(Cancelled):
        sound.prepare(progress)
    assert 0 < sound.ready < len(truth)
    sound.prepare(Progress())
    assert sound.frames == len(truth)
    assert np.array_equal(sound.read(0, len(truth)), truth)
    assert len(list(cache.folder.iterdir())) == 1
    sound.close()


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_full_disk_is_one_sentence_and_no_wrong_sample(
    tmp_path: Path, cache: SoundCache
) -> None:
    import resource

    path = write(tmp_path / "a.ogg", noise(8, 48000), 48000, **ORDERED["a.ogg"])
    truth = reference(path)
    sound = open_sound(path, cache)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_001, hard))
    try:
        with pytest.raises(MediaError, match="make room there or empty the cache"):
            sound.prepare(Progress())
        found = sound.read(0, len(truth))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert 0 < len(found) == sound.ready < len(truth)
    assert np.array_equal(found, truth[: len(found)])
    sound.prepare(Progress())  # there is room again
    assert np.array_equal(sound.read(0, len(truth)), truth)
    sound.close()


def test_a_rate_that_changes_ends_the_sound(tmp_path: Path, cache: SoundCache) -> None:
    slow = write_av(tmp_path / "slow.aac", noise(1, 22050), 22050)
    path = write_av(tmp_path / "a.aac", noise(1, 44100), 44100)
    good = len(av_reference(path))
    path.write_bytes(path.read_bytes() + slow.read_bytes())
    sound = open_sound(path, cache)
    sound.prepare(Progress())
    assert "its rate changes to 22050 Hz" in sound.problem
    assert good - 1024 <= sound.frames <= good + 1024
    sound.close()


def test_a_cache_is_shared_and_emptied_by_others(
    tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / "a.ogg", noise(8, 48000), 48000, **ORDERED["a.ogg"])
    truth = reference(path)
    sounds = [open_sound(path, cache) for _ in range(3)]
    threads = [Thread(target=one.prepare, args=(Progress(),)) for one in sounds]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        cache.empty()
    for sound, thread in zip(sounds, threads, strict=True):
        thread.join()
        cache.empty()
        assert np.array_equal(sound.read(0, len(truth)), truth)
        sound.close()


def test_drafts_of_a_killed_process_are_cleared(cache: SoundCache) -> None:
    cache.folder.mkdir()
    for name in ("old.f32.1-1.part", "new.f32.1-2.part"):
        (cache.folder / name).write_bytes(b"half")
    os.utime(cache.folder / "old.f32.1-1.part", (1, 1))
    cache.thin()
    assert [path.name for path in cache.folder.iterdir()] == ["new.f32.1-2.part"]
