"""THIRD_PARTY.txt names everything, and nothing unknown is let through."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from tools.package import third_party
from tools.package.third_party import Library, UnknownLibraryError

KNOWN = third_party.load_components()


@pytest.mark.parametrize(
    ("path", "of", "name"),
    [
        ("av.libs/libavcodec-5e6b81c2.so.62.28.102", "av", "FFmpeg"),
        ("av.libs/libx265-f5385bb8.so.216", "av", "Stand-ins"),
        ("av.libs/avutil-60-984de.dll", "av", "FFmpeg"),
        ("av/.dylibs/libdav1d.7.dylib", "av", "dav1d"),
        ("PySide6/Qt/lib/libicudata.so.73", "pyside6-essentials", "ICU"),
        ("PySide6/Qt/lib/libQt6Core.so.6", "pyside6-essentials", "Qt"),
        ("PySide6/vcruntime140_1.dll", "pyside6-essentials", "Microsoft"),
        ("_soundfile_data/libsndfile_x86_64.so", "soundfile", "libsndfile"),
        ("libxcb-cursor.so.0", "system", "Libraries of XCB"),
        ("libcrypto.so.3", "python", "OpenSSL"),
    ],
)
def test_a_library_is_known(path: str, of: str, name: str) -> None:
    (found,) = third_party.components_of([Library(path, of)], KNOWN)
    assert found.name.startswith(name)


@pytest.mark.parametrize(
    ("path", "of"),
    [
        ("av.libs/libpostproc-1.so.58", "av"),
        ("cv2/.dylibs/libx264.164.dylib", "opencv-python-headless"),
        ("cv2/.dylibs/librubberband.3.dylib", "opencv-python-headless"),
        ("libreadline.so.8", "python"),
        ("libgdbm.so.6", "python"),
        ("_ssl/libsomething.so", "click"),
    ],
)
def test_an_unknown_library_ends_the_build(path: str, of: str) -> None:
    known = Library("av.libs/libopus-1.so.0", "av")
    with pytest.raises(UnknownLibraryError, match=Path(path).name.replace(".", "[.]")):
        third_party.components_of([known, Library(path, of)], KNOWN)


def test_modules_and_packages_that_tell_all_need_no_component() -> None:
    quiet = [
        Library("msgspec/_core.cpython-311-x86_64-linux-gnu.so", "msgspec"),
        Library("cv2/cv2.abi3.so", "opencv-python-headless"),
        Library("numpy.libs/libscipy_openblas64_-32a4b2a6.so", "numpy"),
    ]
    assert third_party.components_of(quiet, KNOWN) == []


def test_binaries_are_found_with_their_owners(tmp_path: Path) -> None:
    elf = b"\x7fELF" + bytes(60)
    for name in (
        "av.libs/libopus.so.0",
        "libcrypto.so.3",
        "libxkbcommon.so.0",
        "libpython3.11.so",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(elf)
    (tmp_path / "notes.txt").write_text("no library")
    (tmp_path / "libopus.so.0").symlink_to("av.libs/libopus.so.0")
    found = third_party.libraries_in(tmp_path, {"av.libs/libopus.so.0": "av"})
    assert list(found) == [
        Library("av.libs/libopus.so.0", "av"),
        Library("libcrypto.so.3", "python"),
        Library("libxkbcommon.so.0", "system"),
    ]  # fmt: skip


def test_every_text_that_components_name_is_there() -> None:
    folder = third_party.RECIPES / "licences"
    named = {component.licence for component in KNOWN} - {""}
    assert named <= {path.stem for path in folder.glob("*.txt")}
    assert all(c.copyright and c.source.startswith(("http", "tools/")) for c in KNOWN)


def test_the_text_holds_lists_and_licences() -> None:
    packages = [metadata.distribution("click"), metadata.distribution("numpy")]
    used = third_party.components_of(
        [
            Library("av.libs/libavcodec-1.so.62", "av"),
            Library("av.libs/libopus.so", "av"),
        ],
        KNOWN,
    )
    said = third_party.text("1.2.3", packages, used, "the PSF licence", "of the loader")
    assert said.startswith("AnnoLab 1.2.3: software by others")
    assert f"* click {metadata.version('click')}: BSD-3-Clause" in said
    assert "* FFmpeg (in av): LGPL-3.0" in said
    for title in ("GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE"):
        assert title in said, "the LGPL 3 builds on the GPL 3"
    for body in (
        "the PSF licence",
        "of the loader",
        "Pallets",
        "Redistribution and use",
    ):
        assert body in said
    assert (
        "GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 2.1"
        not in said
    )


def test_a_package_without_a_licence_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "bare-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: bare\nVersion: 1.0\n"
    )
    (folder / "RECORD").write_text("bare-1.0.dist-info/METADATA,,\n")
    bare = metadata.Distribution.at(folder)
    with pytest.raises(UnknownLibraryError, match="bare has no licence file"):
        third_party.text("1", [bare], [], "", "")
