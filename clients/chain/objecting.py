"""Who is said to have stayed away answers once: 我到场了, or 未收到邀请 (docs/adr/0011-the-chains-decisions.md).

His word stands beside the miss and moves nothing by itself. That he came, the owner agrees to: then both have said it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain import following
from clients.chain.confirming import hold_opportunity, settle
from clients.chain.missed import HANDED_IN
from clients.chain.models import Accompaniment, AccompanimentQuerySet
from clients.chain.rules import silent_from
from clients.chain.telling import BLAMED, OBJECTED, REPLIED, tell
from clients.chain.wanted import line_of, post_along
from clients.visits.models import Visit
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.rules.book import book_on
from org.trace.actions import record
from org.workflow import Refused
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI, LogLimits

if TYPE_CHECKING:
    from uuid import UUID

    from org.people.models import Person

State, Outcome = Accompaniment.State, Accompaniment.Outcome
Objection, Reply = Accompaniment.Objection, Accompaniment.Reply
FAR = timedelta(days=20)  # a miss that nobody told him for so long is history


def blamed() -> AccompanimentQuerySet:
    """Of visits without their companion, those whose miss it is said to be."""
    return Accompaniment.objects.filter(visit__companion_missing=True, visit__missed_by=F("companion"))


def untold(at: datetime) -> AccompanimentQuerySet:
    return blamed().filter(blamed_at=None, visit__recorded_at__gt=at - FAR)


def log_is_in() -> Exists:
    """Whether the log of the visit enters figures."""
    return Exists(Visit.objects.filter(*(tell() for tell in HANDED_IN), pk=OuterRef("visit")))


def written_until(limits: LogLimits, *, is_in: bool) -> datetime:
    """From when its owner writes no more, as a rule: once the log is in and its ordinary hours are over, else when the
    day is locked."""
    return limits.late_until if is_in else limits.lock_at


def is_blamed(one: Accompaniment) -> bool:
    visit = one.visit
    return visit is not None and visit.companion_missing and visit.missed_by_id == one.companion_id


def tell_him(one: Accompaniment, at: datetime) -> None:
    """Once, however long nobody rang."""
    if one.visit is not None and untold(at).filter(pk=one.pk).update(blamed_at=at):
        title = _("应陪未陪记在你名下：{name} 拜访「{client}」").format(name=one.person.name, client=one.visit.client)
        tell(BLAMED, one, title, why(one), at=at)


def why(one: Accompaniment) -> str:
    words = {
        State.ACCEPTED: _("你接受了邀请，记录里没有你"),
        State.DECLINED: _("提前一个工作日请过你，你谢绝了"),
    }
    return words.get(State(one.state), _("提前一个工作日请过你，拜访前没有答复"))


def choices_of(one: Accompaniment) -> list[Accompaniment.Objection]:
    """未收到邀请 is no answer of somebody who has answered the invitation."""
    return [Objection.CAME, Objection.UNASKED] if one.state == State.ASKED else [Objection.CAME]


def until(one: Accompaniment) -> datetime | None:
    """As long as silence has elsewhere (C): two whole working days after he was told."""
    return _term(one.blamed_at)


def reply_until(one: Accompaniment) -> datetime | None:
    """The owner has as long; then the record stands as it is."""
    return _term(one.objected_at)


def _term(told_at: datetime | None) -> datetime | None:
    if told_at is None:
        return None
    told = told_at.astimezone(SHANGHAI).date()
    return silent_from(told, calendar_between(told, told), book_on(told).accompaniment)


def may_object(one: Accompaniment, at: datetime) -> bool:
    """What nobody told him he may doubt while somebody still may tell him."""
    if not is_blamed(one) or one.objection:
        return False
    limit = until(one)
    return at < limit if limit else one.visit is not None and one.visit.recorded_at > at - FAR


def waits_for_reply(one: Accompaniment, at: datetime) -> bool:
    limit = reply_until(one)
    is_open = is_blamed(one) and one.objection == Objection.CAME and not one.reply
    return is_open and limit is not None and at < limit


class Miss(NamedTuple):
    """What the page says of it, and which buttons its reader has; `stands`: it is said to be his still."""

    stands: bool
    why: str
    until: datetime | None
    choices: list[tuple[str, str]]
    reply_until: datetime | None  # None: it waits for no reply
    may_reply: bool


def miss_of(one: Accompaniment, reader: Person, *, at: datetime) -> Miss | None:
    """None where nothing is said to be his, and nothing was."""
    if not is_blamed(one) and not one.objection:
        return None
    his = reader.pk == one.companion_id and may_object(one, at)
    choices = [(choice.value, str(choice.label)) for choice in choices_of(one)] if his else []
    waits = waits_for_reply(one, at)
    return Miss(
        is_blamed(one), why(one), until(one) if his else None, choices,
        reply_until(one) if waits else None, waits and reader.pk == one.person_id,
    )  # fmt: skip


def object_to(one: Accompaniment, *, objection: str, words: str, by: Person, at: datetime, key: UUID) -> Result:
    """异议, once."""

    def effect() -> Result:
        row = _locked(one)
        if row.companion_id != by.pk or objection not in choices_of(row):
            raise Refused(_("这件事不归你办。"))
        if row.objection:
            raise Refused(_("你已说过「{said}」，不能再改。").format(said=row.get_objection_display()))
        if not may_object(row, at):
            raise Refused(_("应陪未陪已不在你名下，或已过两个工作日的期限。"))
        _set(row, objection=objection, objection_words=words, objected_at=at, blamed_at=row.blamed_at or at)
        record(row, "object", by=by, at=at, changes={"objection": objection, "words": words})
        notices.lapse(BLAMED, _page(row), at=at)
        _tell_owner(row, at)
        return {"accompaniment": str(row.pk)}

    asked = {"one": one.pk, "objection": objection, "words": words}
    return once(key, by=by, verb="object", at=at, parameters=asked, effect=effect)


def reply(one: Accompaniment, *, agrees: bool, by: Person, at: datetime, key: UUID) -> Result:
    """The owner to 我到场了: then he came along by both their words, and the chain is counted again; or he did not."""

    def effect() -> Result:
        row = _locked(one)
        if row.person_id != by.pk:
            raise Refused(_("由这次拜访的客户经理答复。"))
        if row.objection != Objection.CAME or row.reply:
            raise Refused(_("已经答复过了，刷新看看。"))
        if row.visit is None or not is_blamed(row):
            raise Refused(_("这次拜访的记录已经变了，刷新看看。"))
        if not waits_for_reply(row, at):
            raise Refused(_("已过两个工作日的答复期限，按记录算。"))
        if agrees:
            _came(row, row.visit, by=by, at=at)
        _set(row, reply=Reply.AGREED if agrees else Reply.DENIED, replied_at=at)
        record(row, "reply_to_objection", by=by, at=at, changes={"reply": row.reply})
        notices.lapse(OBJECTED, _page(row), at=at)
        said = _("{name} 答复：{reply}").format(name=row.person.name, reply=row.get_reply_display())
        tell(REPLIED, row, said, row.visit.client, at=at)
        return {"accompaniment": str(row.pk)}

    return once(
        key, by=by, verb="reply_to_objection", at=at, parameters={"one": one.pk, "agrees": agrees}, effect=effect
    )


def _came(row: Accompaniment, visit: Visit, *, by: Person, at: datetime) -> None:
    post = post_along(row.companion, line_of(visit.unit, visit.day), visit.person_id)
    _set(row, outcome=Outcome.CONFIRMED, owner_confirmed_at=at, companion_confirmed_at=row.objected_at, post=post)
    if visit.companion_id is None:
        visit.companion = row.companion
        Visit.objects.filter(pk=visit.pk).update(companion=row.companion)
    following.follow([visit.opportunity_id])
    settle(visit, by=by, at=at)


def _locked(one: Accompaniment) -> Accompaniment:
    """The row, after its opportunity, as everybody locks them."""
    hold_opportunity(visits__companions=one.pk)
    rows = Accompaniment.objects.select_for_update(of=("self",)).select_related("companion", "person", "visit__unit")
    return rows.get(pk=one.pk)


def _set(row: Accompaniment, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _tell_owner(row: Accompaniment, at: datetime) -> None:
    client = row.visit.client if row.visit else ""
    said = {"name": row.companion.name, "said": row.get_objection_display(), "client": client}
    title = _("{name} 说「{said}」：「{client}」应陪未陪").format(**said)
    body = row.objection_words or (_("他到场了没有？点开答复") if row.objection == Objection.CAME else "")
    notices.post(OBJECTED, to=row.person, at=at, title=title, body=body, link=_page(row), once=str(row.pk))


def _page(row: Accompaniment) -> str:
    return reverse("accompaniment", args=[row.pk])
