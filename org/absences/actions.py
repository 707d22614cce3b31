"""The verbs of leave (请假) and official duty (公务): ask, withdraw, grant, refuse, revoke, record.

Whatever changes a half day notes a correction in its transaction: the week may be closed (org/corrections).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from org.absences.deciding import deciders, may_decide, took_down
from org.absences.models import Absence, AbsenceKind, AbsenceRequest
from org.absences.rules import LONGEST, Stretch, Wish, is_far
from org.absences.words import dated, spelled
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.delegations.models import Delegation
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.leaders import LEADERS
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.trace.actions import record as trace
from org.units.models import Unit
from org.workflow import Refused, Step, move
from org.working_days.calendar import calendar_between

REASON = 200  # characters


def ask(person: Person, wish: Wish, *, at: datetime, key: UUID) -> Result:
    """Ask to be away, also for days that are over (事后). Who decides is told; the result names the request."""

    def effect() -> Result:
        request = _new(person, wish, by=person, at=at)
        _refuse_free(wish.stretch)
        request.save(force_insert=True)
        trace(request, "ask_absence", by=person, at=at, changes={"what": dated(wish.stretch)})
        title = _("{name} 申请{what}").format(name=person.name, what=_said(request, at))
        link = reverse("absence", args=[request.pk])
        told = deciders(request, on=at.date())
        notices.post("absence_asked", to=told, at=at, title=title, body=wish.reason, about=request, link=link)
        return {"request": str(request.pk)}

    if not person.can(Permission.ABSENCE_ASK, on=at.date()):
        raise Refused(_("你的岗位没有 6311 或 3111 的要求，不用在这里请假。"))
    return once(key, by=person, verb="ask_absence", at=at, parameters=_parameters(person, wish), effect=effect)


def record(person: Person, wish: Wish, *, by: Person, at: datetime, key: UUID) -> Result:
    """Enter what was granted on paper or by word of mouth: it is granted at once, and the person is told."""

    def effect() -> Result:
        request = _new(person, wish, by=by, at=at)
        acting = may_decide(request, by, at, Permission.ABSENCE_RECORD)
        request.state, request.decided_by, request.decided_at = AbsenceRequest.State.GRANTED, by, at
        request.save(force_insert=True)
        trace(request, "record_absence", by=by, at=at, changes={"what": dated(wish.stretch)}, acting=acting)
        _be_away(request, by, at, acting)
        title = _("{by} 替你登记了{what}").format(by=_signed(by, acting), what=_said(request, at))
        _tell(request, "absence_recorded", title, at=at)
        return {"request": str(request.pk)}

    return once(key, by=by, verb="record_absence", at=at, parameters=_parameters(person, wish), effect=effect)


@transaction.atomic
def withdraw(request: AbsenceRequest, *, by: Person, at: datetime) -> AbsenceRequest:
    """The asker takes his request back before it is decided."""
    if request.person_id != by.pk:
        raise Refused(_("申请由本人撤回。"))
    move(request, AbsenceRequest.WITHDRAW, by=by, at=at, changes={"ended_by": by, "ended_at": at})
    notices.lapse("absence_asked", reverse("absence", args=[request.pk]), at=at)
    return request


@transaction.atomic
def grant(request: AbsenceRequest, *, by: Person, at: datetime, reason: str = "") -> AbsenceRequest:
    """批准: each half day that is not already away becomes one, duty becomes leave. Never one's own, never a peer's."""
    acting = may_decide(request, by, at)
    _decide(request, AbsenceRequest.GRANT, reason, by=by, at=at)
    _be_away(request, by, at, acting)
    _tell(request, "absence_granted", _("{what}已批准").format(what=_said(request, at)), body=reason.strip(), at=at)
    return request


@transaction.atomic
def refuse(request: AbsenceRequest, *, by: Person, at: datetime, reason: str) -> AbsenceRequest:
    """不批准, with the reason."""
    may_decide(request, by, at)
    if not reason.strip():
        raise Refused(_("不批准要写原因。"))
    _decide(request, AbsenceRequest.REFUSE, reason, by=by, at=at)
    _tell(request, "absence_refused", _("{what}未批准").format(what=_said(request, at)), body=reason.strip(), at=at)
    return request


@transaction.atomic
def revoke(request: AbsenceRequest, *, by: Person, at: datetime, reason: str) -> AbsenceRequest:
    """撤销 what was granted: its half days count again. Whoever recorded it may take it back, too."""
    his_entry = took_down(request, by, on=at.date())
    acting = may_decide(request, by, at, *([Permission.ABSENCE_RECORD] if his_entry else []))
    if not reason.strip():
        raise Refused(_("撤销要写原因，本人会看到。"))
    step = AbsenceRequest.TAKE_BACK if his_entry else AbsenceRequest.REVOKE
    ended = {"ended_by": by, "ended_at": at, "end_reason": reason.strip()[:REASON]}
    move(request, step, by=by, at=at, changes=ended)
    _be_back(request, by, at, acting)
    said = _("{what}，{by}撤销：{reason}").format(what=_kept(request), by=_signed(by, acting), reason=reason.strip())
    _correct(request, said, by, at)
    _tell(request, "absence_revoked", _("{what}被撤销").format(what=_said(request, at)), body=reason.strip(), at=at)
    return request


def _decide(request: AbsenceRequest, step: Step, reason: str, *, by: Person, at: datetime) -> None:
    decided = {"decided_by": by, "decided_at": at, "decision_reason": reason.strip()[:REASON]}
    move(request, step, by=by, at=at, changes=decided)


def _new(person: Person, wish: Wish, *, by: Person, at: datetime) -> AbsenceRequest:
    """Checked against what stands; the person stays locked, so that of two at once one is refused."""
    _check(wish, at)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = (AbsenceRequest.State.ASKED, AbsenceRequest.State.GRANTED)
    near = AbsenceRequest.objects.filter(
        person=person, state__in=standing, first__lte=wish.stretch.last, last__gte=wish.stretch.first
    )
    for one in near.order_by("first", "first_half"):
        if wish.stretch.overlaps(one.stretch):
            raise Refused(
                _("{what}已经有一份申请（{state}），和这次重叠；改日期，或先撤回那一份。").format(
                    what=_said(one, at), state=one.get_state_display()
                )
            )
    stretch = wish.stretch
    return AbsenceRequest(
        person=person,
        unit=_one_unit(person, stretch),
        of_manager=_is_manager(person, stretch.first, at.date()),
        kind=wish.kind,
        first=stretch.first,
        first_half=stretch.first_half,
        last=stretch.last,
        last_half=stretch.last_half,
        reason=wish.reason.strip()[:REASON],
        entered_by=by,
        asked_at=at,
    )


def _check(wish: Wish, at: datetime) -> None:
    if wish.stretch.is_backwards:
        raise Refused(_("结束早于开始，改一下日期或时段。"))
    if is_far(wish.stretch, at.date()):
        raise Refused(_("日期离今天超过一年，看看年份写对没有。"))
    if len(wish.stretch.days) > LONGEST:
        raise Refused(_("一次最多申请 {days} 天，分几次申请。").format(days=LONGEST))
    if not wish.reason.strip():
        raise Refused(_("写一句事由，批准的人要看。"))


def _refuse_free(stretch: Stretch) -> None:
    calendar = calendar_between(stretch.first, stretch.last)
    if not any(calendar.works(day) for day in stretch.days):
        raise Refused(_("这天是休息日，不用请假。") if len(stretch.days) == 1 else _("这几天都是休息日，不用请假。"))


def _one_unit(person: Person, stretch: Stretch) -> Unit:
    """The unit of all its days, so that who grants it has authority over every one of them."""
    held = list(person.appointments.select_related("unit").order_by("starts_on", "pk"))
    units = {unit.pk: unit for unit in (_unit_on(held, day) for day in stretch.days)}
    if len(units) > 1:
        raise Refused(
            _("这段时间换过单位（{units}），请按单位分开申请。").format(units="、".join(map(str, units.values())))
        )
    return units.popitem()[1]


def _unit_on(held: list[Appointment], day: date) -> Unit:
    """Of the appointment of that day, as 客户经理 first; a day outside all takes the last before it, else the first."""
    current = [one for one in held if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)]
    wanted = [one for one in current if one.post == Post.CLIENT_MANAGER]
    before = [one for one in held if one.starts_on <= day]
    chosen = wanted or current or before or held[:1]
    if not chosen:
        raise Refused(_("还没有任职，不用请假。"))
    return chosen[-1].unit


def _is_manager(person: Person, *days: date) -> bool:
    return any(person.appointments.on(day).filter(post__in=LEADERS).exists() for day in days)


def _be_away(request: AbsenceRequest, by: Person, at: datetime, acting: Delegation | None) -> None:
    """What is away already, from a workbook, stays as it is; but duty becomes leave, on which there is no cap (**C**).

    No other request stands in these half days, so such duty has none.
    """
    Absence.objects.bulk_create(
        [
            Absence(person_id=request.person_id, day=half.day, half=half.half, kind=request.kind, request=request)
            for half in request.stretch.halves
        ],
        ignore_conflicts=True,
    )
    if request.kind == AbsenceKind.LEAVE:
        duty = Absence.objects.kept(request).filter(kind=AbsenceKind.DUTY, request=None)
        duty.update(kind=AbsenceKind.LEAVE, request=request, was=AbsenceKind.DUTY)
        _trace_halves(request, "leave_over_duty", by, at, acting)
    _correct(request, _("{what}，{by}批准").format(what=_kept(request), by=_signed(by, acting)), by, at)


def _be_back(request: AbsenceRequest, by: Person, at: datetime, acting: Delegation | None) -> None:
    """What was duty before is duty again."""
    _trace_halves(request, "duty_again", by, at, acting)
    away = Absence.objects.of_request(request)
    away.filter(was="").delete()
    away.update(kind=F("was"), was="", request=None)


def _trace_halves(request: AbsenceRequest, verb: str, by: Person, at: datetime, acting: Delegation | None) -> None:
    over_duty = Absence.objects.of_request(request).filter(was=AbsenceKind.DUTY)
    if halves := [dated(Stretch(one.day, one.half, one.day, one.half)) for one in over_duty]:
        trace(request, verb, by=by, at=at, changes={"halves": halves}, acting=acting)


def _correct(request: AbsenceRequest, said: str, by: Person, at: datetime) -> None:
    corrections.note(
        Correction.Cause.LEAVE, person=request.person, first=request.first, last=request.last, by=by, at=at, note=said
    )


def _tell(request: AbsenceRequest, kind: str, title: str, *, at: datetime, body: str = "") -> None:
    link = reverse("absence", args=[request.pk])
    notices.post(kind, to=request.person, at=at, title=title, body=body, about=request, link=link)


def _signed(by: Person, acting: Delegation | None) -> str:
    return acting.signed if acting else by.name


def _said(request: AbsenceRequest, at: datetime) -> str:
    return f"{spelled(request.stretch, today=at.date())}{AbsenceKind(request.kind).label}"


def _kept(request: AbsenceRequest) -> str:
    return f"{dated(request.stretch)}{AbsenceKind(request.kind).label}"


def _parameters(person: Person, wish: Wish) -> dict[str, object]:
    return {"person": person.pk, "kind": str(wish.kind), "stretch": wish.stretch, "reason": wish.reason}
