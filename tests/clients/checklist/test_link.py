"""The client's own link: works once, expires, shows nothing else (issue 5)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clients.checklist import actions, client_views
from clients.checklist.models import Answer, ClientLink, ConsultationChecklist, HealthAnswer, Submission
from clients.checklist.words import fingerprint, notice
from org.notices.models import Notice
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.clients.checklist.conftest import NOW
from tests.clients.checklist.sheets import CHILD, MEMBERS, sheet

SECRET = "甲状腺结节"


def test_from_the_notice_to_thanks(phone, token, link, zhou):
    first = phone.get(f"/fill/{token}/")
    assert first.status_code == 200 and "周婷" in first.content.decode() and "青岛市公司" in first.content.decode()
    assert phone.get(f"/fill/{token}/form/").status_code == 302  # the notice comes first
    assert phone.post(f"/fill/{token}/", {}).status_code == 422
    assert phone.post(f"/fill/{token}/form/", sheet()).status_code == 302 and not Submission.objects.exists()
    assert phone.post(f"/fill/{token}/", {"agree": "on"}).status_code == 302
    assert phone.get(f"/fill/{token}/").status_code == 302  # the same device goes on where it was
    assert phone.get(f"/fill/{token}/form/").status_code == 200
    done = phone.post(f"/fill/{token}/form/", sheet(), follow=True)
    assert "已收到，谢谢" in done.content.decode()
    told = Submission.objects.get()
    assert told.answers["income"] == {"spending_monthly": "5000", "earners": [{"who": "self", "yearly": "96000"}]}
    assert told.consented_at == NOW or abs(told.consented_at - NOW) < timedelta(minutes=1)
    assert len(told.notice_sha256) == 64
    [notice] = Notice.objects.filter(to=zhou)
    assert notice.title == "欧阳先生一家：十项资料客户填好了"
    assert notice.link == reverse("client-checklist-review", args=[link.checklist.prospect_id])


def test_after_it_was_handed_in_it_shows_thanks_and_nothing_of_it(begun, token):
    begun.post(f"/fill/{token}/form/", sheet())
    for device in (begun, Client(HTTP_HOST="localhost")):
        page = device.get(f"/fill/{token}/").content.decode()
        assert "已收到" in page and "部门经理" not in page and "5000" not in page
        assert device.post(f"/fill/{token}/form/", sheet()).status_code == 302
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(("later", "opens"), [(timedelta(days=7, seconds=-30), True), (timedelta(days=7), False)])
def test_it_expires(phone, token, clock_at, later, opens):
    clock_at(NOW + later)
    assert phone.get(f"/fill/{token}/").status_code == (200 if opens else 410)
    assert phone.post(f"/fill/{token}/", {"agree": "on"}).status_code == (302 if opens else 410)


def test_what_was_begun_in_time_is_handed_in_too_late(begun, token, clock_at):
    clock_at(NOW + timedelta(days=7))
    assert begun.post(f"/fill/{token}/form/", sheet()).status_code == 302
    assert not Submission.objects.exists()


def test_it_opens_on_three_devices_and_no_more(token):
    devices = [Client(HTTP_HOST="localhost") for _ in range(4)]
    codes = [device.post(f"/fill/{token}/", {"agree": "on"}).status_code for device in devices]
    assert codes == [302, 302, 302, 409]
    assert devices[0].post(f"/fill/{token}/", {"agree": "on"}).status_code == 302  # one that had begun
    assert ClientLink.objects.get().openings == 3


def test_a_new_link_ends_the_old_and_the_owner_may_end_it(phone, token, family, zhou):
    newer = actions.make_link(family, by=zhou, at=NOW + timedelta(minutes=1), key=uuid4())
    assert phone.get(f"/fill/{token}/").status_code == 410 and phone.get(f"/fill/{newer}/").status_code == 200
    owner = Client(HTTP_HOST="localhost")
    owner.force_login(zhou)
    assert owner.post(reverse("client-checklist-link-end", args=[family.pk])).status_code == 302
    assert phone.get(f"/fill/{newer}/").status_code == 410


def test_it_ends_when_the_family_is_handed_over(phone, token, family, department):
    family.owner = make.person("client_manager", unit=department)
    family.save()
    assert phone.get(f"/fill/{token}/").status_code == 410


def test_a_double_tap_shows_the_same_link_and_only_its_hash_is_kept(family, zhou):
    key = uuid4()
    first, second = (actions.make_link(family, by=zhou, at=NOW, key=key) for _ in range(2))
    assert first == second and ClientLink.objects.count() == 1
    assert ClientLink.objects.get().token_hash != first


def test_its_pages_are_kept_and_led_nowhere(begun, token):
    """No cache, no search engine, no way into the house, no session, no token in a Referer that leaves the site."""
    for address in (f"/fill/{token}/form/", f"/fill/{token}x/"):
        page = begun.get(address)
        assert page["Cache-Control"] == "no-store" and "noindex" in page["X-Robots-Tag"]
        assert page["Referrer-Policy"] == "same-origin" and "script-src 'self'" in page["Content-Security-Policy"]
        assert 'href="/"' not in page.content.decode() and "登录" not in page.content.decode()
        assert "<a " not in page.content.decode()
    named = f"fill-{ClientLink.objects.get().pk.hex}"
    assert set(begun.cookies) <= {named, "csrftoken"}
    assert begun.cookies[named]["httponly"] and begun.cookies[named]["path"] == "/fill/"


def test_it_shows_nothing_of_the_client_or_of_others(begun, token, family, zhou):
    """Whatever the owner wrote before: the sheet comes empty."""
    told = {"members": [{"relation": "self", "age": 30, "sex": "male", "occupation": "金丝雀职业"}], "city": "金丝雀市"}
    actions.tell(family, actions.Item.FAMILY, told, guardian=False, by=zhou, at=NOW, key=uuid4())
    make.prospect(zhou, "金丝雀机械")
    fresh = Client(HTTP_HOST="localhost")
    pages = [begun.get(f"/fill/{token}/form/"), fresh.get(f"/fill/{token}/"), begun.post(f"/fill/{token}/form/", {})]
    for page in pages:
        text = page.content.decode()
        assert "金丝雀" not in text and family.name not in text and "欧阳" not in text and zhou.employee_no not in text


def test_the_form_needs_its_token_and_no_session(token):
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert strict.post(f"/fill/{token}/", {"agree": "on"}).status_code == 403
    page = strict.get(f"/fill/{token}/")
    body = {"agree": "on", "csrfmiddlewaretoken": page.context["csrf_token"]}
    assert strict.post(f"/fill/{token}/", body).status_code == 302
    assert "sessionid" not in strict.cookies


def test_guessing_rests_after_twenty(db, phone, clock_at):
    clock_at(NOW)
    codes = [phone.get(f"/fill/{n}/").status_code for n in range(21)]
    assert codes == [404] * 20 + [429]
    clock_at(NOW + timedelta(minutes=16))
    assert phone.get("/fill/another/").status_code == 404


# Children and health.


def test_a_childs_data_need_the_guardians_tick(begun, token):
    refused = begun.post(f"/fill/{token}/form/", sheet(*MEMBERS, CHILD))
    assert refused.status_code == 422 and "监护人勾选同意" in refused.content.decode()
    assert not Submission.objects.exists() and "上幼儿园" in refused.content.decode()  # nothing typed is lost
    assert begun.post(f"/fill/{token}/form/", sheet(*MEMBERS, CHILD, guardian="on")).status_code == 302
    assert Submission.objects.get().guardian_agreed_at is not None


@pytest.mark.parametrize(
    "row", [{"social-rows-0-who": "child", "social-rows-0-scheme": "rural"}, {"policies-rows-0-who": "child"}]
)
def test_a_child_is_noticed_in_other_items_too(begun, token, row):
    assert begun.post(f"/fill/{token}/form/", sheet(**row)).status_code == 422


def test_health_needs_a_tick_of_its_own(begun, token):
    assert begun.post(f"/fill/{token}/form/", sheet(health=SECRET)).status_code == 422
    assert not HealthAnswer.objects.exists()
    assert begun.post(f"/fill/{token}/form/", sheet(health=SECRET, health_agree="on")).status_code == 302
    kept = HealthAnswer.objects.get()
    assert kept.words == SECRET and kept.consented_at


def test_an_empty_sheet_and_a_wrong_amount_are_said_in_words(begun, token):
    empty = begun.post(f"/fill/{token}/form/", {k: v for k, v in sheet().items() if "FORMS" in k})
    assert empty.status_code == 422 and "至少填一项" in empty.content.decode()
    wrong = begun.post(f"/fill/{token}/form/", sheet(**{"income-rows-0-yearly": "九万"}))
    assert wrong.status_code == 422 and "九万" in wrong.content.decode()


def test_rows_are_added_without_a_script(begun, token):
    more = begun.post(f"/fill/{token}/form/", sheet(more="family"))
    assert 'name="family-rows-4-age"' in more.content.decode() and not Submission.objects.exists()
    assert "部门经理" in more.content.decode()


# Withdrawal.


def test_the_client_withdraws_and_everything_he_told_is_gone(begun, token, link, family, zhou):
    given = sheet(*MEMBERS, CHILD, guardian="on", health=SECRET, health_agree="on")
    begun.post(f"/fill/{token}/form/", given)
    actions.tell(family, actions.Item.BUDGET, {"yearly": "100"}, guardian=False, by=zhou, at=NOW, key=uuid4())
    actions.take(Submission.objects.get(), ["family"], by=zhou, at=NOW, key=uuid4())
    changed = {"members": [{"relation": "child", "age": 3}]}
    actions.tell(family, actions.Item.FAMILY, changed, guardian=False, by=zhou, at=NOW, key=uuid4())
    device = Client(HTTP_HOST="localhost")
    assert device.post(f"/fill/{token}/withdraw/", {}).status_code == 422
    page = device.post(f"/fill/{token}/withdraw/", {"sure": "on"}, follow=True)
    assert "已撤回，你填的内容已删除" in page.content.decode()
    assert not Submission.objects.exists() and not HealthAnswer.objects.exists()
    assert list(Answer.objects.values_list("item", flat=True)) == ["budget"]  # what he told her face to face
    trace = Trace.objects.get(verb="withdraw_client_consent")
    assert trace.actor == "client" and trace.changes == {}
    assert Notice.objects.filter(to=zhou, kind="checklist_withdrawn").exists()


def test_the_owner_erases_everything_on_request(begun, token, family, zhou, client):
    begun.post(f"/fill/{token}/form/", sheet(health=SECRET, health_agree="on"))
    client.force_login(zhou)
    address = reverse("client-checklist-erase", args=[family.pk])
    assert client.post(address, {"key": uuid4()}).status_code == 422
    assert client.post(address, {"key": uuid4(), "sure": "on"}).status_code == 302
    assert not ConsultationChecklist.objects.exists() and not HealthAnswer.objects.exists()
    assert Trace.objects.get(verb="erase_checklist").changes == {}
    assert begun.get(f"/fill/{token}/").status_code == 404


def test_no_log_keeps_an_address(begun, token, caplog):
    """The line of a refusal says that it was one of these, not which."""
    assert begun.post(f"/fill/{token}/form/", sheet(health="x")).status_code == 422
    assert "/fill/…/form/" in caplog.text and token not in caplog.text


def test_the_guardians_word_ends_with_the_sheet_that_gave_it(begun, token, link, family, zhou):
    begun.post(f"/fill/{token}/form/", sheet(*MEMBERS, CHILD, guardian="on"))
    actions.take(Submission.objects.get(), ["family"], by=zhou, at=NOW, key=uuid4())
    of_child = {"people": [{"who": "child", "scheme": "rural"}]}
    actions.tell(family, actions.Item.SOCIAL, of_child, guardian=False, by=zhou, at=NOW, key=uuid4())
    actions.tell(family, actions.Item.BUDGET, {"yearly": "100"}, guardian=False, by=zhou, at=NOW, key=uuid4())
    Client(HTTP_HOST="localhost").post(f"/fill/{token}/withdraw/", {"sure": "on"})
    assert list(Answer.objects.values_list("item", flat=True)) == ["budget"]
    assert ConsultationChecklist.objects.get().guardian_agreed_at is None
    with pytest.raises(Refused, match="监护人"):
        actions.tell(family, actions.Item.SOCIAL, of_child, guardian=False, by=zhou, at=NOW, key=uuid4())


def test_a_guardians_word_of_its_own_outlives_the_sheet(begun, token, family, zhou):
    of_child = {"people": [{"who": "child", "scheme": "rural"}]}
    actions.tell(family, actions.Item.SOCIAL, of_child, guardian=True, by=zhou, at=NOW, key=uuid4())
    begun.post(f"/fill/{token}/form/", sheet(*MEMBERS, CHILD, guardian="on"))
    actions.take(Submission.objects.get(), ["family"], by=zhou, at=NOW, key=uuid4())
    Client(HTTP_HOST="localhost").post(f"/fill/{token}/withdraw/", {"sure": "on"})
    assert list(Answer.objects.values_list("item", flat=True)) == ["social"]
    assert ConsultationChecklist.objects.get().guardian_agreed_at == NOW


def test_an_empty_take_over_does_not_begin_the_term_again(begun, token, zhou):
    begun.post(f"/fill/{token}/form/", sheet())
    before = ConsultationChecklist.objects.get().changed_at
    actions.take(Submission.objects.get(), [], by=zhou, at=NOW + timedelta(days=3), key=uuid4())
    assert ConsultationChecklist.objects.get().changed_at == before


def of_days(days, owner):
    return fingerprint(notice(name=owner.name, company="青岛市公司", kept_days=days))


def test_what_is_kept_is_the_notice_that_was_agreed_to(begun, token, zhou, monkeypatch):
    """Between the tick and the sheet the rules changed."""
    agreed = of_days(730, zhou)
    monkeypatch.setattr(client_views, "_notice", lambda link, at: [("保存多久", "永远")])
    begun.post(f"/fill/{token}/form/", sheet())
    assert Submission.objects.get().notice_sha256 == agreed


def test_a_notice_that_changed_under_the_reader_is_shown_again(phone, token):
    stale = phone.post(f"/fill/{token}/", {"agree": "on", "notice": "0" * 64})
    assert stale.status_code == 422 and "说明刚刚更新过" in stale.content.decode()
    shown = stale.context["form"]["notice"].value()
    assert phone.post(f"/fill/{token}/", {"agree": "on", "notice": shown}).status_code == 302


def test_a_double_tap_is_one_device_and_a_page_passed_on_is_another(token, clock_at):
    given = {"agree": "on", "key": str(uuid4())}
    for _tap in range(2):  # the second leaves before the first is answered
        assert Client(HTTP_HOST="localhost").post(f"/fill/{token}/", given).status_code == 302
    assert ClientLink.objects.get().openings == 1
    clock_at(NOW + timedelta(minutes=5))
    assert Client(HTTP_HOST="localhost").post(f"/fill/{token}/", given).status_code == 302
    assert ClientLink.objects.get().openings == 2


def test_two_families_on_one_device_do_not_put_each_other_out(begun, token, zhou):
    other = actions.make_link(make.household(zhou, "另一家"), by=zhou, at=NOW, key=uuid4())
    begun.post(f"/fill/{other}/", {"agree": "on"})
    assert begun.get(f"/fill/{token}/form/").status_code == begun.get(f"/fill/{other}/form/").status_code == 200
