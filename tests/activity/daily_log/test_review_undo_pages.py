"""撤回 on the pages of 批阅: offered for ten minutes, and the words come back."""

import pytest
from django.urls import reverse

from activity.daily_log.as_read import as_it_is
from org.posts import Post
from tests import factories as make
from tests.activity.daily_log.reviewed import FRIDAY, NINE, a_visit, fresh
from tests.factories import THURSDAY, at


@pytest.fixture
def log(zhou):
    make.full_day(zhou)
    return make.submit(zhou)


@pytest.fixture
def as_manager(client, manager, clock_at):
    clock_at(NINE)
    client.force_login(manager)
    return client


def post(client, name, log, **body):
    return client.post(reverse(name, args=[log.pk]), {"shown": as_it_is(fresh(log)), **body})


def page(client, log):
    return client.get(reverse("review-log", args=[log.day, log.person.employee_no])).content.decode()


@pytest.mark.parametrize(("verb", "word"), [("pass", "撤回批阅"), ("return", "撤回退回")])
def test_the_toast_and_the_page_offer_it_and_the_words_come_back(as_manager, log, clock_at, verb, word):
    post(as_manager, f"review-{verb}", log, rating=3, comment="跟进有节奏")
    shown, address = page(as_manager, log), reverse("review-undo", args=[log.pk])
    assert f'class="toast-bar" role="status">已{"批阅" if verb == "pass" else "退回"} 周婷' in shown
    assert shown.count(f'action="{address}"') == 2 and word in shown and "09:10 前可以撤回" in shown
    assert page(as_manager, log).count(f'action="{address}"') == 1  # the toast is gone
    assert as_manager.post(address).url == reverse("review-log", args=[THURSDAY, log.person.employee_no])
    shown = page(as_manager, log)
    assert "跟进有节奏</textarea>" in shown and f'action="{address}"' not in shown
    clock_at(at(FRIDAY, 9, 5))
    assert as_manager.post(address).status_code == 409


def test_after_ten_minutes_nothing_offers_it(as_manager, log, clock_at):
    post(as_manager, "review-pass", log)
    page(as_manager, log)
    clock_at(at(FRIDAY, 9, 11))
    address = reverse("review-undo", args=[log.pk])
    assert f'action="{address}"' not in page(as_manager, log)
    refused = as_manager.post(address)
    assert refused.status_code == 409 and "09:10 以后不能再撤回" in refused.content.decode()


def test_the_last_verdicts_can_be_undone_from_the_next_log(as_manager, log, department):
    other = make.person(Post.CLIENT_MANAGER, unit=department, name="吴思远")
    make.submit(other)
    following = post(as_manager, "review-pass", log).url
    as_manager.get(following)
    shown = as_manager.get(following).content.decode()
    assert 'aria-label="撤回 周婷 的批阅"' in shown


def test_a_visit_judged_by_mistake(as_manager, log):
    visit = a_visit(log)
    answer = post(as_manager, "review-ineffective", log, entry=visit.pk, text="没见到")
    address = reverse("review-undo-ineffective", args=[log.pk])
    assert page(as_manager, log).count(f'action="{address}') == 2
    back = as_manager.post(f"{address}?entry={visit.pk}")
    assert back.url == answer.url
    visit.refresh_from_db()
    assert visit.counted and f'action="{address}' not in page(as_manager, log)
    assert as_manager.post(address).status_code == 422


def test_a_back_filling_accepted_by_mistake(client, manager, back, clock_at):
    clock_at(NINE)
    client.force_login(manager)
    client.post(reverse("review-accept", args=[back.pk]))
    address = reverse("review-undo-accept", args=[back.pk])
    assert page(client, back).count(f'action="{address}"') == 2
    client.post(address)
    assert "补录待接受" in page(client, back) and not fresh(back).counts


@pytest.mark.parametrize("name", ["review-undo", "review-undo-accept", "review-undo-ineffective"])
def test_a_stranger_finds_nothing(client, stranger, log, clock_at, name):
    clock_at(NINE)
    client.force_login(stranger)
    assert client.post(reverse(name, args=[log.pk]), {"entry": a_visit(log).pk}).status_code == 404
