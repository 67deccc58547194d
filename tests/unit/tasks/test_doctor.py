"""What is installed, and what to do about what is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from annolab import plugins
from annolab.media import codecs, sound_cache
from annolab.settings import config_dir
from annolab.tasks import doctor
from annolab.tasks.doctor import Finding, doctor_facts, doctor_lines, examine

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")
GOOD: dict[str, dict[str, Any]] = {
    "window": {"program": "Qt 6", "platform": "xcb", "there": ["1 x 1"], "missing": []},
    "films": {"program": "FFmpeg", "there": ["h264"], "missing": []},
    "sounds": {"program": "libsndfile", "there": ["WAV"], "missing": []},
    "pictures": {"program": "Pillow", "there": ["PNG"], "missing": []},
    "devices": {"program": "PortAudio", "there": ["Speaker"], "missing": []},
    "plugins": {"problems": {}},
}


def findings(
    monkeypatch: pytest.MonkeyPatch, **answers: dict[str, Any]
) -> dict[str, Finding]:
    """What is found when the probes answer this, and else that all is well."""
    monkeypatch.setattr(doctor, "_ask_all", lambda: GOOD | answers)
    monkeypatch.setattr(doctor, "_LEAST_FREE", 0)
    return {finding.name: finding for finding in examine()}


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were one."""
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("QT_QPA_PLATFORM", "x")


@pytest.mark.usefixtures("display")
def test_when_all_is_there_all_is_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(monkeypatch)
    assert [name for name, each in found.items() if not each.ok] == []
    assert {"AnnoLab", "Window", "Films", "Thumbnails", "Plug-in yolo"} <= set(found)
    assert str(sound_cache.cache_folder()) in found["Cache of sounds"].state
    facts = doctor_facts(list(found.values()))
    assert (facts["ok"], facts["packaged"]) == (True, False)
    json.dumps(facts)


@linux
def test_without_a_display_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    window = findings(monkeypatch)["Window"]
    assert "desktop session" in window.remedy


@linux
@pytest.mark.usefixtures("display")
@pytest.mark.parametrize(
    ("probe", "problem", "name", "words"),
    [
        ("window", "qt.qpa.xcb: could not connect to display :99 ...", "Window", ":99"),
        ("window", "libEGL.so.1: cannot open shared object", "Window", "libegl1"),
        ("window", "libxcb-cursor0 is needed", "Window", "libxcb-cursor0"),
        ("window", "something else", "Window", "install AnnoLab again"),
        ("window", 'Could not find the Qt platform plugin "x"', "Window", "unset it"),
        ("devices", "PortAudio library not found", "Sound output", "libportaudio2"),
        ("films", "ImportError: no av", "Films", "no av; install AnnoLab again"),
        ("plugins", "it ended at once", "Plug-in yolo", "ended the program"),
    ],
)  # fmt: skip
def test_each_fault_has_its_remedy(
    monkeypatch: pytest.MonkeyPatch, probe: str, problem: str, name: str, words: str
) -> None:
    finding = findings(monkeypatch, **{probe: {"problem": problem}})[name]
    assert words in finding.remedy
    assert "\n" not in finding.remedy


@pytest.mark.usefixtures("display")
def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "plugins" / "broken"
    broken.mkdir(parents=True)
    (broken / "plugin.toml").write_text("id = 1")
    monkeypatch.setattr(plugins, "user_plugin_dir", lambda: tmp_path / "plugins")
    config_dir().mkdir(parents=True, exist_ok=True)
    (config_dir() / "settings.toml").write_text("not toml")
    cache = tmp_path / "cache"
    cache.write_text("a file where a folder should be")
    monkeypatch.setattr(sound_cache, "cache_folder", lambda: cache / "sound")
    found = findings(
        monkeypatch,
        films={"program": "FFmpeg", "there": ["h264"], "missing": ["av1", "vp9"]},
        devices={"program": "PortAudio", "there": [], "missing": []},
        plugins={"problems": {"yolo": "It could not load x."}},
    )
    faulty = {name: each.remedy for name, each in found.items() if not each.ok}
    assert list(faulty) == [
        "Films", "Sound output", "Cache of sounds", "Settings", "Plug-in broken",
        "Plug-in yolo",
    ]  # fmt: skip
    assert "av1, vp9" in faulty["Films"]
    assert "in the way" in faulty["Cache of sounds"]
    assert "settings.toml" in faulty["Settings"]
    assert faulty["Plug-in yolo"] == "It could not load x."
    lines = doctor_lines(list(found.values()))
    assert sum(line.startswith("!!") for line in lines) == 6
    assert all("\n" not in line for line in lines)


@pytest.mark.usefixtures("display")
def test_an_optional_package_that_is_missing_is_a_note(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "plugins" / "demo"
    (folder / "vendor" / "own_thing-1.0.dist-info").mkdir(parents=True)
    (folder / "plugin.toml").write_text(
        'id = "demo"\nname = "Demo"\nversion = "1"\napi = 1\n'
        'optional = ["no-such-thing", "own-thing", "numpy"]\n'
    )
    monkeypatch.setattr(plugins, "user_plugin_dir", lambda: tmp_path / "plugins")
    finding = findings(monkeypatch)["Plug-in demo"]
    assert finding.ok
    wanted = "no-such-thing, which it can use, is not installed: pip install no-such-"
    assert wanted in finding.state
    assert "own-thing" not in finding.state
    assert "numpy" not in finding.state
    monkeypatch.setattr(doctor, "is_packaged", lambda: True)
    said = findings(monkeypatch)["Plug-in demo"].state
    assert said.endswith("is not installed")


@pytest.mark.usefixtures("display")
def test_what_a_plug_in_prints_itself_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for said in ({"problems": 5}, {"problems": {"annolab": 5}}, {}):
        found = findings(monkeypatch, plugins=said)
        assert found["Plug-in yolo"].ok


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_ask_all", lambda: GOOD)
    monkeypatch.setattr(doctor, "_LEAST_FREE", 1 << 80)
    disks = [each for each in examine() if "GB free" in each.state]
    assert disks
    assert all("Make room" in disk.remedy for disk in disks)


def test_the_libraries_here_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = doctor._ask_all()
    assert set(answers) == set(doctor.PROBES)
    for name in ("films", "sounds", "pictures"):
        assert answers[name]["missing"] == []
    assert "h264" in answers["films"]["there"]
    assert answers["window"]["platform"]
    assert answers["plugins"] == {"problems": {}}


def test_a_decoder_that_is_not_there_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(codecs, "FILM_DECODERS", ("h264", "no_such_codec"))
    assert codecs.films()["missing"] == ("no_such_codec",)


def test_a_probe_that_crashes_or_hangs_is_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(code: str) -> Any:
        monkeypatch.setattr(
            doctor, "own_command", lambda *_: [sys.executable, "-c", code]
        )
        return doctor._answer(doctor._started("films"))["problem"]

    assert run("import os, sys; print('no', file=sys.stderr); os.abort()").startswith(
        ("no", "Fatal")
    )
    assert run("pass") == "it ended at once"
    assert run("print('[1]')") == "it ended at once"
    monkeypatch.setattr(doctor, "_PATIENCE", 0.2)
    assert run("import time; time.sleep(60)") == "it does not answer"
    monkeypatch.setattr(doctor, "own_command", lambda *_: ["/nowhere/annolab"])
    assert "started" in doctor._answer(doctor._started("films"))["problem"]
