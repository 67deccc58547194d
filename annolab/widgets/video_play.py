"""Plays a film: where it can be heard, its sound leads and the frames follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annolab.media.stretch import FASTEST, SLOWEST
from annolab.widgets.transport import Transport
from annolab.widgets.video_sound import FilmSounds

if TYPE_CHECKING:
    from annolab.media.video import Video
    from annolab.widgets.video_source import VideoSource

Span = tuple[int, int]  # half-open, frames
AHEAD = 1.0  # seconds that are to be decoded where the sound begins


class FilmPlayer(QObject):
    """Plays the film of a source, on and back, `speed` times as fast as it is.

    The sound is heard on the way on, at speeds that a sound can have; then its clock
    says which frame is due, else that of the computer does. `changed`: it plays or
    not, another way or at another speed. `ended(frame)`: it has come to its end.
    """

    changed = Signal()
    ended = Signal(int)
    said = Signal(str, str)  # "info" | "problem", sentence

    def __init__(
        self,
        source: VideoSource,
        sounds: FilmSounds,
        *,
        transport: Transport | None = None,
    ) -> None:
        super().__init__(source)
        self.playing = False
        self.way = 1  # or -1: backwards
        self.speed = 1.0
        self.loop = False
        self.heard = True  # not muted
        self._span: Span | None = None
        self._at = 0  # the frame that was seen last
        self._video: Video | None = None
        self._source, self._sounds = source, sounds
        self.transport = transport or Transport(self)
        self.transport.said.connect(self.said)
        self.transport.stopped.connect(self._take_silence)
        sounds.grown.connect(self._take_sound)
        sounds.said.connect(self.said)
        source.came.connect(self._take_frame)
        source.lost.connect(self._take_frame)
        source.ended.connect(self._finish)

    def set_film(self, video: Video | None) -> None:
        """Play this film from now on, in silence; what plays now stops."""
        self.stop()
        self._video = video
        self.transport.set_sound(None)
        self._sounds.set_film(None)

    def extend(self) -> None:
        """More frames of the film are known: what plays goes on to the last of them."""
        if self.playing and self._span is None:
            self._again()

    def let_be_heard(self) -> None:
        """All of the film is known: it can be heard, too."""
        self._sounds.set_film(self._video)

    def _take_frame(self, frame: int) -> None:
        self._at = frame

    def play(self, start: int, *, way: int = 1, span: Span | None = None) -> None:
        """Play from a frame on; `span`: nothing but these frames."""
        self._halt()
        self.way, self._span, self._at = way, span, start
        self.playing = True
        self._begin(start)
        self.changed.emit()

    def stop(self) -> None:
        """Stop playing, wherever it is."""
        if self.playing:
            self._halt()
            self.changed.emit()

    def _halt(self) -> None:
        self.playing = False
        self.transport.stop()
        self._source.stop()

    def set_speed(self, speed: float) -> None:
        """How fast it plays, 0.1 to 8; takes effect at once."""
        if speed != self.speed:
            self.speed = speed
            self._again()

    def set_loop(self, *, on: bool) -> None:
        """Whether it begins again at its end."""
        if on != self.loop:
            self.loop = on
            self._again()

    def set_heard(self, *, on: bool) -> None:
        """Whether the sound is heard."""
        if on != self.heard:
            self.heard = on
            self._again()

    def set_span(self, span: Span | None) -> None:
        """Play nothing but these frames from now on; None: all."""
        if span != self._span and self.playing:
            self._span = span
            self._again()

    def _again(self) -> None:
        """Play on where it is, in another way."""
        if self.playing:
            seconds = self.transport.position
            self.playing = False  # what stops now is no end
            self.transport.stop()
            self.playing = True
            self._begin(self._at, seconds)
        self.changed.emit()

    def _begin(self, start: int, seconds: float | None = None) -> None:
        video = self._video
        if video is None:
            return
        first, stop = self._span or (0, len(video))
        start = min(max(start, first), stop - 1)
        at = video.table.time(start) if seconds is None else seconds
        clock = None
        if self._can_be_heard(video, at):
            clock = self._sound_clock(video, (first, stop), at)
        span = (first, stop - 1)
        speed = self.speed * self.way
        self._source.play(start, speed, span=span, loop=self.loop, clock=clock)

    def _sound_clock(self, video: Video, span: Span, at: float) -> _Clock | None:
        """Begin to be heard."""
        first, stop = span
        table = video.table
        end = table.time(stop) if stop < len(video) else table.seconds
        self.transport.set_sound(self._sounds.sound)
        self.transport.speed = self.speed
        self.transport.play(table.time(first), end, loop=self.loop, at=at)
        return _Clock(self.transport, at) if self.transport.playing else None

    def _can_be_heard(self, video: Video, at: float) -> bool:
        """Whether it can be heard from now on; if it is to be, its sound is opened."""
        able = SLOWEST <= self.speed <= FASTEST and video.info.has_sound
        if not (self.heard and self.way > 0 and able):
            return False
        self._sounds.want()
        sound = self._sounds.sound
        return sound is not None and sound.ready > at + AHEAD

    def _take_sound(self) -> None:
        """More can be heard: where the film plays already, the sound leads now."""
        video = self._video
        if not self.playing or video is None or self.transport.playing:
            return
        if self._can_be_heard(video, video.table.time(self._at)):
            self._again()

    def _take_silence(self) -> None:
        """The sound was stopped, or it has come to its end."""
        if self.playing:
            self._finish()

    def _finish(self) -> None:
        if self.playing and self._video is not None:
            first, stop = self._span or (0, len(self._video))
            self.stop()
            self.ended.emit(stop - 1 if self.way > 0 else first)


class _Clock:
    """Where the sound is; asked by the thread that reads the frames."""

    def __init__(self, transport: Transport, start: float) -> None:
        self._transport, self._last = transport, start

    def __call__(self) -> float:
        position = self._transport.position
        if position is not None:  # else it has just been stopped
            self._last = position
        return self._last
