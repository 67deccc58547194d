"""Bad input of every kind: a sentence, the right status, and nothing harmed.

One table: what is in the file, a part of what is said about it, the exit status.
After each command the source is as it was, nothing is left beside the project, and
the project is sound.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from PIL import Image

from annolab.errors import ReadOnlyProject
from annolab.plugins import find_plugins
from annolab.settings import load_settings
from annolab.store.project import Project, open_project
from tests.e2e.commands import Said, contents, sound

JsonObject: TypeAlias = dict[str, Any]


@pytest.fixture
def project(tmp_path: Path, run: Callable[..., Said]) -> Path:
    """A project of two pictures of 64 x 48 in `media`."""
    media = tmp_path / "media"
    media.mkdir()
    for name in ("0.png", "1.png"):
        Image.new("RGB", (64, 48)).save(media / name)
    path = tmp_path / "p.annolab"
    assert run("new", path).status == 0
    assert run("add", path, media).status == 0
    return path


def coco(*annotations: JsonObject, **members: object) -> bytes:
    """A COCO file of one image and one category."""
    whole: JsonObject = {
        "images": [{"id": 1, "file_name": "0.png", "width": 64, "height": 48}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": list(annotations) or [mark()],
    }
    return json.dumps(whole | members).encode()


def mark(**members: object) -> JsonObject:
    """A COCO annotation, with some members other."""
    return {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]} | members


def image(name: object) -> bytes:
    """A COCO file whose image has this file_name."""
    return coco(images=[{"id": 1, "file_name": name}])


NAN, INF = float("nan"), float("inf")
GONE = "The media file was not found"
COCO: dict[str, tuple[bytes, str, int]] = {
    "good": (coco(), "Read 1 annotation.", 0),
    "byte order mark": (b"\xef\xbb\xbf" + coco(), "Read 1 annotation.", 0),
    "empty": (b"", "line 1: The file must hold a JSON object, not the end", 1),
    "null": (b"null", "The file must hold a JSON object", 1),
    "a list": (b"[]", "not a list", 1),
    "no member": (b"{}", "This is no COCO file", 1),
    "zeros": (b"\0" * 999, "UTF-16 or binary", 1),
    "UTF-16": (coco().decode().encode("utf-16"), "save it as UTF-8", 1),
    "UTF-32": (coco().decode().encode("utf-32"), "save it as UTF-8", 1),
    "Latin-1": (image("\xe4.png").replace(rb"\u00e4", b"\xe4"), "not UTF-8", 0),
    "cut off": (coco()[:-30], "line 1\n", 1),
    "cut in a text": (b'{"images":[{"id":1,"file_name":"aa', "ends in the middle", 1),
    "nested lists": (b'{"x":' + b"[" * 100_000, "nested too deeply", 1),
    "nested objects": (
        b'{"images":[],"annotations":[' + b'{"a":' * 50_000,
        "nested too deeply",
        1,
    ),
    "more behind": (coco() + b"xx", "more behind the end", 1),
    "long number": (
        coco().replace(b"[1, 2, 3, 4]", b"[" + b"9" * 5000 + b"]"),
        "a number too long",
        1,
    ),
    "no list": (coco(annotations=None), "A list must stand here", 1),
    "images no list": (coco(images={}), "A list must stand here, not an object", 1),
    "no objects": (coco(annotations=[1, None, "x", []]), "4 x An annotation is not", 1),
    "no id": (coco({"image_id": 1, "bbox": [1, 2, 3, 4]}), "has no usable id", 0),
    "two of one id": (coco(mark(), mark()), "annotations[1]", 0),
    "two images of one id": (
        coco(images=[{"id": 1, "file_name": x} for x in ("0.png", "1.png")]),
        "images[1], id 1",
        1,
    ),
    "no such image": (coco(mark(image_id=7)), "that is not in the file", 1),
    "image_id no id": (coco(mark(image_id={})), "whose image_id is no id", 1),
    "no such category": (coco(mark(category_id=7)), "no label", 0),
    "NaN": (coco(mark(bbox=[NAN, 1, 2, 3])), "annotations[0], id 1", 0),
    "infinite": (coco(mark(bbox=[INF, 1, 2, 3])), "no JSON numbers", 0),
    "far out": (coco(mark(bbox=[1e10, 1, 2, 3])), "not four good numbers", 0),
    "texts for numbers": (coco(mark(bbox=["1"] * 4)), "not four good numbers", 0),
    "negative size": (coco(mark(bbox=[9, 9, -5, -5])), "not four good numbers", 0),
    "two points": (coco(mark(segmentation=[[1, 2, 3, 4]])), "fewer than 3 points", 0),
    "runs too long": (
        coco(mark(segmentation={"size": [48, 64], "counts": [9999]})),
        "add up to 9999 pixels",
        0,
    ),
    "huge mask": (
        coco(mark(segmentation={"size": [10**9, 10**9], "counts": [10**18]})),
        "A mask cannot have",
        0,
    ),
    "runs of rubbish": (
        coco(mark(segmentation={"size": [48, 64], "counts": "\0\x7f"})),
        "hold a wrong character",
        0,
    ),
    "no file_name": (coco(images=[{"id": 1}]), "images[0], id 1", 1),
    "file_name a number": (image(3), "An image has no file_name", 1),
    "climbing": (image("../../../etc/passwd"), "leads out of", 1),
    "absolute": (image("/etc/passwd"), "leads out of", 1),
    "climbing as on Windows": (image("..\\..\\x.png"), "leads out of", 1),
    "a dot": (image("."), "'.' is not the path of a file", 1),
    "two dots": (image(".."), "'..' is not the path of a file", 1),
    "blank name": (image("  "), "is not the path of a file", 1),
    "a folder's name": (image("0.png/"), "is not the path of a file", 1),
    "zero in name": (image("a\0b.png"), "is not the path of a file", 1),
    "escape in name": (image("a\nb\x1b[31m.png"), r"a\nb\x1b[31m.png", 0),
    "lone surrogate": (image("a\ud800.png"), "not UTF-8", 0),
    "long name": (image("a" * 9999 + ".png"), GONE, 0),
    "long label": (coco(categories=[{"id": 1, "name": "x" * 10_000}]), "Read 1", 0),
    "label of controls": (coco(categories=[{"id": 1, "name": "\n\0\x1b"}]), "Read", 0),
    "absurd size": (
        coco(images=[{"id": 1, "file_name": "0.png", "width": -4, "height": 1e99}]),
        "not a whole number",
        0,
    ),
}
HEAD = b"filename,xmin,ymin,xmax,ymax,label\n"
CSV: dict[str, tuple[bytes, str, int]] = {
    "good": (HEAD + b"0.png,1,2,3,4,cat\n", "Read 1 annotation.", 0),
    "empty": (b"", "The first line must name the columns", 1),
    "no header": (b"0.png,1,2,3,4,cat\n", "The first line must name", 1),
    "no names": (b",,\n0.png,1,2\n", "The first line must name", 1),
    "zeros": (b"\0" * 999, "The first line must name", 1),
    "UTF-16": ((HEAD + b"0.png,1,2,3,4,c\n").decode().encode("utf-16"), "Read 1", 0),
    "half of UTF-16": (HEAD.decode().encode("utf-16")[:-1], "is not UTF-16", 1),
    "Latin-1": (HEAD + b"0.png,1,2,3,4,\xe4\n", "not UTF-8; replaced", 0),
    "words for numbers": (HEAD + b"0.png,one,2,3,4,c\n", "0.png: x.csv, line 2", 1),
    "NaN": (HEAD + b"0.png,nan,2,3,4,c\n", "no number in the column xmin", 1),
    "huge": (HEAD + b"0.png,1,2,1e300,4,c\n", "farther out than", 1),
    "turned": (HEAD + b"0.png,9,9,1,1,c\n", "is negative", 1),
    "short row": (HEAD + b"0.png,1,2\n", "no number in the column xmax", 1),
    "long row": (HEAD + b"0.png,1,2,3,4,c,5\n", "more cells than the header", 0),
    "zero in name": (HEAD + b"0\0.png,1,2,3,4,c\n", r"0\x00.png", 1),
    "climbing": (HEAD + b"../../etc/passwd,1,2,3,4,c\n", "leads out of", 1),
    "two dots": (HEAD + b"..,1,2,3,4,c\n", "is not the path of a file", 1),
    "no file": (HEAD + b",1,2,3,4,c\n", "A row names no file", 1),
    "open quote": (HEAD + b'0.png,1,2,3,4,"cat\n', "unexpected end of data", 1),
    "formulas": (HEAD + b"0.png,1,2,3,4,=cmd|calc\n", "Read 1 annotation.", 0),
}


@pytest.mark.parametrize("kind", COCO)
def test_coco(kind: str, project: Path, run: Callable[..., Said]) -> None:
    data, sentence, status = COCO[kind]
    imported(project, "x.json", data, run, sentence=sentence, status=status)


@pytest.mark.parametrize("kind", CSV)
def test_csv(kind: str, project: Path, run: Callable[..., Said]) -> None:
    data, sentence, status = CSV[kind]
    imported(project, "x.csv", data, run, sentence=sentence, status=status)


def imported(
    project: Path,
    name: str,
    data: bytes,
    run: Callable[..., Said],
    *,
    sentence: str,
    status: int,
) -> None:
    """Import, look at what is said, undo, and export what was read."""
    media = project.parent / "media"
    (media / name).write_bytes(data)
    before = contents(media)
    said = run("import", project, media / name, "--format", cli_format(name))
    assert (said.status, sentence in said.text) == (status, True), said.text
    assert contents(media) == before
    assert sound(project)
    assert run("info", project).status == 0
    for format_id in ("coco", "csv"):
        target = project.parent / f"out.{format_id}"
        run("export", project, target, "--format", format_id, "--yes")
        assert target.stat().st_size > 0


def cli_format(name: str) -> str:
    """The id of the format that a file name stands for."""
    return {"json": "coco", "csv": "csv"}[name.rpartition(".")[2]]


def rewritten(sql: str) -> Callable[[Path], object]:
    """Changes a project behind AnnoLab's back."""

    def change(path: Path) -> None:
        conn = sqlite3.connect(path)
        conn.executescript(sql)
        conn.close()

    return change


