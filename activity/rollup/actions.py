"""The Saturday roll-up: freeze what is in, then publish it to headquarters (domain.md 3; A3, A4).

Two transactions. The freeze writes the figures and closes the city's report periods; publishing writes the
workbook, the letters and the notices of every roll-up that has none yet: who dies between them loses nothing.
A plan that comes in or is approved late makes a later version, which says what changed (docs/adr/0008).
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.rollup.business import count_business
from activity.rollup.exports import summary, workbook
from activity.rollup.figures import count_people, count_units
from activity.rollup.models import FIRST, RollUp, RollUpFile, RollUpUnit
from activity.rollup.plans import LeftBehind, count_plans, left_behind
from activity.rollup.versions import changes_between
from org import clock
from org.notices import actions as notices
from org.people.models import Appointment, Person
from org.periods.due import Sweep, afterwards, handles
from org.periods.locks import claimed
from org.periods.models import Period
from org.posts import Post
from org.rules.book import book_of, rules_on
from org.rules.models import RuleSet
from org.units.models import Unit
from org.week import Week
from org.working_days.calendar import calendar_between

READERS = (Post.HQ_STAFF, Post.CITY_DEPUTY_GM)  # told in the app
BY_MAIL = (Post.CITY_DEPUTY_GM,)  # besides the city's mailbox


@handles(Period.Kind.REPORT, name="rollup")
def roll_up(city: Unit, week: Week, *, due_at: datetime, at: datetime) -> bool:
    """Freeze version 1 when the report is due; a week before the first rule set is not reported."""
    rules = rules_on(week.monday)
    if rules is None:
        return False
    return freeze(city, week, rules=rules, due_at=due_at, at=at) is not None


@transaction.atomic
def freeze(city: Unit, week: Week, *, rules: RuleSet, due_at: datetime, at: datetime) -> RollUp | None:
    """The figures as of `due_at`, whenever this runs; None when they are frozen already.

    As of `due_at` are hand-ins, reviews and accepted 补录. What authors and reviewers change in the entries of those
    logs between `due_at` and a late freeze is in version 1 (docs/adr/0006).
    """
    rollup = RollUp(city=city, week=week.monday, version=FIRST, rules=rules, due_at=due_at, frozen_at=at)
    if not _is_ours(rollup):
        return None
    calendar, book = calendar_between(week.monday, week.sunday), book_of(rules)
    count_people(rollup, calendar=calendar, book=book)
    count_units(rollup)
    count_business(rollup, calendar=calendar, book=book)
    count_plans(rollup, until=due_at)
    return rollup


def _is_ours(rollup: RollUp) -> bool:
    """Whether the version is written by us, and not by another worker before."""
    RollUp.objects.bulk_create([rollup], ignore_conflicts=True)
    return RollUp.objects.filter(pk=rollup.pk).exists()


@afterwards
def reissue_late(sweep: Sweep) -> None:
    """A new version for every report for which a plan has come in or been approved since its last one."""
    for one in left_behind():
        city = Unit.objects.get(pk=one.city_id)
        sweep.isolated(f"reissue {Week(one.week)}", city, partial(reissue, city, one, sweep))


@transaction.atomic
def reissue(city: Unit, behind: LeftBehind, sweep: Sweep) -> RollUp | None:
    """The next version: the plans anew, with all else as version 1 counted it. None when nothing changed after all,
    or another worker has the city, who looks for itself."""
    if not claimed(city):
        sweep.left.add(city.path)
        return None
    last = RollUp.objects.filter(city=city, week=behind.week).select_related("rules").order_by("-version").first()
    if last is None:
        return None
    now = clock.now()
    following = RollUp(
        city=city, week=last.week, version=last.version + 1, rules=last.rules, due_at=last.due_at, frozen_at=now
    )
    if not _is_ours(following):
        return None
    count_plans(following, until=min(now, behind.ends))
    if not changes_between(last, following):
        transaction.set_rollback(True)
        return None
    return following


@afterwards
def publish_waiting(sweep: Sweep) -> None:
    """Publish what is frozen and not yet published, oldest week first; one that breaks leaves the others."""
    waiting = RollUp.objects.filter(published_at=None).order_by("due_at", "week", "city__path", "version")
    for rollup in waiting.select_related("city"):
        sweep.isolated(f"publish {Week(rollup.week)}", rollup.city, partial(publish, rollup.pk, at=sweep.at))


@transaction.atomic
def publish(pk: UUID, *, at: datetime) -> bool:
    """Workbook, letters and notices of one roll-up; False when another worker has it or it is published."""
    rollup = (
        RollUp.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("city", "rules")
        .filter(pk=pk, published_at=None)
        .first()
    )
    if rollup is None:
        return False
    content = workbook(rollup)
    file = RollUpFile.objects.create(
        rollup=rollup, name=_file_name(rollup), content=content, sha256=sha256(content).hexdigest()
    )
    _tell(rollup, file, at)
    RollUp.objects.filter(pk=rollup.pk).update(published_at=at)
    return True


def _tell(rollup: RollUp, file: RollUpFile, at: datetime) -> None:
    """One mail for each address, one notice for each reader."""
    total = RollUpUnit.objects.get(rollup=rollup.counted, unit=rollup.city)
    cause = f"rollup:{rollup.city.code}:{rollup.week}:{rollup.version}"
    title = _("{city} {week} 周报").format(city=rollup.city.name, week=Week(rollup.week).label)
    if rollup.version > FIRST:
        title = _("{title}（第 {n} 版）").format(title=title, n=rollup.version)
    body = summary(rollup, total)
    for address in _addresses(rollup.city, at):
        notices.letter(
            to=address,
            subject=f"【6311】{title}",
            body=body,
            at=at,
            once=cause,
            about=rollup,
            unit=rollup.city,
            attachment=notices.Attachment(file.name, bytes(file.content)),
        )
    notices.post(
        "rollup",
        to=_holders(rollup.city, READERS, at),
        at=at,
        title=title,
        body=body,
        about=rollup,
        once=cause,
        link=reverse("city", args=[Week(rollup.week)]),
    )


def _addresses(city: Unit, at: datetime) -> list[str]:
    """The city's mailbox and the addresses of 市公司分管总, each once whatever its capitals."""
    known = [city.mailbox, *(person.email for person in _holders(city, BY_MAIL, at))]
    return list({address.lower(): address for address in known if address}.values())


def _holders(city: Unit, posts: tuple[Post, ...], at: datetime) -> list[Person]:
    """Who holds one of the posts in the city on the day of publication."""
    day = at.date()
    held = Appointment.objects.on(day).filter(post__in=posts, unit__path__startswith=city.path)
    return [
        person
        for person in Person.objects.filter(pk__in=held.values("person"))
        if person.left_on is None or day <= person.left_on
    ]


def _file_name(rollup: RollUp) -> str:
    return f"6311-{Week(rollup.week).code}-{rollup.city.code}-v{rollup.version}.xlsx"
