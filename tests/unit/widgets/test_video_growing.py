"""A film can be seen while it is still being read, and says what it is then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annolab.media import video_table
from annolab.model.edit import Change, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.store.project import create_project
from annolab.widgets.session import Session
from annolab.widgets.video_canvas import VideoCanvas
from annolab.widgets.worker import stop_all
from tests.unit.media import films

COUNT = 90


class Gate:
    """Holds the thread that reads a film after each part, until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._free = threading.Semaphore(0)
        real = video_table._part

        def part(*given: object) -> object:
            assert self._free.acquire(timeout=60)
            return real(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(video_table, "_PART", 20)
        monkeypatch.setattr(video_table, "_HELD", 16)
        monkeypatch.setattr(video_table, "_part", part)

    def let(self, parts: int = 1) -> None:
        """Let so many parts be read on."""
        self._free.release(parts)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


@pytest.fixture
def session(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """A project in a folder with a film of 90 frames."""
    del qtbot
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    films.make(tmp_path, films.Recipe("long.mkv", "mpeg4", count=COUNT))
    project = create_project(tmp_path / "p.annolab")
    item = Item(id=new_id(), path="long.mkv", media=Media.VIDEO, root_id=0)
    project.apply(Edit("Add", (Change(None, item),)))
    made = Session()
    made.set_project(project)
    yield made
    stop_all()
    made.set_project(None)


@pytest.fixture
def canvas(session: Session, qtbot: QtBot) -> VideoCanvas:
    made = VideoCanvas(session)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def open_first(session: Session) -> Item:
    assert session.project is not None
    (item,) = session.project.items()
    session.open_item(item.id)
    return item


def added(session: Session, path: Path) -> Item:
    """An item of a film beside the project, of which nothing is known yet."""
    assert session.project is not None
    item = Item(id=new_id(), path=path.name, media=Media.VIDEO, root_id=0)
    session.project.apply(Edit("Add", (Change(None, item),)))
    return item


def number(canvas: VideoCanvas) -> int:
    shown = canvas.view.shown
    return -1 if shown is None else films.read_number(shown.picture.pixels)


def test_what_is_known_can_be_seen(
    gate: Gate, session: Session, canvas: VideoCanvas, qtbot: QtBot
) -> None:
    opened: list[object] = []
    canvas.source.opened.connect(opened.append)
    item = open_first(session)
    assert canvas.view.told is not None
    assert canvas.view.told[0] == "The film is being read"
    gate.let(2)
    qtbot.waitUntil(lambda: canvas.count == 24)
    qtbot.waitUntil(lambda: number(canvas) == 0)
    canvas.trigger("video.end")
    qtbot.waitUntil(lambda: number(canvas) == 23)
    canvas.timeline.marked.select(5, 9)
    assert "of 24" in canvas.timeline.bar.text.text()
    assert canvas.source.reading
    gate.let()
    qtbot.waitUntil(lambda: canvas.count == 44)
    canvas.trigger("video.next_frame")
    qtbot.waitUntil(lambda: number(canvas) == 24)
    assert canvas.timeline.range == (5, 10)
    gate.let(9)
    qtbot.waitUntil(lambda: not canvas.source.reading)
    assert canvas.count == COUNT
    assert (canvas.wanted, number(canvas)) == (24, 24)
    assert "of 90" in canvas.timeline.bar.text.text()
    assert canvas.timeline.bar.reading.text() == ""
    canvas.trigger("video.end")
    qtbot.waitUntil(lambda: number(canvas) == COUNT - 1)
    assert len(opened) == 1
    project = session.project
    assert project is not None
    known = project.item(item.id)
    assert known is not None
    assert known.length == COUNT
    assert known.rate == pytest.approx(30, rel=1e-3)
    assert (known.width, known.height) == (films.WIDTH, films.HEIGHT)
    assert project.undo_step is not None
    assert project.undo_step.name == "Add"


def test_it_is_left_while_it_is_read(
    gate: Gate, session: Session, canvas: VideoCanvas, qtbot: QtBot
) -> None:
    item = open_first(session)
    gate.let(2)
    qtbot.waitUntil(lambda: canvas.count == 24)
    session.open_item(None)
    gate.let(9)
    assert canvas.count == 0
    session.open_item(item.id)
    qtbot.waitUntil(lambda: canvas.count == COUNT)


def test_the_frame_that_was_left_is_gone_to_when_it_is_known(
    gate: Gate, session: Session, canvas: VideoCanvas, qtbot: QtBot, tmp_path: Path
) -> None:
    gate.let(99)
    item = open_first(session)
    qtbot.waitUntil(lambda: canvas.count == COUNT)
    canvas.go_to(70)
    session.open_item(None)
    for kept in (tmp_path / "cache").rglob("*.pts*"):
        kept.unlink()
    came: list[int] = []
    canvas.source.longer.connect(lambda: came.append(canvas.count))
    session.open_item(item.id)
    qtbot.waitUntil(lambda: canvas.count == COUNT)
    qtbot.waitUntil(lambda: number(canvas) == 70)
    assert came[-1] == COUNT


def test_what_turns_out_otherwise_is_opened_anew(
    gate: Gate,
    session: Session,
    canvas: VideoCanvas,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(video_table.FrameTable, "begins_with", lambda *_: False)
    opened: list[object] = []
    canvas.source.opened.connect(opened.append)
    open_first(session)
    gate.let(9)
    qtbot.waitUntil(lambda: not canvas.source.reading)
    assert (len(opened), canvas.count) == (2, COUNT)
    qtbot.waitUntil(lambda: number(canvas) == 0)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder, film: films.truncated(film, folder), " is cut off: "),
        (lambda folder, film: films.lying(film, folder, 60.0), " is cut off: "),
    ],
)
def test_what_is_damaged_is_shown_and_said(
    session: Session,
    canvas: VideoCanvas,
    qtbot: QtBot,
    tmp_path: Path,
    make: Callable[[Path, Path], Path],
    sentence: str,
) -> None:
    path = make(tmp_path, tmp_path / "long.mkv")
    item = added(session, path)
    said: list[str] = []
    canvas.problem_found.connect(said.append)
    session.open_item(item.id)
    qtbot.waitUntil(lambda: number(canvas) == 0)
    qtbot.waitUntil(lambda: not canvas.source.reading)
    assert len(said) == 1
    assert sentence in said[0]
    project = session.project
    assert project is not None
    known = project.item(item.id)
    assert known is not None
    assert known.problem == said[0]
    assert known.length == canvas.count > 0


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (films.sound_only, "holds sound but no pictures: add it as a sound"),
        (films.without_pictures, "holds no pictures"),
        (films.empty, "is empty: copy it again from its source."),
    ],
)
def test_what_cannot_be_shown_is_said(
    session: Session,
    canvas: VideoCanvas,
    qtbot: QtBot,
    tmp_path: Path,
    make: Callable[[Path], Path],
    sentence: str,
) -> None:
    item = added(session, make(tmp_path / "bad.mp4"))
    session.open_item(item.id)
    qtbot.waitUntil(
        lambda: (canvas.view.told or ("",))[0] == "This film cannot be shown"
    )
    assert canvas.view.told is not None
    assert sentence in canvas.view.told[1]
    project = session.project
    assert project is not None
    known = project.item(item.id)
    assert known is not None
    assert known.problem == canvas.view.told[1]
