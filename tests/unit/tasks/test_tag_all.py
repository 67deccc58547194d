"""Tagging what occurs in many texts: one step, nothing when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from annolab.assist.text_search import Search
from annolab.errors import Cancelled, UserError
from annolab.jobs import Progress
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Span
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.store.project import Project, create_project
from annolab.tasks.tag_all import Wanted, look, tag

PLACE = Label(id=1, name="Place", color="#56b4e9")
TEXTS = ("Paris and Paris.\nNot parish.", "No place.", "\U0001f600 Paris")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = create_project(tmp_path / "p.annolab", schema=Schema((PLACE,)))
    root = made.add_root(tmp_path)
    items = []
    for number, text in enumerate(TEXTS):
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
        items.append(
            Item(
                id=10 + number, path=f"{number}.txt", media=Media.TEXT, root_id=root.id
            )
        )
    items.append(Item(id=20, path="gone.txt", media=Media.TEXT, root_id=root.id))
    made.apply(Edit("Add", tuple(Change(None, item) for item in items)))
    return made


PARIS = Wanted(Search("paris", words=True))
IDS = (10, 11, 12, 20)


def test_places_are_counted_and_shown(project: Project) -> None:
    found = look(project, IDS, PARIS, Progress())
    assert (found.count, found.texts, found.unread) == (3, 2, 1)
    first = found.shown[0]
    assert (first.start, first.stop) == (0, 5)
    assert (first.before, first.inside, first.after) == ("", "Paris", " and Paris.")
    assert (found.shown[2].start, found.shown[2].before) == (2, "\U0001f600 ")
    project.close()


def test_all_are_tagged_as_one_step(project: Project) -> None:
    report = tag(project, IDS, PARIS, PLACE, Progress())
    assert report.written == 3
    assert sum(report.counts.values()) == 1
    made = [a for i in IDS for a in project.annotations(i)]
    assert [a.geometry for a in made] == [
        Span(((0, 5),)), Span(((10, 15),)), Span(((2, 7),))
    ]  # fmt: skip
    assert {(a.label_id, a.annotator_id) for a in made} == {(1, project.annotator.id)}
    assert look(project, IDS, PARIS, Progress()).count == 0
    assert look(project, IDS, Wanted(PARIS.search, free=False), Progress()).count == 3
    project.undo()
    assert [a for i in IDS for a in project.annotations(i)] == []
    project.close()


def test_what_touches_a_mark_is_left_out(project: Project) -> None:
    by = project.annotator.id
    near = Annotation(id=5, item_id=10, annotator_id=by, geometry=Span(((4, 7),)))
    project.apply(Edit("Add", (Change(None, near),)))
    assert look(project, IDS, PARIS, Progress()).count == 2
    project.close()


def test_suggestions_that_are_just_there_are_accepted(project: Project) -> None:
    by, guess = project.annotator.id, AnnotationStatus.SUGGESTED
    marks = [
        Annotation(
            id=n, item_id=10, annotator_id=by, geometry=Span((piece,)), status=guess
        )
        for n, piece in enumerate([(0, 5), (10, 13)], 5)
    ]
    project.apply(Edit("Add", tuple(Change(None, mark) for mark in marks)))
    assert look(project, IDS, PARIS, Progress()).count == 2
    assert tag(project, IDS, PARIS, PLACE, Progress()).written == 2
    held = project.annotation(5)
    assert held is not None
    assert (held.label_id, held.status) == (1, AnnotationStatus.ACCEPTED)
    assert project.annotation(6) == marks[1]
    assert len(project.annotations(10)) == 2
    project.undo()
    assert project.annotations(10) == marks
    project.close()


def test_a_wrong_expression_and_a_cancelled_task_change_nothing(
    project: Project,
) -> None:
    with pytest.raises(UserError):
        tag(project, IDS, Wanted(Search("(", expression=True)), PLACE, Progress())
    progress = Progress(lambda done, *_: progress.cancel() if done else None)
    with pytest.raises(Cancelled):
        tag(project, IDS, PARIS, PLACE, progress)
    assert [a for i in IDS for a in project.annotations(i)] == []
    assert project.undo_step is None or project.undo_step.name == "Add"
    project.close()
