"""What goes into the packaged program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.package import bundle

QT = "PySide6/Qt"
SYSTEM = "/lib/x86_64-linux-gnu/"


@pytest.mark.parametrize(
    ("name", "origin", "kept"),
    [
        (f"{QT}/plugins/platforms/libqxcb.so", "", True),
        (f"{QT}/plugins/platforms/libqoffscreen.so", "", True),
        (f"{QT}/plugins/platforminputcontexts/libibusplatform.so", "", True),
        (f"{QT}/plugins/platforms/libqvnc.so", "", False),
        (f"{QT}/plugins/platformthemes/libqgtk3.so", "", False),
        (f"{QT}/lib/libQt6Qml.so.6", "", False),
        (f"{QT}/lib/libQt6Network.so.6", "", False),
        ("PySide6\\plugins\\tls\\qopensslbackend.dll", "", False),
        ("cv2/opencv_videoio_ffmpeg500_64.dll", "", False),
        ("qtawesome/fonts/phosphor-1.3.0.ttf", "", True),
        ("qtawesome/fonts/remixicon-2.5.0.ttf", "", False),
        ("libgtk-3.so.0", SYSTEM, False),
        ("libglib-2.0.so.0", SYSTEM, False),
        ("libxcb-cursor.so.0", SYSTEM, True),
        ("libpython3.11.so.1.0", SYSTEM, True),
        ("annolab/builtin.toml", "", True),
        ("annolab-0.1.0.dist-info/METADATA", "", True),
        ("annolab-0.1.0.dist-info/direct_url.json", "", False),
        ("annolab/plugins_builtin/yolo/__pycache__/yolo.cpython-311.pyc", "", False),
    ],
)  # fmt: skip
def test_what_is_wanted(name: str, origin: str, *, kept: bool) -> None:
    entry = (name, origin + name, "BINARY" if origin else "DATA")
    assert bundle.wanted([entry]) == ([entry] if kept else [])


def test_links_to_what_is_left_out_go_with_it() -> None:
    kept = (f"{QT}/lib/libQt6Core.so.6", "", "BINARY")
    link = ("libQt6Core.so.6", f"{QT}/lib/libQt6Core.so.6", "SYMLINK")
    broken = ("libQt6Qml.so", f"{QT}/lib/libQt6Gone.so.6", "SYMLINK")
    assert bundle.wanted([kept, link, broken]) == [kept, link]


def test_no_library_under_the_gpl_comes_with_the_standard_library() -> None:
    names = set(bundle.standard_library())
    assert {"json", "csv", "sqlite3", "xml.etree.ElementTree", "wave"} <= names
    assert {"html.parser", "concurrent.futures.thread", "email.mime.text"} <= names
    assert not any(".test" in name or "__main__" in name for name in names)
    assert not names & {"readline", "_gdbm", "_dbm", "ssl", "tkinter", "_tkinter"}


def test_what_was_saved_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(3_000_000))
    (tmp_path / "b").write_bytes(bytes(2_000_000))
    table = [("x/a", str(tmp_path / "a"), "DATA"), ("y", str(tmp_path / "b"), "BINARY")]
    before = bundle.size(table)
    assert before == {"x": 3_000_000, "y": 2_000_000}
    bundle.report(before, bundle.size(table[:1]), tmp_path / "sizes.txt")
    lines = [
        " ".join(s.split()) for s in (tmp_path / "sizes.txt").read_text().splitlines()
    ]
    assert lines == [
        "5.0 MB as PyInstaller collects it", "-2.0 MB y", "3.0 MB in the bundle",
        "3.0 MB x",
    ]  # fmt: skip


def test_packages_say_of_themselves_what_they_are() -> None:
    found = bundle.about(
        [("click.core", "", "PYMODULE")], [("numpy/a.so", "", "BINARY")]
    )
    names = {name for name, _, _ in found}
    assert any(n.startswith("click-") and n.endswith("/METADATA") for n in names)
    assert any(n.startswith("numpy-") and "LICENSE" in n for n in names)
    assert not any("pillow" in n or n.endswith("RECORD") for n in names)
    assert all(Path(origin).is_file() for _, origin, _ in found)
