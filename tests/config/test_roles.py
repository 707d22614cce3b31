"""The two database roles of docs/operations.md, made with the statements that stand there."""

import re
from contextlib import closing, contextmanager
from datetime import date
from uuid import uuid4

import psycopg2
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from activity.assessment.excusing import excuse, withdraw_excuse
from activity.assessment.models import WeekExcuse
from activity.discipline.actions import confirm
from activity.discipline.adjusting import settle
from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.verifying import faults
from config import stack
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.databases import maintenance

pytestmark = pytest.mark.long
OPERATIONS = (stack.ROOT / "docs" / "operations.md").read_text()
AS_SUPERUSER, BEFORE, AFTER = re.findall(r"```sql\n(.*?)```", OPERATIONS, re.DOTALL)


@pytest.fixture(scope="module")
def two_roles(django_db_setup, manage):
    """The addresses of owner and application on a database of their own, migrated."""
    name = f"{connection.settings_dict['NAME']}_roles"
    roles = {"six311_owner": f"{name}_owner", "six311_app": f"{name}_app"}

    def renamed(statements):
        for documented, own in {**roles, "DATABASE six311": f"DATABASE {name}"}.items():
            statements = statements.replace(documented, own)
        return [statement for statement in statements.split(";") if statement.strip()]

    def run(role, statements):
        server = {**connection.get_connection_params(), "cursor_factory": None}
        with closing(psycopg2.connect(**{**server, "dbname": name, "user": roles[role]})) as session:
            session.autocommit = True
            for statement in statements:
                session.cursor().execute(statement)

    with maintenance() as cursor:
        for statement in renamed(AS_SUPERUSER):
            cursor.execute(statement)
    run("six311_owner", renamed(BEFORE))
    host = connection.settings_dict["HOST"]
    owner, app = (f"postgres://{role}@/{name}?host={host}" for role in roles.values())
    done = manage("migrate", "--database", "owner", DATABASE_URL=app, OWNER_DATABASE_URL=owner)
    assert done.returncode == 0, done.stderr
    run("six311_owner", renamed(AFTER))
    yield run
    with maintenance() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        for role in roles.values():
            cursor.execute(f"DROP ROLE {role}")


FROZEN = (
    "org_trace", "org_ruleset", "activity_rollup", "activity_rollupperson", "activity_rollupunit",
    "activity_rollupday", "activity_rollupfile", "activity_rollupbusiness", "activity_rollupplan",
    "activity_weekclose", "activity_weekassessment",
    "activity_managerassessment", "activity_weekexcuse", "activity_ledger", "activity_fine", "activity_ledgerentry",
)  # fmt: skip
CHANGING = {  # the columns that may still change, of tables whose rows stay
    "activity_rollup": {"published_at"},
    "activity_weekclose": {"told_at"},
    "activity_weekexcuse": {"withdrawn_at"},
    "activity_ledger": {"number", "head"},
    "activity_fine": {"state", "decided_by_id", "decided_at"},
}
REFUSED = [
    "DELETE FROM {table}",
    "UPDATE {table} SET {column} = {column}",
    "TRUNCATE {table}",
    "DROP TABLE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
]


def statements(table):
    column = "rollup_id" if table == "activity_rollupfile" else "id"
    return [statement.format(table=table, column=column) for statement in REFUSED]


def test_the_application_serves_but_cannot_rewrite_history(two_roles):
    two_roles("six311_app", ["SELECT count(*) FROM org_trace", "DELETE FROM django_session"])
    for table, columns in CHANGING.items():
        changes = [f"UPDATE {table} SET {column} = {column}" for column in sorted(columns)]
        two_roles("six311_app", [f"SELECT 1 FROM {table} FOR UPDATE", *changes])
    for statement in [one for table in FROZEN for one in statements(table)]:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            two_roles("six311_app", [statement])


def test_even_the_owner_meets_the_triggers(two_roles):
    for table in FROZEN:
        with pytest.raises(psycopg2.errors.RestrictViolation, match="append-only"):
            two_roles("six311_owner", [f"TRUNCATE {table} CASCADE"])


def columns_of(table):
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


@pytest.fixture
def as_the_application(db):
    """A role with what docs/operations.md gives the application, on this test's database; gone with the transaction."""
    role = f"{connection.settings_dict['NAME']}_within"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(AFTER.replace("six311_app", role))

    @contextmanager
    def within():
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
            try:
                yield
            finally:
                cursor.execute("RESET ROLE")

    return within


def refused(statement, error):
    with pytest.raises(error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return caught.value.__cause__


def test_a_week_closes_and_fines_are_decided_as_the_application(as_the_application, zhou, deputy, department, clock_at):
    """Two people without logs: one fine is confirmed, the other one taken back; then nobody can touch what stands."""
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    make.rules(date(2026, 11, 2))
    now = make.at(make.THURSDAY)
    clock_at(now)
    with as_the_application():
        moved = refused("UPDATE org_clock_shift SET shift = interval '1 day'", ProgrammingError)
        assert isinstance(moved, psycopg2.errors.InsufficientPrivilege)
        run_due()
        mine = Fine.objects.get(person=zhou)
        confirm(mine, by=deputy, at=now, key=uuid4())
        excuse(other, Week(mine.week), by=deputy, at=now, key=uuid4(), reason="家有急事")
        settle(at=now)
        assert Fine.objects.get(person=other).state == "reversed"
        withdraw_excuse(WeekExcuse.objects.get(), by=deputy, at=now, key=uuid4())
        settle(at=now)
        assert list(LedgerEntry.objects.values_list("kind", flat=True)) == [
            "proposal", "proposal", "confirmation", "reversal", "proposal",
        ]  # fmt: skip
        assert list(faults()) == []
        for table in FROZEN:
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                assert isinstance(refused(statement, ProgrammingError), psycopg2.errors.InsufficientPrivilege)
            for column in columns_of(table) - CHANGING.get(table, set()):
                statement = f"UPDATE {table} SET {column} = {column}"
                assert isinstance(refused(statement, ProgrammingError), psycopg2.errors.InsufficientPrivilege)


def test_with_one_role_the_triggers_refuse_the_same(zhou, deputy, hq, clock_at):
    """The role of the tests owns everything, and yet: no other amount, no other person, no row less."""
    make.rules(date(2026, 11, 2))
    clock_at(make.at(date(2026, 11, 17), 12, 1))
    run_due()
    at = make.at(make.THURSDAY)
    WeekExcuse.objects.create(person=zhou, week=date(2026, 11, 9), reason="家有急事", by=deputy, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE is refused for another reason
    tables = [table for table in FROZEN if table.startswith(("activity_week", "activity_ledger", "activity_fine"))]
    for table in tables:
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            assert "append-only" in str(refused(statement, DatabaseError))
        others = {"integer": "1 + {0}", "smallint": "1 + {0}", "bigint": "1 + {0}", "character varying": "'另'"}
        for column, kind in types_of(table).items():
            if kind in others and column not in CHANGING.get(table, set()):
                statement = f"UPDATE {table} SET {column} = {others[kind].format(column)} WHERE {column} IS NOT NULL"
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL")
                    if cursor.fetchone():
                        assert "append-only" in str(refused(statement, DatabaseError)), statement


def types_of(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table])
        return dict(cursor.fetchall())


def test_what_is_append_only_in_the_database_is_so_in_the_roles(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_table'")
        assert {table for (table,) in cursor.fetchall()} == set(FROZEN)
