"""The rule set as far as assessments and the two-weeks fine read it: JSON overrides laid over the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

ITEMS = ("calls", "visits", "prospects", "studies")
DEFAULTS: dict[str, Any] = {
    "targets": {"calls": 6, "visits": 3, "prospects": 1, "studies": 1},
    "calls": {"one_per_contact": True, "unanswered_a_day": 2, "quiet_from": "21:00", "quiet_until": "09:00"},
    "assessment": {
        "mode": "each_item",
        "weights": dict.fromkeys(ITEMS, 25),
        "threshold_percent": 100,
        "exempt_below_days": 2,
        "unassessed_weeks": "skip",
        "short_weeks": "pairs",
        "duty_half_days_a_month": None,
        "newcomers": {"ramp": [], "weeks_without_fines": 0},
    },
    "fines": {"two_short_weeks_yuan": 50},
}


@dataclass(frozen=True)
class Rules:
    """One version. `ramp` holds (until_week, percent) in order; None as a cap means no cap."""

    targets: Mapping[str, int]
    one_per_contact: bool
    unanswered_a_day: int | None
    quiet_from: time
    quiet_until: time
    mode: str
    weights: Mapping[str, int]
    threshold_percent: int
    exempt_below_days: int
    unassessed_weeks: str
    short_weeks: str
    duty_half_days_a_month: int | None
    ramp: tuple[tuple[int, int], ...]
    weeks_without_fines: int
    fine_yuan: int

    @classmethod
    def of(cls, overrides: Mapping[str, Any] | None = None) -> "Rules":
        """Groups and keys that are not spoken for here are left alone."""
        known = laid_over(DEFAULTS, overrides or {})
        calls, assessment = known["calls"], known["assessment"]
        newcomers = assessment["newcomers"]
        return cls(
            targets=known["targets"],
            one_per_contact=calls["one_per_contact"],
            unanswered_a_day=calls["unanswered_a_day"],
            quiet_from=time.fromisoformat(calls["quiet_from"]),
            quiet_until=time.fromisoformat(calls["quiet_until"]),
            mode=assessment["mode"],
            weights=assessment["weights"],
            threshold_percent=assessment["threshold_percent"],
            exempt_below_days=assessment["exempt_below_days"],
            unassessed_weeks=assessment["unassessed_weeks"],
            short_weeks=assessment["short_weeks"],
            duty_half_days_a_month=assessment["duty_half_days_a_month"],
            ramp=tuple((step["until_week"], step["percent"]) for step in newcomers["ramp"]),
            weeks_without_fines=newcomers["weeks_without_fines"],
            fine_yuan=known["fines"]["two_short_weeks_yuan"],
        )

    def percent(self, week_of_service: int) -> int:
        """Of the targets; the week of 入司日期 is week 1."""
        return next((percent for until, percent in self.ramp if week_of_service <= until), 100)

    def is_quiet(self, at: time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
        merged[key] = laid_over(below[key], value) if both else value
    return merged


DEFAULT = Rules.of()
