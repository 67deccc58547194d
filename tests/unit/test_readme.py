"""The README tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from annolab import cli, plugins
from annolab.tasks.filters import parse_filter
from annolab.tasks.schema_file import load_schema

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COCO = (
    '{"images": [{"id": 1, "file_name": "photos/a.png", "width": 8, "height": 6}],'
    ' "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "area": 4,'
    ' "bbox": [1, 1, 2, 2], "iscrowd": 0, "segmentation": []}],'
    ' "categories": [{"id": 1, "name": "car", "supercategory": ""}]}'
)


def block(language: str) -> str:
    """The text of the only code block in this language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    (text,) = [text for name, text in blocks if name == language]
    return str(text)


def test_every_command_is_named() -> None:
    named = set(re.findall(r"^annolab (\w+)", block(""), re.MULTILINE))
    shown = {name for name, one in cli.cli.commands.items() if not one.hidden}
    assert named == shown


def test_every_format_is_named() -> None:
    named = set(re.findall(r"^\| `([\w-]+)` \|", README, re.MULTILINE))
    assert named == set(plugins.formats())


def test_the_schema_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "schema.toml"
    path.write_text(block("toml"), "utf-8")
    assert [label.name for label in load_schema(path).labels] == ["vehicle", "car"]


def test_the_filters_are_filters(tmp_path: Path) -> None:
    path = tmp_path / "schema.toml"
    path.write_text('[[label]]\nname="car"\n[[label]]\nname="traffic light"', "utf-8")
    schema = load_schema(path)
    (line,) = re.findall(r"\*\*Filters\*\*(.*?)\n\n", README, re.DOTALL)
    filters = re.findall(r"`(\w+:[^`]+)`", line)
    assert len(filters) > 5
    for text in filters:
        assert parse_filter(text, schema).name == ""


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    Image.new("RGB", (8, 6)).save("photos/a.png")
    Path("instances.json").write_text(COCO, "utf-8")
    exec(compile(block("python"), "README.md", "exec"), {})
    out = capsys.readouterr().out.splitlines()
    assert out == ["a.png Box(x=1.0, y=1.0, w=2.0, h=2.0)", "1 {}"]
    assert Path("street.csv").exists()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
