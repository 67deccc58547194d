"""Suggestions are marks of a rule, and count for nothing until accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annolab.errors import FolderNotNamed
from annolab.model.annotation import Annotation, AnnotationStatus, AnnotatorKind
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Span
from annolab.model.item import Item, Media
from annolab.model.schema import Entry, Label
from annolab.store.project import Project
from annolab.tasks.suggest import (
    ENTRY,
    Gazetteer,
    Pattern,
    Rules,
    learn,
    load_knowledge,
    load_sources,
    own_path,
    rules_of,
    set_rules,
    suggest_items,
    suggestions,
)

TEXTS = {"a.txt": "Ada met Bob in Rome.", "b.txt": "Bob paid 30 EUR to Ada in Paris."}
PERSON = Label(id=1, name="PERSON", color="#ffb000")
CITY = Label(id=2, name="CITY", color="#56b4e9")


@pytest.fixture
def items(project: Project, tmp_path: Path) -> list[Item]:
    root = project.add_root(tmp_path)
    project.named.add(tmp_path)
    made = []
    for number, (name, text) in enumerate(TEXTS.items(), 100):
        (tmp_path / name).write_text(text)
        made.append(Item(id=number, path=name, media=Media.TEXT, root_id=root.id))
    changes = [Change(None, PERSON), Change(None, CITY)]
    project.apply(Edit("Add", (*changes, *(Change(None, item) for item in made))))
    return made


def tagged(
    project: Project, item: Item, piece: tuple[int, int], id_: int
) -> Annotation:
    mark = Annotation(
        id=id_,
        item_id=item.id,
        annotator_id=project.annotator.id,
        geometry=Span((piece,)),
        label_id=PERSON.id,
    )
    project.apply(Edit("Add span", (Change(None, mark),)))
    return mark


def test_own_tags_are_suggested_elsewhere(project: Project, items: list[Item]) -> None:
    tagged(project, items[0], (0, 3), 500)
    tagged(project, items[0], (8, 11), 501)
    report = suggest_items(project)
    assert report.written == 2
    marks = project.annotations(items[1].id)
    assert [(m.geometry, m.label_id, m.status, m.score) for m in marks] == [
        (Span(((0, 3),)), 1, AnnotationStatus.SUGGESTED, 0.5),
        (Span(((19, 22),)), 1, AnnotationStatus.SUGGESTED, 0.5),
    ]
    rule = {a.id: a for a in project.annotators()}[marks[0].annotator_id]
    assert (rule.name, rule.kind) == ("Own tags", AnnotatorKind.RULE)
    assert suggest_items(project).written == 0  # not twice
    project.undo()  # the second time it wrote nothing: no step of its own
    assert project.annotations(items[1].id) == []
    assert len(project.annotations(items[0].id)) == 2


def test_lists_and_patterns(
    project: Project, items: list[Item], tmp_path: Path
) -> None:
    (tmp_path / "cities.txt").write_text("Rome\tCITY\tQ220\nParis\n")
    rules = Rules(
        learn=False,
        gazetteers=(Gazetteer(str(tmp_path / "cities.txt"), "CITY"),),
        patterns=(Pattern("MONEY", r"\d+ EUR"), Pattern("PERSON", "[", case=True)),
    )
    project.apply(set_rules(project, rules))
    assert rules_of(project) == rules
    report = suggest_items(project)
    assert report.written == 2
    [rome] = project.annotations(items[0].id)
    assert (rome.geometry, dict(rome.attributes)) == (
        Span(((15, 19),)),
        {"kb_id": "Q220"},
    )
    reasons = {reason for _, reason in report.counts}
    assert reasons == {
        "A label that the project does not have.",
        "A source that cannot be used.",
    }


def test_what_was_refused_is_not_suggested_again(
    project: Project, items: list[Item]
) -> None:
    tagged(project, items[0], (0, 3), 500)
    sources = load_sources(project)
    text = TEXTS["b.txt"]
    [found] = suggestions(text, sources, [])
    assert (found.start, found.stop, found.label) == (19, 22, "PERSON")
    mark = tagged(project, items[1], (19, 22), 501)
    assert suggestions(text, sources, [mark]) == []
    refused = replace(mark, status=AnnotationStatus.REJECTED)
    assert suggestions(text, sources, [refused]) == []
    project.apply(Edit("Reject", (Change(mark, refused),)))
    assert learn(project).best("ada") == ("PERSON", 1 / 3)


@pytest.mark.parametrize(
    "value", ["", "[]", "[" * 9000, '{"gazetteers": [{"path": 3}, 4], "patterns": 5}']
)
def test_rules_of_a_foreign_project_may_be_anything(
    project: Project, value: str
) -> None:
    project.apply(Edit("x", (Change(None, Entry(1, ENTRY, value)),)))
    assert rules_of(project) == Rules()


def test_a_file_in_a_folder_not_named_is_not_opened(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("Ada\n")
    rules = Rules(gazetteers=(Gazetteer(str(secret)),), knowledge=(str(secret),))
    project.apply(set_rules(project, rules))
    with pytest.raises(FolderNotNamed):
        own_path(project, str(secret))
    [sentence] = load_sources(project).problems
    assert "have not named" in sentence
    with pytest.raises(FolderNotNamed):
        load_knowledge(project)
    project.named.add(secret.parent)
    assert own_path(project, str(secret)) == secret
