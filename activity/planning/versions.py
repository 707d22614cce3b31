"""What a version of a plan said, whole, as plain values: kept with its hand-in for the comparison of two."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activity.itinerary.models import Itinerary
from activity.planning import figures
from org.week import Week


def content_of(plan: Itinerary, *, at: datetime) -> dict[str, Any]:
    """Texts, goals by 工号, lines by day, and what this week had come to when it was handed in. Money as text, yuan."""
    targets = list(plan.targets.select_related("person"))
    items = plan.items.select_related("person", "companion")
    week = Week(plan.week).previous
    attained = figures.attained([one.person_id for one in targets], week, unit=plan.unit, at=at)
    return {
        "summary": plan.summary,
        "shortfall_reason": plan.shortfall_reason,
        "feasibility": plan.feasibility,
        "support": plan.support,
        "targets": [
            {
                "employee_no": one.person.employee_no,
                "name": one.person.name,
                "visits": one.visits,
                "premium": None if one.premium is None else str(one.premium),
                "cases": one.cases,
                "key_work": one.key_work,
                "why": one.why,
                "support": one.support,
                "attained": _attained(attained[one.person_id]),
            }
            for one in targets
        ],
        "items": [
            {
                "id": str(one.pk),
                "employee_no": one.person.employee_no,
                "day": str(one.day),
                "part": one.part,
                "at": f"{one.at:%H:%M}" if one.at else "",
                "kind": one.kind,
                "client": one.client,
                "contact": one.contact,
                "purpose": one.purpose,
                "place": one.place,
                "companion": one.companion.employee_no if one.companion else "",
            }
            for one in items
        ],
    }


def _attained(one: figures.Attained) -> dict[str, Any]:
    return {"visits": one.visits, "premium": str(one.premium), "cases": one.cases}
