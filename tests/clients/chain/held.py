"""What the tests of held visits share: an entry of Friday, and what is read of it afterwards."""

from uuid import uuid4

from activity.daily_log import actions
from clients.chain import confirming
from clients.visits.models import Visit
from org import clock
from tests import factories as make
from tests.clients.chain.visits import FRIDAY

FRIDAY_NOON = make.at(FRIDAY, 12)


def record(crew, *, at=FRIDAY_NOON, hour=10, day=FRIDAY, **more):
    clock.shift_clock(to=at)
    given = {
        "client": crew.prospect.name, "contact": "张经理", "kind": "development", "purpose": "方案",
        "outcome": "已收下", "starts_at": make.at(day, hour).time(), "next_step": "再谈",
        "next_step_on": make.THURSDAY.replace(day=23), "key": uuid4(),
    }  # fmt: skip
    made = actions.record_visit(crew.her, day=day, at=at, **{**given, **more})
    return Visit.objects.get(pk=made["entry"])


def remove(crew, visit, *, at=FRIDAY_NOON):
    actions.remove_entry(crew.her, day=visit.day, at=at, key=uuid4(), entry=visit.pk)


def confirm(one, by, feedback="", at=FRIDAY_NOON):
    confirming.confirm(one, feedback=feedback, by=by, at=at, key=uuid4())


def refuse(one, by, at=FRIDAY_NOON):
    confirming.refuse(one, reason="当天在开会", by=by, at=at, key=uuid4())


def level(crew):
    crew.opportunity.refresh_from_db()
    return crew.opportunity.level
