"""ELAN's documents, in and out."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats import xml_nodes
from annolab.formats.base import Confidence, Report
from annolab.formats.eaf import EafFormat, document
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind
from annolab.model.validity import problems_of
from tests.format_memory import Dataset, read, write

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
EAF = """<ANNOTATION_DOCUMENT FORMAT="3.0">
<HEADER TIME_UNITS="milliseconds">
<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/films/talk.mp4" MIME_TYPE="video/mp4"/>
<MEDIA_DESCRIPTOR MEDIA_URL="file:///x/My%20talk.wav" MIME_TYPE="audio/x-wav"
 RELATIVE_MEDIA_URL="./sound/My talk.wav"/>
</HEADER>
<TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3"/><TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="900"/>
<TIME_SLOT TIME_SLOT_ID="ts5" TIME_VALUE="1001"/>
</TIME_ORDER>
<TIER TIER_ID="gloss" PARENT_REF="words" LINGUISTIC_TYPE_REF="g">
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="b2" ANNOTATION_REF="a1"
 PREVIOUS_ANNOTATION="b1"><ANNOTATION_VALUE>second</ANNOTATION_VALUE>
</REF_ANNOTATION></ANNOTATION>
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="b1" ANNOTATION_REF="a1" CVE_REF="c1">
<ANNOTATION_VALUE/></REF_ANNOTATION></ANNOTATION>
</TIER>
<TIER TIER_ID="words" PARTICIPANT="Ann" LINGUISTIC_TYPE_REF="w">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1"
 TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>one</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
</ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2"
 TIME_SLOT_REF2="ts3"><ANNOTATION_VALUE>two</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
</ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts3"
 TIME_SLOT_REF2="ts4"><ANNOTATION_VALUE>three &lt;</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER>
