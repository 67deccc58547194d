"""Arcs of the open item: read once, renewed, and selected instead of marks."""

from __future__ import annotations

from annolab import edits
from annolab.model.annotation import Relation
from annolab.widgets.session import Session


def arc(session: Session, id_: int = 900) -> Relation:
    assert session.project is not None
    first, second = session.annotations()[:2]
    return Relation(
        id=id_,
        item_id=first.item_id,
        annotator_id=session.project.annotator.id,
        head_id=first.id,
        tail_id=second.id,
    )


def test_relations_are_those_of_the_open_item(session: Session) -> None:
    held = session.relations
    assert held.all() == []
    made = arc(session)
    session.apply(edits.add_relations([made]))
    assert held.all() == [made]
    assert held.get(900) == made
    assert held.of([made.tail_id]) == [made]
    assert held.of([1]) == []
    session.open_item(102)
    assert held.all() == []
    session.undo()
    assert held.all() == []
    session.redo()
    assert held.all() == [made]


def test_a_deleted_relation_is_not_selected_any_more(session: Session) -> None:
    made = arc(session)
    session.apply(edits.add_relations([made]))
    session.relations.select([900])
    assert session.relations.selected() == [made]
    session.apply(edits.delete(session.annotations()[:1]))
    assert session.relations.selection == ()
    session.undo()
    assert session.relations.all() == [made]


def test_what_changes_is_read_alone(session: Session) -> None:
    held, first, second = session.relations, arc(session), arc(session, 901)
    assert held.all() == []
    session.apply(edits.add_relations([first, second]))
    session.apply(edits.set_attribute([first], "sure", value=True))
    assert [(r.id, dict(r.attributes)) for r in held.all()] == [
        (900, {"sure": True}), (901, {})
    ]  # fmt: skip
    session.apply(edits.delete_relations([second]))
    assert [r.id for r in held.all()] == [900]
    session.undo()
    session.undo()
    assert session.project is not None
    assert held.all() == session.project.relations(100) == [first, second]


def test_arcs_and_marks_exclude_each_other(session: Session) -> None:
    session.apply(edits.add_relations([arc(session)]))
    marks = [a.id for a in session.annotations()]
    session.select(marks)
    session.relations.select([900])
    assert session.selection == ()
    session.select(marks[:1])
    assert session.relations.selection == ()
    session.relations.select([900])
    session.open_item(101)
    assert session.relations.selection == ()


def test_the_text_is_forgotten_with_its_item(session: Session) -> None:
    told = []
    session.text_opened.connect(lambda: told.append(session.text))
    session.set_text("abc")
    session.open_item(101)
    assert told == ["abc", None]
    session.open_item(102)
    assert told == ["abc", None]
