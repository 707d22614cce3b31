"""Who may merge what: never a way to take a client over, nor to learn who has one."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from clients.checklist.models import ClientLink
from clients.handover import actions as handover
from clients.merging import actions, finding
from clients.merging.models import Merge
from clients.merging.reading import seen_as
from clients.merging.who import beside, word_for
from clients.prospects.models import Prospect
from clients.protection import conflicts
from org.notices.models import Notice
from org.people.models import Person
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.clients.merging.conftest import NOW, fingerprints, merge
from tests.clients.protection.asking import Hand, page
from tests.org.workbooks.books import counts, imported

TWIN = "青岛宏达机械有限公司"


@pytest.fixture
def theirs(li):
    """The same company in a colleague's hands."""
    return make.prospect(li, TWIN, handler="刘总", registered_on=make.LONG_AGO + timedelta(days=1))


@pytest.fixture
def far(city):
    return make.person(
        Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370204", "城阳支公司")), name="远方"
    )


def names(person):
    return {(one.first.name, one.second.name) for one in finding.pairs(person, make.THURSDAY).pairs}


def test_each_finds_the_pairs_that_he_may_merge_and_no_other(zhou, li, manager, deputy, hq, far, pair, theirs):
    left, right = pair
    away = make.prospect(far, "宏达机械有限责任公司", registered_on=make.LONG_AGO + timedelta(days=2))
    assert names(zhou) == {(left.name, right.name)}
    assert names(li) == names(far) == set()
    assert names(manager) == {(left.name, right.name), (left.name, TWIN)}
    assert names(hq) == {
        (left.name, away.name),
        (away.name, right.name),
    }  # between branches alone; by names, never by numbers
    assert Hand(deputy).get("/clients/alike/").status_code == 403


def test_the_lists_hold_the_pairs_that_he_may_merge_and_no_other(zhou, li, manager, deputy, hq, far, theirs):
    """Of everybody's clients, those of who lent a post (代) and what lies in the pool too."""
    make.delegation(manager.appointments.get(), deputy)
    make.appoint(manager, Post.CLIENT_MANAGER, theirs.unit)
    owners = (zhou, zhou, li, manager, manager, manager, deputy, far)
    clients = [make.prospect(who, f"宏达{number}", unit=theirs.unit) for number, who in enumerate(owners[:-1])]
    clients.append(make.prospect(far, "宏达远"))
    Prospect.objects.filter(pk__in=[clients[1].pk, clients[5].pk]).update(released_at=NOW)
    clients, found = list(Prospect.objects.all()), 0
    for who in Person.objects.filter(pk__in=[one.pk for one in (zhou, li, manager, deputy, hq, far)]):
        for one in clients:
            listed = set(Prospect.objects.filter(beside(who, one, make.THURSDAY)).exclude(pk=one.pk))
            may = {two for two in clients if two != one and word_for(who, (one, two), make.THURSDAY)}
            assert listed == may, (who, one)
            found += len(may)
    assert found > 50


def test_of_a_pair_that_is_not_his_there_is_no_page_for_a_client_manager(zhou, li, pair, theirs):
    left, _right = pair
    for who in (zhou, li):
        for one, other in ((left, theirs), (theirs, left)):
            for address in (f"/clients/{one.pk}/merge/{other.pk}/", f"/clients/{one.pk}/merge/{uuid4()}/"):
                assert Hand(who).get(address).status_code == 404
                assert Hand(who).post(address, keep="left", seen="x").status_code == 404
        with pytest.raises(Refused, match="自己的事"):
            merge(left, theirs, who)
    assert theirs.name not in page(Hand(zhou).get(f"/clients/{left.pk}/alike/"))
    assert theirs.name not in page(Hand(zhou).get(f"/clients/{left.pk}/alike/?q=宏达"))


