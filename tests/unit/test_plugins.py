"""Plug-ins: found by their manifest, imported on first use, never a crash."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab import plugins
from annolab.errors import PluginError, UserError
from annolab.formats.coco import CocoFormat
from annolab.model.item import Media
from annolab.plugins import (
    Contribution,
    Plugin,
    canvas_for,
    contributions,
    find_plugins,
    format_options,
    formats,
    load,
    load_format,
    user_plugin_dir,
)

HEAD = 'id = "demo"\nname = "Demo"\nversion = "1.0"\napi = 1\n'
FORMAT = '[[format]]\nid = "demo"\ntitle = "Demo"\nobject = "code:Demo"\n'


def plugin_in(folder: Path, manifest: str = HEAD + FORMAT, /, **modules: str) -> Path:
    """A folder of plug-ins with one in it."""
    here = folder / "demo"
    here.mkdir(parents=True, exist_ok=True)
    (here / "plugin.toml").write_text(manifest)
    for name, code in modules.items():
        (here / f"{name}.py").write_text(code)
    return folder


def found(folder: Path, plugin_id: str = "demo") -> Plugin:
    (plugin,) = (p for p in find_plugins([folder]) if p.id == plugin_id)
    return plugin


def test_the_built_in_ones_are_declared_the_same_way() -> None:
    assert {"coco", "csv", "yolo"} <= set(formats())
    assert all(not plugin.problem for plugin in find_plugins())
    canvas = canvas_for(Media.IMAGE)
    assert canvas is not None
    assert canvas.kind == "canvas"
    assert canvas_for(Media.VIDEO) is not None
    assert isinstance(load_format("coco"), CocoFormat)


def test_every_built_in_object_is_there() -> None:
    (builtin,) = (p for p in find_plugins() if p.origin == "builtin")
    kinds = {"format"}  # canvases need Qt: tests of the widgets load them
    for contribution in builtin.contributions:
        if contribution.kind in kinds:
            load(contribution)


def test_listing_imports_nothing_of_a_plug_in(tmp_path: Path) -> None:
    folder = plugin_in(tmp_path, code="raise SystemExit('imported')")
    assert "demo" in formats(find_plugins([folder]))
    code = (
        "import sys; from annolab.plugins import formats; formats();"
        "loaded = [m for m in sys.modules if m.startswith(('annolab_plugins',"
        " 'annolab.formats.c', 'annolab.widgets', 'PySide6'))];"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_modules_of_a_folder_import_each_other_and_leave_the_path_alone(
    tmp_path: Path,
) -> None:
    folder = plugin_in(
        tmp_path,
        code="from .json import NAME\nclass Demo:\n    name = NAME\n",
        json="NAME = 'mine'",
    )
    before = list(sys.path)
    demo: Any = load_format("demo", find_plugins([folder]))
    assert demo.name == "mine"
    assert sys.path == before
    assert sys.modules["json"].__name__ == "json"
    assert not hasattr(sys.modules["json"], "NAME")


def test_a_plug_in_may_be_a_package(tmp_path: Path) -> None:
    code = "from . import NAME\nclass Demo:\n    name = NAME\n"
    folder = plugin_in(tmp_path, __init__="NAME = 'package'", code=code)
    demo: Any = load_format("demo", find_plugins([folder]))
    assert demo.name == "package"


def test_the_same_id_from_another_folder_is_other_code(tmp_path: Path) -> None:
    for name in ("one", "two"):
        code = f"class Demo:\n    name = {name!r}\n"
        folder = plugin_in(tmp_path / name, code=code)
        demo: Any = load_format("demo", find_plugins([folder]))
        assert demo.name == name


@pytest.mark.parametrize(
    "code",
    [
        "raise RuntimeError('no')",
        "raise SystemExit(3)",
        "import not_there_at_all",
        "def broken(",
        "Other = 1",
        "Demo = 7",
        "class Demo:\n    def __init__(self): raise ValueError('no')",
    ],
)
def test_code_that_is_broken_is_a_sentence(code: str, tmp_path: Path) -> None:
    known = find_plugins([plugin_in(tmp_path, code=code)])
    with pytest.raises(PluginError, match="demo"):
        load_format("demo", known)


def test_a_package_that_fails_is_tried_again(tmp_path: Path) -> None:
    code = "class Demo: pass"
    folder = plugin_in(tmp_path, __init__="raise RuntimeError", code=code)
    known = find_plugins([folder])
    with pytest.raises(PluginError):
        load_format("demo", known)
    (folder / "demo/__init__.py").write_text("# mended\n\n")
    assert type(load_format("demo", known)).__name__ == "Demo"


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ("id = ", "not valid TOML"),
        ("\x00", "not valid TOML"),
        ("a = " + "[" * 100_000, "not valid TOML"),
        ("#" * (2 << 20), "larger than 1 MB"),
        ("", "id must be a text"),
        (HEAD.replace("demo", "De mo"), "the id 'De mo' is not of"),
        (HEAD.replace("demo", "../x"), "the id '../x' is not of"),
        (HEAD.replace('name = "Demo"\n', ""), "name must be a text"),
        (HEAD.replace("api = 1", "api = true"), "api must be a whole number"),
        (HEAD.replace("api = 1", "api = 99"), "needs the plug-in interface 99"),
        (HEAD + "colour = 1\n", "the key 'colour' is not known"),
        (HEAD + 'optional = "x"\n', "optional has the wrong type"),
        (HEAD + "format = 1\n", r"must be written as \[\[format\]\]"),
        (HEAD + FORMAT + 'kindz = ["box"]', "the key 'kindz' is not known"),
        (HEAD + FORMAT + 'kinds = ["bix"]', "kinds cannot be 'bix'"),
        (HEAD + FORMAT + 'kinds = "box"', "kinds has the wrong type"),
        (HEAD + FORMAT + "kinds = [1]", "kinds has the wrong type"),
        (HEAD + FORMAT + 'holds = ["all"]', "holds cannot be 'all'"),
        (HEAD + FORMAT + 'media = ["film"]', "media cannot be 'film'"),
        (HEAD + FORMAT + 'reads = "yes"', "reads has the wrong type"),
        (HEAD + FORMAT + "options = 3", r"must be written as \[\[options\]\]"),
        (HEAD + FORMAT.replace("code:Demo", "../x:y"), "of the form module:Name"),
        (HEAD + FORMAT.replace("code:Demo", "code"), "of the form module:Name"),
        (HEAD + FORMAT + "[[format.options]]\nkey = 1", "key must be a text"),
        (HEAD + FORMAT + '[[format.options]]\nkey = "k"\ntype = "x"', "is not known"),
        (HEAD + FORMAT + '[[format.options]]\nkey = "k"\nuse = "x"', "is not known"),
        (HEAD + FORMAT + '[[format.options]]\nkey = "k"\nx = "x"', "'x' is not known"),
        (
            HEAD + FORMAT + '[[format.options]]\nkey = "k"\nchoices = "x"',
            "all values must be texts",
        ),
        (
            HEAD + FORMAT + '[[format.options]]\nkey = "k"\ntype = "int"',
            "the default does not fit",
        ),
        (HEAD + '[[canvas]]\nid = "x"\ntitle = "X"\nobject = "a:B"\nmedia = 1', "type"),
    ],
)
def test_a_bad_manifest_is_a_row_with_a_problem(
    manifest: str, sentence: str, tmp_path: Path
) -> None:
    plugin = found(plugin_in(tmp_path, manifest))
    assert plugin.problem
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(plugin.problem)
    assert not plugin.contributions


@given(st.text())
def test_any_manifest_is_read_without_a_crash(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plugins, "_bytes", lambda _: text.encode("utf-8", "replace"))
        plugin = plugins._read(Path("x/plugin.toml"), "user", folder=Path("x"))
    assert plugin.problem


def test_the_second_of_one_id_is_not_used(tmp_path: Path) -> None:
    one, two = (plugin_in(tmp_path / name) for name in ("one", "two"))
    first, second = (p for p in find_plugins([one, two]) if p.id == "demo")
    assert not first.problem
    assert "Another plug-in 'demo' is used" in second.problem


def test_a_format_of_another_is_not_taken_over(tmp_path: Path) -> None:
    manifest = HEAD + FORMAT.replace('"demo"', '"coco"')
    plugin = found(plugin_in(tmp_path, manifest))
    assert "'coco' is already there" in plugin.problem
    assert formats(find_plugins([tmp_path]))["coco"].plugin == "annolab"


def test_the_users_folder_comes_before_the_bundled(home: Path) -> None:
    assert home in user_plugin_dir().parents
    manifest = HEAD.replace("demo", "yolo") + FORMAT
    plugin_in(user_plugin_dir(), manifest)
    mine, bundled = (p for p in find_plugins() if p.id == "yolo")
    assert (mine.origin, mine.problem) == ("user", "")
    assert bundled.problem


def test_folders_that_are_not_there(tmp_path: Path) -> None:
    assert find_plugins([tmp_path / "nowhere"]) == find_plugins()


def test_installed_distributions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "installed_demo"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "plugin.toml").write_text(HEAD + FORMAT)
    (package / "code.py").write_text("class Demo: pass")
    monkeypatch.syspath_prepend(str(tmp_path))
    point = importlib.metadata.EntryPoint(
        "demo", "installed_demo", plugins.ENTRY_POINTS
    )
    gone = importlib.metadata.EntryPoint("gone", "not_there", plugins.ENTRY_POINTS)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [point, gone])
    plugins._installed.cache_clear()
    try:
        known = find_plugins()
        assert "installed_demo" not in sys.modules
        made = load_format("demo", known)
        assert type(made).__module__ == "installed_demo.code"
        (lost,) = (p for p in known if p.origin == "installed" and p.problem)
        assert "cannot be read" in lost.problem
    finally:
        plugins._installed.cache_clear()


def test_options_are_checked() -> None:
    coco = formats()["coco"]
    assert format_options(coco, {}) == {"rle": "compressed"}
    assert format_options(coco, {"rle": "uncompressed"})["rle"] == "uncompressed"
    with pytest.raises(UserError, match="takes compressed or uncompressed"):
        format_options(coco, {"rle": "x"})
    with pytest.raises(UserError, match="has no option 'x'; its options: rle"):
        format_options(coco, {"x": "1"})


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("bool", "true", "yes"),
        ("int", "-3", "3.5"),
        ("number", "-2.5e3", "inf"),
        ("text", "anything", None),
    ],
)
def test_the_types_of_options(
    type_: str, good: str, bad: str | None, tmp_path: Path
) -> None:
    option = f'[[format.options]]\nkey = "k"\ntype = "{type_}"\ndefault = "{good}"'
    known = find_plugins([plugin_in(tmp_path, HEAD + FORMAT + option)])
    info = formats(known)["demo"]
    assert format_options(info, {}) == {"k": good}
    if bad is not None:
        with pytest.raises(UserError, match="takes"):
            format_options(info, {"k": bad})


def test_a_format_that_is_not_there() -> None:
    with pytest.raises(UserError, match="There is no format 'x'; there are: "):
        load_format("x")


def test_the_other_kinds_are_listed(tmp_path: Path) -> None:
    kinds = ("assistant", "rule", "action")
    tables = "".join(
        f'[[{kind}]]\nid = "{kind}"\ntitle = "T"\nobject = "code:Demo"\n'
        for kind in kinds
    )
    folder = plugin_in(tmp_path, HEAD + tables, code="class Demo: pass")
    known = find_plugins([folder])
    for kind in kinds:
        (one,) = (c for c in contributions(kind, known) if c.plugin == "demo")
        assert isinstance(one, Contribution)
        assert isinstance(load(one), type)
