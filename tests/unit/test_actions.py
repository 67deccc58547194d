"""The table of actions and the table of keys fit each other."""

from __future__ import annotations

import pytest

from annolab.actions import (
    ACTIONS,
    BY_ID,
    Bindings,
    Context,
    bindings,
    conflicts,
    default_table,
    free_letters,
    overlapping,
    read_table,
)


def test_ids_are_unique_and_every_action_says_what_it_does() -> None:
    assert len(BY_ID) == len(ACTIONS)
    for action in ACTIONS:
        assert action.title
        assert action.doc.endswith("."), action.id
        assert action.doc != action.title


def test_every_key_invokes_an_action_of_its_context() -> None:
    for context, entries in default_table().items():
        for key, action_id in entries.items():
            assert action_id in BY_ID, f"{key} invokes {action_id}"
            assert BY_ID[action_id].context == Context(context), action_id


def test_no_key_is_on_two_actions_that_apply_together() -> None:
    assert conflicts(bindings(default_table())) == []


def test_conflicts_are_found_across_global_and_canvas() -> None:
    held = Bindings({"edit.undo": ("X",), "image.darken": ("X",)})
    assert conflicts(held) == [("X", "edit.undo", "image.darken")]


def test_labels_have_the_figures_and_some_letters() -> None:
    free = free_letters(bindings(default_table()))
    assert set("123456789") <= set(free)
    assert sum(key.isalpha() for key in free) >= 5
    used = {key for keys in bindings(default_table()).keys.values() for key in keys}
    assert used.isdisjoint(free)


def test_an_override_replaces_the_keys_and_takes_them_from_others() -> None:
    held = bindings(default_table(), {"image.polygon": ("B",)})
    assert held.of("image.polygon") == ("B",)
    assert "B" not in held.of("image.box")
    assert conflicts(held) == []


def test_an_override_can_leave_an_action_without_keys() -> None:
    assert bindings(default_table(), {"edit.undo": ()}).of("edit.undo") == ()


def test_an_override_of_an_unknown_action_is_passed_over() -> None:
    held = bindings(default_table(), {"no.such": ("B",)})
    assert held.of("image.box") == bindings(default_table()).of("image.box")


def test_a_key_that_the_user_gave_twice_belongs_to_the_first() -> None:
    held = bindings(default_table(), {"image.polygon": ("Y",), "app.quit": ("Y", "J")})
    assert held.of("image.polygon") == ("Y",)
    assert held.of("app.quit") == ("J",)
    assert conflicts(held) == []


def test_the_owner_of_a_key_depends_on_the_context() -> None:
    held = bindings(default_table())
    owner = held.owner("B", overlapping(Context.IMAGE))
    assert owner is not None
    assert owner.id == "image.box"
    assert held.owner("B", (Context.GLOBAL,)) is None


def test_a_table_that_is_no_toml_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected"):
        read_table("[global")


def test_keys_of_sounds_win_over_global_ones_where_a_sound_is_shown() -> None:
    held = bindings(default_table())
    assert "Ctrl+N" in held.of("project.new")
    assert "Ctrl+N" in held.of("audio.zoom_selection")
    assert conflicts(held) == []
    here = held.within((Context.AUDIO,))
    assert here.of("project.new") == ()
    assert here.of("audio.zoom_selection") == ("Ctrl+N",)
    assert here.of("image.box") == held.of("image.box")
    assert held.within((Context.IMAGE,)) == held
    found = held.owner("Ctrl+N", (Context.GLOBAL, Context.AUDIO))
    assert found is not None
    assert found.id == "audio.zoom_selection"
