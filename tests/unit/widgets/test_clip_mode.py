"""Tagging clips by one key each, on a real project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annolab.model.edit import Change, Edit
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label, Schema
from annolab.store.project import create_project
from annolab.widgets.clip_mode import RATING, SEVERAL, ClipBar, ClipMode
from annolab.widgets.pace import Pace
from annolab.widgets.session import Session

SNORE = Label(id=10, name="snore", color="#ffb000", hotkey="1")
COUGH = Label(id=11, name="cough", color="#56b4e9", hotkey="2", position=1)


class Bench:
    """A session over five clips, the mode and what was played."""

    def __init__(self, path: Path) -> None:
        project = create_project(path, schema=Schema((SNORE, COUGH)))
        clips = [Item(id=100 + n, path=f"{n}.wav", media=Media.AUDIO) for n in range(5)]
        project.apply(Edit("Add clips", tuple(Change(None, clip) for clip in clips)))
        self.session = Session()
        self.session.set_project(project)
        self.session.set_order(project.item_ids())  # type: ignore[arg-type]
        self.session.open_item(100)
        self.played: list[int] = []
        self.now = 0.0
        self.mode = ClipMode(self.session, self._play, Pace(lambda: self.now))
        self.mode.edit_requested.connect(self.session.apply)
        self.session.item_opened.connect(lambda _: self.mode.item_ready())

    def _play(self) -> None:
        assert self.session.item is not None
        self.played.append(self.session.item.id)

    @property
    def here(self) -> int:
        assert self.session.item is not None
        return self.session.item.id

    def tags(self, item_id: int) -> list[int | None]:
        assert self.session.project is not None
        return [a.label_id for a in self.session.project.annotations(item_id)]

    def status(self, item_id: int) -> Status:
        assert self.session.project is not None
        found = self.session.project.item(item_id)
        assert found is not None
        return found.status


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(tmp_path / "clips.annolab")
    yield made
    made.session.set_project(None)


def test_a_key_tags_and_the_next_clip_plays(bench: Bench) -> None:
    assert not bench.mode.take_label(SNORE)  # the mode is off
    bench.mode.switch(on=True)
    assert bench.mode.take_label(SNORE)
    assert bench.mode.take_label(COUGH)
    assert bench.played == [100, 101, 102]
    assert (bench.tags(100), bench.tags(101)) == ([SNORE.id], [COUGH.id])
    assert bench.status(100) is Status.DONE
    assert bench.mode.progress() == (2, 5)


def test_undo_goes_back_to_the_clip_and_plays_it(bench: Bench) -> None:
    bench.mode.switch(on=True)
    bench.mode.take_label(SNORE)
    assert bench.mode.go_back()
    assert bench.here == 100
    assert bench.tags(100) == []
    assert bench.status(100) is not Status.DONE
    assert bench.played[-1] == 100


def test_only_tags_are_taken_back(bench: Bench) -> None:
    said: list[str] = []
    bench.session.said.connect(lambda _, sentence: said.append(sentence))
    bench.mode.switch(on=True)
    assert not bench.mode.go_back()  # the step before is the clips themselves
    assert bench.here == 100
    bench.mode.take_label(SNORE)
    bench.mode.take_label(COUGH)
    assert bench.mode.go_back()
    assert bench.mode.go_back()
    assert not bench.mode.go_back()
    assert bench.mode.progress() == (0, 5)
    assert said == ["There is no tag to take back."] * 2


def test_several_labels_wait_for_the_user(bench: Bench) -> None:
    bench.mode.switch(on=True)
    bench.mode.set_way(SEVERAL)
    bench.mode.take_label(SNORE)
    bench.mode.take_label(COUGH)
    assert bench.here == 100
    assert sorted(filter(None, bench.tags(100))) == [SNORE.id, COUGH.id]
    assert bench.mode.go_on()
    assert (bench.here, bench.status(100)) == (101, Status.DONE)


def test_a_digit_rates(bench: Bench) -> None:
    bench.mode.switch(on=True)
    assert not bench.mode.wants("4")
    bench.mode.set_way(RATING)
    assert bench.mode.wants("4")
    assert not bench.mode.wants("x")
    assert bench.mode.take_key("4")
    assert bench.mode.take_key("0")
    assert bench.session.project is not None
    rated = bench.session.project.items([100, 101])
    assert [item.attributes for item in rated] == [{"rating": 4}, {}]
    assert bench.here == 102


def test_done_clips_are_passed_over_until_none_is_left(bench: Bench) -> None:
    bench.mode.switch(on=True)
    said: list[str] = []
    bench.session.said.connect(lambda _, sentence: said.append(sentence))
    bench.session.open_item(103)
    for _ in range(5):
        bench.mode.take_label(SNORE)
    assert {bench.status(100 + n) for n in range(5)} == {Status.DONE}
    assert said == ["Every clip of the list is done."]


def test_the_bar_tells_tags_and_pace(bench: Bench, qtbot: QtBot) -> None:
    bar = ClipBar(bench.mode, bench.session)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bench.mode.switch(on=True)
    for _ in range(4):
        bench.now += 1.5
        bench.mode.take_label(SNORE)
    assert bench.mode.clips_per_hour == pytest.approx(2400)
    assert "4 of 5 done" in bar.progress.text()
    assert "2,400 clips an hour" in bar.progress.text()
    bench.session.open_item(100)
    assert bar.tags.text() == "snore"
