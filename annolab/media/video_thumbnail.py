"""The picture of a film for lists: the first keyframe on which something is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annolab.errors import MediaError
from annolab.media.video_open import (
    DECODING,
    film_container,
    film_errors,
    film_info,
    film_stream,
    packets,
    upright_turn,
)

_TRIED = 12  # keyframes
_SEEN = 12.0  # standard deviation of brightness that a picture has


def first_seen(path: Path, size: int) -> NDArray[np.uint8]:
    """A picture fitted into size x size pixels, laid out as `Picture`, opaque.

    The first that is neither black nor of one colour; else the most lively one of
    those tried. MediaError when none can be decoded.
    """
    best: tuple[float, NDArray[np.uint8] | None] = (-1.0, None)
    with film_errors(path), film_container(path) as container:
        stream = film_stream(container, path)
        film_info(container, stream, path)  # the limits hold here too
    with film_errors(path), film_container(path) as container:
        stream = film_stream(container, path)
        context = stream.codec_context
        context.options = dict(DECODING)
        context.skip_frame = "NONKEY"
        for number, frame in enumerate(_decoded(container, stream)):
            pixels = _small(frame, size)
            lively = float(pixels[..., :3].mean(axis=2).std())
            if lively > best[0]:
                best = (lively, pixels)
            if lively > _SEEN or number + 1 >= _TRIED:
                break
    if best[1] is None:
        message = f"No picture of {path.name} can be shown: copy it again."
        raise MediaError(message)
    return best[1]


def _decoded(container: Any, stream: Any) -> Any:
    import av

    for packet in packets(container, stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        yield from frames


def _small(frame: Any, size: int) -> NDArray[np.uint8]:
    scale = min(1.0, size / max(frame.width, frame.height))
    width = max(1, round(frame.width * scale))
    height = max(1, round(frame.height * scale))
    pixels = frame.to_ndarray(format="bgra", width=width, height=height)
    turn = upright_turn(frame)
    opaque = np.ascontiguousarray(np.rot90(pixels, -turn // 90) if turn else pixels)
    opaque[..., 3] = 255
    return np.asarray(opaque, np.uint8)
