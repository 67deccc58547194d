"""The program starts itself, as a Python package and packaged."""

from __future__ import annotations

import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from annolab.program import is_packaged, own_command


def told(*arguments: str, cwd: Path) -> str:
    command = own_command(*arguments)
    return subprocess.run(
        command, cwd=cwd, capture_output=True, check=True
    ).stdout.decode()


def test_it_starts_itself_wherever_the_user_is(tmp_path: Path) -> None:
    trap = tmp_path / "annolab"
    trap.mkdir()
    (trap / "__init__.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong one')")
    assert told("--version", cwd=tmp_path).strip() == f"annolab {version('annolab')}"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_packaged_it_is_no_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_packaged()
    python = shlex.join(own_command())
    program = tmp_path / "annolab"
    program.write_text(f'#!/bin/sh\nexec {python} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert is_packaged()
    assert own_command("doctor") == [str(program), "doctor"]
    assert told("--version", cwd=tmp_path).startswith("annolab ")
    (tmp_path / "annolab-cli.exe").touch()  # of Windows, where the other has no output
    assert own_command() == [str(tmp_path / "annolab-cli.exe")]
