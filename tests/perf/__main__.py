"""`make bench`: measure every part, or those named, and print one table."""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from tests.perf.table import Row, markdown

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "build" / "benchmarks.md"
CHILD = "--child"


def machine() -> str:
    """What it is measured on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if "model name" in line]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    cores = os.cpu_count() or 1
    system = platform.system()
    if system == "Linux":
        system = platform.freedesktop_os_release().get("PRETTY_NAME", system)
    parts = [f"{cpu}, {cores} cores", system]
    if hasattr(os, "sysconf"):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        parts.append(f"{memory / 2**30:.0f} GiB")
    parts.append(f"Python {platform.python_version()}")
    libraries = ("PySide6-Essentials", "numpy", "opencv-python-headless", "pillow")
    parts += [f"{name} {version(name)}" for name in libraries]
    if os.getloadavg()[0] > cores / 2:
        parts.append(f"BUSY: load {os.getloadavg()[0]:.1f}, absolute times mean little")
    return "; ".join(parts)


def measure(part: str) -> list[Row]:
    """The rows of one part, measured in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="annolab-bench-") as home:
        target = Path(home) / "rows"
        target.touch()
        command = [sys.executable, "-m", "tests.perf", CHILD, part, str(target)]
        environment = os.environ | {"HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        # A user's Python keeps its compiled modules.
        left_out = ("XDG_", "PYTHONDONTWRITEBYTECODE")
        environment = {
            k: v for k, v in environment.items() if not k.startswith(left_out)
        }
        status = subprocess.run(command, env=environment, check=False).returncode
        lines = target.read_text("utf-8").splitlines()
    rows = [Row(**json.loads(line)) for line in lines]
    if status:
        rows.append(Row(f"{part}: ended with status {status}", "", met=False))
    return rows


def child(part: str, target: Path) -> None:
    """Measure one part here, writing each row as soon as it is known."""
    module = importlib.import_module(f"tests.perf.bench_{part}")
    with target.open("a", encoding="utf-8") as file:
        for row in module.rows():
            print(" | ".join(row.cells()), file=sys.stderr, flush=True)
            file.write(json.dumps(asdict(row)) + "\n")
            file.flush()


def main(arguments: list[str]) -> int:
    """Run the parts; 1 when one is unknown or failed, never because of a figure."""
    if arguments[:1] == [CHILD]:
        child(arguments[1], Path(arguments[2]))
        return 0
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = set(arguments) - set(known)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 1
    header = machine()
    print(header, file=sys.stderr)
    rows = [row for part in arguments or known for row in measure(part)]
    table = f"{header}\n\n{markdown(rows)}"
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(table, "utf-8")
    print("\n" + table)
    return any("ended with status" in row.what for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
