"""`rules export | check | publish` to the contract of the commands."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from org.periods.models import Period
from org.posts import Post
from org.rules.actions import publish
from org.rules.book import book_on, rules_on
from org.rules.models import RuleSet
from org.rules.schema import RuleBook
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make

FIRST = date(2026, 9, 14)
NOW = make.at(date(2026, 11, 22), 12)


@pytest.fixture(autouse=True)
def now(clock_at):
    clock_at(NOW)


def at(monday, book=None):
    return publish(book or RuleBook(), by=None, at=NOW, effective_from=monday)


def stricter(calls):
    return RuleBook.read({"targets": {"calls": calls}})


def test_no_rule_set_exists_until_one_is_published():
    assert not RuleSet.objects.exists()
    assert rules_on(date(2026, 11, 16)) is None
    assert book_on(date(2026, 11, 18)) == RuleBook()


def test_the_first_may_start_on_a_past_monday_and_makes_the_periods_until_now(department, city):
    rules = at(FIRST)
    assert (rules.version, rules.effective_from) == (1, FIRST)
    weeks = Period.objects.filter(kind="report", unit=city, week__lte=NOW.date()).values_list("week", flat=True)
    assert sorted(weeks) == [FIRST + timedelta(weeks=n) for n in range(10)]


def test_weeks_before_the_first_have_no_rules():
    at(FIRST)
    assert rules_on(date(2026, 9, 7)) is None
    assert rules_on(FIRST).version == 1


def test_a_later_version_holds_from_its_monday_and_not_before():
    at(FIRST)
    at(date(2026, 11, 23), stricter(7))
    assert [book_on(day).targets.calls for day in (date(2026, 11, 22), date(2026, 11, 23))] == [6, 7]
    assert [rules_on(day).version for day in (date(2026, 11, 16), date(2026, 12, 7))] == [1, 2]


@pytest.mark.parametrize("monday", [FIRST, date(2026, 9, 7)])
def test_a_later_version_starts_after_its_predecessor(monday):
    at(FIRST)
    with pytest.raises(Refused, match="第 1 版"):
        at(monday, stricter(7))
    assert RuleSet.objects.count() == 1


@pytest.mark.parametrize("kind", ["report", "close"])
def test_a_later_version_starts_after_every_reported_or_assessed_week(city, kind):
    at(FIRST)
    Period.objects.filter(kind=kind, week__lte=date(2026, 11, 9)).update(done_at=NOW)
    with pytest.raises(Refused, match="（第 46 周） 已按当时的规则汇总或考核"):
        at(date(2026, 11, 9))
    assert at(date(2026, 11, 16)).version == 2


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 22), date(2026, 11, 21)])
def test_only_from_a_monday(day):
    with pytest.raises(Refused, match="不是周一"):
        at(day)


def test_a_date_is_needed_from_somewhere():
    with pytest.raises(Refused, match="effective_from"):
        publish(RuleBook(), by=None, at=NOW)
    book = RuleBook.read({"effective_from": "2026-09-14"})
    assert publish(book, by=None, at=NOW).effective_from == FIRST


def test_what_is_published_is_what_export_prints_and_can_be_read_back(capsys):
    at(FIRST, stricter(8))
    call_command("rules", "export")
    printed = capsys.readouterr().out
    assert RuleBook.read(printed) == stricter(8).model_copy(update={"effective_from": FIRST})
    assert RuleBook.read(printed).sha256 == RuleSet.objects.get().sha256


def test_export_prints_the_defaults_while_none_is_in_force(capsys):
    call_command("rules", "export")
    assert json.loads(capsys.readouterr().out) == RuleBook().as_json()
    at(date(2026, 11, 23), stricter(9))
    call_command("rules", "export")
    assert json.loads(capsys.readouterr().out)["targets"]["calls"] == 6


def test_publish_by_command_from_a_file_with_another_date(tmp_path, capsys):
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"effective_from": "2026-11-23", "targets": {"visits": 4}}))
    call_command("rules", "publish", str(file), "--effective-from", "2026-09-14", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["version"], answer["effective_from"]) == (1, "2026-09-14")
    assert book_on(FIRST).targets.visits == 4
    assert Trace.objects.get(verb="publish").actor == "operator"


def test_publish_the_defaults(capsys):
    call_command("rules", "publish", "--effective-from", "2026-09-14")
    assert "2026-09-14" in capsys.readouterr().out
    assert book_on(FIRST) == RuleBook(effective_from=FIRST)


@pytest.mark.parametrize(
    "words",
    [
        ("publish",),
        ("publish", "--effective-from", "2026-09-15"),
        ("publish", "{missing}", "--effective-from", "2026-09-14"),
        ("publish", "{broken}", "--effective-from", "2026-09-14"),
        ("publish", "{wrong}", "--effective-from", "2026-09-14"),
        ("check",),
        ("check", "{missing}"),
        ("check", "{broken}"),
        ("check", "{wrong}"),
    ],
)
def test_unusable_input_ends_with_code_2_and_writes_nothing(tmp_path, words):
    (tmp_path / "broken").write_bytes(b"\xff\xfe{")
    (tmp_path / "wrong").write_text('{"targets": {"calls": "6", "rings": 1}}')
    paths = {name: str(tmp_path / name) for name in ("missing", "broken", "wrong")}
    with pytest.raises(CommandError) as refused:
        call_command("rules", *(word.format(**paths) for word in words))
    assert refused.value.returncode == 2
    assert not RuleSet.objects.exists()


def test_check_names_every_problem_in_one_answer(tmp_path):
    file = tmp_path / "rules.json"
    file.write_text('{"targets": {"calls": "6", "rings": 1}}')
    with pytest.raises(CommandError) as refused:
        call_command("rules", "check", str(file))
    assert "targets.calls" in str(refused.value)
    assert "targets.rings" in str(refused.value)


def test_check_writes_nothing(tmp_path, capsys):
    file = tmp_path / "rules.json"
    file.write_text("\ufeff{}", encoding="utf-8")
    call_command("rules", "check", str(file), "--json")
    assert json.loads(capsys.readouterr().out)["problems"] == []
    assert not RuleSet.objects.exists()


def test_by_a_person_it_is_traced_under_his_number(city):
    admin = make.person(Post.RULE_ADMIN, unit=city)
    rules = publish(RuleBook(), by=admin, at=NOW, effective_from=FIRST)
    assert rules.published_by == admin
    assert Trace.objects.get(verb="publish").actor == admin.employee_no


def test_as_an_operator_would(manage, fresh_db):
    ended = manage("rules", "publish", "--effective-from", "not-a-day")
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)
    assert manage("rules", "publish", "--effective-from", "2026-09-14", "--json").returncode == 0
    assert RuleSet.objects.get().effective_from == date(2026, 9, 14)