def test_the_manager_decides_between_two_holders_with_a_reason_and_both_are_told(zhou, li, manager, pair, theirs):
    left, _right = pair
    with pytest.raises(Refused, match="为什么是同一家"):
        merge(left, theirs, manager)
    done = merge(left, theirs, manager, reason="地址和经办人相同")
    kept = Prospect.objects.get(pk=left.pk)
    assert (kept.owner, kept.contacts.count()) == (zhou, 1)  # 张经理 and 刘总 have one mobile
    assert TWIN not in page(Hand(li).get("/clients/")) and Hand(li).get(f"/clients/{theirs.pk}/").status_code == 404
    gone = Notice.objects.get(to=li)
    assert (
        "不再在你名下" in gone.title and "周婷" not in gone.title + gone.body and f"「{left.name}」" not in gone.title
    )
    assert "并入了你的客户" in Notice.objects.get(to=zhou).title
    for who in (zhou, li):
        assert Hand(who).post(f"/clients/merges/{done.pk}/undo/").status_code == 404
    actions.undo(done, by=manager, at=NOW)
    assert Prospect.objects.get(pk=theirs.pk).owner == li


@pytest.mark.parametrize("chosen", [frozenset(), frozenset({"name"})])
def test_each_is_told_by_the_name_that_his_own_card_had(zhou, li, manager, pair, theirs, chosen):
    left, _right = pair
    done = merge(left, theirs, manager, reason="同一家", facts=chosen)
    assert Notice.objects.get(to=li).title == f"「{TWIN}」和另一家是同一家，已合并，不再在你名下"
    told = Notice.objects.get(to=zhou).title
    assert told.startswith(f"「{TWIN}」的资料并入了你的客户「{left.name}」") and ("现名" in told) == bool(chosen)
    hand = Hand(manager)
    assert f"{TWIN} 并入 {left.name}" in page(hand.get("/clients/alike/"))
    said = re.findall(r"<dd>(.*?)</dd>", page(hand.get(f"/clients/merges/{done.pk}/")))
    assert left.name in said[0] and said[1] == TWIN and ("现名" in said[0]) == bool(chosen)
    actions.undo(done, by=manager, at=NOW)
    assert f"{TWIN} 并入 {left.name}" in page(hand.get("/clients/alike/"))


def test_a_side_never_decides_nor_does_headquarters_inside_a_branch(zhou, hq, manager, department, pair, theirs):
    left, _right = pair
    make.appoint(zhou, Post.DEPARTMENT_MANAGER, department)
    for who in (zhou, hq):
        with pytest.raises(Refused, match=r"自己的事|不归你办"):
            merge(left, theirs, who, reason="同一家")


def test_names_are_not_squatted_by_merging_what_is_not_alike(zhou, manager, pair):
    """One active card would keep companies that he never visits from everybody else."""
    left, _right = pair
    idle = make.prospect(zhou, "瑞丰食品", phone="13600005555")
    with pytest.raises(Refused, match="请团体部经理看过"):
        merge(left, idle, zhou)
    assert merge(left, idle, manager, reason="改过名").by == manager


@pytest.mark.parametrize("undecided", ["conflict", "handover", "codes", "pool", "visit", "stale", "kinds"])
def test_what_keeps_two_cards_apart_is_said(zhou, li, manager, pair, theirs, undecided):
    left, right = pair
    said = {"reason": "同一家"}
    if undecided == "conflict":
        conflicts.raise_conflict(zhou, TWIN, "三年前就由我跟进", at=NOW, key=uuid4())
        told = "撞单待裁定"
    elif undecided == "handover":
        handover.hand_over(li, {theirs.pk: zhou.pk}, by=manager, at=NOW, key=uuid4())
        told = "刚交接"
    elif undecided == "codes":
        Prospect.objects.filter(pk=theirs.pk).update(uscc="91370200MA3C00001X")
        left, told = right, "信用代码不同"
    elif undecided == "pool":
        Prospect.objects.filter(pk=left.pk).update(released_at=NOW)
        told = "在公海的那家"
    elif undecided == "visit":
        when = make.at(make.THURSDAY + timedelta(days=4))
        theirs.planned_visits.create(
            person=li, unit=theirs.unit, starts_at=when, ends_at=when + timedelta(hours=1), made_at=NOW, changed_at=NOW
        )
        told = "约好的拜访"
    elif undecided == "stale":
        said["seen"], told = "0" * 32, "又有改动"
    else:
        Prospect.objects.filter(pk=theirs.pk).update(kind="household")
        told = "单位和家庭"
    with pytest.raises(Refused, match=told):
        merge(left, theirs, manager, **said)
    assert not Merge.objects.exists()


