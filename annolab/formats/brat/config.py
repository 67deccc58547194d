"""`annotation.conf` and `visual.conf`: which names a collection uses, and how.

After brat's `server/src/projectconfig.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.brat.places import lines_of
from annolab.formats.brat.reading import NO_LABEL, role_name
from annolab.formats.values import clean
from annolab.model.geometry import Kind
from annolab.model.schema import Owner, ValueType

ANNOTATION, VISUAL = "annotation.conf", "visual.conf"
CONFIGS = "brat.configs"  # the entry with those that were read
_MOST = 1 << 20  # bytes of such a file
_SECTION = re.compile(r"\s*\[(.*)\]\s*")
_MACRO = re.compile(r"<([a-zA-Z_-]+)>=\s*(.*?)\s*")
_LINE = re.compile(r"([A-Z])[^\t]*\t([^ \t:]+)(.*)", re.DOTALL)
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_CARDINALITY = re.compile(r"[?*+]$|\{[^}]*\}$")
_SECTIONS = {
    "entities": Kind.SPAN,
    "spans": Kind.SPAN,
    "relations": Kind.RELATION,
    "events": Kind.EVENT,
}
_NAMED = {
    "aqua": "#00ffff", "black": "#000000", "blue": "#0000ff", "brown": "#a52a2a",
    "cyan": "#00ffff", "darkblue": "#00008b", "darkgray": "#a9a9a9",
    "darkgreen": "#006400", "darkred": "#8b0000", "fuchsia": "#ff00ff",
    "gold": "#ffd700", "gray": "#808080", "green": "#008000", "lightblue": "#add8e6",
    "lightgray": "#d3d3d3", "lightgreen": "#90ee90", "lightpink": "#ffb6c1",
    "lightyellow": "#ffffe0", "lime": "#00ff00", "magenta": "#ff00ff",
    "maroon": "#800000", "navy": "#000080", "olive": "#808000", "orange": "#ffa500",
    "pink": "#ffc0cb", "purple": "#800080", "red": "#ff0000", "silver": "#c0c0c0",
    "skyblue": "#87ceeb", "tan": "#d2b48c", "teal": "#008080", "violet": "#ee82ee",
    "white": "#ffffff", "yellow": "#ffff00",
}  # fmt: skip


@dataclass(slots=True)
class Names:
    """What the names in a collection are used for, and which colours they have."""

    used: dict[str, set[Kind]] = field(default_factory=dict)
    colors: dict[str, str] = field(default_factory=dict)
    configs: dict[Path, str] = field(default_factory=dict)  # digests, by folder

    def add(self, name: str, kind: Kind) -> None:
        """Take note that a name is used so."""
        if name != NO_LABEL:
            self.used.setdefault(clean(name), set()).add(kind)

    def kinds(self, name: str) -> frozenset[Kind]:
        """What a label is offered for; a trigger's is offered for spans anyway."""
        found = self.used.get(name, set())
        return frozenset(found - {Kind.SPAN} if Kind.EVENT in found else found)

    def config_of(self, folder: Path) -> tuple[str, int] | None:
        """The digest of the configuration for a folder, and how far above it is."""
        for levels, above in enumerate((folder, *folder.parents)):
            if above in self.configs:
                return self.configs[above], levels
        return None


@dataclass(frozen=True, slots=True)
class Declared:
    """A name that a configuration declares. `above`: in its hierarchy, or ""."""

    name: str
    kind: Kind
    above: str
    arguments: tuple[str, ...]


def names_in(content: str, names: Names) -> None:
    """Take note of the names in a file."""
    for line, _ in lines_of(content):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        match match[1]:
            case "T":
                names.add(match[2], Kind.SPAN)
            case "R":
                names.add(match[2], Kind.RELATION)
            case "E":
                names.add(match[2], Kind.EVENT)
                for word in match[3].split()[match[3][:1] == ":" :]:
                    names.add(
                        role_name(word.partition(":")[0]) or NO_LABEL, Kind.RELATION
                    )


def read_configs(
    path: Path, files: Sequence[Path], names: Names, ctx: ImportContext
) -> None:
    """Read the configurations for these files, and make the labels they declare.

    They lie beside the files or in a folder above, up to the source.
    """
    kept: dict[str, list[str]] = {}
    for folder in _folders(path, files):
        texts = [_text_of(folder / name, ctx) for name in (ANNOTATION, VISUAL)]
        if any(texts):
            digest = sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()
            names.configs[folder] = digest[:16]
            kept[digest[:16]] = texts
    found = {digest: declared_in(texts[0]) for digest, texts in kept.items()}
    for texts in kept.values():
        names.colors.update(colors_in(texts[1]))
    for declared in (each for all_ in found.values() for each in all_):
        names.add(declared.name, declared.kind)
        for argument in declared.arguments if declared.kind is Kind.EVENT else ():
            role = role_name(_role(argument))
            names.add(role or NO_LABEL, Kind.RELATION)
    for digest, texts in kept.items():
        _make_labels(found[digest], names, ctx)
        _make_attributes(texts[0], ctx)
    if kept:
        known = configs_of(ctx.entry_value(CONFIGS))
        ctx.entry(CONFIGS, json.dumps(known | kept))


