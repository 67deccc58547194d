"""brat standoff comes back to the byte, and changes only what was changed."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.formats.base import Confidence, Report
from annolab.formats.brat import BratFormat
from annolab.formats.brat.rendering import EDGE, PARTED, TYPED
from annolab.formats.brat.valuing import OF_RELATION
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import Kind, Span
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.validity import problems_of
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract

TEXT = "Ada met Bob.\nBob left Rome in May; e\u0301 \U0001f600 end."
RICH = (
    "T1\tPerson 0 3\tAda\nT2\tPerson 8 11\tBob  \nT3\tMeet 4 7\tmet\n"
    "E1\tMeet:T3 Who:T1 Who2:T2\nE2\tMeet:T3 \nE3\tMeet:T3 What:E1 Who:T99\n"
    "R1\tKnows Arg1:T1 Arg2:T2\t\nA1\tSure E1\nA2\tSex T1 female one\nM1\tGone E2\n"
    "N1\tReference T1 Wiki:12\t\tAda L.\nN2\tReference T1 Geo:7\tx\n"
    "#1\tAnnotatorNotes R1\twho knows\n#2\tLemma T1\tada\n*\tEquiv T1 T2\n"
    "*\tAlias T2 T4 T9\nwhat is this\n\nT4\tPlace 22 26;18 21\tRome left\n"
    "T5\tX 500 510\tfar\nT6\tX 3 3\t\nT1\tX 0 1\tA\nT7\tX 0 2\tno"
)
OURS = (
    '\n#3\tAnnoLab T1\t{"z": -2, "score": 0.5,"text":"x", "status": "accepted"}'
    '\n#4\tAnnoLab R1\t{"attributes": {"n": [1, true, null], "note": "b"}}'
    '\n#5\tAnnoLab T2\t{"score": 1e999}\n#6\tAnnoLab E1\t{"locked":true}'
    '\n#7\tAnnoLab T1\t{"z": 1}\n#8\tAnnoLab R1\t{}\n#9\tAnnoLab T2\t{"text": "?"}'
)


class TestContract(TextContract):
    format_id = "brat"
    moves: ClassVar[frozenset[str]] = frozenset((EDGE, PARTED))
    brings_texts = False

    def noise(self, folder: Path) -> Path:
        return folder / "a.ann"


class TestNotes(TestContract):
    def options(self) -> dict[str, str]:
        return {"notes": "notes"}

    def test_losses_of_fields_are_reported(self, tmp_path: Path) -> None:
        """Notes tell them, so they are no losses: see below."""


def there_and_back(
    folder: Path, content: bytes, text: str = TEXT
) -> tuple[Dataset, Report]:
    (folder / "a.ann").write_bytes(content)
    return read(BratFormat(), folder, texts={"a.txt": text})


def back(folder: Path, data: Dataset) -> bytes:
    write(BratFormat(), data, folder / "out")
    return (folder / "out" / "a.ann").read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        RICH.encode(),
        RICH.replace("\n", "\r\n").encode() + b"\r\n",
        RICH.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + RICH.encode(),
        RICH.encode() + b"\n\xff\xfe\tbad\n",
        b"",
        b"\n\n",
        b"\xef\xbb\xbf",
    ],
)
def test_what_was_not_changed_comes_back_to_the_byte(
    tmp_path: Path, content: bytes
) -> None:
    data, _ = there_and_back(tmp_path, content)
    assert back(tmp_path, data) == content


def test_everything_of_a_file_is_read(tmp_path: Path) -> None:
    data, report = there_and_back(tmp_path, RICH.encode())
    marks = {(m.source or "") + str(m.geometry): m for m in data.the_annotations}
    assert len(marks) == 7  # T1, T2, three events of T3, T4, T7
    ada = data.the_annotations[0]
    assert ada.attributes == {
        "Sex": "female one", "kb_id": "Wiki:12", "kb_name": "Ada L.",
        "kb_id_2": "Geo:7", "kb_name_2": "x", "Lemma": "ada",
    }  # fmt: skip
    assert ada.group_id == data.the_annotations[1].group_id is not None
    names = {label.id: label for label in data.schema.labels}
    links = [names[r.label_id or 0].name for r in data.the_relations]
    assert sorted(links) == ["Knows", "What", "Who", "Who"]
    assert names[data.the_annotations[2].label_id or 0].kinds == {Kind.EVENT}
    assert {Span(((18, 21), (22, 26)))} < {m.geometry for m in data.the_annotations}
    assert report.counts


def test_only_changed_lines_are_written_anew(tmp_path: Path) -> None:
    data, _ = there_and_back(tmp_path, RICH.encode())
    marks = data.the_annotations
    marks[1] = replace(marks[1], geometry=Span(((13, 16),)))
    marks[0] = replace(marks[0], attributes={**marks[0].attributes, "Sex": "f"})
    marks.append(replace(marks[0], id=5000, source=None, attributes={}, group_id=None))
    old, new = RICH.split("\n"), back(tmp_path, data).decode().split("\n")
    changed = {a: b for a, b in zip(old, new, strict=False) if a != b}
    assert changed == {
        "T2\tPerson 8 11\tBob  ": "T2\tPerson 13 16\tBob",
        "A2\tSex T1 female one": "A2\tSex T1 f",
    }
    assert new[len(old) :] == ["T8\tPerson 0 3\tAda", ""]


def test_what_is_deleted_takes_its_lines_along(tmp_path: Path) -> None:
    data, _ = there_and_back(tmp_path, RICH.encode())
    gone = data.the_annotations.pop(1).id
    data.the_relations[:] = [r for r in data.the_relations if r.tail_id != gone]
    found = back(tmp_path, data).decode()
    assert "Knows" not in found
    assert "E1\tMeet:T3 Who:T1\n" in found
    assert "who knows" not in found
    assert "*\tEquiv T1\n" in found


@pytest.mark.parametrize("between", ["\r\n", "\n"])
def test_the_cr_of_line_ends_is_counted_or_not(tmp_path: Path, between: str) -> None:
    text = "one\r\ntwo\r\nthree"
    at = text.replace("\r\n", between).index("three")
    content = f"T1\tX {at} {at + 5}\tthree\n".encode()
    data, _ = there_and_back(tmp_path, content, text)
    assert data.the_annotations[0].geometry == Span(((10, 15),))
    assert back(tmp_path, data) == content


def test_a_span_over_a_line_end_is_written_in_pieces_and_read_as_one(
    tmp_path: Path,
) -> None:
    item = Item(id=7, path="a.txt", media=Media.TEXT)
    mark = Annotation(
        id=9, item_id=7, annotator_id=1, geometry=Span(((8, 21),)), label_id=5
    )
    label = Label(id=5, name="X", color="#ffb000")
    data = Dataset(Schema((label,)), [item], [mark], texts={"a.txt": TEXT})
    written = back(tmp_path, data)
    assert written == b"T1\tX 8 12;13 21\tBob. Bob left\n"
    again, _ = there_and_back(tmp_path, written)
    assert again.the_annotations[0].geometry == mark.geometry


def test_a_missing_text_keeps_the_annotations(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_bytes(RICH.encode())
    data, report = read(BratFormat(), tmp_path)
    assert len(data.the_annotations) == 8
    assert any("no text" in reason for _, reason in report.counts)
    assert back(tmp_path, data) == RICH.encode()


def test_forty_thousand_spans(tmp_path: Path) -> None:
    text = "ab " * 40_000
    lines = (f"T{n + 1}\tX {3 * n} {3 * n + 2}\tab\n" for n in range(40_000))
    content = "".join(lines).encode()
    data, report = there_and_back(tmp_path, content, text)
    assert not report.counts
    data.the_annotations.append(replace(data.the_annotations[0], id=10**9))
    assert back(tmp_path, data) == content + b"T40001\tX 0 2\tab\n"


def test_split_files_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "a.a1").write_text("T1\tPerson 0 3\tAda\n")
    (tmp_path / "a.a2").write_text("T3\tMeet 4 7\tmet\nE1\tMeet:T3 Who:T1\n")
    assert BratFormat().detect(tmp_path) is Confidence.YES
    data, _ = read(BratFormat(), tmp_path / "a.a2", texts={"a.txt": TEXT})
    assert len(data.the_relations) == 1


@given(
    st.lists(
        st.binary(max_size=20)
        | st.sampled_from((RICH + OURS).encode().split(b"\n"))
        | st.from_regex(rb"[TERAMN#*][0-9]?\t[A-Z:0-9 ;]{1,9}\t?", fullmatch=True),
        max_size=12,
    ),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_read_comes_back(lines: list[bytes], end: bytes) -> None:
    content = end.join(lines)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    with tempfile.TemporaryDirectory() as folder:
        data, _ = there_and_back(Path(folder), content)
        assert back(Path(folder), data) == content
    for mark in data.the_annotations:
        assert not problems_of(mark)


def test_configurations_make_labels_and_go_along(tmp_path: Path) -> None:
    conf = "[entities]\nThing\n\tPerson\n[relations]\nKnows\tArg1:Person, Arg2:Person\n"
    conf += "[events]\nMeet\tWho*:Person\n[attributes]\nSure\tArg:<EVENT>\n"
    (tmp_path / "annotation.conf").write_text(conf)
    (tmp_path / "visual.conf").write_text("[drawing]\nPerson\tbgColor:#F80\n")
    data, _ = there_and_back(tmp_path, b"T1\tPerson 0 3\tAda\n")
    person, thing = (data.schema.label_named(name) for name in ("Person", "Thing"))
    assert person is not None
    assert thing is not None
    assert (person.parent_id, person.color) == (thing.id, "#ff8800")
    assert [spec.name for spec in data.schema.attributes] == ["Sure"]
    write(BratFormat(), data, tmp_path / "out", texts="true")
    assert (tmp_path / "out" / "annotation.conf").read_text() == conf
    assert (tmp_path / "out" / "a.txt").read_bytes() == TEXT.encode()
    data.entries.clear()
    write(BratFormat(), data, tmp_path / "new", texts="true")
    again, _ = read(BratFormat(), tmp_path / "new", texts={"a.txt": TEXT})
    kinds = {label.name: label.kinds for label in data.schema.labels}
    assert {label.name: label.kinds for label in again.schema.labels} == kinds


def test_notes_tell_what_brat_has_no_word_for(tmp_path: Path) -> None:
    data, _ = there_and_back(tmp_path, RICH.encode())
    marks, arcs = data.the_annotations, data.the_relations
    marks[0] = replace(marks[0], score=0.5, status=AnnotationStatus.ACCEPTED)
    values = {**arcs[-1].attributes, "n": (1, 2), "since": 1815}
    arcs[-1] = replace(arcs[-1], attributes=values)
    lost = write(BratFormat(), data, tmp_path / "out").losses
    fields = {"A score cannot be kept.", "A status cannot be kept."}
    assert set(lost) == {*fields, OF_RELATION, TYPED}
    assert not write(BratFormat(), data, tmp_path / "out", notes="notes").losses
    written = (tmp_path / "out" / "a.ann").read_text("utf-8")
    assert written == RICH + (
        '\n#3\tAnnoLab T1\t{"score": 0.5, "status": "accepted"}'
        '\n#4\tAnnoLab R1\t{"attributes": {"n": [1, 2], "since": 1815}}\n'
    )
    again, _ = there_and_back(tmp_path, written.encode())
    mark, arc = again.the_annotations[0], again.the_relations[-1]
    assert (mark.score, mark.status) == (0.5, AnnotationStatus.ACCEPTED)
    assert arc.attributes == values
    assert "AnnoLab" not in mark.attributes
    assert back(tmp_path, again).decode() == written  # without the option too


def test_notes_follow_what_they_tell(tmp_path: Path) -> None:
    data, _ = there_and_back(tmp_path, (RICH + OURS).encode())
    marks, arcs = data.the_annotations, data.the_relations
    assert (marks[0].z, marks[0].attributes["AnnoLab"]) == (-2, '{"z": 1}')
    assert arcs[-1].attributes["note"] == "who knows"
    marks[0] = replace(marks[0], z=3)
    values = {k: v for k, v in arcs[-1].attributes.items() if k != "n"}
    arcs[-1] = replace(arcs[-1], attributes=values)
    found = back(tmp_path, data).decode()
    said = '#3\tAnnoLab T1\t{"score": 0.5, "status": "accepted", "text": "x", "z": 3}\n'
    assert said in found
    assert "#4\t" not in found
    assert '#6\tAnnoLab E1\t{"locked":true}\n' in found
    data.the_annotations.pop(0)
    arcs.clear()
    assert "#3\t" not in back(tmp_path, data).decode()
