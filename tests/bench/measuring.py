"""Medians of things done in turn, so that a machine whose speed drifts slows all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext


class Goal(NamedTuple):
    """A ratio of two medians against its limit; `detail` says what was seen to have been done."""

    code: str
    what: str
    ratio: float
    limit: float
    figures: dict[str, Any]

    @property
    def met(self) -> bool:
        return self.ratio <= self.limit


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(
    rounds: int, *works: Callable[[], Any], warm: int = 1, before: Callable[[], Any] = lambda: None
) -> list[float]:
    """The median seconds of each, A B A B …, after `warm` rounds that do not count; `before` each is not timed."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(warm + rounds):
        for place, work in enumerate(works):
            before()
            spent = seconds(work)
            if number >= warm:
                taken[place].append(spent)
    return [statistics.median(one) for one in taken]


def statements(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def milliseconds(value: float) -> float:
    return round(1000 * value, 2)
