"""完善: an old prospect enriched, which may count as the day's 准客户积累 (domain.md, "What counts")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activity.daily_log.counting import later_enriched, recount_days
from activity.daily_log.opening import writable_day
from activity.daily_log.reasons import sentence
from activity.daily_log.rules import WhyNot
from clients.prospects import enriching as prospects
from clients.prospects.collisions import collisions_counted, refuse_collider
from clients.prospects.enriching import Met
from clients.prospects.models import Contact, Prospect, Registration
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.rules.book import book_on
from org.week import Week


def enrich(
    person: Person,
    *,
    prospect: UUID,
    day: date,
    at: datetime,
    key: UUID,
    facts: Mapping[str, Any],
    met: Met | None = None,
) -> Result:
    """Write what he learnt of his prospect; one row of the day gathers all that was new, once for the key.

    `facts` are fields of Prospect (enriching.FACTS); those left out stay. Answers how many the day has now and why they
    do not count. What was registered only that day is written too, without a row: it has counted already.
    """

    def effect() -> Result:
        writable_day(person, day, at)
        if facts.get(prospects.CODE):
            refuse_collider(person, at, book_on(day).protection)
        gained = prospects.enrich(person, prospect=prospect, at=at, facts=facts, met=met)
        found = Prospect.objects.get(pk=prospect)
        if found.registered_on >= day:
            return {"facts": len(gained), "why_not": WhyNot.NOT_OLD.value}
        row = _row(person, found, day, at)
        row.added = list(dict.fromkeys([*row.added, *gained]))
        row.facts, row.key_fact = len(row.added), any(map(prospects.is_key, row.added))
        row.save()
        recount_days([(person.pk, day), *later_enriched(person.pk, day)])
        row.refresh_from_db()
        return {"facts": row.facts, "why_not": row.why_not, "entry": str(row.pk)}

    asked = {"prospect": prospect, "day": day, "facts": dict(facts), "met": met and vars(met)}
    with collisions_counted(person, at):
        return once(key, by=person, verb="enrich", at=at, parameters=asked, effect=effect)


def row_of(person: Person, prospect: UUID, day: date) -> Registration | None:
    """What he has added to the prospect that day so far."""
    rows = Registration.objects.of(person.pk, day).filter(prospect=prospect, kind=Registration.Kind.ENRICHED)
    return rows.first()


def _row(person: Person, prospect: Prospect, day: date, at: datetime) -> Registration:
    """That, or a new row; the caller holds the day's header, so there is one."""
    handler = Contact.objects.filter(prospect=prospect).order_by("-is_handler", "name").first()
    return row_of(person, prospect.pk, day) or Registration(
        kind=Registration.Kind.ENRICHED, person=person, day=day, prospect=prospect, city_id=prospect.city_id,
        name=prospect.name, name_key=prospect.name_key, uscc=prospect.uscc, handler=handler.name if handler else "",
        source=prospect.source, recorded_at=at,
    )  # fmt: skip


def counted_in_week(person: Person, day: date) -> int:
    """How many enrichments of that week count so far."""
    week = Week.of(day)
    rows = Registration.objects.filter(person=person, day__range=(week.monday, week.sunday), counted=True)
    return rows.filter(kind=Registration.Kind.ENRICHED).count()


def said(result: Result, day: date) -> str:
    """What came of it: 已补充 4 项，计入今天的准客户积累."""
    done = _("已补充 {count} 项").format(count=result["facts"])
    return _("{done}，{outcome}").format(done=done, outcome=_outcome(result, day))


def _outcome(result: Result, day: date) -> str:
    lacking = book_on(day).enrichment.facts - result["facts"]
    if not result["why_not"]:
        return _("计入今天的准客户积累")
    if result["why_not"] == WhyNot.TOO_FEW_FACTS and lacking > 0:
        return _("还差 {count} 项才计入").format(count=lacking)
    if result["why_not"] == WhyNot.NO_KEY_FACT:
        return _("还要有新联系人或到期日才计入")
    return sentence(result["why_not"])
