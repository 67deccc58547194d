"""The Debian package: its tree, its control file, and what it tells the desktop."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from annolab.store.project import create_project
from tools.package import deb, icons

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of a package whose program is /bin/true."""
    if shutil.which("dpkg-shlibdeps") is None:
        pytest.skip("dpkg-dev is not installed")
    place = tmp_path_factory.mktemp("deb")
    program = place / "bundle"
    (program / "_internal").mkdir(parents=True)
    shutil.copy("/bin/true", program / "annolab")
    (program / "THIRD_PARTY.txt").write_text("names")
    (program / "_internal/data.txt").write_text("x" * 5000)
    (program / "_internal/data.txt").chmod(0o600)
    pictures = place / "icons"
    pictures.mkdir()
    for size in icons.SIZES:
        (pictures / f"annolab-{size}.png").write_text("picture")
    deb.make_tree(program, pictures, place / "tree", "1.2.3")
    return place / "tree"


def test_the_control_file_says_what_is_needed(tree: Path) -> None:
    said = (tree / "DEBIAN/control").read_text()
    fields = dict(re.findall(r"^([\w-]+): (.*)$", said, re.MULTILINE))
    assert fields["Version"] == "1.2.3"
    assert re.search(r"\blibc6 \(>= [\d.]+\)", fields["Depends"])
    assert {"libportaudio2", "xkb-data"} <= set(fields["Depends"].split(", "))
    assert int(fields["Installed-Size"]) >= 30
    assert "{" not in said


def test_the_tree_has_what_a_desktop_looks_for(tree: Path) -> None:
    share = tree / "usr/share"
    assert (tree / "usr/bin/annolab").resolve() == tree / "usr/lib/annolab/annolab"
    for size in icons.SIZES:
        assert (share / f"icons/hicolor/{size}x{size}/apps/annolab.png").is_file()
    assert (share / "icons/hicolor/scalable/apps/annolab.svg").is_file()
    assert (share / "doc/annolab/THIRD_PARTY.txt").read_text() == "names"
    assert "MIT License" in (share / "doc/annolab/copyright").read_text()
    assert (tree / "usr/lib/annolab/annolab").stat().st_mode & 0o777 == 0o755
    assert (tree / "usr/lib/annolab/_internal/data.txt").stat().st_mode & 0o777 == 0o644
    assert [path.name for path in (tree / "DEBIAN").iterdir()] == ["control"]


def test_what_is_in_the_program_is_not_asked_of_the_system(tmp_path: Path) -> None:
    if shutil.which("dpkg-query") is None:
        pytest.skip("not a Debian")
    (tmp_path / "_internal").mkdir()
    (tmp_path / "_internal/libc.so.6").write_text("")
    assert "libc6" in deb.bundled(tmp_path)


def test_a_program_that_needs_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="found nothing"):
        deb.dependencies("", ["xkb-data"])
    assert deb.dependencies("b, a (>= 1)", ["c"]) == "a (>= 1), b, c"


def test_the_desktop_entry_opens_a_project() -> None:
    path = deb.RECIPES / "linux/annolab.desktop"
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(path, encoding="utf-8")
    fields = entry["Desktop Entry"]
    assert fields["exec"] == "annolab %f"
    assert fields["mimetype"] == "application/x-annolab;"
    assert fields["startupwmclass"] == "annolab"
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", path], check=True)


def test_the_kind_of_file_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    root = ET.parse(deb.RECIPES / "linux/annolab.xml").getroot()
    (kind,) = root.findall(f"{MIME}mime-type")
    (glob,) = kind.findall(f"{MIME}glob")
    assert (kind.get("type"), glob.get("pattern")) == (
        "application/x-annolab",
        "*.annolab",
    )
    path = tmp_path / "p.annolab"
    create_project(path).close()
    head = path.read_bytes()[:100]
    for match in kind.iter(f"{MIME}match"):
        at = int(match.get("offset", ""))
        value = match.get("value", "")
        if match.get("type") == "string":
            wanted = value.encode().decode("unicode_escape").encode("latin-1")
        else:
            wanted = int(value, 16).to_bytes(4, "big")
        assert head[at : at + len(wanted)] == wanted
