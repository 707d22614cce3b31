"""Cards, first passwords, changed passwords: who hands out, who may use, how often."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from org.accounts import actions, rules
from org.accounts.passwords import DEMO_PASSWORD
from org.notices.models import Notice
from org.people.models import Person
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make

AT = make.at(make.MONDAY, 9)
NEW = "Regen-im-Mai-7"


@pytest.fixture(autouse=True)
def monday(clock_at):
    clock_at(AT)


@pytest.fixture
def clerk(branch):
    return make.person(Post.BRANCH_CLERK, unit=branch, name="王芳")


@pytest.fixture
def admin(city):
    return make.person(Post.SYSTEM_ADMIN, unit=city, name="系统")


@pytest.fixture
def code(zhou, clerk):
    return actions.hand_out_code(zhou, by=clerk, at=AT, key=uuid4())


def activate(client, person, code, password=NEW, again=None):
    told = {"employee_no": person.employee_no, "code": code}
    return client.post("/activate/", {**told, "new_password": password, "new_password2": again or password})


def test_a_code_is_ten_signs_without_look_alikes():
    code = rules.code_from(bytes(range(250, 256)) + bytes(range(10)))
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{10}", code)
    assert rules.typed(f" ｂ{rules.printed(code)[1:].lower()} ") == "B" + code[1:]


def test_the_code_opens_the_account_once_with_a_password_of_ones_own(client, zhou, code):
    answer = activate(client, zhou, rules.printed(code).lower())
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/me/").status_code == 200
    zhou.refresh_from_db()
    assert zhou.check_password(NEW)
    assert zhou.activation_code == ""
    assert activate(Client(), zhou, code, "Another-one-8").status_code == 422


def test_only_the_hash_of_a_code_is_kept(zhou, code):
    zhou.refresh_from_db()
    assert zhou.activation_code.startswith("argon2")
    assert code not in str(Trace.objects.values()) + str(Notice.objects.values())


def test_a_code_lasts_seven_days(client, zhou, code, clock_at):
    clock_at(AT + timedelta(days=7))
    assert activate(client, zhou, code).status_code == 422
    clock_at(AT + timedelta(days=7, seconds=-1))
    assert activate(client, zhou, code).status_code == 302


def test_a_new_card_voids_the_old_one(client, zhou, clerk, code):
    newer = actions.hand_out_code(zhou, by=clerk, at=AT, key=uuid4())
    assert activate(client, zhou, code).status_code == 422
    assert activate(client, zhou, newer).status_code == 302


def test_the_same_form_prints_the_same_card(zhou, clerk):
    key = uuid4()
    first, again = (actions.hand_out_code(zhou, by=clerk, at=AT, key=key) for _ in range(2))
    assert first == again
    assert Trace.objects.filter(verb="activation_card").count() == 1
    assert Notice.objects.filter(to=zhou).count() == 1


def test_wrong_codes_are_counted_with_wrong_passwords(client, zhou, code):
    answers = [activate(client, zhou, "AAAAA22222").status_code for _ in range(5)]
    assert answers == [422] * 4 + [429]
    assert activate(client, zhou, code).status_code == 429


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        (NEW, "other", "两次输入的密码不一样"),
        ("short7", "short7", "10"),
        ("1234567890", "1234567890", "数字"),
        (DEMO_PASSWORD, DEMO_PASSWORD, "演示密码"),
    ],
)
def test_a_bad_password_costs_no_code(client, zhou, code, password, again, says):
    answer = activate(client, zhou, code, password, again)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert activate(client, zhou, code).status_code == 302


def test_somebody_who_left_gets_no_card_and_uses_none(client, zhou, clerk, code):
    Person.objects.filter(pk=zhou.pk).update(left_on=make.MONDAY - timedelta(days=1))
    assert activate(client, zhou, code).status_code == 422
    with pytest.raises(Refused, match="已离司"):
        actions.hand_out_code(Person.objects.get(pk=zhou.pk), by=clerk, at=AT, key=uuid4())


@pytest.mark.parametrize("post", list(Post))
def test_cards_come_from_the_clerk_of_the_branch_or_the_administrator(post, zhou):
    by = make.person(post, unit=make.home_of(post, zhou.appointments.get().unit))
    if post in {Post.BRANCH_CLERK, Post.SYSTEM_ADMIN}:
        assert actions.hand_out_code(zhou, by=by, at=AT, key=uuid4())
    else:
        with pytest.raises(Refused, match="不归你管"):
            actions.hand_out_code(zhou, by=by, at=AT, key=uuid4())


def asked_for(who, by):
    """Each verb that lends somebody's account, and whether it was refused."""
    verbs = {
        "card": lambda: actions.hand_out_code(who, by=by, at=AT, key=uuid4()),
        "unlock": lambda: actions.unlock(who, by=by, at=AT),
    }
    refused = set()
    for name, verb in verbs.items():
        try:
            verb()
        except Refused:
            refused.add(name)
    return refused


