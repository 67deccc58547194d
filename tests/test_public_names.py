"""What scripts and plug-ins may rely on."""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import annolab
from annolab import public

NAMES_TEXT = """
AnnoLabError Annotation AnnotationStatus Annotator AnnotatorKind AttributeSpec Box
Cancelled Change ChangeSet Confidence Conflict Edit Ellipse Entry Filter Format
FormatError ImportContext Instant Interval Item Keyframe Kind Label Mask Media
MediaError Order Owner PluginError Points Polygon Polyline Problem Progress Project
Records Relation Report Root RotatedBox Schema Severity Sink Skeleton Snapshot Span
Status StoreError Tier TierKind TimeBox Track UserError ValueType Whole add_paths
add_table check_project create_project detect_format export_dataset fill_sizes
import_dataset load_schema new_id open_project parse_filter preview_losses relocate
set_encoding text_of FrameChoice PictureFormat FrameSet
"""
NAMES = NAMES_TEXT.split()
HEAVY = ("PySide6", "cv2", "PIL", "av", "soundfile", "pyqtgraph", "scipy")


def test_the_names_are_these() -> None:
    assert sorted(annolab.__all__) == sorted(NAMES)
    assert sorted(public.__all__) == sorted(NAMES)
    for name in NAMES:
        assert getattr(annolab, name) is getattr(public, name)
    assert set(NAMES) <= set(dir(annolab))


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Bxo'"):
        annolab.__getattr__("Bxo")


def test_every_name_has_a_docstring() -> None:
    assert [name for name in NAMES if not getattr(annolab, name).__doc__] == []


def loaded_after(code: str) -> set[str]:
    code += "\nimport sys; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    return set(subprocess.check_output(command, text=True).split())


def test_no_name_needs_qt_or_a_decoder() -> None:
    loaded = loaded_after(f"from annolab import {', '.join(NAMES)}")
    assert loaded & set(HEAVY) == set()
    assert "annolab.store.project" in loaded


def test_importing_annolab_loads_nothing_else() -> None:
    assert "numpy" not in loaded_after("import annolab")


def test_the_command_line_starts_light() -> None:
    loaded = loaded_after("import annolab.cli")
    light = {
        "annolab", "annolab.cli", "annolab.cli_self", "annolab.errors", "annolab.jobs",
        "annolab.terminal",
    }  # fmt: skip
    assert {name for name in loaded if name.startswith("annolab")} == light
    assert loaded & {"numpy", "sqlite3", "rich"} == set()


def test_the_example_works() -> None:
    assert doctest.testmod(annolab).attempted > 0
    assert doctest.testmod(annolab).failed == 0


def test_the_sources_name_the_same(pytestconfig: pytest.Config) -> None:
    source = Path(pytestconfig.rootpath, "annolab/public.py").read_text("utf-8")
    imported = [
        name.asname or name.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for name in node.names
    ]
    assert sorted(imported) == sorted(NAMES)
