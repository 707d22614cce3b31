"""What a reviewer wrote and judged outlasts what its author does to the log afterwards."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from activity.daily_log import actions, reviewing
from activity.daily_log.models import Annotation
from clients.visits.models import Visit
from org.workflow import Refused
from tests import factories as make
from tests.factories import THURSDAY, at

EVENING, LATER = at(THURSDAY, 18, 30), at(THURSDAY, 19)
VISIT = {
    "client": "宏达", "contact": "王敏", "kind": "service", "purpose": "送保单", "outcome": "已签收",
    "starts_at": at(THURSDAY).time(),
}  # fmt: skip


@pytest.fixture
def log(zhou):
    make.full_day(zhou)
    return make.submit(zhou)


@pytest.fixture
def visit(log, zhou):
    return Visit.objects.filter(person=zhou).first()


def test_a_visit_judged_ineffective_is_neither_changed_nor_taken_away(log, visit, zhou, manager):
    reviewing.mark_ineffective(visit, by=manager, at=EVENING, reason="没有见到人")
    given = {"day": THURSDAY, "at": LATER}
    with pytest.raises(Refused, match="经理已判为无效，不能改或删；可以另记一次。"):
        actions.record_visit(zhou, **given, key=uuid4(), replaces=visit.pk, **VISIT)
    with pytest.raises(Refused, match="经理已判为无效"):
        actions.remove_entry(zhou, **given, key=uuid4(), entry=visit.pk)
    actions.record_visit(zhou, **given, key=uuid4(), **VISIT)
    visit.refresh_from_db()
    log.refresh_from_db()
    assert (visit.ineffective_reason, log.visits) == ("没有见到人", 3)


def test_what_a_reviewer_wrote_beside_a_removed_entry_is_still_read(client, log, visit, zhou, manager, clock_at):
    reviewing.annotate(log, by=manager, at=EVENING, entry=visit.pk, text="决策人是谁")
    actions.remove_entry(zhou, day=THURSDAY, at=LATER, key=uuid4(), entry=visit.pk)
    assert Annotation.objects.get().text == "决策人是谁"
    clock_at(at(THURSDAY, 21))
    client.force_login(manager)
    for address in (reverse("review-log", args=[THURSDAY, zhou.employee_no]), reverse("log", args=[log.pk])):
        read = client.get(address).content.decode()
        assert "已删除的条目的批注" in read and "决策人是谁" in read
    client.force_login(zhou)
    assert "决策人是谁" in client.get(reverse("log", args=[log.pk])).content.decode()


def test_a_word_beside_a_changed_entry_stays_beside_it(client, log, visit, zhou, manager, clock_at):
    reviewing.annotate(log, by=manager, at=EVENING, entry=visit.pk, text="决策人是谁")
    actions.record_visit(zhou, day=THURSDAY, at=LATER, key=uuid4(), replaces=visit.pk, **VISIT)
    clock_at(at(THURSDAY, 21))
    client.force_login(manager)
    read = client.get(reverse("log", args=[log.pk])).content.decode()
    assert "决策人是谁" in read and "已删除的条目的批注" not in read


def test_the_banner_of_a_log_handed_in_again_names_what_the_reviewer_did(client, log, zhou, manager, clock_at):
    reviewing.return_log(log, by=manager, at=EVENING, comment="写上决策人")
    again = make.submit(zhou, when=LATER)
    clock_at(at(THURSDAY, 21))
    client.force_login(zhou)
    address = reverse("log", args=[log.pk])
    banner = lambda: re.search(r'class="note.*?</div></div>', client.get(address).content.decode(), re.S)[0]  # noqa: E731
    assert "18:30 退回补填" in banner() and "写上决策人" in banner() and "已重新提交" in banner()
    reviewing.pass_log(again, by=manager, at=at(THURSDAY, 20), rating=4)
    assert "20:00 批阅通过" in banner() and "退回" not in banner()
