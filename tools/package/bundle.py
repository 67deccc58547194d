"""What goes into the packaged program, what stays out, and what that saves."""

from __future__ import annotations

import pkgutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from tools.package import stand_ins

Entry: TypeAlias = tuple[str, str, str]  # where in the bundle, where from, what it is

IDENTIFIER = "io.github.annolab"
DOCUMENT_TYPE = "io.github.annolab.project"
FONTS = ["fonts/phosphor-*"]  # of qtawesome: the one that annolab.widgets.icons reads
HIDDEN = ["qtawesome", "pyqtgraph", "cv2", "av", "soundfile", "sounddevice", "PIL"]

# Modules of the standard library that are of no use in a window, or that bring a
# library under the GPL (readline, gdbm). Without ssl nothing can go to the network
# unseen; hashlib does without.
_NOT_STANDARD = {
    "__main__", "_aix_support", "_bootsubprocess", "_curses", "_curses_panel", "_dbm",
    "_gdbm", "_osx_support", "_ssl", "_tkinter", "antigravity", "curses", "dbm",
    "distutils", "ensurepip", "idlelib", "lib2to3", "nis", "ossaudiodev", "pip",
    "pydoc_data", "readline", "setuptools", "spwd", "ssl", "test", "this", "tkinter",
    "turtle", "turtledemo", "venv",
}  # fmt: skip
EXCLUDED = [
    *sorted(_NOT_STANDARD),
    *(f"PySide6.Qt{part}" for part in (
        "Concurrent", "DBus", "Designer", "Help", "Network", "OpenGL", "OpenGLWidgets",
        "PrintSupport", "Qml", "Quick", "QuickControls2", "QuickTest", "QuickWidgets",
        "Sql", "Test", "UiTools", "Xml",
    )),
    "PIL.ImageQt", "PIL.ImageTk", "cffi.recompiler", "cffi.setuptools_ext",
    "numpy.f2py", "numpy.testing", "packaging", "pycparser", "pygments",
    "pyqtgraph.examples", "pyqtgraph.jupyter", "pyqtgraph.opengl", "wheel",
]  # fmt: skip

# Qt: no QML, no OpenGL, no bare framebuffer, no keyboards on the screen, no GTK.
_UNWANTED = (
    "*/Qt/qml/*", "*/Qt/translations/*", "*/Qt/libexec/*", "*/Qt/metatypes/*",
    "*/plugins/egldeviceintegrations/*", "*/plugins/generic/*",
    "*/plugins/networkinformation/*", "*/plugins/printsupport/*",
    "*/plugins/qmltooling/*",
    "*/plugins/sqldrivers/*", "*/plugins/tls/*", "*/plugins/xcbglintegrations/*",
    "*/plugins/wayland-graphics-integration-*", "*/plugins/vectorimageformats/*",
    "*/imageformats/*qpdf*", "*/platforms/*qeglfs*", "*/platforms/*qlinuxfb*",
    "*/platforms/*qminimal*", "*/platforms/*qvkkhr*", "*/platforms/*qvnc*",
    "*/platforms/*qdirect2d*", "*/platformthemes/*qgtk3*",
    "*/platforminputcontexts/*virtualkeyboard*", "*Qt6Qml*", "*Qt6Quick*", "*Qt6Pdf*",
    "*Qt6VirtualKeyboard*", "*Qt6Network*", "*Qt6EglF*", "*Qt6WlShell*",
    "*/wayland-shell-integration/*ivi*", "*/wayland-shell-integration/*fullscreen*",
    "*/wayland-shell-integration/*qt-shell*", "*/wayland-shell-integration/*wl-shell*",
    "*opengl32sw*", "*opencv_videoio_ffmpeg*", "*/numpy/*/tests/*", "*.pyi",
    "*/py.typed", "*/include/*", "*.a", "*.lib", "*/__pycache__/*",
    "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",  # names a folder of the machine that made it
)  # fmt: skip

# Libraries of the system that PyInstaller copies and that stay: those of Python, and
# those of X that desktops do not all have. Any other is the business of the package
# system (tools/package/deb.py declares it) or is on every desktop.
_KEPT_OF_SYSTEM = (
    "libpython3*", "libcrypto*", "libsqlite3*", "libffi*", "libbz2*", "liblzma*",
    "libmpdec*", "libxcb-cursor*", "libxcb-icccm*", "libxcb-image*", "libxcb-keysyms*",
    "libxcb-render-util*", "libxcb-util*", "libxkbcommon-x11*", "libxkbcommon.*",
)  # fmt: skip
_LIBS_OF_AV = ("av.libs", ".dylibs")
_LIBS_OF_AV = ("av.libs", ".dylibs")
_OF_SYSTEM = ("/lib/", "/lib64/", "/usr/lib/")