<TIER TIER_ID="empty" LINGUISTIC_TYPE_REF="w"/>
<CONTROLLED_VOCABULARY CV_ID="v"><CV_ENTRY_ML CVE_ID="c1"><CVE_VALUE>first</CVE_VALUE>
</CV_ENTRY_ML></CONTROLLED_VOCABULARY>
</ANNOTATION_DOCUMENT>
"""


def tiers_of(data: Dataset) -> dict[str, list[tuple[float, float, str | None]]]:
    names = {tier.id: tier.name for tier in data.schema.tiers}
    found: dict[str, list[tuple[float, float, str | None]]] = {}
    for mark in data.the_annotations:
        assert isinstance(mark.geometry, Interval)
        assert mark.tier_id is not None
        row = (mark.geometry.start, mark.geometry.stop, mark.text)
        found.setdefault(names[mark.tier_id], []).append(row)
    return found


def test_slots_references_and_words_of_vocabularies(tmp_path: Path) -> None:
    (tmp_path / "x.eaf").write_text(HEAD + EAF)
    data, report = read(EafFormat(), tmp_path)
    assert [item.path for item in data.the_items] == ["sound/My talk.wav"]
    assert tiers_of(data) == {
        "gloss": [(0, 0.15, "first"), (0.15, 0.3, "second")],
        "words": [(0, 0.3, "one"), (0.3, 0.6, "two"), (0.6, 0.9, "three <")],
        "empty": [(0, 0.9, None)],
    }
    ids = {tier.name: tier.id for tier in data.schema.tiers}
    parents = {tier.name: tier.parent_id for tier in data.schema.tiers}
    assert parents == {"words": None, "gloss": ids["words"], "empty": None}
    assert data.the_items[0].tiers == tuple(ids[x] for x in ("gloss", "words", "empty"))
    assert not report.problems


def test_what_was_read_goes_out_and_comes_back(tmp_path: Path) -> None:
    (tmp_path / "x.eaf").write_text(HEAD + EAF)
    data, _ = read(EafFormat(), tmp_path)
    assert not write(EafFormat(), data, tmp_path / "out").losses
    [file] = (tmp_path / "out").rglob("*.eaf")
    assert 'PARTICIPANT="Ann"' in file.read_text()
    again, report = read(EafFormat(), tmp_path / "out")
    assert not report.problems
    assert tiers_of(again) == tiers_of(data)
    assert [item.path for item in again.the_items] == ["sound/My talk.wav"]
    assert [tier.name for tier in again.schema.tiers if tier.parent_id] == ["gloss"]


def test_xml_that_grows_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    for head in (bomb, '<!DOCTYPE x SYSTEM "file:///etc/passwd">'):
        (tmp_path / "x.eaf").write_text(HEAD + head + EAF)
        with pytest.raises(FormatError, match="DTD"):
            read(EafFormat(), tmp_path / "x.eaf")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<ANNOTATION_DOCUMENT>\n</b>", "line 2: It is no well-formed XML"),
        ("", "no well-formed XML"),
        ("<a/>", "no document of ELAN"),
        ('<?xml version="1.0" encoding="x-odd"?><a/>', "XML"),
        ('<?xml version="1.0" encoding="shift_jis"?><a/>', "XML"),
        (EAF.replace("milliseconds", "PAL-frames"), "not milliseconds"),
    ],
)
def test_what_is_no_document(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "x.eaf").write_text(text)
    with pytest.raises(FormatError, match=sentence):
        read(EafFormat(), tmp_path / "x.eaf")
    (tmp_path / "y.eaf").write_text(EAF)
    data, report = read(EafFormat(), tmp_path)
    assert len(data.the_items) == 1
    assert "x.eaf" in report.problems[0].where


def test_bad_annotations_are_named(tmp_path: Path) -> None:
    text = EAF.replace('TIME_VALUE="900"', 'TIME_VALUE="nan"').replace(
        'ANNOTATION_REF="a1"', 'ANNOTATION_REF="gone"', 1
    )
    text = text.replace('TIME_SLOT_REF1="ts1"', 'TIME_SLOT_REF1="ts5"')
    (tmp_path / "x.eaf").write_text(text)
    data, report = read(EafFormat(), tmp_path / "x.eaf")
    places = {problem.where for problem in report.problems}
    assert {"x.eaf: ts4", "x.eaf: b2", "x.eaf: a1"} <= places
    assert not any(problems_of(mark) for mark in data.the_annotations)


def test_circles_end(tmp_path: Path) -> None:
    text = EAF.replace('TIER_ID="words"', 'TIER_ID="words" PARENT_REF="gloss"')
    text = text.replace('TIME_SLOT_REF2="ts4"', 'TIME_SLOT_REF2="ts2"')
    text = text.replace(
        'ANNOTATION_ID="b1"', 'ANNOTATION_ID="b1" PREVIOUS_ANNOTATION="b2"'
    )
    (tmp_path / "x.eaf").write_text(text)
    data, _ = read(EafFormat(), tmp_path / "x.eaf")
    assert {"one", "two", "three <"} <= {mark.text for mark in data.the_annotations}


def test_what_cannot_be_held_is_counted(tmp_path: Path) -> None:
    sound = Item(id=7, path="a.wav", media=Media.AUDIO, tiers=(2, 3, 4))
    tiers = (
        Tier(id=2, name="w", kind=TierKind.INTERVAL),
        Tier(id=3, name="w", kind=TierKind.INTERVAL, parent_id=2),
        Tier(id=4, name="blank", kind=TierKind.INTERVAL),
    )
    spans = (
        (2, 0, 1 / 3, "a\x01"), (2, 1 / 3, 1, "b"), (2, 0.5, 2, "c"),
        (3, 0.5, 3, "d"), (4, 0, 3, None), (None, 0, 1, "e"),
    )  # fmt: skip
    marks = [
        Annotation(
            id=9 + n, item_id=7, annotator_id=1, tier_id=tier, text=text,
            geometry=Interval(start, stop),
        )
        for n, (tier, start, stop, text) in enumerate(spans)
    ]  # fmt: skip
    report = write(EafFormat(), Dataset(Schema(tiers=tiers), [sound], marks), tmp_path)
    assert report.losses == {
        "Times are rounded to 1 ms.": 2,
        "Characters that XML cannot hold are left out.": 1,
        "Intervals of a tier overlap: some are written on a further one.": 1,
        "A tier is written under another name.": 2,
        "A tier that does not lie within the one above it: on its own.": 1,
        "A region of no tier is written on a tier.": 1,
    }
    back, _ = read(EafFormat(), tmp_path)
    assert [tier.name for tier in back.schema.tiers] == [
        "w", "w-2", "w-3", "blank", "Regions",
    ]  # fmt: skip


def test_a_tree_too_large_to_be_held_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.eaf").write_text(EAF)
    monkeypatch.setattr(document, "_MOST_ELEMENTS", 10)
    with pytest.raises(FormatError, match="more than"):
        read(EafFormat(), tmp_path / "x.eaf")
    monkeypatch.setattr(document, "_MOST", 10)
    with pytest.raises(FormatError, match="larger than"):
        read(EafFormat(), tmp_path / "x.eaf")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_junk_gives_valid_marks_or_a_format_error(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(EAF)))
    end = at + data.draw(st.integers(0, 30))
    words = st.sampled_from(
        ("ts2", "a1", "b1", "words", "gloss", "-1", "1e99", "9" * 13)
    )
    text = EAF[:at] + data.draw(words | st.text(max_size=5)) + EAF[end:]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x.eaf")
        file.write_text(text, errors="replace")
        assert EafFormat().detect(file) in Confidence
        try:
            found, _ = read(EafFormat(), file)
        except FormatError:
            return
        assert not any(problems_of(mark) for mark in found.the_annotations)
        write(EafFormat(), found, Path(folder, "out"))


# What a document says besides: given back

RICH = """<ANNOTATION_DOCUMENT AUTHOR="Ann" DATE="2024-05-06T07:08:09+00:00"
 FORMAT="2.8" VERSION="2.8" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<HEADER TIME_UNITS="milliseconds">
