"""From standoff files to items, labels, annotations and relations."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annolab.errors import FormatError, UserError
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.brat.config import Names, names_in, read_configs
from annolab.formats.brat.places import Convention, Places, convention_of, lines_of
from annolab.formats.brat.reading import NO_LABEL, Key, Reading, read_lines
from annolab.formats.brat.standoff import TextBound, parsed
from annolab.formats.per_item import annotation_files, without_suffix
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Span
from annolab.model.item import Item, Media

ANN = ".ann"
SPLIT = (".a1", ".a2", ".co", ".rel")  # BioNLP: given, asked for, coreference ...
SUFFIXES = (ANN, *SPLIT)
KEPT = "brat:"  # entries with this and the id of an item hold its file
_MOST = 1 << 28  # bytes of a file

NO_TEXT = "There is no text beside the annotations, so nothing could be compared."
TWO = "There is an .ann file too, which is read instead."
NOT_UTF8 = "The file is not all UTF-8; its bytes are kept."
COUNTED = "Offsets that do not count the CR of line ends, or count a byte order mark."


@dataclass(frozen=True, slots=True)
class Kept:
    """The file of an item as it was imported, for the way back."""

    content: str
    convention: Convention
    annotator_id: int
    digest: str | None  # of the text; None: there was none to compare with
    config: str = ""  # the digest of the configuration
    levels: int = 0  # how many folders above the file that is

    def is_of(self, text: str | None) -> bool:
        """Whether nothing is known of another text at the time of the import."""
        if self.digest is None:
            return True
        return text is not None and self.digest == digest_of(text)

    def as_json(self) -> str:
        """The text of the entry."""
        return json.dumps(
            {
                "content": self.content,
                "returns": self.convention.returns,
                "mark": self.convention.mark,
                "annotator": self.annotator_id,
                "text": self.digest,
                "config": self.config,
                "levels": self.levels,
            }
        )


def kept_of(entry: str | None) -> Kept | None:
    """What an import kept; None when there is nothing that makes sense."""
    try:
        said: Any = json.loads(entry or "null")
        digest = said["text"]
        return Kept(
            str(said["content"]),
            Convention(bool(said["returns"]), bool(said["mark"])),
            int(said["annotator"]),
            None if digest is None else str(digest),
            str(said["config"]),
            int(said["levels"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def digest_of(text: str) -> str:
    """What tells one text from another."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_files(path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
    """Yield what a file or the files of a folder hold."""
    documents = _documents(path, ctx)
    contents: dict[str, str] = {}
    names = Names()
    for stem, files in list(documents.items()):
        try:
            content = _content(files)
        except FormatError as error:
            if not path.is_dir():
                raise
            ctx.report.add(Problem(error.message, where=files[0].name))
            del documents[stem]
            continue
        names_in(content, names)
        if len(documents) == 1:
            contents[stem] = content
    read_configs(path, [files[0] for files in documents.values()], names, ctx)
    for done, (stem, files) in enumerate(documents.items()):
        ctx.progress.step(done, len(documents), "Reading brat files")
        content = contents[stem] if stem in contents else _content(files)
        yield from _tried(stem, files, content, names, ctx)


def _documents(path: Path, ctx: ImportContext) -> dict[str, list[Path]]:
    """The files of each text, by the path of the text without a suffix."""
    found: dict[str, list[Path]] = {}
    for file, name in annotation_files(path, SUFFIXES, ctx.report):
        stem = name if path.is_dir() or _is_ours(file) else f"{name}{ANN}"
        found.setdefault(without_suffix(stem), []).append(file)
    for stem, files in found.items():
        if not path.is_dir() and files[0].suffix.lower() in SPLIT:
            beside = (files[0].with_suffix(end) for end in SPLIT)
            found[stem] = [file for file in beside if file.is_file()] or files
        whole = [file for file in files if file.suffix.lower() == ANN]
        if whole and len(files) > 1:
            found[stem] = whole
            ctx.report.add(Problem(TWO, Severity.NOTE, where=stem))
    return found


