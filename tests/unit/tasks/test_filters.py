"""The text of a filter."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.model.item import Media, Status
from annolab.model.schema import Label, Schema
from annolab.store.filters import Filter
from annolab.tasks.filters import parse_filter

SCHEMA = Schema(
    labels=(
        Label(id=1, name="Car", color="#ffb000"),
        Label(id=2, name="car", color="#ffb000"),
        Label(id=3, name="traffic light", color="#ffb000"),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Filter()),
        ("  street ", Filter(name="street")),
        ("street 12", Filter(name="street 12")),
        ('"two  blanks"', Filter(name="two  blanks")),
        ('"open quote', Filter(name="open quote")),
        ("C:photos", Filter(name="C:photos")),
        ("12:30", Filter(name="12:30")),
        ("status:done", Filter(status=frozenset((Status.DONE,)))),
        (
            "status:new,begun night",
            Filter(name="night", status=frozenset((Status.NEW, Status.BEGUN))),
        ),
        ("label:car", Filter(label_id=2)),
        ("label:CAR", Filter(label_id=1)),
        ('label:"traffic light"', Filter(label_id=3)),
        ("media:image", Filter(media=frozenset((Media.IMAGE,)))),
        ("split:train", Filter(split="train")),
        ("split:none", Filter(split="")),
        ("missing:yes", Filter(missing=True)),
        ("missing:no", Filter(missing=False)),
        ("attr:weather", Filter(attribute="weather")),
        ("attr:weather=rain", Filter(attribute=("weather", "rain"))),
        ("attr:n=3", Filter(attribute=("n", 3))),
        ("attr:n=3.5", Filter(attribute=("n", 3.5))),
        ("attr:night=true", Filter(attribute=("night", True))),
        ("attr:zip=0123", Filter(attribute=("zip", "0123"))),
        ("attr:a=", Filter(attribute=("a", ""))),
    ],
)
def test_filters(text: str, expected: Filter) -> None:
    assert parse_filter(text, SCHEMA) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("status:ready", "status:ready is no filter; status is one of new, begun"),
        ("status:", "status is one of"),
        ("label:dog", "There is no label 'dog'"),
        ("media:film", "media is one of image, video"),
        ("missing:maybe", "missing is one of yes, no"),
        ("attr:=x", "attr: needs a key"),
        ("status:new status:done", "names 'status' twice"),
    ],
)
def test_wrong_filters_have_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        parse_filter(text, SCHEMA)


@given(st.text(alphabet="abl:=\"', \tstaumedi15", max_size=40))
def test_any_text_is_a_filter_or_a_sentence(text: str) -> None:
    with suppress(UserError):  # and nothing else
        parse_filter(text, SCHEMA)


def test_open_is_what_is_still_to_be_done() -> None:
    assert parse_filter("status:open", Schema()) == Filter(
        status=frozenset({Status.NEW, Status.BEGUN})
    )
    assert parse_filter("status:open,skipped", Schema()).status == frozenset(
        {Status.NEW, Status.BEGUN, Status.SKIPPED}
    )
    with pytest.raises(UserError, match="reopen"):
        parse_filter("status:reopen", Schema())
