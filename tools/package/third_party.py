"""THIRD_PARTY.txt: what is in the packaged program by others, and under what terms.

    python -m tools.package.third_party BUNDLE

Run with the interpreter that the bundle was made with. A library that belongs to
nothing that is known here is an error: nothing is passed on unnamed.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

RECIPES = Path(__file__).resolve().parent.parent.parent / "packaging"
NAME = "THIRD_PARTY.txt"
# Their licence files speak of every library in their wheels.
_COVERED = {"numpy", "pillow"}
_INCLUDES = {"LGPL-3.0": ("LGPL-3.0", "GPL-3.0")}  # the LGPL 3 refers to the GPL 3
_LICENCE_NAMES = ("licen", "copying", "notice", "authors")
_RULE = "=" * 78
_INTRO = """\
AnnoLab {version}: software by others
{rule}

AnnoLab itself is under the MIT licence: see LICENSE. This package also holds the
software that is listed here, each under its own terms; the texts follow the list.

Qt, FFmpeg and some others are under the GNU Lesser General Public License (LGPL).
They are separate files that are loaded when the program runs. You may replace any
of them by another build of the same interface, under the same file name, in the
folder with this file and those below it; nothing checks or prevents that, and you
may take the program apart to make such a change work. Where their source code is to
be had is said with each; they are not changed.

Software under the GNU General Public License alone is not included. FFmpeg was built
so that it looks for x264 and x265, which are under it; empty libraries by AnnoLab are
in their place, and film is only read. The parts of GCC come with the GCC Runtime
Library Exception, and PyInstaller's start-up code with an exception of its own.
"""


class UnknownLibraryError(Exception):
    """A library in the bundle belongs to nothing that is known."""


@dataclass(frozen=True, slots=True)
class Component:
    """Something by others: who made it, and the names of texts in licences/."""

    name: str
    of: str
    names: tuple[str, ...]
    licence: str
    copyright: str
    source: str


@dataclass(frozen=True, slots=True)
class Library:
    """A binary in the bundle; `of`: a package in small letters, python or system."""

    path: str
    of: str

    @property
    def is_module(self) -> bool:
        """Whether it is a module of Python rather than a library beside it."""
        name = self.path.rpartition("/")[2]
        parts = (".cpython-", ".abi3.so", ".pyd")
        return any(part in name for part in parts) and not name.startswith("lib")


def load_components(path: Path = RECIPES / "components.toml") -> list[Component]:
    """The table of components."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["component"]
    return [Component(**{**row, "names": tuple(row["names"])}) for row in rows]


def components_of(
    libraries: Iterable[Library], known: Iterable[Component]
) -> list[Component]:
    """The components that these libraries are, in the order of the table.

    Raises UnknownLibraryError with all that are none.
    """
    table = list(known)
    used, unknown = set[int](), list[str]()
    for library in libraries:
        if library.is_module or library.of in _COVERED:
            continue
        name = library.path.rpartition("/")[2].lower().removeprefix("lib")
        found = next(
            (
                number
                for number, component in enumerate(table)
                if component.of in {library.of, "*"}
                and any(fnmatch(name, pattern) for pattern in component.names)
            ),
            None,
        )
        if found is None:
            unknown.append(f"{library.path} (of {library.of})")
        else:
            used.add(found)
    if unknown:
        message = "components.toml does not know: " + ", ".join(sorted(unknown))
        raise UnknownLibraryError(message)
    return [component for number, component in enumerate(table) if number in used]


