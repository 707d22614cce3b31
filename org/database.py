"""What the database itself guards: its clock and append-only tables. Used by migrations of every app."""

from django.db.migrations import RunSQL

CLOCK = RunSQL(
    """
    CREATE TABLE org_clock_shift (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), shift interval NOT NULL);
    INSERT INTO org_clock_shift (shift) VALUES (interval '0');
    CREATE FUNCTION org_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
        AS 'SELECT clock_timestamp() + shift FROM org_clock_shift';
    CREATE FUNCTION org_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''% is append-only'', TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END';
    """,
    """
    DROP FUNCTION org_refuse_change(); DROP FUNCTION org_now(); DROP TABLE org_clock_shift;
    """,
)


# org_chain(head, line) as a running aggregate: the SHA-256 of the hash before it (first the head) and of the line.
CHAIN = RunSQL(
    """
    CREATE FUNCTION org_link(before text, head text, line text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT encode(sha256(convert_to(coalesce(before, head) || line, 'UTF8')), 'hex') $$;
    CREATE AGGREGATE org_chain(text, text) (SFUNC = org_link, STYPE = text);
    """,
    "DROP AGGREGATE org_chain(text, text); DROP FUNCTION org_link(text, text, text);",
)


def changed_once(table: str, column: str) -> RunSQL:
    """Refuse DELETE and TRUNCATE, and every UPDATE but the one that fills `column`."""
    return RunSQL(
        f"""
        CREATE TRIGGER only_{column} BEFORE UPDATE ON {table} FOR EACH ROW
            WHEN (OLD.{column} IS NOT NULL OR to_jsonb(OLD) - '{column}' <> to_jsonb(NEW) - '{column}')
            EXECUTE FUNCTION org_refuse_change();
        CREATE TRIGGER append_only_rows BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION org_refuse_change();
        CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION org_refuse_change();
        """,
        f"""
        DROP TRIGGER only_{column} ON {table}; DROP TRIGGER append_only_rows ON {table};
        DROP TRIGGER append_only_table ON {table};
        """,
    )


def changed_only_by(table: str, move: str, *columns: str) -> RunSQL:
    """Refuse DELETE and TRUNCATE, and every UPDATE but a `move` (a condition on OLD and NEW) of these columns."""
    names = ", ".join(f"'{name}'" for name in columns)
    return RunSQL(
        f"""
        CREATE TRIGGER only_moves BEFORE UPDATE ON {table} FOR EACH ROW
            WHEN (NOT ({move}) OR to_jsonb(OLD) - ARRAY[{names}] <> to_jsonb(NEW) - ARRAY[{names}])
            EXECUTE FUNCTION org_refuse_change();
        CREATE TRIGGER append_only_rows BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION org_refuse_change();
        CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION org_refuse_change();
        """,
        f"""
        DROP TRIGGER only_moves ON {table}; DROP TRIGGER append_only_rows ON {table};
        DROP TRIGGER append_only_table ON {table};
        """,
    )


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE of a table, for every role that is not a superuser in replica mode."""
    return RunSQL(
        f"""
        CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION org_refuse_change();
        CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION org_refuse_change();
        """,
        f"DROP TRIGGER append_only_rows ON {table}; DROP TRIGGER append_only_table ON {table};",
    )
