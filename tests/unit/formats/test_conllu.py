"""Treebanks: in, out, and out as they were."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.formats.base import Report
from annolab.formats.conllu import ConlluFormat
from annolab.formats.conllu.rows import escaped, unescaped
from annolab.formats.text_marks import PIECES
from annolab.formats.word_spans import NESTED, SPLIT, WIDENED
from annolab.model.geometry import Span
from tests.format_memory import Dataset, read, write
from tests.text_contract import TextContract

TREES = """# newdoc id = weblog
# newpar
# sent_id = w-1
# text = Vámonos  al mar, 😀.
# translit = x
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\tSpacesAfter=\\s\\s
1\tvamos\tir\tVERB\tV\tMood=Imp|Number=Plur\t0\troot\t0:root\t_
2\tnos\tnosotros\tPRON\t_\tCase=Acc\t1\tobj\t1:obj|4:nsubj\t_
3-4\tal\t_\t_\t_\t_\t_\t_\t_\t_
3\ta\ta\tADP\t_\t_\t5\tcase\t_\t_
4\tel\tel\tDET\t_\t_\t5\tdet\t_\t_
5\tmar\tmar\tNOUN\t_\t_\t1\tobl\t_\tSpaceAfter=No|Gloss=sea
6\t,\t,\tPUNCT\t_\t_\t1\tpunct\t_\t_
7\t😀\t_\tSYM\t_\t_\t1\tdep\t_\tSpaceAfter=No
7.1\tva\tir\tVERB\t_\t_\t_\t_\t1:conj\t_
8\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\tNER=O

# newpar
# sent_id = w-2
# text = A new day
1\tA\ta\tDET\t_\t_\t3\tdet\t_\t_
2\tnew day\tnew day\tNOUN\t_\t_\t_\t_\t_\tNER=B-DATE
3\t_\t_\tSYM\t_\t_\t0\troot\t_\t_

# newdoc
# sent_id = v-1
# text = # Ja.
1\t#\t#\tSYM\t_\t_\t0\troot\t_\t_
2\tJa\t_\tINTJ\t_\t_\t1\tdep\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_