def _is_ours(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES


def _content(files: list[Path]) -> str:
    """All of the files of a text; bytes that are no UTF-8 become lone surrogates."""
    parts: list[str] = []
    for file in files:
        try:
            if file.stat().st_size > _MOST:
                message = f"{file.name} is larger than {_MOST >> 20} MB."
                raise FormatError(message, path=file)
            data = file.read_bytes()
        except OSError as error:
            message = f"The file cannot be read: {error.strerror or error}."
            raise FormatError(message, path=file) from error
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            message = "It is UTF-16; save it as UTF-8."
            raise FormatError(message, path=file)
        if parts and not parts[-1].endswith("\n"):
            parts.append("\n")
        parts.append(data.decode("utf-8", "surrogateescape"))
    return "".join(parts)


def _tried(
    stem: str,
    files: list[Path],
    content: str,
    names: Names,
    ctx: ImportContext,
) -> Iterator[Annotation | Relation]:
    name = f"{stem}{files[0].suffix}"
    try:
        item = ctx.companion(name, media=Media.TEXT)
    except UserError as error:
        ctx.report.add(Problem(str(error), where=name))
        return
    text = ctx.text(item)
    config, levels = names.config_of(files[0].parent) or ("", 0)
    kept = replace(_kept(content, text, ctx.annotator_id), config=config, levels=levels)
    ctx.entry(f"{KEPT}{item.id}", kept.as_json())
    places = None if text is None else Places(text, kept.convention)
    if text is None:
        ctx.report.add(Problem(NO_TEXT, Severity.NOTE, name, item.path))
    if kept.convention != Convention():
        ctx.report.add(Problem(COUNTED, Severity.NOTE, name, item.path))
    try:
        content.encode("utf-8")
    except UnicodeEncodeError:
        ctx.report.add(Problem(NOT_UTF8, Severity.REPAIRED, name, item.path))
    reading = read_lines(content, places)
    for reason, severity, number in reading.problems:
        where = f"{name}, line {number + 1}"
        ctx.report.add(Problem(reason, severity, where, item.path))
    yield from _things(reading, item, names, ctx)


def _kept(content: str, text: str | None, annotator_id: int) -> Kept:
    convention = Convention()
    if text is not None:
        lines = lines_of(content.removeprefix("\ufeff"))
        found = (parsed(line) for line, _ in lines if line.startswith("T"))
        bound = [record for record in found if isinstance(record, TextBound)]
        convention = convention_of(text, bound)
    digest = None if text is None else digest_of(text)
    return Kept(content, convention, annotator_id, digest)


def _things(
    reading: Reading, item: Item, names: Names, ctx: ImportContext
) -> Iterator[Annotation | Relation]:
    values = reading.values()
    ids: dict[Key, int] = {}
    groups: dict[int, int] = {}
    for key, mark in reading.marks.items():
        ids[key] = ctx.new_id()
        if mark.chain is not None and mark.chain not in groups:
            groups[mark.chain] = ctx.new_id()
        yield Annotation(
            id=ids[key],
            item_id=item.id,
            annotator_id=ctx.annotator_id,
            geometry=Span(mark.pieces),
            label_id=_label(mark.label, names, ctx),
            attributes=values.get(key, {}),
            group_id=None if mark.chain is None else groups[mark.chain],
            source=source_of(id=key[0], event=key[1]),
            **reading.extras.get(key, (0, {}))[1],
        )
    for link in reading.links:
        yield Relation(
            id=ctx.new_id(),
            item_id=item.id,
            annotator_id=ctx.annotator_id,
            head_id=ids[link.head],
            tail_id=ids[link.tail],
            label_id=_label(link.label, names, ctx),
            attributes=values.get(link.id, {}) if link.id else {},
            source=source_of(id=link.id),
        )


def _label(name: str, names: Names, ctx: ImportContext) -> int | None:
    if name == NO_LABEL:
        return None
    color = names.colors.get(name)
    return ctx.label(name, color=color, kinds=names.kinds(name)).id


def source_of(**said: str) -> str | None:
    """The ids that a thing has in its file, as `source`."""
    told: Mapping[str, str] = {key: value for key, value in said.items() if value}
    return json.dumps({"brat": told}) if told else None
