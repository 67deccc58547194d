"""CSV tables: AnnoLab's own and those of other programs."""

from __future__ import annotations

import csv
import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annolab.errors import FormatError
from annolab.formats.csv_table import CsvFormat
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Instant, Interval, Polygon, TimeBox, Whole
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label, Schema
from tests.format_memory import Dataset, MemoryContext, read, write

CAT = Label(id=5, name="cat", color="#ffb000")


def data_of(*marks: Annotation, **item: Any) -> Dataset:
    picture = Item(id=7, path="a/b.jpg", media=Media.IMAGE, width=100, height=80)
    return Dataset(Schema((CAT,)), [replace(picture, **item)], list(marks))


def mark(geometry: Any, number: int = 9, **more: Any) -> Annotation:
    return Annotation(
        id=number, item_id=7, annotator_id=1, geometry=geometry, label_id=5, **more
    )


def table(data: Dataset, tmp_path: Path, **options: str) -> str:
    path = tmp_path / "out.csv"
    write(CsvFormat(), data, path, **options)
    return path.read_bytes().decode()


def read_text(
    text: str, tmp_path: Path, encoding: str = "utf-8"
) -> tuple[Dataset, list[tuple[str, str]]]:
    path = tmp_path / "in.csv"
    path.write_bytes(text.encode(encoding, "surrogateescape"))
    data, report = read(CsvFormat(), path)
    return data, [(problem.reason, problem.where) for problem in report.problems]


def test_what_it_looks_like(tmp_path: Path) -> None:
    data = data_of(
        mark(Box(1, 2.5, 3, 4), attributes={"color": "red", "n": "3"}, text="x, y"),
        mark(Polygon.of([(0, 0), (9, 0), (9, 9)]), 10, score=0.5),
        status=Status.DONE,
        attributes={"night": True},
    )
    assert table(data, tmp_path) == (
        "file,label,kind,x,y,w,h,geometry,text,score,annotator,width,height,"
        "item_status,attr.color,attr.n,item.night\r\n"
        'a/b.jpg,cat,box,1,2.5,3,4,,"x, y",,me,100,80,done,red,"""3""",true\r\n'
        'a/b.jpg,cat,polygon,,,,,"0 0, 9 0, 9 9",,0.5,me,100,80,done,,,true\r\n'
    )


def test_times_have_columns(tmp_path: Path) -> None:
    shapes = (Interval(0.1, 0.25), Instant(1.5), TimeBox(1, 2, 300, 4000), Whole())
    marks = [mark(shape, 10 + n) for n, shape in enumerate(shapes)]
    text = table(data_of(*marks, media=Media.AUDIO), tmp_path)
    rows = list(csv.DictReader(text.splitlines()))
    places = [(row["start"], row["stop"], row["geometry"]) for row in rows]
    assert places == [
        ("0.1", "0.25", ""),
        ("1.5", "", ""),
        ("1", "2", "300 4000"),
        ("", "", ""),
    ]


def test_formulas_are_made_harmless_and_come_back(tmp_path: Path) -> None:
    bad = "=HYPERLINK(A1)"
    data = data_of(
        mark(Box(-1, 2, 3, 4), text=bad, attributes={"=k": bad, "q": "'x"}),
        path="=cmd.jpg",
    )
    data.schema = Schema((replace(CAT, name="@cat"),))
    text = table(data, tmp_path)
    for cell in next(csv.reader(text.splitlines()[1:])):
        assert not cell.startswith(("=", "+", "@"))
        assert not cell.startswith("-") or cell == "-1"
    found, problems = read_text(text, tmp_path)
    assert not problems
    assert found.the_items[0].path == "=cmd.jpg"
    assert found.schema.labels[0].name == "@cat"
    assert found.the_annotations[0].text == bad
    assert found.the_annotations[0].attributes == {"=k": bad, "q": "'x"}


@pytest.mark.parametrize("delimiter", ["comma", "semicolon", "tab"])
@pytest.mark.parametrize("bom", ["true", "false"])
def test_delimiters_and_byte_order_mark(
    delimiter: str, bom: str, tmp_path: Path
) -> None:
    data = data_of(mark(Box(1, 2, 3, 4), text="a;b,c\td\r\ne\nf\rg"))
    text = table(data, tmp_path, delimiter=delimiter, bom=bom)
    assert text.startswith("\ufeff") == (bom == "true")
    found, problems = read_text(text, tmp_path)
    assert not problems
    assert found.the_annotations[0].text == "a;b,c\td\r\ne\nf\rg"


def test_utf_16_as_excel_saves_it(tmp_path: Path) -> None:
    text = table(data_of(mark(Box(1, 2, 3, 4), text="é")), tmp_path, delimiter="tab")
    found, problems = read_text(text, tmp_path, "utf-16")
    assert found.the_annotations[0].text == "é"
    assert not problems


@pytest.mark.parametrize(
    "text",
    [
        "filename,label,x,y,w,h\na.jpg,cat,1,2,3,4\n",
        "image,class,xmin,ymin,xmax,ymax\na.jpg,cat,1,2,4,6\n",
        "filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,9,8,cat,1,2,4,6\n",
        "path;x1;y1;x2;y2;class\na.jpg;1,0;2,0;4,0;6,0;cat\n",
        (
            "label_name\tbbox_x\tbbox_y\tbbox_width\tbbox_height\timage_name\n"
            "cat\t1\t2\t3\t4\ta.jpg\n"
        ),
        "File,Label,X,Y,Width,Height\na.jpg,cat,1,2,3,4\n",
    ],
)
def test_tables_of_other_programs(text: str, tmp_path: Path) -> None:
    data, problems = read_text(text, tmp_path)
    assert not problems
    assert data.the_items[0].path == "a.jpg"
    assert data.schema.labels[0].name == "cat"
    assert data.the_annotations[0].geometry == Box(1, 2, 3, 4)
    assert not data.the_annotations[0].attributes


