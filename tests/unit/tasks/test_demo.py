"""The sample project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from annolab import plugins
from annolab.errors import UserError
from annolab.model.geometry import Track
from annolab.model.item import Media
from annolab.model.schema import TierKind
from annolab.settings import resource
from annolab.store.project import open_project
from annolab.tasks.demo import export_samples, make_sample

FOLDER = resource("samples")


def test_the_sample_is_whole(tmp_path: Path) -> None:
    path = make_sample(tmp_path / "ä sample")
    with open_project(path) as project:
        items = project.items()
        assert len(items) > 3
        assert not any(item.missing or item.problem for item in items)
        pictures = [item for item in items if item.media is Media.IMAGE]
        assert all(item.width for item in pictures)
        assert all(project.annotations(item.id) for item in pictures)
        (sound,) = [item for item in items if item.media is Media.AUDIO]
        assert sound.path == "north-wind.flac"
        assert project.schema.guidelines
        assert project.schema.attributes
    names = sorted(p.name for p in path.parent.iterdir())
    assert names == ["films", "pictures", "sample.annolab", "sounds", "texts"]


def test_a_sample_that_is_there_is_kept(tmp_path: Path) -> None:
    path = make_sample(tmp_path)
    before = path.read_bytes()
    assert make_sample(tmp_path) == path
    assert path.read_bytes() == before


def test_pictures_of_the_user_are_spared(tmp_path: Path) -> None:
    path = make_sample(tmp_path)
    picture = next((tmp_path / "pictures").iterdir())
    path.unlink()
    picture.write_bytes(b"mine")
    with pytest.raises(UserError, match="choose an empty folder"):
        make_sample(tmp_path)
    assert picture.read_bytes() == b"mine"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="The sample cannot be made in"):
        make_sample(tmp_path / "file")


def test_the_sample_is_exported(tmp_path: Path) -> None:
    files = export_samples(make_sample(tmp_path / "s"), tmp_path)
    assert [file.name for file in files[:2]] == ["sample.json", "sample.csv"]
    assert json.loads(files[0].read_text("utf-8"))["annotations"]
    assert files[1].read_text("utf-8").count("\n") > 3


@pytest.mark.skipif(
    "textgrid" not in plugins.formats(), reason="TextGrid is not read yet"
)
def test_the_sound_has_tiers_that_go_out_again(tmp_path: Path) -> None:
    path = make_sample(tmp_path / "s")
    with open_project(path) as project:
        (sound,) = [item for item in project.items() if item.media is Media.AUDIO]
        tiers = {tier.id: tier for tier in project.schema.tiers}
        said = [(tiers[i].name, tiers[i].kind) for i in sound.tiers]
        marks = project.annotations(sound.id)
    assert said == [
        ("words", TierKind.INTERVAL),
        ("phones", TierKind.INTERVAL),
        ("events", TierKind.POINT),
    ]
    assert {"North", "Wind", "clothes"} <= {mark.text for mark in marks}
    files = export_samples(path, tmp_path)
    assert "north-wind.TextGrid" in [f.name for f in files]


def test_the_film_has_tracks_that_go_out_again(tmp_path: Path) -> None:
    path = make_sample(tmp_path / "s")
    with open_project(path) as project:
        (film,) = [item for item in project.items() if item.media is Media.VIDEO]
        tracks = [mark.geometry for mark in project.annotations(film.id)]
    assert (film.length, film.width, film.height) == (200, 640, 360)
    assert len(tracks) == 5  # four in sight, and a label of some frames
    assert all(isinstance(track, Track) for track in tracks)
    (file,) = [f for f in export_samples(path, tmp_path) if f.suffix == ".xml"]
    before = (FOLDER / "crossing.xml").read_text("utf-8")
    shown = re.findall(r"<box .*?>", file.read_text("utf-8"))
    assert shown == re.findall(r"<box .*?>", before)


def test_the_text_has_spans_that_go_out_again(tmp_path: Path) -> None:
    path = make_sample(tmp_path / "s")
    with open_project(path) as project:
        (text,) = [item for item in project.items() if item.media is Media.TEXT]
        assert len(project.annotations(text.id)) == 26
        assert len(project.relations(text.id)) == 10
    files = {file.name: file for file in export_samples(path, tmp_path)}
    before = path.parent / "texts"
    for name in ("market-day.ann", "market-day.txt"):
        assert files[name].read_bytes() == (before / name).read_bytes()
