import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import strategies as st

from annolab.formats.base import Severity
from annolab.formats.textgrid import TextGridFormat
from annolab.formats.textgrid.grid import Grid, GridTier
from annolab.formats.textgrid.reader import read_grid
from annolab.formats.textgrid.writer import write_grid
from annolab.model.annotation import Annotation
from annolab.model.geometry import AttributeValue, Instant, Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, Tier, TierKind
from tests import format_contract
from tests.format_contract import FormatContract
from tests.format_memory import Dataset, read, write

SOUND = Item(id=7, path="a/b.wav", media=Media.AUDIO, length=10.0, width=1, height=1)
BATTERY = Path(__file__).parents[2] / "data" / "textgrids"
TEXT = st.none() | st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1
)


@st.composite
def _datasets(draw: st.DrawFn) -> Dataset:
    """Sounds with tiers as AnnoLab keeps them: intervals without gaps."""
    tiers = (
        Tier(id=2, name="words", kind=TierKind.INTERVAL),
        Tier(id=3, name="bells", kind=TierKind.POINT),
        Tier(id=4, name="words", kind=TierKind.INTERVAL),
    )
    sounds: list[Item] = []
    marks: list[Annotation] = []
    for number in range(draw(st.integers(1, 3))):
        sounds.append(
            replace(SOUND, id=70 + number, path=f"{number}.wav", tiers=(2, 3, 4))
        )
        for tier in tiers:
            inner = draw(st.sets(st.floats(0.001, 9.999), max_size=5))
            times = [0.0, *sorted(inner), 10.0]
            point = tier.kind is TierKind.POINT
            for start, stop in pairwise(times):
                marks.append(
                    Annotation(
                        id=1000 + len(marks),
                        item_id=70 + number,
                        annotator_id=1,
                        geometry=Instant(start) if point else Interval(start, stop),
                        tier_id=tier.id,
                        text=draw(TEXT),
                    )
                )
    return Dataset(Schema(tiers=tiers), sounds, marks)


class TestTextGrid(FormatContract):
    format_id = "textgrid"
    target = "grids"

    @pytest.fixture(autouse=True)
    def of_a_sound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(format_contract, "PICTURE", SOUND)

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return _datasets()

    def test_detects_nothing_in_noise(self, tmp_path: Path) -> None:
        noise = tmp_path / "b.TextGrid"
        noise.write_bytes(random.Random(0).randbytes(1000))
        assert self.fresh().detect(noise).value == 0
        assert self.fresh().detect(tmp_path / "missing").value == 0


READ = sorted((BATTERY / "praat").glob("*.TextGrid"))
SKIPPED = ("collection", "num_undefined")


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_what_was_imported_goes_out_unchanged(path: Path, tmp_path: Path) -> None:
    if path.stem in SKIPPED:
        pytest.skip("holds several sounds or an undefined time")
    data, _ = read(TextGridFormat(), path)
    report = write(TextGridFormat(), data, tmp_path / "out")
    before, after = read_grid(path.read_bytes()), read_grid(_only(tmp_path / "out"))
    assert [tier.name for tier in after.tiers] == [tier.name for tier in before.tiers]
    assert (after.xmin, after.xmax) == (before.xmin, before.xmax)
    moved = any(how is Severity.REPAIRED for how, _ in report.counts)
    for old, new in zip(before.tiers, after.tiers, strict=True):
        assert (new.xmin, new.xmax) == (old.xmin, old.xmax)
        assert moved or set(map(repr, old.marks)) <= set(map(repr, new.marks))


def _only(folder: Path) -> bytes:
    (path,) = folder.rglob("*.TextGrid")
    return path.read_bytes()


def test_marks_at_one_time_are_written_apart(tmp_path: Path) -> None:
    tier = GridTier("p", True, 0, 3, [(1.0, 1.0, "a"), (1.0, 1.0, "b")])
    whole = [(0.0, 1.0, "a"), (1.0, 1.0, "Z"), (1.0, 3.0, "c")]
    grid = Grid(0.0, 3.0, [tier, GridTier("i", False, 0, 3, whole)])
    (tmp_path / "a.TextGrid").write_bytes(write_grid(grid))
    data, imported = read(TextGridFormat(), tmp_path)
    assert sum(imported.counts.values()) == 2
    report = write(TextGridFormat(), data, tmp_path / "out")
    assert sum(n for (how, _), n in report.counts.items() if how == "repaired") == 2
    points, intervals = read_grid(_only(tmp_path / "out")).tiers
    for found in (points, intervals):
        starts = [mark[0] for mark in found.marks]
        assert len(set(starts)) == len(starts)
    assert [mark[2] for mark in points.marks] == ["a", "b"]
    assert [mark[2] for mark in intervals.marks] == ["a", "Z", "c"]
    assert all(a[1] == b[0] for a, b in pairwise(intervals.marks))


def test_key_values_travel_in_tiers(tmp_path: Path) -> None:
    tier = Tier(id=2, name="words", kind=TierKind.INTERVAL)
    values: dict[str, AttributeValue] = {
        "who": "Ann",
        "n": 3,
        "odd": "3",
        "empty": "",
        "list": (1, "x"),
    }
    marks = [
        Annotation(
            id=9, item_id=7, annotator_id=1, geometry=Interval(0, 4), tier_id=2,
            text="a", attributes=values,
        ),
        Annotation(
            id=10, item_id=7, annotator_id=1, geometry=Interval(4, 10), tier_id=2,
        ),
    ]  # fmt: skip
    data = Dataset(Schema(tiers=(tier,)), [replace(SOUND, tiers=(2,))], marks)
    report = write(TextGridFormat(), data, tmp_path / "out", keyvalues="tiers")
    assert not report.losses
    back, _ = read(TextGridFormat(), tmp_path / "out", keyvalues="tiers")
    assert [dict(mark.attributes) for mark in back.the_annotations] == [values, {}]
    assert [t.name for t in back.schema.tiers] == ["words"]


def test_free_regions_that_overlap_get_tiers_and_labels_become_text(
    tmp_path: Path,
) -> None:
    spans = ((0.5, 2.0), (1.0, 3.0), (2.0, 4.0))
    marks = [
        Annotation(
            id=20 + n, item_id=7, annotator_id=1, geometry=Interval(*span), label_id=5
        )
        for n, span in enumerate(spans)
    ]
    label = Label(id=5, name="call", color="#ffb000")
    report = write(
        TextGridFormat(), Dataset(Schema((label,)), [SOUND], marks), tmp_path / "out"
    )
    first, second = read_grid(_only(tmp_path / "out")).tiers
    assert (first.name, second.name) == ("Regions", "Regions 2")
    assert [mark[2] for mark in first.marks] == ["", "call", "call", ""]
    assert report.losses
