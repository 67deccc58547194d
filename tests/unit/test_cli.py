"""The command line: every verb, and every kind of bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image

from annolab import cli, plugins, terminal
from annolab.formats.base import Problem, Report, Severity
from annolab.store.named import named_folders_file
from annolab.tasks import doctor
from annolab.tasks.doctor import Finding
from tests.unit.media import films
from tests.unit.tasks.note_format import make_plugin


class Result(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    """Runs `annolab` with these arguments here, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Result(int(ended.value.code or 0), out, err)

    return command


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with three pictures."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "b ö.png", "c.jpg"):
        Image.new("RGB", (8, 6)).save(folder / name)
    return folder


COCO = {
    "images": [
        {"id": 1, "file_name": "a.png", "width": 8, "height": 6},
        {"id": 2, "file_name": "gone.png", "width": 8, "height": 6},
    ],
    "annotations": [
        {
            "id": 5,
            "image_id": image,
            "category_id": 1,
            "bbox": [1, 1, 2, 2],
            "area": 4,
            "iscrowd": 0,
            "segmentation": [[1, 1, 3, 1, 3, 3, 1, 3]],
        }
        | {"id": 5 + image}
        for image in (1, 2)
    ],
    "categories": [{"id": 1, "name": "car", "supercategory": ""}],
}


