"""The small drawings of the pages (rings, sparklines, day bars) as numbers for SVG attributes. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

Number = int | float | Decimal


def plain(value: Number | None) -> str:
    """A count as people write it: 3, 1.5, and – for nothing to count."""
    if value is None:
        return "–"
    return str(int(value)) if value == int(value) else f"{value:.2f}".rstrip("0")


class Ring(NamedTuple):
    """One segment per required activity, half a segment for half a day's: `length` is target × 100."""

    length: int
    track: str  # stroke-dasharray of the empty segments; "" draws an unbroken circle
    fill: str


def ring(done: Number, target: Number) -> Ring:
    """Over 8 segments, and without a target, the circle is unbroken and filled by share."""
    length = round(target * 100)
    if target <= 1 or target > 8:
        share = min(1.0, float(done) / float(target)) if target else float(done > 0)
        return Ring(100, "", "" if share == 1 else f"{share * 100:.0f} 999")
    gap = length // 50
    arcs = [min(100, length - start) for start in range(0, length, 100)]
    reached = round(done * 100)
    filled = [arc for index, arc in enumerate(arcs) if reached >= min(length, (index + 1) * 100)]
    track = " ".join(f"{arc - gap} {gap}" for arc in arcs)
    fill = " ".join(f"{arc - gap} {gap}" for arc in filled)
    return Ring(length, track, fill if len(filled) == len(arcs) else f"{fill} 0 999" if fill else "0 999")


def heat_of_target(done: Number | None, target: Number | None) -> str:
    """The state of a done/target cell: over, "" (met), short, none, or off where nothing was due."""
    if done is None or (not target and not done):
        return "off"
    if not target or done > target:
        return "over"
    if done == target:
        return ""
    return "short" if done else "none"


def heat_of_percent(percent: Number | None) -> str:
    """完成率 in five steps: top from 100, over 90, "" 80, short 60, none below; off where nothing was due."""
    if percent is None:
        return "off"
    steps = ((100, "top"), (90, "over"), (80, ""), (60, "short"))
    return next((state for least, state in steps if percent >= least), "none")


class Bar(NamedTuple):
    x: int
    y: float
    height: float
    state: str


MISSING = -1


def day_bars(days: Iterable[int | None], *, most: int = 4) -> list[Bar]:
    """A bar 5 wide per day, 20 high when all `most` items were met; MISSING is a stump, None a day off."""
    bars = []
    for index, met in enumerate(days):
        x = index * 7
        if met is None:
            bars.append(Bar(x, 19.5, 0.0, "off"))
        elif met == MISSING:
            bars.append(Bar(x, 16, 4, "none"))
        else:
            height = max(2.0, 20 * min(met, most) / most)
            bars.append(Bar(x, 20 - height, height, "" if met >= most else "short"))
    return bars


class Spark(NamedTuple):
    path: str
    last: tuple[float, float] | None


def spark(values: Sequence[Number | None], *, width: int = 84, height: int = 22) -> Spark:
    """A line through the values, broken where one is missing, ending in a dot (3 kept free for it)."""
    known = [float(v) for v in values if v is not None]
    if not known:
        return Spark("", None)
    low, high = min(known), max(known)
    step = (width - 6) / max(1, len(values) - 1)
    parts: list[str] = []
    last: tuple[float, float] | None = None
    pen_down = False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        share = (float(value) - low) / (high - low) if high > low else 0.5
        last = (round(3 + index * step, 1), round(height - 3 - share * (height - 6), 1))
        parts.append(f"{'L' if pen_down else 'M'}{last[0]} {last[1]}")
        pen_down = True
    return Spark(" ".join(parts), last)


class Point(NamedTuple):
    x: float
    y: float


class Trend(NamedTuple):
    """A line with axes in a box of 328 by 188: percents from `low` to `high`, the last one dashed while it runs."""

    line: str
    area: str
    dashes: str
    points: list[Point]
    last: Point | None  # of the running week
    target: float  # y
    grid: list[tuple[float, int]]  # y, percent
    marks: list[float]  # x of each value


LEFT, RIGHT, TOP, BOTTOM = 40, 300, 12, 160


def trend(percents: Sequence[int | None], *, target: int, running: bool) -> Trend:
    """Broken where a value is missing; the axis runs in tens around the values and the target."""
    known = [value for value in (*percents, target) if value is not None]
    low, high = max(0, min(known) // 10 * 10 - 10), max(known) // 10 * 10 + 10
    step = 10 if high - low <= 60 else 20
    across = (RIGHT - LEFT) / max(1, len(percents) - 1)

    def height(percent: float) -> float:
        return round(BOTTOM - (percent - low) / (high - low) * (BOTTOM - TOP), 1)

    places = [
        None if value is None else Point(round(LEFT + n * across, 1), height(value)) for n, value in enumerate(percents)
    ]
    closed = places[:-1] if running else places
    stretches = _stretches(closed)
    before = next((one for one in reversed(closed) if one), None)
    last = places[-1] if running else None
    return Trend(
        line=" ".join(_path(stretch) for stretch in stretches),
        area=" ".join(
            f"{_path(stretch)} L{stretch[-1].x} {BOTTOM} L{stretch[0].x} {BOTTOM} Z" for stretch in stretches
        ),
        dashes=_path([before, last]) if before and last and before == closed[-1] else "",
        points=[one for one in closed if one],
        last=last,
        target=height(target),
        grid=[(height(percent), percent) for percent in range(low, high + 1, step)],
        marks=[round(LEFT + n * across, 1) for n in range(len(percents))],
    )


def _stretches(places: Sequence[Point | None]) -> list[list[Point]]:
    """Runs without a gap."""
    found: list[list[Point]] = [[]]
    for one in places:
        if one:
            found[-1].append(one)
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]


def _path(points: Sequence[Point]) -> str:
    return "M" + " L".join(f"{one.x} {one.y}" for one in points)