def test_what_lay_in_the_pool_goes_to_whoever_holds_the_other(zhou, li, manager, pair, theirs):
    left, _right = pair
    Prospect.objects.filter(pk=theirs.pk).update(released_at=NOW)
    theirs.releases.create(person=li, at=NOW, protected_until=make.THURSDAY)
    merge(left, theirs, manager, reason="同一家")
    assert left.releases.get().claimed_by == zhou


def test_the_merged_name_is_taken_and_means_the_one_that_stayed(zhou, li, pair):
    left, right = pair
    merge(left, right, zhou)
    assert "已有人报备" in page(Hand(li).registers(right.name, make.THURSDAY))
    visited = make.visit(zhou, when=NOW, client=right.name)
    assert left.visits.get().pk == visited.pk if hasattr(visited, "pk") else left.visits.count() == 1
    hand = Hand(zhou)
    assert hand.get(f"/clients/{right.pk}/").url == f"/clients/{left.pk}/"
    assert Hand(li).get(f"/clients/{right.pk}/").status_code == 404


def test_a_list_neither_makes_a_merged_card_anew_nor_registers_its_name(zhou, pair, tmp_path):
    left, right = pair
    merge(right, left, zhou)
    row = {"单位名称": left.name, "经办人": "张经理", "来源": "陌生", "负责人工号": zhou.employee_no}
    book = imported(tmp_path, "prospects", {"准客户": [row, {**row, "单位名称": "瑞丰食品"}]})
    assert counts(book) == (1, 0, 0, 1) and "已和另一家合并" in str(book.errors)
    assert set(Prospect.objects.values_list("name", flat=True)) == {right.name, "瑞丰食品"}


def test_a_diagnosis_stays_its_authors_and_is_counted_for_nobody_else(zhou, manager, clock_at):
    clock_at(NOW)
    left, right = make.household(zhou), make.household(zhou, "欧阳一家")
    first = make.diagnosis(right, when=NOW - timedelta(days=1))
    second = make.diagnosis(left, when=NOW)
    make.checklist(left, when=NOW)
    make.checklist(right, when=NOW)
    address = f"/clients/{left.pk}/merge/{right.pk}/"
    assert "需求诊断" in page(Hand(zhou).get(address)) and "需求诊断" not in page(Hand(manager).get(address))
    done = merge(left, right, zhou)
    for one in (first, second):
        one.refresh_from_db()
    assert [(one.prospect, one.number) for one in (first, second)] == [(left, 1), (left, 2)]
    assert left.checklists.get().links.count() == 2
    assert "clients.NeedsDiagnosis" not in done.moved
    assert "需求诊断" not in page(Hand(manager).get(f"/clients/merges/{done.pk}/"))
    actions.undo(done, by=zhou, at=NOW)
    first.refresh_from_db()
    assert (first.prospect, first.number) == (right, 1)


def test_a_link_that_nobody_can_fill_in_any_more_keeps_no_family_apart(zhou, manager, clock_at):
    clock_at(NOW)
    left, right = make.household(zhou), make.household(zhou, "欧阳一家")
    for one, days in ((left, 8), (right, 1)):
        make.checklist(one, when=NOW - timedelta(days=days), token=f"link of {one.pk}")
    before = fingerprints()
    actions.undo(merge(left, right, zhou), by=zhou, at=NOW)
    assert fingerprints() == before
    ClientLink.objects.update(expires_at=NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="十项资料链接"):
        merge(left, right, zhou)
    with pytest.raises(Refused, match="没办完的事"):
        merge(left, right, manager, reason="同一家")
    ClientLink.objects.filter(checklist__prospect=left).update(expires_at=NOW)
    done = merge(left, right, manager, reason="同一家")
    assert sorted(left.checklists.get().links.values_list("state", flat=True)) == ["ended", "waiting"]
    ClientLink.objects.update(openings=1)
    with pytest.raises(Refused, match=r"^合并以后资料又有改动，不能撤销。$"):
        actions.undo(done, by=manager, at=NOW)


def test_the_second_tap_of_a_form_finds_what_the_first_did(zhou, manager, pair):
    left, right = pair
    hand, address = Hand(zhou), f"/clients/{left.pk}/merge/{right.pk}/"
    said = dict.fromkeys(re.findall(r'type="radio" name="([^"]+)"', page(hand.get(address))), "left")
    body = said | {"seen": seen_as(pair), "key": uuid4()}
    first, second = (hand.post(address, **body) for _tap in range(2))
    assert (first.status_code, second.status_code) == (302, 302) and second.url == first.url
    assert Hand(manager).post(address, **body).status_code == 404 and hand.get(address).status_code == 404


