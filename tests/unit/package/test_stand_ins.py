"""Libraries that stand in for encoders: they load, and nothing in them works."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.package import bundle, stand_ins

NAMES = {"x264_encoder_open_165", "x264_param_parse", "x264_levels"}
needs_compiler = pytest.mark.skipif(
    sys.platform != "linux" or not (shutil.which("cc") and shutil.which("nm")),
    reason="a C compiler and nm are needed",
)


@pytest.mark.parametrize(
    ("name", "encoder"),
    [
        ("libx264-d6533a8d.so.165", "x264"),
        ("libx265-efe48a158520a59ef99c0a0b3eb835ae.dll", "x265"),
        ("libx264.165.dylib", "x264"),
        ("libavcodec-5e6b81c2.so.62", None),
        ("libxcb-shm.so", None),
    ],
)
def test_an_encoder_is_known_by_its_file(name: str, encoder: str | None) -> None:
    assert stand_ins.encoder_of(name) == encoder


def test_nothing_to_stand_in_for_is_said() -> None:
    with pytest.raises(ValueError, match="uses nothing of x265"):
        stand_ins.source("x265", ())


@needs_compiler
def test_a_stand_in_gives_all_names_and_fails(tmp_path: Path) -> None:
    user = tmp_path / "libavcodec.so.62"
    code = tmp_path / "user.c"
    code.write_text(
        "extern char x264_levels[]; int x264_param_parse(void);"
        "void *x264_encoder_open_165(void); int x265_api_get_216(void);"
        "long use(void) { return x264_levels[0] + x264_param_parse()"
        " + (x264_encoder_open_165() != 0) + x265_api_get_216(); }"
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-o", user, code], check=True)
    assert stand_ins.names_used([user], "x264") == NAMES

    real = Path("libx264-d6533a8d.so.165")
    made = stand_ins.build("x264", real, [user], tmp_path / "out")
    assert made.name == real.name
    library = ctypes.CDLL(str(made))
    assert library.x264_encoder_open_165() == 0
    assert library.x264_param_parse() == -1
    levels = (ctypes.c_ubyte * 16).in_dll(library, "x264_levels")
    assert bytes(levels) == bytes(16)


@needs_compiler
def test_x265_is_there_for_no_depth_of_colour(tmp_path: Path) -> None:
    code = tmp_path / "x265.c"
    code.write_text(stand_ins.source("x265", ["x265_api_get_216"]))
    made = tmp_path / "libx265.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made, code], check=True)
    get = ctypes.CDLL(str(made)).x265_api_get_216
    assert [get(depth) for depth in (8, 10, 12)] == [0, 0, 0]
    call = f"import ctypes; ctypes.CDLL({str(made)!r}).x265_api_get_216(0)"
    ended = subprocess.run(
        [sys.executable, "-c", call], capture_output=True, check=False
    )
    assert ended.returncode != 0
    assert ended.stderr.startswith(b"AnnoLab comes without x265.")


@needs_compiler
def test_they_take_the_place_of_encoders_in_the_bundle(tmp_path: Path) -> None:
    libs = tmp_path / "av.libs"
    libs.mkdir()
    code = tmp_path / "user.c"
    code.write_text(
        "int x264_a(void), x265_b(void); int f(void) { return x264_a() + x265_b(); }"
    )
    user = libs / "libavcodec.so.62"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", user, code], check=True)
    for name in ("libx264-1.so", "libx265-2.so"):
        (libs / name).write_text("the real one")
    entries = [
        (f"av.libs/{path.name}", str(path), "BINARY") for path in sorted(libs.iterdir())
    ]
    entries.append(("libx264-1.so", "av.libs/libx264-1.so", "SYMLINK"))
    made = bundle.with_stand_ins(entries, tmp_path / "out")
    assert [name for name, _, _ in made] == [name for name, _, _ in entries]
    for (name, origin, kind), (_, before, _) in zip(made, entries, strict=True):
        replaced = kind == "BINARY" and "x26" in name
        assert (origin != before) == replaced
        assert not replaced or Path(origin).read_bytes()[:4] == b"\x7fELF"
