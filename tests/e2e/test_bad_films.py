"""Bad files of films: a sentence, the right status, and nothing harmed.

As in `test_bad_input`: what is in the source, a part of what is said about it, the
exit status. No command may take a gigabyte more than it had.
"""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from PIL import Image

from tests.e2e.commands import Said, contents, sound
from tests.unit.media import films

Raw: TypeAlias = dict[str, Any]
Files: TypeAlias = Mapping[str, bytes]  # by their paths in the source
Case: TypeAlias = tuple[bytes | Files, str, int]


@pytest.fixture
def project(tmp_path: Path, run: Callable[..., Said]) -> Iterator[Path]:
    """A project of the film `a.avi`, 10 pictures; no gigabyte of memory is left."""
    media = tmp_path / "media"
    media.mkdir()
    films.make(media, films.Recipe("a.avi", "mpeg4", 10))
    path = tmp_path / "p.annolab"
    assert run("new", path).status == 0
    assert run("add", path, media).status == 0
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + (1 << 30)
    resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    yield path
    resource.setrlimit(resource.RLIMIT_AS, before)


BIG = 10**9
DEEP = b'{"a":' * 900 + b"1" + b"}" * 900


def text(value: object) -> bytes:
    """As JSON."""
    return json.dumps(value).encode()


def via(region: Raw, **parts: object) -> bytes:
    """A project of VIA with one region."""
    entry = {"vid": "1", "flg": 0, "z": [0.1], "xy": [2, 1, 2, 3, 4], "av": {}}
    whole: Raw = {
        "project": {"pid": "x"},
        "config": {},
        "attribute": {"1": {"aname": "label", "anchor_id": "FILE1_Z1_XY1", "type": 1}},
        "file": {"1": {"fid": "1", "fname": "a.avi", "type": 4, "loc": 1, "src": ""}},
        "metadata": {"m": entry | region},
        "view": {"1": {"fid_list": ["1"]}},
    }
    return text(whole | parts)


def vott(region: Raw, **more: object) -> bytes:
    """An export of VoTT with one region on one frame."""
    film = {"id": "f", "name": "a.avi", "path": "file:/a.avi", "type": 2, "state": 1}
    frame = {
        "id": "g",
        "name": "a.avi#t=0.1",
        "path": "file:/a.avi#t=0.1",
        "type": 3,
        "state": 2,
        "parent": film,
        "timestamp": 0.1,
    }
    box = {"left": 1, "top": 2, "width": 3, "height": 4}
    drawn = {"id": "r", "type": "RECTANGLE", "tags": ["cat"], "boundingBox": box}
    asset = {"asset": frame | more, "regions": [drawn | region]}
    return text({"name": "x", "assets": {"g": asset}, "tags": [], "version": "2.1.0"})


def coco(mark: Raw, image: Raw | None = None, **parts: object) -> bytes:
    """A file of COCO video with one mark on one picture."""
    picture = {"id": 1, "video_id": 1, "frame_id": 0, "width": 64, "height": 48}
    drawn = {"id": 1, "image_id": 1, "category_id": 1, "track_id": 1}
    whole: Raw = {
        "videos": [{"id": 1, "name": "a.avi"}],
        "images": [picture | {"file_name": "a/0.jpg"} | (image or {})],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [drawn | {"bbox": [1, 2, 3, 4]} | mark],
    }
    return text(whole | parts)


def vis(track: Raw, video: Raw | None = None) -> bytes:
    """A file of YouTube-VIS with one track."""
    film = {"id": 1, "name": "a.avi", "width": 64, "height": 48, "length": 2}
    drawn = {"id": 1, "video_id": 1, "category_id": 1, "bboxes": [[1, 2, 3, 4], None]}
    return text(
        {
            "videos": [film | (video or {})],
            "categories": [{"id": 1, "name": "cat"}],
            "annotations": [drawn | track],
        }
    )


def png(width: int, height: int, *, real: tuple[int, int] = (8, 8)) -> bytes:
    """A grey PNG of 16 bits that says it has this size."""
    file = io.BytesIO()
    Image.fromarray(np.full(real, 1001, np.uint16)).save(file, "PNG")
    data = bytearray(file.getvalue())
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def cvat(inner: str, head: str = "", size: object = 10) -> bytes:
    """A document of CVAT with this in it."""
    return (
        f'<?xml version="1.0"?>{head}<annotations><meta><task><size>{size}</size>'
        "<original_size><width>64</width><height>48</height></original_size></task>"
        f"<source>a.avi</source></meta>{inner}</annotations>"
    ).encode()


