"""What an action is, and where it applies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Context(StrEnum):
    """Where an action applies. GLOBAL and LIST are there beside any canvas."""

    GLOBAL = "global"
    LIST = "list"
    IMAGE = "image"
    AUDIO = "audio"
    TEXT = "text"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can invoke. `icon` is a Phosphor name without `ph.`."""

    id: str
    title: str
    doc: str
    context: Context = Context.GLOBAL
    icon: str = ""
    checkable: bool = False


# Their keys win over the same keys of GLOBAL and LIST while they apply: a
# phonetician has Praat's Ctrl+N and Ctrl+O in the fingers, and in a text PgDown
# pages and Ctrl+F searches.
SHADOWING = frozenset({Context.AUDIO, Context.TEXT})
