"""From text items to standoff files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from annolab.formats.base import Options, Problem, Records, Report, Severity, Sink
from annolab.formats.brat.config_writing import folder_of, write_configs
from annolab.formats.brat.extras import FIELDS
from annolab.formats.brat.importing import ANN, KEPT, kept_of
from annolab.formats.brat.merging import Draft, write_chains, write_events, write_spans
from annolab.formats.brat.places import BOM
from annolab.formats.brat.told import Labels, Told, matched
from annolab.formats.brat.valuing import write_values
from annolab.formats.per_item import target_name
from annolab.formats.text_marks import Say, report_mark
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Span
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Schema
from annolab.model.text_item import split_row

HELD = ("attributes", "group")
NOT_SPAN = "brat holds spans of texts only."
PEOPLE = "Who made an annotation cannot be kept."


def write_files(
    schema: Schema, records: Records, sink: Sink, options: Options, report: Report
) -> Iterator[int]:
    """Write a file for each text; yield how many annotations are done."""
    labels = {label.id: label for label in schema.labels}
    taken: set[str] = set()
    people: set[int] = set()
    folders: dict[str, str] = {}
    for item, marks in records.by_item():
        spans = [mark for mark in marks if _is_kept(mark, item, report)]
        if item.media is not Media.TEXT:
            continue
        _say_item(item, report)
        people.update(mark.annotator_id for mark in spans)
        name = target_name(_named(item), ANN, taken)
        notes = options.get("notes") == "notes"
        draft = _draft(item, spans, records, labels, report, notes=notes)
        data = draft.content().encode("utf-8", "surrogateescape")
        sink.open(name).write(data)
        text = draft.found.told.text
        if options.get("texts") == "true" and text is not None:
            mark = BOM if draft.found.places.convention.mark else ""
            beside = sink.open(f"{name[: -len(ANN)]}.txt", companion=True)
            beside.write((mark + text).encode("utf-8", "replace"))
        kept = kept_of(records.entry(f"{KEPT}{item.id}"))
        if kept is not None and kept.config:
            folders.setdefault(folder_of(name, kept), kept.config)
        report.written += len(spans) - len(draft.left_out)
        yield report.written
    if taken and options.get("texts") == "true":
        write_configs(schema, records, sink, folders)
    if len(people) > 1:
        report.add(Problem(PEOPLE, Severity.LOSS))


def _draft(
    item: Item,
    spans: list[Annotation],
    records: Records,
    labels: Labels,
    report: Report,
    *,
    notes: bool,
) -> Draft:
    def say_of(thing: Annotation | Relation) -> Say:
        def say(reason: str, severity: Severity = Severity.LOSS) -> None:
            report.add(Problem(reason, severity, "", item.path, thing.id))

        return say

    kept = kept_of(records.entry(f"{KEPT}{item.id}"))
    relations = records.relations(item.id)
    told = Told(records.text(item), spans, relations, labels)
    found = matched(told, kept)
    had_mark = kept is not None and kept.content[:1] == BOM
    draft = Draft(found, say_of, notes, had_mark)
    for mark in spans:
        has_note = notes or found.keys.get(mark.id) in found.reading.extras
        report_mark(mark, say_of(mark), (*HELD, *FIELDS) if has_note else HELD)
    write_spans(draft)
    write_events(draft)
    write_chains(draft)
    write_values(draft)
    return draft


def _named(item: Item) -> Item:
    """An item with a path to name a file by: rows of tables by their number."""
    file, row = split_row(item.path)
    if row is None:
        return item
    stem = file.rpartition(".")[0]
    return replace(item, path=f"{stem}-{row}.txt")


def _is_kept(mark: Annotation, item: Item, report: Report) -> bool:
    if item.media is Media.TEXT and isinstance(mark.geometry, Span):
        return True
    report.add(Problem(NOT_SPAN, item=item.path, annotation_id=mark.id))
    return False


def _say_item(item: Item, report: Report) -> None:
    lost = {
        "Key-values of an item cannot be kept.": bool(item.attributes),
        "The status of an item cannot be kept.": item.status is not Status.NEW,
        "The split of an item cannot be kept.": item.split is not None,
    }
    for reason, is_lost in lost.items():
        if is_lost:
            report.add(Problem(reason, Severity.LOSS, item=item.path))