def replaced(by: Callable[[Path], object]) -> Callable[[Path], object]:
    """Puts something else in the place of a project."""

    def change(path: Path) -> None:
        path.unlink()
        by(path)

    return change


TRIGGER = "create trigger t after insert on items begin delete from labels; end"
PROJECTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "There is no project at"),
    "a folder": (replaced(Path.mkdir), "is a folder"),
    "a pipe": (replaced(os.mkfifo), "is not a file"),
    "a device": (replaced(lambda p: p.symlink_to("/dev/zero")), "is not a file"),
    "a circle": (replaced(lambda p: p.symlink_to(p)), "cannot be opened"),
    "empty": (lambda p: p.write_bytes(b""), "is empty"),
    "text": (lambda p: p.write_text("hello " * 100), "is not an AnnoLab project"),
    "other database": (
        replaced(rewritten("create table a (b)")),
        "but not an AnnoLab project",
    ),
    "newer": (rewritten("pragma user_version = 131072"), "a newer AnnoLab"),
    "a trigger": (rewritten(TRIGGER), "contains “t”"),
    "a view": (rewritten("create view v as select 1"), "contains “v”"),
    "no table": (
        rewritten("pragma foreign_keys = off; drop table items"),
        "no such table",
    ),
    "cut by a kilobyte": (
        lambda p: os.truncate(p, p.stat().st_size - 1024),
        "cut off",
    ),
    "half": (lambda p: os.truncate(p, p.stat().st_size // 2), "cut off"),
    "a folder that is no text": (rewritten("update roots set path = x'ff'"), "damaged"),
    "words for counters": (rewritten("update counters set n = 'x'"), "damaged"),
}


@pytest.mark.parametrize("kind", PROJECTS)
def test_projects(kind: str, project: Path, run: Callable[..., Said]) -> None:
    harm, sentence = PROJECTS[kind]
    harm(project)
    before = project.read_bytes() if project.is_file() else None
    target = project.parent / "out.json"
    for arguments in (
        ("info", project),
        ("export", project, target, "--format", "coco"),
        ("check", project),
        ("add", project, project.parent / "media"),
    ):
        said = run(*arguments)
        assert said.status == 1, said.text
        if arguments[0] in ("info", "export"):
            assert sentence in said.text, said.text
            assert project.is_file() == (before is not None)
            assert before is None or project.read_bytes() == before
    assert not target.exists()
    assert not list(project.parent.glob(".out*"))


TARGETS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a folder": (lambda d: d / "media", "is a folder; name a file"),
    "the project": (lambda d: d / "p.annolab", "is the project itself"),
    "its journal": (lambda d: d / "p.annolab-wal", "is the project itself"),
    "by a detour": (lambda d: d / "media" / ".." / "p.annolab", "the project itself"),
    "a picture": (lambda d: d / "media" / "0.png", "is a media file"),
    "no folder": (lambda d: d / "no" / "out.json", "does not exist; make it first"),
    "a pipe": (lambda d: d / "pipe", "is a device or a pipe"),
    "a circle": (lambda d: d / "circle", "cannot be written"),
    "the whole disk": (lambda d: Path(d.anchor), "is a whole disk"),
    "too long a name": (lambda d: d / ("x" * 300), "cannot be written"),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_targets(kind: str, project: Path, run: Callable[..., Said]) -> None:
    """A target that cannot be is refused, and whatever is there stays."""
    home = project.parent
    os.mkfifo(home / "pipe")
    (home / "circle").symlink_to(home / "circle")
    before = contents(home)
    make, sentence = TARGETS[kind]
    said = run("export", project, make(home), "--format", "coco")
    assert (said.status, sentence in said.text) == (1, True), said.text
    assert contents(home) == before
    assert (home / "pipe").is_fifo()


def test_odd_folders(project: Path, run: Callable[..., Said]) -> None:
    """Pipes, devices, circles and lies do not keep the pictures beside them out."""
    odd = project.parent / "odd"
    odd.mkdir()
    os.mkfifo(odd / "pipe.png")
    (odd / "folder.jpg").mkdir()
    (odd / "zero.png").symlink_to("/dev/zero")
    (odd / "self.png").symlink_to(odd / "self.png")
    (odd / "circle").symlink_to(odd)
    (odd / "empty.png").write_bytes(b"")
    (odd / "lie.jpg").write_bytes(b"lie" * 100)
    shutil.copy(project.parent / "media" / "0.png", odd / "z\n\x1b[31m.png")
    before = contents(odd)
    said = run("add", project, odd)
    assert "A picture that cannot be shown" in said.text
    assert contents(odd) == before
    assert sound(project)
    with open_project(project, read_only=True) as opened:
        good = [item.name for item in opened.items() if item.width is not None]
    assert good == ["0.png", "1.png", "z\n\x1b[31m.png"]
    assert run("info", project).status == 0
    assert run("check", project).status == 1


@pytest.mark.parametrize("format_id", ["coco", "csv", "yolo", None])
def test_sources_that_never_end(
    format_id: str | None, project: Path, run: Callable[..., Said]
) -> None:
    pipe = project.parent / "pipe.json"
    os.mkfifo(pipe)
    chosen = ("--format", format_id) if format_id else ()
    for source in (pipe, "/dev/zero"):
        said = run("import", project, source, *chosen)
        assert said.status == 1
        assert "is a device or a pipe" in said.text
    said = run("import", project, project, *chosen)
    assert "is the project itself" in said.text
    assert sound(project)


def test_yolo_folders_with_traps(project: Path, run: Callable[..., Said]) -> None:
    folder = project.parent / "yolo"
    (folder / "labels").mkdir(parents=True)
    os.mkfifo(folder / "labels" / "pipe.txt")
    os.mkfifo(folder / "classes.txt")
    (folder / "labels" / "self.txt").symlink_to(folder / "labels" / "self.txt")
    (folder / "labels" / "climb.txt").symlink_to("/etc/passwd")
    (folder / "labels" / ("n" * 250 + ".txt")).write_text("0 .5 .5 .1 .1\n")
    (folder / "labels" / "rubbish.txt").write_bytes(b"0 nan x 1e999\n\xff\0\n-1 2\n")
    (folder / "labels" / "good.txt").write_text("0 .5 .5 .1 .1\n")
    said = run("import", project, folder, "--format", "yolo")
    assert said.status == 1, said.text
    assert sound(project)


SCHEMAS: dict[str, bytes] = {
    "not.json": b"{",
    "list.json": b"[]",
    "deep.json": b"[" * 100_000,
    "binary.json": b"\xff\xfe\0",
    "twice.json": b'{"label":[{"name":"a"},{"name":"a"}]}',
    "number.json": b'{"label":[{"name":5}]}',
    "unknown.toml": b"[[label]]\nname='a'\nzz=1\n",
    "parent.toml": b"[[label]]\nname='a'\nparent='a'\n",
    "date.toml": b"[[label]]\nname='a'\nhotkey=1979-05-27\n",
    "deep.toml": b"a=" + b"[" * 100_000,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas(name: str, tmp_path: Path, run: Callable[..., Said]) -> None:
    """A schema that cannot be read makes no project."""
    schema = tmp_path / name
    schema.write_bytes(SCHEMAS[name])
    said = run("new", tmp_path / "new.annolab", "--schema", schema)
    assert said.status == 1
    assert str(schema) in said.text
    assert [f.name for f in tmp_path.iterdir()] == [name]


def test_no_name_for_a_project(
    tmp_path: Path, run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("", "."):
        said = run("new", name)
        assert said.status == 1
        assert "name the project file" in said.text
    assert list(tmp_path.iterdir()) == []


def test_settings_and_manifests_that_never_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings.toml")
    (tmp_path / "plugin").mkdir()
    os.mkfifo(tmp_path / "plugin" / "plugin.toml")
    assert "no plain file" in load_settings(tmp_path / "settings.toml").notes[0]
    found = [p.problem for p in find_plugins((tmp_path,)) if p.id == "plugin"]
    assert ["is a device or a pipe" in problem for problem in found] == [True]


def test_check_reads_what_it_may_not_write(
    project: Path, run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, **options: bool) -> Project:
        if options.get("read_only"):
            return open_project(path, read_only=True)
        raise ReadOnlyProject(str(path))

    monkeypatch.setattr("annolab.store.project.open_project", refused)
    assert run("check", project) == (0, "Checked 2 items.\n")


@pytest.mark.parametrize("cut", range(1, 100, 9))
def test_flipped_bits(cut: int, project: Path, run: Callable[..., Said]) -> None:
    """Whatever is damaged: a sentence or an answer, no crash, no half export."""
    run("import", project, written(project.parent / "x.json", coco()))
    data = bytearray(project.read_bytes())
    for number in range(20):
        at = (cut * 7919 + number * 104_729) * 31 % len(data)
        data[at] ^= 1 << (number % 8)
    project.write_bytes(data)
    target = project.parent / "out.json"
    for arguments in (
        ("info", project),
        ("export", project, target, "--format", "coco", "--yes"),
        ("check", project),
        ("add", project, project.parent / "media"),
    ):
        assert run(*arguments).status in (0, 1)
    if target.exists():
        json.loads(target.read_bytes())


def written(path: Path, data: bytes) -> Path:
    """`path`, with this in it."""
    path.write_bytes(data)
    return path
