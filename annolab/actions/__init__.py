"""The table of what a user can invoke, and the keys that invoke it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annolab.actions.action import SHADOWING, Action, Context
from annolab.actions.audio import AUDIO_ACTIONS
from annolab.actions.image import IMAGE_ACTIONS
from annolab.actions.playing import PLAYING_ACTIONS
from annolab.actions.text import TEXT_ACTIONS
from annolab.actions.timeline import TIMELINE_ACTIONS
from annolab.actions.tracks import TRACK_ACTIONS
from annolab.actions.video import VIDEO_ACTIONS
from annolab.actions.window import WINDOW_ACTIONS
from annolab.settings import resource

__all__ = [
    "ACTIONS", "BY_ID", "SHADOWING", "Action", "Bindings", "Context", "bindings",
    "default_table",
]  # fmt: skip


ACTIONS: tuple[Action, ...] = (
    *WINDOW_ACTIONS,
    *IMAGE_ACTIONS,
    *AUDIO_ACTIONS,
    *TEXT_ACTIONS,
    *PLAYING_ACTIONS,
    *VIDEO_ACTIONS,
    *TRACK_ACTIONS,
    *TIMELINE_ACTIONS,
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

Table = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Bindings:
    """Which keys invoke which action: the defaults with the user's changes."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, action_id: str) -> tuple[str, ...]:
        """The keys of an action, the one to show first."""
        return self.keys.get(action_id, ())

    def first(self, action_id: str) -> str:
        """The key to show for an action, or ""."""
        return next(iter(self.of(action_id)), "")

    def owner(self, key: str, contexts: Iterable[Context]) -> Action | None:
        """The action that `key` invokes in one of the contexts, or None."""
        wanted = frozenset(contexts)
        first = wanted & SHADOWING
        if first and first != wanted:
            held = self.owner(key, first)
            if held is not None:
                return held
        for action_id, keys in self.keys.items():
            action = BY_ID.get(action_id)
            if action is not None and action.context in wanted and key in keys:
                return action
        return None

    def within(self, contexts: Iterable[Context]) -> Bindings:
        """The keys as they are in these contexts: some win over global ones."""
        first = frozenset(contexts) & SHADOWING
        taken = {
            key
            for action_id, keys in self.keys.items()
            if action_id in BY_ID and BY_ID[action_id].context in first
            for key in keys
        }
        everywhere = (Context.GLOBAL, Context.LIST)
        return Bindings(
            {
                action_id: tuple(key for key in keys if key not in taken)
                if action_id in BY_ID and BY_ID[action_id].context in everywhere
                else keys
                for action_id, keys in self.keys.items()
            }
        )


def read_table(text: str) -> dict[str, dict[str, str]]:
    """Read `[context] "key" = "action.id"`; ValueError when it is no TOML."""
    data = tomllib.loads(text)
    return {
        context: {str(key): str(action) for key, action in entries.items()}
        for context, entries in data.items()
        if isinstance(entries, dict)
    }


def default_table() -> dict[str, dict[str, str]]:
    """The key table that comes with AnnoLab."""
    return read_table(resource("keys.toml").read_text(encoding="utf-8"))


def bindings(
    table: Table, overrides: Mapping[str, tuple[str, ...]] | None = None
) -> Bindings:
    """Join the key table with the user's keys; overrides win over the table.

    A key that the user gave to two actions belongs to the first.
    """
    changed: dict[str, tuple[str, ...]] = {}
    taken: set[tuple[Context, str]] = set()
    for action_id, keys in (overrides or {}).items():
        if action_id in BY_ID:
            own = BY_ID[action_id].context
            free = tuple(key for key in keys if (own, key) not in taken)
            changed[action_id] = free
            taken |= {(other, key) for key in free for other in overlapping(own)}
    result = dict(changed)
    for context, entries in table.items():
        for key, action_id in entries.items():
            if action_id not in changed and (Context(context), key) not in taken:
                result[action_id] = (*result.get(action_id, ()), key)
    return Bindings(result)


def overlapping(context: Context) -> frozenset[Context]:
    """The contexts whose keys cannot be the same as those of `context`."""
    if context in SHADOWING:
        return frozenset({context})
    if context in (Context.GLOBAL, Context.LIST):
        return frozenset(Context) - SHADOWING
    # On a film the actions of pictures apply, too.
    return frozenset({Context.GLOBAL, Context.LIST, Context.IMAGE, Context.VIDEO})


def conflicts(held: Bindings) -> list[tuple[str, str, str]]:
    """Keys on two actions in overlapping contexts: (key, action id, action id)."""
    found = []
    pairs = [(key, BY_ID[i]) for i, keys in held.keys.items() for key in keys]
    for index, (key, action) in enumerate(pairs):
        for other_key, other in pairs[index + 1 :]:
            if key == other_key and other.context in overlapping(action.context):
                found.append((key, action.id, other.id))
    return found


def free_letters(held: Bindings) -> tuple[str, ...]:
    """Single keys that no action uses: they can be the keys of labels."""
    used = {key for keys in held.keys.values() for key in keys}
    signs = "123456789" + "QWERTYUIOPASDFGHJKLZXCVBNM" + "0"
    return tuple(sign for sign in signs if sign not in used)
