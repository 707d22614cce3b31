"""org.prepared: what is asked is what a cursor would answer, planned once a connection."""

import pytest
from django.db import DataError, IntegrityError, NotSupportedError, connection, transaction

from org import prepared
from org.prepared import ask

SUM = "SELECT %s::int + %s::int"


def planned() -> int:
    """How many statements this connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return cursor.fetchone()[0]


def test_values_by_their_place_and_by_their_name(db):
    assert ask((SUM, [1, 2])) == [(3,)]
    named = "SELECT %(one)s::text, %(two)s::int[], %(one)s::text, 7 %% 4"
    assert ask((named, {"two": [1, 2], "one": "100%s $1; '", "unused": 0})) == [
        ("100%s $1; '", [1, 2], "100%s $1; '", 3)
    ]
    assert ask(("SELECT 'nothing asked'", [])) == [("nothing asked",)]


def test_several_in_one_round_trip_answer_with_the_last(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert ask(
            ("SELECT set_config('house.seen', %s, true)", ["yes"]), ("SELECT current_setting(%s)", ["house.seen"])
        ) == [("yes",)]


def test_what_answers_nothing_is_no_rows(db):
    assert ask(("UPDATE org_once SET verb = %s WHERE false", ["none"])) == []


def test_it_is_planned_once_a_connection(db):
    ask((SUM, [1, 2]))
    before = planned()
    assert [ask((SUM, [n, 1])) for n in range(9)] == [[(n + 1,)] for n in range(9)]
    assert planned() == before


def test_another_connection_plans_it_again(transactional_db):
    assert ask((SUM, [1, 2])) == [(3,)]
    connection.close()
    assert ask((SUM, [3, 4])) == [(7,)]


def test_what_failed_can_be_asked_again(db):
    """Whether in the statement or in its values: the transaction is lost, the plan is kept or made anew."""
    for sql, values, error in [
        ("SELECT 1 / %s::int AS one", [0], DataError),
        ("INSERT INTO org_once (key, person_id, verb, parameters, result, at) VALUES (NULL, %s, '', '', '{}', now())",
         [0], IntegrityError),
    ]:  # fmt: skip
        for _ in range(2):
            with pytest.raises(error), transaction.atomic():
                ask((sql, values))
    assert ask(("SELECT 1 / %s::int AS one", [1])) == [(1,)]


def test_a_changed_table_is_planned_anew(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE shelf (book text) ON COMMIT DROP")
        assert ask(("SELECT book FROM shelf WHERE book = %s", ["one"])) == []
        cursor.execute("INSERT INTO shelf VALUES ('one')")
        cursor.execute("CREATE INDEX ON shelf (book); ALTER TABLE shelf ADD COLUMN page int")
    assert ask(("SELECT book FROM shelf WHERE book = %s", ["one"])) == [("one",)]


def test_a_column_of_another_type_fails_once_and_is_planned_anew(transactional_db):
    """A statement that returns the column as it is; ours say ::text, for which a longer name is the same."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE rack (book varchar(9))")
        for asked in ("book", "book::text"):
            ask((f"SELECT {asked} FROM rack WHERE book = %s", ["one"]))
        cursor.execute("INSERT INTO rack VALUES ('one'); ALTER TABLE rack ALTER COLUMN book TYPE varchar(40)")
    assert ask(("SELECT book::text FROM rack WHERE book = %s", ["one"])) == [("one",)]
    bare = ("SELECT book FROM rack WHERE book = %s", ["one"])
    with pytest.raises(NotSupportedError):
        ask(bare)
    assert ask(bare) == [("one",)]


def test_a_plan_that_was_broken_off_is_made_under_another_name(db, monkeypatch):
    """The server keeps what it has read; whether it has, nobody knows."""
    sql = ("SELECT %s::int + 41", [1])

    class Broken(dict):
        def update(self, *_new):
            raise KeyboardInterrupt

    monkeypatch.setitem(prepared._prepared, connection.connection, Broken())
    with pytest.raises(KeyboardInterrupt):
        ask(sql)
    monkeypatch.setitem(prepared._prepared, connection.connection, {})
    assert ask(sql) == [(42,)]
