"""The tables of the money rules reach every branch of them: nothing there that no article asks for."""

import os
import subprocess
import sys

import pytest

from config import stack

RULES = ("activity/assessment/rules.py", "activity/discipline/rules.py")
TABLES = ("tests/activity/assessment/test_rules.py", "tests/activity/discipline/test_ledger_rules.py")


@pytest.mark.long
def test_every_branch_of_the_rules_is_reached(tmp_path):
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "branches")}
    environment.pop("PYTEST_XDIST_WORKER", None)

    def coverage(*words):
        return subprocess.run(
            [sys.executable, "-m", "coverage", *words], cwd=stack.ROOT, env=environment, capture_output=True, text=True
        )

    ran = coverage(
        "run", "--branch", f"--include={','.join(RULES)}", "-m", "pytest", "-n0", "-p", "no:cacheprovider", *TABLES
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = coverage("report", "--show-missing", "--fail-under=100")
    assert report.returncode == 0, report.stdout + report.stderr
    assert all(path in report.stdout for path in RULES)
