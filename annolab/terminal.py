"""What commands say: bars, reports and results, on a terminal or in a pipe."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from annolab.jobs import Progress

if TYPE_CHECKING:
    from annolab.formats.base import Report

_SHOWN = 3  # places shown of each kind of problem
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document for machines."
)


def examples(*lines: str) -> str:
    """Command lines as the end of a help text."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@contextmanager
def progress_bar() -> Iterator[Shown]:
    """A bar on a terminal, silence in a pipe; Ctrl+C ends the task cleanly."""
    progress = Shown(_Bar() if sys.stderr.isatty() else None)
    try:
        yield progress
    finally:
        progress.hide()


class Shown(Progress):
    """Progress with its bar; the first Ctrl+C cancels the task, the next kills it."""

    def __init__(self, bar: _Bar | None) -> None:
        super().__init__(bar)
        self.listed = False
        self._bar = bar
        self._before = signal.signal(signal.SIGINT, self._stop)

    def hide(self) -> None:
        """Take the bar away, and let Ctrl+C interrupt again."""
        signal.signal(signal.SIGINT, self._before)
        if self._bar is not None:
            self._bar.close()

    def confirm(self, report: Report) -> bool:
        """List what the target cannot hold; ask if somebody is there to answer."""
        self.hide()
        self.listed = True
        show_problems(report)
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return True
        return click.confirm("Write it without these?", err=True)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.cancelled:
            raise KeyboardInterrupt
        self.cancel()


class _Bar:
    """Shows steps of a task on a terminal, a few times a second."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bars

        self._bars = Bars(console=Console(stderr=True), transient=True)
        self._task = self._bars.add_task("", total=None)
        self._bars.start()

    def __call__(self, done: int, total: int | None, message: str) -> None:
        self._bars.update(
            self._task, completed=done, total=total, description=message or "Working"
        )

    def close(self) -> None:
        """Take the bar away."""
        self._bars.stop()


def finish(
    report: Report,
    sentence: str,
    as_json: bool,  # noqa: FBT001
    *,
    listed: bool = False,
) -> None:
    """Print a report, and exit with 1 when something was lost."""
    if as_json:
        print_facts(report_facts(report), [], as_json)
    else:
        if not listed:
            show_problems(report)
        click.echo(sentence + ".")
    if report.losses:
        raise click.exceptions.Exit(1)


def show_problems(report: Report) -> None:
    """Print each kind of problem with its count and the first places, on stderr."""
    for (severity, reason), number in report.counts.items():
        line = f"{number:,} x {printable(reason)} ({severity.value})"
        click.echo(line, err=True)
        places = dict.fromkeys(
            ": ".join(filter(None, (problem.item, problem.where)))
            for problem in report.problems
            if (problem.severity, problem.reason) == (severity, reason)
        )
        for place in list(filter(None, places))[:_SHOWN]:
            click.echo(f"    {printable(place)}", err=True)
        if len(places) > _SHOWN:
            click.echo("    ...", err=True)


def report_facts(report: Report) -> Mapping[str, object]:
    """A report for machines."""
    return {
        "read": report.read,
        "written": report.written,
        "skipped": report.skipped,
        "pictures": report.pictures,
        "counts": [
            {"severity": severity.value, "reason": reason, "count": number}
            for (severity, reason), number in report.counts.items()
        ],
        "problems": [
            {
                "severity": problem.severity.value,
                "reason": problem.reason,
                "item": problem.item,
                "where": problem.where,
                "annotation": problem.annotation_id,
            }
            for problem in report.problems
        ],
        "files": [str(path) for path in report.files],
    }


def print_facts(facts: object, lines: Sequence[str], as_json: bool) -> None:  # noqa: FBT001
    """Print a result: as one JSON document, or as lines."""
    if as_json:
        click.echo(json.dumps(facts, indent=2))
    else:
        click.echo("\n".join(map(printable, lines)))


def printable(text: str, most: int = 500) -> str:
    """One line of at most `most` characters that cannot steer a terminal.

    Names come from other people's files: line ends, escape sequences and
    characters that turn the writing direction are shown as \\x1b, \\u202e ...
    """
    if len(text) > most:
        text = f"{text[: most // 2]} ... {text[-most // 2 :]}"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 item", "2,000 items"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
