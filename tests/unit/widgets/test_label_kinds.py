"""What labels are offered for, as signs in the list of labels."""

from __future__ import annotations

import pytest

from annolab.model.geometry import Kind
from annolab.model.schema import Label
from annolab.widgets.label_kinds import sign_of


@pytest.mark.parametrize(
    ("kinds", "sign"),
    [
        ((), ""),
        ((Kind.SPAN,), ""),
        ((Kind.BOX, Kind.SPAN), ""),
        ((Kind.RELATION,), "arrow-bend-down-right"),
        ((Kind.EVENT, Kind.SPAN), "lightning"),
        ((Kind.WHOLE,), "frame-corners"),
        ((Kind.WHOLE, Kind.BOX), ""),
    ],
)
def test_labels_of_one_special_kind_have_a_sign(
    kinds: tuple[Kind, ...], sign: str
) -> None:
    label = Label(id=1, name="a", color="#777777", kinds=frozenset(kinds))
    assert sign_of(label) == sign
