"""Closed: no network socket, no code from a project, no path outside of its folders.

A child process works through the command line and the window on a hostile project
while Python's audit events are watched, and looks at the sockets it holds.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from annolab.model.item import Item, Media
from annolab.store.named import NamedFolders, named_folders_file
from annolab.store.project import create_project

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pickle.",
    "webbrowser.",
    "urllib.",
)
CHILD = """
import os, sys
from pathlib import Path

seen = []
FORBIDDEN = {forbidden!r}
SECRET = {secret!r}
UNNAMED = {unnamed!r}

def watch(event, arguments):
    said = repr(arguments)
    if event.startswith(FORBIDDEN) or (event == "open" and SECRET in said):
        seen.append((event, said[:200]))

sys.addaudithook(watch)

def watch_looks(name):
    # A mere look raises no audit event, and on Windows it calls the server.
    look = getattr(os, name)

    def looked(path, *arguments, **options):
        if UNNAMED in repr(path):
            seen.append(("os." + name, repr(path)))
        return look(path, *arguments, **options)

    setattr(os, name, looked)

for name in ("stat", "lstat", "listdir", "scandir", "readlink"):
    watch_looks(name)

def network():
    names = set()
    for table in ("tcp", "tcp6", "udp", "udp6", "raw"):
        try:
            rows = Path("/proc/self/net", table).read_text().splitlines()[1:]
        except OSError:
            continue
        names |= {{"socket:[" + row.split()[9] + "]" for row in rows}}
    held = set()
    for entry in os.scandir("/proc/self/fd"):
        try:
            held.add(os.readlink(entry.path))
        except OSError:
            continue
    return names & held

from annolab import cli

def run(*arguments):
    try:
        cli.main(arguments)
    except SystemExit:
        pass

if {provoke}:
    import socket
    socket.socket()
project, folder = {project!r}, {folder!r}
run("info", project)
run("check", project)
run("export", project, folder + "/out.json", "--format", "coco", "--yes")
run("import", project, folder + "/out.json", "--format", "coco")
run("export", project, folder + "/yolo", "--format", "yolo", "--yes")
run("import", project, folder + "/yolo", "--format", "yolo")
run("add", project, folder + "/media")
run("plugins")

from PySide6.QtTest import QTest
from annolab.app import make_app, make_window
from annolab.settings import load_settings

settings = load_settings()
app = make_app(settings)
window = make_window(settings)
window.show()
window.open_path(Path(project))
QTest.qWait(300)
for item_id in window.session.project.item_ids():
    window.session.open_item(item_id)
    QTest.qWait(150)
if network():
    seen.append(("network", str(network())))
window.close()
QTest.qWait(50)
for one in seen:
    print("FORBIDDEN", *one)
print("looked at", len(SECRET) > 0)
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A project whose items lead to a picture outside of its folders."""
    home = tmp_path / "home"
    (home / "media").mkdir(parents=True)
    Image.new("RGB", (64, 48)).save(home / "media" / "0.png")
    Image.new("RGB", (64, 48)).save(tmp_path / "secret.png")
    (tmp_path / "elsewhere").mkdir()
    Image.new("RGB", (64, 48)).save(tmp_path / "elsewhere" / "secret.png")
    path = home / "p.annolab"
    with create_project(path) as project:
        root = project.add_root(home / "media")
        with project.bulk("Sow") as bulk:
            for name in ("0.png", "../../secret.png", str(tmp_path / "secret.png")):
                bulk.add(
                    Item(
                        id=bulk.new_id(),
                        root_id=root.id,
                        path=name,
                        media=Media.IMAGE,
                    )
                )
            outside = project.add_root(tmp_path / "elsewhere")
            bulk.add(
                Item(
                    id=bulk.new_id(),
                    root_id=outside.id,
                    path="secret.png",
                    media=Media.IMAGE,
                )
            )
    named_folders_file().unlink()  # the project comes from another computer
    return path


def watched(project: Path, *, provoke: bool) -> str:
    """What the child says after its work."""
    code = CHILD.format(
        forbidden=FORBIDDEN,
        secret="secret.png",
        unnamed=str(project.parent.parent / "elsewhere"),
        project=str(project),
        folder=str(project.parent),
        provoke=provoke,
    )
    child = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "looked at" in child.stdout, child.stderr
    return child.stdout + child.stderr


def test_nothing_forbidden_happens(hostile: Path) -> None:
    said = watched(hostile, provoke=False)
    assert "FORBIDDEN" not in said, said
    assert "Traceback" not in said, said


def test_a_folder_is_opened_once_it_is_named(hostile: Path) -> None:
    NamedFolders.of_this_user().add(hostile.parent.parent / "elsewhere")
    said = watched(hostile, provoke=False)
    assert "FORBIDDEN open" in said
    assert "FORBIDDEN os.stat" in said


def test_the_watch_would_see_a_socket(hostile: Path) -> None:
    assert "FORBIDDEN socket.__new__" in watched(hostile, provoke=True)
