"""Hypothesis strategies for texts: any script and line end, and marks on them.

`text_worlds()` draws data sets of texts with nested, overlapping, discontinuous
spans, relations, events, chains, attributes and labels of whole texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from annolab.formats.text_marks import joined
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
    Relation,
)
from annolab.model.geometry import Attributes, Geometry, Kind, Span, Whole
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label, Schema
from tests.format_memory import ME, Dataset

PIECES = (
    *("Anna", "ging", "nach", "Zürich", "U.S.", "it's", "3.14", "a-b", "§", "."),
    *("Привет", "שלום", "مرحبا", "हिन्दी", "ภาษาไทย", "日本語", "한국어", "ελ"),
    *(
        "😀",
        "👩‍👩‍👧",
        "🇨🇭",
        "\U0001d4b3",
        "e\u0301",
        "n\u0303\u0323",
        "\u200d",
        "\ufeff",
    ),
    "\U0001d4b3",
    *(" ", "  ", "\t", "\n", "\r\n", "\r", "\n\n", "\xa0", "\u2028", "\x85", "\v"),
    *('"', "'", "\\", "|", "[1]", "_", "*", "->", ";", "#", "-DOCSTART-", "\0", "\x1f"),
)
letters = st.characters(exclude_categories=["Cs"])


def documents() -> SearchStrategy[str]:
    """Texts of all scripts, empty ones too."""
    part = st.sampled_from(PIECES) | st.sampled_from((" ", "a", ". ")) | letters
    return st.lists(part, max_size=24).map("".join)


@st.composite
def spans_in(draw: DrawFn, length: int, *, most: int = 3) -> Span:
    """A span in a text of `length` code points, of up to `most` pieces."""
    pieces = []
    for _ in range(draw(st.integers(1, most)) if draw(st.booleans()) else 1):
        start = draw(st.integers(0, length - 1))
        pieces.append((start, min(length, start + draw(st.integers(1, 9)))))
    return joined(pieces)


words = st.sampled_from(("a", "B c", "é😀", "x_y", "1", "", "true", 'q"', "l\nm", "|"))
simple_values = st.one_of(
    words,
    st.booleans(),
    st.integers(-9, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.none(),
    st.lists(words, max_size=3).map(tuple),
)
keys = st.sampled_from(("kb_id", "Case", "upos", "id", "text", "n b", "é", "label"))


def some_attributes() -> SearchStrategy[Attributes]:
    """Few key-values, none in most cases."""
    filled = st.dictionaries(keys, simple_values, max_size=3).map(MappingProxyType)
    return st.just(MappingProxyType({})) | filled


LABELS = tuple(
    Label(id=50 + n, name=name, color="#ffb000", kinds=kinds, position=n)
    for n, (name, kinds) in enumerate(
        (
            ("PER", frozenset()),
            ("Größe 😀", frozenset({Kind.SPAN})),
            ("B-x|y", frozenset()),
            ("attack", frozenset({Kind.EVENT})),
            ("agent", frozenset({Kind.RELATION})),
            ("nmod:poss", frozenset({Kind.RELATION})),
            ("a b", frozenset()),
        )
    )
)
ANNOTATORS = (ME, Annotator(2, "Zoë"), Annotator(3, "net", AnnotatorKind.MODEL))


@st.composite
def text_worlds(draw: DrawFn, *, plain: bool = False) -> Dataset:
    """Texts with marks. `plain`: marks are contiguous spans with a label only."""
    found = Dataset(Schema(LABELS), the_annotators=list(ANNOTATORS))
    for number in range(draw(st.integers(1, 3))):
        text = draw(documents())
        item = Item(
            id=10 + number,
            path=f"a/{number}.txt",
            media=Media.TEXT,
            length=len(text),
        )
        if not plain:
            item = draw(_with_item_fields(item))
        found.the_items.append(item)
        found.texts[item.path] = text
        marks = draw(_marks(item, len(text), plain=plain))
        found.the_annotations += marks
        if not plain:
            found.the_relations += draw(_relations(item, marks))
    return found


def _with_item_fields(item: Item) -> SearchStrategy[Item]:
    return st.builds(
        lambda attributes, status, split: replace(
            item, attributes=attributes, status=status, split=split
        ),
        some_attributes(),
        st.sampled_from((Status.NEW, Status.NEW, Status.DONE)),
        st.sampled_from((None, None, "train")),
    )


@st.composite
def _marks(draw: DrawFn, item: Item, length: int, *, plain: bool) -> list[Annotation]:
    marks = []
    for number in range(draw(st.integers(0, 6))):
        geometry: Geometry = Whole()
        if length and (plain or draw(st.integers(0, 5))):
            geometry = draw(spans_in(length, most=1 if plain else 3))
        elif plain:
            break
        label = draw(st.sampled_from(LABELS if plain else (None, *LABELS)))
        mark = Annotation(
            id=item.id * 1000 + number,
            item_id=item.id,
            annotator_id=ME.id,
            geometry=geometry,
            label_id=label.id if label else None,
        )
        if not plain and draw(st.booleans()):
            mark = draw(_with_fields(mark))
        marks.append(mark)
    return marks


@st.composite
def _with_fields(draw: DrawFn, mark: Annotation) -> Annotation:
    """Attributes often, and one of the rare fields at times."""
    rare = {
        "score": st.floats(0, 1),
        "status": st.sampled_from(AnnotationStatus),
        "text": words,
        "z": st.integers(-2, 2),
        "locked": st.booleans(),
        "group_id": st.integers(1, 2).map(lambda n: mark.item_id * 100 + n),
        "annotator_id": st.sampled_from([a.id for a in ANNOTATORS]),
        "attributes": some_attributes(),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(rare)), max_size=2, unique=True))
    return replace(mark, **{name: draw(rare[name]) for name in chosen})


@st.composite
def _relations(draw: DrawFn, item: Item, marks: Sequence[Annotation]) -> list[Relation]:
    arcs: list[Relation] = []
    for number in range(draw(st.integers(0, 3)) if marks else 0):
        label = draw(st.sampled_from((None, *LABELS)))
        arcs.append(
            Relation(
                id=item.id * 1000 + 500 + number,
                item_id=item.id,
                annotator_id=ME.id,
                head_id=draw(st.sampled_from(marks)).id,
                tail_id=draw(st.sampled_from(marks)).id,
                label_id=label.id if label else None,
                attributes=draw(some_attributes()),
            )
        )
    return arcs
