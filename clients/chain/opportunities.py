"""The verbs on a 开拓项目: start, change, close, take up again; declare it a major project, confirm that or not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain.following import follow
from clients.chain.lines import lines_on
from clients.chain.models import Opportunity
from clients.chain.rules import LEADERS, MANAGER, major_by_itself
from clients.prospects.models import Prospect
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import city_path
from org.rules.book import book_on
from org.trace.actions import record
from org.trace.models import Trace
from org.workflow import Refused, deciding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

State, Major = Opportunity.State, Opportunity.Major


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the project is about, and how big it may be."""

    line: str
    expected_premium: Decimal | None = None
    insured: int | None = None


def start(prospect: Prospect, said: Expected, *, by: Person, at: datetime, key: UUID) -> Result:
    """新开拓项目 of one's own client; one a line of business runs at a time."""

    def effect() -> Result:
        made = Opportunity(
            prospect=prospect, started_on=at.date(), started_by=by, created_at=at, **asdict(said),
            start_level=0 if prospect.opportunities.exists() else prospect.start_level,
        )  # fmt: skip
        made.level = made.start_level
        _kept(made)
        record(made, "start", by=by, at=at, changes={"client": prospect.name, **asdict(said)})
        _declare_by_itself(made, at)
        return {"opportunity": str(made.pk)}

    _his(prospect, by, at)
    return once(
        key, by=by, verb="start_opportunity", at=at, parameters={"client": prospect.pk, **asdict(said)}, effect=effect
    )


def change(one: Opportunity, said: Expected, *, by: Person, at: datetime, key: UUID) -> Result:
    """What is known of it has changed."""

    def effect() -> Result:
        found = _locked(one)
        if found.state != State.RUNNING:
            raise Refused(_("这个开拓项目已经结束，不能再改。"))
        for name, value in asdict(said).items():
            setattr(found, name, value)
        _kept(found)
        record(found, "change", by=by, at=at, changes=asdict(said))
        _declare_by_itself(found, at)
        return {"opportunity": str(found.pk)}

    _his(one.prospect, by, at)
    return once(key, by=by, verb="change_opportunity", at=at, parameters={"one": one.pk, **asdict(said)}, effect=effect)


def close(one: Opportunity, *, state: str, reason: str, by: Person, at: datetime, key: UUID) -> Result:
    """成交, 失败 or 搁置, with the reason; the chain stays as it is."""

    def effect() -> Result:
        ended = Opportunity.objects.filter(pk=one.pk, state=State.RUNNING)
        if not ended.update(state=state, closed_on=at.date(), closed_reason=reason):
            raise Refused(_("已经结束了，刷新看看。"))
        record(one, "close", by=by, at=at, changes={"state": state, "reason": reason})
        return {"opportunity": str(one.pk)}

    _his(one.prospect, by, at)
    asked = {"one": one.pk, "state": state, "reason": reason}
    return once(key, by=by, verb="close_opportunity", at=at, parameters=asked, effect=effect)


def reopen(one: Opportunity, *, by: Person, at: datetime, key: UUID) -> Result:
    """重新开始: it runs on from the level that it had."""

    def effect() -> Result:
        found = _locked(one)
        if found.state == State.RUNNING:
            raise Refused(_("这个开拓项目正在进行。"))
        found.state, found.closed_on, found.closed_reason = State.RUNNING, None, ""
        _kept(found)
        record(found, "reopen", by=by, at=at)
        return {"opportunity": str(found.pk)}

    _his(one.prospect, by, at)
    return once(key, by=by, verb="reopen_opportunity", at=at, parameters={"one": one.pk}, effect=effect)


def declare(one: Opportunity, *, reason: str, by: Person, at: datetime, key: UUID) -> Result:
    """申报重大项目 by the manager; HQ confirms it, and says who comes."""

    def effect() -> Result:
        found = _locked(one)
        if found.state != State.RUNNING or found.major not in (Major.NO, Major.REFUSED):
            raise Refused(_("这个项目{major}，不用再申报。").format(major=found.get_major_display()))
        _set(found, major=Major.DECLARED, major_by_itself=False, major_reason=reason, declared_by=by, declared_at=at,
             decided_by=None, decided_at=None, decision="")  # fmt: skip
        record(found, "declare_major", by=by, at=at, changes={"reason": reason})
        _tell_hq(found, at, reason)
        return {"opportunity": str(found.pk)}

    if not by.can(Permission.MAJOR_DECLARE, one, on=at.date()):
        raise Refused(_("这件事不归你办。"))
    return once(key, by=by, verb="declare_major", at=at, parameters={"one": one.pk, "reason": reason}, effect=effect)


