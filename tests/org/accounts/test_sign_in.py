"""The door: who comes in, how often one may try, how long a sign-in lasts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from lxml import html

from org.accounts.passwords import DEMO_PASSWORD
from org.people.models import Person
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make

PASSWORD = "Regen-im-Mai-7"
MONDAY_9 = make.at(make.MONDAY, 9)


@pytest.fixture
def wang(department):
    """王芳, with a password and a desk of her own (no redirect from `/`)."""
    person = make.person(Post.BRANCH_CLERK, unit=department.branch, name="王芳", employee_no="10284")
    person.set_password(PASSWORD)
    person.save()
    return person


def come(client, number="10284", password=PASSWORD, **more):
    return client.post("/", {"employee_no": number, "password": password, **more})


def test_a_stranger_finds_one_form_whose_first_text_field_is_the_number(client, db):
    page = html.fromstring(client.get("/").content)
    assert [form.get("method") for form in page.iter("form")] == ["post"]
    typed = [field.name for field in page.forms[0].inputs if field.get("type") not in ("hidden", "checkbox")]
    assert typed == ["employee_no", "password"]
    assert not page.forms[0].inputs["remember"].checked


def test_right_number_and_password_open_the_desk(client, wang):
    answer = come(client)
    assert (answer.status_code, answer.url) == (302, "/")
    assert "王芳" in client.get("/").content.decode()
    assert [trace.verb for trace in Trace.objects.of(wang)] == ["sign_in"]


def test_full_width_digits_and_blanks_are_forgiven(client, wang):
    assert come(client, " １０２８４ ").status_code == 302


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/inbox/", "/inbox/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("javascript:alert(1)", "/"),
        ("inbox", "/"), ("people/", "/"), ("/\\evil.example", "/"), ("http://testserver/inbox/", "/"),
    ],
)  # fmt: skip
def test_next_leads_nowhere_but_here(client, wang, target, lands):
    assert come(client, next=target).url == lands
    assert client.post("/theme/", {"theme": "dark", "next": target}).url == lands


def test_the_number_of_nobody_answers_as_a_wrong_password_does(client, wang):
    known, unknown = come(client, password="x"), come(client, number="99999", password="x")
    same = [html.fromstring(answer.content).xpath("string(//*[@role='alert'])").strip() for answer in (known, unknown)]
    assert same == ["工号或密码不对，还可以试 4 次"] * 2
    assert known.status_code == unknown.status_code == 422


@pytest.mark.parametrize("number", ["10284", "99999"])
def test_after_five_tries_the_account_rests_a_quarter_of_an_hour(client, wang, clock_at, number):
    clock_at(MONDAY_9)
    answers = [come(client, number, "x").status_code for _ in range(6)]
    assert answers == [422] * 4 + [429] * 2
    elsewhere = Client(REMOTE_ADDR="10.0.0.9", HTTP_USER_AGENT="another")
    assert "09:15 以后可以再试" in come(elsewhere, number).content.decode()
    clock_at(MONDAY_9 + timedelta(minutes=16))
    assert come(elsewhere, number).status_code == (302 if number == "10284" else 422)


class TestADeviceThatWasHereBefore:
    """Guesses from elsewhere lock out the guesser, not the phone on which the person signs in every day."""

    @pytest.fixture
    def phone(self, wang, clock_at):
        clock_at(MONDAY_9)
        phone = Client(REMOTE_ADDR="10.0.0.7")
        assert come(phone).status_code == 302
        phone.post("/sign-out/")
        return phone

    def lock(self, number="10284"):
        elsewhere = Client(REMOTE_ADDR="10.0.0.9")
        assert [come(elsewhere, number, "x").status_code for _ in range(5)][-1] == 429
        return elsewhere

    def test_comes_in_while_strangers_are_locked_out(self, phone):
        elsewhere = self.lock()
        assert come(phone).status_code == 302
        assert come(elsewhere).status_code == 429, "his success gives the guesser no new tries"

    def test_has_five_tries_of_its_own(self, phone):
        self.lock()
        answers = [come(phone, password="x") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 4 + [429] * 2
        assert "还可以试 4 次" in answers[0].content.decode()
        assert "09:15 以后可以再试" in answers[-1].content.decode()
        assert come(phone).status_code == 429

    def test_is_nothing_for_another_account(self, phone, department):
        other = make.person(Post.CLIENT_MANAGER, unit=department, employee_no="10285")
        other.set_password(PASSWORD)
        other.save()
        self.lock("10285")
        assert come(phone, "10285").status_code == 429

    @pytest.mark.parametrize("forged", ["10284", "10284:x:x", ""])
    def test_is_not_made_up(self, phone, forged):
        elsewhere = self.lock()
        elsewhere.cookies["device"] = forged
        assert come(elsewhere).status_code == 429

    def test_is_no_way_in_by_itself(self, phone):
        assert phone.get("/inbox/").status_code == 302
        assert phone.cookies["device"]["httponly"]


def test_twenty_wrong_tries_from_one_address_rest_too(client, wang):
    wrong = [come(client, f"2000{n // 4}", "x").status_code for n in range(20)]
    assert set(wrong) == {422}
    assert come(client).status_code == 429
    assert come(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302


def test_no_password_and_no_code_is_kept_with_the_failures(client, wang):
    client.post("/", {"employee_no": "10284", "password": "canary-1"})
    client.post(
        "/activate/",
        {"employee_no": "10284", "code": "CANARY2345", "new_password": "canary-2-x", "new_password2": "canary-2-x"},
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), string_agg(post_data, ' ') FROM axes_accessattempt")
        count, kept = cursor.fetchone()
    assert count == 1
    assert "canary" not in kept.lower()


@pytest.mark.race
def test_forty_guesses_at_once_are_five_tries(fresh_db, rounds):
    for _ in range(rounds(1, 10)):
        person = make.person(Post.BRANCH_CLERK, unit=make.branch())
        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(partial(_guess, person.employee_no), range(40)))
        assert answers.count(422) == 4  # the fifth wrong one is answered with the lock
        assert answers.count(429) == 36


def _guess(number, n):
    try:
        return come(Client(REMOTE_ADDR=f"10.0.1.{n}", HTTP_USER_AGENT=f"guess {n}"), number, f"guess {n}").status_code
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [("is_active", False, 422), ("left_on", make.MONDAY - timedelta(days=1), 422), ("left_on", make.MONDAY, 302)],
)
def test_who_left_or_is_suspended_stays_outside(client, wang, clock_at, field, value, status):
    clock_at(MONDAY_9)
    Person.objects.filter(pk=wang.pk).update(**{field: value})
    assert come(client).status_code == status


@pytest.mark.parametrize("change", [{"is_active": False}, {"left_on": make.MONDAY - timedelta(days=1)}])
def test_a_session_ends_at_the_next_request_after_leaving(client, wang, clock_at, change):
    clock_at(MONDAY_9)
    come(client)
    assert client.get("/inbox/").status_code == 200
    Person.objects.filter(pk=wang.pk).update(**change)
    assert client.get("/inbox/").url == "/?next=/inbox/"


def test_a_post_that_ended_yesterday_opens_nothing_today(client, wang, clock_at):
    wang.appointments.update(ends_on=make.MONDAY)
    clock_at(MONDAY_9)
    come(client, remember="on")
    assert client.get("/people/").status_code == 200
    clock_at(make.at(make.MONDAY + timedelta(days=1), 0, 0, 1))
    assert client.get("/people/").status_code == 403
    assert client.get("/me/").status_code == 200


def test_twelve_idle_hours_end_a_session_and_use_rolls_them(client, wang, clock_at):
    clock_at(MONDAY_9)
    come(client)
    for hours in (11, 22, 33):
        clock_at(MONDAY_9 + timedelta(hours=hours))
        assert client.get("/inbox/").status_code == 200
    clock_at(MONDAY_9 + timedelta(hours=45))
    assert client.get("/inbox/").status_code == 302


def test_a_remembered_device_lasts_seven_days(client, wang, clock_at):
    clock_at(MONDAY_9)
    come(client, remember="on")
    clock_at(MONDAY_9 + timedelta(days=6, hours=23))
    assert client.get("/inbox/").status_code == 200
    assert client.cookies["sessionid"]["max-age"] == 7 * 24 * 3600


def test_the_session_is_not_written_on_each_request(client, wang, clock_at):
    clock_at(MONDAY_9)
    come(client)
    clock_at(MONDAY_9 + timedelta(hours=1))
    before = Session.objects.get().session_data
    client.get("/inbox/")
    assert Session.objects.get().session_data == before
    clock_at(MONDAY_9 + timedelta(hours=2))
    client.get("/inbox/")
    assert Session.objects.get().session_data != before


def test_signing_in_gives_a_new_session_key(client, wang):
    client.get("/")
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["sessionid"] = session.session_key
    come(client)
    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_signing_out_is_a_post_and_ends_the_session(client, wang):
    come(client)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/inbox/").status_code == 302


def test_a_fragment_asked_without_a_session_sends_the_whole_page_to_the_door(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=wang"}
    answer = client.get("/inbox/", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/?next=%2Fpeople%2F%3Fq%3Dwang"


@pytest.mark.parametrize("made_up", ["http://[", "http://[::1/x", "http://testserver/inbox/\x00"])
def test_a_page_that_is_no_address_leads_to_the_door_alone(client, db, made_up):
    answer = client.get("/inbox/", headers={"HX-Request": "true", "HX-Current-URL": made_up})
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/")


@pytest.mark.parametrize(("demo", "status"), [(False, 422), (True, 302)])
def test_the_demo_password_opens_the_demo_only(client, wang, settings, demo, status):
    settings.DEMO, settings.TESTING, settings.DEBUG = demo, False, False
    wang.set_password(DEMO_PASSWORD)
    wang.save()
    assert come(client, password=DEMO_PASSWORD).status_code == status
