"""The rules about the source that other tools do not check.

`tests/test_architecture.py` enforces them; run as a program it lists the
largest modules and functions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 600  # lines
LONGEST_FUNCTION = 60

QT = {"PySide6", "pyqtgraph", "qtawesome", "qtpy", "shiboken6"}
DECODERS = {"cv2", "PIL", "av", "soundfile", "tifffile", "pyvips"}
# May be imported inside functions, so that AnnoLab starts without them.
HEAVY = DECODERS | QT | {
    "ahocorasick", "ctypes", "numpy", "parselmouth", "platformdirs", "pycocotools",
    "rapidfuzz", "markdown_it", "regex", "rich", "scipy", "shapely", "sounddevice",
}  # fmt: skip
# Nothing that opens a socket, and nothing that turns data into code.
NEVER = {
    "asyncio", "dill", "ftplib", "http", "httpx", "imaplib", "joblib", "marshal",
    "pickle", "poplib", "requests", "runpy", "shelve", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser",
    "websockets", "xmlrpc", "yaml",
}  # fmt: skip
NEVER_MODULES = (
    "PySide6.QtNetwork",
    "PySide6.QtWebSockets",
    "multiprocessing.managers",
)
_POSSESSIVE_GROUP = re.compile(r"[^\\]\)(?:[*+?]|\{\d*,?\d*\})\+|^\)[*+?]\+")
NEVER_CALLED = {"__import__", "compile", "eval", "exec"}


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file; `path` is relative to the root, with slashes."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, as written, and whether a function does it."""

    module: str
    line: int
    inside: bool

    @property
    def top(self) -> str:
        """The package: `PySide6` of `PySide6.QtCore`."""
        return self.module.partition(".")[0]


Rule = Callable[[Source], Iterator[str]]


def sources(root: Path = ROOT) -> list[Source]:
    """The Python files of AnnoLab and its plug-ins, without their tests."""
    paths = [*(root / "annolab").rglob("*.py"), *(root / "plugins").rglob("*.py")]
    relative = sorted(path.relative_to(root) for path in paths)
    return [
        Source(path.as_posix(), (root / path).read_text("utf-8"))
        for path in relative
        if "tests" not in path.parts
    ]


def imports(tree: ast.Module) -> Iterator[Import]:
    """Every import of a module; `from a import b` gives `a.b`.

    Relative ones, which plug-ins may use among themselves, are left out.
    """
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, id(node) in inside)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                module = f"{node.module or ''}.{alias.name}"
                yield Import(module, node.lineno, id(node) in inside)


def functions(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Name, first line and number of lines of every function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            yield node.name, node.lineno, last - node.lineno + 1


def _found(source: Source, banned: set[str], why: str) -> Iterator[str]:
    """Say where a banned package is imported, once a line."""
    seen = set()
    for found in imports(source.tree):
        if found.top in banned and (found.top, found.line) not in seen:
            seen.add((found.top, found.line))
            yield f"{source.path}:{found.line}: {found.top}: {why}"


def _within(source: Source, *places: str) -> bool:
    return any(source.path.startswith(f"annolab/{place}") for place in places)


def qt_in_widgets(source: Source) -> Iterator[str]:
    """Qt is imported in the widgets and in app.py only."""
    if _within(source, "widgets/", "app.py") or source.path.startswith("plugins/"):
        return
    yield from _found(source, QT, "Qt belongs in annolab/widgets and annolab/app.py")


def sql_in_store(source: Source) -> Iterator[str]:
    """sqlite3 is imported in the store only."""
    if not _within(source, "store/"):
        yield from _found(source, {"sqlite3"}, "SQL belongs in annolab/store")


def decoders_in_media(source: Source) -> Iterator[str]:
    """Decoders are imported in media only; OpenCV in assist too."""
    if _within(source, "media/") or source.path.startswith("plugins/"):
        return
    banned = DECODERS - ({"cv2"} if _within(source, "assist/") else set())
    yield from _found(source, banned, "decoding belongs in annolab/media")


def offline_and_closed(source: Source) -> Iterator[str]:
    """Nothing opens a socket, unpickles or runs data as code."""
    yield from _found(source, NEVER, "AnnoLab is offline and runs no data as code")
    for found in imports(source.tree):
        if found.module.startswith(NEVER_MODULES):
            yield f"{source.path}:{found.line}: {found.module}: AnnoLab is offline"
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in NEVER_CALLED:
            yield f"{source.path}:{node.lineno}: {node.func.id}() runs data as code"
        for keyword in node.keywords:
            if keyword.arg == "allow_pickle" and not (
                isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            ):
                yield f"{source.path}:{node.lineno}: allow_pickle runs data as code"


def dynamic_imports_in_plugins(source: Source) -> Iterator[str]:
    """Only what loads plug-ins imports a module by a name that it computes."""
    if _within(source, "plugins.py", "plugin_packages.py"):
        return
    harmless = ("importlib.metadata", "importlib.resources", "importlib.util.find_spec")
    for found in imports(source.tree):
        if found.top == "importlib" and not found.module.startswith(harmless):
            yield f"{source.path}:{found.line}: importlib belongs in annolab/plugins.py"


def late_imports_are_heavy(source: Source) -> Iterator[str]:
    """Functions import heavy modules, and whole windows, and nothing else."""
    shown = (
        "cli.py",
        "cli_self.py",
        "__init__.py",
        "__main__.py",
        "app.py",
        "widgets/",
    )
    if _within(source, *shown):
        return
    for found in imports(source.tree):
        if found.inside and found.top not in HEAVY:
            yield f"{source.path}:{found.line}: import {found.module} at the top"


def no_possessive_groups(source: Source) -> Iterator[str]:
    """No possessive groups: Python 3.11.2 (Debian 12) matches too much with them.

    `(?:<[^>]*>,)*+` takes 6 characters of "<a>,<b>" there; 4 in 3.11.7. Possessive
    characters and sets, `[^"]*+`, are right.
    """
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else repr(node.value)
            if _POSSESSIVE_GROUP.search(text):
                yield f"{source.path}:{node.lineno}: a possessive group"


def size(source: Source) -> Iterator[str]:
    """A module has at most 600 lines, a function 60."""
    lines = source.text.count("\n")
    if lines > LONGEST_MODULE:
        yield f"{source.path}: {lines} lines; split it (at most {LONGEST_MODULE})"
    for name, line, length in functions(source.tree):
        if length > LONGEST_FUNCTION:
            yield (
                f"{source.path}:{line}: {name} has {length} lines; split it "
                f"(at most {LONGEST_FUNCTION})"
            )


RULES: tuple[Rule, ...] = (
    qt_in_widgets,
    sql_in_store,
    decoders_in_media,
    offline_and_closed,
    dynamic_imports_in_plugins,
    late_imports_are_heavy,
    no_possessive_groups,
    size,
)


def main() -> None:
    """List the largest modules and functions."""
    found = sources()
    modules = sorted(((s.text.count("\n"), s.path) for s in found), reverse=True)
    longest = sorted(
        (
            (length, f"{source.path}:{line} {name}")
            for source in found
            for name, line, length in functions(source.tree)
        ),
        reverse=True,
    )
    print(f"largest of {len(modules)} modules, {sum(n for n, _ in modules)} lines:")
    for lines, path in modules[:8]:
        print(f"  {lines:4} {path}")
    print(f"largest of {len(longest)} functions:")
    for lines, name in longest[:8]:
        print(f"  {lines:4} {name}")


if __name__ == "__main__":
    main()
