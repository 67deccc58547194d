"""Find plug-ins, check their manifests, and load one object on first use.

A plug-in is a folder with a `plugin.toml`, or an installed distribution with an
entry point in the group `annolab.plugins` that names a package with one.
AnnoLab's own formats and canvases are declared the same way (`builtin.toml`).
Nothing of a plug-in is imported before `load`; a manifest that cannot be used is
a `Plugin` with a `problem`, never an exception.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeAlias, cast

import platformdirs

from annolab.errors import PluginError, UserError
from annolab.formats.base import HOLDABLE, Format
from annolab.model.geometry import GEOMETRIES, Kind
from annolab.model.item import Media
from annolab.plugin_packages import Brought, offer

API = 1
ENTRY_POINTS = "annolab.plugins"
MANIFEST = "plugin.toml"
MAX_MANIFEST_BYTES = 1 << 20
PACKAGE = "annolab_plugins"

Value: TypeAlias = str | bool | tuple[str, ...] | tuple["Option", ...]

_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_OBJECT = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_KINDS = {kind.name.lower(): kind for kind in sorted(GEOMETRIES)}
_MEDIA = frozenset(media.value for media in Media)

# Keys of each contribution table besides id, title and object, with their types;
# the sets name the words that a list may hold.
_KEYS: Mapping[str, Mapping[str, type]] = {
    "format": {
        "extensions": list,
        "media": list,
        "kinds": list,
        "holds": list,
        "per_item": bool,
        "reads": bool,
        "writes": bool,
        "options": list,
    },
    "canvas": {"media": str},
    "assistant": {"media": list, "options": list},
    "overlay": {"media": list, "options": list},
    "rule": {"media": list},
    "action": {"keys": list, "context": str, "doc": str},
}
_WORDS: Mapping[str, frozenset[str]] = {
    "kinds": frozenset(_KINDS),
    "holds": HOLDABLE,
    "media": _MEDIA,
}
_OPTION_TYPES = frozenset(("text", "bool", "int", "number", "choice"))
_OPTION_KEYS = frozenset(("key", "type", "default", "doc", "choices", "use"))
_OPTION_USES = frozenset(("read", "write", "both"))


@dataclass(frozen=True, slots=True)
class Option:
    """A choice the user has: a field of the dialog, `--option KEY=VALUE`.

    `type`: text, bool, int, number or choice. Values travel as text; those of a
    bool are "true" and "false". `use`: read, write or both.
    """

    key: str
    type: str = "text"
    default: str = ""
    doc: str = ""
    choices: tuple[str, ...] = ()
    use: str = "both"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing a plug-in brings. `object` is `module:Name` inside the plug-in.

    `folder`: where the modules are; None when `package` is an importable one.
    """

    kind: str
    id: str
    title: str
    object: str
    plugin: str
    folder: Path | None
    package: str
    values: Mapping[str, Value]

    def words(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`; empty when it is not there."""
        value = self.values.get(key, ())
        return cast("tuple[str, ...]", value if isinstance(value, tuple) else (value,))

    def flag(self, key: str, *, default: bool) -> bool:
        """The yes or no under `key`."""
        return bool(self.values.get(key, default))

    @property
    def options(self) -> tuple[Option, ...]:
        """The declared options."""
        return cast("tuple[Option, ...]", self.values.get("options", ()))


@dataclass(frozen=True, slots=True)
class Plugin:
    """A manifest that was found. With a `problem` it contributes nothing.

    `origin`: builtin, bundled, installed or user. `optional`: packages it can use.
    """

    id: str
    name: str
    version: str
    origin: str
    place: str
    contributions: tuple[Contribution, ...] = ()
    problem: str = ""
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """What a manifest says about a format, before any of its code is imported.

    `media`, `kinds`: the sorts of items and of geometry it can hold. `holds`: what
    else it keeps, words of `formats.base.HOLDABLE`. `per_item`: it is a folder with
    a file for each item.
    """

    id: str
    title: str
    extensions: tuple[str, ...]
    media: frozenset[Media]
    kinds: frozenset[Kind]
    holds: frozenset[str]
    per_item: bool
    reads: bool
    writes: bool
    options: tuple[Option, ...]
    plugin: str
    contribution: Contribution


def user_plugin_dir() -> Path:
    """The folder where users put plug-ins; it need not exist."""
    return platformdirs.user_data_path("annolab", appauthor=False) / "plugins"


def find_plugins(extra_dirs: Iterable[Path] = ()) -> tuple[Plugin, ...]:
    """All plug-ins: built-in, of `extra_dirs`, the user's, installed, bundled.

    Where two have the same id, or bring a contribution of the same kind and id or
    unlike packages of one name, the first of this order is used and the other has a
    `problem`.
    """
    found = [_read(_here() / "builtin.toml", "builtin", package="annolab")]
    for folder in (*extra_dirs, user_plugin_dir()):
        found += _in_folder(folder, "user")
    found += [
        _read(path, "installed", package=package) for package, path in _installed()
    ]
    found += _in_folder(_bundled_dir(), "bundled")
    return tuple(_refuse_doubles(found))


def formats(plugins: Sequence[Plugin] | None = None) -> dict[str, FormatInfo]:
    """Every usable format by id, in the order of the plug-ins."""
    return {c.id: _format_info(c) for c in contributions("format", plugins)}


def contributions(
    kind: str, plugins: Sequence[Plugin] | None = None
) -> Iterator[Contribution]:
    """Every usable contribution of one kind: format, canvas, action ..."""
    for plugin in find_plugins() if plugins is None else plugins:
        if not plugin.problem:
            yield from (c for c in plugin.contributions if c.kind == kind)


def canvas_for(
    media: Media, plugins: Sequence[Plugin] | None = None
) -> Contribution | None:
    """The canvas declared for a media kind, or None."""
    canvases = contributions("canvas", plugins)
    return next((c for c in canvases if media.value in c.words("media")), None)


def load_format(format_id: str, plugins: Sequence[Plugin] | None = None) -> Format:
    """A fresh format object for one transfer.

    Raises UserError when there is no such format, PluginError when it is broken.
    """
    known = formats(plugins)
    info = known.get(format_id)
    if info is None:
        names = ", ".join(sorted(known))
        message = f"There is no format {format_id!r}; there are: {names}."
        raise UserError(message)
    made = load(info.contribution)
    if not isinstance(made, type):
        message = f"{info.contribution.object} of {info.plugin} is not a class."
        raise PluginError(message)
    try:
        return cast("Format", made())
    except Exception as error:  # foreign code may raise anything
        raise _broken(info.contribution, error) from error


def format_options(info: FormatInfo, given: Mapping[str, str]) -> dict[str, str]:
    """The options of a format with the defaults filled in.

    Raises UserError for keys that are not declared and values that do not fit.
    """
    declared = {option.key: option for option in info.options}
    for key in given:
        if key not in declared:
            names = ", ".join(declared) or "none"
            message = f"{info.title} has no option {key!r}; its options: {names}."
            raise UserError(message)
    return {
        key: _option_value(option, given.get(key, option.default))
        for key, option in declared.items()
    }


def load(contribution: Contribution) -> object:
    """Import the object of a contribution, now; raises PluginError."""
    module_name, _, name = contribution.object.partition(":")
    try:
        package = contribution.package
        if contribution.folder is not None:
            offer(contribution.folder)
            package = _mount(contribution.plugin, contribution.folder)
        module = importlib.import_module(f"{package}.{module_name}")
        return cast("object", getattr(module, name))
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        raise _broken(contribution, error) from error


def run(plugin_id: str, function: str) -> None:
    """Call a function without arguments, `module:name` in a plug-in.

    For processes that a plug-in starts by `program.own_command("_plugin", ...)`.
    Raises UserError when there is no such plug-in, PluginError when it cannot load.
    """
    found = (p for p in find_plugins() if p.id == plugin_id and p.contributions)
    plugin = next((p for p in found if not p.problem), None)
    if plugin is None or _OBJECT.fullmatch(function) is None:
        message = f"There is no plug-in {plugin_id!r} with {function!r} to run."
        raise UserError(message)
    called = load(replace(plugin.contributions[0], object=function))
    cast("Callable[[], object]", called)()


def _broken(contribution: Contribution, error: BaseException) -> PluginError:
    return PluginError(
        f"The plug-in {contribution.plugin!r} could not load "
        f"{contribution.object}: {type(error).__name__}: {error}"
    )


def _mount(plugin_id: str, folder: Path) -> str:
    """Make `folder` importable as annolab_plugins.<id>, without touching sys.path."""
    if PACKAGE not in sys.modules:
        root = ModuleType(PACKAGE)
        root.__path__ = []
        sys.modules[PACKAGE] = root
    name = f"{PACKAGE}.{plugin_id.replace('-', '_')}"
    package = sys.modules.get(name)
    if package is not None and list(package.__path__) == [str(folder)]:
        return name
    for loaded in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
        del sys.modules[loaded]
    init = folder / "__init__.py"
    if init.is_file():
        spec = importlib.util.spec_from_file_location(
            name, init, submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None:
            message = f"{init} cannot be imported"
            raise ImportError(message)
        package = importlib.util.module_from_spec(spec)
        sys.modules[name] = package
        try:
            spec.loader.exec_module(package)
        except BaseException:
            del sys.modules[name]
            raise
    else:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return name


def _here() -> Path:
    return Path(__file__).parent


def _bundled_dir() -> Path:
    """In a wheel inside the package; beside it in a source tree or frozen build."""
    inside = _here() / "plugins_builtin"
    return inside if inside.is_dir() else _here().parent / "plugins"


def _in_folder(folder: Path, origin: str) -> Iterator[Plugin]:
    try:
        manifests = sorted(folder.glob(f"*/{MANIFEST}"))
    except OSError:  # not there, or not ours to read: no plug-ins
        return
    for path in manifests:
        yield _read(path, origin, folder=path.parent)


@lru_cache(maxsize=1)
def _installed() -> tuple[tuple[str, Path], ...]:
    """Packages named by entry points, with their manifests; imports none."""
    found = []
    for point in importlib.metadata.entry_points(group=ENTRY_POINTS):
        top, *rest = point.module.split(".")
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError):
            spec = None
        places = spec.submodule_search_locations if spec is not None else None
        paths = [Path(place, *rest, MANIFEST) for place in places or ()]
        path = next((p for p in paths if p.is_file()), Path(point.module, MANIFEST))
        found.append((point.module, path))
    return tuple(found)


def _refuse_doubles(plugins: Iterable[Plugin]) -> Iterator[Plugin]:
    ids: dict[str, str] = {}
    taken: dict[tuple[str, str], str] = {}
    brought = Brought()
    for plugin in plugins:
        if plugin.problem:
            yield plugin
            continue
        problem = ""
        if plugin.id in ids:
            problem = f"Another plug-in {plugin.id!r} is used, from {ids[plugin.id]}."
        for c in plugin.contributions:
            if not problem and (c.kind, c.id) in taken:
                owner = taken[c.kind, c.id]
                problem = f"The {c.kind} {c.id!r} is already there, from {owner!r}."
        folder = plugin.contributions[0].folder if plugin.contributions else None
        if not problem and folder is not None:
            problem = brought.claim(plugin.id, folder)
        if problem:
            yield replace(plugin, problem=problem)
            continue
        ids[plugin.id] = plugin.place
        taken |= {(c.kind, c.id): plugin.id for c in plugin.contributions}
        yield plugin


def _format_info(c: Contribution) -> FormatInfo:
    return FormatInfo(
        id=c.id,
        title=c.title,
        extensions=c.words("extensions"),
        media=frozenset(map(Media, c.words("media"))) or frozenset(Media),
        kinds=frozenset(_KINDS[word] for word in c.words("kinds")),
        holds=frozenset(c.words("holds")),
        per_item=c.flag("per_item", default=False),
        reads=c.flag("reads", default=True),
        writes=c.flag("writes", default=True),
        options=c.options,
        plugin=c.plugin,
        contribution=c,
    )


def _option_value(option: Option, value: str) -> str:
    good = True
    if option.type == "choice":
        good = value in option.choices
    elif option.type == "bool":
        good = value in ("true", "false")
    elif option.type == "int":
        good = re.fullmatch(r"[+-]?[0-9]{1,18}", value) is not None
    elif option.type == "number":
        good = (
            re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+(e[+-]?[0-9]{1,3})?", value) is not None
        )
    if good:
        return value
    fits = {"choice": " or ".join(option.choices), "bool": "true or false"}
    wanted = fits.get(option.type, "a whole number")
    if option.type == "number":
        wanted = "a number"
    message = f"The option {option.key!r} takes {wanted}, not {value!r}."
    raise UserError(message)


# Manifests


def _read(
    path: Path, origin: str, *, folder: Path | None = None, package: str = ""
) -> Plugin:
    name = path.parent.name
    try:
        return _parse(_toml(path), path, origin, folder=folder, package=package)
    except PluginError as error:
        return Plugin(name, name, "", origin, str(path), problem=str(error))


def _toml(path: Path) -> dict[str, object]:
    try:
        data = _bytes(path)
        if len(data) > MAX_MANIFEST_BYTES:
            message = f"{path} is larger than 1 MB."
            raise PluginError(message)
        return tomllib.loads(data.decode())
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise PluginError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path} is not valid TOML: {error}."
        raise PluginError(message) from error


def _bytes(path: Path) -> bytes:
    if path.exists() and not (path.is_file() or path.is_dir()):
        message = f"{path} is a device or a pipe."  # reading it might never end
        raise PluginError(message)
    with path.open("rb") as file:
        return file.read(MAX_MANIFEST_BYTES + 1)


def _parse(
    data: dict[str, object],
    path: Path,
    origin: str,
    *,
    folder: Path | None,
    package: str,
) -> Plugin:
    here = f"{path}: "
    plugin_id = _text(data, "id", here)
    if _ID.fullmatch(plugin_id) is None:
        message = f"{here}the id {plugin_id!r} is not of a-z, 0-9, _ and -."
        raise PluginError(message)
    name, version = _text(data, "name", here), _text(data, "version", here)
    _check_api(data.get("api"), here)
    known = {
        "id",
        "name",
        "version",
        "api",
        "description",
        "license",
        "optional",
        *_KEYS,
    }
    _refuse_unknown(data, known, here)
    found = []
    for kind in _KEYS:
        for table in _tables(data, kind, here):
            place = f"{here}[[{kind}]] "
            found.append(
                Contribution(
                    kind=kind,
                    id=_text(table, "id", place),
                    title=_text(table, "title", place),
                    object=_object(table, place),
                    plugin=plugin_id,
                    folder=folder,
                    package=package,
                    values=MappingProxyType(_values(table, kind, place)),
                )
            )
    optional = _value({"optional": [], **data}, "optional", list, here)
    plugin = Plugin(plugin_id, name, version, origin, str(path), tuple(found))
    return replace(plugin, optional=cast("tuple[str, ...]", optional))


def _check_api(api: object, here: str) -> None:
    if type(api) is not int or api < 1:
        message = f"{here}api must be a whole number; it is {API} in this AnnoLab."
        raise PluginError(message)
    if api > API:
        message = (
            f"{here}it needs the plug-in interface {api}, this AnnoLab has {API}: "
            "update AnnoLab or use an older version of the plug-in."
        )
        raise PluginError(message)


def _text(table: Mapping[str, object], key: str, here: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        message = f"{here}{key} must be a text."
        raise PluginError(message)
    return value


def _object(table: Mapping[str, object], here: str) -> str:
    value = _text(table, "object", here)
    if _OBJECT.fullmatch(value) is None:
        message = f"{here}object must be of the form module:Name, not {value!r}."
        raise PluginError(message)
    return value


def _refuse_unknown(
    table: Mapping[str, object], known: Iterable[str], here: str
) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        message = f"{here}the key {unknown[0]!r} is not known."
        raise PluginError(message)


def _tables(
    data: Mapping[str, object], key: str, here: str
) -> list[Mapping[str, object]]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(t, dict) for t in value):
        message = f"{here}{key} must be written as [[{key}]]."
        raise PluginError(message)
    return value


def _values(table: Mapping[str, object], kind: str, here: str) -> dict[str, Value]:
    types = _KEYS[kind]
    _refuse_unknown(table, ("id", "title", "object", *types), here)
    return {
        key: _value(table, key, wanted, here)
        for key, wanted in types.items()
        if key in table
    }


def _value(table: Mapping[str, object], key: str, wanted: type, here: str) -> Value:
    value = table[key]
    if key == "options":
        return tuple(_option(entry, here) for entry in _tables(table, key, here))
    if not isinstance(value, wanted):
        message = f"{here}{key} has the wrong type."
        raise PluginError(message)
    if isinstance(value, bool):
        return value
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        message = f"{here}{key} has the wrong type."
        raise PluginError(message)
    strange = sorted(set(texts) - _WORDS.get(key, frozenset(texts)))
    if strange:
        words = ", ".join(sorted(_WORDS[key]))
        message = f"{here}{key} cannot be {strange[0]!r}; it may be: {words}."
        raise PluginError(message)
    return tuple(texts) if wanted is list else cast("str", value)


def _option(table: Mapping[str, object], here: str) -> Option:
    key = _text(table, "key", here + "option ")
    place = f"{here}option {key!r}: "
    _refuse_unknown(table, _OPTION_KEYS, place)
    texts = {
        name: table.get(name, default)
        for name, default in (
            ("type", "text"), ("default", ""), ("doc", ""), ("use", "both"),
        )
    }  # fmt: skip
    choices = table.get("choices", [])
    listed: list[Any] = choices if isinstance(choices, list) else [None]
    if not all(isinstance(text, str) for text in (*texts.values(), *listed)):
        message = f"{place}all values must be texts."
        raise PluginError(message)
    option = Option(key=key, choices=tuple(listed), **cast("dict[str, str]", texts))
    if option.type not in _OPTION_TYPES or option.use not in _OPTION_USES:
        message = f"{place}{option.type!r} or {option.use!r} is not known."
        raise PluginError(message)
    try:
        _option_value(option, option.default)
    except UserError as error:
        message = f"{place}the default does not fit: {error}"
        raise PluginError(message) from error
    return option
