"""Label schemas in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from annolab.errors import UserError
from annolab.model.geometry import Kind
from annolab.model.schema import LABEL_COLORS, Owner, Skeleton, TierKind, ValueType
from annolab.tasks.schema_file import load_schema

WHOLE = """
guidelines = "Draw tightly."
[[label]]
name = "vehicle"
[[label]]
name = "car"
color = "#123456"
hotkey = "c"
parent = "vehicle"
kinds = ["box", "polygon"]
keypoints = ["front", "back"]
edges = [["front", "back"]]
[[attribute]]
name = "occluded"
type = "choice"
label = "car"
choices = ["no", "mostly"]
default = "no"
required = true
[[attribute]]
name = "weather"
owner = "item"
[[tier]]
name = "words"
kind = "interval"
[[tier]]
name = "clicks"
kind = "point"
parent = "words"
"""


def write(folder: Path, text: str, name: str = "schema.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_everything_is_read(tmp_path: Path) -> None:
    schema = load_schema(write(tmp_path, WHOLE))
    vehicle, car = schema.labels
    assert (vehicle.name, vehicle.color) == ("vehicle", LABEL_COLORS[0])
    assert car.color == "#123456"
    assert car.hotkey == "c"
    assert car.parent_id == vehicle.id
    assert car.kinds == {Kind.BOX, Kind.POLYGON}
    assert car.skeleton == Skeleton(("front", "back"), ((0, 1),))
    occluded, weather = schema.attributes
    assert occluded.owner is Owner.ANNOTATION
    assert occluded.type is ValueType.CHOICE
    assert occluded.label_id == car.id
    assert occluded.choices == ("no", "mostly")
    assert occluded.default == "no"
    assert occluded.required
    assert (weather.owner, weather.type) == (Owner.ITEM, ValueType.TEXT)
    words, clicks = schema.tiers
    assert (clicks.kind, clicks.parent_id) == (TierKind.POINT, words.id)
    assert schema.guidelines == "Draw tightly."


def test_json_says_the_same(tmp_path: Path) -> None:
    text = '{"label": [{"name": "car", "kinds": ["box"]}], "guidelines": "x"}'
    schema = load_schema(write(tmp_path, text, "schema.JSON"))
    assert [label.name for label in schema.labels] == ["car"]
    assert schema.guidelines == "x"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[label", "neither valid TOML nor JSON"),
        ("label = 3", "'label' must be a list of tables"),
        ("[[label]]\ncolor = '#fff'", "label 1 needs a text as 'name'"),
        ("[[label]]\nname = 3", "label 1 needs a text as 'name'"),
        ("[[label]]\nname = 'a'\n[[label]]\nname = 'a'", "'a'"),
        ("[[label]]\nname = 'a'\nparent = 'b'", "names 'b', which is not there"),
        ("[[label]]\nname = 'a'\nkinds = ['cube']", "'cube'"),
        ("[[label]]\nname = 'a'\nkinds = 'box'", "must be a list of texts"),
        ("[[label]]\nname = 'a'\nedges = [1]", "edges of label 'a' must be pairs"),
        ("[[label]]\nname = 'a'\nsize = 3", "unknown key 'size'"),
        ("[[attribute]]\nname = 'a'\ntype = 'date'", "type of attribute 'a' is one of"),
        ("[[attribute]]\nname = 'a'\nrequired = 1", "must be true or false"),
        ("[[attribute]]\nname = 'a'\nlabel = 'x'", "names 'x'"),
        ("[[attribute]]\nname = 'a'\ndefault = {}", "must be a plain value"),
        ("[[tier]]\nname = 'a'\nkind = 'line'", "kind of tier 'a' is one of"),
        ("colour = 3", "unknown key 'colour'"),
        ("guidelines = 3", "needs a text as 'guidelines'"),
    ],
)
def test_mistakes_have_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        load_schema(write(tmp_path, text))


@pytest.mark.parametrize("text", ["[1]", "3", "[" * 100_000, '{"label"', "\0"])
def test_broken_json_has_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"schema"):
        load_schema(write(tmp_path, text, "schema.json"))


def test_a_missing_file_has_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: No such file"):
        load_schema(tmp_path / "none.toml")
