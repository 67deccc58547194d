"""Words with tags, a row each."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.formats.base import Confidence, Report, Severity
from annolab.formats.conll import ConllFormat
from annolab.formats.conll.tags import SCHEMES, decoded, encoded
from annolab.formats.text_marks import PIECES
from annolab.formats.word_spans import NESTED, SPLIT, WIDENED
from annolab.model.annotation import Annotation
from annolab.model.geometry import Span
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract


class TestContract(TextContract):
    format_id = "conll"
    target = "out.conll"
    moves: ClassVar[frozenset[str]] = frozenset((PIECES, WIDENED, SPLIT, NESTED))
    brings_texts = False

    def options(self) -> dict[str, str]:
        return {"offsets": "true"}


class TestInnermost(TestContract):
    def options(self) -> dict[str, str]:
        scheme = {"scheme": "bioes", "policy": "innermost", "delimiter": "tab"}
        return {"offsets": "true", "layout": "pairs", **scheme}


class TestLongest(TestContract):
    def options(self) -> dict[str, str]:
        return {"offsets": "true", "scheme": "iob1", "policy": "longest"}


@st.composite
def runs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, str]]]:
    lengths = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3))))
    found, at = [], 0
    for gap, length in lengths:
        type_ = draw(st.sampled_from(("PER", "B-x", "O")))
        found.append((at + gap, at + gap + length, type_))
        at += gap + length
    return at + draw(st.integers(0, 2)), found


@pytest.mark.parametrize("scheme", SCHEMES)
@given(said=runs())
def test_tags_and_spans_are_inverse(
    scheme: str, said: tuple[int, list[tuple[int, int, str]]]
) -> None:
    count, spans = said
    assert list(decoded(encoded(count, spans, scheme))) == spans


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("I-A I-A O I-B", [(0, 2, "A"), (3, 4, "B")]),  # IOB1
        ("I-A B-A I-B", [(0, 1, "A"), (1, 2, "A"), (2, 3, "B")]),
        ("B-A L-A U-B O", [(0, 2, "A"), (2, 3, "B")]),  # BILOU
        ("B-A M-A E-A S-A", [(0, 3, "A"), (3, 4, "A")]),  # BMES
        ("A A O C", [(0, 2, "A"), (3, 4, "C")]),  # no prefix
        ("- O B-A-x", [(2, 3, "A-x")]),
        ("E-A I-A", [(0, 1, "A"), (1, 2, "A")]),
    ],
)
def test_all_schemes_are_read(tags: str, spans: list[tuple[int, int, str]]) -> None:
    assert list(decoded(tags.split())) == spans


def parsed(tmp_path: Path, said: str, **options: str) -> tuple[Dataset, Report]:
    path = tmp_path / "in.conll"
    path.write_text(said, "utf-8")
    return read(ConllFormat(), path, {}, texts={}, **options)


def covered(data: Dataset) -> list[tuple[str, str]]:
    names = {label.id: label.name for label in data.schema.labels}
    paths = {item.id: item.path for item in data.the_items}
    return [
        (
            "|".join(data.texts[paths[m.item_id]][a:b] for a, b in m.geometry.pieces),
            names.get(m.label_id or 0, ""),
        )
        for m in data.the_annotations
        if isinstance(m.geometry, Span)
    ]


CONLL_2003 = """-DOCSTART- -X- -X- O

EU NNP B-NP I-ORG
rejects VBZ B-VP O
German JJ B-NP I-MISC
# # # O

Peter NNP B-NP I-PER
Blackburn NNP I-NP I-PER

-DOCSTART- -X- -X- O

