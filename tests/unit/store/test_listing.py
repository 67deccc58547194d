"""Lists of items: filters, orders, rows, and that they use indexes."""

import re
import time
from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit, Entity
from annolab.model.geometry import Box, Whole
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label
from annolab.store import listing
from annolab.store.filters import EVERYTHING, Filter, Order
from annolab.store.listing import _among
from annolab.store.project import Project, create_project


def an_item(path: str, **fields: Any) -> Item:
    return Item(id=new_id(), path=path, **{"media": Media.IMAGE, **fields})


def add(project: Project, *things: Entity) -> None:
    project.apply(Edit("Add", tuple(Change(None, thing) for thing in things)))


@pytest.fixture
def car() -> Label:
    return Label(id=new_id(), name="car", color="#fff")


@pytest.fixture
def listed(project: Project, car: Label) -> list[Item]:
    """Items and marks to look for; by path."""
    items = [
        an_item("a/Straße 1.JPG", split="train", status=Status.DONE, priority=0.5),
        an_item("a/b%c.png", split="val", attributes={"weather": "fog", "n": 1}),
        an_item("a/bxc.png", missing=True, attributes={"weather": "sun"}),
        an_item("b/MÜLLER.wav", media=Media.AUDIO, priority=0.9),
        an_item("b/x_y.txt", media=Media.TEXT, status=Status.SKIPPED),
    ]
    marks = [
        Annotation(
            id=new_id(),
            item_id=items[at].id,
            annotator_id=project.annotator.id,
            geometry=Whole(),
            label_id=label_id,
        )
        for at, label_id in ((0, car.id), (0, None), (3, car.id), (4, None))
    ]
    add(project, car, *reversed(items), *marks)
    return items


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (EVERYTHING, [0, 1, 2, 3, 4]),
        (Filter(name="jpg"), [0]),
        (Filter(name="A/B"), [1, 2]),
        (Filter(name="b%c"), [1]),
        (Filter(name="b_c"), []),
        (Filter(name="x_y"), [4]),
        (Filter(name="müller"), [3]),
        (Filter(name="MüLLER.W"), [3]),
        (Filter(name="ü"), [3]),
        (Filter(name="STRASSE"), []),
        (Filter(name="straße"), [0]),
        (Filter(name="STRAẞE"), [0]),
        (Filter(name="ü]"), []),
        (Filter(name="^ü"), []),
        (Filter(name="\\"), []),
        (Filter(name="'"), []),
        (Filter(status=Status.DONE), [0]),
        (Filter(status=(Status.DONE, Status.SKIPPED)), [0, 4]),
        (Filter(status=()), []),
        (Filter(media=Media.AUDIO), [3]),
        (Filter(media={Media.AUDIO, Media.TEXT}), [3, 4]),
        (Filter(split="train"), [0]),
        (Filter(split=""), [2, 3, 4]),
        (Filter(missing=True), [2]),
        (Filter(missing=False), [0, 1, 3, 4]),
        (Filter(attribute="weather"), [1, 2]),
        (Filter(attribute=("weather", "fog")), [1]),
        (Filter(attribute=("n", 1)), [1]),
        (Filter(attribute=("n", True)), []),
        (Filter(attribute="nothing"), []),
        (Filter(name="b", media=Media.AUDIO, status=Status.BEGUN), [3]),
        (Filter(label_id=5), []),
    ],
)
def test_filters(
    project: Project, listed: list[Item], where: Filter, found: list[int]
) -> None:
    assert list(project.item_ids(where)) == [listed[n].id for n in found]


