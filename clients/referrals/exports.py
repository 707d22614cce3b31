"""转介绍 as a workbook in the columns of the import: requests, the names that agreed without their numbers, thanks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.prospects.models import Prospect
from clients.prospects.named import client_cells
from clients.referrals.models import Referral, ReferralQuerySet, ReferredName, Thanks
from clients.referrals.sheets import NAMES, RECORDED, REFERRALS, THANKS, numbered
from clients.templatetags.contacts import masked
from org.permissions import Permission
from org.reach import reach
from org.workbooks.columns import Table
from org.workbooks.listings import Takeaway
from org.workbooks.writing import SheetOut, Value

if TYPE_CHECKING:
    from org.people.models import Person

AT_ONCE = 1_000
NO_NUMBER = "电话"  # of the import's columns the one that does not leave
MARK_IN = len(REFERRALS.columns) + 2
Again = dict[UUID, int]  # request → its number among those of its day
ORDER = ("-asked_on", "-recorded_at", "pk")


def header(table: Table) -> list[Value]:
    return [column.name for column in table.columns if column.name != NO_NUMBER]


def sheets(found: ReferralQuerySet, person: Person, on: date) -> Iterator[SheetOut]:
    """A fixed number of statements for each thousand. Of a client that he may not see no name stands in it."""
    ids, again = found.order_by().values("pk"), _asked_again(found)
    yield SheetOut(REFERRALS.sheet, [*header(REFERRALS), _("客户经理"), _("致谢日期")], _requests(found, again))
    names = ReferredName.objects.filter(referral__in=ids).select_related("referral__prospect__owner")
    seen = Prefetch("prospect", Prospect.objects.visible_to(person, on).select_related("owner"))
    listed = names.prefetch_related(seen).order_by(*(_through(one) for one in ORDER), "recorded_at", "pk")
    lines = (_name(one, again) for one in listed.iterator(AT_ONCE))
    yield SheetOut(NAMES.sheet, [*header(NAMES), _("遮住的电话")], lines)
    thanks = Thanks.objects.filter(referral__in=ids).select_related("referral__prospect__owner", "by")
    rows = thanks.order_by(*(_through(one) for one in ORDER), "day", "recorded_at", "pk").iterator(AT_ONCE)
    yield SheetOut(THANKS.sheet, [*header(THANKS), _("谁致谢")], (_thanks(one, again) for one in rows))


def _asked_again(found: ReferralQuerySet) -> Again:
    """The number among those of its day where it is not the first; of all that were asked then, listed or not."""
    same = {name: OuterRef(name) for name in ("prospect", "asked_on", "contact")}
    another = Referral.objects.filter(**same).exclude(pk=OuterRef("pk"))
    repeated = Referral.objects.filter(Exists(another), prospect__in=found.order_by().values("prospect"))
    return {one.pk: nth for nth, one in numbered(repeated.order_by(*RECORDED)) if nth > 1}


def _through(name: str) -> str:
    return f"-referral__{name[1:]}" if name.startswith("-") else f"referral__{name}"


def _asked(one: Referral, again: Again) -> list[Value]:
    return [*client_cells(one.prospect), one.asked_on, one.contact, again.get(one.pk)]


def _requests(found: ReferralQuerySet, again: Again) -> Iterator[list[Value]]:
    rows = found.select_related("prospect__owner", "person", "script").prefetch_related("thanks").order_by(*ORDER)
    for one in rows.iterator(AT_ONCE):
        thanked = max((each.day for each in one.thanks.all()), default=None)
        yield [
            *_asked(one, again), one.person.employee_no, one.script.title, one.script.number,
            "、".join(str(step + 1) for step in one.steps_done), one.get_result_display(), one.withheld or None,
            one.note, one.again_on, one.person.name, thanked,
        ]  # fmt: skip


def _name(one: ReferredName, again: Again) -> list[Value]:
    client = one.prospect
    return [
        *_asked(one.referral, again), one.name, one.company, one.agreed_on,
        *((client.name, client.uscc, client.owner.employee_no) if client else (None, None, None)),
        one.closed_on, one.closed_reason, masked(one.phone),
    ]  # fmt: skip


def _thanks(one: Thanks, again: Again) -> list[Value]:
    return [*_asked(one.referral, again), one.day, one.told, one.by.name]


def exportable(found: ReferralQuerySet, person: Person, on: date) -> ReferralQuerySet:
    """Of what he exports, not of all that he reads."""
    within = reach(person, Permission.PROSPECT_EXPORT, on=on)
    return found.filter(within.q(unit="prospect__unit", person="prospect__owner"))


def every_referral(person: Person, on: date) -> Iterable[SheetOut]:
    seen = Referral.objects.visible_to(person, on).filter(prospect__released_at=None)
    return sheets(exportable(seen, person, on), person, on)


REFERRALS_BOOK = Takeaway(gettext_lazy("转介绍"), Permission.PROSPECT_EXPORT, every_referral, MARK_IN)
