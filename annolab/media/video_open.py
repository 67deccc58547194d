"""Films opened by PyAV: only plain containers, only from the disk, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from annolab.errors import MediaError
from annolab.media.probe import opened

MOST_PIXELS = 1 << 26  # of one picture: 8192 x 8192
MOST_SIDE = 1 << 15
MOST_SECONDS = 1e7
MOST_RATE = 1000.0
USUAL_RATE = 25.0  # where a film does not tell
# Nothing else is tried: playlists and the like would lead FFmpeg to other files,
# or out of this computer.
_FORMATS = (
    "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts",
    "mpeg", "mpegvideo", "mpegps", "asf", "flv", "ogg", "h264", "hevc", "m4v", "mp3",
    "aac", "wav", "flac", "ac3", "amr", "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm",
)  # fmt: skip
DECODING = {"max_pixels": str(MOST_PIXELS)}
"""What a decoder is told, lest pictures in mid-film be larger than the header says."""
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": ",".join(_FORMATS)}


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the header of a film says.

    `width`, `height`: pixels, upright. `frames`: how many pictures, an estimate
    unless `exact`. `rate`: pictures per second, on average. `rotation`: degrees by
    which the stored picture is turned, clockwise, to be upright: 0, 90, 180, 270.
    `duration`: seconds, 0.0 where the header does not tell. `pixel_aspect`: width of
    a pixel by its height; pictures are not stretched by it.
    """

    width: int
    height: int
    frames: int
    exact: bool
    rate: float
    codec: str
    container: str
    rotation: int
    has_sound: bool
    duration: float
    pixel_aspect: float = 1.0


@contextmanager
def film_errors(path: Path) -> Iterator[None]:
    """Turn what PyAV raises into MediaError."""
    import av

    try:
        yield
    except (av.FFmpegError, ValueError, TypeError, OverflowError, OSError) as error:
        said = str(getattr(error, "strerror", "") or error).strip(" .")
        raise MediaError(
            f"{path.name} cannot be read as a film ({said}): "
            "copy it again from its source, or convert it to MP4."
        ) from error
    except MemoryError as error:
        raise MediaError(
            f"{path.name} needs more memory than there is: convert it to a smaller one."
        ) from error


def film_container(path: Path) -> Any:
    """Open a film with PyAV, which keeps quiet. Raises what PyAV raises."""
    import av

    # With any level PyAV takes the GIL in threads of the decoder, to look at what it
    # then drops; one that is waited for with the GIL held never ends.
    av.logging.set_level(None)
    # A name like "concat:..." must not be taken for a protocol.
    name = str(path.absolute())
    return av.open(name, options=dict(_OPTIONS), metadata_errors="replace")


def packets(container: Any, stream: Any) -> Iterator[Any]:
    """The packets of a stream; the last one is empty and empties the decoder.

    Behind it PyAV fails where streams have come up on the way, as MPEG-TS may have.
    """
    with suppress(IndexError):
        yield from container.demux(stream)


def film_stream(container: Any, path: Path) -> Any:
    """The pictures of a film: its first stream of them that is no cover."""
    import av

    cover = av.stream.Disposition.attached_pic
    for stream in container.streams.video:
        if not stream.disposition & cover:
            if stream.codec_context is None:
                raise MediaError(
                    f"The pictures of {path.name} are coded in a way that cannot be "
                    "decoded here: convert it to MP4 with H.264."
                )
            return stream
    if container.streams.audio:
        raise MediaError(
            f"{path.name} holds sound but no pictures: "
            "add it as a sound, under a name that ends in .m4a or .mka."
        )
    message = f"{path.name} holds no pictures: choose another file."
    raise MediaError(message)


def probe(path: Path) -> VideoInfo:
    """What the header of a film says. MediaError when it is none."""
    with opened(path) as file:
        if not file.read(1):
            message = f"{path.name} is empty: copy it again from its source."
            raise MediaError(message)
    with film_errors(path), film_container(path) as container:
        return film_info(container, film_stream(container, path), path)


def film_info(container: Any, stream: Any, path: Path) -> VideoInfo:
    """What an open film says of itself. MediaError when no film can be like that."""
    width, height = int(stream.width or 0), int(stream.height or 0)
    _check_size(width, height, path)
    rotation = _rotation(container, stream)
    if rotation % 180:
        width, height = height, width
    rate = _rate(stream)
    duration = _duration(container, stream)
    counted = max(0, int(stream.frames or 0))
    frames = counted or round(duration * rate)
    aspect = float(stream.sample_aspect_ratio or 1) or 1.0
    return VideoInfo(
        width=width,
        height=height,
        frames=frames,
        exact=False,
        rate=rate,
        codec=codec_name(stream),
        container=str(container.format.name),
        rotation=rotation,
        has_sound=bool(container.streams.audio),
        duration=duration,
        pixel_aspect=aspect,
    )


def codec_name(stream: Any) -> str:
    """What the pictures are coded as, not the program that decodes them."""
    codec = stream.codec_context.codec
    return str(getattr(codec, "canonical_name", codec.name))


def _check_size(width: int, height: int, path: Path) -> None:
    if width <= 0 or height <= 0:
        raise MediaError(
            f"{path.name} does not say how large its pictures are: "
            "copy it again from its source, or convert it to MP4."
        )
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise MediaError(
            f"The pictures of {path.name} are too large ({width} x {height}): "
            "convert it to a smaller film."
        )


def _rate(stream: Any) -> float:
    for said in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if said is not None and 0 < said <= MOST_RATE:
            return float(said)
    return USUAL_RATE


def _duration(container: Any, stream: Any) -> float:
    seconds = 0.0
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(Fraction(stream.duration) * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / 1_000_000
    return min(max(seconds, 0.0), MOST_SECONDS)


def _rotation(container: Any, stream: Any) -> int:
    """Degrees clockwise; told by the first picture, as PyAV shows it nowhere else."""
    import av

    stream.codec_context.options = dict(DECODING)
    try:
        for packet in packets(container, stream):
            for frame in packet.decode():
                return upright_turn(frame)
    except av.FFmpegError:  # it is said when the pictures are wanted
        return 0
    return 0


def upright_turn(frame: Any) -> int:
    """Degrees clockwise by which a picture is to be turned: 0, 90, 180 or 270."""
    return int(round(-frame.rotation / 90) * 90 % 360)
