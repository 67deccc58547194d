"""The wheel holds what the source tree holds: resources and plug-ins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.structure import ROOT

FIND = """
import json
from annolab import plugins, settings
print(json.dumps({
    "package": settings.__file__,
    "icon": settings.resource("icons/annolab.svg").is_file(),
    "formats": sorted(plugins.formats()),
    "problems": [p.problem for p in plugins.find_plugins() if p.problem],
}))
"""


def look(tree: Path) -> dict[str, object]:
    """What AnnoLab finds when it is imported from a folder."""
    result = subprocess.run(
        [sys.executable, "-B", "-P", "-c", FIND],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    assert Path(str(found.pop("package"))).parent == tree / "annolab"
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
    subprocess.run([*command, str(target)], cwd=ROOT, check=True, capture_output=True)
    (file,) = target.glob("annolab-*.whl")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(target / "site")
    return target / "site"


def test_the_wheel_finds_what_the_source_tree_finds(wheel: Path) -> None:
    found = look(wheel)
    assert found == look(ROOT)
    assert found["icon"] is True
    assert found["problems"] == []
    formats = found["formats"]
    assert isinstance(formats, list)
    assert {"coco", "csv"} <= set(formats)


def test_the_wheel_holds_no_tests_tools_or_caches(wheel: Path) -> None:
    tops = {path.name.partition("-")[0] for path in wheel.iterdir()}
    assert tops == {"annolab"}
    names = {path.name for path in wheel.rglob("*")}
    assert {"plugins_builtin", "resources", "py.typed", "builtin.toml"} <= names
    assert not names & {"tests", "tools", "__pycache__", "conftest.py"}
