"""The program with a window: application, session, window, and nothing else."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLocale,
    QTimer,
    QTranslator,
    Signal,
)
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from annolab.errors import AnnoLabError
from annolab.settings import Settings, config_dir, load_settings, resource
from annolab.widgets.theme import apply_palette, base_font
from annolab.widgets.window import Window

FIRST_SIZE = (1280, 800)


class Application(QApplication):
    """Says so when macOS asks for a file to be opened: it does not name it at start."""

    file_asked = Signal(str)

    def event(self, event: QEvent) -> bool:
        """What is for the application itself."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_asked.emit(event.file())
            return True
        return super().event(event)


def main(path: Path | None = None) -> int:
    """Show the window, open `path` in it, and return when it is closed."""
    settings = load_settings()
    app = make_app(settings)
    window = make_window(settings)
    if isinstance(app, Application):
        app.file_asked.connect(lambda file: window.open_path(Path(file)))
    window.show()
    if path is not None:
        QTimer.singleShot(0, window, lambda: window.open_path(path.absolute()))
    return app.exec()


def take_screenshots(project_path: Path, folder: Path) -> list[Path]:
    """Save pictures of the window with this project; return their paths."""
    from annolab.widgets.screenshots import take

    settings = load_settings()
    app = make_app(settings)
    window = make_window(settings)
    try:
        return take(window, project_path, folder)
    finally:
        window.close()
        app.processEvents()


def make_app(settings: Settings) -> QApplication:
    """The application in its theme, size and language; there is one a process."""
    scale = settings.number("look.scale")
    if scale != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{scale / 100:g}")
    made = QApplication.instance()
    app = made if isinstance(made, QApplication) else Application(sys.argv[:1])
    QCoreApplication.setApplicationName("AnnoLab")
    QCoreApplication.setOrganizationName("AnnoLab")
    app.setDesktopFileName("annolab")
    app.setFont(base_font(app.font()))
    translator = QTranslator(app)
    if translator.load(QLocale.system(), "annolab", "_", str(resource("i18n"))):
        app.installTranslator(translator)
    apply_palette(app, settings.text("look.theme"))
    return app


def make_window(settings: Settings) -> Window:
    """The window; a bug shows a sentence in it and leaves a report."""
    window = Window(settings)
    window.dress()  # once for all widgets: dressing each as it is made takes longer
    window.resize(*FIRST_SIZE)
    window.setMinimumSize(880, 560)

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _report(window, kind, error, trace)

    sys.excepthook = report
    for note in settings.notes:
        window.session.said.emit("problem", note)
    return window


def _report(
    window: Window,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Say what was raised; a bug is written down in a file with its traceback."""
    if issubclass(kind, KeyboardInterrupt):
        QCoreApplication.quit()
        return
    if isinstance(error, AnnoLabError):
        window.session.said.emit("problem", str(error))
        return
    sys.__excepthook__(kind, error, trace)
    place = write_report(kind, error, trace)
    sentence = window.tr(
        "AnnoLab made a mistake ({}). Your work is saved; a report is in {}."
    )
    window.session.said.emit("problem", sentence.format(kind.__name__, place))


def write_report(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> Path:
    """Write a crash report into the folder of the settings; return its path."""
    from importlib.metadata import version

    now = datetime.now(UTC)
    place = config_dir() / "reports" / f"{now:%Y%m%d-%H%M%S}.txt"
    lines = [
        f"AnnoLab {version('annolab')}, Python {sys.version}, {sys.platform}\n",
        f"{now.isoformat()}\n\n",
        *traceback.format_exception(kind, error, trace),
    ]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("".join(lines), encoding="utf-8")
    except OSError:
        return Path("stderr")
    return place
