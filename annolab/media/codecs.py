"""Which decoders and devices are there: asked by `annolab doctor`, in processes of
their own, since a library that is broken may end the program that loads it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

# What films of cameras, phones, screens and archives are in (docs/videos.md).
FILM_DECODERS = (
    "h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg",
    "wmv2", "prores", "dvvideo",
)  # fmt: skip
FILM_CONTAINERS = ("mov", "matroska", "avi", "mpegts", "mpeg", "asf", "flv")
SOUND_DECODERS = ("aac", "mp3", "opus", "vorbis", "flac", "ac3", "pcm_s16le")
SOUND_FORMATS = ("WAV", "FLAC", "OGG", "MP3", "AIFF", "W64", "RF64", "CAF", "AU")
PICTURE_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP")


@dataclass(frozen=True, slots=True)
class Codecs:
    """A library with its version, and what is there and not of what is needed."""

    program: str
    there: tuple[str, ...]
    missing: tuple[str, ...]


def films() -> dict[str, object]:
    """FFmpeg as PyAV brings it: decoders of pictures and sound, and containers."""
    import av
    from av.codec import Codec
    from av.format import formats_available

    def decodes(name: str) -> bool:
        try:
            return bool(Codec(name, "r").name)
        except (av.FFmpegError, ValueError):
            return False

    open_ones = {name for each in formats_available for name in each.split(",")}
    wanted = [(name, decodes(name)) for name in (*FILM_DECODERS, *SOUND_DECODERS)]
    wanted += [(name, name in open_ones) for name in FILM_CONTAINERS]
    version = getattr(av, "ffmpeg_version_info", "") or "of an unknown version"
    return _split(f"FFmpeg {version} (PyAV {av.__version__})", wanted)


def sounds() -> dict[str, object]:
    """libsndfile."""
    import soundfile

    known = soundfile.available_formats()
    wanted = [(name, name in known) for name in SOUND_FORMATS]
    version = soundfile.__libsndfile_version__
    return _split(f"libsndfile {version} (soundfile {soundfile.__version__})", wanted)


def pictures() -> dict[str, object]:
    """Pillow and OpenCV."""
    import cv2
    import PIL
    from PIL import Image

    Image.init()
    known = set(Image.OPEN)
    wanted = [(name, name in known) for name in PICTURE_FORMATS]
    return _split(f"Pillow {PIL.__version__}, OpenCV {cv2.__version__}", wanted)


def devices() -> dict[str, object]:
    """Where sound can be played: the names of outputs, the usual one first."""
    import sounddevice

    names = [
        str(device["name"])
        for device in sounddevice.query_devices()
        if device["max_output_channels"] > 0
    ]
    try:
        usual = str(sounddevice.query_devices(kind="output")["name"])
    except (sounddevice.PortAudioError, ValueError):
        usual = ""
    names.sort(key=lambda name: name != usual)
    version = sounddevice.get_portaudio_version()[1].partition(",")[0]
    return {"program": version, "there": names, "missing": []}


def _split(program: str, wanted: list[tuple[str, bool]]) -> dict[str, object]:
    there = tuple(name for name, known in wanted if known)
    missing = tuple(name for name, known in wanted if not known)
    return asdict(Codecs(program, there, missing))