def box(frame: object, more: str = "") -> str:
    """A track of CVAT with one box."""
    return (
        f'<track id="0" label="cat"><box frame="{frame}" keyframe="1" outside="0" '
        f'occluded="0" xtl="1" ytl="1" xbr="5" ybr="5" {more}/></track>'
    )


def grid(start: object, end: object, size: object = 1) -> bytes:
    """A TextGrid with one range of frames."""
    return (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n1\n<exists>\n1\n'
        f'"IntervalTier"\n"Frames"\n0\n1\n{size}\n{start}\n{end}\n"cat"\n'
    ).encode()


NAN = float("nan")
RUNS = {"size": [BIG, BIG], "counts": [BIG * BIG]}
LISTS = b"[" * 900 + b"]" * 900
OUT = {"fid": "1", "fname": "../../etc/passwd", "type": 4, "loc": 1}
OUT_FILM = {"id": "f", "name": "../../x.mp4", "path": "file:/x", "type": 2}
HEAD = b"filename,track,frame,xmin,ymin,xmax,ymax,label\n"
ROW = b"1,1,1,1,5,5,1,1,1\n"
LIES = (
    b"[Sequence]\nname=../x\nimDir=/etc\nseqLength=999999999999\nimWidth=-1\nimExt=#\n"
)
ENTITY = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OTHER = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
FULL = f'frame="0" rle="{BIG}" left="0" top="0" width="{BIG}" height="{BIG}"'
NAMES = {"textgrid": "a.TextGrid", "mot": "a.txt", "mots": "a.txt", "csv": "a.csv"}
CANNOT = "A map that cannot be read"

