"""Spans in the list of annotations: by their text, in the order of the text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from annolab import edits, text_edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import Span
from annolab.model.ids import new_id
from annolab.widgets.annotation_list import AnnotationList
from annolab.widgets.window import Window


def span(window: Window, *pieces: tuple[int, int], label: int | None = 1) -> Annotation:
    project = window.session.project
    assert project is not None
    return Annotation(
        id=new_id(),
        item_id=100,
        annotator_id=project.annotator.id,
        geometry=Span(pieces),
        label_id=label,
    )


def titles(shown: AnnotationList) -> list[str]:
    rows = (shown.model.row(id_) for id_ in shown.model.ids)
    return [row.title for row in rows if row is not None]


def test_spans_are_shown_by_their_text(reading: Window) -> None:
    shown = reading.workspace.annotations
    bob, ann = span(reading, (12, 15)), span(reading, (0, 3), (12, 15), label=None)
    reading.session.apply(edits.add([bob]))
    reading.session.apply(edits.add([ann]))
    assert titles(shown) == ["Ann … Bob", "Person · Bob"]
    assert shown.head.note.text() == "2"
    row = shown.model.row(bob.id)
    assert row is not None
    assert row.note == ""
    reading.session.apply(text_edits.set_pieces(bob, [(0, 7)], "Move"))
    assert titles(shown) == ["Ann … Bob", "Person · Ann Lee"]  # outer ones first
    reading.session.apply(edits.delete([ann]))
    assert titles(shown) == ["Person · Ann Lee"]


places = st.integers(0, 30)
pieces = st.tuples(places, places).filter(lambda p: p[0] < p[1])


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from("amd"), pieces), max_size=12))
def test_rows_are_in_the_order_of_the_text_whatever_is_done(
    reading: Window, steps: list[tuple[str, tuple[int, int]]]
) -> None:
    session, shown = reading.session, reading.workspace.annotations
    for verb, piece in steps:
        held = session.annotations()
        if verb == "a" or not held:
            session.apply(edits.add([span(reading, piece)]))
        elif verb == "m":
            one = held[piece[0] % len(held)]
            session.apply(text_edits.set_pieces(one, [piece], "Move"))
        else:
            session.apply(edits.delete([held[piece[0] % len(held)]]))
    wanted = [a.id for a in text_edits.spans_of(session.annotations())]
    assert shown.model.ids == wanted
    assert [shown.model.place(id_).row() for id_ in wanted] == [*range(len(wanted))]
    if session.annotations():
        session.apply(edits.delete(session.annotations()))
    assert shown.model.ids == []


def test_a_very_long_list_follows_when_keys_rest(
    reading: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.widgets.annotation_list.LONG", 1)
    session, shown = reading.session, reading.workspace.annotations
    made = [span(reading, (n, n + 1)) for n in range(4)]
    session.apply(edits.add(made))
    session.apply(text_edits.set_pieces(made[0], [(20, 21)], "Move"))
    session.apply(edits.delete([made[1]]))
    session.select([made[3].id])
    wanted = [made[2].id, made[3].id, made[0].id]
    qtbot.waitUntil(lambda: shown.model.ids == wanted)
    chosen = shown.view.selectionModel().selectedRows()
    assert [shown.model.id_at(index) for index in chosen] == [made[3].id]
    assert shown.head.note.text() == "3"
