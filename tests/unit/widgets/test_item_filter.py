"""The filter field completes tokens, and what it makes is a filter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab.model.schema import Label, Schema
from annolab.tasks.filters import parse_filter
from annolab.widgets.item_filter import KEYS, FilterField, candidates, token_at

VALUES = {
    "status": ["open", "new", "begun", "done"],
    "label": ["car", "traffic light"],
    "split": ["train", "none"],
    "media": ["image"],
    "missing": ["yes", "no"],
    "attr": ["weather"],
}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", list(KEYS)),
        ("st", ["status:"]),
        ("status:d", ["status:done"]),
        ("status:new,be", ["status:new,begun"]),
        ("label:", ["label:car", 'label:"traffic light"']),
        ("label:LIGHT", ['label:"traffic light"']),
        ('label:"traffic l', ['label:"traffic light"']),
        ("night label:c", ["label:car", 'label:"traffic light"']),
        ("label:car", []),
        ("elephant", []),
        ("file:x", []),
    ],
)
def test_what_a_token_can_become(text: str, made: list[str]) -> None:
    _, token = token_at(text, len(text))
    assert candidates(token, VALUES.__getitem__) == made


def _label(id_: int, name: str) -> Label:
    return Label(id=id_, name=name, color="#ffffff")


@given(some.text(alphabet='sd:"t aeulbc,', max_size=12))
def test_every_candidate_with_a_value_is_a_filter(text: str) -> None:
    schema = Schema((_label(1, "car"), _label(2, "traffic light")))
    _, token = token_at(text, len(text))
    for made in candidates(token, VALUES.__getitem__):
        head, _, value = made.partition(":")
        typed = value.split(",")[:-1]
        if value and all(word in VALUES[head] for word in typed):
            assert parse_filter(made, schema).name == ""


@pytest.fixture
def field(qtbot: QtBot) -> FilterField:
    """The field in a window of its own."""
    made = FilterField(VALUES.__getitem__)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    return made


def test_tab_takes_the_first_candidate(field: FilterField) -> None:
    QTest.keyClicks(field, "night lab")
    assert field.popup.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "night label:"
    QTest.keyClicks(field, "tr")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == 'night label:"traffic light" '
    assert not field.popup.isVisible()


def test_return_searches_and_esc_only_closes_the_list(
    field: FilterField, qtbot: QtBot
) -> None:
    QTest.keyClicks(field, "sta")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.popup.isVisible()
    assert field.text() == "sta"
    QTest.keyClicks(field, "t")
    with qtbot.waitSignal(field.submitted):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "stat"


def test_down_offers_everything(field: FilterField) -> None:
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.popup.isVisible()
    assert field.offered() == list(KEYS)
