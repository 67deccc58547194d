"""WebVTT and SubRip, in and out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Format
from annolab.formats.subtitles import SrtFormat, VttFormat
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind
from annolab.model.validity import problems_of
from tests.format_memory import Dataset, read, write

VTT = """WEBVTT - the title
Kind: captions

STYLE
::cue { color: red }

NOTE by hand

intro
00:00.500 --> 00:01.250 align:start
<v Ann>Rock &amp; <i>roll</i>
second line

01:00:00.000 --> 01:00:00.001
1 &lt; 2

NOTE the end
"""
SRT = """7
00:00:00,500 --> 00:00:01,250 X1:10
<i>Good</i> morning
to you

9
00:00:01,250 --> 00:00:02,000
Second
"""


def said(data: Dataset) -> list[tuple[float, float, str | None]]:
    return [
        (mark.geometry.start, mark.geometry.stop, mark.text)
        for mark in data.the_annotations
        if isinstance(mark.geometry, Interval)
    ]


def test_vtt_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(VTT)
    data, report = read(VttFormat(), tmp_path)
    assert not report.problems
    assert said(data) == [
        (0, 0.5, None),
        (0.5, 1.25, "Rock & roll\nsecond line"),
        (1.25, 3600, None),
        (3600, 3600.001, "1 < 2"),
    ]
    assert not write(VttFormat(), data, tmp_path / "out").losses
    written = (tmp_path / "out" / "a.vtt").read_text()
    assert written == VTT.replace("00:00.5", "00:00:00.5").replace(
        "00:01.2", "00:00:01.2"
    )


def test_srt_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(SRT)
    data, report = read(SrtFormat(), tmp_path)
    assert not report.problems
    assert said(data)[1:] == [
        (0.5, 1.25, "<i>Good</i> morning\nto you"),
        (1.25, 2, "Second"),
    ]
    assert [tier.name for tier in data.schema.tiers] == ["subtitles"]
    assert data.the_items[0].tiers == (data.schema.tiers[0].id,)
    assert not write(SrtFormat(), data, tmp_path / "out").losses
    assert (tmp_path / "out" / "a.srt").read_text() == SRT


def test_a_text_that_was_changed_is_written_without_its_tags(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\n<b>x</b>\n")
    data, _ = read(VttFormat(), tmp_path)
    object.__setattr__(data.the_annotations[0], "text", "a --> <b>")
    write(VttFormat(), data, tmp_path / "out")
    assert "a --&gt; &lt;b&gt;" in (tmp_path / "out" / "a.vtt").read_text()
    again, _ = read(VttFormat(), tmp_path / "out")
    assert again.the_annotations[0].text == "a --> <b>"


def test_cues_that_overlap_go_to_a_second_tier(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(
        "1\n00:00:00,000 --> 00:00:03,000\na\n\n2\n00:00:01,000 --> 00:00:02,000\nb\n"
    )
    data, _ = read(SrtFormat(), tmp_path)
    assert len(data.the_items[0].tiers) == 2
    assert said(data) == [(0, 3, "a"), (0, 1, None), (1, 2, "b")]


def test_bad_cues_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.srt"
    file.write_bytes(
        b"\xef\xbb\xbfstray\n\n1\n00:00:01,000 --> nan\nx\n\n"
        b"2\n00:00:03,000 --> 00:00:02,5\nM\xfcll\n\nand more\n\n"
        b"3\n-1:00:00,000 --> 00:00:01,000\ny\n"
    )
    data, report = read(SrtFormat(), file)
    assert said(data) == [(0, 2.5, None), (2.5, 3, "Müll\n\nand more")]
    places = sorted(problem.where for problem in report.problems)
    assert places == [f"a.srt, line {n}" for n in (1, 14, 4, 8, 9)]


def test_what_cannot_be_held_is_counted_once_with_its_number(tmp_path: Path) -> None:
    sound = Item(id=7, path="a.wav", media=Media.AUDIO)
    tier = Tier(id=2, name="subtitles", kind=TierKind.INTERVAL)
    spans = [(0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 2 / 3), (-1, -0.5), (1, 1e300)]
    marks = [
        Annotation(
            id=9 + n, item_id=7, annotator_id=1, geometry=Interval(*span), tier_id=2,
            text="a\n\n\rb",
        )
        for n, span in enumerate(spans)
    ]  # fmt: skip
    report = write(
        VttFormat(), Dataset(Schema(tiers=(tier,)), [sound], marks), tmp_path
    )
    assert report.losses == {
        "Times are rounded to 1 ms.": 3,
        "An interval shorter than 1 ms, made as long.": 1,
        "Blank lines and carriage returns are left out.": 3,
        "Times below 0 or above 1,000,000,000 s cannot be written.": 2,
    }


_LINES = st.sampled_from(
    (
        *(
            "WEBVTT",
            "",
            "1",
            "00:00:01,000 --> 00:00:02,000",
            "0:1.2 --> 99999:00:01.5",
        ),
        *("NOTE", "-->", "<<<", "&#xd800;&#0;&lt", "x", "00:00:05.000 --> 00:00:01.0"),
    )
)
_JUNK = st.lists(_LINES | st.text(max_size=9), max_size=12).map("\n".join)


@pytest.mark.parametrize("format_", [VttFormat(), SrtFormat()])
@given(junk=_JUNK.map(str.encode) | st.binary(max_size=99))
@settings(max_examples=150, deadline=None)
def test_junk_gives_valid_marks_or_a_format_error(format_: Format, junk: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, "a.vtt"), Path(folder, "a.srt")]
        for file in files:
            file.write_bytes(junk)
            format_.detect(file)
        try:
            found, _ = read(format_, files[0])
        except FormatError:
            return
        assert not any(problems_of(mark) for mark in found.the_annotations)
        write(format_, found, Path(folder, "out"))
