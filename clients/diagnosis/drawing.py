"""The bars of an event: what is needed above, from what below, and the gap that is left. In percent of the width, so
that the letters stay as large on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from clients.diagnosis.rules import Event, Item, Kind
from clients.diagnosis.words import amount, item_in_words

WAN = Decimal(10_000)
QUARTERS = 4
ROOM, ON_A_PHONE = Decimal("0.65"), Decimal("0.27")  # letters that stand in a percent of the width
SHADES = {
    Kind.LIVING: 3, Kind.HOUSING: 2, Kind.EDUCATION: 1, Kind.OTHER: 2,
    Kind.INCOME: 2, Kind.SOCIAL: 1, Kind.COVER: 3, Kind.ASSETS: 1,
}  # fmt: skip


class Part(NamedTuple):
    """`x`, `width`, `middle` in percent; `label` empty where there is no room; `narrow`: none on a phone."""

    x: str
    width: str
    middle: str
    label: str
    amount: str
    shade: int
    narrow: bool


class Bars(NamedTuple):
    needs: list[Part]
    sources: list[Part]
    gap: Part | None
    ticks: list[tuple[str, str, str]]  # where, what, anchor


def _top(largest: Decimal) -> Decimal:
    """The end of the axis in 万元: four equal round steps, as little above the longest bar as there are."""
    quarter = max(largest / WAN / QUARTERS, Decimal("0.01"))
    unit = Decimal(5).scaleb(quarter.adjusted() - 1)
    return (quarter / unit).quantize(Decimal(1), ROUND_UP) * unit * QUARTERS


def _percent(value: Decimal, top: Decimal) -> Decimal:
    return (value / WAN / top * 100).quantize(Decimal("0.001"))


def _parts(items: Sequence[Item], names: dict[str, str], top: Decimal) -> list[Part]:
    found, done = [], Decimal(0)
    for one in sorted(items, key=lambda item: -item.amount):
        found.append(_part(done, one.amount, item_in_words(one, names, short=True), SHADES[one.kind], top))
        done += one.amount
    return found


def _part(start: Decimal, width: Decimal, label: str, shade: int, top: Decimal) -> Part:
    wide = _percent(width, top)
    return Part(
        f"{_percent(start, top)}%", f"{wide}%", f"{_percent(start + width / 2, top)}%",
        label if wide * ROOM >= len(label) else "", amount(width), shade, wide * ON_A_PHONE < len(label),
    )  # fmt: skip


def bars(event: Event, names: dict[str, str], gap_label: str) -> Bars:
    top = _top(max(event.needed, event.available))
    gap = _part(event.available, event.gap, gap_label, 0, top) if event.gap else None
    ticks = [
        (
            f"{25 * at}%",
            f"{(top * at / QUARTERS).normalize():f}",
            "start" if not at else "end" if at == QUARTERS else "middle",
        )
        for at in range(QUARTERS + 1)
    ]
    return Bars(_parts(event.needs, names, top), _parts(event.sources, names, top), gap, ticks)
