"""请他介绍: who agreed has a name, who did not is a number; a name becomes a prospect and is never typed twice."""

from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from activity.daily_log.models import DailyLog
from clients.limits.models import PhoneLook
from clients.prospects.models import Prospect, Registration
from clients.referrals import actions
from clients.referrals.models import Referral, ReferredName
from clients.referrals.rules import NewName, NewReferral
from org.drafts.models import FormDraft
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make

THURSDAY = make.THURSDAY
AT = make.at(THURSDAY, 14)


@pytest.fixture
def hongda(zhou):
    return make.prospect(zhou, "宏达机械")


@pytest.fixture
def script(city):
    return make.talk_track(city)


@pytest.fixture
def form(client, zhou, hongda, script, clock_at):
    clock_at(AT)
    client.force_login(zhou)

    def post(**more):
        data = {
            "key": uuid4(), "contact": "张经理", "result": "names", "steps": ["0", "1", "5"],
            "name0-company": "晨光幼儿园", "name0-name": "王园长", "name0-phone": "0532-85791234", "name0-agreed": "on",
        }  # fmt: skip
        return client.post(f"/clients/{hongda.pk}/referrals/new/", {**data, **more})

    return post


def test_asking_with_the_script_keeps_what_was_said_and_who_agreed(form, zhou):
    assert form(withheld="2").status_code == 302
    one = Referral.objects.get()
    assert (one.person, one.steps_done, one.withheld, one.script.number) == (zhou, [0, 1, 5], 2, 1)
    name = one.names.get()
    assert (name.company, name.name, name.agreed_on) == ("晨光幼儿园", "王园长", THURSDAY)
    assert Trace.objects.filter(verb="ask_referral").count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name0-agreed": ""}, "没同意联系的不能留名字"),
        ({"name0-name": ""}, "写上姓名"),
        ({"name0-company": ""}, "写上他的单位"),
        ({"name0-phone": "没有"}, "电话是 5 到 30 位数字"),
        ({"contact": ""}, "写上请的是谁"),
        ({"result": ""}, "选一个结果"),
        ({"result": "declined"}, "写了名字，结果就选"),
        ({"withheld": "-1"}, "没同意联系的人数"),
        ({"again_on": "2026-11-19"}, "再问日期在今天以后"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(form, said, sentence):
    answer = form(**said)
    html = answer.content.decode()
    assert answer.status_code == 422 and sentence in html, html[-3000:]
    assert "晨光幼儿园" in html or said.get("name0-company") == ""
    assert not Referral.objects.exists() and not ReferredName.objects.exists()


def test_a_name_without_its_day_of_consent_cannot_be_stored(hongda, script):
    one = make.referral(hongda)
    with pytest.raises(IntegrityError, match="agreed_on"), transaction.atomic():
        ReferredName.objects.create(referral=one, name="王", company="晨光", agreed_on=None, recorded_at=AT)


def test_the_fields_of_somebody_who_may_not_agree_are_kept_by_no_draft(client, zhou, hongda, script, clock_at):
    clock_at(AT)
    client.force_login(zhou)
    html = client.get(f"/clients/{hongda.pk}/referrals/new/").content.decode()
    for name in ("name0-name", "name0-company", "name0-phone"):
        field = html[html.index(f'name="{name}"') - 200 : html.index(f'name="{name}"') + 300]
        assert "data-no-draft" in field
    assert not FormDraft.objects.exists()


def test_a_second_tap_is_harmless(form):
    key = uuid4()
    first, second = form(key=key), form(key=key)
    assert first.status_code == second.status_code == 302 and first["Location"] == second["Location"]
    assert Referral.objects.count() == 1


def test_only_the_owner_asks(hongda, manager, script):
    new = NewReferral(contact="张经理", result="later")
    with pytest.raises(Refused, match="不归你"):
        actions.ask(hongda, script, new, by=manager, at=AT, key=uuid4())


def test_two_who_agreed_are_two_and_one_is_not_twice(hongda, zhou):
    one = make.referral(hongda, names=[("晨光幼儿园", "王园长")])
    actions.add_name(one, NewName(company="云帆物流", name="李总"), by=zhou, at=AT, key=uuid4())
    with pytest.raises(Refused, match="已经在这次的名单里"):
        actions.add_name(one, NewName(company="云帆物流", name="李总"), by=zhou, at=AT, key=uuid4())
    assert one.names.count() == 2


@pytest.fixture
def name(hongda):
    one = make.referral(hongda, names=[("晨光幼儿园", "王园长")])
    ReferredName.objects.update(phone="0532-85791234")
    return one.names.get()


def register(client, name, **more):
    where = f"/today/{THURSDAY}/prospect/new/"
    sheet = client.get(f"{where}?referred={name.pk}")
    assert sheet.status_code == 200
    form = sheet.context["form"]
    data = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    return client.post(where, {**data, **more}), data


def test_a_name_is_registered_from_a_filled_sheet_and_is_tied_to_what_came_of_it(client, zhou, name, clock_at):
    clock_at(AT)
    client.force_login(zhou)
    answer, typed = register(client, name)
    assert answer.status_code == 302
    assert (typed["name"], typed["handler"], typed["phone"], typed["source"]) == (
        "晨光幼儿园", "王园长", "0532-85791234", "referral",
    )  # fmt: skip
    made = Prospect.objects.get(name="晨光幼儿园")
    name.refresh_from_db()
    assert (name.prospect, made.source, made.referrer) == (made, "referral", "宏达机械 张经理")
    assert Registration.objects.get().counted and DailyLog.objects.get().prospects == 1
    assert client.get(f"/today/{THURSDAY}/prospect/new/?referred={name.pk}").status_code == 404


def test_taken_back_and_undone_it_stays_tied(client, zhou, name, clock_at):
    clock_at(AT)
    client.force_login(zhou)
    register(client, name)
    entry = Registration.objects.get().pk
    client.post(f"/today/{THURSDAY}/prospect/{entry}/remove/")
    name.refresh_from_db()
    assert name.prospect is None and not Prospect.objects.filter(name="晨光幼儿园").exists()
    client.post(f"/today/{THURSDAY}/undo/")
    name.refresh_from_db()
    assert name.prospect.name == "晨光幼儿园"


def test_a_registration_that_is_refused_ties_nothing(client, zhou, name, clock_at):
    clock_at(AT)
    client.force_login(zhou)
    make.prospect(zhou, "晨光幼儿园")
    answer, _typed = register(client, name)
    assert answer.status_code == 422 and "已登记过这家单位" in answer.content.decode()
    name.refresh_from_db()
    assert name.prospect is None


def test_who_takes_his_consent_back_leaves_a_number(name, zhou):
    actions.forget(name.pk, by=zhou, at=AT)
    one = Referral.objects.get()
    assert (one.withheld, one.names.count()) == (1, 0)
    assert "王园长" not in str(list(Trace.objects.values("verb", "changes")))


def test_a_closed_name_keeps_its_reason_and_loses_its_number(name, zhou):
    actions.close(name.pk, reason="暂无用工", by=zhou, at=AT)
    name.refresh_from_db()
    assert (name.closed_reason, name.phone, name.is_open) == ("暂无用工", "", False)
    with pytest.raises(Refused, match="已经登记或不再跟进"):
        actions.become(name.pk, prospect_id=make.prospect(zhou, "晨光").pk, by=zhou, at=AT)


def test_the_number_is_masked_until_it_is_asked_for_with_a_trace(client, zhou, manager, name, clock_at):
    clock_at(AT)
    for who in (zhou, manager):
        client.force_login(who)
        html = client.get(f"/referrals/{name.referral_id}/").content.decode()
        assert "053 **** 1234" in html and "85791234" not in html
    assert client.post(f"/referrals/names/{name.pk}/phone/").status_code == 403
    client.force_login(zhou)
    assert "0532-85791234" in client.post(f"/referrals/names/{name.pk}/phone/").content.decode()
    assert Trace.objects.get(verb="see_phone").by == zhou


def test_a_stranger_finds_nothing(client, stranger, name, clock_at):
    clock_at(AT)
    client.force_login(stranger)
    for where in (f"/referrals/{name.referral_id}/", f"/clients/{name.referral.prospect_id}/referrals/tree/"):
        assert client.get(where).status_code == 404
    assert "宏达机械" not in client.get("/referrals/figures/").content.decode()
    rows = client.get(f"/referrals/rows/?item=names&by=referrer&of={name.referral.prospect_id}").content.decode()
    assert "晨光" not in rows


def test_two_who_take_their_consent_back_are_two(hongda, zhou):
    """Each read the count before the other wrote it."""
    one = make.referral(hongda, names=[("晨光幼儿园", "王园长"), ("云帆物流", "李总")])
    stale = {row.pk: row for row in ReferredName.objects.select_related("referral")}
    for row in stale.values():
        with patch.object(actions, "_locked_name", return_value=row):
            actions.forget(row.pk, by=zhou, at=AT)
    one.refresh_from_db()
    assert one.withheld == 2


def test_a_registered_name_keeps_no_copy_of_the_number(client, zhou, name, clock_at):
    clock_at(AT)
    actions.become(name.pk, prospect_id=make.prospect(zhou, "晨光").pk, by=zhou, at=AT)
    name.refresh_from_db()
    assert name.phone == ""
    ReferredName.objects.update(phone="0532-85791234")  # of before
    client.force_login(zhou)
    answer = client.post(f"/referrals/names/{name.pk}/phone/", follow=True)
    assert "85791234" not in answer.content.decode() and not PhoneLook.objects.exists()


def test_a_look_at_the_number_stands_with_the_other_looks(client, zhou, name, clock_at):
    clock_at(AT)
    client.force_login(zhou)
    client.post(f"/referrals/names/{name.pk}/phone/")
    look = PhoneLook.objects.get()
    assert (look.person, look.contact, look.client, look.own) == (zhou, "王园长", "宏达机械", True)


def test_what_was_handed_over_meanwhile_is_written_by_nobody_else(hongda, zhou, manager, script):
    """The page still holds the client as it was."""
    one = make.referral(hongda, names=[("晨光幼儿园", "王园长")])
    Prospect.objects.filter(pk=hongda.pk).update(owner=manager)
    assert hongda.owner == zhou
    for act in (
        lambda: actions.ask(hongda, script, NewReferral(contact="张", result="later"), by=zhou, at=AT, key=uuid4()),
        lambda: actions.add_name(one, NewName(company="云帆", name="李"), by=zhou, at=AT, key=uuid4()),
        lambda: actions.thank(one, day=THURSDAY, told="谢", by=zhou, at=AT, key=uuid4()),
    ):
        with pytest.raises(Refused, match="不归你"):
            act()
