"""A week's work of one client manager as rows of the activity workbook.

A plan says how many entries should count and on which days; beside them lie entries that should not. Whether
they do is for the oracle to say: nothing here is taken for granted by the tests.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import ceil
from random import Random

from .calendar import Calendar, days_of
from .rules import ITEMS, Rules
from .standard import due

Totals = dict[str, int]
PLANS = {
    "good": {"exact": 4, "above": 1, "daily": 4, "one_less": 2, "daily_less": 1, "no_studies": 1},
    "mixed": {"exact": 2, "daily": 2, "one_less": 3, "no_studies": 1, "no_studies_less": 1, "sparse": 6, "nothing": 2},
    "poor": {"exact": 1, "one_less": 2, "daily_less": 1, "sparse": 10, "nothing": 3},
    "silent": {"silent": 1},
}
SHEETS = ("日志", "电话", "拜访", "积累", "学习", "其他")
SOURCES = ("缘故", "陌生", "转介绍", "老客户", "渠道")
EARLY, LATEST = 9 * 60, 20 * 60 + 29  # minutes of the day outside everybody's quiet hours


def pick_plan(rng: Random, temper: str) -> str:
    plans = PLANS[temper]
    return rng.choices(list(plans), list(plans.values()))[0]


def needs(rules: Rules, half_days: int, percent: int) -> Totals:
    return {item: ceil(due(rules.targets[item], half_days, percent)) for item in ITEMS}


class Worker:
    """Writes the rows of one person; `rows` holds them by sheet."""

    def __init__(self, rng: Random, employee: str, calendar: Calendar, companion: str):
        self.rng, self.employee, self.calendar, self.companion = rng, employee, calendar, companion
        self.rows: dict[str, list[tuple]] = {sheet: [] for sheet in SHEETS}

    def week(self, plan: str, monday: date, halves: dict[date, int], rules: Rules, percent: int) -> None:
        """`halves` maps the days on which he holds the post to their required half days."""
        required = [day for day in days_of(monday) if halves.get(day)]
        total = sum(halves.values())
        if plan == "silent" or not halves or (plan == "nothing" and self.rng.random() < 0.3):
            return
        if plan in {"nothing", "sparse"} or not required:
            self.sparse(plan, list(halves), rules)
        elif plan.startswith("daily"):
            less = self.rng.choice(required) if plan == "daily_less" else None
            for day in required:
                wanted = needs(rules, halves[day], percent)
                self.day(day, one_less(self.rng, wanted) if day == less else wanted, rules)
        else:
            self.pooled(required, list(halves), self.totals(plan, needs(rules, total, percent)), rules)

    def totals(self, plan: str, wanted: Totals) -> Totals:
        if plan == "above":
            return {item: n + self.rng.randrange(3) for item, n in wanted.items()}
        if plan.startswith("no_studies"):
            wanted = wanted | {"studies": 0}
        return one_less(self.rng, wanted) if plan.endswith("less") else wanted

    def pooled(self, required: list[date], held: list[date], totals: Totals, rules: Rules) -> None:
        """The week's entries lie anyhow on the days of good logs; at times on a day off, or beside a lost log."""
        good = list(required)
        off = [day for day in held if not self.calendar.works(day)]
        if off and self.rng.random() < 0.2:
            good.append(self.rng.choice(off))
        lost = good.pop(self.rng.randrange(len(good))) if len(good) > 2 and self.rng.random() < 0.25 else None
        shares = {day: dict.fromkeys(ITEMS, 0) for day in good}
        for item, n in totals.items():
            for _ in range(n):
                shares[self.rng.choice(good)][item] += 1
        for day, share in shares.items():
            self.day(day, share, rules)
        if lost:
            self.lost_day(lost, rules)

    def sparse(self, plan: str, held: list[date], rules: Rules) -> None:
        for day in sorted(self.rng.sample(held, min(len(held), 3))):
            if plan == "nothing" or self.rng.random() < 0.25:
                self.lost_day(day, rules)
            else:
                self.day(day, self.few(), rules)

    def few(self) -> Totals:
        return {item: self.rng.randrange(most) for item, most in zip(ITEMS, (6, 3, 2, 2), strict=True)}

    def day(self, day: date, counted: Totals, rules: Rules) -> None:
        self.log(day, self.good_time(day))
        self.entries(day, counted, rules)

    def lost_day(self, day: date, rules: Rules) -> None:
        """Handed in too late, never (an empty 提交时间), or without a row in 日志 at all."""
        lock = self.calendar.log_limits(day).lock_at
        how = self.rng.randrange(4)
        if how < 2:
            self.log(day, lock + timedelta(minutes=self.rng.choice([0, 1, 90, 4000])))
        elif how == 2:
            self.log(day, None)
        self.entries(day, self.few(), rules)

    def good_time(self, day: date) -> datetime:
        """On time, late or 补录, often at the very limits."""
        due_at, late_until, lock = self.calendar.log_limits(day)
        minute, chance = timedelta(minutes=1), self.rng.random()
        if chance < 0.7:
            return due_at - self.rng.choice([1, 30, 75, 170]) * minute
        if chance < 0.85:
            return self.rng.choice([due_at, due_at + 55 * minute, late_until - minute])
        return self.rng.choice([late_until, late_until + 60 * minute, lock - minute])

    def log(self, day: date, handed_in: datetime | None) -> None:
        self.rows["日志"].append((self.employee, day, handed_in, "拜访老客户"))

    def entries(self, day: date, counted: Totals, rules: Rules) -> None:
        self.rows["电话"] += self.calls(day, counted["calls"], rules)
        self.rows["拜访"] += self.visits(day, counted["visits"])
        for n in range(counted["prospects"]):
            name = f"海东{self.employee}{day:%m%d}{'甲乙丙丁戊己庚辛'[n % 8]}{n} 贸易有限公司"
            self.rows["积累"].append((self.employee, day, name, "张经理", self.rng.choice(SOURCES)))
        for n in range(counted["studies"]):
            topic = self.rng.choice(["团体意外险", "补充医疗", "理赔时效"])
            self.rows["学习"].append(
                (self.employee, day, self.rng.choice(["问题", "险种"]), f"{topic}{n + 1}", "记住了要点")
            )
        if self.rng.random() < 0.05:
            self.rows["其他"].append((self.employee, day, "协助投标"))

    def calls(self, day: date, counted: int, rules: Rules) -> Iterator[tuple]:
        """So many that count; the unanswered among them reach the day's cap only with some beyond it."""
        cap = 2 if rules.unanswered_a_day is None else rules.unanswered_a_day
        if self.rng.random() < 0.3 and counted > cap:
            unanswered, tried = cap, cap + self.rng.randrange(1, 3)
        else:
            unanswered = tried = self.rng.randrange(min(cap, counted) + 1) if self.rng.random() < 0.3 else 0
        answers = [self.rng.choice(["是", None]) for _ in range(counted - unanswered)] + ["否"] * tried
        for n, answer in enumerate(answers):
            yield self.call(day, self.minute(rules), f"客户{n // 2}厂", f"{SURNAME[n % 2]}主任", answer)
        if answers and answers[0] != "否" and rules.one_per_contact and self.rng.random() < 0.2:
            for answer in self.rng.sample(["是", "否"], self.rng.randrange(1, 3)):
                yield self.call(day, self.minute(rules), "客户0厂", "赵主任", answer)
        if self.rng.random() < 0.15:
            quiet = self.rng.choice([time(8, 59), time(21), time(22, 15), time(7, 30), time(0, 5)])
            yield self.call(day, quiet, "夜班厂", "吴主任", "是")

    def minute(self, rules: Rules) -> time:
        edges = [time(9), time(20, 59)] if rules.quiet_from == time(21) else [time(9)]
        if self.rng.random() < 0.06:
            return self.rng.choice(edges)
        minutes = self.rng.randrange(EARLY, LATEST)
        return time(minutes // 60, minutes % 60)

    def call(self, day: date, at: time, client: str, contact: str, answered: str | None) -> tuple:
        kind = self.rng.choice(["维护", "开拓"])
        return (self.employee, day, f"{at:%H:%M}", client, contact, kind, answered, "回访", "约好再谈")

    def visits(self, day: date, counted: int) -> Iterator[tuple]:
        """So many clients with an effective visit, at times visited twice, and some visited in vain."""
        for n in range(counted):
            yield self.visit(day, f"客户{n}厂", self.rng.choice(["维护", "开拓"]), dated=True)
            if self.rng.random() < 0.08:
                yield self.visit(day, f"客户{n}厂", "开拓", dated=self.rng.random() < 0.5)
        if self.rng.random() < 0.12:
            yield self.visit(day, "远郊厂", "开拓", dated=False)

    def visit(self, day: date, client: str, kind: str, dated: bool) -> tuple:
        hour = self.rng.randrange(9, 17)
        next_day = day + timedelta(days=7) if kind == "开拓" and dated else None
        companion = self.companion if self.rng.random() < 0.05 else None
        times = f"{hour:02}:00", f"{hour:02}:40"
        words = "赵主任", "介绍方案", "讲了保障", "愿意再谈", "报价"
        return (self.employee, day, *times, kind, client, *words, next_day, companion)


SURNAME = "赵钱"


def one_less(rng: Random, totals: Totals) -> Totals:
    """Target − 1 in a single item."""
    item = rng.choice([item for item in ITEMS if totals[item]] or ["calls"])
    return totals | {item: max(0, totals[item] - 1)}
