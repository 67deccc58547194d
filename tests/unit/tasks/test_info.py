"""What a project holds, in data and in lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from annolab import edits, plugins
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box
from annolab.model.ids import new_id
from annolab.model.item import Status
from annolab.model.schema import Label, Tier, TierKind
from annolab.store.project import Project
from annolab.tasks.info import (
    format_facts,
    format_lines,
    info_lines,
    plugin_facts,
    plugin_lines,
    project_info,
)
from annolab.tasks.ingest import add_paths

Draw = Callable[..., Path]


def test_an_empty_project(project: Project) -> None:
    facts = project_info(project)
    assert (facts["items"], facts["annotations"], facts["progress"]) == (0, 0, 0)
    assert "Items:       0" in info_lines(facts)


def test_a_project(project: Project, draw: Draw) -> None:
    draw("photos/b.png")
    add_paths(project, [draw("photos/a.png").parent])
    car = Label(id=new_id(), name="car", color="#ffb000")
    project.apply(edits.declare(project.schema, car))
    items = project.items()
    for label_id in (car.id, None):
        mark = Annotation(
            id=new_id(),
            item_id=items[0].id,
            annotator_id=project.annotator.id,
            geometry=Box(0, 0, 1, 1),
            label_id=label_id,
        )
        project.apply(edits.add([mark]))
    project.apply(edits.set_item_status(items[1:], Status.DONE))
    facts = project_info(project)
    assert json.loads(json.dumps(facts)) == facts
    assert facts["status"]["begun"] == facts["status"]["done"] == 1
    assert facts["labels"] == {"car": 1}
    assert facts["unlabelled"] == 1
    assert facts["progress"] == 0.5
    lines = "\n".join(info_lines(facts))
    assert "2 (1 begun, 1 done)" in lines
    assert "50%" in lines
    assert "(no label)  1" in lines


def test_sounds_and_tiers_are_told(project: Project, draw: Draw, hum: Draw) -> None:
    hum("day/a.wav")
    hum("day/b.wav")
    add_paths(project, [draw("day/c.png").parent])
    tier = Tier(id=new_id(), name="words", kind=TierKind.INTERVAL)
    project.apply(edits.declare(project.schema, tier))
    facts = project_info(project)
    assert facts["kinds"] == {"image": 1, "audio": 2}
    assert facts["tiers"] == [{"name": "words", "kind": "interval"}]
    lines = "\n".join(info_lines(facts))
    assert "1 image, 2 audio" in lines
    assert "words (interval)" in lines


def test_formats_and_plugins() -> None:
    ids = {fact["id"] for fact in format_facts()}
    assert {"coco", "csv"} <= ids
    assert any(line.startswith("coco") for line in format_lines(format_facts()))
    assert json.dumps(plugin_facts())
    broken = {
        "id": "x",
        "name": "x",
        "version": "",
        "origin": "user",
        "brings": [],
        "problem": "No.",
    }
    lines = plugin_lines([broken, broken | {"id": "longer"}])
    assert lines[0] == "x       x (user): NOT USED: No."
    assert str(plugins.user_plugin_dir()) in lines[-1]