def decide(
    one: Opportunity, *, leader: int | None, when: str, decision: str, by: Person, at: datetime, key: UUID
) -> Result:
    """HQ confirms a declared project, naming the leader and when he comes, or refuses it with a reason (no leader)."""

    def effect() -> Result:
        found = _locked(one)
        if found.major != Major.DECLARED or found.state != State.RUNNING:
            raise Refused(_("已被别人办理，刷新看看。"))
        acting = deciding(found, Permission.MAJOR_CONFIRM, by=by, at=at)
        who = dict(leaders_for(found, at))
        if leader is not None and leader not in who:
            raise Refused(_("这位不是总经理室或市公司领导，换一位。"))
        major = Major.REFUSED if leader is None else Major.CONFIRMED
        _set(found, major=major, decided_by=by, decided_at=at, decision=decision, leader_id=leader, leader_when=when)
        said = {"major": major.value, "leader": who.get(leader or 0, ""), "when": when, "decision": decision}
        record(found, "decide_major", by=by, at=at, acting=acting, changes=said)
        follow([found.pk])
        _tell_all(found, at)
        return {"opportunity": str(found.pk)}

    asked = {"one": one.pk, "leader": leader, "when": when, "decision": decision}
    return once(key, by=by, verb="decide_major", at=at, parameters=asked, effect=effect)


def leaders_for(one: Opportunity, at: datetime) -> list[tuple[int, str]]:
    """Who may come to a major project: 总经理室 of the owner's branch and the leaders of the city. Two queries."""
    line = lines_on([(one.unit.path, at.date())])[one.unit.path, at.date()]
    posts = {held.person: str(Post(held.post).label) for held in line.held if held.post in LEADERS}
    people = Person.objects.filter(pk__in=posts).exclude(pk=one.person_id).order_by("employee_no")
    return [(person.pk, f"{person.name} {posts[person.pk]}") for person in people]


def _his(prospect: Prospect, by: Person, at: datetime) -> None:
    held = prospect.owner_id == by.pk and prospect.released_at is None
    if not held or not by.can(Permission.OPPORTUNITY_WRITE, on=at.date()):
        raise Refused(_("只能办自己客户的开拓项目。"))


def _locked(one: Opportunity) -> Opportunity:
    found = Opportunity.objects.select_for_update(of=("self",)).select_related("prospect__owner", "prospect__unit")
    return found.get(pk=one.pk)


def _kept(one: Opportunity) -> None:
    """Saved, unless another of the same line runs already."""
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        if "one_running_opportunity_a_line" not in str(error):
            raise
        raise Refused(_("这个险种已有进行中的开拓项目。")) from None


def _set(one: Opportunity, **values: object) -> None:
    for name, value in values.items():
        setattr(one, name, value)
    one.save(update_fields=list(values))


def tell_of_declared(opportunities: Collection[UUID], at: datetime) -> None:
    """Of those that their first visit has declared: once, and nothing for none."""
    if not opportunities:
        return
    verb, about = "declare_major", Opportunity._meta.label_lower
    lines = Trace.objects.filter(verb=verb, about=about, about_id__in=map(str, opportunities))
    told = set(lines.values_list("about_id", flat=True))
    for one in Opportunity.objects.filter(pk__in=opportunities).select_related("prospect__unit").order_by("pk"):
        if str(one.pk) not in told:
            record(one, verb, by=None, at=at)
            _tell_hq(one, at, _("保费或人数已达标准，自动申报"))


def _declare_by_itself(one: Opportunity, at: datetime) -> None:
    """From the premium or the number of insured of the rules (C) nobody has to declare it."""
    is_major = major_by_itself(one.expected_premium, one.insured, book_on(at.date()).major_projects)
    if one.major == Major.NO and is_major:
        _set(one, major=Major.DECLARED, major_by_itself=True, declared_at=at)
        tell_of_declared([one.pk], at)


def _tell_hq(one: Opportunity, at: datetime, reason: str) -> None:
    held = Appointment.objects.on(at.date()).filter(post=Post.HQ_STAFF, unit__path__startswith=city_path(one.unit.path))
    _tell("major_declared", Person.objects.filter(pk__in=held.values("person")), one, _("申报重大项目"), reason, at,
          link=reverse("major-projects"))  # fmt: skip


def _tell_all(one: Opportunity, at: datetime) -> None:
    """The leader, the manager and the owner."""
    line = lines_on([(one.unit.path, at.date())])[one.unit.path, at.date()]
    people = {held.person for held in line.held if held.post == MANAGER} | {one.person_id}
    if one.leader_id is not None:
        people.add(one.leader_id)
    said = [one.leader.name if one.leader else "", one.leader_when, one.decision]
    body = "，".join(filter(None, said))
    _tell("major_decided", Person.objects.filter(pk__in=people), one, one.get_major_display(), body, at)


def _tell(
    kind: str, to: Iterable[Person], one: Opportunity, what: str, body: str, at: datetime, *, link: str = ""
) -> None:
    title = f"{what}：{one.prospect.name} {one.name}"
    once = f"{one.pk}:{at.isoformat()}"
    page = link or reverse("client", args=[one.prospect_id])
    notices.post(kind, to=to, at=at, title=title, body=body, link=page, once=once)
