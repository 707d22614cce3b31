"""Lists over 100,000 rows: a dozen queries and 120 kB at most, whichever page of them (issue 4, query budgets)."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from activity.assessment.models import WeekClose
from activity.discipline.models import Ledger
from org import clock
from org.notices.models import Notice
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.bench import city as large
from tests.permissions.asking import signed_in

ROWS, QUERIES, BYTES = 100_000, 12, 120_000
WEEK = Week(make.MONDAY).previous
NOW = make.at(make.THURSDAY, 10)

OF_EACH = """ FROM org_appointment AS held JOIN org_unit AS unit ON unit.id = held.unit_id
    WHERE unit.path LIKE %(within)s AND held.post = 'client_manager'"""
PROSPECTS = f"""
    INSERT INTO clients_prospect (id, kind, name, name_key, uscc, industry, ownership, address, source, insurer, grade,
        status, start_level, owner_id, unit_id, city_id, registered_on, created_at)
    SELECT gen_random_uuid(), 'organisation', '宏达机械有限公司' || held.id, '宏达机械有限公司' || held.id, '', '',
        '', '', 'cold', '', '', 'new', 0, held.person_id, held.unit_id, %(city)s, %(monday)s, %(now)s {OF_EACH}"""  # noqa: S608
FINES = f"""
    INSERT INTO activity_fine (id, ledger_id, person_id, unit_id, kind, week, round, rules_id, yuan, state, proposed_at)
    SELECT gen_random_uuid(), %(ledger)s, held.person_id, held.unit_id, 'two_short_weeks', %(monday)s, 1, %(rules)s,
        50, 'proposed', %(now)s {OF_EACH}"""  # noqa: S608
DECIDED = """
    UPDATE activity_fine SET state = 'confirmed', decided_by_id = %(reader)s, decided_at = %(now)s
    WHERE person_id %% 2 = 0
"""
LEDGER = """
    INSERT INTO activity_ledgerentry (ledger_id, number, fine_id, kind, proposed, owed, paid, by_id, actor, reason,
        facts, at, hash)
    SELECT ledger_id, row_number() OVER (), id, 'confirmation', -50, 50, 0, %(reader)s, 'X', '', '{}', %(now)s, 'hash'
    FROM activity_fine WHERE state = 'confirmed'"""
RESULTS = f"""
    INSERT INTO activity_weekassessment (close_id, person_id, week, version, void, unit_id, required_half_days, calls,
        visits, prospects, studies, short_calls, short_visits, short_prospects, short_studies, percent, status, cause,
        cause_note, spared, starts_anew, streak, proposes, at)
    SELECT %(close)s, held.person_id, %(monday)s, 1, false, held.unit_id, 10, 20, 10, 3, 5, 10, 5, 2, 0, 70, 'short',
        'close', '', '', false, 1, false, %(now)s {OF_EACH}"""  # noqa: S608
NOTICES = """
    INSERT INTO org_notice (id, key, to_id, kind, title, body, link, at, read_at)
    SELECT gen_random_uuid(), 'many ' || n, %(reader)s, CASE n %% 3 WHEN 0 THEN 'log_returned' ELSE 'report' END,
        '日志已退回，补充后再提交 ' || n, repeat('请补充拜访的要点。', 8), '/me/', %(now)s - n * interval '1 minute',
        CASE WHEN n %% 2 = 0 THEN %(now)s END
    FROM generate_series(1, %(rows)s) AS n"""


@pytest.fixture(scope="module")
def readers(django_db_setup, django_db_blocker):
    """A city of 100,000 client managers with a client, a result and a fine each, and who reads about them."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.shift_clock(to=NOW)
        rules = make.rules()
        city = large.make(ROWS, weeks=0)
        hq, auditor, leader = (make.person(post, unit=city) for post in (Post.HQ_STAFF, Post.AUDITOR, Post.CITY_LEADER))
        noon = make.at(WEEK.next.monday + timedelta(days=1), 12)
        given = {
            "within": f"{city.path}%", "city": city.pk, "monday": WEEK.monday, "now": NOW, "rows": ROWS,
            "reader": hq.pk, "rules": rules.pk, "ledger": Ledger.objects.create(city=city).pk,
            "close": WeekClose.objects.create(city=city, week=WEEK.monday, rules=rules, due_at=noon, closed_at=noon).pk,
        }  # fmt: skip
        with connection.cursor() as cursor:
            for statement in (PROSPECTS, FINES, RESULTS, NOTICES):
                cursor.execute(statement, given)
                assert cursor.rowcount == ROWS
            cursor.execute(DECIDED, given)
            cursor.execute(LEDGER, given)
            cursor.execute("UPDATE activity_ledger SET number = %(rows)s, head = 'hash'", given)
            cursor.execute("ANALYZE")
        yield {"hq": hq, "auditor": auditor, "leader": leader, "city": city}
        transaction.set_rollback(True)


LISTS = {
    "clients": ("leader", "/clients/"),
    "clients called so": ("leader", "/clients/?q=宏达"),
    "people": ("auditor", "/people/"),
    "people called so": ("auditor", "/people/?q=9999"),
    "fines": ("hq", "/fines/"),
    "fines that wait": ("hq", "/fines/?state=proposed"),
    "fines confirmed": ("hq", "/fines/?state=confirmed"),
    "inbox": ("hq", "/inbox/"),
    "inbox unread": ("hq", "/inbox/?show=unread"),
    "results": ("hq", f"/weeks/{WEEK}/units/X{ROWS}-/results/"),
    "search": ("leader", "/search/?q=宏达"),
    "all that is found": ("leader", "/search/?q=宏达&in=prospects"),
}


@pytest.mark.parametrize("turned", ["", "page=2000"])
@pytest.mark.parametrize("name", LISTS)
def test_a_page_of_a_long_list_is_small_and_asks_little(readers, name, turned):
    who, address = LISTS[name]
    client = signed_in(readers[who])
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address + ("&" if "?" in address else "?") * bool(turned) + turned)
    assert answer.status_code == 200
    assert len(asked) <= QUERIES, [one["sql"][:120] for one in asked.captured_queries]
    assert len(answer.content) <= BYTES


def test_the_inbox_reads_one_page_of_its_index(readers):
    said = Notice.objects.visible_to(readers["hq"])[:50].explain()
    assert "notice_by_person" in said and "Seq Scan" not in said, said
