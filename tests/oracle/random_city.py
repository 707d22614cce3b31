"""A random city of 40 people over 20 weeks: two workbooks and the decisions that they cannot carry.

city = write_random_city(folder, seed) -> City; the same seed writes the same bytes
given = material(city.folder, decisions=city.decisions)
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from xlsxwriter import Workbook

from .calendar import Calendar, days_of
from .decisions import Decisions
from .random_decisions import random_decisions
from .random_roster import FESTIVAL_EVE, Roster, random_roster
from .random_work import SHEETS, Worker, pick_plan
from .reading import Book
from .rules import DEFAULT
from .weeks import mondays, required_halves, unit_held, week_of_service

FIRST, LAST = date(2026, 1, 5), date(2026, 5, 18)  # Mondays of the 20 weeks
HEADERS = {
    "单位": "单位代码 名称 类型 上级代码 信箱",
    "人员": "工号 姓名 手机 邮箱 入司日期 离司日期",
    "任职": "工号 单位代码 岗位 起 止",
    "日志": "工号 日期 提交时间 明日计划",
    "电话": "工号 日期 时间 客户 联系人 类别 接通 目的 结果",
    "拜访": "工号 日期 开始 结束 类别 客户 联系人 目的 内容 结果 下一步 下一步日期 陪访人工号",
    "积累": "工号 日期 单位名称 经办人 来源",
    "学习": "工号 日期 类别 题目 收获",
    "其他": "工号 日期 内容",
    "请假": "工号 日期 时段 类别",
    "主管": "工号 日期 类别 对象 内容 结果 已确认",
}
FILES = {"roster": ("单位", "人员", "任职"), "activity": (*SHEETS, "请假", "主管")}
RAMP = ("exact", "one_less", "exact", "one_less")  # a newcomer's first four weeks


@dataclass(frozen=True)
class City:
    """`decisions` has to be entered through the product before the first close; `cast` maps parts to 工号."""

    folder: Path
    seed: int
    first: date
    last: date
    decisions: Decisions
    cast: dict[str, str]
    deputies: dict[str, str]  # 基层单位 → 工号 of its 分管总


def write_random_city(folder: Path, seed: int) -> City:
    rng = Random(seed)
    second_version = FIRST + timedelta(weeks=rng.randrange(8, 12))
    roster = random_roster(rng, FIRST, second_version)
    decisions = random_decisions(rng, seed, roster, FIRST, second_version)
    sheets = {"单位": roster.units, "人员": roster.people, "任职": roster.posts, "请假": roster.absences}
    sheets |= activity(rng, roster, decisions)
    for name, titles in FILES.items():
        write_workbook(folder / f"{name}.xlsx", {title: sheets[title] for title in titles})
    return City(folder, seed, FIRST, LAST, decisions, roster.cast, roster.deputies)


def activity(rng: Random, roster: Roster, decisions: Decisions) -> dict[str, list[tuple]]:
    book, calendar = book_of(roster, decisions), Calendar(decisions.corrections)
    sheets: dict[str, list[tuple]] = {title: [] for title in SHEETS}
    forced = forced_plans(roster, decisions)
    for employee in sorted(roster.tempers):
        unit = next(post[1] for post in roster.posts if post[0] == employee)
        worker = Worker(rng, employee, calendar, roster.managers[unit[:4] + "T"])
        for monday in mondays(FIRST, LAST):
            rules = decisions.rules(monday) or DEFAULT
            halves = {
                day: len(required_halves(book, calendar, employee, day))
                for day in days_of(monday)
                if unit_held(book, employee, day)
            }
            plan = forced.get((employee, monday)) or pick_plan(rng, roster.tempers[employee])
            worker.week(plan, monday, halves, rules, rules.percent(week_of_service(book, employee, monday)))
        for title in SHEETS:
            sheets[title] += worker.rows[title]
    sheets["积累"] += duplicates(rng, sheets["积累"], sheets["日志"])
    managers = supervision(rng, roster, calendar, sheets["拜访"])
    return sheets | {"日志": sheets["日志"] + managers["日志"], "主管": managers["主管"]}


def book_of(roster: Roster, decisions: Decisions) -> Book:
    """The roster as the oracle reads it, to know what each week requires before the work is written."""
    halves = {"上午": ("am",), "下午": ("pm",), "全天": ("am", "pm")}
    columns = ("employee", "unit", "post", "starts", "ends")
    taken = [(kind, (who, day, half)) for who, day, part, kind in roster.absences for half in halves[part]]
    return Book(
        units={row[0]: {"parent": row[3] or "", "kind": row[2]} for row in roster.units},
        people={row[0]: {"joined": row[4], "left": row[5]} for row in roster.people},
        appointments=[dict(zip(columns, row, strict=True)) for row in roster.posts],
        prospects=[],
        logs={},
        calls=[],
        visits=[],
        registrations=[],
        studies=[],
        absences={half for _, half in taken},
        duties={half for _, half in taken} - {half for kind, half in taken if kind != "公务"},
        decisions=decisions,
    )


def forced_plans(roster: Roster, decisions: Decisions) -> dict[tuple[str, date], str]:
    """Weeks that a feature needs: short ones around each gap, move and excuse, met ones where excused in vain."""
    cast, forced = roster.cast, {}
    for part in ("returner", "returner soon", "returner within a week", "back after a weekend"):
        again = max(post[3] for post in roster.posts if post[0] == cast[part])
        around = again - timedelta(days=again.weekday(), weeks=4)
        forced |= dict.fromkeys(((cast[part], monday) for monday in weeks_from(around, 6)), "sparse")
    festival = FESTIVAL_EVE - timedelta(days=FESTIVAL_EVE.weekday())
    plans = {"back after the festival": weeks_from(festival - timedelta(weeks=1), 4)}
    for trial in decisions.trials:
        plans["mover"] = weeks_from(trial.monday, 3)
    joined = next(person[4] for person in roster.people if person[0] == cast["newcomer"])
    for monday, plan in zip(weeks_from(joined - timedelta(days=joined.weekday()), 4), RAMP, strict=True):
        forced[cast["newcomer"], monday] = plan
    for part, weeks in plans.items():
        forced |= dict.fromkeys(((cast[part], monday) for monday in weeks), "sparse")
    for excuse in decisions.excuses:
        plan = "daily" if excuse.employee == cast["at target"] else "sparse"
        for monday in weeks_from(excuse.monday - timedelta(weeks=1), 2):
            forced[excuse.employee, monday] = plan
    return {(who, monday): plan for (who, monday), plan in forced.items() if who != cast["silent"]}


def weeks_from(monday: date, count: int) -> list[date]:
    return mondays(monday, monday + timedelta(weeks=count - 1))


def duplicates(rng: Random, registrations: list[tuple], logs: list[tuple]) -> list[tuple]:
    """Own names again, those of unsubmitted logs, of the same day and anybody's; half of them spelled otherwise."""
    handed_in = [log[:2] for log in logs if log[2]]
    known = set(handed_in)
    rows = []
    for n in range(48):
        employee, day = rng.choice(handed_in)
        earlier = [row for row in registrations if row[1] <= day]
        pool = [
            [row for row in earlier if row[0] == employee],
            [row for row in earlier if row[:2] not in known],
            [row for row in earlier if row[1] == day],
            earlier,
        ][n % 4]
        if pool:
            name = rng.choice(pool)[2]
            name = rng.choice([name, name, name.replace(" ", ""), name.lower(), name.replace("R", "Ｒ")])
            rows.append((employee, day, name, "李经理", "陌生"))
    return rows


