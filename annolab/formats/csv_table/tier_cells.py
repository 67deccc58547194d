"""Tiers in cells: which of several of one name, what is above, which an item has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annolab.formats.base import ImportContext, Problem, Report, Severity
from annolab.formats.cells import cell_text, cell_value, text_cell, value_cell
from annolab.model.annotation import Annotation
from annolab.model.item import Item
from annolab.model.schema import Tier, TierKind

_MOST = 64  # tiers of one name
_KINDS = {kind.value: kind for kind in TierKind}
Row = dict[str, str]
Key = tuple[str, TierKind, int]  # name, kind, which of these


class TierCells:
    """What the table says of the tiers of a schema."""

    def __init__(self, tiers: Sequence[Tier], report: Report) -> None:
        self._tiers: Mapping[int, Tier] = {tier.id: tier for tier in tiers}
        self._keys: dict[int, Key] = {}
        counts: dict[tuple[str, TierKind], int] = {}
        for tier in tiers:
            number = counts.get((tier.name, tier.kind), 0)
            counts[tier.name, tier.kind] = number + 1
            self._keys[tier.id] = (tier.name, tier.kind, number)
        self._cells: dict[int, tuple[str | int, ...]] = {}
        self._rows = {tier.id: self._row(tier, report) for tier in tiers}

    def of_mark(self, mark: Annotation) -> Row:
        """The cells of a mark."""
        return self._rows.get(mark.tier_id or 0, {})

    def of_item(self, item: Item, marks: Sequence[Annotation]) -> Row:
        """The tiers of an item, when its marks do not say them in their order."""
        used = dict.fromkeys(mark.tier_id for mark in marks if mark.tier_id is not None)
        cells = [self._cells[tier] for tier in item.tiers if tier in self._cells]
        # Of several tiers of one name the first must be made first, with its parent.
        is_first = all(cell[2] == 0 for cell in cells)
        if not cells or (is_first and list(used) == list(item.tiers)):
            return {}
        return {"item_tiers": value_cell(tuple(cells))}

    def _row(self, tier: Tier, report: Report) -> Row:
        name, kind, number = self._keys[tier.id]
        row = {"tier": text_cell(name), "tier_kind": kind.value}
        if number:
            row["tier_number"] = str(number)
        above = self._above(tier)
        plain = all(key[1:] == (TierKind.INTERVAL, 0) for key in above)
        if not plain:
            reason = "A tier above another one, which is of points or of a common name."
            report.add(Problem(reason, Severity.LOSS, where=name))
        names = tuple(key[0] for key in above) if plain else ()
        self._cells[tier.id] = (name, kind.value, number, *names)
        if names:
            row["tier_parent"] = value_cell(names if len(names) > 1 else names[0])
        return row

    def _above(self, tier: Tier) -> list[Key]:
        """The tiers above one, the topmost first."""
        found: list[Key] = []
        at = self._tiers.get(tier.parent_id or 0)
        while at is not None and len(found) < _MOST:
            found.insert(0, self._keys[at.id])
            at = self._tiers.get(at.parent_id or 0)
        return found


def tier_id_of(row: Mapping[str, str], ctx: ImportContext) -> int | None:
    """The tier that a row names. Raises ValueError when the cells are nonsense."""
    name = cell_text(row.get("tier", ""))
    if name is None:
        return None
    kind = _KINDS[row.get("tier_kind", "").strip().lower() or "interval"]
    number = int(row.get("tier_number", "").strip() or 0)
    if not 0 <= number < _MOST:
        raise ValueError(number)
    value = cell_value(row.get("tier_parent", ""))
    names = value if isinstance(value, tuple) else (value,) if value else ()
    return ctx.tier(name, kind, number=number, parent_id=_parent(names, ctx)).id


def _parent(names: Sequence[object], ctx: ImportContext) -> int | None:
    """The last of some tiers, each below the one before it."""
    parent: int | None = None
    for name in names:
        if not isinstance(name, str) or not name.strip() or len(names) > _MOST:
            raise ValueError(name)
        parent = ctx.tier(name, TierKind.INTERVAL, parent_id=parent).id
    return parent


def item_tiers(cell: str, ctx: ImportContext) -> list[int]:
    """The tiers that an item has. Raises ValueError when the cell is nonsense."""
    value = cell_value(cell) if cell else ()
    said: list[tuple[int, int, str, TierKind, Sequence[object]]] = []
    for each in value if isinstance(value, tuple) else (value,):
        match each:
            case (str(name), str(kind), int(number), *above) if 0 <= number < _MOST:
                said.append((number, len(said), name, _KINDS[kind], above))
            case _:
                raise ValueError(each)
    ids: dict[int, int] = {}
    for number, place, name, kind, names in sorted(said, key=lambda each: each[:2]):
        parent = _parent(names, ctx)
        ids[place] = ctx.tier(name, kind, number=number, parent_id=parent).id
    return [ids[place] for place in sorted(ids)]
