"""The actions on sounds: selecting, hearing, tiers and clips, named as Praat does."""

from __future__ import annotations

from annolab.actions.action import Action, Context


def _audio(
    id_: str, title: str, doc: str, icon: str = "", *, checkable: bool = False
) -> Action:
    return Action(f"audio.{id_}", title, doc, Context.AUDIO, icon, checkable)


_FORMANTS = tuple(
    _audio(f"formant_{n}", f"Get formant {n}", "At the cursor, or its mean.")
    for n in range(1, 5)
)
_QUERIES: tuple[Action, ...] = (
    *_FORMANTS,
    _audio("pitch_value", "Get pitch", "At the cursor, or its mean."),
    _audio("pitch_minimum", "Get minimum pitch", "In the selection or window."),
    _audio("pitch_maximum", "Get maximum pitch", "In the selection or window."),
    _audio("cursor_time", "Get cursor", "Its time; the middle of a selection."),
    _audio("power", "Get spectral power", "Where the spectrogram was clicked."),
    _audio("intensity_value", "Get intensity", "At the cursor, or its mean."),
    _audio("intensity_minimum", "Get minimum intensity", "In selection or window."),
    _audio("intensity_maximum", "Get maximum intensity", "In selection or window."),
    _audio("to_maximum_pitch", "Cursor to maximum pitch", "In selection or window."),
    _audio("to_minimum_pitch", "Cursor to minimum pitch", "In selection or window."),
    _audio("copy_value", "Copy last value", "The figure that was asked for last."),
    _audio("info", "Info and logs", "All values that were asked for.", "info"),
    _audio("log_1", "Log 1", "Write a line of values; see the settings."),
    _audio("log_2", "Log 2", "Write a line of values; see the settings."),
)
_NUMBERED = tuple(
    action
    for n in range(1, 9)
    for action in (
        _audio(
            f"add_boundary_{n}",
            f"Boundary on tier {n}",
            f"Add a boundary or point at the cursor on tier {n}.",
        ),
        _audio(
            f"add_interval_{n}",
            f"Interval on tier {n}",
            f"Make an interval of the selection on tier {n}.",
        ),
    )
)

