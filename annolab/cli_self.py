"""Commands about AnnoLab itself, and those by which it starts itself again."""

from __future__ import annotations

import json
import sys
from contextlib import suppress

import click

from annolab.terminal import examples, json_option, print_facts

_PROBES = ("window", "films", "sounds", "pictures", "devices", "plugins")


@click.command(epilog=examples("annolab formats --json"))
@json_option
def formats(*, as_json: bool) -> None:
    """List the formats that can be imported and exported."""
    from annolab.tasks.info import format_facts, format_lines

    facts = format_facts()
    print_facts(facts, format_lines(facts), as_json)


@click.command(epilog=examples("annolab plugins --json"))
@json_option
def plugins(*, as_json: bool) -> None:
    """List the plug-ins, with those that cannot be used and why."""
    from annolab.tasks.info import plugin_facts, plugin_lines

    facts = plugin_facts()
    print_facts(facts, plugin_lines(facts), as_json)


@click.command(epilog=examples("annolab doctor", "annolab doctor --json"))
@json_option
def doctor(*, as_json: bool) -> None:
    """Show what is installed, and what to do about what is not.

    A line for each part: ok, or !! with the remedy. Exit status 1 when there is one.
    """
    from annolab.tasks.doctor import doctor_facts, doctor_lines, examine

    findings = examine()
    print_facts(doctor_facts(findings), doctor_lines(findings), as_json)
    if not all(finding.ok for finding in findings):
        raise click.exceptions.Exit(1)


@click.command("_probe", hidden=True)
@click.argument("name", type=click.Choice(_PROBES))
def probe(name: str) -> None:
    """Ask one library what it can do; for `doctor`, which does not load it itself."""
    _leave_no_core()
    try:
        found = _asked(name)
    except Exception as error:  # noqa: BLE001  whatever a broken library raises
        found = {"problem": f"{type(error).__name__}: {error}"}
    sys.stdout.write(f"\n{json.dumps(found)}\n")


def _asked(name: str) -> dict[str, object]:
    if name == "window":
        from annolab.widgets.qt_probe import probe as window

        return window()
    if name == "plugins":
        from annolab.tasks.doctor import load_all

        return load_all()
    from annolab.media import codecs

    asked = {
        "films": codecs.films,
        "sounds": codecs.sounds,
        "pictures": codecs.pictures,
        "devices": codecs.devices,
    }
    return asked[name]()


@click.command("_plugin", hidden=True)
@click.argument("plugin")
@click.argument("function", metavar="MODULE:FUNCTION")
def run_plugin(plugin: str, function: str) -> None:
    """Run a function of a plug-in, in a process that the plug-in has started."""
    from annolab.plugins import run

    run(plugin, function)


def _leave_no_core() -> None:
    """A library that aborts is expected here: no dump of it is written."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


COMMANDS = (formats, plugins, doctor, probe, run_plugin)
