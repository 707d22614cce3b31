"""What a superuser does to the ledger behind everybody's back, `verify_ledger` names (reliability.md C24)."""

import json
from datetime import timedelta
from io import StringIO
from random import Random
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, connection, transaction

from activity.assessment.excusing import excuse
from activity.assessment.models import WeekAssessment
from activity.discipline import actions, chain
from activity.discipline.adjusting import settle
from activity.discipline.models import Announced, Fine, Ledger, LedgerEntry
from activity.discipline.verifying import faults
from org import clock
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, NOW, SECOND
from tests.databases import thawed, undone

PEOPLE = 6


@pytest.fixture
def ledger(rules, department, deputy, clock_at):
    """Six are proposed; two confirmed, one dismissed, one taken back confirmed, one proposed: eleven lines or so."""
    people = [make.person(Post.CLIENT_MANAGER, unit=department) for _ in range(PEOPLE)]
    clock_at(CLOSED)
    run_due()
    clock_at(NOW)
    first, second, third, fourth = Fine.objects.order_by("person__employee_no")[:4]
    for fine in (first, second, fourth):
        actions.confirm(fine, by=deputy, at=NOW, key=uuid4())
    actions.dismiss(third, by=deputy, at=NOW, key=uuid4(), reason="客户在外地")
    excuse(people[3], Week(SECOND), by=deputy, at=NOW, key=uuid4(), reason="家有急事")
    settle(at=NOW)
    with transaction.atomic():
        yield Ledger.objects.get()
        transaction.set_rollback(True)  # what no constraint would let stand


LINES = PEOPLE + 4 + 1
COLUMNS = [field.column for field in LedgerEntry._meta.concrete_fields]


