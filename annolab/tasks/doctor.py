"""What is installed here, and what to do about what is not: `annolab doctor`.

Libraries are asked in processes of their own (`annolab _probe`): one that is broken
may end the process that loads it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import Any

from annolab import plugins
from annolab.errors import PluginError
from annolab.media import sound_cache, thumbnails
from annolab.plugin_packages import VENDOR
from annolab.program import is_packaged, own_command
from annolab.settings import config_dir, load_settings

PROBES = ("window", "films", "sounds", "pictures", "devices", "plugins")
_PATIENCE = 60.0  # seconds
_LEAST_FREE = 2 << 30  # bytes: an hour of decoded sound takes 1.3 GB
_AGAIN = "install AnnoLab again, as the installation has lost a part."
_LINUX = sys.platform.startswith("linux")
# Libraries of the system that the libraries of Qt want, with the packages of Debian.
_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxcb-cursor": "libxcb-cursor0",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libportaudio": "libportaudio2",
    "PortAudio library": "libportaudio2",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One part; `remedy` is a sentence on what to do about it, "" when it is fine."""

    name: str
    state: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return not self.remedy


Answer = Mapping[str, Any]


def examine() -> list[Finding]:
    """Look at everything; takes seconds."""
    answers = _ask_all()
    return [
        _program(),
        Finding("Python", f"{platform.python_version()}, {platform.platform()}"),
        _window(answers["window"]),
        _codecs("Films", answers["films"]),
        _codecs("Sounds", answers["sounds"]),
        _codecs("Pictures", answers["pictures"]),
        _devices(answers["devices"]),
        *_caches(),
        _settings(),
        *_plugins(answers["plugins"]),
        *_disks(),
    ]


def doctor_facts(findings: list[Finding]) -> dict[str, object]:
    """The findings for machines."""
    return {
        "ok": all(finding.ok for finding in findings),
        "packaged": is_packaged(),
        "findings": [asdict(each) | {"ok": each.ok} for each in findings],
    }


def doctor_lines(findings: list[Finding]) -> list[str]:
    """The findings for people."""
    width = max(len(finding.name) for finding in findings)
    return [
        f"{'ok' if each.ok else '!!'}  {each.name:{width}}  {each.state}"
        + (f": {each.remedy}" if each.remedy else "")
        for each in findings
    ]


def load_all() -> dict[str, object]:
    """Load what every plug-in brings, as a probe; what fails is named."""
    problems: dict[str, str] = {}
    for plugin in plugins.find_plugins():
        for contribution in () if plugin.problem else plugin.contributions:
            try:
                plugins.load(contribution)
            except PluginError as error:
                problems.setdefault(plugin.id, str(error))
    return {"problems": problems}


# Processes of their own


def _ask_all() -> dict[str, Answer]:
    """What each probe says; all of them at the same time."""
    running = {name: _started(name) for name in PROBES}
    return {name: _answer(process) for name, process in running.items()}