CASES: dict[str, dict[str, Case]] = {
    "via3": {
        "good": (via({}), "Read 1 annotation.", 0),
        "no object": (b"[]", "must hold a JSON object", 1),
        "cut off": (via({})[:-9], "is not valid JSON", 1),
        "nested": (DEEP, "nested too deeply", 1),
        "no parts": (b"{}", "no project of VIA 3", 1),
        "far in time": (via({"z": [1e300]}), "no number of seconds", 1),
        "no time": (via({"z": [None]}), "no number of seconds", 1),
        "times turned": (via({"z": [9, -1], "xy": []}), "beyond its film", 0),
        "no shape": (via({"xy": [2, "x", {}, [], 1]}), "none of the shapes", 1),
        "far out": (via({"xy": [2, 1e300, 1, 1, 1]}), "farther out than", 1),
        "climbing": (via({}, file={"1": OUT}), "film that cannot be read", 1),
        "half of a character": (via({"av": {"1": "\ud800"}}), "Read 1 ", 0),
    },
    "vott": {
        "good": (vott({}), "Read 1 annotation.", 0),
        "no object": (b"null", "must hold a JSON object", 1),
        "nested": (DEEP, "nested too deeply", 1),
        "no parts": (b"{}", "no export of VoTT", 1),
        "no time": (vott({}, timestamp="soon"), "no number of seconds", 1),
        "far in time": (vott({}, timestamp=1e300), "no number of seconds", 1),
        "NaN": (vott({}, timestamp=NAN), "no number of seconds", 1),
        "no box": (vott({"boundingBox": {"left": BIG}}), "none of the shapes", 1),
        "no shape": (vott({"type": {}, "points": 7}), "none of the shapes", 1),
        "climbing": (vott({}, parent=OUT_FILM), "film that cannot be read", 1),
        "half of a character": (vott({"tags": ["\ud800"]}), "Read 1 ", 0),
    },
    "coco-video": {
        "good": (coco({}), "Read 1 annotation.", 0),
        "nested": (coco({}, info=7).replace(b"7", DEEP), "nested too deeply", 1),
        "a nested mark": (coco({"x": 7}).replace(b"7", LISTS), "nested too", 1),
        "a frame by the billion": (coco({}, {"frame_id": BIG}), "Read 1 ", 0),
        "no such frame": (coco({}, {"frame_id": BIG**3}), "that no film has", 1),
        "a frame before the first": (coco({}, {"frame_id": -5}), "no numbers", 0),
        "no picture": (coco({"image_id": 7}), "that is not in the file", 1),
        "huge mask": (coco({"segmentation": RUNS}), "A mask cannot have", 0),
        "no video": (coco({}, {"video_id": {}}), "whose video_id is no id", 1),
        "climbing": (
            coco({}, videos=[{"id": 1, "name": "../../x.mp4"}]),
            "leads out",
            1,
        ),
        "a long name": (coco({}, {"file_name": "[" * 300_000}), "Read 1 ", 0),
    },
    "youtube-vis": {
        "good": (vis({}), "Read 1 annotation.", 0),
        "nested": (vis({"x": 7}).replace(b"7", LISTS), "nested too deeply", 1),
        "a length by the billion": (vis({}, {"length": BIG}), "Read 1 ", 0),
        "no length": (vis({}, {"length": "x"}), "Read 1 ", 0),
        "huge masks": (vis({"segmentations": [RUNS, None]}), "A mask cannot", 0),
        "no list": (vis({"bboxes": {"0": [1, 2, 3, 4]}}), "is no list", 1),
        "no video": (vis({"video_id": []}), "a video that is not there", 1),
        "too many frames": (vis({"bboxes": [[1, 2, 3, 4]] * 9}), "after the last", 1),
    },
    "mots": {
        "good": (b"1 1001 1 2 2 13\n", "Read 1 ", 0),
        "huge": (b"1 1001 1 1000000000 1000000000 13\n", "that is no object", 1),
        "runs of rubbish": (b"1 1001 1 48 64 \xff\0\x7f\n", "a wrong character", 1),
        "long runs": (b"1 1001 1 48 64 " + b"oooooooooo0" * 9, "that is too long", 1),
        "a frame by the billion": (b"999999999 1001 1 2 2 13\n", "Read 1 ", 0),
        "no rows": (b"hello\n\0\n", "2 x A row that is no object", 1),
        "huge maps": ({f"{x}.png": png(2**x, 2**x) for x in (15, 30)}, CANNOT, 1),
        "no maps": ({"0.png": b"x", "1.png": png(8, 8)[:40]}, CANNOT, 1),
        "nothing": ({"x.md": b""}, "neither rows nor instance maps", 1),
    },
    "mot": {
        "good": (ROW, "Read 1 ", 0),
        "by the billion": (ROW + b"999999999" + ROW[1:], "Read 1 ", 0),
        "far out": (ROW.replace(b"5", b"1e300"), "farther out than", 1),
        "many digits": (ROW.replace(b"5", b"9" * 9999), "Read 0 ", 1),
        "rubbish": (b"\xff\0,,,,;;\n", "A row that is no box", 1),
        "a head of lies": ({"s/gt/gt.txt": ROW, "s/seqinfo.ini": LIES}, "Read 1 ", 0),
        "a bad head": (
            {"s/gt/gt.txt": ROW, "s/seqinfo.ini": b"[S\n%(x)"},
            "Read 1 ",
            0,
        ),
    },
    "cvat-video": {
        "good": (cvat(box(0)), "Read 1 ", 0),
        "cut off": (cvat(box(0))[:-9], "It breaks off", 1),
        "entities": (cvat(box(0), ENTITY), "could run or grow", 1),
        "a file of another": (cvat(box(0), OTHER), "could run or grow", 1),
        "nested": (cvat("<a>" * 100_000), "lie too deep", 1),
        "frames by the billion": (cvat(box(999_999_999)), "Read 1 ", 0),
        "no frame": (cvat(box("x")), "A shape without a frame", 1),
        "huge mask": (cvat(f'<track id="0"><mask {FULL}/></track>'), "not fill", 1),
        "turned far": (cvat(box(0, 'rotation="1e400"')), "is no number", 1),
        "no size": (cvat(box(0), size="9" * 5000), "Read 1 ", 0),
    },
    "csv": {
        "good": (HEAD + b"a.avi,1,0,1,2,3,4,cat\n", "Read 1 ", 0),
        "by the billion": (HEAD + b"a.avi,1,999999999,1,2,3,4,cat\n", "Read 1 ", 0),
        "no frame": (HEAD + b"a.avi,1,x,1,2,3,4,cat\n", "Read 0 ", 1),
        "before the first": (HEAD + b"a.avi,1,-1,1,2,3,4,cat\n", "Read 0 ", 1),
        "many digits": (HEAD + b"a.avi,1,%b,1,2,3,4,c\n" % (b"9" * 9999), "Read 0 ", 1),
        "two boxes": (HEAD + b"a.avi,1,0,1,2,3,4,cat\n" * 2, "Read", 1),
    },
    "textgrid": {
        "good": (grid(0.1, 0.2), "Read 1 ", 0),
        "by the billion": (grid(0.1, 1e300), "no number of seconds", 1),
        "turned": (grid(0.2, 0.1), "ends before", 1),
        "no number": (grid("NaN", "NaN"), "where a number should be", 1),
        "many": (grid(0.1, 0.2, size=BIG), "ends where a number should be", 1),
    },
}


