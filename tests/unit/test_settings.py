"""Options: only what differs is written, and nothing wrong gets in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.settings import (
    BY_NAME,
    OPTIONS,
    Settings,
    checked,
    load_settings,
    resource,
    to_toml,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the settings of a test are."""
    return tmp_path / "folder" / "settings.toml"


def test_every_option_allows_its_default_and_says_what_it_is() -> None:
    for option in OPTIONS:
        assert checked(option, option.default) == option.default
        assert option.title
        assert option.doc.endswith(".")


def test_only_what_differs_is_written(path: Path) -> None:
    settings = Settings(path)
    settings.set("look.theme", "dark")
    settings.set("work.fill", 20)
    settings.set("work.fill", 12)
    assert path.read_text(encoding="utf-8") == '[look]\ntheme = "dark"\n'


@given(
    name=st.text(st.characters(exclude_categories=["Cs"])),
    keys=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)),
)
def test_values_and_keys_come_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, keys: list[str]
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings = Settings(path)
    settings.set("work.annotator", name)
    settings.set_keys("edit.undo", tuple(keys))
    again = load_settings(path)
    assert again.notes == []
    assert again.text("work.annotator") == name
    assert again.keys == {"edit.undo": tuple(keys)}


def test_what_does_not_fit_is_left_out_and_noted(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        'loose = 1\n[look]\ntheme = "pink"\nscale = 1000\nnew = 1\n'
        '[work]\nfill = "much"\nkeep_label = false\n[keys]\n"edit.undo" = 7\n',
        encoding="utf-8",
    )
    settings = load_settings(path)
    assert settings.values == {"work.keep_label": False}
    assert settings.keys == {}
    assert len(settings.notes) == 5
    assert (
        "look.theme cannot be 'pink'; allowed: system, light, dark."
        in (settings.notes[1])
    )


@pytest.mark.parametrize("content", [b"[look", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_broken_file_gives_the_defaults(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    settings = load_settings(path)
    assert settings.values == {}
    assert len(settings.notes) == 1
    assert str(path) in settings.notes[0]


def test_a_missing_file_is_no_problem(path: Path) -> None:
    assert load_settings(path).notes == []


def test_true_is_no_number_and_one_is_no_flag() -> None:
    with pytest.raises(UserError):
        checked(BY_NAME["work.fill"], True)
    with pytest.raises(UserError):
        checked(BY_NAME["work.keep_label"], 1)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "settings.toml")
    with pytest.raises(UserError, match="could not be written"):
        settings.set("look.theme", "dark")


def test_keys_can_be_given_back(path: Path) -> None:
    settings = Settings(path)
    settings.set_keys("edit.undo", ("F5",))
    settings.set_keys("edit.undo", None)
    assert load_settings(path).keys == {}
    assert to_toml({}, {}) == ""


def test_resources_are_found() -> None:
    assert resource("keys.toml").is_file()
    assert resource("icons/annolab.svg").is_file()
