"""The checks around every test can fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.structure import ROOT

LEAVERS = """
import threading, time
from pathlib import Path
from PySide6.QtCore import QThreadPool

stop = threading.Event()

def test_thread():
    threading.Thread(target=stop.wait, name="lingerer").start()

def test_thread_ends():
    stop.set()

kept = []

def test_project(tmp_path):
    kept.append((tmp_path / "left.annolab").open("wb"))

def test_job():
    pool = QThreadPool.globalInstance()
    pool.start(lambda: time.sleep(7))

def test_clean(home):
    kept.pop().close()
    assert Path.home() == home
    assert list(home.iterdir()) == []
"""


def test_what_a_test_leaves_behind_fails_it(tmp_path: Path) -> None:
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "test_leavers.py").write_text(LEAVERS, "utf-8")
    (tmp_path / "pytest.ini").touch()
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rE"],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    failed = re.findall(
        r"^ERROR \S+::(\w+) - Failed: (.*)", result.stdout, re.MULTILINE
    )
    assert failed == [
        ("test_thread", "left behind: thread lingerer"),
        ("test_project", failed[1][1]),
        ("test_job", "left behind: a job in Qt's thread pool"),
    ], result.stdout
    assert "open project" in failed[1][1]
    assert "5 passed, 3 errors" in result.stdout
