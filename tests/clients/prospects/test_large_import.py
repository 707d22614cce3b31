"""A list of 50,000 clients through the pages: preview, import and undo, each in at most 400 MB (issue 5); and the same
list again over clients that are all there, once as it was and once with a word changed in each row."""

import os
import subprocess
import sys
import time
from hashlib import sha256

import pytest

from clients.prospects.models import Contact, Prospect
from org.intake.models import ImportBatch
from org.posts import Post
from org.workbooks.writing import SheetOut, write
from tests import factories as make

MEMORY = 400  # MB
NOW = make.at(make.THURSDAY, 10)
HEADER = [
    "统一社会信用代码", "单位名称", "行业", "性质", "地址", "员工人数", "经办人", "经办人职务", "经办人电话", "决策人",
    "来源", "现保险公司", "到期日", "预计保费", "等级", "负责人工号", "登记日期", "陪访级次",
]  # fmt: skip
State = ImportBatch.State


def row(number, owner, trade="制造业"):
    return [
        "", f"青岛宏达机械{number}有限公司", trade, "民营", f"市南区香港中路 {number} 号", 20 + number % 400,
        f"王{number}", "人事部", f"139{number:08}", f"李{number}", "陌生", "平安养老", "2027-03-01", "48600.50", "B",
        owner.employee_no, "2026-08-02", "1",
    ]  # fmt: skip


@pytest.mark.long
def test_a_list_is_checked_imported_and_taken_back_in_little_memory(fresh_db, clock_at, zhou, city, tmp_path):
    clock_at(NOW)
    rows = 50_000
    by, path = make.person(Post.HQ_STAFF, unit=city), tmp_path / "list.xlsx"
    write(path, [SheetOut("准客户", HEADER, (row(number, zhou) for number in range(rows)))])
    batch = _handed_in(by, path)
    held = {"preview": _work(batch)}
    assert (batch.state, batch.result["rows"], batch.result["bad"]) == (State.CHECKED, rows, 0), batch.reason
    assert not Prospect.objects.exists()
    held["import"] = _work(batch, State.IMPORTING)
    assert batch.state == State.DONE, batch.reason
    assert (Prospect.objects.count(), Contact.objects.count()) == (rows, 2 * rows)
    assert Prospect.objects.filter(found_by_people__contains="00000007 ", pinyin__startswith="qingdaohongda").exists()
    again = _handed_in(by, path)
    held["preview of known"], held["import of known"] = _work(again), _work(again, State.IMPORTING)
    assert again.state == State.DONE and again.result["tally"] == {"created": 0, "updated": 0, "unchanged": rows}
    write(path, [SheetOut("准客户", HEADER, (row(number, zhou, trade="机械") for number in range(rows)))])
    other = _handed_in(by, path)
    held["import of changed"] = (_work(other), _work(other, State.IMPORTING))[1]
    assert other.result["tally"] == {"created": 0, "updated": rows, "unchanged": 0}, other.reason
    held["undo of changed"] = _work(other, State.UNDOING)
    assert other.state == State.UNDONE and not Prospect.objects.filter(industry="机械").exists(), other.reason
    held["undo"] = _work(batch, State.UNDOING)
    assert batch.state == State.UNDONE, batch.reason
    assert not Prospect.objects.exists() and not Contact.objects.exists()
    print({what: f"{megabytes} MB, {seconds:.1f} s" for what, (megabytes, seconds) in held.items()})
    assert max(megabytes for megabytes, _seconds in held.values()) <= MEMORY, held


def _handed_in(by, path):
    content, at = path.read_bytes(), {"created_at": NOW, "changed_at": NOW, "asked_at": NOW}
    given = {"kind": "prospects", "file_name": "list.xlsx", "sha256": sha256(content).hexdigest(), "content": content}
    return ImportBatch.objects.create(person=by, size=len(content), **given, **at)


def _work(batch, state=None):
    """In a process of its own, as the worker does; (the most memory it held in MB, seconds)."""
    if state:
        ImportBatch.objects.filter(pk=batch.pk).update(state=state)
    started = time.perf_counter()
    command = [sys.executable, "-m", "tests.clients.prospects.importing_alone", str(batch.pk)]
    ended = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    batch.refresh_from_db()
    return int(ended.stdout.split()[-1]), time.perf_counter() - started
