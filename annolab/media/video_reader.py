"""Pictures of a film read by a thread of its own: scrubbing, stepping, playing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Condition, Thread, current_thread

from annolab.errors import Cancelled, MediaError
from annolab.media.video import FrameTable, Pixels, Video
from annolab.media.video_cache import DEFAULT_BYTES, FrameCache

SLOWEST, FASTEST = 0.1, 8.0
MOST_SHOWN = 60.0  # pictures per second; what is shown faster is not seen
_AHEAD = 12  # pictures read before anybody asks
_BLOCK = 48  # pictures read at once on the way back
_SOON = 4  # pictures read ahead in playing forwards
_NAP = 0.004  # seconds between two looks at the clock


@dataclass(slots=True)
class _Play:
    """What is being played: pictures `first` to `last`, both shown."""

    speed: float
    first: int
    last: int
    loop: bool
    clock: Callable[[], float]  # seconds of the film since its first picture
    stride: int  # every how many-th picture is shown, from `origin` on
    origin: int = 0
    shown: int = -1
    lost: set[int] = field(default_factory=set)  # damaged pictures
    follows: bool = False  # a clock that was given, and goes round by itself

    @property
    def way(self) -> int:
        """1 for forwards, -1 for backwards."""
        return 1 if self.speed > 0 else -1

    def begin(self, seconds: float, start: int) -> None:
        """Play from a picture on, by the clock of the computer."""
        begun = time.monotonic()
        self.clock = lambda: seconds + (time.monotonic() - begun) * self.speed
        self.origin, self.shown = start, start - self.way


class FrameReader:
    """Reads pictures in a thread; the callbacks are called in that thread.

    `on_frame(index, pixels)`: the picture with that very number; `pixels` may not be
    changed. `on_problem(index, sentence)`: it cannot be shown. `on_end()`: playing
    came to its end by itself. `close` ends the thread.
    """

    def __init__(
        self,
        video: Video,
        on_frame: Callable[[int, Pixels], object],
        *,
        on_problem: Callable[[int, str], object] = lambda _i, _s: None,
        on_end: Callable[[], object] = lambda: None,
        cache_bytes: int = DEFAULT_BYTES,
        read_ahead: bool = True,
    ) -> None:
        self.cache = FrameCache(cache_bytes)
        self._video = video.again()
        self._player: Video | None = None
        self._told = on_frame, on_problem, on_end
        self._reads_ahead = read_ahead
        self._changed = Condition()
        self._wanted: int | None = None
        self._play: _Play | None = None
        self._turn = 0  # counts what was asked for
        self._closing = False
        self._last = (-1, 1)  # picture asked for last, and the way it was reached
        self._thread = Thread(target=self._work, name="film reader", daemon=True)
        self._thread.start()

    def request(self, index: int) -> None:
        """Show a picture soon; one that was asked for before and waits is dropped.

        Playing stops.
        """
        with self._changed:
            self._play = None
            self._wanted = min(max(index, 0), len(self._video) - 1)
            self._ask()

    def play(
        self,
        start: int,
        speed: float = 1.0,
        *,
        span: tuple[int, int] | None = None,
        loop: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Show picture after picture from `start`, at their times.

        `speed`: 0.1 to 8, negative for backwards. `span`: the first and the last
        picture that are played. `clock`: tells the second of the film that is due,
        as that of the sound does, and goes round by itself in a loop; by default the
        computer's. Pictures that are late
        are left out; those that are shown come in order.
        """
        table = self._video.table
        first, last = span or (0, len(table) - 1)
        first, last = max(first, 0), min(last, len(table) - 1)
        start = min(max(start, first), last)
        size = min(max(abs(speed), SLOWEST), FASTEST)
        speed = size if speed > 0 else -size
        stride = max(1, round(table.rate * size / MOST_SHOWN))
        play = _Play(speed, first, last, loop, lambda: 0.0, stride)
        play.begin(table.time(start), start)
        if clock is not None:
            play.clock, play.follows = clock, True
        with self._changed:
            self._wanted, self._play = None, play
            self._ask()

    def extend(self, table: FrameTable) -> None:
        """Know more pictures; those known before are the first of these."""
        self._video.extend(table)
        player = self._player
        if player is not None:
            player.extend(table)

    def stop(self) -> None:
        """Stop playing."""
        with self._changed:
            self._play = None
            self._ask()

    @property
    def playing(self) -> bool:
        """Whether pictures come by themselves."""
        return self._play is not None

    def close(self) -> None:
        """End the thread, let go of the file and of all pictures."""
        with self._changed:
            self._closing = True
            self._ask()
        if self._thread is not current_thread():
            self._thread.join()
        self.cache.clear()

    def _ask(self) -> None:
        self._turn += 1
        self._changed.notify_all()

    def _work(self) -> None:
        try:
            while not self._closing:
                with self._changed:
                    wanted, self._wanted = self._wanted, None
                    play, turn = self._play, self._turn
                if wanted is not None:
                    self._show(wanted)
                elif play is not None:
                    self._tick(play, turn)
                elif not self._read_ahead(turn):
                    with self._changed:
                        if self._turn == turn:
                            self._changed.wait()
        finally:
            self._video.close()
            if self._player is not None:
                self._player.close()

    def _show(self, index: int) -> None:
        """Show one picture; nothing but closing interrupts it.

        Else nothing would be seen while requests come faster than pictures.
        """
        last, way = self._last
        if index != last:
            way = 1 if index > last else -1
        self._last = (index, way)
        try:
            pixels = self.cache.get(index)
            if pixels is None and way < 0 and last - index <= 2:
                self._read(self._video, self._block(index, 1), lambda: self._closing)
                pixels = self.cache.get(index)
            if pixels is None:
                pixels = self._video.frame(index, lambda: self._closing)
                self.cache.put(index, pixels)
        except MediaError as error:
            self._told[1](index, str(error))
        except Cancelled:
            return
        else:
            self._told[0](index, pixels)

    def _read(
        self, video: Video, indices: Iterable[int], stop: Callable[[], bool]
    ) -> None:
        """Read pictures into the cache, leaving out those that are damaged."""
        for index in indices:
            if stop():
                raise Cancelled
            if index not in self.cache:
                try:
                    self.cache.put(index, video.frame(index, stop))
                except MediaError:
                    continue

    def _block(self, index: int, stride: int) -> range:
        """Pictures up to `index` that are read together: of one group, and few."""
        info = self._video.info
        held = self.cache.limit // max(1, 3 * info.width * info.height)
        most = max(1, min(_BLOCK, held // 2))
        key = self._video.table.keyframe_before(index)
        first = max(key, index - (most - 1) * stride)
        first += (index - first) % stride
        return range(first, index + 1, stride)

    def _read_ahead(self, turn: int) -> bool:
        """Read what will be asked for next; False when there is nothing to read."""
        at, way = self._last
        if not self._reads_ahead or at < 0 or not self._video.info.width:
            return False
        end = len(self._video)
        last = min(end, at + 1 + _AHEAD) if way > 0 else max(-1, at - 1 - _AHEAD)
        missing = [i for i in range(at + way, last, way) if i not in self.cache]
        if not missing or self._full():
            return False
        nearest = missing[0]
        block = self._block(nearest, 1) if way < 0 else (nearest,)
        try:
            self._read(self._video, block, lambda: self._turn != turn)
        except Cancelled:
            return True
        if nearest not in self.cache:  # it is damaged: no further in this direction
            self._last = (-1, 1)
        return True

    def _full(self) -> bool:
        """Whether what is read ahead would push out what it is read for."""
        info = self._video.info
        return (_AHEAD + 2) * 3 * info.width * info.height > self.cache.limit

    def _tick(self, play: _Play, turn: int) -> None:
        """Show the picture that is due, if it is not shown; else read on, or wait."""
        due = self._due(play)
        if due is None:
            self._ended(play, turn)
            return
        if due != play.shown:
            if due not in self.cache:
                self._fetch(play, due, turn)
            self._deliver(play, due, turn)
            return
        coming = self._coming(play)
        if coming is not None:
            self._fetch(play, coming, turn)
            return
        with self._changed:
            if self._turn == turn:
                self._changed.wait(_NAP)

    def _deliver(self, play: _Play, index: int, turn: int) -> None:
        """Show a picture of the film that plays, but none before those shown."""
        if self._turn != turn or (play.shown - index) * play.way >= 0:
            return
        play.shown = index
        self._last = (index, play.way)
        pixels = self.cache.get(index)
        if pixels is not None:
            self._told[0](index, pixels)

    def _due(self, play: _Play) -> int | None:
        """The picture that is due, never one before those shown; None at the end."""
        table, seconds = self._video.table, play.clock()
        due = min(max(table.at(seconds), play.first), play.last)
        if play.loop and (play.shown - due) * play.way > (play.last - play.first) / 2:
            play.origin, play.shown = due, due - play.way  # the clock went round
        off = (due - play.origin) % play.stride
        if play.way > 0:
            due = max(due - off, play.shown)
            over = seconds >= self._end_of(play.last)
        else:
            due = min(due + (play.stride - off if off else 0), play.shown)
            over = seconds <= table.time(play.first)
        return None if over and due == play.shown else due

    def _end_of(self, index: int) -> float:
        """When the next picture is due."""
        table = self._video.table
        return table.time(index + 1) if index + 1 < len(table) else table.seconds

    def _coming(self, play: _Play) -> int | None:
        """The next picture that is not read yet, of those that are due soon."""
        count = _BLOCK // 2 if play.way < 0 else _SOON
        info = self._video.info
        count = min(count, self.cache.limit // max(1, 6 * info.width * info.height))
        for n in range(1, count + 1):
            index = play.shown + n * play.way * play.stride
            if not play.first <= index <= play.last:
                return None
            if index not in self.cache and index not in play.lost:
                return index
        return None

    def _fetch(self, play: _Play, index: int, turn: int) -> None:
        """Read a picture for playing; those that become due meanwhile are shown."""
        if self._player is None:
            self._player = self._video.again(in_order=True)

        def stop() -> bool:
            due = self._due(play)
            if due is not None and due in self.cache:
                self._deliver(play, due, turn)
            return self._turn != turn

        wanted = self._block(index, play.stride) if play.way < 0 else (index,)
        try:
            self._read(self._player, wanted, stop)
        except Cancelled:
            return
        if index not in self.cache:
            play.lost.add(index)

    def _ended(self, play: _Play, turn: int) -> None:
        with self._changed:
            if self._turn != turn:
                return
            if play.loop and play.follows:
                self._changed.wait(_NAP)
                return
            if play.loop:
                start = play.first if play.way > 0 else play.last
                play.begin(self._video.table.time(start), start)
                return
            self._play = None
        self._told[2]()