def test_unknown_columns_are_key_values(tmp_path: Path) -> None:
    text = "file,label,x,y,w,h,truncated,note\na.jpg,cat,1,2,3,4,1,'so'\n"
    data, problems = read_text(text, tmp_path)
    assert not problems
    assert data.the_annotations[0].attributes == {"truncated": 1, "note": "'so'"}


def test_a_table_of_classes(tmp_path: Path) -> None:
    data, _ = read_text("image,class\na.jpg,cat\nb.jpg,\n", tmp_path)
    assert [type(m.geometry) for m in data.the_annotations] == [Whole]
    assert len(data.the_items) == 2


HEAD = "file,label,kind,x,y,w,h,geometry,score,status,frame,head,tail\n"


@pytest.mark.parametrize(
    ("row", "reason", "kept"),
    [
        ("a.jpg,c,box,1,2,3,x,,,,,,", "There is no number in the column h.", 0),
        ("a.jpg,c,box,1,2,3,nan,,,,,,", "There is no number in the column h.", 0),
        ("a.jpg,c,box,1,2,3,,,,,,,", "There is no number in the column h.", 0),
        ("a.jpg,c,box,1,2,-3,4,,,,,,", "A width, height or radius is negative.", 0),
        (",c,box,1,2,3,4,,,,,,", "A row names no file.", 0),
        ("../a.jpg,c,box,1,2,3,4,,,,,,", "The path leads out of the folder.", 0),
        ("a.jpg,c,blob,1,2,3,4,,,,,,", "A kind of geometry that AnnoLab does not", 0),
        ("a.jpg,c,polygon,,,,,1 2,,,,,", "", 0),
        ("a.jpg,c,box,1,2,3,4,,7,,,,", "A score is not between 0 and 1; left out.", 1),
        ("a.jpg,c,box,1,2,3,4,,,odd,,,", "A status that AnnoLab does not know", 1),
        ("a.jpg,c,box,1,2,3,4,,,,-1,,", "The frame is no whole number of that", 1),
        ("a.jpg,c,box,1,2,3,4,,,,,,,,,", "A row has more cells than the header", 1),
        ("a.jpg,c,relation,,,,,,,,,1,2", "A relation whose head or tail is no", 0),
        ("a.jpg,c\udce9,box,1,2,3,4,,,,,,", "A row holds bytes that are not UTF-8", 1),
    ],
)
def test_bad_rows_are_said_with_their_line(
    row: str, reason: str, kept: int, tmp_path: Path
) -> None:
    text = HEAD + 'z.jpg,"a\nb",box,1,2,3,4,,,,,,\n' + row + "\n"
    data, problems = read_text(text, tmp_path)
    assert len(data.the_annotations) == 1 + kept
    ((said, where),) = problems
    assert said.startswith(reason)
    assert where == "in.csv, line 4"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must name the columns"),
        ("a.jpg,1,2,3,4,cat\n", "must name the columns"),
        ("\x00\x01\x02", "must name the columns"),
    ],
)
def test_what_is_no_table(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=sentence):
        read_text(text, tmp_path)


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="not its folder"):
        list(CsvFormat().read(tmp_path, MemoryContext()))


def test_double_columns_are_said(tmp_path: Path) -> None:
    data, problems = read_text("file,x,x,y,w,h\na.jpg,1,9,2,3,4\n", tmp_path)
    assert data.the_annotations[0].geometry == Box(1, 2, 3, 4)
    assert problems[0][0] == "Two columns have one name; the first counts."


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    text = (
        'file,x,y,w,h,label\na.jpg,1,2,3,4,cat\na.jpg,1,2,3,4,"dog\nb.jpg,1,2,3,4,x\n'
    )
    data, problems = read_text(text, tmp_path)
    assert len(data.the_annotations) == 1
    assert problems == [("A row is not CSV: unexpected end of data.", "in.csv, line 3")]


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_reading_that_ends_early_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read_text(",,\n1,2,3\n", tmp_path)
    path = tmp_path / "in.csv"
    path.write_text("file,x,y,w,h\n" + "a.jpg,1,2,3,4\n" * 9)
    reading = CsvFormat().read(path, MemoryContext())
    next(iter(reading))
    del reading
    gc.collect()


def test_a_column_whose_name_is_not_utf8(tmp_path: Path) -> None:
    text = "file,x,y,w,h,caf\udce9\na.jpg,1,2,3,4,5\n"
    data, problems = read_text(text, tmp_path)
    assert data.the_annotations[0].attributes == {"caf?": 5}
    assert problems == [
        ("A column has a name that is not UTF-8; replaced.", "in.csv, line 1")
    ]


def test_long_cells(tmp_path: Path) -> None:
    many = Polygon.of([(n + 0.1, n * 2 % 977) for n in range(30_000)])
    found, _ = read_text(table(data_of(mark(many)), tmp_path), tmp_path)
    assert found.the_annotations[0].geometry == many