def supervision(rng: Random, roster: Roster, calendar: Calendar, visits: list[tuple]) -> dict[str, list[tuple]]:
    """3111 of the managers, of whom the client managers' figures must know nothing."""
    rows: dict[str, list[tuple]] = {"日志": [], "主管": []}
    for manager in roster.managers.values():
        own = [visit for visit in visits if visit[-1] == manager]
        days = {day for monday in mondays(FIRST, LAST) for day in days_of(monday) if calendar.works(day)}
        days = {visit[1] for visit in own} | {day for day in sorted(days) if rng.random() < 0.3}
        for day in sorted(days):
            rows["日志"].append((manager, day, datetime.combine(day, datetime.min.time().replace(hour=19)), "早会"))
            for kind in ("电话追踪", "辅导", rng.choice(["计划书", "增员"])):
                target = rng.choice(sorted(roster.tempers))
                rows["主管"].append((manager, day, kind, target, "跟进本周计划", "已约定", rng.choice(["是", "否"])))
        for employee, day, *_ in own:
            rows["主管"].append((manager, day, "陪访", employee, "陪同拜访", "客户认可", "是"))
    return rows


def write_workbook(path: Path, sheets: dict[str, list[tuple]]) -> None:
    book = Workbook(path)
    book.set_properties({"created": datetime(2026, 1, 1)})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for number, row in enumerate((HEADERS[title].split(), *rows)):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write_string(number, column, as_text(value))
    book.close()


def as_text(value: str | date | datetime) -> str:
    """Dates and times as the contract spells them."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value
