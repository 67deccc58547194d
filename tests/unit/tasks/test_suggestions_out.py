"""Exports leave out what rules have suggested, unless it was accepted or is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from annolab import edits, text_edits
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
)
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Span
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.store.project import Project, create_project
from annolab.tasks.records import SnapshotRecords
from annolab.tasks.transfer import export_dataset, preview_losses

RULE = Annotator(50, "Gazetteer", AnnotatorKind.RULE)
PERSON = Label(id=1, name="Person", color="#ffb000")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A mark of a person and suggestions of a rule in every state, with arcs."""
    made = create_project(tmp_path / "p.annolab", schema=Schema((PERSON,)))
    root = made.add_root(tmp_path)
    (tmp_path / "a.txt").write_text("one two three four", "utf-8")
    item = Item(id=10, path="a.txt", media=Media.TEXT, root_id=root.id)
    made.apply(Edit("Add", (Change(None, item), Change(None, RULE))))
    by = made.annotator.id
    marks = [
        Annotation(
            id=100 + n, item_id=10, annotator_id=who, geometry=Span(((n, n + 1),)),
            label_id=1, status=status,
        )
        for n, (who, status) in enumerate(
            [(by, AnnotationStatus.PLAIN), (by, AnnotationStatus.SUGGESTED)]
            + [(RULE.id, status) for status in AnnotationStatus]
        )
    ]  # fmt: skip
    made.apply(edits.add(marks))
    for other in marks[1:]:
        made.apply(text_edits.relate(marks[0], other, None, by))
    return made


def count(project: Project, *, suggestions: bool) -> tuple[int, int]:
    report = preview_losses(project, "csv", suggestions=suggestions)
    left_out = [n for (_, why), n in report.counts.items() if "suggestion" in why]
    return report.written, sum(left_out)


def test_only_what_was_accepted_is_written(project: Project, tmp_path: Path) -> None:
    # Of the rule: suggested, plain, accepted and rejected.
    written, left_out = count(project, suggestions=False)
    assert left_out == 2
    more, still_out = count(project, suggestions=True)
    assert (more - written, still_out) == (1, 1)
    export_dataset(project, "csv", tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text("utf-8")
    assert "rejected" not in text.casefold()
    project.close()


def test_relations_to_what_is_left_out_go_with_it(project: Project) -> None:
    with project.snapshot() as snapshot:
        settled = SnapshotRecords(snapshot)
        assert [r.tail_id for r in settled.relations(10)] == [101, 103, 104]
        assert settled.relation_count() == 3
        assert settled.left_out == {102, 105}
        everything = SnapshotRecords(snapshot, suggestions=True)
        assert [r.tail_id for r in everything.relations(10)] == [101, 102, 103, 104]
        assert [a.id for a in settled.annotations()] == [100, 101, 103, 104]
        assert [[a.id for a in marks] for _, marks in settled.by_item()] == [
            [100, 101, 103, 104]
        ]
    project.close()