😀 NN O B-X
b NN O I-X"""


def test_conll_2003(tmp_path: Path) -> None:
    data, report = parsed(tmp_path, CONLL_2003)
    assert covered(data) == [
        ("EU", "ORG"),
        ("German", "MISC"),
        ("Peter Blackburn", "PER"),
        ("😀 b", "X"),
    ]
    assert list(data.texts.values()) == [
        "EU rejects German #\nPeter Blackburn",
        "😀 b",
    ]
    assert list(report.losses) == ["Columns besides the word and the tag are left out."]


def test_named_columns(tmp_path: Path) -> None:
    said = "B-P\t0\tAnna\nO\t5\tging\n"
    data, _ = parsed(tmp_path, said, columns="ner _ form")
    assert covered(data) == [("Anna", "P")]


def sample(text: str, *spans: tuple[int, int, str]) -> Dataset:
    names = sorted({name for _, _, name in spans})
    labels = {n: Label(id=50 + k, name=n, color="#fff") for k, n in enumerate(names)}
    item = Item(id=7, path="a/b c.txt", media=Media.TEXT, length=len(text))
    marks = [
        Annotation(
            id=100 + n,
            item_id=7,
            annotator_id=1,
            geometry=Span(((start, stop),)),
            label_id=labels[name].id,
        )
        for n, (start, stop, name) in enumerate(spans)
    ]
    schema = Schema(tuple(labels.values()))
    return Dataset(schema, [item], marks, texts={item.path: text})


def test_what_is_written(tmp_path: Path) -> None:
    data = sample("Anna ging.  Dr. May\nkam.", (0, 4, "PER"), (12, 19, "PER"))
    report = write(ConllFormat(), data, tmp_path / "o", scheme="bioes")
    assert (tmp_path / "o").read_text("utf-8") == (
        "-DOCSTART- -X- -X- O\n\n"
        "Anna -X- -X- S-PER\nging -X- -X- O\n. -X- -X- O\n\n"
        "Dr -X- -X- B-PER\n. -X- -X- I-PER\nMay -X- -X- E-PER\n\n"
        "kam -X- -X- O\n. -X- -X- O\n\n"
    )
    assert [p.item for p in report.problems] == ["a/b c.txt"]


def test_policies_and_their_reports(tmp_path: Path) -> None:
    text = "New York City Hall"
    data = sample(text, (0, 13, "CITY"), (4, 8, "Y"), (9, 18, "HALL"), (14, 17, "h"))
    written = {}
    report = Report()
    for policy in ("outermost", "innermost", "longest"):
        options = {"policy": policy, "offsets": "true"}
        report = write(ConllFormat(), data, tmp_path / policy, **options)
        back, _ = read(ConllFormat(), tmp_path / policy, {}, texts=data.texts)
        written[policy] = [name for _, name in covered(back)]
        assert report.written == len(back.the_annotations)
        assert report.losses[NESTED] == 4 - report.written
    assert written["outermost"] == ["CITY", "h"]
    assert written["innermost"] == ["Y", "h"]
    assert written["longest"] == ["CITY", "h"]
    assert report.losses[WIDENED] == 1


def test_words_that_moved_are_found_again_or_reported(tmp_path: Path) -> None:
    data = sample("Anna ging heim", (10, 14, "X"))
    write(ConllFormat(), data, tmp_path / "o.conll", offsets="true")
    texts = {"a/b c.txt": "Und Anna ging heim"}
    back, report = read(ConllFormat(), tmp_path / "o.conll", texts=texts)
    assert covered(back) == [("heim", "X")]
    assert not report.counts
    texts = {"a/b c.txt": "Anna blieb"}
    back, report = read(ConllFormat(), tmp_path / "o.conll", texts=texts)
    assert not back.the_annotations
    assert list(report.losses) == ["A word that is not in its text."]


def test_comments_and_odd_rows_are_reported(tmp_path: Path) -> None:
    said = "# id 1\nAnna B-P\nging\n\n# id 2\n# O\nx O\n"
    data, report = parsed(tmp_path, said)
    assert list(data.texts.values()) == ["Anna ging\n# x"]
    assert report.counts == {
        (Severity.LOSS, "A comment."): 2,
        (Severity.REPAIRED, "A row without a tag."): 1,
    }


def test_detects_words_with_tags_only(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Anna B-P\nging O\n. O\n", "utf-8")
    assert ConllFormat().detect(path) is Confidence.YES
    for said in ("0.1\t0.2\tword\n", "Anna ging\nheim O\n", "a O\nb O\n"):
        path.write_text(said, "utf-8")
        assert ConllFormat().detect(path) is Confidence.NO