def standard_library() -> Iterator[str]:
    """Names of the standard library's modules that plug-ins may import."""
    elsewhere = set() if sys.platform == "win32" else {"_msi", "msilib", "winsound"}
    for name in sorted(sys.stdlib_module_names - _NOT_STANDARD - elsewhere):
        yield name
        yield from _modules_in(Path(sysconfig.get_path("stdlib"), name), name)


def _modules_in(folder: Path, package: str) -> Iterator[str]:
    for module in pkgutil.iter_modules([str(folder)], package + "."):
        if not module.name.endswith((".__main__", ".test", ".tests")):
            yield module.name
            if module.ispkg:
                last = module.name.rpartition(".")[2]
                yield from _modules_in(folder / last, module.name)


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of PyInstaller's table that go into the bundle."""
    kept = [entry for entry in entries if _is_wanted(*entry)]
    there = {PurePosixPath(_posix(name)) for name, _, kind in kept if kind != "SYMLINK"}
    return [
        (name, origin, kind)
        for name, origin, kind in kept
        if kind != "SYMLINK"
        or PurePosixPath(_posix(name)).parent.joinpath(_posix(origin)) in there
    ]


def _is_wanted(name: str, origin: str, kind: str) -> bool:
    place = "/" + _posix(name)
    if any(fnmatch(place, pattern) for pattern in _UNWANTED):
        return False
    if "/qtawesome/fonts/" in place:
        return any(fnmatch(place, f"*/{font}") for font in FONTS)
    if kind == "BINARY" and "/" not in _posix(name) and origin.startswith(_OF_SYSTEM):
        return any(fnmatch(name, pattern) for pattern in _KEPT_OF_SYSTEM)
    return True


def with_stand_ins(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The entries, with empty libraries in the place of encoders under the GPL."""
    table = list(entries)
    files = [Path(origin) for _, origin, kind in table if kind == "BINARY"]
    users = [f for f in files if "avcodec" in f.name and f.parent.name in _LIBS_OF_AV]
    made = []
    for name, origin, kind in table:
        encoder = stand_ins.encoder_of(PurePosixPath(_posix(name)).name)
        if encoder is not None and kind == "BINARY":
            built = stand_ins.build(encoder, Path(origin), users, folder)
            made.append((name, str(built), kind))
        else:
            made.append((name, origin, kind))
    return made


def about(*tables: Iterable[Entry]) -> list[Entry]:
    """What the packages in the bundle say of themselves: licences, versions."""
    names = (_posix(name) for table in tables for name, _, _ in table)
    tops = {name.partition("/")[0].split(".")[0] for name in names}
    owners = metadata.packages_distributions()
    found = {owner for top in tops for owner in owners.get(top, ())}
    files = (
        (str(file), str(file.locate()), "DATA")
        for owner in sorted(found)
        for file in metadata.files(owner) or ()
        if ".dist-info/" in str(file)
    )
    return wanted(files)


def size(*tables: Iterable[Entry]) -> dict[str, int]:
    """Bytes by the first folder or file in the bundle."""
    sizes: dict[str, int] = {}
    for table in tables:
        for name, origin, kind in table:
            if kind != "SYMLINK":
                top = PurePosixPath(_posix(name)).parts[0]
                sizes[top] = sizes.get(top, 0) + Path(origin).stat().st_size
    return sizes


def report(before: dict[str, int], after: dict[str, int], path: Path) -> None:
    """Write and print what was left out, the largest first."""
    saved = {top: size - after.get(top, 0) for top, size in before.items()}
    lines = [f"{sum(before.values()) / 1e6:6.1f} MB  as PyInstaller collects it"]
    lines += [
        f"{-size / 1e6:6.1f} MB  {top}"
        for top, size in sorted(saved.items(), key=lambda pair: -pair[1])
        if size >= 500_000
    ]
    lines.append(f"{sum(after.values()) / 1e6:6.1f} MB  in the bundle")
    lines += [
        f"{size / 1e6:6.1f} MB    {top}"
        for top, size in sorted(after.items(), key=lambda pair: -pair[1])
        if size >= 1_000_000
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def version() -> str:
    """The version of the AnnoLab that is installed here."""
    return metadata.version("annolab")


def info_plist() -> dict[str, object]:
    """What macOS wants to know of the program and its kind of document."""
    return {
        "CFBundleDisplayName": "AnnoLab",
        "CFBundleShortVersionString": version(),
        "LSMinimumSystemVersion": "14.0",
        "NSHighResolutionCapable": True,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "AnnoLab project",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [DOCUMENT_TYPE],
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": DOCUMENT_TYPE,
                "UTTypeDescription": "AnnoLab project",
                "UTTypeConformsTo": ["public.database", "public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["annolab"],
                    "public.mime-type": ["application/x-annolab"],
                },
            }
        ],
    }


def _posix(name: str) -> str:
    return name.replace("\\", "/")
