"""Empty libraries in the place of x264 and x265, which AnnoLab must not bundle.

The FFmpeg in the wheels of PyAV is under the LGPL, but names these two encoders,
which are under the GPL, among the libraries to load with it. AnnoLab never encodes
film. So the packaged program has libraries of our own under their file names, with
the functions that FFmpeg looks up and nothing in them: docs/adr/0014.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ENCODERS = ("x264", "x265")
# Read by FFmpeg as a table that a 0 ends; all other names are functions.
_TABLES = {"x264_levels"}
_HEAD = """\
/* Made by tools/package/stand_ins.py: AnnoLab comes without this encoder. */
#include <stdio.h>
#include <stdlib.h>
"""
_X265 = """\
void *{name}(int depth) {{
    if (depth == 0) {{
        fputs("AnnoLab comes without x265.\\n", stderr);
        abort();
    }}
    return NULL;
}}"""


def encoder_of(file_name: str) -> str | None:
    """The encoder that a library of this name is, on any system."""
    name = file_name.lower().removeprefix("lib")
    return next((e for e in ENCODERS if name.startswith(e)), None)


def source(encoder: str, names: Iterable[str]) -> str:
    """C code with these names: tables are empty, most functions fail.

    FFmpeg asks x265 for each depth of colour, which may be none; at last, to encode,
    for depth 0, and uses what it gets without looking at it: that has to end here.
    """
    lines = [_HEAD]
    for name in sorted(set(names)):
        if name in _TABLES:
            lines.append(f"const unsigned char {name}[256] = {{0}};")
        elif name.startswith("x265_api_get"):
            lines.append(_X265.format(name=name))
        else:
            failed = "0" if "_open_" in name else "-1"
            lines.append(f"long long {name}(void) {{ return {failed}; }}")
    if len(lines) == 1:
        message = f"FFmpeg uses nothing of {encoder}: is there still a need for this?"
        raise ValueError(message)
    return "\n".join(lines) + "\n"


def names_used(libraries: Iterable[Path], encoder: str) -> set[str]:
    """The names of an encoder that these libraries look up when they are loaded."""
    found = (name for library in libraries for name in _looked_up(library))
    return {name for name in found if name.startswith(encoder + "_")}


def build(encoder: str, library: Path, users: Iterable[Path], folder: Path) -> Path:
    """Compile the stand-in of `library` into `folder`; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / library.name
    code = folder / f"{encoder}.c"
    code.write_text(source(encoder, names_used(users, encoder)), encoding="utf-8")
    if sys.platform == "darwin":
        kind = ["-dynamiclib", f"-Wl,-install_name,@loader_path/{library.name}"]
    else:
        kind = ["-shared", f"-Wl,-soname,{library.name}"]
    if sys.platform == "win32":
        kind = ["-shared", "-static-libgcc"]
    compiler = os.environ.get("CC", "gcc" if sys.platform == "win32" else "cc")
    command = [compiler, "-O2", "-fPIC", *kind, "-o", str(made), str(code)]
    subprocess.run(command, check=True)
    return made


def _looked_up(library: Path) -> Iterable[str]:
    if sys.platform == "win32":
        import pefile  # comes with PyInstaller

        with pefile.PE(str(library), fast_load=True) as pe:
            pe.parse_data_directories(
                [pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_IMPORT"]]
            )
            for entry in getattr(pe, "DIRECTORY_ENTRY_IMPORT", ()):
                yield from (i.name.decode() for i in entry.imports if i.name)
        return
    mac = sys.platform == "darwin"
    command = ["nm", "-u"] if mac else ["nm", "-D", "--undefined-only"]
    said = subprocess.run(
        [*command, str(library)], check=True, capture_output=True, text=True
    )
    for line in said.stdout.splitlines():
        name = line.split()[-1] if line.split() else ""
        yield name.removeprefix("_") if mac else name.partition("@")[0]
