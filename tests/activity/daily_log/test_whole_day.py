"""整日填写: any number of entries of a day on one page."""

from uuid import uuid4

import pytest
from django.urls import reverse

from activity.daily_log import paper
from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects.models import Prospect
from clients.visits.models import Visit
from tests import factories as make
from tests.factories import THURSDAY, at

URL = reverse("whole-day", args=[THURSDAY])


CALL = {
    "client": "云帆物流", "contact": "王敏", "kind": "service", "answer": "answered", "purpose": "核对名单",
    "result": "再联系", "call_at": "09:10",
}  # fmt: skip
VISIT = {
    "client": "宏达机械", "contact": "张经理", "kind": "development", "starts_at": "10:30", "purpose": "讲方案",
    "outcome": "补材料", "next_step": "送方案", "next_step_on": "2026-11-24",
}  # fmt: skip
ROWS = {
    "call-1": CALL,
    "call-4": {**CALL, "client": "瑞丰食品", "answer": "unanswered", "result": ""},
    "visit-2": VISIT,
    "prospect-1": {"name": "晨光幼儿园", "handler": "李主任", "source": "cold"},
    "study-1": {"topic": "product", "title": "雇主责任险", "learnt": "三人起投"},
    "other-1": {"content": "增减人六名"},
}


def written(**more):
    data = {f"{row}-{name}": value for row, fields in ROWS.items() for name, value in fields.items()}
    return {"key": str(uuid4()), **data, **more}


@pytest.fixture
def browser(client, zhou, clock_at):
    clock_at(at(THURSDAY, 17, 30))
    client.force_login(zhou)
    return client


def test_the_rows_that_were_begun_are_recorded(browser, zhou):
    assert browser.post(URL, written()).status_code == 302
    log = DailyLog.objects.get(person=zhou, day=THURSDAY)
    assert (log.calls, log.visits, log.prospects, log.studies) == (2, 1, 1, 1)
    assert LogEntry.objects.filter(type="other").count() == 1
    assert Visit.objects.get().client == "宏达机械"
    assert Prospect.objects.get().name == "晨光幼儿园"


def test_a_second_tap_records_nothing_more(browser):
    data = written()
    assert [browser.post(URL, data).status_code for _ in range(2)] == [302, 302]
    assert LogEntry.objects.count() == 4


def test_one_wrong_row_keeps_the_page_and_records_nothing(browser):
    answer = browser.post(URL, written(**{"call-1-contact": "王小敏", "visit-2-starts_at": "25:99"}))
    assert answer.status_code == 422
    assert "王小敏" in answer.content.decode()
    assert not LogEntry.objects.exists()


def blank():
    """The paper, drawn anew."""
    for kept in (paper._blank, paper._blank_tables):
        kept.cache_clear()
    return paper.tables(list(paper.lines(None, day=THURSDAY, at=at(THURSDAY))))


def test_rows_share_their_fields_and_nothing_that_was_written(browser):
    """One row's words and errors are in its own cells: not in the next row, not on the next page."""
    before = blank()
    wrong = written(**{"call-1-contact": "王小敏", "call-1-call_at": "25:99", "visit-2-outcome": "拒" * 300})
    drawn = browser.post(URL, wrong).content.decode()
    assert drawn.count('value="王小敏"') == 1 and drawn.count('aria-invalid="true"') == 2
    assert blank() == before
    assert "autofocus" not in str(paper.KINDS[0].row(None, "call-1", day=THURSDAY, at=at(THURSDAY))["call_at"])


def test_what_somebody_posts_is_no_choice_of_anybody_else(browser):
    """A sheet makes a choice of a result that was said: only on the page of who said it."""
    before, mine = blank(), paper.KINDS[0].row(None, "call-1", day=THURSDAY, at=at(THURSDAY))
    browser.post(URL, written(result="我的私话"))
    assert "我的私话" not in str(mine["result"]) and blank() == before


def test_an_empty_page_says_so(browser):
    answer = browser.post(URL, {"key": str(uuid4())})
    assert (answer.status_code, "还没有填任何一行" in answer.content.decode()) == (422, True)


def test_a_company_that_is_registered_is_refused_with_everything_kept(browser, zhou):
    make.prospect(zhou, "晨光幼儿园")
    answer = browser.post(URL, written())
    assert (answer.status_code, "你已登记过这家单位" in answer.content.decode()) == (422, True)
    assert not LogEntry.objects.exists()


def test_opening_takes_few_queries(browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assert browser.get(URL).status_code == 200
