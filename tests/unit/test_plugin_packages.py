"""Packages that plug-ins bring along: found last, and one of a name."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from annolab import plugin_packages
from annolab.errors import PluginError
from annolab.plugin_packages import packages, same_package
from annolab.plugins import Plugin, find_plugins, load
from annolab.program import own_command

MANIFEST = """
id = "{0}"
name = "{0}"
version = "1"
api = 1
[[rule]]
id = "{0}"
title = "{0}"
object = "code:VALUE"
"""


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Forget what was imported and offered."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]
    plugin_packages._finder.places.clear()


def plugin(folder: Path, name: str, code: str, **files: str) -> Path:
    """A plug-in with these files in its `vendor`, `__` for a `/`."""
    here = folder / name
    here.mkdir(parents=True)
    (here / "plugin.toml").write_text(MANIFEST.format(name))
    (here / "code.py").write_text(code)
    for path, text in files.items():
        place = here / "vendor" / f"{path.replace('__', '/')}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def found(folder: Path, name: str) -> Plugin:
    return next(p for p in find_plugins([folder]) if p.id == name)


def value(folder: Path, name: str) -> object:
    plugin = found(folder, name)
    assert plugin.problem == ""
    return load(plugin.contributions[0])


def test_a_plug_in_imports_what_it_brings(tmp_path: Path) -> None:
    code = "import shapes_x.area\nfrom one_file_x import NAME\n"
    code += "VALUE = shapes_x.area.of(3), NAME"
    plugin(
        tmp_path,
        "one",
        code,
        shapes_x__area="from shapes_x.square import square as of",
        shapes_x__square="def square(a): return a * a",
        one_file_x="NAME = 'file'",
    )
    path = list(sys.path)
    assert "shapes_x" not in sys.modules
    assert value(tmp_path, "one") == (9, "file")
    assert sys.path == path


def test_it_may_be_imported_later_too(tmp_path: Path) -> None:
    code = "def VALUE():\n    import late_x\n    return late_x.WORD"
    plugin(tmp_path, "one", code, late_x="WORD = 'late'")
    called = value(tmp_path, "one")
    assert callable(called)
    assert called() == "late"


def test_nothing_of_python_or_annolab_is_replaced(tmp_path: Path) -> None:
    bad = "raise ImportError('the wrong one')"
    code = "import numpy, wave, annolab.errors\nVALUE = numpy.__name__"
    plugin(tmp_path, "one", code, numpy=bad, wave=bad, annolab__errors=bad)
    sys.modules.pop("wave", None)
    assert value(tmp_path, "one") == "numpy"


def test_of_two_that_differ_the_first_plug_in_is_used(tmp_path: Path) -> None:
    code = "import common_x\nVALUE = common_x.VERSION"
    plugin(tmp_path, "one", code, common_x="VERSION = 1")
    plugin(tmp_path, "two", code, common_x="VERSION = 2")
    plugin(tmp_path, "three", code)
    assert value(tmp_path, "one") == 1
    problem = found(tmp_path, "two").problem
    assert "'common_x'" in problem
    assert "'one'" in problem
    assert value(tmp_path, "three") == 1  # it brings none


def test_two_that_are_the_same_are_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        code = "import same_x.part\nVALUE = same_x.part.THING"
        plugin(tmp_path, name, code, same_x__part="THING = object()")
    first, second = value(tmp_path, "one"), value(tmp_path, "two")
    assert first is second


def test_one_that_is_kept_to_oneself_troubles_nobody(tmp_path: Path) -> None:
    for number, name in enumerate(("one", "two")):
        plugin(tmp_path, name, "from .own.common_x import N as VALUE")
        own = tmp_path / name / "own" / "common_x"
        own.mkdir(parents=True)
        (own / "__init__.py").write_text(f"N = {number}")
    assert (value(tmp_path, "one"), value(tmp_path, "two")) == (0, 1)


def test_what_came_meanwhile_is_a_sentence(tmp_path: Path) -> None:
    """One plug-in is updated, and another brings what it brought, while it runs."""
    code = "import fresh_x\nVALUE = fresh_x.N"
    plugin(tmp_path / "a", "one", code, fresh_x="N = 1")
    plugin(tmp_path / "b", "two", code, fresh_x="N = 2")
    assert value(tmp_path / "a", "one") == 1
    contribution = found(tmp_path / "b", "two").contributions[0]
    with pytest.raises(PluginError, match="start AnnoLab again"):
        load(contribution)


def test_what_counts_as_a_package(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    for name in ("pack", "pack-1.0.dist-info", "__pycache__", "name space"):
        (vendor / name).mkdir(parents=True)
    for name in ("mod.py", "read.me", "ext.so", "pure.pyc", "1.py"):
        (vendor / name).touch()
    if hasattr(os, "mkfifo"):
        os.mkfifo(vendor / "pipe.py")
        (vendor / "zero.py").symlink_to("/dev/zero")
        for name in ("circle", "round.py"):
            (vendor / name).symlink_to(vendor / name)
    assert {"pack", "mod"} <= set(packages(tmp_path)) <= {"pack", "mod", "ext", "pure"}
    assert packages(tmp_path / "nowhere") == {}


def test_packages_are_compared_by_their_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for place in (one, two):
        (place / "sub").mkdir(parents=True)
        (place / "sub" / "a.py").write_text("x = 1")
    (one / "__pycache__").mkdir()
    (one / "__pycache__" / "a.pyc").touch()
    assert same_package(one, two)
    (two / "sub" / "a.py").write_text("x = 2")
    assert not same_package(one, two)
    (two / "sub" / "a.py").write_text("x = 1")
    (two / "b.py").touch()
    assert not same_package(one, two)
    assert not same_package(one, two / "b.py")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG_DATA_HOME")
def test_the_program_itself_finds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process of its own, as the packaged program does."""
    code = "import told_x\nVALUE = None\ndef say(): print(told_x.WORD)"
    plugin(tmp_path / "annolab" / "plugins", "mine", code, told_x="WORD = 'hello'")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    command = own_command("_plugin", "mine", "code:say")
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout == "hello\n"
