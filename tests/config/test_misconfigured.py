"""Whatever the environment lacks, a command says it in one sentence and ends with code 2 (workbooks.md, Commands)."""

import pytest

COMMANDS = [
    ("verify_ledger", "--json"),
    ("export", "fines", "--from", "2026-09-14", "--to", "2026-11-09"),
    ("run_due", "--json"),
    ("import_workbook", "roster", "roster.xlsx"),
    ("rules", "export"),
    ("migrate", "--check"),
    ("seed_demo",),
]
SOMEWHERE = "postgres:///nowhere?host=/nowhere"


def said(done):
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    "command",
    [COMMANDS[0], *(pytest.param(command, marks=pytest.mark.long) for command in COMMANDS[1:])],
    ids=lambda command: command[0],
)
def test_a_missing_secret_key(manage, command):
    sentence = "ImproperlyConfigured: SECRET_KEY is not set"
    assert said(manage(*command, DATABASE_URL=SOMEWHERE, SECRET_KEY="")) == sentence


@pytest.mark.parametrize(
    ("environment", "part"),
    [
        ({"DATABASE_URL": "sqlite:///six311.db"}, "PostgreSQL is the only engine, not sqlite"),
        ({"DATABASE_URL": "postgres://six311@localhost"}, "Please supply the NAME"),
        ({"INSECURE_HTTP": "1", "ALLOWED_HOSTS": "six311.example"}, "INSECURE_HTTP=1 is for the loopback demo only"),
    ],
)
def test_settings_that_nothing_can_run_with(manage, environment, part):
    assert part in said(manage("run_due", "--json", **environment))


def test_a_fault_of_a_command_keeps_its_traceback(manage):
    done = manage("shell", "-v0", "-c", "raise ValueError('ours')")
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("ValueError: ours\n")


def test_the_bench_is_read_before_there_are_tables(manage):
    """`make bench` starts on an empty database: nothing of it may ask that while it is imported."""
    done = manage("shell", "-v0", "-c", "import tests.bench.everything", DATABASE_URL=SOMEWHERE)
    assert (done.returncode, done.stderr) == (0, "")
