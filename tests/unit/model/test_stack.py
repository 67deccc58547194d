"""The drawing order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annolab.model.annotation import Annotation
from annolab.model.geometry import Whole
from annolab.model.stack import Place, drawn, restacked


def mark(id_: int, z: int) -> Annotation:
    return Annotation(id=id_, item_id=1, annotator_id=1, geometry=Whole(), z=z)


@st.composite
def stacks(draw: st.DrawFn) -> list[Annotation]:
    ids = draw(st.lists(st.integers(1, 99), min_size=1, max_size=8, unique=True))
    return drawn(mark(id_, draw(st.integers(-3, 3))) for id_ in ids)


def order_after(
    stack: list[Annotation], ids: set[int], place: Place
) -> tuple[list[int], int]:
    """Ids in the order that the new z give, and how many z are new."""
    pairs = restacked(stack, ids, place)
    changed = sum(a.z != z for a, z in pairs)
    return [a.id for a in drawn(mark(a.id, z) for a, z in pairs)], changed


@given(stacks(), st.sets(st.integers(1, 99)), st.sampled_from(Place))
def test_the_new_z_give_the_new_order(
    stack: list[Annotation], ids: set[int], place: Place
) -> None:
    after, _ = order_after(stack, ids, place)
    before = [a.id for a in stack]
    chosen = [i for i in before if i in ids]
    rest = [i for i in before if i not in ids]
    assert [i for i in after if i in ids] == chosen
    assert [i for i in after if i not in ids] == rest
    if place is Place.FRONT:
        assert after == rest + chosen
    elif place is Place.BACK:
        assert after == chosen + rest
    else:
        step = 1 if place is Place.FORWARD else -1
        moves = [after.index(i) - before.index(i) for i in chosen]
        assert set(moves) <= {0, step}
        end = before[::-step]
        blocked = 0
        while blocked < len(end) and end[blocked] in ids:
            blocked += 1
        assert moves.count(0) == blocked


@given(stacks(), st.sampled_from(Place))
def test_moving_all_or_none_changes_nothing(
    stack: list[Annotation], place: Place
) -> None:
    everything = {a.id for a in stack}
    assert order_after(stack, everything, place)[1] == 0
    assert order_after(stack, set(), place)[1] == 0


@given(stacks(), st.sampled_from([Place.FRONT, Place.BACK]))
def test_to_front_and_to_back_change_the_chosen_alone(
    stack: list[Annotation], place: Place
) -> None:
    chosen = stack[0].id if place is Place.FRONT else stack[-1].id
    assert order_after(stack, {chosen}, place)[1] <= 1


def test_few_z_are_changed() -> None:
    stack = [mark(i, 0) for i in range(1, 11)]
    assert order_after(stack, {9}, Place.FORWARD)[1] == 1
    assert order_after(stack, {2}, Place.BACKWARD)[1] == 1
    assert order_after(stack, {1}, Place.FORWARD)[1] == 1
