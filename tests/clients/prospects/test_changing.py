"""State with reasons, next step, contacts: by the owner, once, traced; told in the timeline; counted nowhere."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.prospects.models import Contact, Prospect, Registration
from clients.prospects.rules import STATUS_MOVES
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make

THURSDAY = make.THURSDAY


@pytest.fixture
def prospect(zhou, clock_at, client):
    clock_at(make.at(THURSDAY, 14))
    client.force_login(zhou)
    return make.prospect(zhou, "宏达机械")


@pytest.fixture
def say(client, prospect):
    def posting(what, code=302, /, key=None, **said):
        answer = client.post(f"/clients/{prospect.pk}/{what}/", {"key": key or uuid4(), **said})
        assert answer.status_code == code, answer.content.decode()
        prospect.refresh_from_db()
        return answer

    return posting


@pytest.mark.parametrize("before", Prospect.Status.values)
def test_every_state_leads_where_the_table_says(say, prospect, before):
    for to in Prospect.Status.values:
        Prospect.objects.update(status=before, status_reason="")
        allowed = to in STATUS_MOVES[before]
        say("status", 302 if allowed else 422, status=to, reason="预算取消")
        assert prospect.status == (to if allowed else before)


def test_lost_and_laid_aside_say_why(say, prospect):
    for to in ("lost", "dormant"):
        say("status", 422, status=to)
    assert prospect.status == "new"
    key = uuid4()
    say("status", key=key, status="lost", reason="预算取消")
    say("status", key=key, status="lost", reason="预算取消")  # the second tap
    assert (prospect.status, prospect.status_reason) == ("lost", "预算取消")
    trace = Trace.objects.get(verb="change_status")
    assert trace.changes == {"status": ["new", "lost"], "reason": "预算取消"}
    say("status", status="contacted")
    assert prospect.status_reason == ""


def test_the_next_step_stands_beside(say, seen, zhou, prospect):
    say("next", 422, next_action_on="2026-11-24")
    say("next", next_action="交预算测算表", next_action_on="2026-11-24")
    text = seen(zhou, f"/clients/{prospect.pk}/").text_content()
    assert "11月24日 交预算测算表" in text and "5 天" in text
    say("next")
    assert (prospect.next_action, prospect.next_action_on) == ("", None)


def test_a_contact_is_put_right_and_keeps_its_number(say, prospect):
    contact = prospect.contacts.get()
    about = f"contacts/{contact.pk}"
    say(about, name="张经理", title="人事部", decides="on", do_not_disturb_since="2026-11-19")
    contact.refresh_from_db()
    assert (contact.title, contact.phone, contact.decides) == ("人事部", "13812345521", True)
    assert contact.do_not_disturb_since == THURSDAY
    assert "不能改名" in say(about, 422, name="李经理", do_not_disturb_since="2026-11-19").content.decode()
    say(about, 422, name="张经理", phone="没有")
    assert "13812345521" not in str(list(Trace.objects.values_list("changes")))
    assert not Registration.objects.exists()


def test_what_was_said_in_a_call_stays_until_the_call_goes(say, prospect, zhou):
    make.call(zhou, client="宏达机械", contact="张经理", do_not_disturb=True, outcome="勿扰")
    contact = Contact.objects.get(prospect=prospect, name="张经理")
    assert "删了那次电话" in say(f"contacts/{contact.pk}", 422, name="张经理").content.decode()


def test_nobody_else_changes_anything(client, prospect, manager, stranger, hq):
    contact = prospect.contacts.get()
    for who in (manager, stranger, hq):
        client.force_login(who)
        for what in ("status", "next", f"contacts/{contact.pk}"):
            assert client.get(f"/clients/{prospect.pk}/{what}/").status_code in (403, 404)
            assert client.post(f"/clients/{prospect.pk}/{what}/", {"status": "lost"}).status_code in (403, 404)


def test_the_form_of_a_contact_shows_no_number_and_keeps_a_draft_of_its_own(client, prospect):
    first = prospect.contacts.get()
    other = Contact.objects.create(prospect=prospect, name="王敏", phone="13900001111")
    pages = [client.get(f"/clients/{prospect.pk}/contacts/{one.pk}/").content.decode() for one in (first, other)]
    for page, one in zip(pages, (first, other), strict=True):
        assert one.phone not in page and one.name in page
        assert f'data-autosave="contact" data-subject="{prospect.pk} {one.pk}"' in page
    assert f'data-subject="{prospect.pk}"' in client.get(f"/clients/{prospect.pk}/next/").content.decode()


def test_who_held_it_last_is_nobody_to_a_client_in_the_pool(client, prospect, zhou, department):
    """He still sees it by a post that reads masked; the control is the day before he let it go."""
    zhou.appointments.create(unit=department, post=Post.TEAM_LEADER, starts_on=make.LONG_AGO)
    contact = prospect.contacts.get()
    ways = ("status/", "next/", f"contacts/{contact.pk}/")
    assert [client.get(f"/clients/{prospect.pk}/{way}").status_code for way in ways] == [200] * 3
    assert "改状态" in client.get(f"/clients/{prospect.pk}/").content.decode()
    Prospect.objects.update(released_at=make.at(THURSDAY, 12))
    assert [client.get(f"/clients/{prospect.pk}/{way}").status_code for way in ways] == [404] * 3
    page = client.get(f"/clients/{prospect.pk}/").content.decode()
    assert "宏达机械" in page and "改状态" not in page and "补充资料" not in page
    assert not [way for way in ways if f"/clients/{prospect.pk}/{way}" in page]
    shown = client.post(f"/clients/{prospect.pk}/contacts/{contact.pk}/phone/")
    assert shown.status_code == 200 and contact.phone not in shown.content.decode()


def test_the_timeline_tells_all_and_counts_by_kind(say, seen, zhou, prospect):
    make.visit(zhou, client="宏达机械", contact="张经理", purpose="谈方案", kind="development", next_step_on=THURSDAY)
    make.visit(
        zhou, client="宏达机械", day=THURSDAY - timedelta(days=1), purpose="送保单", starts_at=make.at(THURSDAY).time()
    )
    make.call(zhou, client="宏达机械", contact="张经理", purpose="约时间")
    say("status", status="contacted")
    page = seen(zhou, f"/clients/{prospect.pk}/")
    tabs = [" ".join(one.text_content().split()) for one in page.xpath("//nav[@aria-label='筛选时间线']/a")]
    assert tabs == ["全部 4", "开拓 1", "维护 2"]
    text = page.text_content()
    assert "状态改为已接触" in text and "约时间" in text
    only = seen(zhou, f"/clients/{prospect.pk}/?shown=development").xpath("//*[@aria-labelledby='timeline']")[0]
    assert "谈方案" in only.text_content() and "约时间" not in only.text_content()


def test_fifty_and_then_more(seen, client, zhou, prospect, django_assert_max_num_queries):
    day = THURSDAY - timedelta(days=1)
    for number in range(60):
        make.call(zhou, day, client="宏达机械", contact="张经理", purpose=f"第{number:02}通")
    page = seen(zhou, f"/clients/{prospect.pk}/")
    text = page.text_content()
    assert text.count("通") - text.count("接通") == 50 and "再看 50 条" in text and "全部 60" in text
    with django_assert_max_num_queries(30):
        text = client.get(f"/clients/{prospect.pk}/?pages=2").content.decode()
    assert "再看 50 条" not in text and "第00通" in text
    for odd in ("0", "-1", "x", "99999999", "٣"):
        assert client.get(f"/clients/{prospect.pk}/", {"pages": odd, "shown": odd}).status_code == 200
