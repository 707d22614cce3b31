"""The verbs of 试运行: start and end. Never backwards: a week that has begun keeps how it began (domain.md 3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.leaders import leaders_of
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.reach import reach
from org.trace.actions import record
from org.trials.models import TrialRun
from org.units.models import Unit
from org.units.naming import with_branch
from org.week import Week
from org.workflow import Refused

REASON = 200  # characters


def start_trial(
    unit: Unit, *, first: Week, last: Week | None, reason: str, by: Person, at: datetime, key: UUID
) -> Result:
    """The unit and all below it, from the week `first` to `last` or until further notice; from this week on at most."""

    def effect() -> Result:
        _check(unit, first, last, reason, by, at)
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        days = (first.monday, last.sunday if last else date.max)
        if TrialRun.objects.touching(*days).filter(unit=unit).exists():
            raise Refused(_("{unit} 在这段时间已经试运行。").format(unit=unit.name))
        run = TrialRun.objects.create(
            unit=unit,
            starts_on=first.monday,
            ends_on=last.sunday if last else None,
            reason=reason.strip()[:REASON],
            by=by,
            at=at,
        )
        record(run, "start_trial", by=by, at=at, changes={"what": str(run), "reason": run.reason})
        name = with_branch([unit])[unit.pk]
        said = _("{unit} 自 {first} 起试运行，{by}设定").format(unit=name, first=first.monday, by=by.name)
        _correct(run, first.monday, said, by, at)
        _tell(run, _("{unit} 自 {week} 起试运行").format(unit=name, week=first.label), at=at)
        return {"run": str(run.pk)}

    weeks = {"first": first.code, "last": last.code if last else ""}
    parameters = {"unit": unit.code, "reason": reason, **weeks}
    return once(key, by=by, verb="start_trial", at=at, parameters=parameters, effect=effect)


@transaction.atomic
def end_trial(run: TrialRun, *, last: Week | None, by: Person, at: datetime) -> TrialRun:
    """`last`: the last week on trial, this one at the earliest; None: not at all, for a run that has not begun."""
    run = TrialRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
    _may(run.unit, by, at)
    this = Week.of(at.date())
    if last is None and run.starts_on <= this.sunday:
        raise Refused(_("试运行已经开始，最早到本周日结束。"))
    if last is not None and last < max(this, Week(run.starts_on)):
        raise Refused(_("已经开始的周不再改变，最早到本周日结束。"))
    ends_on = last.sunday if last else run.starts_on - timedelta(days=1)
    if run.ends_on is not None and ends_on >= run.ends_on:
        raise Refused(_("试运行本来就到 {day} 为止。").format(day=run.ends_on))
    TrialRun.objects.filter(pk=run.pk).update(ends_on=ends_on, ended_by=by, ended_at=at)
    record(run, "end_trial", by=by, at=at, changes={"ends_on": ends_on})
    run.refresh_from_db()
    name = with_branch([run.unit])[run.unit_id]
    said = _("{unit} 试运行到 {day} 为止，{by}设定").format(unit=name, day=ends_on, by=by.name)
    _correct(run, ends_on + timedelta(days=1), said, by, at)
    _tell(run, _("{unit} 的试运行到 {day} 为止").format(unit=name, day=ends_on), at=at)
    return run


def _check(unit: Unit, first: Week, last: Week | None, reason: str, by: Person, at: datetime) -> None:
    _may(unit, by, at)
    if first < Week.of(at.date()):
        raise Refused(_("试运行从本周或以后的周一开始，过去的周不再改变。"))
    if last is not None and last < first:
        raise Refused(_("结束早于开始，改一下周次。"))
    if not reason.strip():
        raise Refused(_("写明原因，例如：新单位第一个月。"))


def _may(unit: Unit, by: Person, at: datetime) -> None:
    """Over a unit of his city, and not where he is assessed himself."""
    if not reach(by, Permission.TRIAL_RUN, on=at.date()).covers(unit.path):
        raise Refused(_("试运行由市公司团险业务部在本市设定。"))
    if Appointment.objects.touching(at.date(), date.max).assessed_within(unit).filter(person=by).exists():
        raise Refused(_("你自己在这个单位考核，请由别人设定。"))


def _correct(run: TrialRun, first: date, said: str, by: Person, at: datetime) -> None:
    """Weeks to come are assessed with the run as it then stands; what has begun is looked at again."""
    last = max(first, Week.of(at.date()).sunday)
    corrections.note(Correction.Cause.TRIAL, unit=run.unit, first=first, last=last, by=by, at=at, note=said)


def _tell(run: TrialRun, title: str, *, at: datetime) -> None:
    body = _("试运行的周照常计算和展示，不提出扣罚，连续周也跳过")
    notices.post("trial", to=leaders_of([run.unit], on=at.date()), at=at, title=title, body=body, about=run)
