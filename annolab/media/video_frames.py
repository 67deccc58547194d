"""One picture of a film, exactly: the decoded picture is known by its name.

Neither seeking nor counting is trusted: decoding goes on until the picture comes
whose time (or whatever the table knows it by) is the one wanted, and starts further
ahead when it does not come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annolab.errors import Cancelled, MediaError
from annolab.media.video_open import (
    DECODING,
    MOST_SIDE,
    VideoInfo,
    film_container,
    film_errors,
    film_stream,
    packets,
)
from annolab.media.video_table import FrameTable, Named, rename, shown_packets

Pixels = NDArray[np.uint8]

_BACK = (0, 1, 3, 8)  # keyframes further ahead that are tried, before the start
_BY_BYTE = ("mpegts", "mpeg")  # all 300 seeks by time in a TS led to another place
_NO_SEEK = ("h264", "hevc", "mpegvideo", "m4v")
# AV1 shows pictures again that were left out in this way; VP9 gains nothing by it.
_SKIPPING = ("h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video")
_HD = 720  # lines from which colours that are not named are BT.709
_BT709, _UNSPECIFIED = 1, 2


class FilmFrames:
    """A decoder of its own; for one thread at a time.

    `threads`: "SLICE" for single pictures, "AUTO" for many in a row.
    """

    def __init__(
        self, path: Path, info: VideoInfo, table: FrameTable, threads: str = "SLICE"
    ) -> None:
        self.path, self.info = path, info
        self._threads = threads
        self._skips = threads == "SLICE" and info.codec in _SKIPPING
        self.extend(table)
        self._container: Any = None
        self._stream: Any = None
        self._coming: Iterator[Any] = iter(())
        self._ready: deque[tuple[int, Any]] = deque()
        self._at = -1  # the last picture that came
        self._count = 0  # packets with a picture since the start
        self._running = False
        self._lost: set[int] = set()
        self._hurt: list[tuple[int, int]] = []  # pictures that are built on rubbish

    def extend(self, table: FrameTable) -> None:
        """Know more pictures; those known before are the first of these."""
        self.table = table
        self._order = np.argsort(table.names, kind="stable")
        self._sorted = table.names[self._order]

    def frame(self, index: int, stop: Callable[[], bool] = lambda: False) -> Pixels:
        """The picture, (height, width, 3), RGB, upright.

        `stop` is asked at each packet: Cancelled. MediaError when it is damaged.
        """
        if not 0 <= index < len(self.table):
            message = f"{self.path.name} has no picture {index}: it has "
            raise MediaError(f"{message}{len(self.table)}.")
        if index in self._lost:
            raise self._damaged(index)
        with film_errors(self.path):
            found = self._found(index, stop)
        if found is None:
            self._lose(index)
            raise self._damaged(index)
        with film_errors(self.path):
            return self._upright(found)

    def close(self) -> None:
        """Let go of the file."""
        self._running = False
        self._ready.clear()
        self._coming = iter(())
        container, self._container = self._container, None
        self._stream = None
        if container is not None:
            container.close()

    def _lose(self, index: int) -> None:
        """Remember a picture that did not come, and those that are lost with it."""
        self._lost.add(index)
        for start, stop in self._hurt:  # as found from the start of the film on
            if start <= index < stop:
                self._lost.update(range(index, stop))

    def _damaged(self, index: int) -> MediaError:
        return MediaError(
            f"Picture {index} of {self.path.name} is damaged and cannot be shown: "
            "copy the film again from its source."
        )

    def _found(self, index: int, stop: Callable[[], bool]) -> Any:
        start = self.table.keyframe_before(index)
        if self._running and start <= self._at < index:
            found = self._run(index, stop, accept_corrupt=False)
            if found is not None:
                return found
        keys = np.flatnonzero(self.table.key[: index + 1])
        for back in _BACK:
            if back < len(keys) and self._seek(int(keys[-1 - back])):
                found = self._run(index, stop, accept_corrupt=False)
                if found is not None:
                    return found
        self._restart()
        return self._run(index, stop, accept_corrupt=True)

    def _run(
        self, index: int, stop: Callable[[], bool], *, accept_corrupt: bool
    ) -> Any:
        """Decode up to a picture; None when it does not come."""
        while True:
            while self._ready:
                place, frame = self._ready.popleft()
                if place < 0:
                    continue
                self._at = place
                if place == index:
                    sound = accept_corrupt or not frame.is_corrupt
                    return frame if sound and not self._is_hurt(index) else None
                if place > index:
                    return None
            if stop():
                raise Cancelled
            if not self._step(index):
                self._running = False
                return None

    def _step(self, index: int) -> bool:
        """Decode the next packet; False at the end of the film."""
        import av

        try:
            packet = next(self._coming)
        except (StopIteration, av.FFmpegError):
            return False
        place = -1
        if self._shows(packet):
            rename(packet, self.table.named, self._count)
            self._count += 1
            place = self._place(packet.pts)
        # Pictures that no other needs are not decoded on the way.
        skipped = self._skips and 0 <= place < index
        self._stream.codec_context.skip_frame = "NONREF" if skipped else "DEFAULT"
        try:
            for frame in packet.decode():
                self._ready.append((self._place(frame.pts), frame))
        except (av.InvalidDataError, av.PatchWelcomeError):
            # What follows is decoded on top of something else, up to a keyframe.
            after = self.table.keyframe_after(max(place, 0))
            self._hurt.append((place, len(self.table) if after is None else after))
        return True

    def _is_hurt(self, index: int) -> bool:
        return any(start <= index < stop for start, stop in self._hurt)

    def _place(self, name: int | None) -> int:
        """The picture with a name; -1 when there is none."""
        if name is None:
            return -1
        found = int(np.searchsorted(self._sorted, name))
        if found < len(self._sorted) and self._sorted[found] == name:
            return int(self._order[found])
        return -1

    def _seek(self, key: int) -> bool:
        """Go to a keyframe, or somewhere ahead of it."""
        import av

        container = self.info.container
        if self.table.named is Named.ORDER or container in _NO_SEEK:
            return False
        if self._container is None:
            self._open()
        where = {"offset": int(self.table.stamps[key]), "stream": self._stream}
        if container in _BY_BYTE:
            pos = -1 if self.table.pos is None else int(self.table.pos[key])
            if pos < 0:
                return False
            where = {"offset": pos, "unsupported_byte_offset": True}
        try:
            self._container.seek(backward=True, **where)
        except av.FFmpegError:
            return False
        self._begin()
        return True

    def _restart(self) -> None:
        self.close()
        self._open()
        self._begin()

    def _begin(self) -> None:
        self._ready.clear()
        self._coming = packets(self._container, self._stream)
        self._shows = shown_packets(self._stream)
        self._at, self._count, self._running = -1, 0, True
        self._hurt.clear()

    def _open(self) -> None:
        self._container = film_container(self.path)
        self._stream = film_stream(self._container, self.path)
        context = self._stream.codec_context
        context.options = dict(DECODING)
        context.thread_type = self._threads

    def _upright(self, frame: Any) -> Pixels:
        """The picture as RGB, turned, and as large as the first one."""
        info = self.info
        turned = bool(info.rotation % 180)
        size = (info.height, info.width) if turned else (info.width, info.height)
        if max(frame.width, frame.height) > MOST_SIDE:
            raise ValueError("its pictures become too large")
        said = frame.colorspace == _UNSPECIFIED and size[1] >= _HD
        source = {"src_colorspace": _BT709} if said else {}
        if (frame.width, frame.height) != size:
            source |= {"width": size[0], "height": size[1]}
        pixels = frame.to_ndarray(format="rgb24", **source)
        if info.rotation:
            pixels = np.rot90(pixels, -info.rotation // 90)
        return np.ascontiguousarray(pixels)
