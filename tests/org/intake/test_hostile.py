"""Twenty files that nobody honest sends, through the page: each ends in a sentence, and the next request is answered.

`pytest -s` prints what each took (reliability.md, C12): seconds of the request, memory of the child.
"""

import sys
import time

import pytest

from clients.prospects.models import Prospect
from org.intake import tasks
from org.intake.models import ImportBatch
from org.workbooks import reading
from org.workbooks.reading import QUARANTINE
from tests.org.intake.conftest import row, words
from tests.org.workbooks.books import columns, measured, members, pack, save
from tests.org.workbooks.test_reading import CELL
from tests.org.workbooks.test_reading import HOSTILE as FILES

PAST_READING = (
    "empty", "text", "old or locked", "cut", "wrong checksum", "encrypted member", "a member twice", "201 members",
    "20 MB", "ratio bomb", "201 MB inflated", "macro", "external link", "entities", "entities in utf-16",
    "broken xml", "last cell of all", "too wide", "too many rows", "too many formulas", "a huge workbook.xml",
    "a sheet that is no .xml", "two sheets of one name",
)  # fmt: skip
HOSTILE = {
    **{kind: FILES[kind] for kind in PAST_READING},
    "another sheet": lambda path: save(path, {"客户名单": [["单位名称"], ["恒信五金"]]}),
    "a sheet without a cell": lambda path: save(path, {"准客户": []}),
    "no header": lambda path: save(path, {"准客户": [["恒信五金", "胡先生", "陌生", "E1"]]}),
    "a header twice": lambda path: save(path, {"准客户": [["单位名称", "单位名称", "经办人", "来源", "负责人工号"]]}),
    "a name of 5,000 characters": lambda path: save(path, {"长" * 31: [["名" * 5_000]]}),
    "an honest zip": lambda path: pack(path, {"照片.jpg": b"\xff\xd8" * 50}),
    "a sheet of another kind": lambda path: pack(path, members(CELL)),
}
# Odd values are refused as rows, each with its sentence.
ODD = {
    "员工人数": ["1e400", "-0.5", "NaN", "0x10", "九", "6 0"],
    "预计保费": ["Infinity", "1e30", "-1", "12.345", "1万", "￥5"],
    "到期日": ["2026-02-30", "0000-00-00", "9999-12-31", "31/12/2026", "46268", "明天", "2026-13-01"],
    "单位名称": ["x" * 101, "=cmd|'/c calc'!A1" * 10],
    "负责人工号": ["../etc", "E 1", "没有", "%00"],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_ends_in_a_sentence(desk, zhou, kind, tmp_path):
    path = tmp_path / "来历不明.xlsx"
    HOSTILE[kind](path)
    begun = time.perf_counter()
    answer = desk.upload(path)
    seconds = time.perf_counter() - begun
    for batch in ImportBatch.objects.filter(state="reading"):  # too heavy to wait for: as the worker does it
        tasks.work(str(batch.pk))
        seconds = time.perf_counter() - begun
        answer = desk.see()
    peak = measured(sys.executable, "-I", QUARANTINE, path).megabytes
    print(f"{kind}: {seconds:.2f} s, child {peak:.0f} MB")

    said = words(answer)
    sentences = [*reading.sentences().values(), "没有这些工作表", "缺少必填列", "缺必填列", "出现了两次"]
    assert any(one in said for one in sentences), said
    assert "正在" not in said and Prospect.objects.count() == 0
    assert "可导入 1" in words(desk.rows(row(zhou)))  # the house stands


def test_odd_numbers_and_dates_are_refused_one_by_one(desk, zhou, tmp_path):
    odd = [(name, value) for name, values in ODD.items() for value in values]
    rows = [row(zhou, **{"单位名称": f"第{n}家", name: value}) for n, (name, value) in enumerate(odd)]
    path = save(tmp_path / "怪.xlsx", {"准客户": columns(rows)})
    answer = desk.upload(path)
    assert desk.batch.result["good"] + desk.batch.result["likely"] == 0, desk.batch.result["problems"]
    assert f"要修改 {len(odd)}" in words(answer)
    for problem, (name, _value) in zip(desk.batch.result["problems"], odd, strict=True):
        assert problem["errors"][0][0] == name and problem["errors"][0][1]
    assert "没有可以导入的行" in words(desk.run())


def test_more_than_20_mb_is_not_taken(desk, tmp_path):
    path = tmp_path / "重.xlsx"
    path.write_bytes(b"x" * (20 * 2**20 + 1))
    answer = desk.upload(path)
    assert answer.status_code == 422 and "文件超过 20 MB" in words(answer)
    assert ImportBatch.objects.count() == 0


def test_20_mb_are_taken(desk, tmp_path):
    path = tmp_path / "刚好.xlsx"
    path.write_bytes(b"x" * 20 * 2**20)
    assert desk.upload(path).status_code == 200
    assert ImportBatch.objects.get().size == 20 * 2**20


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.xlsx", "<script>alert(1)</script>.xlsx", "长" * 300])
def test_the_name_of_a_file_is_only_a_name(desk, zhou, tmp_path, name):
    desk.rows(row(zhou))
    ImportBatch.objects.update(file_name=name.replace("\x00", "")[:120])
    answer = desk.see()
    assert "<script>alert" not in answer.content.decode()
    assert desk.client.get(f"{desk.address}problems/").status_code == 200