<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/t/talk.wav" MIME_TYPE="audio/x-wav"
 RELATIVE_MEDIA_URL="./talk.wav" TIME_ORIGIN="40"/>
<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/t/film.mp4" MIME_TYPE="video/mp4"/>
<PROPERTY NAME="URN">urn:nl-mpi:1 &amp; 2</PROPERTY>
</HEADER>
<TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/>
<TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="100"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="200"/>
<TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="350"/>
</TIME_ORDER>
<TIER TIER_ID="utt" LINGUISTIC_TYPE_REF="utterance" ANNOTATOR="Bo" LANG_REF="pl"
 DEFAULT_LOCALE="en">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="u7" TIME_SLOT_REF1="ts1"
 TIME_SLOT_REF2="ts2" EXT_REF="er1"><ANNOTATION_VALUE>a b c</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="u9" TIME_SLOT_REF1="ts3"
 TIME_SLOT_REF2="ts4"><ANNOTATION_VALUE/></ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER>
<TIER TIER_ID="words" PARENT_REF="utt" LINGUISTIC_TYPE_REF="subdivision">
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="w1" ANNOTATION_REF="u7">
<ANNOTATION_VALUE>a</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="w2" ANNOTATION_REF="u7"
 PREVIOUS_ANNOTATION="w1"><ANNOTATION_VALUE>b</ANNOTATION_VALUE></REF_ANNOTATION>
</ANNOTATION>
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="w3" ANNOTATION_REF="u7"
 PREVIOUS_ANNOTATION="w2"><ANNOTATION_VALUE>c</ANNOTATION_VALUE></REF_ANNOTATION>
</ANNOTATION>
</TIER>
<TIER TIER_ID="pos" PARENT_REF="words" LINGUISTIC_TYPE_REF="association">
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="p1" ANNOTATION_REF="w2" CVE_REF="cv2">
<ANNOTATION_VALUE>noun</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
</TIER>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="utterance" TIME_ALIGNABLE="true"
 GRAPHIC_REFERENCES="false" EXT_REF="er1"/>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="subdivision" TIME_ALIGNABLE="false"
 GRAPHIC_REFERENCES="false" CONSTRAINTS="Symbolic_Subdivision"/>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="association" TIME_ALIGNABLE="false"
 GRAPHIC_REFERENCES="false" CONSTRAINTS="Symbolic_Association"
 CONTROLLED_VOCABULARY_REF="pos"/>
