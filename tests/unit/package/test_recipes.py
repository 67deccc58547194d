"""The scripts and the workflow that make packages: what can be told without running."""

from __future__ import annotations

import plistlib
import re
import subprocess
import tomllib

import pytest

from tools.package import bundle
from tools.package.third_party import RECIPES

ROOT = RECIPES.parent
WORKFLOW = ROOT / ".github/workflows/package.yml"


@pytest.mark.parametrize(
    "name", ["build.sh", "test.sh", "test-wheel.sh", "macos/dmg.sh"]
)
def test_scripts_can_be_read_and_run(name: str) -> None:
    path = RECIPES / name
    assert path.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", path], check=True)


def test_actions_of_others_are_pinned() -> None:
    used = re.findall(r"uses: (\S+)", WORKFLOW.read_text("utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action)


def test_the_workflow_can_change_nothing() -> None:
    text = WORKFLOW.read_text("utf-8")
    assert re.search(r"^permissions:\n  contents: read$", text, re.MULTILINE)
    assert "secrets." not in text


def test_no_gpl_is_a_dependency_of_the_package() -> None:
    pinned = (RECIPES / "requirements.txt").read_text("utf-8")
    lines = [line for line in pinned.splitlines() if not line.startswith("#")]
    assert [line.partition("==")[0] for line in lines] == ["pyinstaller"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert not any("praat" in name for name in project["dependencies"])
    assert "praat" in project["optional-dependencies"]


def test_macos_is_told_of_projects() -> None:
    told = plistlib.loads(plistlib.dumps(bundle.info_plist()))
    (document,) = told["CFBundleDocumentTypes"]
    (kind,) = told["UTExportedTypeDeclarations"]
    assert document["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]
    assert kind["UTTypeTagSpecification"] == {
        "public.filename-extension": ["annolab"],
        "public.mime-type": ["application/x-annolab"],
    }
