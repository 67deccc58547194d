"""Lists of a million terms: loaded, found in a text of 10 MB, looked up by name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from time import perf_counter

from annolab.assist.knowledge import Concept, Knowledge
from annolab.assist.learned import Learned
from annolab.assist.terms import Terms, read_terms
from annolab.model.offsets import Offsets
from annolab.model.words import tokens
from tests.perf.table import Row, best_of, duration

TERMS = 1_000_000
LENGTH = 10_000_000  # code points
SYLLABLES = (
    "ka", "lo", "mi", "ren", "sta", "vor", "an", "bel", "tri", "xen", "ol", "ium",
    "ine", "ase", "cy", "to", "gra", "phy", "der", "mus",
)  # fmt: skip


def rows() -> Iterator[Row]:
    """A list of terms, a dictionary that learns, and a knowledge base."""
    chance = random.Random(1)
    names = [_name(chance) for _ in range(TERMS)]
    start = perf_counter()
    terms = Terms(read_terms((f"{name}\n" for name in names), "X"))
    yield _row(f"{TERMS:,} terms: load", perf_counter() - start, 5)
    text = _text(chance, names)
    seconds = best_of(partial(_search, terms, text), repeat=2)
    # What no way to find words can undercut.
    pass_over = best_of(lambda: sum(1 for _ in tokens(text)), repeat=2)
    what = f"{TERMS:,} terms: find in a text of {LENGTH / 1e6:.0f} M characters"
    against = f"{duration(pass_over)} (its words alone)"
    ratio = seconds / pass_over
    yield Row(what, duration(seconds), against, ratio, "<= 5 s", seconds <= 5)
    del terms
    yield from _learned(text, names)
    yield from _offsets(text)
    yield from _knowledge(names)


def _search(terms: Terms, text: str) -> int:
    return sum(1 for _ in terms.find(text))


def _row(what: str, seconds: float, most: float) -> Row:
    return Row(
        what, duration(seconds), "", None, f"<= {duration(most)}", seconds <= most
    )


def _name(chance: random.Random) -> str:
    first = "".join(chance.choices(SYLLABLES, k=chance.randint(3, 7)))
    return f"{first} {''.join(chance.choices(SYLLABLES, k=chance.randint(3, 5)))}"


def _text(chance: random.Random, names: list[str]) -> str:
    parts = [*chance.choices(names, k=100_000), *["words between them"] * 420_000]
    chance.shuffle(parts)
    return " ".join(parts)[:LENGTH]


def _learned(text: str, names: list[str]) -> Iterator[Row]:
    """A new tag is suggested elsewhere while one goes on."""
    learned = Learned()
    for name in names[:10_000]:
        learned.add(name, "X")
    page = text[:4000]
    learned.find(page)

    def tag() -> None:
        learned.add("words between", "X")
        learned.find(page)

    seconds = best_of(tag, repeat=5)
    yield _row("a tag learned among 10,000, and a page suggested again", seconds, 0.1)


def _offsets(text: str) -> Iterator[Row]:
    astral = text[: LENGTH // 2] + "😀" + text[LENGTH // 2 :]

    def count() -> None:
        offsets = Offsets(astral)
        offsets.to_utf16(LENGTH)
        offsets.line(LENGTH)

    what = f"offsets and lines of {LENGTH / 1e6:.0f} M characters"
    yield _row(what, best_of(count, repeat=3), 0.5)


def _knowledge(names: list[str]) -> Iterator[Row]:
    concepts = [Concept(str(n), name) for n, name in enumerate(names)]
    start = perf_counter()
    base = Knowledge(concepts)
    yield _row(f"{TERMS:,} concepts: load", perf_counter() - start, 5)
    queries = {"a beginning": names[5][:4], "a mistake": names[5].replace("a", "e", 1)}
    for title, query in queries.items():
        seconds = best_of(partial(base.search, query), repeat=3)
        yield _row(f"{TERMS:,} concepts: found by {title}", seconds, 0.5)