<LOCALE LANGUAGE_CODE="en" COUNTRY_CODE="US"/>
<LANGUAGE LANG_ID="pl" LANG_DEF="x" LANG_LABEL="Polish"/>
<CONSTRAINT STEREOTYPE="Symbolic_Subdivision" DESCRIPTION="d"/>
<CONSTRAINT STEREOTYPE="Symbolic_Association" DESCRIPTION="e"/>
<CONTROLLED_VOCABULARY CV_ID="pos"><DESCRIPTION LANG_REF="pl">parts</DESCRIPTION>
<CV_ENTRY_ML CVE_ID="cv2"><CVE_VALUE LANG_REF="pl" DESCRIPTION="n">noun</CVE_VALUE>
</CV_ENTRY_ML></CONTROLLED_VOCABULARY>
<LEXICON_REF LEX_REF_ID="lr1" NAME="n" TYPE="t" URL="u" LEXICON_ID="i"
 LEXICON_NAME="m"/>
<REF_LINK_SET LINK_SET_ID="ls"><CROSS_REF_LINK REF_LINK_ID="rl1" REF1="u7" REF2="p1"/>
</REF_LINK_SET>
<EXTERNAL_REF EXT_REF_ID="er1" TYPE="iso12620" VALUE="http://example.org/1"/>
</ANNOTATION_DOCUMENT>
"""


def content(element: Any) -> Any:
    """An element but for white space and what ties it to numbers of time slots."""
    slots = ("TIME_SLOT_REF1", "TIME_SLOT_REF2")
    said = {k: v for k, v in element.attrib.items() if k not in slots}
    said = {k: v for k, v in said.items() if not k.startswith("{")}
    children = tuple(content(child) for child in element)
    text = "" if children else (element.text or "").strip()
    return element.tag, tuple(sorted(said.items())), text, children


def exported(tmp_path: Path, data: Dataset) -> tuple[Any, Report]:
    report = write(EafFormat(), data, tmp_path / "out")
    [file] = (tmp_path / "out").rglob("*.eaf")
    return ElementTree.fromstring(file.read_text("utf-8")), report


def by_tag(root: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for child in root:
        found.setdefault(child.tag, []).append(content(child))
    found.pop("TIME_ORDER")
    (header,) = found.pop("HEADER")
    found["HEADER"] = list(header[3])
    return found


def rich(tmp_path: Path) -> Dataset:
    (tmp_path / "talk.eaf").write_text(HEAD + RICH, encoding="utf-8")
    data, report = read(EafFormat(), tmp_path / "talk.eaf")
    assert not report.problems
    return data


def test_all_that_a_document_says_is_given_back(tmp_path: Path) -> None:
    root, report = exported(tmp_path, rich(tmp_path))
    before = ElementTree.fromstring(RICH)
    assert by_tag(root) == by_tag(before)
    for key in ("AUTHOR", "DATE", "FORMAT", "VERSION"):
        assert root.get(key) == before.get(key)
    assert not report.losses
    times = [slot.get("TIME_VALUE") for slot in root.iter("TIME_SLOT")]
    assert times == ["0", "100", "200", "350"]
    tags = [child.tag for child in root]
    assert tags == [child.tag for child in before]


def changed(data: Dataset, text: str, /, **fields: Any) -> None:
    """Change the annotation with this text."""
    place = next(n for n, a in enumerate(data.the_annotations) if a.text == text)
    data.the_annotations[place] = replace(data.the_annotations[place], **fields)


def test_what_was_changed_is_not_given_back_as_it_was(tmp_path: Path) -> None:
    data = rich(tmp_path)
    changed(data, "noun", text="verb")
    root, report = exported(tmp_path, data)
    (pos,) = (x for x in root.iter("REF_ANNOTATION") if x.get("ANNOTATION_ID") == "p1")
    assert pos.get("CVE_REF") is None
    assert pos.findtext("ANNOTATION_VALUE") == "verb"
    assert not report.losses


def test_times_that_were_moved_are_written_and_the_type_is_another(
    tmp_path: Path,
) -> None:
    data = rich(tmp_path)
    changed(data, "a", geometry=Interval(0.0, 0.01))
    (old,) = (a.geometry for a in data.the_annotations if a.text == "b")
    assert isinstance(old, Interval)
    changed(data, "b", geometry=Interval(0.01, old.stop))
    root, report = exported(tmp_path, data)
    tiers = {tier.get("TIER_ID"): tier for tier in root.iter("TIER")}
    assert tiers["words"].get("LINGUISTIC_TYPE_REF") == "included"
    assert len(list(tiers["words"].iter("ALIGNABLE_ANNOTATION"))) == 3
    assert any("linguistic type" in reason for reason in report.losses)
    kinds = {x.get("LINGUISTIC_TYPE_ID") for x in root.iter("LINGUISTIC_TYPE")}
    assert kinds == {"utterance", "subdivision", "association", "included"}
    assert "Included_In" in {x.get("STEREOTYPE") for x in root.iter("CONSTRAINT")}


def test_links_to_what_is_gone_are_told(tmp_path: Path) -> None:
    data = rich(tmp_path)
    data.the_annotations = [a for a in data.the_annotations if a.text != "noun"]
    root, report = exported(tmp_path, data)
    assert not list(root.iter("CROSS_REF_LINK"))
    assert any("Links" in reason for reason in report.losses)


def test_ids_are_unique_whatever_was_copied(tmp_path: Path) -> None:
    data = rich(tmp_path)
    source = next(a.source for a in data.the_annotations if a.text == "a b c")
    data.the_annotations = [replace(a, source=source) for a in data.the_annotations]
    root, _ = exported(tmp_path, data)
    ids = [x.get("ANNOTATION_ID") for x in root.iter() if x.get("ANNOTATION_ID")]
    assert len(ids) == len(set(ids)) > 4


def test_ids_are_not_those_of_slots_and_vocabularies(tmp_path: Path) -> None:
    data = rich(tmp_path)
    for text, id_ in (("a", "ts1"), ("b", "cv2")):
        said = json.dumps({"eaf": {"id": id_}})
        changed(data, text, source=said)
    root, _ = exported(tmp_path, data)
    keys = ("ANNOTATION_ID", "TIME_SLOT_ID", "CVE_ID", "EXT_REF_ID", "LANG_ID")
    ids = [x.get(key) for x in root.iter() for key in keys if x.get(key)]
    assert len(ids) == len(set(ids))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ("root", "header", "after", "tiers", "words", "id", "extra")
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON, JSON)
def test_whatever_a_project_file_keeps_a_document_is_written(
    of_item: object, of_mark: object
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = rich(Path(folder))
        said = json.dumps({"eaf": of_item})
        data.the_items = [replace(item, source=said) for item in data.the_items]
        said = json.dumps({"eaf": of_mark})
        data.the_annotations = [replace(a, source=said) for a in data.the_annotations]
        root, _ = exported(Path(folder), data)
        assert root.tag == "ANNOTATION_DOCUMENT"


def test_names_that_are_no_names_and_scripts_are_left_out(tmp_path: Path) -> None:
    data = rich(tmp_path)
    node = ["LOCALE", {"a": "1", 'b="x"': "2", "c": '<>&"\0'}, "<t>\1", []]
    evil = ["LOCALE><X", {}, "", []]
    said = json.dumps({"eaf": {"after": [node, evil, ["TIER", {}, "", []]]}})
    data.the_items = [replace(item, source=said) for item in data.the_items]
    root, _ = exported(tmp_path, data)
    (locale,) = root.iter("LOCALE")
    assert dict(locale.attrib) == {"a": "1", "c": '<>&"'}
    assert locale.text == "<t>"
    assert not list(root.iter("X"))


def test_more_than_is_kept_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_nodes, "MOST_NODES", 3)
    (tmp_path / "talk.eaf").write_text(HEAD + RICH, encoding="utf-8")
    data, report = read(EafFormat(), tmp_path / "talk.eaf")
    assert [reason for reason in report.losses if "too many" in reason]
    assert not write(EafFormat(), data, tmp_path / "out").skipped
