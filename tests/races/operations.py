"""Things that people do, each as the POST that a double tap sends twice, and how often it then happened."""

from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from django.urls import reverse

from activity.daily_log import reviewing
from activity.daily_log.as_read import fingerprint
from activity.daily_log.day import entries_of
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from clients.prospects.models import Prospect, Registration
from clients.visits.models import Visit
from org.notices.models import Notice
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make

TODAY = make.THURSDAY
YESTERDAY = TODAY - timedelta(days=1)
NOW = make.at(TODAY, 10)


class Tap(NamedTuple):
    """`times` counts the effects; the answers must all be equal where the form has a key."""

    by: object
    address: str
    body: dict
    times: object
    keyed: bool = True


class Scene:
    """A fresh pair of author and reviewer in a unit of their own, so that rounds do not meet."""

    def __init__(self, department):
        self.unit = make.team(department)
        self.author = make.person(Post.CLIENT_MANAGER, unit=self.unit)
        self.reviewer = make.person(Post.DEPARTMENT_MANAGER, unit=self.unit)

    def entry(self, sheet, /, **fields):
        body = {"key": uuid4(), **{name: str(value) for name, value in fields.items()}}
        counted = {"visit": Visit.objects.filter(person=self.author), "prospect": self._registered()}
        rows = counted.get(sheet, LogEntry.objects.filter(log__person=self.author))
        return Tap(self.author, reverse("today-entry-new", args=[TODAY, sheet]), body, rows.count)

    def _registered(self):
        return Registration.objects.filter(person=self.author)

    def log(self, day=YESTERDAY, when=None):
        make.visit(self.author, day, when=when)
        return make.submit(self.author, day, when=when)

    def verb(self, name, log, **body):
        times = {
            "log-annotate": Annotation.objects.filter(log=log),
            "review-ineffective": Trace.objects.filter(verb="mark_ineffective", by=self.reviewer),
        }
        traces = {
            "review-pass": "pass", "review-return": "return", "review-accept": "accept_back",
            "review-undo": "undo_pass",
        }  # fmt: skip
        rows = times.get(name) if name in times else self.traces(log, traces[name])
        return Tap(self.reviewer, reverse(name, args=[log.pk]), body, rows.count, keyed=False)

    def traces(self, about, verb):
        return Trace.objects.filter(about_id=str(about.pk), verb=verb)


CALL = {
    "client": "宏达", "contact": "王敏", "kind": "service", "answer": "answered", "purpose": "续保", "result": "再联系",
    "call_at": "09:00",
}  # fmt: skip
VISIT = {
    "client": "宏达", "contact": "王敏", "kind": "service", "purpose": "送保单", "outcome": "签收", "starts_at": "09:00"
}  # fmt: skip


def call(scene):
    return scene.entry("call", **CALL)


def visit(scene):
    return scene.entry("visit", **VISIT)


def prospect(scene):
    return scene.entry("prospect", name=f"公司{uuid4().hex[:8]}", handler="李", source="cold")


def study(scene):
    return scene.entry("study", topic="product", title="雇主险", learnt="三人起投")


def other(scene):
    return scene.entry("other", content="增减人")


def whole_day(scene):
    tap = scene.entry("call", **{f"call-1-{name}": value for name, value in CALL.items()})
    return tap._replace(address=reverse("whole-day", args=[TODAY]))


def change(scene):
    entry = make.call(scene.author, TODAY, when=NOW)["entry"]
    tap = scene.entry("call", **CALL)
    rows = LogEntry.objects.filter(log__person=scene.author, client="宏达")
    return tap._replace(address=reverse("today-entry", args=[TODAY, "call", entry]), times=rows.count)


def remove(scene):
    entry = make.call(scene.author, TODAY, when=NOW)["entry"]
    rows = Trace.objects.filter(about_id=entry, verb="remove")
    return Tap(scene.author, reverse("today-entry-remove", args=[TODAY, "call", entry]), {}, rows.count)


def withdraw(scene):
    entry = make.registration(scene.author, TODAY, when=NOW)["entry"]
    gone = Trace.objects.filter(about=Prospect._meta.label_lower, verb="withdraw", by=scene.author)
    return Tap(scene.author, reverse("today-entry-remove", args=[TODAY, "prospect", entry]), {}, gone.count)


def submit(scene):
    make.call(scene.author, TODAY, when=NOW)
    rows = scene.traces(DailyLog.objects.get(person=scene.author), "submit")
    body = {"key": uuid4(), "tomorrow_plan": "三家"}
    return Tap(scene.author, reverse("today-submit", args=[TODAY]), body, rows.count)


def as_read(log):
    return fingerprint(log, entries_of(log, log.person_id, log.day))


def pass_log(scene):
    log = scene.log()
    return scene.verb("review-pass", log, rating=5, shown=as_read(log))


def return_log(scene):
    log = scene.log()
    return scene.verb("review-return", log, comment="补下一步", shown=as_read(log))


def annotate(scene):
    log = scene.log()
    return scene.verb("log-annotate", log, entry=scene.author.visits.get().pk, text="问清")


def ineffective(scene):
    log = scene.log()
    return scene.verb("review-ineffective", log, entry=scene.author.visits.get().pk, text="电话说的")


def undo(scene):
    log = scene.log()
    return scene.verb("review-undo", reviewing.pass_log(log, by=scene.reviewer, at=NOW))


def accept(scene):
    return scene.verb("review-accept", scene.log(TODAY - timedelta(days=2), when=NOW))


def remind(scene):
    rows = Notice.objects.filter(to=scene.author, kind="log_missing")
    address = reverse("review-remind", args=[YESTERDAY, scene.author.employee_no])
    return Tap(scene.reviewer, address, {}, rows.count, keyed=False)


def card(scene):
    clerk = make.person(Post.BRANCH_CLERK, unit=scene.unit.branch)
    rows = scene.traces(scene.author, "activation_card")
    return Tap(clerk, reverse("people-card", args=[scene.author.employee_no]), {"key": uuid4()}, rows.count)


OPERATIONS = (
    call, visit, prospect, study, other, whole_day, change, remove, withdraw, submit, pass_log, return_log, annotate,
    ineffective, undo, accept, remind, card,
)  # fmt: skip