def libraries_in(folder: Path, owners: Mapping[str, str]) -> Iterator[Library]:
    """The binaries below a folder; `owners`: packages by the path of their files."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or not _is_binary(path):
            continue
        place = path.relative_to(folder).as_posix()
        name = path.name.lower().removeprefix("lib")
        if place in owners:
            yield Library(place, owners[place])
        elif "lib-dynload" in place or name.startswith(("python", "annolab")):
            continue  # Python and PyInstaller themselves
        elif "/" in place and place.partition("/")[0] in owners:
            yield Library(place, owners[place.partition("/")[0]])
        else:
            yield Library(place, "system" if name.startswith("x") else "python")


def owners_of(packages: Iterable[metadata.Distribution]) -> dict[str, str]:
    """The package that each file is of."""
    owners: dict[str, str] = {}
    for package in packages:
        name = _plain(package.metadata["Name"])
        owners |= {file.as_posix(): name for file in package.files or ()}
    return owners


def text(
    version: str,
    packages: Iterable[metadata.Distribution],
    components: Iterable[Component],
    python_licence: str,
    loader_licence: str,
) -> str:
    """The whole of THIRD_PARTY.txt."""
    heads, bodies = [], []
    parts = {"": ("Python", "Python-2.0", "https://www.python.org", python_licence)}
    parts["x"] = (
        "PyInstaller (start-up code)", "GPL-2.0-or-later with an exception",
        "https://pyinstaller.org", loader_licence,
    )  # fmt: skip
    table = list(components)
    for name, licence, where, body in parts.values():
        heads.append(f"{name}: {licence}; {where}")
        bodies.append((name, body))
    for package in sorted(packages, key=lambda p: _plain(p.metadata["Name"])):
        name = package.metadata["Name"]
        own = licence_texts(package)
        if not own and not any(c.of == _plain(name) for c in table):
            message = f"The package {name} has no licence file; add a component for it."
            raise UnknownLibraryError(message)
        heads.append(f"{name} {package.version}: {_licence(package)}; {_home(package)}")
        bodies += [(f"{name} {package.version}", body) for body in own]
    used: list[str] = []
    for component in table:
        within = f" (in {component.of})" if component.of not in {"*", "system"} else ""
        terms = component.licence or "see below"
        heads.append(
            f"{component.name}{within}: {terms}\n"
            f"    {component.copyright}\n    source: {component.source}"
        )
        used += _INCLUDES.get(component.licence, (component.licence,))
    for name in sorted(set(filter(None, used))):
        body = (RECIPES / "licences" / f"{name}.txt").read_text(encoding="utf-8")
        bodies.append((f"The licence {name}, for what is listed with it above", body))
    listed = "\n".join(f"* {head}" for head in heads)
    intro = _INTRO.format(version=version, rule=_RULE)
    texts = (f"{_RULE}\n{title}\n{_RULE}\n\n{body.strip()}\n" for title, body in bodies)
    return "\n".join((intro, listed, "", *texts))


def licence_texts(package: metadata.Distribution) -> list[str]:
    """The texts of the licence files that a package brings."""
    texts = []
    for file in package.files or ():
        name = file.name.lower()
        inside = ".dist-info/" in file.as_posix() or name == "copying"
        if inside and name.startswith(_LICENCE_NAMES) and not name.endswith(".py"):
            body = Path(file.locate()).read_text(encoding="utf-8", errors="replace")
            if body not in texts:
                texts.append(body)
    return texts


def _licence(package: metadata.Distribution) -> str:
    about = package.metadata.json
    said = str(about.get("license_expression") or about.get("license") or "")
    if not said or "\n" in said.strip():
        kinds = about.get("classifier", [])
        found = [k.rpartition(" :: ")[2] for k in kinds if k.startswith("License ::")]
        said = ", ".join(found) or "see below"
    return " ".join(said.split())


def _home(package: metadata.Distribution) -> str:
    about = package.metadata.json
    pages = [line.partition(",")[2].strip() for line in about.get("project_url", [])]
    return str(about.get("home_page") or (pages[0] if pages else "https://pypi.org"))


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _is_binary(path: Path) -> bool:
    if path.suffix.lower() in {".dll", ".pyd", ".exe", ".dylib"}:
        return True
    with path.open("rb") as file:
        magic = file.read(4)
    return magic in {b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"}


def _python_licence() -> str:
    prefix = Path(sys.base_prefix)
    library = Path(sysconfig.get_path("stdlib"))
    for path in (prefix / "LICENSE.txt", prefix / "LICENSE", library / "LICENSE.txt"):
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace")
    debian = Path(os.path.realpath(sys.executable)).name
    path = Path(f"/usr/share/doc/{debian}/copyright")
    if path.is_file():
        return path.read_text(encoding="utf-8", errors="replace")
    message = "The licence of this Python is not found."
    raise UnknownLibraryError(message)


def main(folder: Path) -> None:
    """Write THIRD_PARTY.txt beside what it is about."""
    inside = folder / "_internal" if (folder / "_internal").is_dir() else folder
    folders = [path.stem for path in inside.glob("*.dist-info")]
    packages = [metadata.distribution(name.rpartition("-")[0]) for name in folders]
    owners = owners_of(metadata.distributions())
    owners |= {"cv2": "opencv-python-headless", "PySide6": "pyside6-essentials"}
    found = components_of(libraries_in(inside, owners), load_components())
    others = [p for p in packages if p.metadata["Name"] != "annolab"]
    (loader,) = licence_texts(metadata.distribution("pyinstaller"))[:1]
    version = metadata.version("annolab")
    whole = text(version, others, found, _python_licence(), loader)
    (folder / NAME).write_text(whole, encoding="utf-8")
    print(f"{NAME}: {len(others)} packages, {len(found)} libraries in them")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
