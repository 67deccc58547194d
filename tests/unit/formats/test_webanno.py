"""WebAnno TSV 3: layers, stacked and long spans, parts of words, chains, arcs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.formats.base import Report, Severity
from annolab.formats.text_marks import PIECES
from annolab.formats.webanno import WebannoFormat
from annolab.formats.webanno.cells import (
    WORD_LAYER,
    escaped,
    layer_of,
    lengths_of,
    pieces_of,
    split_at,
    unescaped,
)
from annolab.formats.webanno.writer import CUT_SPACE
from annolab.model.geometry import Span
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract


class TestContract(TextContract):
    format_id = "webanno"
    moves: ClassVar[frozenset[str]] = frozenset((PIECES, CUT_SPACE))
    brings_texts = False

    def noise(self, folder: Path) -> Path:
        return folder / "a.tsv"


HEAD = "#FORMAT=WebAnno TSV 3.3\n"
NER = "#T_SP=de.x.NamedEntity|identifier|value\n"
ROWS = """

#Text=😀 Anna Weber ging.
1-1\t0-2\t😀\t{}
1-2\t3-7\tAnna\t{}
1-3\t8-13\tWeber\t{}
1-4\t14-18\tging\t{}
1-4.1\t14-16\tgi\t{}
1-5\t18-19\t.\t{}
"""


def tsv(header: str, *cells: str) -> str:
    width = cells[0].count("\t") + 1
    none = "\t".join(["_"] * width)
    filled: Iterator[str] = iter([*cells, *[none] * (6 - len(cells))])
    rows = [line.replace("{}", f"{next(filled)}\t") if "{}" in line else line
            for line in ROWS.splitlines()]  # fmt: skip
    return HEAD + header + "\n".join(rows) + "\n"


def parsed(tmp_path: Path, said: str) -> tuple[Dataset, Report]:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / "a.tsv").write_text(said, "utf-8", newline="")
    return read(WebannoFormat(), folder)


def covered(data: Dataset) -> list[tuple[str, str]]:
    names = {label.id: label.name for label in data.schema.labels}
    text = data.texts["a.txt"]
    return [
        (text[slice(*mark.geometry.pieces[0])], names.get(mark.label_id or 0, ""))
        for mark in data.the_annotations
        if isinstance(mark.geometry, Span)
    ]


def back(tmp_path: Path, data: Dataset) -> str:
    write(WebannoFormat(), data, tmp_path / "out")
    return (tmp_path / "out" / "a.tsv").read_bytes().decode()


@pytest.mark.parametrize(
    "said",
    [
        tsv(NER, "_\t_", "Q1[1]\tPER[1]", "Q1[1]\tPER[1]", "_\t_", "*\tACT"),
        tsv(NER, "*\t*", "*[1]|Q2[2]\tPER[1]|A\\|b\\_c[2]"),
        tsv("#T_SP=de.x.POS\n", "*", "_", "*"),
        tsv(
            NER + "#T_RL=de.x.Rel|label|BT_de.x.NamedEntity\n",
            "_\t_\t_\t_",
            "*\tPER\tknows\t1-4",
            "_\t_\t_\t_",
            "*\tACT\t_\t_",
        ),
        tsv(
            "#T_CH=de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink"
            "|referenceRelation|referenceType\n",
            "*->1-1\tnam[1]",
            "*->1-2|*->2-1\tpro[1]|nam[2]",
            "*->2-1\tnam[2]",
        ),
        tsv("#T_SP=de.x.Simple|\n", "*", "*[1]", "*[1]"),
        tsv("#T_RL=de.x.Arc|BT_" + WORD_LAYER + "\n", "1-2", "_", "1-1"),
        tsv(
            "#T_SP=de.x.Lu|label\n"
            "#T_SP=de.x.Frame|label|ROLE_de.x.Frame:roles_de.x.Link|de.x.Lu\n",
            "A\t_\t_\t_",
            "B[1]|C[2]\t_\t_\t_",
            "_\tgo\tagent;*\t1-1;1-2[2]",
            "_\t*\t_\t*",
        ),
    ],
)
def test_what_comes_in_goes_out(tmp_path: Path, said: str) -> None:
    data, report = parsed(tmp_path, said)
    assert not report.counts
    assert data.texts["a.txt"] == "😀 Anna Weber ging."
    # Words are cut anew, and parts of words are written only where they are used.
    used = [
        line
        for line in said.splitlines()
        if not (line.startswith("1-4.1") and set(line.split("\t")[3:]) == {"_", ""})
    ]
    assert back(tmp_path, data).splitlines()[: len(used)] == used


def test_spans_of_several_words_and_parts(tmp_path: Path) -> None:
    said = tsv(NER, "_\t_", "Q1[1]\tPER[1]", "Q1[1]\tPER[1]", "_\t_", "*\tACT")
    data, _ = parsed(tmp_path, said)
    assert covered(data) == [("Anna Weber", "PER"), ("gi", "ACT")]
    assert data.the_annotations[0].attributes == {"identifier": "Q1"}


def test_chains_are_groups(tmp_path: Path) -> None:
    said = tsv(
        "#T_CH=x.Link|referenceRelation|referenceType\n",
        "_\t_", "coref->1-1\tnam[1]", "_\t_", "coref->1-2\t*[1]",
    )  # fmt: skip
    data, _ = parsed(tmp_path, said)
    assert covered(data) == [("Anna", "nam"), ("ging", "")]
    first, second = data.the_annotations
    assert first.group_id == second.group_id is not None


def test_slots_are_read_as_relations(tmp_path: Path) -> None:
    frame = "#T_SP=x.Frame|label|ROLE_x.Frame:roles_x.Link|x.Lu\n#T_SP=x.Lu|label\n"
    said = tsv(
        frame,
        "_\t_\t_\t_",
        "_\t_\t_\tA",
        "_\t_\t_\tB[3]",
        "go\tagent;goal\t1-2;1-3[3]\t_",
    )
    data, report = parsed(tmp_path, said)
    assert not report.counts
    names = {label.id: label.name for label in data.schema.labels}
    marks = {m.id: names[m.label_id or 0] for m in data.the_annotations}
    assert [
        (marks[r.head_id], names[r.label_id or 0], marks[r.tail_id])
        for r in data.the_relations
    ] == [("go", "agent", "A"), ("go", "goal", "B")]


def test_spans_of_no_length_are_reported(tmp_path: Path) -> None:
    said = tsv(NER, "_\t_", "_\tPER").replace("14-16\tgi", "14-14\t")
    data, report = parsed(tmp_path, said)
    assert covered(data) == [("Anna", "PER")]
    assert report.counts == {(Severity.SKIPPED, "Spans of no length."): 1}


OTHER_WORDS = """#FORMAT=WebAnno TSV 3.3
#T_SP=de.x.POS|PosValue


