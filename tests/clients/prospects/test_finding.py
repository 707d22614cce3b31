"""The search: who finds what, and one indexed query over 200,000 clients whatever is typed (issue 5)."""

import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clients.prospects.finding import find
from clients.prospects.models import Prospect
from clients.prospects.searched import find_all_again
from org import clock
from org.posts import Post
from tests import factories as make

THURSDAY = make.THURSDAY
TYPED = {
    "name": "瑞丰食品一二七", "part of a name": "单记", "one character": "单", "pinyin": "shanji", "surname": "shan",
    "initials": "qdsjsp", "two initials": "qx", "uscc": "91370213MH5NG", "phone tail": "5521", "phone": "13899995521",
    "contact": "欧阳志华", "contact pinyin": "ouyangzhihua", "contact initials": "oyzh",
}  # fmt: skip
MANY = """
    WITH parts AS (
        SELECT n, (ARRAY['hongda', 'ruifeng', 'yuntian', 'changfa', 'minsheng', 'xinghua', 'jinsheng'])[1 + n %% 7]
            || (ARRAY['jixie', 'shipin', 'wuliu', 'fangzhi', 'dianzi', 'jiancai', 'huagong'])[1 + n / 7 %% 7] AS spelt,
            substr(md5(n::text), 1, 8) AS code
        FROM generate_series(1, %(rows)s) AS n)
    INSERT INTO clients_prospect (id, kind, name, name_key, found_by, found_by_people, pinyin, uscc, industry,
        ownership, address, source, insurer, grade, status, start_level, owner_id, unit_id, city_id, registered_on,
        created_at)
    SELECT gen_random_uuid(), 'organisation', '宏达' || code, '宏达' || code,
        ' ' || spelt || ' ' || code || ' hdjx' || code || ' ',
        ' 王' || n || ' wang' || code || ' w' || code || ' 139' || lpad((n * 7919 %% 100000000)::text, 8, '0') || ' ',
        spelt || code, '', '', '', '', 'cold', '', '', 'new', 0, %(owner)s, %(unit)s, %(city)s, '2026-01-01', now()
    FROM parts"""


@pytest.fixture
def cast(zhou, manager, hq, clock_at):
    clock_at(make.at(THURSDAY, 14))
    make.prospect(zhou, "青岛单记食品有限公司", handler="欧阳志华", phone="138-9999-5521", uscc="91370213MH5NGAEKEM")
    return {"owner": zhou, "reads all": manager, "masked": hq}


def names(who, typed):
    return {one.name for one in find(who, THURSDAY, typed)}


def test_shan_finds_the_surname(cast):
    for typed in ("单", "单记", "shan", "shanji", "qdsj", "91370213mh5n"):
        assert names(cast["masked"], typed) == {"青岛单记食品有限公司"}, typed


@pytest.mark.parametrize("typed", ["欧阳志华", "志华", "ouyang", "oyzh", "5521", "13899995521"])
def test_people_and_numbers_find_for_whom_they_are_not_masked(cast, typed):
    """One who reads masked could try ten thousand tails; the control is the owner."""
    assert names(cast["owner"], typed) == names(cast["reads all"], typed) == {"青岛单记食品有限公司"}
    assert names(cast["masked"], typed) == set()


def test_what_one_let_go_is_found_by_no_person_or_number(cast, zhou, department):
    zhou.__dict__.pop("_posts_on", None)
    zhou.appointments.create(unit=department, post=Post.TEAM_LEADER, starts_on=make.LONG_AGO)  # sees it, masked
    assert names(zhou, "5521") == names(zhou, "欧阳志华") == {"青岛单记食品有限公司"}
    Prospect.objects.update(released_at=make.at(THURSDAY, 12))
    assert names(zhou, "单记") == {"青岛单记食品有限公司"}
    assert names(zhou, "5521") == names(zhou, "欧阳志华") == set()


def test_a_contact_met_later_finds_too_and_a_stranger_finds_nothing(cast, zhou, stranger, client):
    prospect = Prospect.objects.get()
    contact = prospect.contacts.get()
    client.force_login(zhou)
    said = {"key": "c1c1c1c1-0000-4000-8000-000000000001", "name": "单晓明", "phone": "0532-8579 1234"}
    assert client.post(f"/clients/{prospect.pk}/contacts/{contact.pk}/", said).status_code == 302
    assert names(zhou, "shanxiaoming") == names(zhou, "1234") == {prospect.name}
    assert names(zhou, "欧阳") == names(stranger, "shan") == names(stranger, "单记") == set()


def test_words_that_something_else_wrote_are_found_again(cast):
    Prospect.objects.update(found_by="", found_by_people="", pinyin="")
    assert names(cast["owner"], "shan") == set()
    assert (find_all_again(), find_all_again()) == (1, 0)
    assert names(cast["owner"], "shan") == names(cast["owner"], "5521") == {"青岛单记食品有限公司"}


def plan(rows):
    with connection.cursor() as cursor:
        sql, values = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def _many(rows):
    """A house with so many clients; who reads all of them."""
    city = make.city()
    branch = make.branch(city, "370202")
    owner = make.person(Post.CLIENT_MANAGER, unit=make.department(branch))
    reader = make.person(Post.DEPARTMENT_MANAGER, unit=owner.appointments.get().unit)
    given = {"rows": rows, "owner": owner.pk, "unit": owner.appointments.get().unit_id, "city": city.pk}
    with connection.cursor() as cursor:
        cursor.execute(MANY, given)
    make.prospect(owner, "青岛单记食品有限公司", handler="欧阳志华", phone="138-9999-5521", uscc="91370213MH5NGAEKEM")
    make.prospect(owner, "瑞丰食品一二七")
    with connection.cursor() as cursor:
        for index in ("prospect_found_by", "prospect_found_by_people"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])  # as the vacuum leaves it
        cursor.execute("ANALYZE clients_prospect")
    return reader


@pytest.mark.parametrize("rows", [20_000, pytest.param(200_000, marks=pytest.mark.long)])
def test_whatever_is_typed_is_one_query_by_an_index(db, rows):
    clock.shift_clock(to=make.at(THURSDAY, 14))
    with transaction.atomic():
        reader = _many(rows)
        for what, typed in TYPED.items():
            reader.posts_on(THURSDAY)
            reader.stands_in_on(THURSDAY)
            with CaptureQueriesContext(connection) as asked:
                started = time.perf_counter()
                found = list(find(reader, THURSDAY, typed)[:50])
                took = time.perf_counter() - started
            assert len(asked) == 1, what
            said = plan(find(reader, THURSDAY, typed)[:50])
            assert "Seq Scan on clients_prospect" not in said and "prospect_found_by" in said, (what, said)
            print(f"{rows} rows, {what} ({typed}): {len(found)} found, {took * 1000:.1f} ms")
            assert found or what in {"two initials"}, what
        transaction.set_rollback(True)
