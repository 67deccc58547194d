"""The canvas of films: the frame with its shapes, and the timeline below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QWidget

from annolab import track_edits
from annolab.errors import AnnoLabError
from annolab.model.edit import Edit
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.tasks.facts import film_as_read
from annolab.widgets import (
    film_hints,
    timeline_commands,
    track_clipboard,
    track_commands,
)
from annolab.widgets.canvas import Submenu
from annolab.widgets.controls import column
from annolab.widgets.film_split import FilmSplit
from annolab.widgets.film_timeline import WAVE, FilmTimeline
from annolab.widgets.follow_sights import FollowSights
from annolab.widgets.follower import Follower
from annolab.widgets.session import Session
from annolab.widgets.shape_tools import SELECT, TOOLS
from annolab.widgets.track_desk import TrackDesk
from annolab.widgets.track_menu import track_menu
from annolab.widgets.transport import Transport
from annolab.widgets.video_commands import VERBS
from annolab.widgets.video_play import FilmPlayer
from annolab.widgets.video_shell import VideoShell
from annolab.widgets.video_sound import FilmSounds
from annolab.widgets.video_source import VideoSource
from annolab.widgets.video_timeline import VideoTimeline
from annolab.widgets.video_view import VideoView

if TYPE_CHECKING:
    from annolab.media.video import Video

MEGABYTE = 1 << 20
FAR = 10  # frames
STEPS = {"next_frame": 1, "previous_frame": -1, "forward": FAR, "back": -FAR}
# With nothing selected there is nothing to move: the arrows step.
ARROWS = {"left": -1, "right": 1, "left_far": -FAR, "right_far": FAR}
FOLLOWING = {"follow": 1, "follow_back": -1}
LOOKING = frozenset({"zoom_in", "zoom_out", "fit", "actual_size", "darken"})
KEPT = 1000  # films whose frame is remembered


class VideoCanvas(VideoShell):
    """Shows frames as they come; all that is asked for in between is dropped."""

    tools = TOOLS

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        transport: Transport | None = None,
    ) -> None:
        super().__init__(session, parent)
        self._left_at: dict[int, int] = {}
        self._tool_hint = ""
        self._told_hint: str | None = None
        self.source = VideoSource(self._cache_limit, self)
        self.sounds = FilmSounds(self._cache_limit, self)
        self.player = FilmPlayer(self.source, self.sounds, transport=transport)
        self.view = VideoView(session)
        self.timeline = VideoTimeline()
        self.film = FilmTimeline(session, self.timeline.marked)
        self.film.tracks.colors = self.view.colors
        self.follower = Follower(self.source, self)
        self._sights = FollowSights(self, self.follower)
        beside = FilmSplit(self.view, self.film)
        layout = column(beside, self.follower.bar, self.timeline)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.view)
        self.tool = self.view.tool
        self._connect()
        self._take_option(timeline_commands.SHOWN)

    def _connect(self) -> None:
        view, source, session = self.view, self.source, self.session
        for mine, its in (
            (self.position_changed, view.position_changed),
            (self.pixel_changed, view.pixel_changed),
            (self.zoom_changed, view.zoom_changed),
            (self.problem_found, view.problem_found),
            (self.edit_requested, view.edit_requested),
            (self.selection_requested, view.selection_requested),
        ):
            its.connect(mine)
        view.hint_changed.connect(self._take_hint)
        self.timeline.range_changed.connect(self._tell_hint)
        self.follower.bar.changed.connect(self._tell_hint)
        view.frame_wanted.connect(self.go_to)
        view.pressed.connect(self.pause)
        view.marks_changed.connect(self._tell_marks)
        source.opened.connect(self._take_film)
        source.grown.connect(self._take_share)
        source.longer.connect(self._take_longer)
        source.whole.connect(self._take_whole)
        source.failed.connect(self._take_unreadable)
        source.came.connect(self.take_frame)
        source.lost.connect(lambda frame, why: self.take_frame(frame, None, why))
        self.sounds.grown.connect(self._show_wave)
        self.timeline.bar.asked.connect(self.trigger)
        self.timeline.bar.speed_chosen.connect(self.player.set_speed)
        self.timeline.wanted.connect(self.go_to)
        self.film.take_focus_to(view)
        self.film.wanted.connect(self.go_to)
        self.film.edit_requested.connect(self.edit_requested)
        self.film.selection_requested.connect(self.selection_requested)
        self.film.tracks.problem_found.connect(self.problem_found)
        session.label_picked.connect(self._take_label)
        self.timeline.range_changed.connect(self.renew_span)
        self.player.said.connect(session.said)
        self.player.ended.connect(self.go_to)
        self.player.changed.connect(self.tell_player)
        session.selection_changed.connect(self._tell_marks)
        session.frame_changed.connect(self._tell_hint)
        session.tool_changed.connect(self._take_tool)
        session.project_changed.connect(self._forget)
        session.item_opened.connect(self.show_item)
        session.item_updated.connect(self._take_item)
        session.option_changed.connect(self._take_option)
        self._take_option("media.film_sound")

    def _cache_limit(self) -> int:
        return int(self.session.settings.number("media.sound_cache")) * MEGABYTE

    def _forget(self) -> None:
        self._left_at.clear()
        self._close()

    def _close(self) -> None:
        """Let go of the film and of its sound."""
        self._sights.drop()
        self.film.wave.show_sound(None)
        self.player.set_film(None)
        self.source.close()

    def _take_option(self, name: str) -> None:
        if name == timeline_commands.SHOWN:
            self._show_timeline()
            self._want_wave()
        elif name == WAVE:
            self._want_wave()
        elif name == "media.film_sound":
            self.player.set_heard(on=self.session.settings.flag(name))
        if name.startswith("video."):
            self.states_changed.emit()

    def _show_timeline(self, *, there: bool = True) -> None:
        """Below a film is its timeline or a line; `there` False: no film is below."""
        shown = self.session.settings.flag(timeline_commands.SHOWN)
        self.film.setVisible(shown and there)
        self.timeline.line.setHidden(shown)
        self.timeline.setVisible(there)

    def _want_wave(self) -> None:
        """Open the sound of the film where it is to be seen."""
        video, film = self.source.video, self.film
        heard = video is not None and video.info.has_sound
        if film.show_wave(there=heard):
            self.sounds.want()

    def _show_wave(self) -> None:
        sound = self.sounds.sound
        self.film.wave.show_sound(self.sounds.peaks, sound.offset if sound else 0)

    def _take_label(self, label: Label | None) -> None:
        """With a range and nothing else selected, a label's key is for the range."""
        if self.isVisible() and not self.session.selection and self.tool == SELECT:
            timeline_commands.tag_range(self.film, label)

    def _take_tool(self, tool_id: str) -> None:
        self.tool = self.view.tool

    # The film

    def show_item(self, item: Item | None) -> None:
        """Show a film, or nothing when there is none or it is of another kind."""
        if item is not None and item.media is not Media.VIDEO:
            item = None
        if item is self.item:
            return
        if self.item is not None:
            self._left_at[self.item.id] = self.wanted
            if len(self._left_at) > KEPT:
                del self._left_at[next(iter(self._left_at))]
        self._close()
        self.item, self.wanted = item, 0
        self.timeline.set_film(0, np.zeros(0, np.intp))
        self.film.set_film(None)
        self.timeline.tell(0, 0, 0.0, 0.0)
        self.timeline.bar.tell_reading(None)
        self.view.show_item(item)
        if item is not None:
            self._open(item)

    def _take_item(self, item: Item) -> None:
        """The open item was changed: only its file matters here."""
        before = self.item
        if before is None or item.id != before.id:
            return
        self.item = item
        if (before.path, before.root_id) != (item.path, item.root_id):
            self._close()
            self._open(item)

    def _open(self, item: Item) -> None:
        self._show_timeline()
        self._take_share(0.0)
        project = self.session.project
        if project is None:
            return
        try:
            path = project.media_path(item)
        except AnnoLabError as error:
            self._take_failure(str(error))
            return
        self.source.open(path)

    def _take_share(self, share: float) -> None:
        if self.count:
            self.timeline.bar.tell_reading(share)
            return
        percent = self.tr("{percent} %").format(percent=round(share * 100))
        self._say(self.tr("The film is being read"), percent)

    def _take_unreadable(self, sentence: str) -> None:
        self._take_failure(sentence)
        if self.item is not None:
            self._note(replace(self.item, problem=sentence))

    def _take_failure(self, sentence: str) -> None:
        self._say(self.tr("This film cannot be shown"), sentence)
        self._show_timeline(there=False)

    def _say(self, title: str, text: str) -> None:
        self.view.told = (title, text)
        self.view.update()

    def _take_film(self, video: Video) -> None:
        """Its first frames, or all of them, can be seen."""
        self.player.set_film(video)
        self.timeline.set_film(len(video), np.flatnonzero(video.table.key))
        self.film.set_film(video.table)
        self._tell_hint()
        self.tell_player()
        self._tell_marks()
        item = self.item
        self._return(self._left_at.get(item.id, 0) if item is not None else 0)

    def _return(self, frame: int) -> None:
        """Go to the frame that was left, once it is known."""
        self.go_to(frame)
        self._returning = frame if self.source.reading else None

    def _take_longer(self) -> None:
        """More frames are known."""
        video = self.source.video
        if video is None:
            return
        self.timeline.extend(len(video), np.flatnonzero(video.table.key))
        self.film.extend(video.table)
        self.player.extend()
        if self._returning is not None and self.wanted < self._returning:
            self._return(self._returning)
        self.tell_place()

    def _take_whole(self) -> None:
        """All frames are known, and what the file is."""
        self.timeline.bar.tell_reading(None)
        self.player.let_be_heard()
        self._want_wave()
        video, item = self.source.video, self.item
        if video is None or item is None:
            return
        if video.problem:
            self.problem_found.emit(video.problem)
        self._note(film_as_read(item, video.info, video.problem))

    def _note(self, known: Item) -> None:
        """Keep what the file says: these are facts, and nothing to be undone."""
        project = self.session.project
        if project is not None and not project.read_only and known != self.item:
            project.note_media([known])

    def _tell_marks(self, _ids: object = None) -> None:
        board = self.view.board
        chosen = {f for i in self.session.selection for f in board.keyframes(i)}
        self.timeline.line.set_marks(board.frames(), sorted(chosen))

    # Tools and actions

    def set_tool(self, tool_id: str) -> None:
        """Take up a tool."""
        self.view.set_tool(tool_id)
        self.tool = self.view.tool

    def _take_hint(self, text: str) -> None:
        self._tool_hint, self._told_hint = text, None
        self._tell_hint()

    def _tell_hint(self) -> None:
        """Say what can be done now: with what is selected, else with the tool."""
        said = film_hints.hint(
            self.session, self.timeline.range, self.follower.bar,
            selects=self.tool == SELECT,
        )  # fmt: skip
        said = (said or self._tool_hint) if self.count else ""  # nothing to be done
        if said != self._told_hint:  # frames come fast while it plays
            self._told_hint = said
            own = said not in ("", self._tool_hint)
            text = film_hints.spoken(said, self.session) if own else said
            self.hint_changed.emit(text)

    def states(self) -> dict[str, bool]:
        """What is on."""
        return {
            **timeline_commands.states(self.film),
            "video.loop": self.player.loop,
            "video.sound": self.player.heard,
            **track_commands.states(self.session),
        }

    def menu(self) -> tuple[str | Submenu, ...]:
        """What pictures offer; for what is selected, the verbs of tracks, too."""
        if self.film.underMouse():
            return timeline_commands.menu(self.film)
        if not self.session.selection:
            return self.view.menu()
        return (*track_menu(self.session.selected()), "", *self.view.menu())

    def trigger(self, action_id: str) -> bool:
        """Do what an `image.` or a `video.` action says."""
        context, _, name = action_id.partition(".")
        if context == "image" and name in ARROWS and not self.session.selection:
            self.go_to(self.wanted + ARROWS[name])
            return True
        if context == "image" and name not in LOOKING:
            self.pause()
        if context != "video":
            done = self._trigger_picture(name)
            done = done or track_clipboard.run(self.desk(), action_id)
            return done or self.view.trigger(action_id)
        if name in STEPS:
            self.go_to(self.wanted + STEPS[name])
            return True
        if name in FOLLOWING or name in track_commands.COMMANDS:
            self._run_on_tracks(name)
            return True
        if timeline_commands.run(self.film, name, self.view.index):
            return True
        verb = VERBS.get(name)
        if verb is not None:
            verb(self)
        return verb is not None

    def _trigger_picture(self, name: str) -> bool:
        """What actions of pictures do otherwise on films; False: the same."""
        if name == "whole":
            timeline_commands.tag_frame(self.film, self.view.index)
            return True
        if name == "cancel" and not self.follower.bar.isHidden():
            self.follower.give_up()
            return True
        return name == "cancel" and self.film.tracks.cancel()

    def _run_on_tracks(self, name: str) -> None:
        self.pause()
        if name in FOLLOWING:
            self.follower.begin(self.desk(), FOLLOWING[name])
        else:
            track_commands.run(self.desk(), name)

    def desk(self) -> TrackDesk:
        """What the actions on tracks work with."""
        others = self.session.annotations

        def ask(edit: Edit) -> None:
            self.edit_requested.emit(track_edits.numbered(edit, others))

        return TrackDesk(self.view, ask, self.count, self.timeline.range)