def test_filter_by_label_and_ids(
    project: Project, listed: list[Item], car: Label
) -> None:
    with_car = [listed[0].id, listed[3].id]
    assert list(project.item_ids(Filter(label_id=car.id))) == with_car
    some = Filter(ids=[listed[4].id, listed[0].id, 7])
    assert list(project.item_ids(some)) == [listed[0].id, listed[4].id]
    assert list(project.item_ids(Filter(ids=()))) == []
    both = Filter(label_id=car.id, media=Media.AUDIO)
    assert list(project.item_ids(both)) == [listed[3].id]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (Order.PATH, [0, 1, 2, 3, 4]),
        (Order.ADDED, [0, 1, 2, 3, 4]),
        (Order.STATUS, [1, 2, 3, 0, 4]),
        (Order.PRIORITY, [3, 0, 1, 2, 4]),
        (Order.ANNOTATIONS, [0, 3, 4, 1, 2]),
    ],
)
def test_orders(
    project: Project, listed: list[Item], order: Order, found: list[int]
) -> None:
    ids = [listed[n].id for n in found]
    assert project.item_ids(order=order) == array("q", ids)
    assert list(project.item_ids(order=order, descending=True)) == ids[::-1]


def test_rows_come_in_the_order_asked_for(project: Project, listed: list[Item]) -> None:
    rows = project.item_rows([listed[3].id, 5, listed[0].id])
    assert [row.id for row in rows] == [listed[3].id, listed[0].id]
    row = rows[1]
    assert (row.path, row.name) == ("a/Straße 1.JPG", "Straße 1.JPG")
    assert (row.status, row.split, row.priority) == (Status.DONE, "train", 0.5)
    assert (row.media, row.n_annotations, row.missing) == (Media.IMAGE, 2, False)


def test_items_are_found_by_path(project: Project, listed: list[Item]) -> None:
    assert project.item_at(0, "b/x_y.txt") == listed[4]
    assert project.item_at(1, "b/x_y.txt") is None
    assert project.items_at(0, ["a/bxc.png", "no"]) == {"a/bxc.png": listed[2].id}


def test_annotations_of_a_filter(
    project: Project, listed: list[Item], car: Label
) -> None:
    def items_of(where: Filter | None) -> list[int]:
        found = list(project.iter_annotations(where))
        assert [a.id for a in found] == sorted(a.id for a in found)
        return [[i.id for i in listed].index(a.item_id) for a in found]

    assert items_of(None) == [0, 0, 3, 4]
    assert items_of(Filter(name="a/")) == [0, 0]
    assert items_of(Filter(label_id=car.id)) == [0, 3]


def test_annotations_are_in_drawing_order(project: Project) -> None:
    item = an_item("a")
    marks = [
        Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=Box(0, 0, 1, 1),
            z=z,
        )
        for z in (1, 0, -1, 0)
    ]
    add(project, item, *marks)
    by_z = [marks[2], marks[1], marks[3], marks[0]]
    assert project.annotations(item.id) == by_z
    assert project.annotations_of([5, item.id]) == {5: [], item.id: by_z}


def test_more_than_a_page(project: Project) -> None:
    with project.bulk("Add") as bulk:
        items = [
            Item(id=bulk.new_id(), path=f"{n:05}", media=Media.IMAGE)
            for n in range(1500)
        ]
        for item in items:
            bulk.add(item)
            bulk.add(
                Annotation(
                    id=bulk.new_id(),
                    item_id=item.id,
                    annotator_id=bulk.annotator.id,
                    geometry=Whole(),
                )
            )
    assert project.items() == items
    assert [row.id for row in project.item_rows(project.item_ids())] == [
        i.id for i in items
    ]
    assert [a.item_id for a in project.iter_annotations()] == [i.id for i in items]
    assert len(list(project.iter_annotations(Filter(name="0")))) == len(
        [i for i in items if "0" in i.path]
    )


words = st.text(st.sampled_from("aAbBüÜéÉ%_\\*?[]^-"), max_size=3)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(words.filter(len), min_size=1, max_size=4, unique=True), words)
def test_names_are_found_whatever_their_case(
    tmp_path: Any, names: list[str], word: str
) -> None:
    with create_project(tmp_path / f"{time.time_ns()}.annolab") as project:
        add(project, *(an_item(name) for name in names))
        rows = project.item_rows(project.item_ids(Filter(word)))
        assert {row.path for row in rows} == {
            name for name in names if word.lower() in name.lower()
        }


@given(some_ids := st.lists(st.integers(-5, 5)), some_ids)
def test_membership(ids: list[int], others: list[int]) -> None:
    rising = np.unique(np.array(others, dtype=np.int64))
    found = _among(np.array(ids, dtype=np.int64), rising)
    assert found.tolist() == [i in others for i in ids]


