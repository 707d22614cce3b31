"""What the owner of a family sees and does with the ten items; nobody else finds them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clients.checklist import actions, keeping
from clients.checklist.models import Answer, ClientLink, ConsultationChecklist, HealthAnswer, Submission
from org.drafts import actions as drafts
from org.drafts.models import FormDraft, Name
from org.periods.due import run_due
from org.posts import Post
from org.trace.actions import record
from tests import factories as make
from tests.clients.checklist.conftest import NOW
from tests.clients.checklist.sheets import FIELDS, MEMBERS, sheet
from tests.permissions.asking import rows, signed_in

SECRET = "金丝雀甲状腺结节"


def address(family, name="client-checklist", *more):
    return reverse(name, args=[family.pk, *more])


def item_body(item, *named_rows, **more):
    body = {"key": uuid4(), f"{item}-rows-INITIAL_FORMS": 0, f"{item}-rows-TOTAL_FORMS": len(named_rows)}
    for n, row in enumerate(named_rows):
        body |= {f"{item}-rows-{n}-{name}": value for name, value in row.items()}
    return body | {f"{item}-{name}": value for name, value in more.items() if name != "guardian"}


def members(*some):
    return [dict(zip(FIELDS, one, strict=True)) for one in some]


def test_an_item_is_told_and_shown(client, zhou, family, seen):
    client.force_login(zhou)
    page = seen(zhou, address(family))
    assert "已有 0 / 10" in page.text_content()
    body = item_body("family", *members(*MEMBERS), city="青岛")
    assert client.post(address(family, "client-checklist-item", "family"), body).status_code == 302
    assert client.post(address(family, "client-checklist-item", "family"), body).status_code == 302  # a double tap
    text = seen(zhou, address(family)).text_content()
    assert "已有 1 / 10" in text and "部门经理" in text and "30 岁" in text
    again = client.get(address(family, "client-checklist-item", "family")).content.decode()
    assert 'value="青岛"' in again and 'value="部门经理"' in again


def test_amounts_come_back_as_they_were_typed(client, zhou, family):
    client.force_login(zhou)
    at = address(family, "client-checklist-item", "income")
    client.post(at, item_body("income", {"who": "self", "yearly": "9.65"}, spending_monthly="5,000"))
    assert Answer.objects.get().value == {"spending_monthly": "5000", "earners": [{"who": "self", "yearly": "96500"}]}
    page = client.get(at).content.decode()
    assert 'value="9.65"' in page and 'value="5,000"' in page


def test_a_child_needs_the_guardian_here_too(client, zhou, family):
    client.force_login(zhou)
    at = address(family, "client-checklist-item", "family")
    body = item_body("family", *members(("child", 2, "male", "幼儿园")), city="青岛")
    refused = client.post(at, body)
    assert refused.status_code == 422 and "监护人" in refused.content.decode() and "幼儿园" in refused.content.decode()
    assert not Answer.objects.exists()
    assert client.post(at, body | {"key": uuid4(), "guardian": "on"}).status_code == 302
    assert ConsultationChecklist.objects.get().guardian_agreed_at is not None


def test_an_emptied_item_is_taken_back_and_health_is_not_hers_to_write(client, zhou, family):
    client.force_login(zhou)
    at = address(family, "client-checklist-item", "budget")
    client.post(at, {"key": uuid4(), "budget-yearly": "100"})
    client.post(at, {"key": uuid4(), "budget-yearly": ""})
    assert not Answer.objects.exists()
    assert client.get(address(family, "client-checklist-item", "health")).status_code == 404
    assert client.get(address(family, "client-checklist-item", "nothing")).status_code == 404


def test_the_link_is_shown_with_its_code_once(client, zhou, family):
    client.force_login(zhou)
    made = client.post(address(family, "client-checklist-link"), {"key": uuid4()}).content.decode()
    assert "http://testserver/fill/" in made and "data:image/svg+xml" in made
    assert "/fill/" not in client.get(address(family, "client-checklist-link")).content.decode()


def test_the_owner_takes_over_item_by_item(client, zhou, family, begun, token, seen):
    client.force_login(zhou)
    client.post(address(family, "client-checklist-item", "budget"), {"key": uuid4(), "budget-yearly": "8000"})
    begun.post(f"/fill/{token}/form/", sheet())
    text = seen(zhou, address(family, "client-checklist-review")).text_content()
    assert "8,000" in text and "12,000" in text and "部门经理" in text
    body = {"key": uuid4(), "items": ["family"]}
    assert client.post(address(family, "client-checklist-review"), body).status_code == 302
    kept = dict(Answer.objects.values_list("item", "value"))
    assert set(kept) == {"family", "budget"} and kept["budget"] == {"yearly": "8000"}
    assert Submission.objects.get().answers == {} and ClientLink.objects.get().state == "taken"
    assert "没有等你核对的" in seen(zhou, address(family, "client-checklist-review")).text_content()


def test_what_is_the_same_is_not_asked_about(zhou, family, begun, token, seen, client):
    client.force_login(zhou)
    client.post(address(family, "client-checklist-item", "budget"), {"key": uuid4(), "budget-yearly": "12000"})
    begun.post(f"/fill/{token}/form/", sheet())
    page = seen(zhou, address(family, "client-checklist-review"))
    assert "budget" not in page.xpath("//input[@name='items']/@value")


def test_the_analysis_and_the_paper(zhou, family, seen, client):
    client.force_login(zhou)
    body = item_body("income", {"who": "self", "yearly": "9.6"}, spending_monthly="9000")
    client.post(address(family, "client-checklist-item", "income"), body)
    for name in ("client-checklist-advice", "client-checklist-print"):
        text = seen(zhou, address(family, name)).text_content()
        assert "先理收支" in text and "不是承诺" in text and "2 收入和月支出" in text


def test_the_panel_stands_on_the_page_of_a_family_and_of_no_company(zhou, family, seen):
    assert "已有 0 / 10" in seen(zhou, reverse("client", args=[family.pk])).text_content()
    company = make.prospect(zhou)
    assert "十项资料" not in seen(zhou, reverse("client", args=[company.pk])).text_content()
    assert Client().get(address(company)).status_code == 302


def test_a_company_has_no_ten_items(zhou, client, clock_at):
    clock_at(NOW)
    client.force_login(zhou)
    company = make.prospect(zhou)
    assert client.get(address(company)).status_code == 404


@pytest.mark.parametrize("n", [1, 12])
def test_the_queries_of_a_page_are_constant(zhou, family, client, django_assert_max_num_queries, n):
    some = [("other", 20 + one, "male", f"职业{one}") for one in range(n)]
    told = {"city": "青岛", "members": members(*some)}
    actions.tell(family, actions.Item.FAMILY, told, guardian=False, by=zhou, at=NOW, key=uuid4())
    client.force_login(zhou)
    for name in ("client-checklist", "client-checklist-advice", "client-checklist-print"):
        with django_assert_max_num_queries(16):
            assert client.get(address(family, name)).status_code == 200


NAMES = [
    "client-checklist", "client-checklist-advice", "client-checklist-print", "client-checklist-link",
    "client-checklist-review",
]  # fmt: skip


def everything(family):
    """Addresses where one would look for what a family said."""
    own = [address(family, name) for name in NAMES] + [address(family, "client-checklist-item", "family")]
    return [
        *own,
        reverse("client", args=[family.pk]),
        "/clients/",
        "/inbox/",
        "/search/?q=欧阳",
        "/",
        "/me/",
        "/today/",
    ]


def test_health_is_in_no_answer_to_any_post(begun, token, family, zhou, department):
    """The canary: filled in with consent, shown to nobody, the owner sees that it was filled in."""
    begun.post(f"/fill/{token}/form/", sheet(health=SECRET, health_agree="on"))
    assert HealthAnswer.objects.get().words == SECRET
    for post in Post:
        who = zhou if post == Post.CLIENT_MANAGER else make.person(post, unit=make.home_of(post, department))
        device = Client(HTTP_HOST="localhost")
        device.force_login(who)
        pages = {at: device.get(at) for at in everything(family)}
        assert [at for at, page in pages.items() if "金丝雀" in page.content.decode()] == []
        assert not HealthAnswer.objects.visible_to(who, NOW.date()).exists()
        hidden = {page.status_code for at, page in pages.items() if "/checklist/" in at}
        assert hidden == {200} if who == zhou else hidden <= {403, 404}
    mine = Client(HTTP_HOST="localhost")
    mine.force_login(zhou)
    assert "客户已填，内容不给销售人员看" in mine.get(address(family)).content.decode()


def test_the_control_of_the_canary(begun, token, family, zhou, client):
    """The same word in an item that she may see is seen."""
    begun.post(f"/fill/{token}/form/", sheet(("self", 30, "male", SECRET)))
    client.force_login(zhou)
    assert SECRET in client.get(address(family, "client-checklist-review")).content.decode()


def test_a_colleague_finds_nothing_and_changes_nothing(family, zhou, manager, deputy, hq, department, stranger):
    actions.tell(family, actions.Item.BUDGET, {"yearly": "1"}, guardian=False, by=zhou, at=NOW, key=uuid4())
    peer = make.person(Post.CLIENT_MANAGER, unit=department)
    devices = [(who, signed_in(who)) for who in (peer, manager, deputy, hq, stranger)]
    before = rows()
    for who, device in devices:
        for name in [*NAMES, "client-checklist-known", "client-checklist-erase", "client-checklist-link-end"]:
            for method in (device.get, device.post):
                status = method(address(family, name), {"key": uuid4(), "sure": "on"}).status_code
                assert status in ({404, 405} if who == peer else {403}), (who, name)
    assert rows() == before


def test_answers_are_forgotten_when_the_time_of_the_notice_is_over(family, zhou, clock_at):
    actions.tell(family, actions.Item.BUDGET, {"yearly": "1"}, guardian=False, by=zhou, at=NOW, key=uuid4())
    assert keeping.forget_before(NOW - timedelta(seconds=1), at=NOW) == 0
    clock_at(NOW + timedelta(days=730, minutes=1))
    run_due()
    assert not ConsultationChecklist.objects.exists()
    run_due()


def test_what_the_diagnosis_knows_is_brought_over_once(zhou, family, client, seen):
    make.diagnosis(family, when=NOW)
    client.force_login(zhou)
    client.post(address(family, "client-checklist-item", "budget"), {"key": uuid4(), "budget-yearly": "8000"})
    assert client.post(address(family, "client-checklist-known"), {"key": uuid4()}).status_code == 302
    kept = {one.item: one for one in Answer.objects.all()}
    assert kept["budget"].value == {"yearly": "8000"} and kept["budget"].source == "told"  # nothing is written over
    assert kept["family"].source == "diagnosis" and kept["family"].value["members"][0]["relation"] == "self"
    assert ConsultationChecklist.objects.get().guardian_agreed_at is not None
    assert "来自需求诊断" in seen(zhou, address(family)).text_content()


def test_nothing_is_drafted_of_who_may_be_a_child_before_the_guardian_agreed(client, zhou, family):
    client.force_login(zhou)
    for item in ("family", "income", "policies", "social"):
        page = client.get(address(family, "client-checklist-item", item)).content.decode()
        assert "data-autosave=" not in page and "监护人同意前不自动保存" in page, item
    assert "data-autosave=" in client.get(address(family, "client-checklist-item", "budget")).content.decode()
    ConsultationChecklist.objects.create(
        prospect=family, person=zhou, created_at=NOW, changed_at=NOW, guardian_agreed_at=NOW
    )
    assert "data-autosave=" in client.get(address(family, "client-checklist-item", "family")).content.decode()


def test_drafts_go_with_the_answers(client, zhou, family, clock_at):
    client.force_login(zhou)
    other = make.household(zhou, "另一家")

    def write():
        for one in (family, other):
            page = client.get(address(one, "client-checklist-item", "budget")).content.decode()
            subject = f"{one.pk} budget"
            assert f'data-subject="{subject}"' in page
            drafts.keep(zhou, Name("checklist", subject), {"a": ["1"]}, version=0, page="0" * 32, at=NOW)

    write()
    client.post(address(family, "client-checklist-erase"), {"key": uuid4(), "sure": "on"})
    assert [one.subject for one in FormDraft.objects.all()] == [f"{other.pk} budget"]
    actions.tell(family, actions.Item.BUDGET, {"yearly": "1"}, guardian=False, by=zhou, at=NOW, key=uuid4())
    write()
    keeping.forget_before(NOW, at=NOW)
    assert [one.subject for one in FormDraft.objects.all()] == [f"{other.pk} budget"]


def test_after_a_hand_over_nothing_is_left_once_it_cannot_be_undone(zhou, manager, family):
    """Nobody finds it then, so nobody could erase it when the family asks."""
    actions.tell(family, actions.Item.BUDGET, {"yearly": "1"}, guardian=False, by=zhou, at=NOW, key=uuid4())
    assert keeping.forget_left(NOW) == 0
    record(family, "hand_over_client", by=manager, at=NOW)
    type(family).objects.filter(pk=family.pk).update(owner=manager)
    assert keeping.forget_left(NOW + timedelta(hours=23)) == 0
    assert keeping.forget_left(NOW + timedelta(hours=24)) == 1
    assert not ConsultationChecklist.objects.exists()
