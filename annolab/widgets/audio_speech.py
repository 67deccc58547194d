"""Words in sounds: aligned with what is spoken, and looked up in a word list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from annolab import plugins
from annolab.assist.alignment import Alignment
from annolab.errors import AnnoLabError, PluginError
from annolab.jobs import Progress
from annolab.media.sound_line import read_line
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.schema import Tier
from annolab.tasks.align import align_edit
from annolab.tasks.spelling import add_word, next_doubtful, own_words, read_words
from annolab.widgets import worker
from annolab.widgets.sound_queries import declared

if TYPE_CHECKING:
    from annolab.assist.alignment import Aligner
    from annolab.widgets.audio_shell import AudioShell
    from annolab.widgets.sound_source import Opened

LIST = "sound.word_list"


# Alignment


def _align(canvas: AudioShell) -> None:
    """Praat's Ctrl+D: the words of the selected interval, on tiers below."""
    opened, mark, said = canvas.opened, canvas.tiers.mark, canvas.session.said
    shape = mark.geometry if mark is not None else None
    if opened is None or mark is None or not isinstance(shape, Interval):
        sentence = canvas.tr("Select an interval first: its text is aligned.")
        said.emit("info", sentence)
        return
    if not (mark.text or "").strip():
        said.emit("info", canvas.tr("Type into the interval what is said in it."))
        return
    stop_aligning(canvas)
    settings = canvas.session.settings
    language = settings.text("sound.align_language")
    ask = partial(_alignment, opened, canvas.sound.line, mark, language)
    said.emit("info", canvas.tr("Aligning; Esc stops it."))
    canvas.aligning = worker.run(
        canvas.queries,
        ask,
        partial(_take_alignment, canvas, mark),
        lambda error: said.emit("info", str(error)),
    )


def stop_aligning(canvas: AudioShell) -> None:
    """End an alignment that is under way."""
    if canvas.aligning is not None:
        canvas.aligning.cancel()
        canvas.aligning = None


def _alignment(
    opened: Opened, channel: int, mark: Annotation, language: str, progress: Progress
) -> Alignment:
    """In a worker."""
    here, shape, sound = declared(), mark.geometry, opened.sound
    made = plugins.load(here) if here is not None else None
    if not callable(made) or not isinstance(shape, Interval):
        message = "The plug-in Praat analysis is not there: put it in again."
        raise PluginError(message)
    aligner = cast("Aligner", made())
    first, last = round(shape.start * sound.rate), round(shape.stop * sound.rate)
    samples = read_line(sound, channel, first, last)
    text = mark.text or ""
    return aligner.align(
        samples, sound.rate, text, language, lambda: progress.cancelled
    )


def _take_alignment(canvas: AudioShell, mark: Annotation, found: Alignment) -> None:
    """The interval may have been changed meanwhile: then it is said."""
    session = canvas.session
    canvas.aligning = None
    item, project = session.item, session.project
    now = session.annotation(mark.id)
    if project is None or item is None or item.id != mark.item_id or now != mark:
        sentence = canvas.tr("The interval was changed meanwhile: align it again.")
        session.said.emit("info", sentence)
        return
    phonemes = session.settings.flag("sound.align_phonemes")
    try:
        edit = align_edit(project, item, mark, found, phonemes=phonemes)
    except AnnoLabError as error:
        session.said.emit("problem", str(error))
        return
    canvas.edit_requested.emit(edit)
    count = sum(1 for spoken in found.words if spoken.text)
    session.said.emit("info", canvas.tr("Aligned {} words.").format(count))


# Spelling


def _choose_list(canvas: AudioShell, *, then: Callable[[], None] | None = None) -> None:
    """Ask for the file; go on when one was chosen."""
    settings = canvas.session.settings
    title = canvas.tr("Word list: a text of one word a line")
    kinds = canvas.tr("Word lists (*.txt *.dic);;All files (*)")
    dialog = QFileDialog(canvas, title, settings.text(LIST), kinds)
    dialog.setObjectName("wordList")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

    def take(name: str) -> None:
        settings.set(LIST, name)
        if then is not None:
            then()

    dialog.fileSelected.connect(take)
    dialog.open()


def _spell(canvas: AudioShell) -> None:
    """Go to the next mark of the tier with a word that is in no list."""
    go = partial(_with_words, canvas, partial(_go_on, canvas))
    if canvas.session.settings.text(LIST):
        go()
    else:
        _choose_list(canvas, then=go)


def _with_words(canvas: AudioShell, go: Callable[[], None]) -> None:
    """Read the lists in a worker, unless they are those that were read."""
    path = Path(canvas.session.settings.text(LIST)).expanduser()
    key = (path, _changed(path), _changed(own_words()))
    if canvas.words_key == key:
        go()
        return

    def read(_: Progress) -> frozenset[str]:
        own = own_words()
        return read_words(path) | (read_words(own) if own.exists() else frozenset())

    def take(words: frozenset[str]) -> None:
        canvas.words, canvas.words_key = words, key
        go()

    canvas.queries.run(read, take)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _go_on(canvas: AudioShell) -> None:
    area, said = canvas.tiers, canvas.session.said
    row = area.rows.row_of(area.tier) if area.tier is not None else None
    if row is None or area.tier is None:
        said.emit("info", canvas.tr("There is no tier whose words could be checked."))
        return
    tier, marks, words = area.tier, row.line.marks, canvas.words
    first = row.line.place(area.mark.id) + 1 if area.mark is not None else 0

    def look(_: Progress) -> tuple[Annotation, str] | None:
        found = next_doubtful([mark.text for mark in marks], first, words)
        return (marks[found[0]], found[1]) if found is not None else None

    canvas.queries.run(look, partial(_show_doubtful, canvas, tier))


def _show_doubtful(
    canvas: AudioShell, tier: Tier, found: tuple[Annotation, str] | None
) -> None:
    area, said = canvas.tiers, canvas.session.said
    canvas.doubtful = ""
    if found is None:
        sentence = canvas.tr("All words of tier {} are in the word lists.")
        said.emit("info", sentence.format(tier.name))
        return
    mark, word = found
    if canvas.session.annotation(mark.id) != mark:
        said.emit("info", canvas.tr("The tier was changed meanwhile: check it again."))
        return
    canvas.doubtful = word
    area.pick(mark)
    at = (mark.text or "").find(word)
    if at >= 0:  # else the text is not in NFC
        area.caret = at + len(word)
    said.emit("info", canvas.tr("“{}” is not in the word lists.").format(word))


def _add_word(canvas: AudioShell) -> None:
    """Put the word that was told last into the user's own list."""
    word = canvas.doubtful
    if not word:
        sentence = canvas.tr("Check the spelling first: the word found is added.")
        canvas.session.said.emit("info", sentence)
        return

    def added(_: None) -> None:
        canvas.words |= {word}
        canvas.doubtful = ""
        sentence = canvas.tr("“{}” is one of your words now.").format(word)
        canvas.session.said.emit("info", sentence)

    canvas.queries.run(lambda _: add_word(own_words(), word), added)


VERBS: dict[str, Callable[[AudioShell], object]] = {
    "align": _align,
    "spell": _spell,
    "add_word": _add_word,
    "word_list": _choose_list,
}
