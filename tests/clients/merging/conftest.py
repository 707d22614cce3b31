"""周婷 registered one company twice, and worked with both cards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from clients.chain.models import Opportunity, PlannedVisit
from clients.merging import actions
from clients.merging.models import Merge
from clients.merging.reading import seen_as
from clients.merging.rules import Wish
from clients.profiles.models import ClientProfile, Cover, KeyDate, YearRecord
from clients.prospects.models import Prospect
from clients.visits.models import Visit
from org.posts import Post
from tests import factories as make

NOW = make.at(make.THURSDAY, 15)
SILENT = {"org_trace", "org_once", "org_notice", "clients_merge", "clients_mergedrow", "django_session"}


@pytest.fixture
def li(department):
    return make.person(Post.CLIENT_MANAGER, unit=department, name="李强")


@pytest.fixture
def pair(zhou, clock_at):
    clock_at(NOW)
    left = make.prospect(zhou, "宏达机械有限公司", industry="制造", headcount=80, handler="张经理")
    right = make.prospect(
        zhou, "青岛市宏达机械股份有限公司", uscc="913702001234567890", industry="机械", handler="王敏",
        phone="13900001111", registered_on=make.THURSDAY, created_at=make.at(make.THURSDAY, 9),
    )  # fmt: skip
    return left, right


@pytest.fixture
def worked(zhou, pair):
    """Something in every table that a client may hang on, twice where once is the rule."""
    left, right = pair
    make.client_event(zhou, guests=pair)
    for number, one in enumerate(pair):
        one.contacts.create(name="李主任", title="" if number else "主任", phone=("13700002222", "13700003333")[number])
        day = make.THURSDAY - timedelta(days=2 - number)
        make.visit(
            zhou, day, when=make.at(day), client=one.name, kind="development", next_step="送方案", next_step_on=day
        )
        make.call(zhou, make.THURSDAY, when=make.at(make.THURSDAY, 10 + number), client=one.name)
        make.policy(zhou, prospect=one)
        make.stakeholder(one, note=f"第{number}张卡")
        make.proposal(one)
        make.consent(one, given_on=make.LONG_AGO + timedelta(days=1 - number))
        make.referral(one, names=[(f"友商{number}", "赵总")])
        signed = {"changed_by": zhou, "changed_at": NOW + timedelta(minutes=number)}
        YearRecord.objects.create(
            prospect=one, year=2025, insurer="甲保险", **{"claims": 9} if number else {}, **signed
        )
        KeyDate.objects.create(prospect=one, kind="other", what="厂庆", on=make.THURSDAY, **signed)
        Cover.objects.create(prospect=one, insurer="乙保险", line=f"险{number}", **signed)
        ClientProfile.objects.create(prospect=one, **{"business": "轴承"} if number else {"men": 50}, **signed)
        item = make.plan_item(zhou, client=one.name, prospect=one)
        item.itinerary.targets.get(person=zhou).key_prospects.add(one)
    asked = make.referral(make.prospect(zhou, "介绍人公司", phone="13600005555"), names=[("宏达", "王敏")])
    asked.names.update(prospect=right, registered_at=NOW)
    make.proposal(right, version=2)
    Opportunity.objects.create(prospect=right, line="团体意外", started_on=make.THURSDAY, created_at=NOW)
    at = make.at(make.THURSDAY + timedelta(days=5))
    PlannedVisit.objects.create(
        prospect=right, opportunity=right.opportunities.first(), person=zhou, unit=right.unit, starts_at=at,
        ends_at=at + timedelta(hours=1), made_at=NOW, changed_at=NOW,
    )  # fmt: skip
    Visit.objects.filter(person=zhou).update(counted=True)
    return pair


def wish(survivor, absorbed, **chosen):
    chosen.setdefault("seen", seen_as([survivor, absorbed]))
    return Wish(survivor.pk, absorbed.pk, **chosen)


def merge(survivor, absorbed, by, *, at=NOW, key=None, **chosen):
    both = [Prospect.everything.get(pk=one.pk) for one in (survivor, absorbed)]
    made = actions.merge(wish(*both, **chosen), by=by, at=at, key=key or uuid4())
    return Merge.objects.get(pk=made["merge"])


def fingerprints():
    """Table → a fingerprint of all its rows, but for the trace of what was done."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names()) - SILENT):
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t")  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found
