"""Asks how a sound is cut at silences or marked at onsets, and shows the outcome."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from annolab.assist.sound import OnsetSettings, SilenceSettings
from annolab.jobs import Progress
from annolab.media.sound import Sound
from annolab.tasks.segment import Mark, Segmentation, find, segment_items, sounds_of
from annolab.widgets import worker
from annolab.widgets.controls import counted, label
from annolab.widgets.task_dialog import TaskDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.media.sound import SoundCache
    from annolab.store.project import Project
    from annolab.widgets.session import Session

_WAIT = 250  # milliseconds after the last key before the preview is made again


class SegmentDialog(TaskDialog):
    """`previewed` gives the marks, (geometry, text), that would be made, [] at the end.

    `accepted_marks` gives what was asked for and its marks; the canvas makes the
    edit of them with `segment_edit`. With a session it does all sounds that are
    listed, too, itself, as one step of Undo.
    """

    previewed = Signal(list)
    accepted_marks = Signal(object, list)

    def __init__(
        self,
        parent: QWidget,
        sound: Sound,
        *,
        onsets: bool = False,
        session: Session | None = None,
    ) -> None:
        title = self._title(onsets=onsets)
        super().__init__(parent, title, title)
        self._sound = sound
        self._onsets = onsets
        self._session = session
        self._ids: list[int] = []  # of the sounds that are listed
        self._job: worker.Job | None = None
        self._found: tuple[Segmentation, list[Mark]] | None = None
        self.tier = QLineEdit("onsets" if onsets else "silences")
        self.add_row(self.tr("Tier"), self.tier)
        if onsets:
            self._add_onset_rows()
        else:
            self._add_silence_rows()
        self.place = QComboBox()
        self.place.addItem(self.tr("This sound"))
        if session is not None and session.project is not None:
            self.add_row(self.tr("In"), self.place)
            self._count()
        self.outcome = label("", "dim", wrap=True)
        self.form.addWidget(self.outcome, self._rows, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._timer.timeout.connect(self._preview)
        for field in self.findChildren(QDoubleSpinBox):
            field.valueChanged.connect(self._changed)
        self.finished.connect(self._end)
        self._preview()

    def _title(self, *, onsets: bool) -> str:
        return self.tr("Mark onsets") if onsets else self.tr("Cut at silences")

    def _add_silence_rows(self) -> None:
        self.threshold = _number(-25, (-120, -1), self.tr(" dB"))
        self.silent = _number(0.1, (0, 3600), self.tr(" s"))
        self.sounding = _number(0.1, (0, 3600), self.tr(" s"))
        self.pitch = _number(100, (10, 10000), self.tr(" Hz"))
        self.silent_text = QLineEdit("silent")
        self.sounding_text = QLineEdit("sounding")
        self.add_row(
            self.tr("Silence below"),
            self.threshold,
            doc=self.tr("Measured from the loudest moment."),
        )
        self.add_row(self.tr("Shortest silence"), self.silent)
        self.add_row(self.tr("Shortest sound"), self.sounding)
        self.add_row(self.tr("Lowest pitch"), self.pitch)
        self.add_row(self.tr("Text of silences"), self.silent_text)
        self.add_row(self.tr("Text of sounds"), self.sounding_text)

    def _add_onset_rows(self) -> None:
        self.threshold = _number(3, (0.1, 60), self.tr(" dB"))
        self.gap = _number(0.05, (0, 3600), self.tr(" s"))
        self.add_row(
            self.tr("Least rise"),
            self.threshold,
            doc=self.tr("Of the whole spectrum within 5 ms; lower finds more."),
        )
        self.add_row(self.tr("Least distance"), self.gap)

    def _count(self) -> None:
        """Offer all sounds as soon as it is known which are listed."""
        session = self._session
        project = session.project if session is not None else None
        if session is None or project is None:
            return
        order = [int(id_) for id_ in session.order]

        def done(ids: list[int]) -> None:
            self._ids = ids
            if len(ids) > 1:
                self.place.addItem(self.tr("All {:,} sounds listed").format(len(ids)))

        worker.run(self, lambda _: sounds_of(project, order), done)

    @property
    def wanted(self) -> Segmentation:
        """What the fields say."""
        if self._onsets:
            settings = OnsetSettings(self.threshold.value(), self.gap.value())
            return Segmentation(settings, self.tier.text().strip())
        cut = SilenceSettings(
            self.pitch.value(),
            self.threshold.value(),
            self.silent.value(),
            self.sounding.value(),
        )
        texts = self.silent_text.text(), self.sounding_text.text()
        return Segmentation(cut, self.tier.text().strip(), *texts)

    def _changed(self) -> None:
        self._found = None
        self._timer.start()

    def _preview(self) -> None:
        if self._job is not None:
            self._job.cancel()
        wanted, sound = self.wanted, self._sound

        def task(progress: Progress) -> list[Mark]:
            return find(sound, wanted, progress)

        def done(marks: list[Mark]) -> None:
            self._show(wanted, marks)

        self._job = worker.run(self, task, done, lambda e: self.say(str(e)))

    def _show(self, wanted: Segmentation, marks: list[Mark]) -> None:
        self._found = (wanted, marks)
        one, many = ("point", "points") if self._onsets else ("interval", "intervals")
        self.outcome.setText(counted(len(marks), one, many))
        self.say("")
        self.previewed.emit(marks)

    def go(self) -> None:
        """Hand over what the fields ask for."""
        if not self.wanted.tier:
            self.say(self.tr("The tier has no name: type one."))
        elif self.place.currentIndex() == 1:
            self._do_all()
        elif self._found is not None and self._found[0] == self.wanted:
            self._accept(self._found[1])
        else:
            wanted, sound = self.wanted, self._sound
            self.run(self.windowTitle(), lambda p: find(sound, wanted, p), self._accept)

    def _do_all(self) -> None:
        project = self._session.project if self._session is not None else None
        if project is None:
            return
        if self._job is not None:
            self._job.cancel()  # what is previewed is read anew
        self._timer.stop()
        task = partial(_segment_all, project, self._ids, self.wanted, self._cache())
        self.run(self.windowTitle(), task, self._show_report)

    def _cache(self) -> SoundCache:
        from annolab.media.sound import SoundCache, cache_folder

        megabytes = 0.0
        if self._session is not None:
            megabytes = self._session.settings.number("media.sound_cache")
        return SoundCache(cache_folder(), int(megabytes) << 20)

    def _show_report(self, report: Report) -> None:
        one, many = ("point", "points") if self._onsets else ("interval", "intervals")
        marks = counted(report.written, one, many)
        sounds = counted(len(self._ids) - report.skipped, "sound", "sounds")
        self.previewed.emit([])
        self.report(self.tr("{} in {}.").format(marks, sounds), report)

    def _accept(self, marks: list[Mark]) -> None:
        self.accepted_marks.emit(self.wanted, marks)
        self.accept()

    def _end(self) -> None:
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        self.previewed.emit([])


def _number(value: float, span: tuple[float, float], unit: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setDecimals(3 if unit.endswith("s") else 1)
    field.setRange(*span)
    field.setValue(value)
    field.setSuffix(unit)
    field.lineEdit().setTextMargins(6, 0, 0, 0)  # as fields of text have it
    return field


def _segment_all(
    project: Project,
    ids: list[int],
    wanted: Segmentation,
    cache: SoundCache,
    progress: Progress,
) -> Report:
    return segment_items(project, ids, wanted, cache, progress)