#Sentence.id=first
#Text=Dr. May
#Text=isn't.
1-1\t0-3\tDr.\tN\t
1-2\t4-7\tMay\tN\t
1-3\t8-10\tis\t_\t
1-4\t10-13\tn't\t_\t
1-5\t13-14\t.\t_\t

#Text=So.
2-1\t14-16\tSo\t_\t
2-2\t16-17\t.\t_\t

"""


def test_words_and_sentences_stay_as_the_file_has_them(tmp_path: Path) -> None:
    data, report = parsed(tmp_path, OTHER_WORDS)
    assert not report.counts
    assert data.texts == {"a.txt": "Dr. May\nisn't.So."}
    assert back(tmp_path, data) == OTHER_WORDS
    data.texts["a.txt"] = "D r. May\nisn't.So."  # what was kept no longer fits
    assert "1-1\t0-1\tD\t" in back(tmp_path, data)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9))))
def test_pieces_as_lengths(said: list[tuple[int, int]]) -> None:
    pieces, at = [], 0
    for gap, length in said:
        pieces.append((at + gap, at + gap + length))
        at += gap + length
    assert pieces_of(lengths_of(pieces)) == pieces
    for odd in (None, 3, ["x", 1], [1, 0], [-1, 1]):
        assert pieces_of(odd) == []


def test_a_text_that_has_changed_keeps_the_one_of_the_file(tmp_path: Path) -> None:
    said = tsv(NER, "_\t_", "_\tPER")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.tsv").write_text(said, "utf-8")
    data, report = read(WebannoFormat(), folder, texts={"a.txt": "Otto ging"})
    assert data.texts == {"a.txt": "Otto ging", "a.txt~": "😀 Anna Weber ging."}
    assert not report.losses
    data, report = read(
        WebannoFormat(), folder, texts={"a.txt": "😀 Anna Weber ging.\r\n"}
    )
    assert covered(data) == [("Anna", "PER")]
    assert not report.counts


def test_bad_rows_are_reported_with_their_lines(tmp_path: Path) -> None:
    said = tsv(NER, "_\t_", "_\tPER").replace("1-3\t8-13", "1-3\t13-8") + "x\ty\n"
    data, report = parsed(tmp_path, said)
    assert covered(data) == [("Anna", "PER")]
    lines = said.splitlines()
    assert [problem.where for problem in report.problems] == [
        f"a.tsv, line {1 + next(n for n, x in enumerate(lines) if '13-8' in x)}",
        f"a.tsv, line {len(lines)}",
    ]


@given(st.text("\\|[]_*;->\t\n\rab1"))
def test_escapes(text: str) -> None:
    cell = escaped(text)
    assert unescaped(cell) == text
    assert split_at(cell, "|") == [cell]
    assert split_at(f"{cell}|{cell}", "|") == [cell, cell]
    assert split_at(cell, "->") == [cell]


def test_layers() -> None:
    for line in (NER.strip(), "#T_RL=a.Rel|BT_a.B", "#T_CH=a.L|x|y"):
        layer = layer_of(line)
        assert layer is not None
        assert layer.line == line
    assert layer_of("#T_XX=a") is None
