"""What readers of formats of one file per item get from a project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.formats.base import Report
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind
from annolab.store.project import Project, create_project
from annolab.tasks.context import ProjectContext
from annolab.tasks.places import ItemFinder
from tests.format_memory import MemoryContext

Touch = Callable[..., Path]


@pytest.fixture
def touch(tmp_path: Path) -> Touch:
    """Makes empty files below `tmp_path`."""

    def make(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        return path

    return make


@contextmanager
def reading(
    project: Project, source: Path, media_root: Path | None = None
) -> Iterator[ProjectContext]:
    """A context as an import of the folder `source` has it."""
    with project.bulk("Import") as bulk:
        yield ProjectContext(
            project,
            bulk,
            ItemFinder(project, media_root or source, source),
            options={},
            progress=Progress(),
            report=Report(),
        )


def have(project: Project, *places: tuple[Path, str]) -> dict[str, Item]:
    """Items at paths of folders, as `add` makes them."""
    found = {}
    roots = {folder: project.add_root(folder).id for folder, _ in places}
    with project.bulk("Add") as bulk:
        for folder, path in places:
            media = Media.VIDEO if path.endswith(".mp4") else Media.AUDIO
            item = Item(
                id=bulk.new_id(),
                path=path,
                media=media,
                root_id=roots[folder],
                length=1.0,
                rate=8000.0,
                size=1,
            )
            bulk.add(item)
            found[path] = item
    return found


def companion(
    project: Project, source: Path, path: str, media_root: Path | None = None
) -> Item:
    with reading(project, source, media_root) as ctx:
        return ctx.companion(path)


@pytest.mark.parametrize("name", ["speech.wav", "speech.MP3", "speech.mp4"])
def test_the_item_in_the_same_folder(
    project: Project, tmp_path: Path, name: str
) -> None:
    other = tmp_path / "other"
    here, far = (tmp_path / "data", f"a/{name}"), (other, "speech.wav")
    items = have(project, here, far)
    found = companion(project, tmp_path / "data", "a/speech.TextGrid")
    assert found.id == items[f"a/{name}"].id


def test_the_file_in_the_same_folder(
    project: Project, touch: Touch, tmp_path: Path
) -> None:
    path = touch("data/a/speech.flac")
    touch("data/a/speech.txt")
    have(project, (tmp_path / "other", "a/speech.wav"))
    found = companion(project, tmp_path / "data", "a/speech.TextGrid")
    assert (found.path, found.media, found.missing) == (
        "a/speech.flac", Media.AUDIO, False,
    )  # fmt: skip
    assert project.media_path(found) == path


def test_facts_are_read_from_the_media(
    project: Project, hum: Touch, tmp_path: Path
) -> None:
    hum("data/speech.wav", 2.0, 16000)
    with reading(project, tmp_path / "data") as ctx:
        item = ctx.companion("speech.TextGrid", length=2.01)
        assert ctx.report.problems == []
    assert project.item(item.id) == item
    assert (item.length, item.rate) == (2.0, 16000)
    with reading(project, tmp_path / "data") as ctx:
        assert ctx.companion("speech.TextGrid", length=3.0) == item
        (note,) = ctx.report.problems
    assert note.reason == "The file is for a sound of another length."


def test_the_file_below_the_media_root(
    project: Project, touch: Touch, tmp_path: Path
) -> None:
    path = touch("sounds/a/speech.wav")
    found = companion(
        project, tmp_path / "notes", "a/speech.TextGrid", tmp_path / "sounds"
    )
    assert project.media_path(found) == path


def test_a_folder_alike_below_another_root(project: Project, tmp_path: Path) -> None:
    items = have(
        project, (tmp_path / "one", "a/speech.wav"), (tmp_path / "two", "b/speech.wav")
    )
    found = companion(project, tmp_path / "notes", "b/speech.TextGrid")
    assert found.id == items["b/speech.wav"].id


def test_the_only_one_that_ends_alike(project: Project, tmp_path: Path) -> None:
    items = have(project, (tmp_path / "x", "deep/a/speech.wav"))
    with reading(project, tmp_path / "notes") as ctx:
        assert ctx.companion("a/speech.TextGrid").id == items["deep/a/speech.wav"].id
        # Taken: it cannot be meant by two files.
        assert ctx.companion("speech.TextGrid").missing


def test_several_that_end_alike_are_none(project: Project, tmp_path: Path) -> None:
    have(project, (tmp_path / "x", "a/speech.wav"), (tmp_path / "x", "b/speech.wav"))
    found = companion(project, tmp_path / "notes", "speech.TextGrid")
    assert (found.path, found.missing) == ("speech.wav", True)


@pytest.mark.parametrize(
    "name", ["My speech.TextGrid", "my_speech.TextGrid", "My speech.wav.TextGrid"]
)
def test_names_as_praat_writes_them(
    project: Project, tmp_path: Path, name: str
) -> None:
    items = have(project, (tmp_path, "My speech.wav"))
    assert companion(project, tmp_path, name).id == items["My speech.wav"].id


def test_items_that_differ_in_their_suffix(
    project: Project, touch: Touch, tmp_path: Path
) -> None:
    items = have(project, (tmp_path, "s.wav"), (tmp_path, "s.mp3"))
    assert companion(project, tmp_path, "s.TextGrid").id == items["s.wav"].id
    assert companion(project, tmp_path, "s.mp3.TextGrid").id == items["s.mp3"].id
    touch("s.wav.TextGrid")
    assert companion(project, tmp_path, "s.TextGrid").id == items["s.mp3"].id


def test_a_missing_item_keeps_its_guess(project: Project, tmp_path: Path) -> None:
    with reading(project, tmp_path) as ctx:
        item = ctx.companion("a/b.c.TextGrid", length=2.5, source='{"textgrid": {}}')
        assert ctx.companion("a/b.c.TextGrid") == item
    (found,) = project.items()
    assert (found.path, found.missing, found.length) == ("a/b.c.wav", True, 2.5)
    assert json.loads(found.source or "") == {
        "textgrid": {}, "companion": "a/b.c.TextGrid",
    }  # fmt: skip


def test_companions_never_lie_outside(project: Project, tmp_path: Path) -> None:
    with reading(project, tmp_path / "data") as ctx:
        for path in ("../../x.TextGrid", "/etc/x.TextGrid", "a\0.TextGrid"):
            with pytest.raises(UserError):
                ctx.companion(path)


def test_tiers_of_one_name_are_told_apart(project: Project, tmp_path: Path) -> None:
    with reading(project, tmp_path) as ctx:
        second = ctx.tier("words", TierKind.INTERVAL, number=1)
        first = ctx.tier("words", TierKind.INTERVAL)
        point = ctx.tier("words", TierKind.POINT, parent_id=first.id)
        assert ctx.tier("words", TierKind.INTERVAL, number=1) == second
    tiers = project.schema.tiers
    assert [(t.name, t.kind, t.position, t.parent_id) for t in tiers] == [
        ("words", TierKind.INTERVAL, 0, None),
        ("words", TierKind.INTERVAL, 1, None),
        ("words", TierKind.POINT, 2, first.id),
    ]
    assert [t.id for t in tiers] == [first.id, second.id, point.id]
    with reading(project, tmp_path) as ctx:  # another import finds them
        assert ctx.tier("words", TierKind.INTERVAL, number=1) == second
        third = ctx.tier("words", TierKind.INTERVAL, number=2)
    assert project.schema.tiers[-1] == third


ASKED = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers(-1, 3)), max_size=6
)


def ask(
    ctx: ProjectContext | MemoryContext, asked: list[tuple[str, int, int]]
) -> list[Tier]:
    """Tiers by name, number, and which of those before it lies above."""
    found: list[Tier] = []
    for name, number, above in asked:
        parent = found[above].id if 0 <= above < len(found) else None
        found.append(ctx.tier(name, TierKind.INTERVAL, number=number, parent_id=parent))
    return found


def test_a_tier_made_to_count_lies_where_who_asks_first_says(
    project: Project, tmp_path: Path
) -> None:
    with reading(project, tmp_path) as ctx:
        top = ctx.tier("top", TierKind.INTERVAL)
        third = ctx.tier("words", TierKind.INTERVAL, number=2, parent_id=top.id)
        first = ctx.tier("words", TierKind.INTERVAL, parent_id=top.id)
        ctx.tier("words", TierKind.INTERVAL, number=1)
        second = ctx.tier("words", TierKind.INTERVAL, number=1, parent_id=top.id)
    assert project.schema.tiers == (top, first, second, third)
    assert [t.parent_id for t in project.schema.tiers] == [None, top.id, None, top.id]
    project.undo()
    assert not len(project.schema.tiers)


@given(ASKED)
@settings(max_examples=25)
def test_contexts_in_memory_and_over_a_project_make_the_same_tiers(
    asked: list[tuple[str, int, int]],
) -> None:
    with TemporaryDirectory() as folder:
        project = create_project(Path(folder) / "p.annolab")
        with reading(project, Path(folder)) as ctx:
            found = ask(ctx, asked)
        memory = MemoryContext()
        alike = ask(memory, asked)
        assert shape(project.schema, found) == shape(memory.data.schema, alike)
        project.close()


def shape(schema: Schema, found: list[Tier]) -> list[object]:
    """Tiers without their ids: the names with the place of what is above."""
    place = {tier.id: n for n, tier in enumerate(schema.tiers)}
    tiers = [(t.name, place.get(t.parent_id or 0), t.position) for t in schema.tiers]
    return [tiers, [place[t.id] for t in found]]


def test_the_tiers_of_an_item(project: Project, tmp_path: Path) -> None:
    def read(path: str, *names: str) -> tuple[Item, list[Tier]]:
        with reading(project, tmp_path) as ctx:
            item = ctx.companion(path)
            tiers = [ctx.tier(name, TierKind.INTERVAL) for name in names]
            item = ctx.set_tiers(item, [tier.id for tier in tiers])
            assert ctx.companion(path) == item
            return item, tiers

    new, tiers = read("s.TextGrid", "words", "phones")
    assert project.item(new.id) == new
    assert new.tiers == (tiers[0].id, tiers[1].id)
    again, more = read("s.TextGrid", "tones", "words")
    assert again.id == new.id
    assert again.tiers == (*new.tiers, more[0].id)
    assert project.item(new.id) == again
    project.undo()
    assert project.item(new.id) == new


def test_marks_on_tiers_are_written(project: Project, tmp_path: Path) -> None:
    with project.bulk("Import") as bulk:
        ctx = ProjectContext(
            project,
            bulk,
            ItemFinder(project, tmp_path),
            options={},
            progress=Progress(),
            report=Report(),
        )
        tier = ctx.tier("words", TierKind.INTERVAL)
        item = ctx.set_tiers(ctx.companion("s.TextGrid"), [tier.id])
        bulk.add(
            Annotation(
                id=ctx.new_id(),
                item_id=item.id,
                annotator_id=ctx.annotator_id,
                geometry=Interval(0.0, 0.1),
                tier_id=tier.id,
            )
        )
    (mark,) = project.annotations(item.id)
    assert mark.tier_id == tier.id
    project.undo()
    assert (project.items(), project.schema.tiers) == ([], ())
    project.redo()
    assert [i.tiers for i in project.items()] == [(tier.id,)]
