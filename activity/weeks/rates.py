"""达标率 (domain.md 3, "Below 6311"): never mixed with 完成率, which is of items."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from activity.assessment.rules import Status

Counts = Counter[Status]


@dataclass(frozen=True, slots=True)
class Rate:
    """达标率: people met of people assessed; neither the exempt nor the excused are assessed."""

    counts: Counts

    @property
    def assessed(self) -> int:
        return self.met + self.short

    @property
    def met(self) -> int:
        return self.counts[Status.MET]

    @property
    def short(self) -> int:
        return self.counts[Status.SHORT]

    @property
    def excused(self) -> int:
        return self.counts[Status.EXCUSED]

    @property
    def exempt(self) -> int:
        return self.counts[Status.EXEMPT]

    @property
    def people(self) -> int:
        return sum(self.counts.values())

    @property
    def percent(self) -> int | None:
        """Whole, cut: 100 means everybody."""
        return 100 * self.met // self.assessed if self.assessed else None
