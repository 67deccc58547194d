"""The canvas of sounds: what is heard, seen and typed, put together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from annolab.actions import BY_ID
from annolab.errors import AnnoLabError
from annolab.model.edit import ChangeSet
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.widgets import audio_commands, tier_input
from annolab.widgets.audio_shell import AudioShell
from annolab.widgets.canvas import Tool
from annolab.widgets.clip_mode import ClipBar, ClipMode
from annolab.widgets.controls import column, label
from annolab.widgets.ipa_palette import IpaPalette
from annolab.widgets.play_bar import PlayBar
from annolab.widgets.session import Session
from annolab.widgets.sound_overlays import SoundOverlays
from annolab.widgets.sound_queries import SoundQueries
from annolab.widgets.sound_source import Opened, SoundSource
from annolab.widgets.sound_view import SoundView
from annolab.widgets.tier_area import TierArea
from annolab.widgets.time_ruler import Overview, TimeRuler
from annolab.widgets.time_view import TimeView
from annolab.widgets.transport import Transport
from annolab.widgets.transport_bar import TransportBar

if TYPE_CHECKING:
    from annolab.media.spectrogram import SpectrogramSettings

MEGABYTE = 1 << 20
NEIGHBOURS = 2  # sounds ahead and behind that are opened beforehand
SELECT_HINT = (
    "Drag selects, Tab plays it, Return adds a boundary; type into an interval."
)
CLIP_HINT = "A label's key tags. Space: next. Backspace: take back. Shift+Tab: again."
BOX_HINT = "Drag a box on the spectrogram. A label key labels it."


def _tool(id_: str, hint: str) -> Tool:
    action = BY_ID[f"audio.{id_}"]
    shape = Qt.CursorShape
    cursor = shape.IBeamCursor if id_ == "select" else shape.CrossCursor
    return Tool(id_, action.title, action.icon, action.id, cursor, hint)


class AudioCanvas(AudioShell):
    """Ruler, waveforms, spectrogram, tiers, overview and transport of a sound."""

    tools = (_tool("select", SELECT_HINT), _tool("box", BOX_HINT))

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        transport: Transport | None = None,
    ) -> None:
        super().__init__(session, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.tool = "select"
        self._path: Path | None = None
        self._told = False  # clip mode knows that this sound can be played
        self.view = TimeView(self)
        self.transport = transport or Transport(self)
        self.source = SoundSource(self._cache_limit, self)
        self.ruler = TimeRuler(self.view)
        self.sound = SoundView(session, self.view)
        self.tiers = TierArea(session, self.view)
        self.play_bar = PlayBar(self.view)
        self.overview = Overview(self.view)
        self.overlays = SoundOverlays(self.view, session.settings, self)
        self.queries = SoundQueries(self)
        self.bar = TransportBar(self.view)
        self.clips = ClipMode(session, self.play_all)
        self.clip_bar = ClipBar(self.clips, session)
        self.palette_panel = IpaPalette()
        self.palette_panel.hide()
        self._lay_out()
        self._connect()
        self.sound.set_settings(self._spectrogram_settings())
        self._take_option("sound.play_bar")

    def _lay_out(self) -> None:
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.sound)
        self.split.addWidget(self.tiers)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        self.split.setHandleWidth(4)
        self.split.setChildrenCollapsible(False)
        body = QWidget()
        inner = column(
            self.clip_bar,
            self.ruler,
            self.split,
            self.play_bar,
            self.palette_panel,
            self.overview,
            self.bar,
        )
        inner.setStretch(2, 1)
        body.setLayout(inner)
        self._message = label("", "dim", wrap=True)
        self._message.setObjectName("page")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._message)
        self._stack.addWidget(body)
        self._stack.setFocusProxy(self)
        layout = column(self._stack)
        self.setLayout(layout)
        parts = (self.sound, self.ruler, self.play_bar, self.overview, self.clip_bar)
        for part in parts:
            part.setFocusProxy(self)
        self.tiers.setFocusProxy(self)

    def _connect(self) -> None:
        source, transport, session = self.source, self.transport, self.session
        source.opened.connect(self._take_opened)
        source.grown.connect(self._take_grown)
        source.complete.connect(self._take_complete)
        source.failed.connect(self._take_failure)
        transport.moved.connect(self._follow)
        transport.started.connect(lambda: self._tell_playing(playing=True))
        transport.stopped.connect(self._take_stop)
        transport.said.connect(lambda _, text: session.said.emit("info", text))
        self.overlays.changed.connect(self._show_tracks)
        self.sound.channel_changed.connect(
            lambda: self.overlays.set_line(self.sound.line)
        )
        self.overlays.said.connect(lambda text: session.said.emit("info", text))
        self.queries.failed.connect(lambda text: session.said.emit("info", text))
        self.sound.position_changed.connect(self.position_changed)
        self.sound.boxes.edit_requested.connect(self.edit_requested)
        self.sound.boxes.selection_requested.connect(self.selection_requested)
        self.tiers.edit_requested.connect(self.edit_requested)
        self.tiers.selection_requested.connect(self.selection_requested)
        self.tiers.problem_found.connect(lambda text: session.said.emit("info", text))
        self.tiers.play_requested.connect(self.play)
        self.tiers.position_changed.connect(self.position_changed)
        self.tiers.height_wanted.connect(self._share_height)
        self.play_bar.play_requested.connect(self.play)
        self.play_bar.stop_requested.connect(lambda: self.trigger("audio.stop"))
        self.bar.play_requested.connect(lambda: self.trigger("audio.play"))
        self.bar.loop_toggled.connect(self._set_loop)
        self.bar.speed_chosen.connect(self.set_speed)
        self.bar.left.connect(self.setFocus)
        self.clips.edit_requested.connect(self.edit_requested)
        self.clips.changed.connect(self._show_clip_parts)
        self.clips.changed.connect(self.states_changed)
        self.palette_panel.chosen.connect(self.tiers.insert_text)
        self.palette_panel.closed.connect(lambda: self.show_palette(shown=False))
        session.changed.connect(self._take_changes)
        session.selection_changed.connect(self._take_selection)
        session.hidden_changed.connect(self.sound.update)
        session.label_picked.connect(self._take_label)
        session.option_changed.connect(self._take_option)
        session.project_changed.connect(self._forget)
        session.tool_changed.connect(self.set_tool)

    def _cache_limit(self) -> int:
        return int(self.session.settings.number("media.sound_cache")) * MEGABYTE

    def _spectrogram_settings(self) -> SpectrogramSettings:
        return audio_commands.spectrogram_settings(self.session.settings)

    def _take_option(self, name: str) -> None:
        if name == "sound.play_bar":
            self._show_clip_parts()
            self.states_changed.emit()
        elif name.startswith("sound."):
            self.sound.set_settings(self._spectrogram_settings())
            self.overlays.renew()

    def _forget(self) -> None:
        self.transport.set_sound(None)
        self.source.forget()
        self.opened = self._path = None

    # The item

    def show_item(self, item: Item | None) -> None:
        """Show a sound, or nothing when there is none or it is of another kind."""
        if item is not None and item.media is not Media.AUDIO:
            item = None
        if item is not None and item is self.item:
            return
        self.transport.set_sound(None)
        self.view.set_playing(None)
        self.item, self.opened, self._path = item, None, None
        self._told = False
        self.sound.show_sound(None)
        self.overview.show_sound(None)
        self.overlays.show_sound(None)
        self.view.reset(item.length or 0.0 if item is not None else 0.0)
        self.tiers.show_item(item)
        self.tell_hint()
        self.zoom_changed.emit(0.0)
        if item is None:
            title = self.tr("No sound is open")
            self._say(title, self.tr("Choose an item on the left."))
            return
        self._say(item.name, self.tr("Opening…"))
        self._path = self._path_of(item)
        if self._path is not None:
            held = self.source.get(self._path)
            if held is not None:
                self._show(held)

    def _path_of(self, item: Item) -> Path | None:
        project = self.session.project
        if project is None:
            return None
        try:
            return project.media_path(item)
        except AnnoLabError as error:
            self._say(self.tr("This sound cannot be played"), str(error))
            return None

    def _say(self, title: str, text: str) -> None:
        self._message.setText(f"{title}\n\n{text}")
        self._stack.setCurrentIndex(0)

    def _take_opened(self, path: Path, opened: Opened) -> None:
        if path == self._path:
            self._show(opened)

    def _show(self, opened: Opened) -> None:
        if self.opened is opened:
            return
        self.opened = opened
        self.view.reset(opened.sound.seconds)
        self.sound.show_sound(opened)
        self.overview.show_sound(opened)
        self.overlays.show_sound(opened)
        self.transport.set_sound(opened.sound)
        self._stack.setCurrentIndex(1)
        self._share_height()
        if opened.sound.problem:
            self.problem_found.emit(opened.sound.problem)
        self._note_length(opened)
        if 0 < opened.sound.frames <= opened.sound.ready:
            self._tell_clips()
        self._prefetch()

    def _tell_clips(self) -> None:
        """The sound can be played to its end; told once."""
        if not self._told:
            self._told = True
            self.clips.item_ready()

    def _show_tracks(self) -> None:
        self.sound.tracks = self.overlays.tracks
        self.sound.update()

    def _take_grown(self, path: Path) -> None:
        if path == self._path:
            self.sound.grow()
            self.overview.grow()

    def _take_complete(self, path: Path) -> None:
        opened = self.opened
        if path != self._path or opened is None:
            return
        believed = self.view.length
        was_late = believed != opened.sound.seconds
        if was_late:
            self.view.reset(opened.sound.seconds)
        self._take_grown(path)
        self._note_length(opened)
        if was_late:
            self.tiers.fit_length(believed)
        self._tell_clips()

    def _note_length(self, opened: Opened) -> None:
        """The file tells its length for certain only when it was read."""
        item, project, sound = self.item, self.session.project, opened.sound
        if item is None or project is None or not sound.prepared or project.read_only:
            return
        if item.length != sound.seconds or item.rate != sound.rate:
            after = replace(item, length=sound.seconds, rate=float(sound.rate))
            project.note_media([after])

    def _take_failure(self, path: Path, sentence: str) -> None:
        if path == self._path:
            self._say(self.tr("This sound cannot be played"), sentence)
            self._prefetch()

    def _prefetch(self) -> None:
        project = self.session.project
        paths = []
        for item in self.session.neighbours(NEIGHBOURS):
            if item.media is Media.AUDIO and not item.problem and not item.missing:
                try:
                    paths.append(project.media_path(item) if project else None)
                except AnnoLabError:
                    continue  # said when the item is opened
        self.source.prefetch([path for path in paths if path is not None])

    def _take_changes(self, changes: ChangeSet) -> None:
        item = self.session.item
        if item is not None and self.item is not None and item.id == self.item.id:
            moved = (self.item.path, self.item.root_id) != (item.path, item.root_id)
            self.item = None if moved else item
            if moved:
                self.show_item(item)
        self.tiers.take_changes(changes)
        self.sound.update()

    def _take_selection(self, _: tuple[int, ...]) -> None:
        self.sound.update()
        self.updateMicroFocus()  # input methods are for a selected mark only

    def _take_label(self, picked: Label | None) -> None:
        if not self.isVisible() or self.clips.take_label(picked):
            return
        if self.tool == "box" and not self.session.selection:
            return  # it is for the next box
        self.tiers.take_label(picked)

    # Playing

    def play(self, start: float, stop: float) -> None:
        """Play a stretch."""
        if self.opened is not None and stop > start:
            self.transport.play(start, stop, loop=self.loops)
            if self.transport.playing:
                self.play_bar.set_played((start, stop))

    def play_all(self) -> None:
        """Play the whole sound."""
        self.play(0.0, self.view.length)

    def _set_loop(self, on: bool) -> None:  # noqa: FBT001  a signal of Qt
        self.loops = on
        self.bar.loop_button.setChecked(on)
        self.states_changed.emit()

    def set_speed(self, speed: float) -> None:
        """Play faster or slower; the pitch stays."""
        self.transport.speed = speed

    def _follow(self, seconds: float) -> None:
        view = self.view
        view.set_playing(seconds)
        if not view.start <= seconds <= view.stop:
            view.show(seconds, seconds + view.span, remember=False)

    def _take_stop(self, seconds: float) -> None:
        self.view.set_playing(None)
        self._tell_playing(playing=False)
        if audio_commands.interrupted(self):
            self.view.select(seconds)

    def _tell_playing(self, *, playing: bool) -> None:
        self.bar.set_playing(playing=playing)
        if not playing:
            self.play_bar.set_played(None)

    # Actions

    def set_tool(self, tool_id: str) -> None:
        """Take up a tool; a drag in flight is dropped."""
        if tool_id not in ("select", "box") or tool_id == self.tool:
            return
        self.tool = tool_id
        self.sound.drop()
        self.sound.boxes.draws = tool_id == "box"
        self.session.pick_tool(tool_id)
        self.tell_hint()

    def menu(self) -> tuple[str, ...]:
        """What can be done with the selected time."""
        return audio_commands.MENU

    def states(self) -> dict[str, bool]:
        """What is on, as the parts of the canvas have it."""
        return {
            "audio.loop": self.loops,
            "audio.ipa": not self.palette_panel.isHidden(),
            "audio.show_spectrogram": self.sound.shows_spectrogram,
            "audio.play_bar": self.session.settings.flag("sound.play_bar"),
            "audio.clip_mode": self.clips.on,
        } | {
            f"audio.{name}": name in self.overlays.shown
            for name in ("pitch", "intensity", "formants")
        }

    def trigger(self, action_id: str) -> bool:
        """Do what an `audio.` action says."""
        return audio_commands.run(self, action_id) or self.tiers.trigger(action_id)

    def show_palette(self, *, shown: bool) -> None:
        """Show or hide the phonetic symbols."""
        self.palette_panel.setVisible(shown)
        self.states_changed.emit()
        if shown:
            self.palette_panel.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_clip_parts(self) -> None:
        self.tiers.setVisible(not self.clips.on)
        shown = self.session.settings.flag("sound.play_bar")
        self.play_bar.setVisible(shown and not self.clips.on)
        self.tell_hint()

    def tell_hint(self) -> None:
        """What the mouse and the keys do now."""
        hint = BOX_HINT if self.tool == "box" else SELECT_HINT
        self.hint_changed.emit(self.tr(CLIP_HINT if self.clips.on else hint))

    def _share_height(self) -> None:
        """The tiers get what they want, at most two thirds."""
        height = self.split.height()
        tall = min(self.tiers.wanted_height(), height * 2 // 3)
        self.split.setSizes([max(height - tall, 1), tall])

    # Keys that are typed into the text of an interval

    def event(self, event: QEvent) -> bool:
        """Typed characters belong to the text or the rating, not to shortcuts."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (self.clips.wants(event.text()) or self._types(event))
        ):
            event.accept()
            return True
        return super().event(event)

    def _types(self, event: QKeyEvent) -> bool:
        return not self.clips.on and self.tiers.wants_key(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type into the tiers, or rate a clip."""
        typed = not self.clips.on and self.tiers.type_key(event)
        if typed or self.clips.take_key(event.text()):
            event.accept()
            self.updateMicroFocus()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What an input method has composed goes where keys go."""
        if not self.clips.on and tier_input.take_composed(self.tiers, event):
            event.accept()
            self.updateMicroFocus()
        else:
            super().inputMethodEvent(event)

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        """Input methods are for the text of a mark; else keys are shortcuts."""
        if query == Qt.InputMethodQuery.ImEnabled and self.clips.on:
            return False
        found = tier_input.asked(self.tiers, query)
        return super().inputMethodQuery(query) if found is None else found

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The caret blinks where what is typed goes."""
        self.tiers.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is typed goes elsewhere."""
        self.tiers.update()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Another canvas is shown: be silent."""
        self.transport.stop()
        super().hideEvent(event)
