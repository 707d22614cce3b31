"""The one writer of rule sets: published once, never edited, effective from a Monday."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from org.periods.actions import make_periods
from org.periods.locks import hold_cities
from org.periods.models import Period
from org.rules.models import RuleSet
from org.rules.schema import RuleBook
from org.trace.actions import OPERATOR, record
from org.week import Week
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

LOCK = 6311_02  # one publication at a time


@transaction.atomic
def publish(book: RuleBook, *, by: Person | None, at: datetime, effective_from: date | None = None) -> RuleSet:
    """The next version, from the given Monday or that of the book, and the periods from the first Monday on.

    Refused without a Monday; a later version starts after its predecessor and after every week that is reported or
    assessed already (domain.md section 3, "Rules"). The first may start in the past.
    """
    monday = effective_from or book.effective_from
    if monday is None:
        raise Refused(_("写明从哪个周一起生效：文件里的 effective_from，或 --effective-from。"))
    if monday.weekday() != 0:
        raise Refused(_("{day} 不是周一，规则只能从周一起生效。").format(day=monday))
    hold_cities()  # no week is being reported or closed by the rules so far, while it is asked which ones are done
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    previous = RuleSet.objects.order_by("-effective_from").first()
    if previous:
        _check_order(previous, monday)
    book = book.model_copy(update={"effective_from": monday})
    rules = RuleSet.objects.create(
        version=previous.version + 1 if previous else 1,
        effective_from=monday,
        data=book.as_json(),
        sha256=book.sha256,
        published_at=at,
        published_by=by,
    )
    record(rules, "publish", by=by, at=at, changes={"effective_from": monday, "sha256": rules.sha256}, actor=OPERATOR)
    make_periods(at=at)
    return rules


def _check_order(previous: RuleSet, monday: date) -> None:
    if monday <= previous.effective_from:
        raise Refused(
            _("第 {version} 版从 {day} 起生效，新版须从其后的周一起。").format(
                version=previous.version, day=previous.effective_from
            )
        )
    done = Period.objects.filter(done_at__isnull=False, week__gte=monday).order_by("-week").first()
    if done:
        raise Refused(_("{week} 已按当时的规则汇总或考核，新版须从其后的周一起。").format(week=Week(done.week).label))
