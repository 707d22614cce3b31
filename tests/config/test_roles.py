"""The two database roles of docs/operations.md, made with the statements that stand there."""

import re
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from config import stack
from tests.databases import maintenance

OPERATIONS = (stack.ROOT / "docs" / "operations.md").read_text()
AS_SUPERUSER, BEFORE, AFTER = re.findall(r"```sql\n(.*?)```", OPERATIONS, re.DOTALL)


@pytest.fixture
def two_roles(db, manage, settings):
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
    host = settings.DATABASES["default"]["HOST"]
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
    "activity_rollupday", "activity_rollupfile",
)  # fmt: skip
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
    two_roles(
        "six311_app", ["SELECT 1 FROM activity_rollup FOR UPDATE", "UPDATE activity_rollup SET published_at = NULL"]
    )
    for statement in [one for table in FROZEN for one in statements(table)]:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            two_roles("six311_app", [statement])


def test_even_the_owner_meets_the_triggers(two_roles):
    for table in FROZEN:
        with pytest.raises(psycopg2.errors.RestrictViolation, match="append-only"):
            two_roles("six311_owner", [f"TRUNCATE {table} CASCADE"])


def test_what_is_append_only_in_the_database_is_so_in_the_roles(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_table'")
        assert {table for (table,) in cursor.fetchall()} == set(FROZEN)