@pytest.mark.parametrize("few", [0, 1, 2, 100])
def test_filters_through_other_tables(
    project: Project,
    listed: list[Item],
    car: Label,
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many ids go another way than few: to the same result."""
    monkeypatch.setattr(listing, "_FEW", few)
    by_label = Filter(label_id=car.id)
    assert list(project.item_ids(by_label)) == [listed[0].id, listed[3].id]
    by_count = project.item_ids(by_label, Order.PRIORITY)
    assert list(by_count) == [listed[3].id, listed[0].id]
    both = Filter(label_id=car.id, ids=[listed[3].id, listed[4].id])
    assert list(project.item_ids(both)) == [listed[3].id]
    weather = Filter(attribute="weather", missing=False)
    assert list(project.item_ids(weather)) == [listed[1].id]


# Plans -----------------------------------------------------------------------


def plans(project: Project, sql: str) -> list[str]:
    """How SQLite answers a statement."""
    values = [None] * sql.count("?")
    with project._still() as conn:
        rows = conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return [row[3] for row in rows]


def test_hot_queries_use_indexes(project: Project, listed: list[Item]) -> None:
    seen: list[str] = []
    reading, writing = project._reader, project._conn
    assert writing is not None
    for conn in (reading, writing):
        conn.set_trace_callback(seen.append)
    box = Annotation(
        id=new_id(),
        item_id=listed[0].id,
        annotator_id=project.annotator.id,
        geometry=Box(0, 0, 1, 1),
        attributes={"a": 1},
    )
    add(project, box)
    project.undo()
    project.redo()
    assert project.undo_step
    project.item(listed[0].id)
    project.item_at(0, "a")
    project.item_rows([listed[0].id])
    project.annotations(listed[0].id)
    project.annotation(box.id)
    project.relations(listed[0].id)
    next(project.iter_annotations())
    for conn in (reading, writing):
        conn.set_trace_callback(None)
    statements = {s for s in seen if s.startswith(("SELECT", "UPDATE", "DELETE"))}
    assert len(statements) > 20
    scans = [
        (sql, plan)
        for sql in statements
        for plan in plans(project, re.sub(r"\?", "NULL", sql))
        if plan.startswith("SCAN") and not re.match(r"SCAN (json_each|CONSTANT)", plan)
    ]
    assert scans == []


@pytest.mark.parametrize(
    "where",
    [
        Filter(),
        Filter(name="x"),
        Filter(status=Status.NEW),
        Filter(media=Media.IMAGE, split="a", missing=False),
    ],
)
def test_lists_are_read_from_an_index_alone(project: Project, where: Filter) -> None:
    seen: list[str] = []
    project._reader.set_trace_callback(seen.append)
    project.item_ids(where)
    project._reader.set_trace_callback(None)
    (sql,) = [s for s in seen if "group_concat" in s]
    used = plans(project, sql)
    assert any("USING COVERING INDEX items_" in plan for plan in used)
    assert not any("TEMP B-TREE" in plan for plan in used)


def test_label_filter_uses_its_index(project: Project) -> None:
    seen: list[str] = []
    project._reader.set_trace_callback(seen.append)
    project.item_ids(Filter(label_id=5))
    project._reader.set_trace_callback(None)
    sql, _ = [s for s in seen if "group_concat" in s]
    assert any("COVERING INDEX annotations_label" in p for p in plans(project, sql))


def test_foreign_keys_have_indexes(project: Project) -> None:
    """Else deleting one row reads a whole table. Annotators are never deleted."""
    with project._still() as conn:
        tables = [
            name
            for (name,) in conn.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
        ]
        keys = [
            (table, row[3])
            for table in tables
            for row in conn.execute(f"PRAGMA foreign_key_list({table})")
        ]
    assert len(keys) > 15
    small = {"attribute_specs", "tiers", "labels"}
    for table, column in keys:
        if table in small or column in ("annotator_id", "key_id", "root_id"):
            continue
        (plan,) = plans(project, f"SELECT 1 FROM {table} WHERE {column} = 5")
        assert plan.startswith("SEARCH"), (table, column, plan)