AUDIO_ACTIONS: tuple[Action, ...] = (
    _audio("select", "Select", "Select time, move boundaries.", "cursor"),
    _audio("box", "Time-frequency box", "Draw on the spectrogram.", "bounding-box"),
    _audio("play", "Play selection, or stop", "Hear the selection.", "play"),
    _audio("play_window", "Play window", "Hear what is seen.", "play-circle"),
    _audio("play_on", "Play from cursor", "Hear from the cursor to the end."),
    _audio("stop", "Interrupt", "Stop the sound; drop a drag."),
    _audio("loop", "Loop", "Repeat what is played.", "repeat", checkable=True),
    _audio("faster", "Faster", "Play faster; the pitch stays."),
    _audio("slower", "Slower", "Play slower; the pitch stays."),
    _audio("all", "Show all", "Show the whole sound.", "arrows-out"),
    _audio("zoom_in", "Zoom in", "See half as much.", "magnifying-glass-plus"),
    _audio("zoom_out", "Zoom out", "See twice as much.", "magnifying-glass-minus"),
    _audio("zoom_selection", "Zoom to selection", "Fill the window with it."),
    _audio("zoom_back", "Zoom back", "The window before."),
    _audio("page_forward", "Page forward", "Scroll by one window."),
    _audio("page_back", "Page back", "Scroll back by one window."),
    _audio("louder", "Larger waveform", "Draw amplitudes larger."),
    _audio("softer", "Smaller waveform", "Draw amplitudes smaller."),
    _audio("earlier", "Move selection earlier", "By one step."),
    _audio("later", "Move selection later", "By one step."),
    _audio("start_earlier", "Move start earlier", "Of the selection."),
    _audio("start_later", "Move start later", "Of the selection."),
    _audio("end_earlier", "Move end earlier", "Of the selection."),
    _audio("end_later", "Move end later", "Of the selection."),
    _audio("start_to_zero", "Start to zero crossing", "The nearest one."),
    _audio("cursor_to_zero", "Cursor to zero crossing", "The nearest one."),
    _audio("end_to_zero", "End to zero crossing", "The nearest one."),
    _audio("add_boundary", "Add boundary or point", "On this tier, at the cursor."),
    _audio("add_boundary_all", "Boundary on all tiers", "At the cursor."),
    *_NUMBERED,
    _audio("remove_mark", "Remove boundary or point", "Texts are joined.", "trash"),
    _audio("delete", "Delete regions", "Delete the selected regions and boxes."),
    _audio("next_mark", "Next interval or point", "On this tier."),
    _audio("previous_mark", "Previous interval or point", "On this tier."),
    _audio("next_tier", "Next tier", "The tier below."),
    _audio("previous_tier", "Previous tier", "The tier above."),
    _audio("extend_next", "Extend selection on", "By one interval."),
    _audio("extend_previous", "Extend selection back", "By one interval."),
    _audio("tier_add_interval", "Add interval tier…", "To this sound.", "rows"),
    _audio("tier_add_point", "Add point tier…", "To this sound."),
    _audio("tier_rename", "Rename tier…", "In the whole project."),
    _audio("tier_parent", "Tier above…", "Under which tier this one lies."),
    _audio("tier_duplicate", "Duplicate tier", "With all that is on it."),
    _audio("tier_up", "Move tier up", "On this sound."),
    _audio("tier_down", "Move tier down", "On this sound."),
    _audio("tier_remove", "Remove tier", "From this sound, with its marks."),
    _audio("tier_delete", "Delete tier…", "From the project, with all its marks."),
    _audio("copy_text", "Copy text", "Of the selected interval or point."),
    _audio("cut_text", "Cut text", "Of the selected interval or point."),
    _audio("paste_text", "Paste text", "Into the selected interval or point."),
    _audio("find", "Find and replace…", "In the texts of tiers.", "magnifying-glass"),
    _audio("find_next", "Find next", "The next text that matches."),
    _audio("ipa", "Phonetic symbols", "Show or hide them.", "text-aa", checkable=True),
    _audio("whole", "Label whole sound", "Put the picked label on the clip."),
    _audio("spectrogram", "Spectrogram settings…", "Window, range, colours."),
    _audio(
        "show_spectrogram", "Spectrogram", "Show or hide it.", "waves", checkable=True
    ),
    _audio(
        "play_bar", "Stretches to play", "Show or hide the rectangles below the tiers.",
        "play-circle", checkable=True,
    ),
    _audio("channel", "Next channel", "Whose spectrogram is shown; last, the mean."),
    _audio(
        "spectral_slice", "Spectral slice", "Levels at the cursor or of the selection.",
        "chart-line",
    ),
    _audio("pitch", "Pitch", "Show or hide it, by Praat.", checkable=True),
    _audio("intensity", "Intensity", "Show or hide it, by Praat.", checkable=True),
    _audio("formants", "Formants", "Show or hide them, by Praat.", checkable=True),
    *_QUERIES,
    _audio("align", "Align interval", "Its words, and sounds, on tiers below."),
    _audio("spell", "Check spelling in tier", "The next word that is in no list."),
    _audio("add_word", "Add to my words", "The word that was found last."),
    _audio("word_list", "Word list…", "What spelling is checked with."),
    _audio("segment", "Find silences…", "Make intervals by energy."),
    _audio("onsets", "Find onsets…", "Make points where sound begins."),
    _audio(
        "clip_mode", "Tag clips", "Each clip plays, one key tags it.", "lightning",
        checkable=True,
    ),
    _audio("clip_next", "Clip done, next", "While clips are tagged."),
    _audio("clip_back", "Take back last tag", "While clips are tagged."),
    _audio("next_item", "Next sound", "Of the list."),
    _audio("previous_item", "Previous sound", "Of the list."),
)  # fmt: skip
