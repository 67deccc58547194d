"""The errors that AnnoLab raises on purpose.

AnnoLabError
├── UserError            what was asked cannot be done; the sentence says what to do
│   └── FolderNotNamed   a folder of media that the user has not named
├── StoreError           the project file
│   ├── NotAProject      not an AnnoLab project, truncated or damaged
│   ├── NewerProject     made by a newer AnnoLab
│   ├── ProjectLocked    another program holds the write lock
│   ├── ReadOnlyProject  opened without the right to write
│   ├── DiskFull         the last edit was not written; the project is unharmed
│   └── Conflict         `before` is no longer what the project holds
├── MediaError           a picture, film, sound or text that cannot be read
│   └── WrongEncoding    bytes that are no text in an encoding; another may fit
├── FormatError          somebody else's annotation file (path and line)
├── PluginError          a plug-in that cannot be used
└── Cancelled            the user stopped a long task

Every message is one sentence that can be shown to the user as it is.
Anything else that is raised is a bug.
"""

from __future__ import annotations

from pathlib import Path


class AnnoLabError(Exception):
    """Base of all errors raised on purpose; its text is shown to the user."""


class UserError(AnnoLabError):
    """What was asked cannot be done."""


class FolderNotNamed(UserError):
    """Media lie in a folder that the user has not named on this computer."""


class StoreError(AnnoLabError):
    """The project file cannot be read or written."""


class NotAProject(StoreError):
    """The file is not an AnnoLab project, or it is truncated or damaged."""


class NewerProject(StoreError):
    """The project was made by a newer AnnoLab."""


class ProjectLocked(StoreError):
    """Another program holds the write lock."""


class ReadOnlyProject(StoreError):
    """The project was opened without the right to write."""


class DiskFull(StoreError):
    """There was no room for the edit; the project holds its last good state."""


class Conflict(StoreError):
    """The project no longer holds what the edit starts from."""


class MediaError(AnnoLabError):
    """A picture, film, sound or text cannot be read."""


class WrongEncoding(MediaError):
    """Bytes are no text in the encoding that was tried; another one may fit."""


class FormatError(AnnoLabError):
    """An annotation file breaks its format.

    `path` is the file and `line` its 1-based line, where they are known.
    """

    def __init__(
        self, message: str, *, path: Path | None = None, line: int | None = None
    ) -> None:
        self.message = message
        self.path = path
        self.line = line
        place = "" if path is None else f"{path}: "
        if path is not None and line is not None:
            place = f"{path}, line {line}: "
        super().__init__(place + message)


class PluginError(AnnoLabError):
    """A plug-in cannot be used."""


class Cancelled(AnnoLabError):
    """The user stopped a long task."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")
