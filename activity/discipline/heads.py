"""The head of each city's ledger, mailed to 市公司 on the day after it changed (reliability.md C24).

Who has an old letter knows what the ledger was: nobody can change a line before it and keep the hash of that line.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from activity.discipline.models import Announced, Ledger, LedgerEntry
from activity.discipline.words import label_on, yuan
from org.days import in_words
from org.notices import actions as notices
from org.periods.due import Sweep, afterwards
from org.working_days.rules import SHANGHAI, instant


@afterwards
def mail_heads(sweep: Sweep) -> None:
    """Each ledger with lines before today that no letter covers; at most one letter a city and day."""
    today = sweep.at.date()
    behind = Q(announced=None, number__gt=0) | Q(number__gt=F("announced__mailed"))
    not_today = Q(announced=None) | Q(announced__mailed_on=None) | Q(announced__mailed_on__lt=today)
    for ledger in Ledger.objects.filter(behind, not_today).exclude(city__mailbox="").select_related("city"):
        sweep.isolated("ledger head", ledger.city, partial(mail_head, ledger, at=sweep.at))


@transaction.atomic
def mail_head(ledger: Ledger, *, at: datetime) -> bool:
    """The head as it was at the end of the last day; False when it is mailed, or all that is new is of today."""
    today = at.date()
    Announced.objects.bulk_create([Announced(ledger=ledger)], ignore_conflicts=True)
    state = Announced.objects.select_for_update(skip_locked=True).filter(ledger=ledger).first()
    if state is None or state.mailed_on == today:
        return False
    before = LedgerEntry.objects.filter(ledger=ledger, number__gt=state.mailed, at__lt=instant(today, time()))
    last = before.order_by("-number").first()
    if last is None:
        return False
    day = last.at.astimezone(SHANGHAI).date()
    notices.letter(
        to=ledger.city.mailbox,
        subject=_("【6311】{city} {label}台账 {day}").format(
            city=ledger.city.name, label=label_on(today), day=in_words(day)
        ),
        body=_said(last, day),
        at=at,
        once=f"ledger:{ledger.city.code}:{today}",
        about=ledger,
        unit=ledger.city,
    )
    Announced.objects.filter(pk=state.pk).update(mailed=last.number, mailed_on=today)
    return True


def _said(last: LedgerEntry, day: date) -> str:
    """The chain's head and the sums up to that line, as text."""
    lines = LedgerEntry.objects.filter(ledger=last.ledger, number__lte=last.number)
    sums = lines.aggregate(*(Sum(name) for name in ("proposed", "owed", "paid")))
    rows = (
        (_("单位"), last.ledger.city.name),
        (_("截至"), _("{day} 24:00").format(day=day.isoformat())),
        (_("台账"), _("{n} 条").format(n=last.number)),
        (_("链头"), last.hash),
        (_("待确认合计"), yuan(sums["proposed__sum"])),
        (_("应扣合计"), yuan(sums["owed__sum"])),
        (_("已结算合计"), yuan(sums["paid__sum"])),
    )
    keep = _("请保留这封信。以后台账第 {n} 条的摘要仍应是上面的链头；不同即说明台账被改动过。").format(n=last.number)
    return "\n".join([*(f"{name}：{value}" for name, value in rows), "", keep])
