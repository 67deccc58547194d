"""The tree of the Debian package, for dpkg-deb to pack.

python -m tools.package.deb BUNDLE ICONS TREE VERSION
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

RECIPES = Path(__file__).resolve().parent.parent.parent / "packaging"
ROOT = RECIPES.parent
# Loaded by name while the program runs, so that no tool finds them: sound, the
# keyboard layouts that libxkbcommon reads.
_BY_NAME = ("libportaudio2", "xkb-data")


def make_tree(bundle: Path, icons: Path, tree: Path, version: str) -> None:
    """Put together what the package installs, and its control file."""
    shutil.rmtree(tree, ignore_errors=True)
    program = tree / "usr/lib/annolab"
    shutil.copytree(bundle, program, symlinks=True)
    _link(tree / "usr/bin/annolab", "../lib/annolab/annolab")
    share = tree / "usr/share"
    _copy(RECIPES / "linux/annolab.desktop", share / "applications/annolab.desktop")
    _copy(RECIPES / "linux/annolab.xml", share / "mime/packages/annolab.xml")
    hicolor = share / "icons/hicolor"
    _copy(ROOT / "resources/icons/annolab.svg", hicolor / "scalable/apps/annolab.svg")
    for icon in sorted(icons.glob("annolab-*.png")):
        size = icon.stem.rpartition("-")[2]
        _copy(icon, hicolor / f"{size}x{size}/apps/annolab.png")
    _copy(ROOT / "LICENSE", share / "doc/annolab/copyright")
    _copy(ROOT / "CHANGELOG.md", share / "doc/annolab/CHANGELOG.md")
    _link(share / "doc/annolab/THIRD_PARTY.txt", "../../../lib/annolab/THIRD_PARTY.txt")
    _set_modes(tree)
    kibibytes = sum(_kibibytes(path) for path in tree.rglob("*"))
    depends = dependencies(needed(program), _BY_NAME)
    control = tree / "DEBIAN/control"
    control.parent.mkdir()
    text = (RECIPES / "linux/control").read_text(encoding="utf-8")
    control.write_text(
        text.format(
            version=version,
            architecture=_said("dpkg", "--print-architecture"),
            size=kibibytes,
            depends=depends,
        ),
        encoding="utf-8",
    )


def needed(program: Path) -> str:
    """What the libraries of the program need of the system, as dpkg-shlibdeps says."""
    files = [path for path in program.rglob("*") if _is_elf(path)]
    folders = sorted({str(file.parent.resolve()) for file in files})
    with tempfile.TemporaryDirectory() as place:
        control = Path(place) / "debian/control"
        control.parent.mkdir()
        control.write_text("Source: annolab\n\nPackage: annolab\nArchitecture: any\n")
        command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0"]
        command += [f"-x{package}" for package in bundled(program)]
        command += [f"-l{folder}" for folder in folders]
        command += [f"-e{file.resolve()}" for file in files]
        said = subprocess.run(
            command, cwd=place, check=True, capture_output=True, text=True
        )
    return said.stdout.strip().partition("shlibs:Depends=")[2]


def bundled(program: Path) -> set[str]:
    """The packages of the system whose libraries are in the program already."""
    names = [path.name for path in (program / "_internal").glob("lib*.so*")]
    said = subprocess.run(
        ["dpkg-query", "--search", *(f"*/{name}*" for name in names)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    found = set()
    for line in said.stdout.splitlines():
        packages, _, path = line.partition(": ")
        if Path(path).parts[1:3] != ("usr", "share") and "/lib/" in path:
            found |= {package.partition(":")[0] for package in packages.split(", ")}
    return found


def dependencies(found: str, more: Iterable[str]) -> str:
    """One sorted list of packages."""
    names = [name.strip() for name in found.split(",")]
    if not found:
        message = "dpkg-shlibdeps found nothing that the program needs."
        raise ValueError(message)
    return ", ".join(sorted({*names, *more}))


def _is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(place: Path, target: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def _set_modes(tree: Path) -> None:
    """Only the program is to be run; all may read."""
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if runs else 0o644)


def _kibibytes(path: Path) -> int:
    return 1 if path.is_symlink() or path.is_dir() else -(-path.stat().st_size // 1024)


def _said(*command: str) -> str:
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return said.stdout.strip()


if __name__ == "__main__":
    bundle_, icons_, tree_, version_ = sys.argv[1:]
    make_tree(Path(bundle_), Path(icons_), Path(tree_), version_)
