"""Sentences of CoNLL-U as rows, and the spaces that stand between their words.

After https://universaldependencies.org/format.html; `SpacesAfter`, `SpacesBefore`
as UDPipe writes them, with `\\s`, `\\t`, `\\r`, `\\n`, `\\p` and `\\\\`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from annolab.formats.base import Problem, Report, Severity

PROGRAM = "conllu"
WORD, MULTIWORD, SENTENCE = "word", "multiword", "sentence"
STRUCTURE = frozenset((WORD, MULTIWORD, SENTENCE))
COLUMNS = (
    *("id", "form", "lemma", "upos", "xpos", "feats"),
    *("head", "deprel", "deps", "misc"),
)
VALUES = ("lemma", "upos", "xpos", "feats", "misc")  # columns that are key-values
NOTHING = "_"
BREAK, PARAGRAPH = "\n", "\n\n"  # between sentences, where nothing is said
AUTOMATIC = "annolab_words"  # a comment: nobody has marked the words
TAG = "NER"  # in MISC, for spans over words
_ID = re.compile(r"([1-9][0-9]{0,8})(?:([-.])([0-9]{1,9}))?|0(\.)([0-9]{1,9})")
_NEW = re.compile(r"# *newdoc\b")
_SIGNS = {"\\": "\\\\", "|": "\\p", " ": "\\s", "\t": "\\t", "\r": "\\r", "\n": "\\n"}
_PLAIN = {code: sign for sign, code in _SIGNS.items()}


@dataclass(slots=True)
class Sentence:
    """The comments and rows of a sentence; `where` for problems."""

    where: str
    comments: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def comment(self, key: str) -> str | None:
        """The value of a comment `# key = value`; "" when it has none."""
        for line in self.comments:
            name, _, value = line[1:].partition("=")
            if name.strip() == key:
                return value.removeprefix(" ")
        return None


def sentences(
    lines: Iterable[tuple[int, str]], name: str, report: Report
) -> Iterator[Sentence]:
    """The sentences of a file; rows that are none are reported."""
    found = Sentence(name)
    for number, line in lines:
        if not line.strip(" \t"):
            if found.rows or any(map(_NEW.match, found.comments)):
                yield found
                found = Sentence(name)
            continue
        where = f"{name}, line {number}"
        if not found.rows and not found.comments:
            found.where = where
        if line.startswith("#") and not found.rows:
            found.comments.append(line)
            continue
        row = line.split("\t")
        if len(row) != len(COLUMNS) or not _ID.fullmatch(row[0]):
            report.add(Problem("A row that has not 10 columns and an id.", where=where))
        else:
            found.rows.append(row)
    if found.rows or any(map(_NEW.match, found.comments)):
        yield found
    elif found.comments:
        reason = "Comments without a sentence."
        report.add(Problem(reason, Severity.LOSS, where=found.where))


def check_ids(sentence: Sentence, report: Report) -> None:
    """Report ids that do not count as they should; they are numbered anew."""
    words, after = 0, 0
    is_good = True
    for row in sentence.rows:
        kind = kind_of(row[0])
        if kind == "word":
            words += 1
            is_good &= int(row[0]) == words
        elif kind == "multiword":
            first, _, last = row[0].partition("-")
            is_good &= int(first) == words + 1 and int(last) >= int(first) > after
            after = int(last)
        else:
            is_good &= int(row[0].partition(".")[0]) == words
    if not is_good or after > words:
        reason = "Ids that do not count from 1, or ranges that do not fit."
        report.add(Problem(reason, Severity.REPAIRED, where=sentence.where))


def kind_of(id_: str) -> str:
    """What a row is: "word", "multiword" or "empty"."""
    return "multiword" if "-" in id_ else "empty" if "." in id_ else "word"


def escaped(text: str) -> str:
    """A text as a value in MISC."""
    return "".join(_SIGNS.get(sign, sign) for sign in text)


def unescaped(value: str) -> str:
    """The text that `escaped` was given."""
    return re.sub(r"\\.", lambda m: _PLAIN.get(m[0], m[0]), value)


def misc_value(misc: str, key: str) -> str | None:
    """The value of one key in MISC."""
    for part in misc.split("|"):
        name, sign, value = part.partition("=")
        if name == key and sign:
            return value
    return None


def with_value(misc: str, key: str, value: str | None) -> str:
    """MISC with another value of a key, None: without it."""
    parts = [part for part in misc.split("|") if part not in ("", NOTHING)]
    place = next(
        (n for n, part in enumerate(parts) if part.startswith(f"{key}=")), len(parts)
    )
    parts[place : place + 1] = [] if value is None else [f"{key}={value}"]
    return "|".join(parts) or NOTHING


def spaces_in(misc: str) -> str | None:
    """The spaces after a word that its MISC tells; None: it tells nothing."""
    said = misc_value(misc, "SpacesAfter")
    if said is not None:
        return unescaped(said)
    return "" if misc_value(misc, "SpaceAfter") == "No" else None


def with_spaces(misc: str, spaces: str) -> str:
    """MISC that tells these spaces."""
    misc = with_value(misc, "SpaceAfter", "No" if spaces == "" else None)
    is_odd = spaces not in ("", " ")
    return with_value(misc, "SpacesAfter", escaped(spaces) if is_odd else None)


def surface(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """What is seen of a sentence: rows, each with how many words it stands for."""
    after = 0  # the last word that a range holds
    for place, row in enumerate(rows):
        kind = kind_of(row[0])
        if kind == "multiword":
            first, _, last = row[0].partition("-")
            after = max(after, int(last))
            yield place, max(1, int(last) - int(first) + 1)
        elif kind == "word" and int(row[0]) > after:
            yield place, 1


def laid_out(
    sentence: Sentence, report: Report
) -> tuple[str, dict[int, tuple[int, int]]]:
    """The text of a sentence, and the place of each row that is seen in it."""
    seen = [place for place, _ in surface(sentence.rows)]
    forms = [sentence.rows[place][1] for place in seen]
    gaps = _gaps(sentence.comment("text"), forms)
    if gaps is None and sentence.comment("text") is not None:
        reason = "The text of a sentence differs from its words, of which it is made."
        report.add(Problem(reason, Severity.REPAIRED, where=sentence.where))
    parts: list[str] = []
    places: dict[int, tuple[int, int]] = {}
    at = 0
    for number, (place, form) in enumerate(zip(seen, forms, strict=True)):
        places[place] = at, at + len(form)
        parts.append(form)
        if number < len(forms) - 1:
            said = spaces_in(sentence.rows[place][9])
            gap = " " if said is None else said
            if gaps is not None and (said is None or said == "" or said.strip()):
                gap = gaps[number]
            parts.append(gap)
            at += len(gap)
        at += len(form)
    return "".join(parts), places


def _gaps(text: str | None, forms: Sequence[str]) -> list[str] | None:
    """What stands between words in a text; None: they are not in it."""
    if text is None:
        return None
    gaps: list[str] = []
    at = 0
    for form in forms:
        begin = at
        while at < len(text) and not text.startswith(form, at) and text[at].isspace():
            at += 1
        if not text.startswith(form, at):
            return None
        gaps.append(text[begin:at])
        at += len(form)
    return gaps[1:] if not text[at:].strip() else None