class TestWhoHoldsMoreThanOnePost:
    def test_one_post_in_another_branch_is_enough_to_be_beyond_a_clerk(self, zhou, clerk, admin, stranger):
        make.appoint(zhou, Post.CLIENT_MANAGER, stranger.appointments.get().unit)
        assert asked_for(zhou, clerk) == {"card", "unlock"}
        assert asked_for(zhou, admin) == set()

    @pytest.mark.parametrize("post", list(Post))
    def test_a_clerk_resets_those_below_the_deputy(self, zhou, clerk, admin, post):
        below = {Post.CLIENT_MANAGER, Post.TEAM_LEADER, Post.SECTION_CHIEF, Post.DEPARTMENT_MANAGER}
        if post != Post.CLIENT_MANAGER:
            make.appoint(zhou, post, clerk.appointments.get().unit)
        assert asked_for(zhou, clerk) == (set() if post in below else {"card", "unlock"})
        assert asked_for(zhou, admin) == set()

    def test_a_post_that_begins_while_the_card_is_about_counts_too(self, zhou, clerk, branch):
        make.appoint(zhou, Post.BRANCH_DEPUTY_GM, branch, starts_on=make.MONDAY + timedelta(days=1))
        assert asked_for(zhou, clerk) == {"card", "unlock"}

    def test_a_post_that_is_over_does_not(self, zhou, clerk, branch):
        make.appoint(zhou, Post.BRANCH_DEPUTY_GM, branch, ends_on=make.MONDAY - timedelta(days=1))
        assert asked_for(zhou, clerk) == set()

    def test_an_administrator_of_one_city_leaves_alone_who_serves_two(self, zhou, admin):
        make.appoint(zhou, Post.AUDITOR, make.city("3706", "烟台市公司"))
        assert asked_for(zhou, admin) == {"card", "unlock"}
        for verb in (actions.suspend, actions.restore, actions.forget_second_factor):
            with pytest.raises(Refused, match="不归你管"):
                verb(zhou, by=admin, at=AT)


def test_no_card_for_another_branch_nor_for_oneself(client, clerk, stranger):
    for person in (stranger, clerk):
        with pytest.raises(Refused, match="不归你管"):
            actions.hand_out_code(person, by=clerk, at=AT, key=uuid4())
    client.force_login(clerk)
    assert client.post(f"/people/{stranger.employee_no}/card/", {"key": uuid4()}).status_code == 404


def test_the_page_prints_the_card_that_works(client, zhou, clerk):
    client.force_login(clerk)
    page = client.post(f"/people/{zhou.employee_no}/card/", {"key": uuid4()}).content.decode()
    assert "data:image/svg+xml;base64," in page
    code = re.search(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", page)[0]
    assert activate(Client(), zhou, code).status_code == 302


def test_the_clerk_unlocks_an_account(client, zhou, clerk):
    client.force_login(clerk)  # first: it cleans failures that are old by the machine's own clock
    wrong = {"employee_no": zhou.employee_no, "password": "x"}
    assert [Client().post("/", wrong).status_code for _ in range(5)][-1] == 429
    assert "09:15 前不能登录" in client.get(f"/people/{zhou.employee_no}/").content.decode()
    client.post(f"/people/{zhou.employee_no}/unlock/")
    assert Client().post("/", wrong).status_code == 422


def test_the_administrator_suspends_and_restores_but_not_the_clerk(client, zhou, clerk, admin):
    client.force_login(clerk)
    assert client.post(f"/people/{zhou.employee_no}/suspend/").status_code == 403
    client.force_login(admin)
    client.post(f"/people/{zhou.employee_no}/suspend/")
    assert not Person.objects.get(pk=zhou.pk).is_active
    client.post(f"/people/{zhou.employee_no}/restore/")
    assert Person.objects.get(pk=zhou.pk).is_active
    client.post(f"/people/{admin.employee_no}/suspend/")
    assert Person.objects.get(pk=admin.pk).is_active


class TestChangingThePassword:
    @pytest.fixture
    def person(self, clerk):
        clerk.set_password("Ein-alter-Satz-1")
        clerk.save()
        return clerk

    def change(self, client, old="Ein-alter-Satz-1", new=NEW):
        return client.post("/change-password/", {"old_password": old, "new_password": new, "new_password2": new})

    def test_ends_every_other_session(self, client, person):
        other = Client()
        client.force_login(person)
        other.force_login(person)
        assert self.change(client).url == "/me/"
        assert client.get("/me/").status_code == 200
        assert other.get("/me/").status_code == 302

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [("wrong", NEW, "和现在的密码不一样"), ("Ein-alter-Satz-1", "Ein-alter-Satz-1", "换一个和现在不同的")],
    )
    def test_asks_for_the_old_one_and_another_new_one(self, client, person, old, new, says):
        client.force_login(person)
        answer = self.change(client, old, new)
        assert answer.status_code == 422
        assert says in answer.content.decode()

    def test_comes_first_when_it_is_owed(self, client, person):
        Person.objects.filter(pk=person.pk).update(must_change_password=True)
        client.force_login(person)
        assert client.get("/inbox/").url == "/change-password/"
        assert client.get("/").url == "/change-password/"
        assert "先换成自己的密码" in client.get("/change-password/").content.decode()
        self.change(client)
        assert client.get("/inbox/").status_code == 200