def _started(name: str) -> subprocess.Popen[bytes] | None:
    environment = dict(os.environ)
    if name == "window" and not _has_display():
        environment["QT_QPA_PLATFORM"] = "offscreen"  # else Qt aborts
    try:
        return subprocess.Popen(  # noqa: S603  this very program
            own_command("_probe", name),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return None


def _answer(process: subprocess.Popen[bytes] | None) -> Answer:
    """What a process has printed last; `problem` when it is nothing useful."""
    if process is None:
        return {"problem": "it could not be started"}
    with process:
        try:
            out, err = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            return {"problem": "it does not answer"}
    with suppress(ValueError, IndexError):
        said = json.loads(out.decode("utf-8", "replace").splitlines()[-1])
        if isinstance(said, dict):
            return said
    return {"problem": _line(err.decode("utf-8", "replace")) or "it ended at once"}


def _line(text: str) -> str:
    """All of it in one line, not too long."""
    return " ".join(text.split())[:400]


def _has_display() -> bool:
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    return not _LINUX or bool(chosen) or any(map(os.environ.get, names))


# The parts


def _program() -> Finding:
    try:
        number = version("annolab")
    except PackageNotFoundError:
        return Finding("AnnoLab", "of an unknown version", _AGAIN.capitalize())
    how = "packaged program" if is_packaged() else "Python package"
    place = sys.executable if is_packaged() else Path(__file__).parents[1]
    return Finding("AnnoLab", f"{number}, {how} in {place}")


def _window(answer: Answer) -> Finding:
    name, problem = "Window", str(answer.get("problem", ""))
    if problem:
        return Finding(name, "Qt cannot start", _qt_remedy(problem))
    screens = ", ".join(answer["there"]) or "none"
    state = f"{answer['program']}, platform {answer['platform']}, screens: {screens}"
    if not _has_display():
        remedy = "Start AnnoLab in a desktop session; only commands work without one."
        return Finding(name, f"{answer['program']}, no display", remedy)
    return Finding(name, state)


def _qt_remedy(problem: str) -> str:
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen and "Could not find the Qt platform plugin" in problem:
        return (
            f"QT_QPA_PLATFORM is set to {chosen!r}, which Qt does not have: unset it."
        )
    if "could not connect to display" in problem:
        display = os.environ.get("DISPLAY", "")
        return f"The display {display!r} cannot be reached; start AnnoLab on another."
    return _library_remedy(problem) or _again(problem)


def _library_remedy(problem: str) -> str:
    """What to install when a library of the system is missing; "" otherwise."""
    for library, package in _PACKAGES.items():
        if _LINUX and library in problem:
            return (
                f"Install {library}; on Debian and Ubuntu: sudo apt install {package}."
            )
    return ""


def _again(problem: str) -> str:
    return f"{problem.rstrip('. ')}; {_AGAIN}"


def _codecs(name: str, answer: Answer) -> Finding:
    problem = str(answer.get("problem", ""))
    if problem:
        remedy = _library_remedy(problem) or _again(problem)
        return Finding(name, "the library cannot be loaded", remedy)
    there, missing = ", ".join(answer["there"]), ", ".join(answer["missing"])
    remedy = f"There is no {missing}; {_AGAIN}" if missing else ""
    return Finding(name, f"{answer['program']}: {there}", remedy)


def _devices(answer: Answer) -> Finding:
    name, problem = "Sound output", str(answer.get("problem", ""))
    if problem:
        remedy = _library_remedy(problem) or _again(problem)
        return Finding(name, "cannot be asked for", remedy)
    if not answer["there"]:
        remedy = (
            "Connect or switch on an output; until then sounds are seen, not heard."
        )
        return Finding(name, f"{answer['program']}, no output", remedy)
    return Finding(name, f"{answer['program']}: {', '.join(answer['there'][:5])}")


def _caches() -> Iterator[Finding]:
    limit = load_settings().number("media.sound_cache")
    action = "emptied by the action “Empty cache of sounds”"
    most = thumbnails.MAX_BYTES / 1e6
    folders = {
        "Cache of sounds": (
            sound_cache.cache_folder(),
            f"at most {limit:,.0f} MB (settings); {action}",
        ),
        "Thumbnails": (
            thumbnails.cache_folder(),
            f"at most {most:,.0f} MB; emptied by deleting the folder",
        ),
    }
    for name, (folder, how) in folders.items():
        state = f"{_size(folder) / 1e6:,.0f} MB in {folder}, {how}"
        yield Finding(name, state, _folder_remedy(folder))


def _settings() -> Finding:
    folder = config_dir()
    notes = load_settings().notes
    remedy = _folder_remedy(folder) or _line(" ".join(notes[:1]))
    return Finding("Settings", str(folder), remedy)


def _plugins(answer: Answer) -> Iterator[Finding]:
    folder = plugins.user_plugin_dir()
    there = "" if folder.is_dir() else " (not there yet; make it for plug-ins)"
    yield Finding("Your plug-ins", f"{folder}{there}")
    said = answer.get("problems")
    problems = said if isinstance(said, dict) else {}  # a plug-in may print as well
    for plugin in plugins.find_plugins():
        kinds = sorted({each.kind for each in plugin.contributions})
        brings = ", ".join(
            f"{sum(each.kind == kind for each in plugin.contributions)} {kind}"
            for kind in kinds
        )
        state = f"{plugin.name} {plugin.version} ({plugin.origin}): {brings}"
        state = state.rstrip(": ") + "".join(map(_missing, _absent(plugin)))
        remedy = plugin.problem or str(problems.get(plugin.id, ""))
        if not remedy and "problem" in answer:
            remedy = f"Loading the plug-ins ended the program: {answer['problem']}"
        yield Finding(f"Plug-in {plugin.id}", _line(state), _line(remedy))


def _absent(plugin: plugins.Plugin) -> Iterator[str]:
    """The optional packages of a plug-in that are neither installed nor in it."""
    vendor = str(Path(plugin.place).parent / VENDOR)
    for name in plugin.optional:
        if not any(True for _ in distributions(name=name, path=[vendor, *sys.path])):
            yield name


def _missing(package: str) -> str:
    """What is said of an optional package: a note, as all else works without it."""
    how = "" if is_packaged() else f": pip install {package}"
    return f"; {package}, which it can use, is not installed{how}"


def _disks() -> Iterator[Finding]:
    places = {
        "Disk of caches": sound_cache.cache_folder(),
        "Disk of settings": config_dir(),
        "Temporary files": Path(tempfile.gettempdir()),
    }
    seen: set[int] = set()
    for name, folder in places.items():
        place = _existing(folder)
        try:
            free, disk = shutil.disk_usage(place).free, place.stat().st_dev
        except OSError as error:
            yield Finding(name, str(folder), f"It cannot be read: {error.strerror}.")
            continue
        if disk in seen:
            continue
        seen.add(disk)
        remedy = "Make room on this disk: projects and caches need it."
        yield Finding(
            name,
            f"{free / 1e9:,.1f} GB free at {place}",
            remedy if free < _LEAST_FREE else "",
        )


def _folder_remedy(folder: Path) -> str:
    """What to do where a folder cannot be written to."""
    place = _existing(folder)
    if not place.is_dir():
        return f"{place} is in the way: move it, as a folder is needed there."
    if not os.access(place, os.W_OK | os.X_OK):
        return f"{place} cannot be written to: give yourself the right to."
    return ""


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    for place in (folder, *folder.parents):
        with suppress(OSError):
            if place.exists():
                return place
    return Path(folder.anchor)


def _size(folder: Path) -> int:
    """Bytes of all files below a folder; what goes meanwhile counts for nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  a million
    return total
