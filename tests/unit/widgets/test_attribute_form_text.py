"""Key-values of relations, and answers of several lines about a text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from annolab import edits, text_edits
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Span
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.widgets.fields import LongField, TextField
from annolab.widgets.window import Window


def make_relation(window: Window) -> Relation:
    session = window.session
    assert session.project is not None
    assert session.item is not None
    by = session.project.annotator.id
    spans = [
        Annotation(id=n, item_id=100, annotator_id=by, geometry=Span(((n, n + 1),)))
        for n in (1, 5)
    ]
    session.apply(edits.add(spans))
    session.apply(text_edits.relate(spans[0], spans[1], session.schema.label(3), by))
    (made,) = session.relations.all()
    return made


def test_a_selected_relation_has_key_values(reading: Window) -> None:
    form, session = reading.workspace.form, reading.session
    spec = AttributeSpec(
        id=50, owner=Owner.ANNOTATION, name="certain", type=ValueType.BOOL, label_id=3
    )
    for_all = AttributeSpec(id=51, owner=Owner.ANNOTATION, name="comment")
    session.apply(edits.declare(session.schema, spec))
    session.apply(edits.declare(session.schema, for_all))
    made = make_relation(reading)
    session.relations.select([made.id])
    assert form.head.title.full() == "works_for — key-values"
    assert list(form._fields) == ["certain"]
    form._fields["certain"].edited.emit(True)
    (held,) = session.relations.all()
    assert held.attributes == {"certain": True}
    form.begin_add()
    form.new_key.setText("since")
    QTest.keyClick(form.new_key, Qt.Key.Key_Return)
    line = form._fields["since"].findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, "1999")
    (held,) = session.relations.all()
    assert held.attributes == {"certain": True, "since": "1999"}
    session.select([held.head_id])
    assert list(form._fields) == ["comment"]
    session.undo()
    assert session.relations.all()[0].attributes == {"certain": True}


def test_an_answer_about_a_text_has_lines(reading: Window) -> None:
    form, session = reading.workspace.form, reading.session
    session.select([])
    field = form._fields["summary"]
    assert isinstance(field, LongField)
    low = field.text.height()
    QTest.keyClicks(field.text, "One")
    for _ in range(5):
        QTest.keyClick(field.text, Qt.Key.Key_Return)
    QTest.keyClicks(field.text, "two")
    assert session.item is not None
    assert session.item.attributes == {"summary": "One\n\n\n\n\ntwo"}
    assert field.text.height() > low
    left: list[bool] = []
    field.left.connect(lambda: left.append(True))
    QTest.keyClick(field.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert left == [True]
    session.undo()
    assert field.text.toPlainText() == ""
    session.redo()
    field.text.setPlainText("")
    assert session.item.attributes == {}


def test_marks_have_lines_of_one(reading: Window) -> None:
    session = reading.session
    make_relation(reading)
    spec = AttributeSpec(id=51, owner=Owner.ANNOTATION, name="comment")
    session.apply(edits.declare(session.schema, spec))
    session.select([1])
    assert isinstance(reading.workspace.form._fields["comment"], TextField)
