"""What every test of AnnoLab and its plug-ins runs in.

No test sees the user's settings, needs a screen, or leaves a thread or a
project behind. ANNOLAB_TEST_PLATFORM=xcb shows the windows of the ordinary
tests; HYPOTHESIS_PROFILE=ci, dev or slow chooses how hard hypothesis looks.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["QT_QPA_PLATFORM"] = os.environ.get("ANNOLAB_TEST_PLATFORM", "offscreen")
# Qt reads the first of these once, when it starts: not a home of the user either.
_HOME = tempfile.TemporaryDirectory(prefix="annolab-test-")
_FOLDERS = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}
GUI_FIXTURES = {"qapp", "qtbot", "screen"}

settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "slow",
    deadline=None,
    max_examples=2000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_configure() -> None:
    """Move the session out of the user's home before anything is imported."""
    os.environ.update(_homes(Path(_HOME.name)))


def pytest_unconfigure() -> None:
    """Remove the home of the session."""
    _HOME.cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a QApplication."""
    for item in items:
        if GUI_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.gui)


def _homes(home: Path) -> dict[str, str]:
    return {name: str(home / folder) for name, folder in _FOLDERS.items()}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home folder, with the settings and caches below it."""
    with tempfile.TemporaryDirectory(dir=_HOME.name) as name:
        for variable, folder in _homes(Path(name)).items():
            monkeypatch.setenv(variable, folder)
        yield Path(name)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread running or a project open."""
    threads, projects = set(threading.enumerate()), _open_projects()
    yield
    left = _running_jobs()
    left += [
        f"thread {thread.name}"
        for thread in set(threading.enumerate()) - threads
        if not thread.daemon
    ]
    left += [f"open project {path}" for path in sorted(_open_projects() - projects)]
    if left:
        pytest.fail("left behind: " + ", ".join(left))


def _running_jobs() -> list[str]:
    """Qt's worker threads that do not end in 5 seconds."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None or core.QThreadPool.globalInstance().waitForDone(5000):
        return []
    return ["a job in Qt's thread pool"]


def _open_projects() -> set[str]:
    """The project files this process holds open, where the system can tell."""
    table = Path("/proc/self/fd")
    found = set()
    for link in table.iterdir() if table.is_dir() else ():
        try:
            target = str(link.readlink())
        except OSError:  # the descriptor of the listing itself
            continue
        if ".annolab" in Path(target).name:
            found.add(target)
    return found
