"""The table of options, the user's file of overrides, and where resources lie."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from annolab.errors import UserError

Value: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Option:
    """One thing the user can set; the type is that of `default`.

    `choices`: the only values allowed, when not empty. `low`, `high`: limits of
    a number. `restart`: it takes effect at the next start.
    """

    name: str
    default: Value
    title: str
    doc: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    restart: bool = False


# Languages that eSpeak has in every Praat.
SPOKEN = (
    "Arabic", "Bulgarian", "Catalan", "Chinese (Mandarin)", "Croatian", "Czech",
    "Danish", "Dutch", "English (America)", "English (Great Britain)", "Esperanto",
    "Estonian", "Finnish", "French (France)", "German", "Greek", "Hindi", "Hungarian",
    "Indonesian", "Italian", "Japanese", "Korean", "Latin", "Norwegian Bokmål",
    "Persian", "Polish", "Portuguese (Brazil)", "Portuguese (Portugal)", "Romanian",
    "Russian", "Serbian", "Slovak", "Slovenian", "Spanish (Spain)", "Swedish",
    "Turkish", "Vietnamese (Northern)", "Welsh",
)  # fmt: skip
OPTIONS = (
    Option(
        "look.theme",
        "system",
        "Theme",
        "Light, dark, or whatever the system uses.",
        choices=("system", "light", "dark"),
    ),
    Option(
        "look.scale",
        100,
        "Size of the interface (%)",
        "How large text and controls are, beside the scale of the screen.",
        low=75,
        high=300,
        restart=True,
    ),
    Option(
        "work.annotator",
        "",
        "Your name",
        "The name that your annotations carry; empty: the name of your login.",
    ),
    Option(
        "work.keep_label",
        default=True,
        title="Keep the label",
        doc="The label stays picked after a shape was drawn.",
    ),
    Option(
        "work.keep_tool",
        default=True,
        title="Keep the tool",
        doc="The tool stays active after a shape was drawn.",
    ),
    Option(
        "work.show_labels",
        default=True,
        title="Label chips",
        doc="Names of labels are written on the shapes.",
    ),
    Option(
        "work.fill",
        12,
        "Fill (%)",
        "How strongly shapes are filled with the colour of their label.",
        low=0,
        high=60,
    ),
    Option(
        "sound.window_length",
        5.0,
        "Window of the spectrogram (ms)",
        "Short windows show times, long ones frequencies; 5 and 30 are usual.",
        low=0.1,
        high=1000,
    ),
    Option(
        "sound.window",
        "gaussian",
        "Shape of the window",
        "How the samples of a window are weighted.",
        choices=("gaussian", "hann", "hamming", "blackman", "rectangular"),
    ),
    Option(
        "sound.low",
        0.0,
        "Lowest frequency (Hz)",
        "Where the spectrogram begins.",
        low=0,
        high=500_000,
    ),
    Option(
        "sound.high",
        5000.0,
        "Highest frequency (Hz)",
        "Where the spectrogram ends; at most half the rate of the sound.",
        low=10,
        high=1_000_000,
    ),
    Option(
        "sound.dynamic_range",
        70.0,
        "Dynamic range (dB)",
        "What is this much weaker than the strongest is not seen.",
        low=5,
        high=200,
    ),
    Option(
        "sound.preemphasis",
        6.0,
        "Pre-emphasis (dB an octave)",
        "How much higher frequencies are strengthened.",
        low=-24,
        high=24,
    ),
    Option(
        "sound.scale",
        "linear",
        "Frequency axis",
        "Linear, mel or logarithmic.",
        choices=("linear", "mel", "log"),
    ),
    Option(
        "sound.colors",
        "grey",
        "Colours of the spectrogram",
        "From the weakest to the strongest.",
        choices=("grey", "viridis", "magma", "inferno", "plasma", "cividis", "turbo"),
    ),
    Option(
        "sound.arrow_step",
        0.05,
        "Step of the arrow keys (s)",
        "How far Up and Down move the selection.",
        low=0.000_001,
        high=3600,
    ),
    Option(
        "sound.play_bar",
        default=True,
        title="Stretches to play",
        doc="Rectangles below the tiers: a click plays what they stand for.",
    ),
    Option(
        "sound.pitch_floor",
        75.0,
        "Lowest pitch (Hz)",
        "Where pitch is looked for; it also sets the window of the intensity.",
        low=10,
        high=100_000,
    ),
    Option(
        "sound.pitch_ceiling",
        500.0,
        "Highest pitch (Hz)",
        "Where pitch is looked for.",
        low=20,
        high=200_000,
    ),
    Option(
        "sound.formant_ceiling",
        5500.0,
        "Highest formant (Hz)",
        "About 5000 for men, 5500 for women, 8000 for children.",
        low=100,
        high=200_000,
    ),
    Option(
        "sound.formant_count",
        5,
        "Formants",
        "How many there are below the highest one.",
        low=1,
        high=10,
    ),
    Option(
        "sound.align_language",
        "English (Great Britain)",
        "Language of alignment",
        "What is spoken, for Align interval (Ctrl+D), as eSpeak calls it.",
        choices=SPOKEN,
    ),
    Option(
        "sound.align_phonemes",
        default=True,
        title="Align sounds, too",
        doc="Align interval makes a tier of sounds below that of words.",
    ),
    Option(
        "sound.word_list",
        "",
        "Word list",
        "A text of one word a line, with which the spelling in tiers is checked.",
    ),
    Option(
        "sound.log_columns",
        "item time:6 pitch:2 intensity:2 label",
        "Columns of log 1",
        "Names of columns, :2 for two digits: item, tier, label, time, low, high, "
        "duration, pitch, intensity, f1 to f5, hertz, power; F12 writes a line.",
    ),
    Option(
        "sound.log_columns_2",
        "item low:6 high:6 duration:6 f1:1 f2:1 f3:1 f4:1 label",
        "Columns of log 2",
        "As those of log 1; Shift+F12 writes a line.",
    ),
    Option(
        "sound.log_file",
        "",
        "File of log 1",
        "A .csv or .tsv that lines are added to; empty: the log window only.",
    ),
    Option(
        "sound.log_file_2",
        "",
        "File of log 2",
        "A .csv or .tsv that lines are added to; empty: the log window only.",
    ),
    Option(
        "text.font",
        "",
        "Font of texts",
        "The name of a font; empty: the one of the system.",
    ),
    Option(
        "text.size",
        16,
        "Size of texts (pixels)",
        "Ctrl++ and Ctrl+- change it, too.",
        low=8,
        high=96,
    ),
    Option(
        "text.spacing",
        100,
        "Line spacing of texts (%)",
        "How high lines are; labels and arcs get room of their own.",
        low=80,
        high=300,
    ),
    Option(
        "text.wrap",
        0,
        "Longest line of texts (characters)",
        "Longer lines are broken for reading only; 0: at the edge of the window.",
        low=0,
        high=1000,
    ),
    Option(
        "text.room",
        default=True,
        title="Room for labels on every line",
        doc="Lines without labels are as high as those with one: nothing moves.",
    ),
    Option(
        "text.line_numbers",
        default=True,
        title="Line numbers",
        doc="Texts show the number of each line.",
    ),
    Option(
        "text.reader",
        default=False,
        title="Reading line",
        doc="The line of the caret, with its marks in words, for screen readers.",
    ),
    Option(
        "text.arcs",
        default=True,
        title="Arcs of relations",
        doc="Texts show relations and chains as arcs.",
    ),
    Option(
        "text.suggest",
        default=False,
        title="Suggest while tagging",
        doc="Each tag suggests the other places of the same words in the text.",
    ),
    Option(
        "text.suggest_opened",
        default=False,
        title="Suggest when a text is opened",
        doc="As Suggest spans does, in texts that are not done yet.",
    ),
    Option(
        "media.film_sound",
        default=True,
        title="Sound of films",
        doc="Films are heard while they play.",
    ),
    Option(
        "media.sound_cache",
        8000,
        "Cache of decoded sounds (MB)",
        "Compressed sounds are decoded once and kept here; the oldest go first.",
        low=100,
        high=10_000_000,
    ),
    Option(
        "media.largest_picture",
        600,
        "Largest picture (million pixels)",
        "Larger pictures are refused: a small file may claim to be a huge one.",
        low=1,
        high=20_000,
    ),
    Option(
        "video.colors",
        "label",
        "Colours of tracks",
        "Those of their labels, or one for each track.",
        choices=("label", "track"),
    ),
    Option(
        "video.centre",
        default=False,
        title="Keep object in the middle",
        doc="The view goes along with the selected object; the zoom stays.",
    ),
    Option(
        "video.onion",
        default=False,
        title="Onion skin",
        doc="The selected tracks are shown as they are in the frames before and after.",
    ),
    Option(
        "video.onion_frames",
        3,
        "Frames of the onion skin",
        "How many are shown before, and as many after.",
        low=1,
        high=20,
    ),
    Option(
        "video.timeline",
        default=True,
        title="Timeline of films",
        doc="A row for each track and each tag below the picture.",
    ),
    Option(
        "video.wave",
        default=True,
        title="Waveform of films",
        doc="The sound of a film is seen on its timeline.",
    ),
    Option(
        "video.tiers",
        default=False,
        title="Tiers of films",
        doc="Tiers as those of sounds are shown under the tracks of a film.",
    ),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


@dataclass(slots=True)
class Settings:
    """What the user has changed; everything else has its default.

    `keys` maps an action id to the keys that replace its default ones. `notes`
    are sentences about what the file held and could not be used.
    """

    path: Path
    values: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def get(self, name: str) -> Value:
        """The value of an option; KeyError when there is no such option."""
        return self.values.get(name, BY_NAME[name].default)

    def text(self, name: str) -> str:
        """The value of a text option."""
        return str(self.get(name))

    def flag(self, name: str) -> bool:
        """The value of a yes/no option."""
        return bool(self.get(name))

    def number(self, name: str) -> float:
        """The value of a number option."""
        return float(self.get(name))

    def set(self, name: str, value: Value) -> None:
        """Set an option and write the file; UserError when it does not fit."""
        option = BY_NAME[name]
        self.values[name] = checked(option, value)
        if self.values[name] == option.default:
            del self.values[name]
        self.save()

    def set_keys(self, action_id: str, keys: tuple[str, ...] | None) -> None:
        """Replace the keys of an action, or give it back its own (None)."""
        if keys is None:
            self.keys.pop(action_id, None)
        else:
            self.keys[action_id] = keys
        self.save()

    def save(self) -> None:
        """Write the overrides; UserError when the folder cannot be written."""
        text = to_toml(self.values, self.keys)
        temporary = self.path.with_suffix(".tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self.path)
        except OSError as error:
            message = f"Settings could not be written to {self.path}: {error.strerror}."
            raise UserError(message) from error


def load_settings(path: Path | None = None) -> Settings:
    """Read the user's settings; what does not fit is left out and noted."""
    settings = Settings(path or config_dir() / "settings.toml")
    if settings.path.exists() and not settings.path.is_file():
        # Reading a pipe might never end.
        settings.notes.append(f"{settings.path} is no plain file: defaults are used.")
        return settings
    try:
        data = tomllib.loads(settings.path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return settings
    except (OSError, ValueError, RecursionError) as error:
        settings.notes.append(
            f"{settings.path} could not be read, so defaults are used: {error}"
        )
        return settings
    keys = data.pop("keys", {})
    if isinstance(keys, dict):
        for action_id, value in keys.items():
            if isinstance(value, list) and all(isinstance(k, str) for k in value):
                settings.keys[action_id] = tuple(value)
    for section, table in data.items():
        entries = table.items() if isinstance(table, dict) else [("", table)]
        for key, value in entries:
            _take(settings, f"{section}.{key}", value)
    return settings


def _take(settings: Settings, name: str, value: object) -> None:
    option = BY_NAME.get(name)
    if option is None:
        settings.notes.append(f"{settings.path} has an unknown option {name}.")
        return
    try:
        settings.values[name] = checked(option, value)
    except UserError as error:
        settings.notes.append(f"{settings.path}: {error}")


def checked(option: Option, value: object) -> Value:
    """`value` as the option needs it; UserError says what is allowed."""
    kind = type(option.default)
    if kind is bool:
        fits = isinstance(value, bool)
    elif kind is str:
        fits = isinstance(value, str)
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    if fits and option.choices:
        fits = value in option.choices
    if fits and isinstance(value, int | float):
        low = value if option.low is None else option.low
        high = value if option.high is None else option.high
        fits = low <= value <= high
    if not fits or not isinstance(value, str | int | float):
        allowed = ", ".join(option.choices) or _range(option) or kind.__name__
        message = f"{option.name} cannot be {value!r}; allowed: {allowed}."
        raise UserError(message)
    return value


def _range(option: Option) -> str:
    if option.low is None or option.high is None:
        return ""
    return f"{option.low:g} to {option.high:g}"


def to_toml(values: Mapping[str, Value], keys: Mapping[str, tuple[str, ...]]) -> str:
    """The overrides as TOML text."""
    sections: dict[str, list[str]] = {}
    for name, value in sorted(values.items()):
        section, _, key = name.partition(".")
        sections.setdefault(section, []).append(f"{key} = {_toml(value)}")
    if keys:
        sections["keys"] = [
            f"{_toml(action)} = {_toml(list(held))}"
            for action, held in sorted(keys.items())
        ]
    blocks = (f"[{name}]\n" + "\n".join(lines) for name, lines in sections.items())
    return "\n\n".join(blocks) + "\n" if sections else ""


def _toml(value: Value | list[str]) -> str:
    """A value as TOML: what JSON writes, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def config_dir() -> Path:
    """The folder of the user's settings and plug-ins."""
    import platformdirs

    return Path(platformdirs.user_config_dir("annolab", appauthor=False))


def resource(name: str) -> Path:
    """The path of a file that comes with AnnoLab, such as `keys.toml`.

    Installed and frozen copies hold them inside the package, the source tree
    beside it.
    """
    package = Path(__file__).resolve().parent
    inside = package / "resources" / name
    return inside if inside.exists() else package.parent / "resources" / name
