"""The pictures of a film in the order in which they are shown, and where they are.

The table is made by reading all packets once, without decoding. Where the times in
a file do not tell the order, it is decoded once to learn it. What is in the table is
what the file holds, whatever its header promises.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from annolab.errors import MediaError
from annolab.jobs import Progress
from annolab.media.probe import opened
from annolab.media.sound_cache import SoundCache
from annolab.media.video_open import (
    VideoInfo,
    codec_name,
    film_container,
    film_errors,
    film_stream,
    packets,
    probe,
)
from annolab.media.video_store import read_arrays, write_arrays

ENDING = ".pts1"  # raise the number when tables come out otherwise
MOST_FRAMES = 10_000_000
_ROUNDED = 6e-4  # seconds
_GROWTH = 1.25  # from part to part at least, lest parts take all the time
_PART = 2000  # packets between two parts that are shown
_HELD = 64  # packets whose pictures may be shown later than pictures to come
_SETTLED = ("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm")
"""Containers that tell the time of every picture: what is known of them stays so."""
_EARLY = 0.02  # an end this much earlier than the header says is no damage
_UNORDERED = ("avi", "h264", "hevc", "mpegvideo", "m4v")
"""Containers whose times of pictures that are stored out of order are guesses."""
_HONEST = ("matroska,webm", "flv")
"""Containers whose header tells the length of the film as its maker meant it."""

Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


class Named(IntEnum):
    """By what a decoded picture is known again; the numbers are stored."""

    PTS = 0
    DTS = 1
    POS = 2
    ORDER = 3  # only by counting from the start of the file


@dataclass(frozen=True, slots=True, eq=False)
class FrameTable:
    """The pictures of a film by the time at which they are shown.

    `pts`: sorted, in units of `time_base`. `key`: whether decoding can start there.
    `pos`: the byte in the file, -1 where unknown, or None. `complete`: the file was
    read to its end and is whole; `problem` else says in a sentence what is there.
    `names`: what the packet of each picture is known by, as `named` says; `stamps`:
    where to seek for it.
    """

    pts: Numbers
    key: Flags
    pos: Numbers | None
    time_base: Fraction
    complete: bool
    problem: str = ""
    named: Named = Named.PTS
    names: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    stamps: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.pts)

    def time(self, index: int) -> float:
        """Seconds of a picture from the first one on."""
        ticks = int(self.pts[index]) - int(self.pts[0])
        return float(ticks * self.time_base)

    def at(self, seconds: float) -> int:
        """The picture that is shown at a time: the last one that is not later.

        The first or the last one for times outside of the film.
        """
        if not len(self) or not seconds > 0:  # NaN too
            return 0
        if seconds > self.time(len(self) - 1):
            return len(self) - 1
        ticks = seconds / float(self.time_base) + int(self.pts[0])
        found = int(np.searchsorted(self.pts, ticks, side="right")) - 1
        found = min(max(found, 0), len(self) - 1)
        # A time that was written in milliseconds falls a little short of its picture.
        if found + 1 < len(self):
            here, there = self.time(found), self.time(found + 1)
            if there - seconds <= min(_ROUNDED, (there - here) / 4):
                return found + 1
        return found

    def keyframe_before(self, index: int) -> int:
        """The last keyframe that is not after a picture; 0 when there is none."""
        found = np.flatnonzero(self.key[: index + 1])
        return int(found[-1]) if len(found) else 0

    def keyframe_after(self, index: int) -> int | None:
        """The first keyframe after a picture, or None."""
        found = np.flatnonzero(self.key[index + 1 :])
        return index + 1 + int(found[0]) if len(found) else None

    def until(self, count: int) -> FrameTable:
        """The table of the first pictures alone."""
        return replace(
            self,
            pts=self.pts[:count],
            key=self.key[:count],
            pos=None if self.pos is None else self.pos[:count],
            names=self.names[:count],
            stamps=self.stamps[:count],
        )

    def begins_with(self, other: FrameTable) -> bool:
        """Whether the first pictures are those of another table, under their names."""
        count = len(other)
        return (
            (self.time_base, self.named) == (other.time_base, other.named)
            and np.array_equal(self.pts[:count], other.pts)
            and np.array_equal(self.names[:count], other.names)
        )

    @property
    def seconds(self) -> float:
        """The length: the last picture is shown as long as the others on average."""
        if not len(self):
            return 0.0
        return self.time(len(self) - 1) + (1 / self.rate if self.rate else 0.0)

    @property
    def rate(self) -> float:
        """Pictures per second, on average; 0.0 when there are fewer than two."""
        last = self.time(len(self) - 1) if len(self) > 1 else 0.0
        return (len(self) - 1) / last if last > 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Promise:
    """What a header says of the whole film; `bytes`: where its last picture ends."""

    container: str
    frames: int
    seconds: float
    bytes: int


class Rows:
    """Packets as they come, in the order of the file."""

    def __init__(self) -> None:
        self.pts, self.dts, self.pos = array("q"), array("q"), array("q")
        self.key = array("b")
        self.whole = {Named.PTS: True, Named.DTS: True, Named.POS: True}

    def __len__(self) -> int:
        return len(self.key)

    def add(self, packet: Any) -> None:
        """Take down one packet."""
        given = (packet.pts, packet.dts, packet.pos)
        for named, column, value in zip(
            (Named.PTS, Named.DTS, Named.POS), self.columns, given, strict=True
        ):
            column.append(-1 if value is None else value)
            if value is None:
                self.whole[named] = False
        self.key.append(bool(packet.is_keyframe))

    @property
    def timed(self) -> bool:
        """Whether there are times at all."""
        return self.whole[Named.PTS] or self.whole[Named.DTS]

    @property
    def columns(self) -> tuple[array[int], array[int], array[int]]:
        """The three by which a packet may be known."""
        return self.pts, self.dts, self.pos

    def naming(self, container: str) -> Named:
        """What tells all packets apart; times first, but for AVI."""
        times = (Named.PTS, Named.DTS, Named.POS)
        order = times if container not in _UNORDERED else times[1:]
        for named in order:
            column = self.columns[named]
            if self.whole[named] and len(np.unique(column)) == len(column):
                return named
        return Named.ORDER


def read_table(
    path: Path,
    progress: Progress,
    on_part: Callable[[FrameTable], object] | None = None,
    *,
    cache: SoundCache | None = None,
    in_order: bool = True,
) -> FrameTable:
    """The table of a film, from the cache if it is there.

    `on_part` is given what is known so far, now and then: the first pictures, as they
    are in the whole table; of some films nothing is known before the end. A film that
    breaks off gives what is before the break, and its `problem`. Without `in_order`
    nothing is decoded: the number of pictures is right, their order may not be.
    MediaError when there is no picture at all, Cancelled.
    """
    kept = _kept(path, cache)
    if kept is not None:
        return kept
    info = probe(path)
    with film_errors(path), film_container(path) as container:
        stream = film_stream(container, path)
        base = Fraction(stream.time_base or Fraction(1, 1000))
        rows, broken = _read_rows(path, (container, stream, base), progress, on_part)
        promise = _promise(stream, info)
        reorders = bool(stream.codec_context.has_b_frames)
    if not rows:
        message = f"{path.name} holds no pictures, only a header: copy it again."
        raise MediaError(message)
    named = rows.naming(info.container)
    if not rows.timed:
        base = 1 / Fraction(info.rate).limit_denominator(100_000)
    table = _table(rows, base, named)
    moved = reorders and named is not Named.PTS
    if moved and in_order:
        table = _decoded_order(path, table, progress)
    said = broken or _shortfall(path, table, promise)
    if not moved and not table.key[0]:
        table = _from_the_first_that_shows(path, table)
    table = replace(table, complete=not said, problem=said)
    if not said and (in_order or not moved):  # what is damaged is looked at again
        _keep(path, cache, table)
    return table


def _read_rows(
    path: Path,
    film: tuple[Any, Any, Fraction],
    progress: Progress,
    on_part: Callable[[FrameTable], object] | None,
) -> tuple[Rows, str]:
    """All packets that hold a picture that is shown; a sentence at a break."""
    import av

    container, stream, base = film
    rows, size = Rows(), max(1, int(container.size))
    damaged = False
    shows, due = shown_packets(stream), _PART
    try:
        for packet in packets(container, stream):
            if not shows(packet):
                damaged = damaged or packet.is_corrupt
                continue
            rows.add(packet)
            if len(rows) > MOST_FRAMES:
                return rows, _too_long(path)
            if len(rows) % _PART == 0:
                progress.step(min(max(rows.pos[-1], 0), size), size, path.name)
            if on_part is not None and len(rows) >= due:
                due = max(due + _PART, round(due * _GROWTH))
                part = _part(rows, base, container.format.name)
                if part is not None:
                    on_part(part)
    except av.FFmpegError:
        damaged = True
    return rows, _broken(path, len(rows)) if damaged else ""


def _part(rows: Rows, base: Fraction, container: str) -> FrameTable | None:
    """The pictures that are at their place already; None where that is not known."""
    if container not in _SETTLED or rows.naming(container) is not Named.PTS:
        return None
    table = _table(rows, base, Named.PTS)
    count = int(np.searchsorted(table.pts, min(rows.pts[-_HELD:])))
    return table.until(count) if count and table.key[0] else None


def shown_packets(stream: Any) -> Callable[[Any], bool]:
    """What tells the packets of a stream that hold a picture which is shown.

    The others only help to decode, are cut out by an edit list, or are broken.
    """
    vp8 = codec_name(stream) == "vp8"

    def shows(packet: Any) -> bool:
        if not packet.size or packet.is_discard or packet.is_corrupt:
            return False
        return not vp8 or bool(bytes(packet)[0] & 0x10)  # RFC 6386, 9.1

    return shows


def _promise(stream: Any, info: VideoInfo) -> _Promise:
    end = 0
    if info.container.startswith("mov"):
        entries: Any = getattr(stream, "index_entries", ())  # not in every PyAV
        if len(entries):
            end = entries[-1].pos + entries[-1].size
    return _Promise(info.container, int(stream.frames or 0), info.duration, end)


def _broken(path: Path, count: int) -> str:
    return (
        f"{path.name} is damaged: only its {count} pictures that can be read are "
        "shown; copy it again from its source."
    )


def _too_long(path: Path) -> str:
    return (
        f"{path.name} has more than {MOST_FRAMES} pictures: "
        "the rest is not shown; cut it into parts."
    )


def _shortfall(path: Path, table: FrameTable, film: _Promise) -> str:
    """The sentence about a film of which less is there than its header promises."""
    there = len(table)
    again = "copy it again from its source."
    if film.bytes > path.stat().st_size or (
        film.container == "avi" and film.frames > there
    ):
        return (
            f"{path.name} is cut off: {there} of {film.frames} pictures are there; "
            + again
        )
    if film.container == "mpegts" and _half_packet(path):
        return f"{path.name} is cut off: {there} pictures are there; {again}"
    seconds = table.time(there - 1)
    seconds += 1 / table.rate if table.rate else 1.0
    promised = film.seconds * (1 - _EARLY) - 0.5
    if film.container in _HONEST and seconds < promised:
        return (
            f"{path.name} is cut off: {seconds:.3f} s of {film.seconds:.3f} s are "
            f"there; {again}"
        )
    return ""


def _half_packet(path: Path) -> bool:
    """Whether a transport stream ends within one of its packets."""
    with opened(path) as file:
        head = file.read(5)
    packet = 192 if head[4:] == b"G" and head[:1] != b"G" else 188
    return path.stat().st_size % packet != 0


def _table(rows: Rows, base: Fraction, named: Named) -> FrameTable:
    """The table of the packets so far, by their times."""
    times = rows.pts if rows.whole[Named.PTS] else rows.dts
    if not rows.timed:
        times = array("q", range(len(rows)))
    if named is Named.ORDER:
        names = np.arange(len(rows), dtype=np.int64)
    else:
        names = np.array(rows.columns[named], np.int64)
    stamp = names if named in (Named.PTS, Named.DTS) else np.array(times, np.int64)
    pts = np.array(times, np.int64)
    order = np.argsort(pts, kind="stable")
    return FrameTable(
        pts=pts[order],
        key=np.array(rows.key, np.bool_)[order],
        pos=np.array(rows.pos, np.int64)[order],
        time_base=base,
        complete=False,
        named=named,
        names=names[order],
        stamps=stamp[order],
    )


def _decoded_order(path: Path, table: FrameTable, progress: Progress) -> FrameTable:
    """The table in the order in which the decoder shows the pictures."""
    import av

    place = {int(name): index for index, name in enumerate(table.names)}
    order: list[int] = []
    with film_errors(path), film_container(path) as container:
        stream = film_stream(container, path)
        with suppress(av.FFmpegError):  # those that follow keep their order
            for frame in decoded_by_name(container, stream, table.named):
                index = (
                    place.pop(int(frame.pts), None) if frame.pts is not None else None
                )
                if index is not None:
                    order.append(index)
                    progress.step(len(order), len(table), path.name)
    order += sorted(place.values())
    chosen = np.array(order, np.int64)
    return replace(
        table,
        key=table.key[chosen],
        pos=None if table.pos is None else table.pos[chosen],
        names=table.names[chosen],
        stamps=table.stamps[chosen],
    )


def _from_the_first_that_shows(path: Path, table: FrameTable) -> FrameTable:
    """The table without the pictures ahead of the first keyframe that never come.

    Recordings begin anywhere: their first pictures are built on others that are not
    there.
    """
    first = table.keyframe_after(0)
    if first is None:
        return table
    came: set[int] = set()
    wanted = int(table.names[first])
    with film_errors(path), film_container(path) as container:
        stream = film_stream(container, path)
        for frame in decoded_by_name(container, stream, table.named):
            if not frame.is_corrupt:
                came.add(-1 if frame.pts is None else frame.pts)
            if frame.pts == wanted or len(came) > _PART:
                break
    ahead = [int(name) in came for name in table.names[:first]]
    kept = np.concatenate([ahead, np.ones(len(table) - first, np.bool_)]).astype(bool)
    return replace(
        table,
        pts=table.pts[kept],
        key=table.key[kept],
        pos=None if table.pos is None else table.pos[kept],
        names=table.names[kept],
        stamps=table.stamps[kept],
    )


def decoded_by_name(container: Any, stream: Any, named: Named) -> Iterator[Any]:
    """All pictures in the order in which they are shown; `pts` is their name."""
    shows, count = shown_packets(stream), 0
    for packet in packets(container, stream):
        if shows(packet):
            rename(packet, named, count)
            count += 1
        yield from packet.decode()


def rename(packet: Any, named: Named, count: int) -> None:
    """Give the picture of a packet its name on the way through the decoder."""
    if named is Named.DTS:
        packet.pts = packet.dts
    elif named is Named.POS:
        packet.pts = packet.pos
    elif named is Named.ORDER:
        packet.pts = count


def _kept(path: Path, cache: SoundCache | None) -> FrameTable | None:
    """The table in the cache, if there is one that is sound."""
    if cache is None:
        return None
    try:
        place = cache.place(path, ENDING)
        found = read_arrays(place)
    except OSError:
        return None
    if found is None:
        return None
    cache.touch(place)
    (over, under, named), (pts, key, pos, names, stamps) = found
    if over <= 0 or under <= 0 or named not in set(Named):
        return None
    return FrameTable(
        pts=pts,
        key=key.astype(np.bool_),
        pos=pos,
        time_base=Fraction(over, under),
        complete=True,
        named=Named(named),
        names=names,
        stamps=stamps,
    )


def _keep(path: Path, cache: SoundCache | None, table: FrameTable) -> None:
    if cache is None or table.pos is None:
        return
    base = table.time_base
    head = (base.numerator, base.denominator, int(table.named))
    columns = (table.pts, table.key, table.pos, table.names, table.stamps)
    with suppress(OSError):  # a full disk: it is made again the next time
        place = cache.place(path, ENDING)
        draft = cache.draft(place)
        write_arrays(draft, head, [column.astype(np.int64) for column in columns])
        cache.keep(draft, place)
