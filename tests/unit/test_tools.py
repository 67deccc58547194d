"""The set-up scripts say and do the right thing on machines unlike this one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.structure import ROOT

PLAIN = [
    "cat",
    "cp",
    "dirname",
    "grep",
    "id",
    "mkdir",
    "mktemp",
    "rm",
    "sh",
    "tail",
    "touch",
    "uname",
]


class Machine:
    """A folder with a copy of the scripts, and a PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        shutil.copytree(ROOT / "tools", folder / "tools")
        for name in PLAIN:
            found = shutil.which(name)
            assert found is not None
            (self.bin / name).symlink_to(found)

    def command(self, name: str, script: str) -> Path:
        """Put a program on the PATH that notes how it was called."""
        path = self.folder / name if "/" in name else self.bin / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        note = f'echo "{path.name} $*" >> {self.folder}/called'
        path.write_text(f"#!/bin/sh\n{note}\n{script}\n", "utf-8")
        path.chmod(0o755)
        return path

    def packages(self, *installed: str) -> None:
        """Make it a Debian with these packages."""
        lines = "; ".join(
            f'case " $* " in *" {name} "*) echo installed;; esac' for name in installed
        )
        self.command("dpkg-query", lines or "exit 1")
        self.command("apt-get", "echo noise")

    def run(self, script: str, *arguments: str, **environment: str) -> tuple[int, str]:
        """The exit status and what was printed."""
        result = subprocess.run(
            [f"tools/{script}", *arguments],
            cwd=self.folder,
            env={"PATH": str(self.bin), "HOME": os.environ["HOME"], **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout

    @property
    def called(self) -> str:
        """The commands that were called, one a line."""
        path = self.folder / "called"
        return path.read_text("utf-8") if path.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_rights_one_command_is_printed(machine: Machine) -> None:
    machine.packages("xvfb")
    machine.command("id", "echo 1000")
    status, said = machine.run("system.sh", "test-tools", "cowsay")
    assert status == 1
    assert said.splitlines()[-1].split() == (
        [
            "sudo",
            "apt-get",
            "install",
            "--no-install-recommends",
            "xdotool",
            "openbox",
            "praat",
            "espeak-ng",
            "cowsay",
        ]
    )
    assert "apt-get" not in machine.called


def test_root_installs_what_is_missing(machine: Machine) -> None:
    machine.packages("xvfb")
    machine.command("id", "echo 0")
    status, said = machine.run("system.sh", "test-tools")
    wanted = "xdotool openbox praat espeak-ng"
    assert (status, said) == (0, f"Installing system packages: {wanted} ...\n")
    assert "apt-get update" in machine.called
    assert f"apt-get install -y --no-install-recommends {wanted}" in machine.called


def test_a_failing_installation_is_reported(machine: Machine) -> None:
    machine.packages()
    machine.command("id", "echo 0")
    machine.command("apt-get", "echo no room; exit 100")
    status, said = machine.run("system.sh", "xvfb")
    assert status == 1
    assert "no room" in said
    assert "could not be installed: xvfb" in said


def test_nothing_is_asked_for_when_all_is_there(machine: Machine) -> None:
    tools = ("xvfb", "xdotool", "openbox", "praat", "espeak-ng")
    machine.packages(*tools, "libglib2.0-0t64")
    machine.command("id", "echo 1000")
    assert machine.run("system.sh", "test-tools", "libglib2.0-0") == (0, "")


def test_other_systems_are_left_alone(machine: Machine) -> None:
    assert machine.run("system.sh", "libraries") == (0, "")


def test_an_old_python_is_refused_in_a_sentence(machine: Machine) -> None:
    machine.command("python3", '[ "$1" = -c ] && exit 1; echo Python 3.9.2')
    status, said = machine.run("setup.sh")
    assert status == 1
    assert said.startswith("AnnoLab needs Python 3.11 or newer, and none was found")
    assert "(python3 is Python 3.9.2)" in said


def test_the_first_new_enough_python_is_taken(machine: Machine) -> None:
    machine.command("python3", "exit 1")
    make = "mkdir -p .venv/bin; cp bin/pip-python .venv/bin/python"
    machine.command("pip-python", "exit 0")
    machine.command("python3.12", f'[ "$2" = venv ] && {{ {make}; }}; exit 0')
    status, said = machine.run("setup.sh")
    assert status == 0, said
    assert "python3.12 -m venv .venv" in machine.called
    assert (machine.folder / ".venv/.ready").exists()


def test_with_a_display_the_window_is_opened(machine: Machine) -> None:
    machine.command(".venv/bin/annolab", "echo window")
    assert machine.run("run.sh", DISPLAY=":0") == (0, "window\n")
    assert machine.called == "annolab \n"


def test_without_a_display_the_sample_is_drawn(machine: Machine) -> None:
    machine.command(".venv/bin/annolab", 'echo "$QT_QPA_PLATFORM"')
    status, said = machine.run("run.sh")
    assert status == 0
    assert said.splitlines()[-1] == "offscreen"
    target = machine.folder / "build/demo"
    assert machine.called == f"annolab demo {target} --screenshots {target}\n"
    assert target.is_dir()
