"""Units, people, posts and days off of a random city: the cast that every city has, and some more hands.

`cast` names who plays which part; `tempers` says how often a client manager reaches the standard.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "明华建国秀英海涛雪梅志强春燕"
CITY = "39"
FESTIVAL_EVE, AFTER_FESTIVAL = date(2026, 2, 14), date(2026, 2, 24)
FOUR_DAYS = date(2026, 4, 27)  # Monday of a week that works Monday to Thursday
LONG_AGO = date(2020, 1, 1)


@dataclass
class Roster:
    units: list[tuple] = field(default_factory=list)
    people: list[tuple] = field(default_factory=list)
    posts: list[tuple] = field(default_factory=list)
    absences: list[tuple] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)  # where client managers stand
    cast: dict[str, str] = field(default_factory=dict)  # part → 工号
    deputies: dict[str, str] = field(default_factory=dict)  # 基层单位 → 工号 of its 分管总
    managers: dict[str, str] = field(default_factory=dict)  # 团体部 → 工号 of its manager
    tempers: dict[str, str] = field(default_factory=dict)  # 工号 of a client manager → good, mixed, poor, silent

    def hire(self, rng: Random, joined: date = LONG_AGO, left: date | None = None) -> str:
        employee = f"R{len(self.people) + 1:03}"
        name = rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN)
        self.people.append((employee, name, None, f"{employee.lower()}@example.com", joined, left))
        return employee

    def post(self, employee: str, unit: str, word: str, starts: date = LONG_AGO, ends: date | None = None) -> str:
        self.posts.append((employee, unit, word, starts, ends))
        return employee

    def away(self, employee: str, day: date, part: str, kind: str | None = None) -> None:
        """A row whose key is there already is left out: the import would refuse the second."""
        if not any(row[:3] == (employee, day, part) for row in self.absences):
            self.absences.append((employee, day, part, kind))


def random_roster(rng: Random, first: date, second_version: date) -> Roster:
    roster = Roster()
    branches(roster, rng)
    cast_by_date(roster, rng, first, second_version)
    cast_returners(roster, rng, first)
    cast_movers(roster, rng, first)
    while len(roster.people) < 40:  # hands of whom many stay for some weeks alone, which keeps the files small
        joined = first + timedelta(days=rng.randrange(100))
        left = rng.choice([None, joined + timedelta(days=rng.randrange(20, 60))])
        client_manager(roster, rng, rng.choice(["good", "mixed", "poor"]), joined, left, starts=joined)
    days_off(roster, rng, first)
    return roster


def branches(roster: Roster, rng: Random) -> None:
    """Three or four: the first with a 科 above its teams, the last without teams, each with its leaders."""
    roster.units.append((CITY, "海州市公司", "市公司", None, "group@example.com"))
    for word in ("市公司团险业务部", "市公司分管总", "规则管理员"):
        roster.cast[word] = roster.post(roster.hire(rng), CITY, word)
    count = rng.choice([3, 4])
    for n in range(1, count + 1):
        branch, department = f"{CITY}0{n}", f"{CITY}0{n}T"
        roster.units += [
            (branch, f"第{n}支公司", "基层单位", CITY, None),
            (department, "团体部", "团体部", branch, None),
        ]
        roster.deputies[branch] = roster.post(roster.hire(rng), branch, "分管总")
        roster.managers[department] = roster.post(roster.hire(rng), department, "团体部经理")
        above = department
        if n == 1:
            above = f"{branch}K"
            roster.units.append((above, "业务科", "科", department, None))
            roster.cast["科长"] = roster.post(roster.hire(rng), above, "科长")
            roster.cast["内勤"] = roster.post(roster.hire(rng), branch, "内勤")
        if n == count:
            roster.teams.append(department)
            continue
        for letter in "AB":
            roster.units.append((branch + letter, f"{letter}组", "组", above, None))
            roster.teams.append(branch + letter)
            leader = roster.post(roster.hire(rng), branch + letter, "组长")
            if letter == "A":  # leads and owes 6311
                roster.post(leader, branch + letter, "客户经理")
                roster.tempers[leader] = "mixed"
            roster.cast[f"leader of {branch + letter}"] = leader


def client_manager(roster: Roster, rng: Random, temper: str, joined=LONG_AGO, left=None, **post) -> str:
    employee = roster.hire(rng, joined, left)
    roster.tempers[employee] = temper
    return roster.post(employee, rng.choice(roster.teams), "客户经理", **post)


def cast_by_date(roster: Roster, rng: Random, first: date, second_version: date) -> None:
    """Those who join and leave, and those whom nobody could mistake for diligent."""
    joins = first + timedelta(weeks=rng.randrange(2, 5), days=rng.randrange(1, 4))
    newcomer = second_version + timedelta(days=rng.randrange(0, 3))
    leaves = first + timedelta(weeks=rng.randrange(11, 15), days=rng.randrange(1, 4))
    steps_back = first + timedelta(weeks=rng.randrange(8, 15), days=rng.randrange(0, 4))
    early_post = newcomer + timedelta(days=7)
    roster.cast |= {
        "joiner": client_manager(roster, rng, "mixed", joins, starts=joins),
        "newcomer": client_manager(roster, rng, "poor", newcomer, starts=newcomer),
        "posted early": client_manager(roster, rng, "mixed", early_post, starts=newcomer),
        "leaver": client_manager(roster, rng, "poor", left=leaves),
        "steps back": client_manager(roster, rng, "mixed", ends=steps_back),
        "silent": client_manager(roster, rng, "silent"),
        "poor": client_manager(roster, rng, "poor"),
        "on duty": client_manager(roster, rng, "good"),
        "at target": client_manager(roster, rng, "good"),
    }


def cast_returners(roster: Roster, rng: Random, first: date) -> None:
    """The post ends and begins again: after weeks, within two weeks, within one, over days off alone."""
    friday = first + timedelta(weeks=rng.randrange(8, 11), days=4)
    tuesday = first + timedelta(weeks=rng.randrange(9, 14), days=1)
    gaps = {
        "returner": (friday, friday + timedelta(days=17)),
        "returner soon": (tuesday, tuesday + timedelta(days=9)),
        "returner within a week": (tuesday, tuesday + timedelta(days=2)),
        "back after a weekend": (friday, friday + timedelta(days=3)),
        "back after the festival": (FESTIVAL_EVE, AFTER_FESTIVAL),
    }
    for part, (ends, again) in gaps.items():
        employee = client_manager(roster, rng, "poor", ends=ends)
        roster.cast[part] = roster.post(employee, roster.posts[-1][1], "客户经理", again)


def cast_movers(roster: Roster, rng: Random, first: date) -> None:
    """One moves in mid-week to another branch, one with as many half days there as here, one on a Monday."""
    mid_week = first + timedelta(weeks=rng.randrange(2, 4), days=rng.choice([1, 3]))
    for part, day in (
        ("mover", mid_week),
        ("mover in the middle", FOUR_DAYS + timedelta(days=2)),
        ("mover on Monday", first + timedelta(weeks=12)),
    ):
        employee = client_manager(roster, rng, "poor", ends=day - timedelta(days=1))
        here = roster.posts[-1][1]
        there = rng.choice([team for team in roster.teams if team[:4] != here[:4]])
        roster.cast[part] = roster.post(employee, there, "客户经理", day)


def days_off(roster: Roster, rng: Random, first: date) -> None:
    """Leave and duty, whole days and halves, also on days that nobody works, also named twice."""
    for employee in roster.tempers:
        if employee == roster.cast["mover in the middle"]:
            continue  # his halves must lie evenly
        for n in range(140):
            chance = rng.random()
            if chance < 0.03:
                kind = rng.choice(["请假", "公务", None])
                roster.away(employee, first + timedelta(days=n), rng.choice(["全天", "全天", "上午", "下午"]), kind)
    one, two, three = rng.sample([employee for employee in sorted(roster.tempers) if employee < "R030"], 3)
    wednesday = first + timedelta(weeks=rng.randrange(1, 5), days=2)
    for part in ("上午", "下午"):
        roster.away(one, wednesday, part, "请假")
    roster.away(two, wednesday, "上午", "公务")
    roster.away(two, wednesday, "全天", "公务")
    for n in range(4):  # one day left: exempt
        roster.away(three, wednesday + timedelta(days=n + 5), "全天", "请假")
    busy = roster.cast["on duty"]
    for month in range(1, 6):
        for _ in range(3):
            day = date(2026, month, 1) + timedelta(days=rng.randrange(28))
            if day >= first:
                roster.away(busy, day, rng.choice(["全天", "下午"]), "公务")
