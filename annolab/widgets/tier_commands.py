"""What the actions on tiers do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QMenu

from annolab import edits, tier_edits
from annolab.errors import AnnoLabError
from annolab.model.annotation import Annotation
from annolab.model.geometry import Instant, Interval
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Tier, TierKind
from annolab.model.substitution import Substitution
from annolab.model.tier_line import TierLine
from annolab.widgets import tier_schema
from annolab.widgets.tier_shell import TierShell

Verb = Callable[[TierShell], object]


def run(area: TierShell, action_id: str) -> bool:
    """Do what an action says; what cannot be done is said by `problem_found`."""
    verb = VERBS.get(action_id.removeprefix("audio."))
    if verb is None:
        return False
    try:
        verb(area)
    except AnnoLabError as error:
        area.problem_found.emit(str(error))
    return True


def _me(area: TierShell) -> int:
    project = area.session.project
    return project.annotator.id if project is not None else 0


def _length(area: TierShell) -> float | None:
    """That of the sound, as far as it is known; of a film, in seconds."""
    item = area.session.item
    if item is not None and item.media is Media.VIDEO:
        return area.view.length or None
    return (item.seconds if item is not None else None) or area.view.length or None


def _current(area: TierShell) -> tuple[Tier, TierLine] | None:
    row = area.rows.row_of(area.tier) if area.tier is not None else None
    if row is None or row.tier is None:
        sentence = "This sound has no tiers yet: add one, or press a label's key."
        area.problem_found.emit(area.tr(sentence))
        return None
    return row.tier, row.line


def _numbered(area: TierShell, number: int) -> tuple[Tier, TierLine] | None:
    tiers = area.rows.tiers()
    if number > len(tiers):
        area.problem_found.emit(area.tr("There is no tier {}.").format(number))
        return None
    area.set_tier(tiers[number - 1][0])
    return tiers[number - 1]


def _add_on(area: TierShell, held: tuple[Tier, TierLine] | None) -> None:
    """A boundary at the cursor; of a selected stretch, one at each end."""
    item = area.session.item
    if held is None or item is None:
        return
    tier, line = held
    view = area.view
    if view.high > view.low:
        span = (view.low, view.high)
        _ask_interval(area, tier, line, span)
        _pick_at(area, tier, (view.low + view.high) / 2)
        return
    mark = area.mark
    held_here = line.at(view.low)
    inside = mark and held_here and held_here.id == mark.id
    caret = area.caret if inside and tier.kind is TierKind.INTERVAL else None
    edit = tier_edits.add_boundary(
        tier, line, item.id, view.low, _me(area), caret=caret, length=_length(area)
    )
    area.ask(edit)
    _pick_at(area, tier, view.low)


def _ask_interval(
    area: TierShell, tier: Tier, line: TierLine, span: tuple[float, float]
) -> None:
    item = area.session.item
    if item is not None:
        edit = tier_edits.add_interval(
            tier, line, item.id, span, _me(area), length=_length(area)
        )
        area.ask(edit)


def _pick_at(area: TierShell, tier: Tier, time: float) -> None:
    """Select the mark that begins or is at a time, without moving the cursor."""
    row = area.rows.row_of(tier)
    if row is not None:
        mark = row.line.at(time)
        if mark is not None:
            area.selection_requested.emit((mark.id,))
            area.caret = len(mark.text or "")


def _add(area: TierShell) -> None:
    _add_on(area, _current(area))


def _add_number(area: TierShell, number: int) -> None:
    _add_on(area, _numbered(area, number))


def _add_interval(area: TierShell, number: int) -> None:
    held, item, view = _numbered(area, number), area.session.item, area.view
    if held is None or item is None:
        return
    if view.high <= view.low:
        area.problem_found.emit(area.tr("Select a stretch of the sound first."))
        return
    tier, line = held
    span = (view.low, view.high)
    _ask_interval(area, tier, line, span)
    _pick_at(area, tier, (view.low + view.high) / 2)


def _add_all(area: TierShell) -> None:
    item = area.session.item
    if item is not None:
        tiers = area.rows.tiers()
        time = area.view.low
        edit = tier_edits.add_boundaries(
            tiers, item.id, time, _me(area), length=_length(area)
        )
        area.ask(edit)


def _remove(area: TierShell) -> None:
    """The boundary at the cursor, or the left one of the selected interval."""
    held = _current(area)
    if held is None:
        return
    tier, line = held
    time = area.view.low
    left, right = line.beside(time)
    if tier.kind is TierKind.POINT:
        if left is None:
            area.problem_found.emit(area.tr("Select a point first."))
        else:
            tier_edits.spare_locked([left])
            area.ask(edits.delete([left]))
        return
    if left is None or right is None:
        sentence = "Click a boundary first."
        if (left or right) and 0.0 < time < area.view.length:
            sentence = "There is a gap beside this edge; drag the edge to close it."
        area.problem_found.emit(area.tr(sentence))
        return
    area.ask(tier_edits.remove_boundary(left, right))
    area.view.select(time)


def _step(area: TierShell, delta: int, *, extend: bool = False) -> None:
    held = _current(area)
    if held is None or not len(held[1]):
        return
    line, view = held[1], area.view
    if extend:
        edge = view.high if delta > 0 else view.low
        near = line.at(edge) if delta > 0 else line.beside(edge)[0]
        if near is not None:
            area.pick(near, extend=True)
        return
    mark = area.mark
    place = line.place(mark.id) if mark is not None else -1
    if place < 0:
        found = line.seen(view.low, view.low)
        place = max(found.start, 0) - (1 if delta > 0 else 0)
    target = min(max(place + delta, 0), len(line) - 1)
    area.pick(line.marks[target])


def _step_tier(area: TierShell, delta: int) -> None:
    tiers = [tier for tier, _ in area.rows.tiers()]
    if not tiers:
        return
    ids = [tier.id for tier in tiers]
    here = ids.index(area.tier.id) if area.tier is not None else 0
    tier = tiers[min(max(here + delta, 0), len(tiers) - 1)]
    area.set_tier(tier)
    row = area.rows.row_of(tier)
    middle = (area.view.low + area.view.high) / 2
    mark = row.line.at(middle) if row is not None else None
    area.selection_requested.emit(() if mark is None else (mark.id,))


def _new_tier(area: TierShell, kind: TierKind) -> None:
    item = area.session.item
    if item is None:
        return
    title = area.tr("Add interval tier")
    if kind is TierKind.POINT:
        title = area.tr("Add point tier")
    name, ok = QInputDialog.getText(area, title, area.tr("Name of the tier"))
    if ok and name.strip():
        add_tier(area, name.strip(), kind)


def add_tier(area: TierShell, name: str, kind: TierKind) -> None:
    """Give the open item a tier, which is the current one from then on."""
    item = area.session.item
    if item is None:
        return
    edit, tier = tier_edits.add_tier(
        area.session.schema, item, name, kind, _me(area), length=_length(area)
    )
    area.ask(edit)
    area.set_tier(tier)


def _on_item(area: TierShell, verb: Callable[..., object]) -> None:
    item, held = area.session.item, _current(area)
    if item is not None and held is not None and held[0].id in item.tiers:
        verb(item, *held)


def _duplicate(area: TierShell) -> None:
    def act(item: Item, tier: Tier, line: TierLine) -> None:
        edit, copy = tier_edits.duplicate_tier(
            area.session.schema, item, tier, line, _me(area)
        )
        area.ask(edit)
        area.set_tier(copy)

    _on_item(area, act)


def _remove_tier(area: TierShell) -> None:
    _on_item(area, lambda item, tier, line: area.ask(
        tier_edits.remove_tier(item, tier, line)
    ))  # fmt: skip


def _move_tier(area: TierShell, delta: int) -> None:
    _on_item(area, lambda item, tier, _: area.ask(
        tier_edits.move_tier(item, tier, delta)
    ))  # fmt: skip


def add_region(area: TierShell, label: Label) -> None:
    """A free region with a label: of the selected time, or a point at the cursor."""
    item, view = area.session.item, area.view
    if item is None or not area.isVisible() or not view.length:
        return
    place: Interval | Instant = Instant(view.low)
    if view.high > view.low:
        place = Interval(view.low, view.high)
    made = Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=_me(area),
        geometry=place,
        label_id=label.id,
    )
    area.ask(edits.add([made]))
    area.selection_requested.emit((made.id,))


def _copy_text(area: TierShell) -> None:
    mark = area.mark
    if mark is not None and mark.text:
        QGuiApplication.clipboard().setText(mark.text)


def _cut_text(area: TierShell) -> None:
    mark = area.mark
    if mark is not None and mark.text and not mark.locked:
        _copy_text(area)
        area.ask(edits.set_text(mark, None))


def _paste_text(area: TierShell) -> None:
    """The text of the clipboard, in one line."""
    text = " ".join(QGuiApplication.clipboard().text().split())
    if text:
        area.insert_text(text)


def find_next(area: TierShell, rule: Substitution) -> None:
    """Select the next mark of the current tier whose text matches."""
    held = _current(area)
    if held is None:
        return
    line = held[1]
    matcher = rule.matcher()
    mark = area.mark
    start = line.place(mark.id) + 1 if mark is not None else 0
    for offset in range(len(line)):
        candidate = line.marks[(start + offset) % len(line)]
        if candidate.text and matcher.places(candidate.text):
            area.pick(candidate)
            return
    area.problem_found.emit(area.tr("Nothing on this tier matches."))


def show_menu(area: TierShell, at: QPoint) -> None:
    """The menu of the tiers."""
    from annolab.actions import BY_ID

    menu = QMenu(area)
    for id_ in MENU:
        if id_:
            title = BY_ID[f"audio.{id_}"].title
            action = menu.addAction(area.tr(title))
            action.triggered.connect(lambda _=False, i=id_: run(area, f"audio.{i}"))
        else:
            menu.addSeparator()
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)


MENU = (
    "add_boundary", "add_boundary_all", "remove_mark", "",
    "tier_add_interval", "tier_add_point", "tier_rename", "tier_duplicate", "",
    "tier_parent", "tier_up", "tier_down", "",
    "tier_remove", "tier_delete",
)  # fmt: skip
VERBS: dict[str, Verb] = {
    "copy_text": _copy_text,
    "cut_text": _cut_text,
    "paste_text": _paste_text,
    "add_boundary": _add,
    "add_boundary_all": _add_all,
    **{f"add_boundary_{n}": partial(_add_number, number=n) for n in range(1, 9)},
    **{f"add_interval_{n}": partial(_add_interval, number=n) for n in range(1, 9)},
    "remove_mark": _remove,
    "next_mark": partial(_step, delta=1),
    "previous_mark": partial(_step, delta=-1),
    "extend_next": partial(_step, delta=1, extend=True),
    "extend_previous": partial(_step, delta=-1, extend=True),
    "next_tier": partial(_step_tier, delta=1),
    "previous_tier": partial(_step_tier, delta=-1),
    "tier_add_interval": partial(_new_tier, kind=TierKind.INTERVAL),
    "tier_add_point": partial(_new_tier, kind=TierKind.POINT),
    "tier_rename": tier_schema.rename,
    "tier_parent": tier_schema.choose_parent,
    "tier_delete": tier_schema.delete,
    "tier_duplicate": _duplicate,
    "tier_up": partial(_move_tier, delta=-1),
    "tier_down": partial(_move_tier, delta=1),
    "tier_remove": _remove_tier,
}