def _folders(path: Path, files: Sequence[Path]) -> list[Path]:
    """Where the configurations of files may lie."""
    top = path.absolute() if path.is_dir() else path.absolute().parent
    folders: dict[Path, None] = {}
    for folder in dict.fromkeys(file.parent for file in files):
        for above in (folder, *folder.parents):
            folders.setdefault(above)
            if above == top:
                break
    return list(folders)


def configs_of(entry: str | None) -> dict[str, list[str]]:
    """The texts of both files by their digest, as an import kept them."""
    try:
        said = json.loads(entry or "{}")
        return {str(key): [str(one), str(two)] for key, (one, two) in said.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def sections_of(text: str) -> Iterator[tuple[str, str]]:
    """The lines that say something, macros replaced, each with its section."""
    section, macros = "", dict[str, str]()
    for raw, _ in lines_of(text.removeprefix("\ufeff")):
        line = raw.rstrip()
        head = _SECTION.fullmatch(line)
        if head is not None:
            section, macros = head[1].strip().lower(), {}
            continue
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        macro = _MACRO.fullmatch(line)
        if macro is not None:
            if len(macros) < 100:
                macros[f"<{macro[1]}>"] = macro[2]
            continue
        for name, meaning in macros.items():
            if name in line and len(line) < 10_000:
                line = line.replace(name, meaning)
        yield section, line


def declared_in(text: str) -> list[Declared]:
    """The types that an annotation.conf declares, those above first."""
    found: list[Declared] = []
    above: list[tuple[int, str]] = []
    last = ""
    for section, line in sections_of(text):
        kind = _SECTIONS.get(section)
        if kind is None or not line.strip("- \t"):
            continue
        if section != last:
            above, last = [], section
        words = line.strip().split(None, 1)
        name = clean(words[0].partition("|")[0].lstrip("!"))
        if not name or name.startswith("<"):
            continue
        indent = len(line) - len(line.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        arguments = words[1].split(",") if len(words) > 1 else []
        parent = above[-1][1] if above else ""
        found.append(Declared(name, kind, parent, tuple(arguments)))
        above.append((indent, name))
    return found


def attributes_in(text: str) -> dict[str, tuple[str, ...]]:
    """The attributes that an annotation.conf declares, with their values."""
    found: dict[str, tuple[str, ...]] = {}
    for section, line in sections_of(text):
        if section != "attributes" or not line.strip("- \t"):
            continue
        words = line.strip().lstrip("!").split(None, 1)
        name = clean(words[0].partition("|")[0])
        values: list[str] = []
        for argument in words[1].split(",") if len(words) > 1 else []:
            key, _, value = argument.strip().partition(":")
            if key == "Value":
                values += [each.strip() for each in value.split("|") if each.strip()]
        if name:
            found[name] = tuple(dict.fromkeys(map(clean, values)))
    return found


def colors_in(text: str) -> dict[str, str]:
    """Colours as #rrggbb by name, from a visual.conf."""
    found: dict[str, str] = {}
    for section, line in sections_of(text):
        if section != "drawing":
            continue
        words = line.strip().split(None, 1)
        said: dict[str, str] = {}
        for each in "".join(words[1:]).split(","):
            key, _, value = each.partition(":")
            said[key.strip()] = value.strip()
        color = color_of(said.get("bgColor", "") or said.get("color", ""))
        if color is not None:
            found.setdefault(clean(words[0]), color)
    return found


def color_of(said: str) -> str | None:
    """A colour of HTML as #rrggbb, or None."""
    if _COLOR.fullmatch(said) is None:
        return _NAMED.get(said.lower())
    if len(said) == 4:
        said = "#" + "".join(2 * digit for digit in said[1:])
    return said.lower()


def _role(argument: str) -> str:
    """The role of `Theme2?:Type|Type`, without how often it may be there."""
    role = argument.strip().partition(":")[0].strip()
    return "" if role.startswith("<") else _CARDINALITY.sub("", role)


def _text_of(file: Path, ctx: ImportContext) -> str:
    if not file.is_file():
        return ""
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST + 1)
    except OSError as error:
        reason = "A configuration that cannot be read."
        ctx.report.add(Problem(reason, Severity.SKIPPED, f"{file.name}: {error}"))
        return ""
    if len(data) > _MOST:
        reason = "A configuration larger than 1 MB."
        ctx.report.add(Problem(reason, Severity.SKIPPED, file.name))
        return ""
    return data.decode("utf-8", "surrogateescape")


def _make_labels(found: Sequence[Declared], names: Names, ctx: ImportContext) -> None:
    ids: dict[str, int] = {}
    for declared in found:
        label = ctx.label(
            declared.name,
            color=names.colors.get(declared.name),
            parent_id=ids.get(declared.above),
            kinds=names.kinds(declared.name),
        )
        ids[declared.name] = label.id
    for declared in found:
        if declared.kind is not Kind.EVENT:
            continue
        for argument in declared.arguments:
            role = clean(role_name(_role(argument)))
            if role:
                color = names.colors.get(role)
                ctx.label(role, color=color, kinds=names.kinds(role))


def _make_attributes(text: str, ctx: ImportContext) -> None:
    for name, values in attributes_in(text).items():
        kind = ValueType.CHOICE if values else ValueType.BOOL
        ctx.attribute(Owner.ANNOTATION, name, kind, choices=values)
