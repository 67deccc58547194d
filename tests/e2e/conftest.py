"""`screen`: Xvfb and a window manager for one test. `run`: the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annolab import cli
from tests.e2e.commands import Said
from tests.e2e.screen import Screen, wait_for

PROGRAMS = ("Xvfb", "openbox", "xdotool")


def _start_display(size: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start Xvfb on the first free display and return it with the display's name."""
    read, write = os.pipe()
    command = f"Xvfb -displayfd {write} -screen 0 {size}x24 -noreset -dpi 96"
    server = subprocess.Popen(
        [*command.split(), "-nolisten", "tcp"],
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()  # empty when Xvfb gave up
    if not number:
        server.wait(10)
        pytest.fail("Xvfb does not start")
    return server, f":{number}"


@pytest.fixture
def screen(request: pytest.FixtureRequest, home: Path) -> Iterator[Screen]:
    """A display of 1920x1080, or "WIDTHxHEIGHT" by indirect parametrisation."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"missing: {', '.join(missing)}; `make setup` as root installs it")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: `make setup` says how to install it")
    server, display = _start_display(getattr(request, "param", "1920x1080"))
    hidden = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "XAUTHORITY", "QT_SCALE_FACTOR")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
    screen = Screen(env, [server])
    try:
        screen.start(["openbox", "--sm-disable"])
        wait_for(lambda: _is_managed(screen), "the window manager")
        yield screen
    finally:
        screen.stop()


def _is_managed(screen: Screen) -> bool:
    """Whether the window manager answers."""
    result = subprocess.run(
        ["xdotool", "get_num_desktops"],
        env=screen.env,
        capture_output=True,
        check=False,
    )
    return result.returncode == 0


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs `annolab` with these arguments; a traceback or a bug fails the test."""

    def command(*arguments: object) -> Said:
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        text = out + err
        for wrong in ("Traceback", "AnnoLab failed", "' failed:", "ignored in"):
            assert wrong not in text, text
        assert not any(c < " " and c != "\n" for c in text), ascii(text)
        return Said(int(ended.value.code or 0), text)

    return command
