"""The layers and the other laws of the source; each is seen to fail as well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest

from tools import structure
from tools.structure import ROOT, RULES, Rule, Source

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps(rule: Rule) -> None:
    found = structure.sources()
    assert len(found) > 10
    assert [broken for source in found for broken in rule(source)] == []


QT_RULE = structure.qt_in_widgets
SQL_RULE = structure.sql_in_store
MEDIA_RULE = structure.decoders_in_media
CLOSED_RULE = structure.offline_and_closed
DYNAMIC_RULE = structure.dynamic_imports_in_plugins
RE_RULE = structure.no_possessive_groups
LATE_RULE = structure.late_imports_are_heavy


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (QT_RULE, "annolab/tasks/a.py", "import PySide6\n"),
        (QT_RULE, "annolab/cli.py", "from PySide6.QtCore import Qt\n"),
        (QT_RULE, "annolab/media/a.py", "def f():\n    import pyqtgraph as pg\n"),
        (SQL_RULE, "annolab/widgets/a.py", "from sqlite3 import connect\n"),
        (SQL_RULE, "plugins/yolo/yolo.py", "import sqlite3\n"),
        (MEDIA_RULE, "annolab/widgets/a.py", "def f():\n    import cv2\n"),
        (MEDIA_RULE, "annolab/assist/a.py", "from PIL import Image\n"),
        (CLOSED_RULE, "annolab/store/a.py", "import pickle\n"),
        (CLOSED_RULE, "plugins/yolo/yolo.py", "from urllib.request import urlopen\n"),
        (CLOSED_RULE, "annolab/a.py", "from http import client\n"),
        (CLOSED_RULE, "annolab/a.py", "import os, socket\n"),
        (CLOSED_RULE, "annolab/widgets/a.py", "from PySide6 import QtNetwork\n"),
        (CLOSED_RULE, "annolab/a.py", "def f(x):\n    return eval(x)\n"),
        (CLOSED_RULE, "annolab/a.py", "exec('1')\n"),
        (CLOSED_RULE, "annolab/a.py", "np.load(p, allow_pickle=True)\n"),
        (DYNAMIC_RULE, "annolab/tasks/a.py", "from importlib import import_module\n"),
        (DYNAMIC_RULE, "annolab/a.py", "import importlib.util\n"),
        (LATE_RULE, "annolab/tasks/a.py", "def f():\n    import json\n"),
        (LATE_RULE, "annolab/a.py", "class A:\n  async def f():\n    import re\n"),
        (RE_RULE, "annolab/a.py", "re.compile(b'(?:x,)*+')\n"),
        (RE_RULE, "annolab/a.py", "A = ')++'\n"),
        (structure.size, "annolab/a.py", "x = 1\n" * 601),
        (structure.size, "annolab/a.py", "def f():\n" + "    x = 1\n" * 60),
    ],
)
def test_a_breach_is_found(rule: Rule, path: str, text: str) -> None:
    (broken,) = rule(Source(path, text))
    assert path in broken


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("annolab/widgets/a.py", "from PySide6.QtCore import Qt\n"),
        ("annolab/app.py", "from PySide6.QtWidgets import QApplication\n"),
        ("annolab/store/a.py", "import sqlite3\n"),
        ("annolab/media/a.py", "def f():\n    import av, cv2, PIL\n"),
        ("annolab/assist/a.py", "def f():\n    import cv2\n"),
        ("annolab/cli.py", "def f():\n    from annolab.app import main\n"),
        ("annolab/plugins.py", "import importlib\n"),
        ("annolab/a.py", "from importlib import metadata\n"),
        ("annolab/a.py", "re.compile('a')\nnp.load(p, allow_pickle=False)\n"),
        ("annolab/a.py", "def f():\n" + "    x = 1\n" * 59 + "y = 1\n" * 540),
        ("annolab/a.py", "re.compile(r'(?:[^a]*+,)*\\)*+')\n"),
        ("plugins/canvas/widget.py", "from PySide6 import QtWidgets\n"),
        ("plugins/yolo/yolo.py", "from .rows import read\n"),
    ],
)
def test_what_is_allowed_is_let_through(path: str, text: str) -> None:
    assert [broken for rule in RULES for broken in rule(Source(path, text))] == []


def undeclared(sources: Iterable[Source], dependencies: Iterable[str]) -> set[str]:
    """The packages that are imported and that no dependency brings."""
    declared = {re.split(r"[^\w.-]", name)[0].lower() for name in dependencies}
    owners = metadata.packages_distributions()
    found = {imported.top for s in sources for imported in structure.imports(s.tree)}
    own = sys.stdlib_module_names | {"annolab", "_typeshed", ""}
    return {
        name
        for name in found - own
        if not declared
        & {owner.replace("_", "-").lower() for owner in owners.get(name, ())}
    }


def test_what_is_imported_is_declared() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    dependencies = settings["project"]["dependencies"]
    # praat-parselmouth is GPL: an extra that need not be installed.
    assert "praat-parselmouth" in str(settings["project"]["optional-dependencies"])
    optional = {"parselmouth"}
    # shiboken6 is the half of PySide6 that the other half always brings.
    assert undeclared(structure.sources(), [*dependencies, "shiboken6"]) <= optional
    source = Source(
        "annolab/a.py", "import hypothesis, json\nfrom PySide6 import QtGui\n"
    )
    assert undeclared([source], dependencies) == {"hypothesis"}


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    config = str(tree / "pyproject.toml")
    command = [str(LINT_IMPORTS), "--no-logo", "--no-cache", "--config", config]
    # `annolab` is the one in this tree, wherever the installed one is.
    environment = os.environ | {"PYTHONPATH": str(tree)}
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


def test_the_layers_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout
    assert " 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("model/geometry.py", "import annolab.jobs", "Imports point down only"),
        ("formats/base.py", "import annolab.store", "Imports point down only"),
        ("store/__init__.py", "import annolab.media", "Imports point down only"),
        ("upstairs.py", "", "Imports point down only"),
        ("tasks/__init__.py", "import PySide6", "Qt only in the widgets"),
        ("tasks/__init__.py", "import sqlite3", "SQLite only in the store"),
        ("model/ids.py", "import annolab.model.item", "No cycles anywhere"),
    ],
)
def test_a_broken_layer_is_found(
    tmp_path: Path, module: str, line: str, contract: str
) -> None:
    shutil.copytree(ROOT / "annolab", tmp_path / "annolab")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "annolab" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    if contract == "No cycles anywhere":
        with (tmp_path / "annolab/model/item.py").open("a", encoding="utf-8") as file:
            file.write("\nimport annolab.model.ids\n")
    result = lint_imports(tmp_path)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout or "upstairs" in result.stdout


def test_the_page_and_the_contract_name_the_same_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    wanted = [re.findall(r"\w+", layer) for layer in contracts[0]["layers"]]
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    drawn = re.search(r"```\n(__main__ >.*?)```", page, re.DOTALL)
    assert drawn is not None
    layers = re.sub(r"\(.*?\)", "", drawn[1]).split(">")
    assert [re.findall(r"\w+", layer) for layer in layers] == wanted