def tampered(statement, *values):
    """As a superuser in replica mode, whom no trigger stops."""
    with thawed(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount


def named():
    """The numbers of the lines that do not fit."""
    return {fault.number for fault in faults()}


def verify(*words):
    """The exit code of the command and what it prints."""
    out = StringIO()
    try:
        call_command("verify_ledger", *words, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


# ---- an untouched ledger


def test_a_ledger_that_nobody_touched(ledger):
    assert (ledger.number, LedgerEntry.objects.count()) == (LINES, LINES)
    assert set(LedgerEntry.objects.values_list("kind", flat=True)) == {
        "proposal", "confirmation", "dismissal", "reversal",
    }  # fmt: skip
    assert list(faults()) == []
    code, said = verify()
    assert code == 0
    assert ledger.head in said
    assert f"{LINES} 条" in said
    code, said = verify("--json")
    chains = [{"city": ledger.city.code, "entries": LINES, "head": ledger.head}]
    assert (code, json.loads(said)) == (0, {"ok": True, "chains": chains, "faults": []})


def test_no_ledger_at_all(db):
    assert verify("--json") == (0, json.dumps({"ok": True, "chains": [], "faults": []}) + "\n")


# ---- one changed byte


@pytest.fixture(scope="module")
def types(django_db_setup, django_db_blocker):
    """Column -> its type in PostgreSQL."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'activity_ledgerentry'"
        )
        return dict(cursor.fetchall())


OTHER = {  # another value of the same type
    "bigint": "coalesce({0}, 0) + 100",
    "integer": "{0} + 100",
    "uuid": "gen_random_uuid()",
    "character varying": "overlay({0} || ' ' placing '!' from 1)",
    "jsonb": "jsonb_set({0}, '{{added}}', '1')",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_any_column_of_any_line(ledger, types, column):
    for number in (1, 5, LINES):
        with undone():
            _tampered_and_named(types, column, number)


def _tampered_and_named(types, column, number):
    tampered(
        f"UPDATE activity_ledgerentry SET {column} = {OTHER[types[column]].format(column)} WHERE number = %s", number
    )
    assert number in named()
    code, said = verify()
    assert code == 1
    assert f"第 {number} 条" in said
    code, said = verify("--json")
    assert (code, json.loads(said)["ok"]) == (1, False)
    assert number in {fault["number"] for fault in json.loads(said)["faults"]}


def test_one_byte_at_a_hundred_random_places(ledger, types):
    """A place where another byte makes no value of the column's type, or the same one, is drawn again."""
    random, tried = Random(6311), set()
    while len(tried) < 100:
        column, number = random.choice(COLUMNS), random.randint(1, LINES)
        with transaction.atomic():
            if place := one_byte(random, column, number, types):
                assert number in named(), (column, number, place)
                tried.add((column, number, *place))
            transaction.set_rollback(True)
    assert {column for column, *_ in tried} == set(COLUMNS)


def one_byte(random, column, number, types):
    """Change it; returns what it was and is, None where the database does not take it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}::text FROM activity_ledgerentry WHERE number = %s", [number])
        before = cursor.fetchone()[0] or ""
        places = [n for n, character in enumerate(before) if character.isalnum()]
        if not places:
            return None
        place = random.choice(places)
        another = random.choice("0123456789" if before[place].isdigit() else "abcdef")
        after = before[:place] + another + before[place + 1 :]
        try:
            with thawed(), transaction.atomic():
                cursor.execute(
                    f"UPDATE activity_ledgerentry SET {column} = CAST(%s AS {types[column]}) WHERE number = %s"
                    f" AND {column} <> CAST(%s AS {types[column]})",
                    [after, number, after],
                )
                return (before, after) if cursor.rowcount else None
        except (DataError, IntegrityError):
            return None


# ---- a row too few, too many, or elsewhere


@pytest.mark.parametrize("number", [1, 5, LINES])
def test_a_deleted_row(ledger, number):
    tampered("DELETE FROM activity_ledgerentry WHERE number = %s", number)
    assert number in named()
    code, said = verify()
    assert (code, f"第 {number} 条" in said) == (1, True)


def test_many_deleted_rows_are_one_fault(ledger):
    tampered("DELETE FROM activity_ledgerentry WHERE number BETWEEN 3 AND 6")
    missing = [fault for fault in faults() if "少了" in fault.what]
    assert [(fault.number, fault.what) for fault in missing] == [(3, "少了第 3 到 6 条")]


def test_a_number_far_away_is_no_flood_of_faults(ledger):
    tampered("UPDATE activity_ledgerentry SET number = 2147483647 WHERE number = 5")
    tampered("UPDATE activity_ledger SET number = 2147483647")
    assert 5 in named()
    assert len(list(faults())) < 10


def test_all_rows_deleted(ledger):
    tampered("DELETE FROM activity_ledgerentry")
    assert 1 in named()
    tampered("UPDATE activity_ledger SET number = 0, head = ''")
    said = [fault.what for fault in faults()]
    assert sum("与分录不符" in what for what in said) == PEOPLE  # every fine has a state that no line says
    assert any("少了第 1 到" in what for what in said)  # and so many lines were told


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 8), (1, LINES), (LINES - 1, LINES)])
def test_two_swapped_rows(ledger, one, other):
    tampered("UPDATE activity_ledgerentry SET number = 1000 WHERE number = %s", one)
    tampered("UPDATE activity_ledgerentry SET number = %s WHERE number = %s", one, other)
    tampered("UPDATE activity_ledgerentry SET number = %s WHERE number = 1000", other)
    assert {one, other} <= named()
    code, said = verify()
    assert code == 1
    assert all(f"第 {number} 条" in said for number in (one, other))


FORGED = """INSERT INTO activity_ledgerentry
        (ledger_id, number, fine_id, kind, proposed, owed, paid, by_id, actor, reason, facts, at, hash)
    SELECT ledger_id, number + %s, fine_id, 'dismissal', -proposed, 0, 0, {by}, actor, '', '{{}}', at, {hash}
    FROM activity_ledgerentry WHERE number = %s"""


def test_a_forged_line_at_the_end(ledger, deputy):
    """Of the one fine that is still proposed, with the hash that the formula gives; the head was not touched."""
    number = LedgerEntry.objects.filter(fine__state="proposed").order_by("number").last().number
    tampered(FORGED.format(hash="''", by=deputy.pk), LINES + 1 - number, number)
    tampered(
        "UPDATE activity_fine SET state = 'dismissed', decided_by_id = %s, decided_at = proposed_at"
        " WHERE id = (SELECT fine_id FROM activity_ledgerentry WHERE number = %s)",
        deputy.pk, number,
    )  # fmt: skip
    tampered(
        f"UPDATE activity_ledgerentry AS entry SET hash = org_link(NULL, %s, {chain.LINE.format(row='entry')})"
        " WHERE number = %s",
        ledger.head,
        LINES + 1,
    )
    assert LINES + 1 in named()
    code, said = verify()
    assert (code, f"第 {LINES + 1} 条" in said) == (1, True)


def test_a_forged_line_in_the_middle(ledger):
    tampered("UPDATE activity_ledgerentry SET number = number + 100 WHERE number > 6")
    tampered("UPDATE activity_ledgerentry SET number = number - 99 WHERE number > 100")
    tampered(FORGED.format(hash="hash", by="by_id"), 1, 6)
    tampered("UPDATE activity_ledger SET number = number + 1")
    assert 7 in named()


# ---- the head, the fine, and what hangs in the air


@pytest.mark.parametrize("change", ["head = overlay(head placing '!' from 9)", "number = number + 1", "head = ''"])
def test_a_changed_head(ledger, change):
    tampered(f"UPDATE activity_ledger SET {change}")
    assert verify()[0] == 1
    assert named() & {LINES, LINES + 1}


def test_a_head_that_went_back(ledger):
    before = LedgerEntry.objects.get(number=LINES - 1)
    tampered("UPDATE activity_ledger SET number = %s, head = %s", before.number, before.hash)
    assert LINES in named()


def test_a_deleted_ledger(ledger):
    tampered("DELETE FROM activity_ledger")
    assert named() >= set(range(1, LINES + 1))
    assert verify()[0] == 1


def test_a_deleted_fine(ledger):
    lines = set(LedgerEntry.objects.filter(fine=Fine.objects.first()).values_list("number", flat=True))
    tampered("DELETE FROM activity_fine WHERE id = %s", Fine.objects.first().pk)
    assert named() == {0, *lines}  # its lines, and the week that calls for it


@pytest.mark.parametrize("state", Fine.State.values)
def test_a_changed_state(ledger, state, deputy):
    for fine in Fine.objects.exclude(state=state):
        with transaction.atomic():
            who, when = (None, None) if state == "proposed" else (deputy.pk, NOW)
            tampered(
                "UPDATE activity_fine SET state = %s, decided_by_id = %s, decided_at = %s WHERE id = %s",
                state, who, when, fine.pk,
            )  # fmt: skip
            assert fine.entries.order_by("number").last().number in named()
            transaction.set_rollback(True)


FINE = {
    "yuan": "yuan + 1",
    "person_id": "person_id + 1000",
    "unit_id": "unit_id + 1",
    "kind": "'tool'",
    "week": "week + 7",
    "round": "round + 1",
    "rules_id": "rules_id + 1",
    "ledger_id": "ledger_id + 1",
    "proposed_at": "proposed_at - interval '1 day'",
    "decided_by_id": "person_id + 1",
    "decided_at": "decided_at - interval '1 day'",
}


@pytest.mark.parametrize("column", FINE)
def test_a_changed_fine(ledger, column):
    """Who owes, for which week, how much, and who decided it: as the lines say."""
    fine = Fine.objects.filter(state="confirmed").first()
    lines = set(fine.entries.values_list("number", flat=True))
    tampered(f"UPDATE activity_fine SET {column} = {FINE[column]} WHERE id = %s", fine.pk)
    assert named() & lines
    assert verify()[0] == 1


def test_a_forged_fine(ledger):
    tampered(
        "INSERT INTO activity_fine (id, ledger_id, person_id, unit_id, kind, week, round, rules_id, yuan, state,"
        " proposed_at) SELECT gen_random_uuid(), ledger_id, person_id, unit_id, kind, week + 7, 1, rules_id, yuan,"
        " 'proposed', proposed_at FROM activity_fine LIMIT 1"
    )
    assert {fault.number for fault in faults()} == {0}  # no line says so, and no week calls for it
    assert verify()[0] == 1


def test_the_end_cut_off_with_the_head_put_back(ledger):
    """The last line and what it did are undone without a trace in the chain; what was told knows better."""
    last = LedgerEntry.objects.order_by("-number").first()
    before = LedgerEntry.objects.get(number=last.number - 1)
    Announced.objects.update_or_create(ledger=last.ledger, defaults={"told": last.number})
    tampered("DELETE FROM activity_ledgerentry WHERE number = %s", last.number)
    tampered("UPDATE activity_ledger SET number = %s, head = %s", before.number, before.hash)
    assert last.number in named()


@pytest.mark.parametrize("facts", ["[]", "null", '"x"', "1"])
def test_a_forged_line_with_odd_facts_is_named_and_stops_nothing(ledger, facts):
    tampered("UPDATE activity_ledgerentry SET facts = %s::jsonb WHERE number = 1", facts)
    assert 1 in named()


def test_a_forged_assessment(ledger):
    """The application's role may add a version; the fine that rests on the week then has no ground."""
    row = WeekAssessment.objects.current().filter(proposes=True).first()
    row.pk, row.version, row.status, row.proposes, row.streak = None, row.version + 1, "met", False, 0
    row.save(force_insert=True)
    assert any("没有考核依据" in fault.what for fault in faults())


# ---- as an operator runs it


def test_the_command_in_a_process_of_its_own(fresh_db, manage):
    make.person(Post.CLIENT_MANAGER)
    make.rules(SECOND - timedelta(days=7))
    clock.shift_clock(to=CLOSED)
    run_due()
    done = manage("verify_ledger", "--json")
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)
    tampered("UPDATE activity_ledgerentry SET reason = '补记' WHERE number = 1")
    done = manage("verify_ledger")
    assert (done.returncode, "第 1 条" in done.stdout) == (1, True)