def test_the_way_back_is_shown_to_who_may_take_it(zhou, hq, manager, far, pair):
    """Between two branches headquarters decides, and takes back: the manager of one of them reads what was done."""
    left, _right = pair
    away = make.prospect(far, "宏达机械有限责任公司")
    between, own = merge(left, away, hq, reason="同一家"), merge(left, pair[1], zhou)
    shown = {who: "撤销合并" in page(Hand(who).get(f"/clients/merges/{between.pk}/")) for who in (hq, manager)}
    assert shown == {hq: True, manager: False}
    assert "已过 24 小时" not in page(Hand(manager).get(f"/clients/merges/{between.pk}/"))
    Prospect.objects.filter(pk=left.pk).update(owner=far)
    assert Hand(zhou).get(f"/clients/merges/{own.pk}/").status_code == 404
    hq.appointments.update(ends_on=make.THURSDAY - timedelta(days=1))
    assert Hand(hq).get(f"/clients/merges/{between.pk}/").status_code in (403, 404)


def test_what_was_told_apart_can_be_taken_back_by_whoever_decides(zhou, li, manager, deputy, pair, theirs):
    left, _right = pair
    make.delegation(manager.appointments.get(), deputy)
    assert Hand(deputy).post(f"/clients/{left.pk}/apart/{theirs.pk}/").status_code == 302
    assert Trace.objects.get(verb="tell_apart").changes["for"] == manager.employee_no
    assert TWIN not in {name for pair in names(manager) for name in pair if left.name in pair}
    assert Hand(zhou).post(f"/clients/{left.pk}/apart/{theirs.pk}/", back="1").status_code == 404
    assert "撤回" in page(Hand(manager).get(f"/clients/{left.pk}/alike/"))
    for who in (zhou, li):
        assert "撤回" not in page(Hand(who).get("/clients/alike/"))
    hand = Hand(manager)
    assert "撤回" in page(hand.get("/clients/alike/"))
    assert hand.post(f"/clients/{left.pk}/apart/{theirs.pk}/", back="1").status_code == 302
    assert "撤回</button>" not in page(hand.get("/clients/alike/")) and (left.name, TWIN) in names(manager)


def test_chosen_on_the_page_merged_and_undone(zhou, worked):
    left, right = worked
    hand, address = Hand(zhou), f"/clients/{left.pk}/merge/{right.pk}/"
    said = page(hand.get(address))
    fields = dict.fromkeys(re.findall(r'type="radio" name="([^"]+)"', said), "left")
    fields |= {"f-name": "right", "seen": re.search(r'name="seen" value="(\w+)"', said)[1]}
    assert {"keep", "f-name", "f-industry"} <= fields.keys() and "13700003333" not in said
    missing = hand.post(address, **{name: value for name, value in fields.items() if name != "f-industry"})
    assert missing.status_code == 422 and not Merge.objects.exists()
    done = hand.post(address, **fields)
    assert Prospect.objects.get(pk=left.pk).name == right.name and "撤销合并" in page(hand.get(done.url))
    assert hand.post(f"{done.url}undo/").status_code == 302
    assert Prospect.objects.get(pk=left.pk).name == "宏达机械有限公司"
    assert hand.post(f"/clients/{left.pk}/apart/{right.pk}/").status_code == 302
    assert names(zhou) == set()
    assert right.name in page(hand.get(f"/clients/{left.pk}/alike/?q=宏达"))


@pytest.mark.parametrize("size", [1, 20])
def test_the_pages_ask_the_same_however_many(zhou, pair, django_assert_max_num_queries, size):
    left, right = pair
    for number in range(size):
        make.prospect(zhou, f"瑞丰{number % 2}食品有限公司")
        make.policy(zhou, prospect=right)
        right.contacts.create(name=f"联系人{number}")
    hand = Hand(zhou)
    budget = {"/clients/alike/": 16, f"/clients/{left.pk}/alike/": 16, f"/clients/{left.pk}/merge/{right.pk}/": 16}
    for address, most in budget.items():
        with django_assert_max_num_queries(most):
            assert hand.get(address).status_code == 200
