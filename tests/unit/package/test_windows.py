"""The installer for Windows: compiled for a stand-in, and read for what it promises."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.package.third_party import RECIPES

SCRIPT = RECIPES / "windows/annolab.nsi"
BUNDLE = (
    "AnnoLab.exe", "annolab-cli.exe", "LICENSE", "THIRD_PARTY.txt",
    "_internal/python312.dll", "_internal/annolab/resources/keys.toml",
)  # fmt: skip


def sections() -> tuple[str, str]:
    """What is done to install and to uninstall."""
    text = SCRIPT.read_text("utf-8")
    install, uninstall = text.split('Section "Uninstall"')
    return install.split('Section "AnnoLab"')[1], uninstall


def test_it_asks_for_no_rights() -> None:
    text = SCRIPT.read_text("utf-8")
    assert "RequestExecutionLevel user" in text
    assert "HKLM" not in text
    assert "SetShellVarContext all" not in text
    assert "$PROGRAMFILES" not in text


def test_what_it_makes_it_takes_away() -> None:
    install, uninstall = sections()
    made = set(re.findall(r'CreateShortCut "([^"]+)"', install))
    assert made == {r"$SMPROGRAMS\AnnoLab.lnk"}
    assert made == set(re.findall(r'Delete "(\$SMPROGRAMS[^"]+)"', uninstall))
    written = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', install))
    gone = re.findall(r'DeleteReg(?:Key|Value) HKCU "([^"]+)"', uninstall)
    assert written
    for key in written:
        assert any(key == deleted or key.startswith(deleted + "\\") for deleted in gone)


def test_it_removes_nothing_but_the_program() -> None:
    text = SCRIPT.read_text("utf-8")
    assert re.findall(r'RMDir /r "([^"]+)"', text) == [r"$INSTDIR\_internal"]
    removed = re.findall(r'Delete "\$INSTDIR\\([^"]+)"', text)
    assert set(removed) == {
        *(name for name in BUNDLE if "/" not in name), "annolab.ico", "uninstall.exe",
    }  # fmt: skip
    # The settings are in a folder of another name: annolab/settings.py.
    assert r'InstallDir "$LOCALAPPDATA\Programs\AnnoLab"' in text


def test_a_double_click_opens_a_project() -> None:
    install, _ = sections()
    assert r"""shell\open\command" "" '"$INSTDIR\AnnoLab.exe" "%1"'""" in install
    assert r'"Software\Classes\.annolab" "" "${KIND}"' in install


def test_it_compiles_and_holds_the_program(tmp_path: Path) -> None:
    if not (shutil.which("makensis") and shutil.which("7z")):
        pytest.skip("needs makensis and 7z: tools/system.sh nsis p7zip-full")
    bundle = tmp_path / "annolab"
    for name in BUNDLE:
        path = bundle / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"stands in for {name}")
    icon = Path("/usr/share/nsis/Contrib/Graphics/Icons/modern-install.ico")
    made = tmp_path / "annolab-1.2.3-windows-x86_64-setup.exe"
    said = subprocess.run(
        [
            "makensis", "-WX", "-V2", "-DVERSION=1.2.3", f"-DBUNDLE={bundle}",
            f"-DOUTPUT={made}", f"-DICON={icon}", SCRIPT,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    listed = subprocess.run(
        ["7z", "l", "-ba", "-slt", made], capture_output=True, text=True, check=True
    )
    held = set(re.findall(r"^Path = (.+)$", listed.stdout, re.MULTILINE))
    held = {name.replace("\\", "/").removeprefix("$INSTDIR/") for name in held}
    assert {*BUNDLE, "annolab.ico"} <= held
    assert not any("test" in name for name in held)
