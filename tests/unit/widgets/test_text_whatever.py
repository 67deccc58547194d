"""Whatever is pressed on a text, all of it is undone, and what is shown is right."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annolab.widgets.text_commands import VERBS
from annolab.widgets.text_shown import ShownMarks
from annolab.widgets.window import Window
from tests.unit.widgets.conftest import TEXT
from tests.unit.widgets.test_text_canvas import canvas_of

ASKING = {"encoding", "tag_all", "link", "suggest", "find", "find_next", "copy"} | {
    "find_previous", "larger", "smaller", "usual_size", "line_numbers", "arcs",
}  # fmt: skip
actions = st.sampled_from(sorted(VERBS.keys() - ASKING)).map(lambda id_: f"text.{id_}")
labels = st.sampled_from([0, 1, 2, 3, 4, 5])
carets = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
steps = st.lists(st.one_of(actions, labels, labels, carets), min_size=20, max_size=60)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_all_is_shown_and_undone(
    reading: Window, presses: list[str | int | tuple[int, int]]
) -> None:
    session, canvas = reading.session, canvas_of(reading)
    canvas.view.setFocus()
    canvas.view.set_caret(0)
    for press in presses:
        match press:
            case int():
                session.pick_label(session.schema.label(press))
            case str():
                canvas.trigger(press)
            case caret, anchor:
                canvas.view.set_caret(caret, anchor)
        anew = ShownMarks()
        anew.load(session.annotations(), session.schema, session.hidden, len(TEXT))
        assert canvas.shown.marks == anew.marks
        assert canvas.shown.chains == anew.chains
        assert [m.id for m in canvas.shown.in_order()] == [
            m.id for m in anew.in_order()
        ]
        assert {*session.selection} <= {a.id for a in session.annotations()}
    while session.undo_step is not None and session.undo_step.name != "Add items":
        assert session.undo()
    assert session.annotations() == []
    assert session.relations.all() == []
    session.show_all()
    canvas.set_mode("")
    canvas.head = canvas.chain = None