def test_the_way_of_a_project_by_subprocess(tmp_path: Path, photos: Path) -> None:
    """One process for each verb, as a shell runs them."""
    (photos / "in.json").write_text(json.dumps(COCO))

    def annolab(*arguments: str) -> str:
        command = [sys.executable, "-m", "annolab", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert annolab("new", "p.annolab") == "Made p.annolab\n"
    assert annolab("add", "p.annolab", "photos") == "Added 3 items.\n"
    out = annolab("import", "p.annolab", "photos/in.json", "--format", "coco")
    assert out == "Read 2 annotations.\n"
    out = annolab("export", "p.annolab", "out.json", "--format", "coco")
    assert out == "Wrote 2 annotations to out.json.\n"
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["annotations"] == COCO["annotations"]
    info = json.loads(annolab("info", "p.annolab", "--json"))
    assert (info["items"], info["annotations"]) == (4, 2)
    (tmp_path / "photos").rename(tmp_path / "moved")
    Image.new("RGB", (8, 6)).save(tmp_path / "moved/gone.png")
    assert annolab("relocate", "p.annolab", "photos", "moved") == (
        "Found 4 of 4 items.\n"
    )
    assert annolab("check", "p.annolab") == "Checked 4 items.\n"
    assert "coco" in annolab("formats")
    assert "annolab" in annolab("plugins")
    assert [p.name for p in tmp_path.glob("p.annolab*")] == ["p.annolab"]


def test_help_has_examples(run: Any) -> None:
    seen = (verb for verb, command in cli.cli.commands.items() if not command.hidden)
    for verb in ("", *seen):
        result = run(*filter(None, (verb, "--help")))
        assert result.status == 0
        assert "Examples:" in result.out
        assert f"annolab {verb}".rstrip() in result.out


def test_doctor_is_told_in_lines_and_for_machines(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Finding("Films", "FFmpeg"), Finding("Window", "none", "Start it again.")]
    monkeypatch.setattr(doctor, "examine", lambda: found)
    told = run("doctor")
    assert told.out == "ok  Films   FFmpeg\n!!  Window  none: Start it again.\n"
    assert told.status == 1
    facts = json.loads(run("doctor", "--json").out)
    assert [each["ok"] for each in facts["findings"]] == [True, False]
    found.pop()
    assert run("doctor").status == 0


def test_what_annolab_starts_itself_by_is_not_listed(run: Any) -> None:
    assert "doctor" in run("--help").out
    assert " _p" not in run("--help").out
    assert "parselmouth" not in run("_plugin", "nope", "a:b").err
    assert run("_plugin", "yolo", "os.system").status == 1
    assert run("_probe", "os:getcwd").status == 2


def test_version(run: Any) -> None:
    assert run("--version").out.startswith("annolab 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("unknown",),
        ("--unknown",),
        ("new",),
        ("add", "p.annolab"),
        ("export", "p.annolab", "out.json"),
        ("info", "p.annolab", "more"),
        ("import", "p.annolab", "x.json", "--option", "novalue"),
    ],
)
def test_wrong_usage_is_2(run: Any, arguments: tuple[str, ...]) -> None:
    run("new", "p.annolab")
    Path("x.json").write_text("{}")
    result = run(*arguments)
    assert result.status == 2
    assert result.out == ""
    assert "Error: " in result.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("open", "none.png"), "none.png does not exist."),
        (("info", "none.annolab"), "none.annolab"),
        (("info", "text.annolab"), "not an AnnoLab project"),
        (("info", "."), "."),
        (("new", "p.annolab"), "There is already a file p.annolab"),
        (("new", "none/p.annolab"), "The folder none does not exist."),
        (("new", "q", "--schema", "none.toml"), "The schema none.toml cannot be read"),
        (("new", "q", "--schema", "half.json"), "neither valid TOML nor JSON"),
        (("add", "p.annolab", "none"), "none does not exist."),
        (("add", "text.annolab", "photos"), "not an AnnoLab project"),
        (("import", "p.annolab", "none.json"), "none.json does not exist."),
        (("import", "p.annolab", "half.json", "--format", "coco"), "half.json"),
        (("import", "p.annolab", "half.json", "--format", "nope"), "no format 'nope'"),
        (("import", "p.annolab", "photos"), "photos"),
        (("export", "p.annolab", "out", "--format", "nope"), "no format 'nope'"),
        (("export", "p.annolab", "no/out", "--format", "coco"), "no does not exist"),
        (("export", "p.annolab", "photos", "--format", "coco"), "is a folder"),
        (
            ("export", "p.annolab", "out", "--format", "coco", "--where", "label:x"),
            "There is no label 'x'",
        ),
        (
            ("export", "p.annolab", "out", "--format", "coco", "--option", "a=b"),
            "no option 'a'",
        ),
        (("relocate", "p.annolab", "none", "none2"), "none2 does not exist."),
    ],
)
@pytest.mark.usefixtures("photos")
def test_failures_are_one_sentence(
    run: Any, arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    run("new", "p.annolab")
    (tmp_path / "text.annolab").write_text("hello" * 100)
    (tmp_path / "half.json").write_text('{"images": [{"id": 1, "file_na')
    before = sorted(p.name for p in tmp_path.iterdir())
    result = run(*arguments)
    assert result.status == 1
    assert result.out == ""
    assert sentence in result.err
    assert len(result.err.splitlines()) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_file_is_one_sentence(run: Any, tmp_path: Path) -> None:
    run("new", "p.annolab")
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "secret.json").chmod(0)
    result = run("import", "p.annolab", "secret.json", "--format", "coco")
    assert result.status == 1
    assert len(result.err.splitlines()) == 1


def test_problems_are_counted_and_a_few_places_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = Report()
    for number in range(9):
        for _ in range(2):
            report.add(Problem("Too large.", item=f"{number}.png"))
    report.add(Problem("Odd.", Severity.NOTE))
    terminal.show_problems(report)
    assert capsys.readouterr().err.splitlines() == [
        "18 x Too large. (skipped)",
        "    0.png",
        "    1.png",
        "    2.png",
        "    ...",
        "1 x Odd. (note)",
    ]


def test_a_bug_is_one_sentence_too(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "_version", fail)
    result = run("--version")
    assert result.status == 1
    assert "AnnoLab failed (ZeroDivisionError" in result.err


