"""What the verbs need of the window: they are imported on first use, not by it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from annolab.settings import Settings
    from annolab.store.project import Project
    from annolab.widgets.commands import Commands
    from annolab.widgets.progress import ProgressStrip
    from annolab.widgets.session import Session
    from annolab.widgets.workspace import Workspace


class Shell(QMainWindow):
    """The parts of the window that dialogs and tasks work with."""

    settings: Settings
    session: Session
    commands: Commands

    @property
    def workspace(self) -> Workspace:
        """The panels of the project."""
        raise NotImplementedError

    @property
    def progress(self) -> ProgressStrip:
        """The line that shows how far a task is."""
        raise NotImplementedError

    def open_project(self, path: Path) -> bool:
        """Open a project file in place of the open one."""
        raise NotImplementedError

    def reopen_project(self) -> None:
        """Show the open project anew: its media can be reached now."""
        raise NotImplementedError

    def show_project(self, project: Project) -> None:
        """Show a project that is open already."""
        raise NotImplementedError

    def rebind(self) -> None:
        """Take over the keys of the settings."""
        raise NotImplementedError

    def option_changed(self, name: str) -> None:
        """Take over an option that was changed in the settings."""
        raise NotImplementedError
