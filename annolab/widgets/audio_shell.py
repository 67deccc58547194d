"""What the actions on sounds need of the canvas that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annolab.model.item import Item
from annolab.widgets.canvas import Canvas
from annolab.widgets.clip_mode import ClipMode
from annolab.widgets.info_window import InfoWindow
from annolab.widgets.ipa_palette import IpaPalette
from annolab.widgets.sound_overlays import SoundOverlays
from annolab.widgets.sound_queries import SoundQueries
from annolab.widgets.sound_source import Opened
from annolab.widgets.sound_view import SoundView
from annolab.widgets.tier_area import TierArea
from annolab.widgets.time_view import TimeView
from annolab.widgets.transport import Transport
from annolab.widgets.transport_bar import TransportBar

if TYPE_CHECKING:
    from pathlib import Path

    from annolab.assist.readings import Reading
    from annolab.model.substitution import Substitution
    from annolab.widgets.worker import Job


class AudioShell(Canvas):
    """The parts of the canvas of sounds."""

    view: TimeView
    sound: SoundView
    tiers: TierArea
    bar: TransportBar
    clips: ClipMode
    palette_panel: IpaPalette
    transport: Transport
    overlays: SoundOverlays
    queries: SoundQueries
    info: InfoWindow | None = None  # made when the first value is kept
    last_value: Reading | None = None
    item: Item | None = None
    opened: Opened | None = None
    loops = False
    stopped_by_user = False
    aligning: Job | None = None
    words: frozenset[str] = frozenset()  # of the word lists
    words_key: tuple[Path, float, float] | None = None  # of which files, as of when
    doubtful = ""  # the last word that was in none
    rule: Substitution | None = None  # of the last search

    def play(self, start: float, stop: float) -> None:
        """Play a stretch."""
        raise NotImplementedError

    def set_speed(self, speed: float) -> None:
        """Play faster or slower; the pitch stays."""
        raise NotImplementedError

    def show_palette(self, *, shown: bool) -> None:
        """Show or hide the phonetic symbols."""
        raise NotImplementedError