"""


class TestContract(TextContract):
    format_id = "conllu"
    target = "out.conllu"
    moves: ClassVar[frozenset[str]] = frozenset((PIECES, WIDENED, SPLIT, NESTED))


def parsed(tmp_path: Path, said: str) -> tuple[Dataset, Report]:
    path = tmp_path / "in.conllu"
    path.write_text(said, "utf-8", newline="")
    return read(ConlluFormat(), path)


def written(tmp_path: Path, data: Dataset) -> str:
    write(ConlluFormat(), data, tmp_path / "out.conllu")
    return (tmp_path / "out.conllu").read_bytes().decode()


def words(data: Dataset, name: str = "word") -> list[str]:
    label = data.schema.label_named(name)
    paths = {item.id: item.path for item in data.the_items}
    return [
        data.texts[paths[mark.item_id]][slice(*mark.geometry.pieces[0])]
        for mark in data.the_annotations
        if isinstance(mark.geometry, Span) and label and mark.label_id == label.id
    ]


GOOD = TREES.replace("# text = A new day\n", "# text = A new day _\n")


def test_what_comes_in_goes_out_byte_by_byte(tmp_path: Path) -> None:
    data, report = parsed(tmp_path, GOOD)
    assert not report.counts
    assert written(tmp_path, data) == GOOD


def test_texts_words_and_heads(tmp_path: Path) -> None:
    data, _ = parsed(tmp_path, GOOD)
    assert data.texts == {
        "weblog": "Vámonos  al mar, 😀.\n\nA new day _",
        "in.conllu#2": "# Ja.",
    }
    assert words(data)[:6] == ["Vámonos", "Vámonos", "al", "al", "mar", ","]
    assert words(data, "multiword") == ["Vámonos", "al"]
    assert words(data, "sentence")[1] == "A new day _"
    assert words(data, "DATE") == ["new day"]
    first = data.the_annotations[2]
    assert first.attributes == {
        "lemma": "ir",
        "upos": "VERB",
        "xpos": "V",
        "feats": "Mood=Imp|Number=Plur",
        "form": "vamos",
        "deprel": "root",
    }
    arcs = [arc for arc in data.the_relations if arc.head_id == first.id]
    names = {label.id: label.name for label in data.schema.labels}
    assert [names[arc.label_id or 0] for arc in arcs] == [
        "obj", "obl", "punct", "dep", "punct",
    ]  # fmt: skip


def test_a_text_that_differs_from_its_words_is_reported(tmp_path: Path) -> None:
    data, report = parsed(tmp_path, TREES)
    assert sum(report.counts.values()) == 1
    assert data.texts["weblog"].endswith("A new day _")


def test_a_changed_head_is_written_and_deps_stay(tmp_path: Path) -> None:
    data, _ = parsed(tmp_path, GOOD)
    label = data.schema.label_named("obl")
    arc = next(x for x in data.the_relations if label and x.label_id == label.id)
    place = data.the_relations.index(arc)
    other = data.the_annotations[3]
    data.the_relations[place] = replace(arc, head_id=other.id)
    old, new = GOOD.splitlines(), written(tmp_path, data).splitlines()
    changed = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    assert [row.split("\t")[6] for row in changed[0]] == ["1", "2"]
    assert len(changed) == 1


def test_a_word_less_renumbers_and_reports_what_cannot_follow(tmp_path: Path) -> None:
    data, _ = parsed(tmp_path, GOOD)
    gone = next(x for x in data.the_annotations if x.attributes.get("upos") == "SYM")
    data.the_annotations.remove(gone)
    data.the_relations = [x for x in data.the_relations if x.tail_id != gone.id]
    report = write(ConlluFormat(), data, tmp_path / "out.conllu")
    assert list(report.losses) == [
        "Enhanced dependencies or empty nodes of a sentence that was changed."
    ]
    back, _ = read(ConlluFormat(), tmp_path / "out.conllu")
    assert back.texts["weblog"] == data.texts["weblog"]


def test_bad_rows_are_reported_with_their_lines(tmp_path: Path) -> None:
    said = "1\ta\t_\n1\tb\t_\t_\t_\t_\t9\tdep\t_\t_\nx\n\n# end\n"
    data, report = parsed(tmp_path, said)
    assert list(data.texts.values()) == ["b"]
    assert [problem.where for problem in report.problems] == [
        "in.conllu, line 1",
        "in.conllu, line 3",
        "in.conllu, line 5",
        "in.conllu, line 2",
    ]


@pytest.mark.parametrize(
    "ids", [("2",), ("1", "3"), ("1", "1-2", "2"), ("1-3", "1", "2"), ("2.1", "1")]
)
def test_ids_that_do_not_count_are_reported(tmp_path: Path, ids: tuple[str]) -> None:
    rows = ("\t".join((id_, "a", *"________")) + "\n" for id_ in ids)
    data, report = parsed(tmp_path, "".join(rows) + "\n")
    assert len(report.counts) == 1
    assert not report.losses
    written(tmp_path, data)


def test_long_documents_are_cut_only_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.formats.conllu.reader.MOST", 3)
    data, _ = parsed(tmp_path, GOOD)
    assert list(data.texts) == ["weblog", "in.conllu#2"]
    unnamed = GOOD.replace("# newdoc id = weblog\n", "").replace("# newdoc\n", "")
    data, _ = parsed(tmp_path, unnamed)
    assert list(data.texts) == ["in.conllu#1", "in.conllu#2", "in.conllu#3"]
    assert written(tmp_path, data) == unnamed


signs = st.text("\\spt|  \t\n=ä", max_size=8)


@given(signs)
def test_escapes(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not set(escaped(text)) & set(" \t\n|")


FORMS = st.sampled_from(("a", "Bé", "😀", "_", "#", "x y", "ภาษา", "a-b", "|"))
MISC = st.sampled_from(("_", "_", "SpaceAfter=No", "Gloss=x", "SpacesAfter=\\s\\s"))


@st.composite
def sentence(draw: st.DrawFn, number: int) -> list[str]:
    """A sentence with its text, ranges and empty nodes."""
    rows: list[str] = []
    text, gap = "", ""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    place = 0
    for size in sizes:
        form, misc = draw(FORMS), draw(MISC)
        text += gap + form
        gap = {"SpaceAfter=No": "", "SpacesAfter=\\s\\s": "  "}.get(misc, " ")
        if size > 1:
            span = f"{place + 1}-{place + size}"
            rows.append("\t".join((span, form, *"_______", misc)))
        for _ in range(size):
            place += 1
            head = draw(st.integers(0, sum(sizes)))
            deps = draw(st.sampled_from(("_", f"{head}:x|3.1:y")))
            word = form if size == 1 else draw(FORMS)
            rest = misc if size == 1 else draw(st.sampled_from(("_", "A=b")))
            said = (place, word, draw(FORMS), "NOUN", "_", "A=1", head, "x", deps, rest)
            rows.append("\t".join(map(str, said)))
            if draw(st.integers(0, 5)) == 0:
                rows.append(f"{place}.1\te\t_\t_\t_\t_\t_\t_\t1:x\t_")
    if draw(st.booleans()):
        rows[0:0] = ["# free words"]
    return [f"# sent_id = {number}", f"# text = {text}", *rows, ""]


@st.composite
def trees(draw: st.DrawFn) -> str:
    """A well-formed file."""
    lines: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        start = draw(
            st.sampled_from(((), (f"# newdoc id = d{number}",), ("# newpar",)))
        )
        lines += [*start, *draw(sentence(number))]
    return "\n".join(lines) + "\n"


@settings(deadline=None, max_examples=100)
@given(trees())
def test_well_formed_files_come_back_byte_by_byte(said: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data, report = parsed(Path(folder), said)
        assert written(Path(folder), data) == said
    assert not report.counts