def test_schema(run: Any, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('[[label]]\nname = "car"')
    assert run("new", "p", "--schema", "s.toml").out == "Made p.annolab\n"
    assert json.loads(run("info", "p.annolab", "--json").out)["labels"] == {"car": 0}


def test_add_reports_in_json(run: Any, photos: Path) -> None:
    run("new", "p.annolab")
    (photos / "film.mp4").write_bytes(b"")
    result = run("add", "p.annolab", "photos", "--json")
    assert result.status == 0
    facts = json.loads(result.out)
    assert (facts["read"], facts["written"], facts["skipped"]) == (4, 4, 0)
    assert facts["problems"][0]["where"].startswith("film.mp4 is empty")
    again = run("add", "p.annolab", "photos/a.png")
    assert again.out == "Added 0 items, 1 were there already.\n"


def test_add_takes_films(run: Any, tmp_path: Path) -> None:
    films.make(tmp_path, films.Recipe("film.avi", "mpeg4", 5))
    run("new", "p.annolab")
    assert run("add", "p.annolab", "film.avi").out == "Added 1 item.\n"
    assert json.loads(run("info", "p.annolab", "--json").out)["kinds"] == {"video": 1}


def test_frames_of_films_go_out_as_pictures(run: Any, tmp_path: Path) -> None:
    films.make(tmp_path, films.Recipe("film.avi", "mpeg4", 25))
    run("new", "p.annolab")
    run("add", "p.annolab", "film.avi")
    words = ("export", "p.annolab", "out", "--format", "coco", "--frames")
    dry = run(*words, "every:10", "--dry-run")
    assert dry.out == "Would write 0 annotations and 3 pictures.\n"
    assert not (tmp_path / "out").exists()
    done = run(*words, "every:10", "--picture-format", "jpg", "--json")
    assert (done.status, json.loads(done.out)["pictures"]) == (0, 3)
    names = sorted(p.name for p in (tmp_path / "out" / "images").iterdir())
    assert names == ["film_000000.jpg", "film_000010.jpg", "film_000020.jpg"]
    wrong = run(*words, "each")
    assert (wrong.status, wrong.err.count("\n")) == (1, 1)
    assert "every:10" in wrong.err


def test_add_takes_tables_that_are_named(run: Any, tmp_path: Path) -> None:
    table = tmp_path / "tables" / "r.csv"
    table.parent.mkdir()
    table.write_text("id,said\n1,good\n2,bad,bad\n3,so so\n")
    run("new", "p.annolab")
    result = run("add", "p.annolab", str(table.parent))
    assert "add it by its name" in result.err
    result = run("add", "p.annolab", str(table))
    assert result.status == 1
    assert "Say which column of r.csv holds the texts; it has: id, said." in result.err
    result = run("add", "p.annolab", str(table), "--column", "said")
    assert (result.status, result.out) == (1, "Added 2 items.\n")
    assert "line 3" in result.err
    bare = tmp_path / "bare.csv"
    bare.write_text("1,good\n2,bad\n")
    add = ("add", "p.annolab", str(bare), "--no-head", "--column")
    assert run(*add, "column 2").out == "Added 2 items.\n"
    result = run(*add, "good")
    assert "it has: column 1, column 2" in result.err


def test_add_takes_an_encoding(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Привет".encode("koi8-r"))
    run("new", "p.annolab")
    result = run("add", "p.annolab", str(tmp_path / "a.txt"), "--encoding", "KOI8-R")
    assert result.out == "Added 1 item.\n"
    result = run("add", "p.annolab", str(tmp_path / "a.txt"), "--encoding", "none")
    assert result.status == 1
    assert "is no text encoding" in result.err


def filled(run: Any) -> None:
    run("new", "p.annolab")
    Path("in.json").write_text(json.dumps(COCO))
    result = run("import", "p.annolab", "in.json", "--media-root", "photos")
    assert result.status == 0
    assert "1 x The media file was not found" in result.err


@pytest.mark.usefixtures("photos")
def test_export_with_filter_and_option(run: Any) -> None:
    filled(run)
    result = run(
        "export", "p.annolab", "out.csv", "--format", "csv",
        "--option", "delimiter=tab", "--where", "a.png label:car missing:no",
    )  # fmt: skip
    assert result.out == "Wrote 1 annotation to out.csv.\n"
    assert "\t" in Path("out.csv").read_text()


@pytest.mark.usefixtures("photos")
def test_dry_run_writes_nothing(run: Any) -> None:
    filled(run)
    args = ("export", "p.annolab", "out.json", "--format", "coco", "--dry-run")
    assert run(*args).out == "Would write 2 annotations.\n"
    assert not Path("out.json").exists()


@pytest.mark.usefixtures("photos")
def test_demo_by_screenshots(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path | None] = []
    monkeypatch.setattr(cli, "_open_window", opened.append)
    result = run("demo", "sample")
    assert result.status == 0
    assert opened == [Path("sample/sample.annolab")]
    info = json.loads(run("info", "sample/sample.annolab", "--json").out)
    assert info["items"] > 0
    assert info["annotations"] > 0
    assert run("check", "sample/sample.annolab").status == 0
    assert run("demo", "sample").status == 0


def test_no_command_opens_the_window(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path | None] = []
    monkeypatch.setattr(cli, "_open_window", opened.append)
    assert run().status == 0
    Path("photos").mkdir()
    assert run("open", "photos").status == 0
    assert opened == [None, Path("photos")]


def test_a_path_alone_is_opened(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path | None] = []
    monkeypatch.setattr(cli, "_open_window", opened.append)
    assert run("new", "my street.annolab").status == 0
    Path("photos").mkdir()
    assert run("my street.annolab").status == 0
    assert run(str(Path("my street.annolab").absolute())).status == 0
    assert run("photos").status == 0
    assert opened == [
        Path("my street.annolab"), Path("my street.annolab").absolute(), Path("photos"),
    ]  # fmt: skip
    for gone in ("gone.annolab", "some/where"):
        assert run(gone) == Result(1, "", f"{Path(gone)} does not exist.\n")
    result = run("exprot")
    assert result.status == 2
    assert "No such command 'exprot'" in result.err
    assert len(opened) == 3


@pytest.fixture
def sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two sounds, a note beside each, and a format for those."""
    plugin_folder = make_plugin(tmp_path / "plugins")
    monkeypatch.setattr(plugins, "user_plugin_dir", lambda: plugin_folder)
    folder = tmp_path / "sounds"
    folder.mkdir()
    for name in ("one", "two"):
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(8000))
        (folder / f"{name}.Note").write_text(f"note\n0.0 0.25 {name}\n", "utf-8")
    return folder


def test_annotations_beside_sounds(run: Any, sounds: Path, tmp_path: Path) -> None:
    run("new", "p.annolab")
    added = run("add", "p.annolab", "sounds")
    assert added.status == 0
    assert "Added 2 items; 2 Note files lie beside them (--with-annot" in added.out
    run("new", "q.annolab")
    added = run("add", "q.annolab", "sounds", "--with-annotations")
    assert "Added 2 items; read 2 annotations beside them." in added.out
    facts = json.loads(run("info", "q.annolab", "--json").out)
    assert (facts["items"], facts["annotations"]) == (2, 2)


def test_a_format_of_one_file_per_item(run: Any, sounds: Path, tmp_path: Path) -> None:
    run("new", "p.annolab")
    read = run("import", "p.annolab", "sounds", "--format", "note")
    assert (read.status, read.out) == (0, "Read 2 annotations.\n")
    refused = run("export", "p.annolab", "out.Note", "--format", "note")
    assert refused.status == 1
    assert "choose a folder" in refused.err
    assert not (tmp_path / "out.Note").exists()
    assert run("export", "p.annolab", "out", "--format", "note").status == 0
    assert (tmp_path / "out/one.Note").read_text("utf-8") == (
        (sounds / "one.Note").read_text("utf-8")
    )


def test_folders_from_elsewhere_are_allowed_by_name(run: Any, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (tmp_path / "work").mkdir()
    outside.mkdir()
    Image.new("RGB", (8, 6)).save(outside / "a.png")
    run("new", "work/p.annolab")
    run("add", "work/p.annolab", "outside")
    assert run("check", "work/p.annolab").status == 0
    assert run("allow", "work/p.annolab").out == ""
    named_folders_file().unlink()  # as on another computer
    assert run("check", "work/p.annolab").status == 1
    assert f"Not allowed: {outside}" in run("info", "work/p.annolab").out
    assert run("allow", "work/p.annolab").out == f"Not allowed: {outside}\n"
    assert run("allow", "work/p.annolab", str(outside)).out == ""
    assert run("check", "work/p.annolab").status == 0