@pytest.mark.parametrize(
    ("format_id", "kind"), [(f, kind) for f, cases in CASES.items() for kind in cases]
)
def test_import(
    format_id: str, kind: str, project: Path, run: Callable[..., Said]
) -> None:
    """What cannot be read is said, and what was read can be written again."""
    given, sentence, status = CASES[format_id][kind]
    source = project.parent / "source"
    name = NAMES.get(format_id, "a.json")
    path = source if isinstance(given, Mapping) else source / name
    files = given if isinstance(given, Mapping) else {name: given}
    for name, data in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    before = contents(source)
    said = run("import", project, path, "--format", format_id)
    assert (said.status, sentence in said.text) == (status, True), said.text
    assert contents(source) == before
    assert sound(project)
    target = project.parent / "out"
    said = run("export", project, target, "--format", format_id, "--yes")
    assert "Wrote" in said.text


WHICH = ("every:0", "every:-1", "every:1e9", "every:\u00b2", "all:3", "", "\0", "each")


def test_frames_that_are_none(project: Path, run: Callable[..., Said]) -> None:
    before = contents(project.parent)
    for which in WHICH:
        target = project.parent / "out"
        said = run("export", project, target, "--format", "coco", "--frames", which)
        assert said.status == 1
        assert "is none of keyframes, labelled, all and every:10" in said.text
    assert contents(project.parent) == before


def noisy(film: bytes) -> bytes:
    """A film whose pictures are noise behind their heads."""
    data = bytearray(film)
    for place in range(6000, len(data) - 2000, 7):
        data[place] ^= 0x55
    return bytes(data)


def piped(path: Path) -> None:
    """Puts a pipe in the place of a film."""
    path.unlink()
    os.mkfifo(path)


NO_FILM = "A film that cannot be read is left out"
HARMS: dict[str, tuple[Callable[[Path], object], str, int]] = {
    "nothing": (lambda _: None, "on none of the frames", 0),
    "gone": (Path.unlink, NO_FILM, 1),
    "empty": (lambda p: p.write_bytes(b""), NO_FILM, 1),
    "a picture": (lambda p: p.write_bytes(png(8, 8)), NO_FILM, 1),
    "half": (lambda p: os.truncate(p, p.stat().st_size // 2), NO_FILM, 1),
    "noise": (lambda p: p.write_bytes(noisy(p.read_bytes())), "is damaged", 1),
    "a pipe": (piped, NO_FILM, 1),
}


@pytest.mark.parametrize("kind", HARMS)
def test_frames_of_bad_films(
    kind: str, project: Path, run: Callable[..., Said]
) -> None:
    """What can be read of a film goes out; tracks go on for a billion frames."""
    far = project.parent / "far.xml"
    far.write_bytes(cvat(box(0) + box(3) + box(999_999_999)))
    run("import", project, far, "--format", "cvat-video")
    harm, sentence, status = HARMS[kind]
    harm(project.parent / "media" / "a.avi")
    for which in ("all", "labelled", "keyframes"):
        target = project.parent / which
        words = ("--format", "coco", "--frames", which, "--yes")
        said = run("export", project, target, *words)
        assert (said.status, sentence in said.text) == (status, True), said.text
    assert sound(project)
