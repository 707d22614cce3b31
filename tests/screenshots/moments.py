"""The demo's data at three moments of a week, and the pages worth a look at each."""

from datetime import date

from django.core.management import call_command
from django.db.models import Count, F

from activity.assessment.models import WeekAssessment
from activity.daily_log import reviewing
from activity.daily_log.board_reading import board
from activity.daily_log.models import DailyLog
from activity.demo.actions import seed
from clients.prospects.models import Prospect
from clients.visits.models import Visit
from org import clock
from org.people.models import Person
from org.periods.due import run_due
from org.posts import Post
from tests.factories import at
from tests.screenshots import away, fining, planning
from tests.screenshots.camera import Shot

WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (date(2026, 11, day) for day in (18, 19, 20, 21))
MORNING, AFTERNOON, ROLLED_UP = at(FRIDAY, 8, 12), at(FRIDAY, 14, 6), at(SATURDAY, 12, 5)
WEEK, LAST, LAST_MONDAY = "2026-W47", "2026-W46", date(2026, 11, 9)
SHEETS = {
    "call": "记一个电话",
    "visit": "记一次拜访",
    "prospect": "登记一个准客户",
    "study": "记一次学习",
    "other": "记其他工作",
}


def prepare():
    """Seed as of Friday afternoon; an account for each post, by the post's code."""
    call_command("migrate", verbosity=0)
    clock.shift_clock(to=AFTERNOON)
    told = {one["role"]: one["employee"] for one in seed(at=AFTERNOON)}
    found = Person.objects.in_bulk(told.values(), field_name="employee_no")
    people = {post.value: found[told[str(post.label)]] for post in Post}
    return {**people, "client_manager": somebody_busy(people["department_manager"])}


def somebody_busy(manager):
    """One of the manager's who handed yesterday's log in and has written most of today's."""
    unit = manager.appointments.get(post=Post.DEPARTMENT_MANAGER).unit
    logs = DailyLog.objects.filter(unit__path__startswith=unit.path)
    waiting = logs.filter(day=THURSDAY, state=DailyLog.State.SUBMITTED)
    today = logs.filter(day=FRIDAY, state=DailyLog.State.DRAFT, person__in=waiting.values("person"))
    return today.order_by(-(F("calls") + F("visits") + F("prospects") + F("studies"))).first().person


def pages(people):
    """The shots of each moment; the clock stands there while they are taken."""
    clock.shift_clock(to=MORNING)
    yield [*at_the_door(), *of_the_morning(people)]
    a_log_comes_back(people)
    clock.shift_clock(to=AFTERNOON)
    away.happens(people)
    fining.happens(people, AFTERNOON)
    yield [
        *of_the_client_manager(people),
        *of_the_desks(people),
        *of_the_readers(people),
        *away.shots(people),
        *fining.shots(people, AFTERNOON),
        *planning.shots(people),
    ]
    yield planning.of_the_approval(people, AFTERNOON)
    clock.shift_clock(to=ROLLED_UP)
    run_due()
    yield of_saturday()


def a_log_comes_back(people):
    who, by = people["client_manager"], people["department_manager"]
    log = DailyLog.objects.select_related("unit", "person").get(person=who, day=THURSDAY)
    visit = Visit.objects.filter(person=who, day=THURSDAY).first()
    reviewing.annotate(log, by=by, at=at(FRIDAY, 8, 31), entry=visit.pk, text="决策人是谁，下次写上")
    reviewing.return_log(log, by=by, at=at(FRIDAY, 8, 32), comment="拜访写得太简单，补上对方的顾虑和下一步")


def at_the_door():
    return [
        Shot("sign-in", "", "/"),
        Shot("activate", "", "/activate/"),
        Shot("error-400", "", "/-/error-400", template="400.html"),
        Shot("error-403-csrf", "", "/-/error-csrf", template="403_csrf.html"),
        Shot("error-500", "", "/-/error-500", template="500.html"),
        Shot("error-403", "client_manager", "/people/"),
        Shot("error-404", "client_manager", "/clients/00000000-0000-0000-0000-000000000000/"),
        Shot("change-password", "client_manager", "/change-password/"),
    ]


def of_the_morning(people):
    missing = board(people["department_manager"], None, MORNING).missing
    return [
        Shot("today-empty", "client_manager", "/today/"),
        Shot("review", "department_manager", "/review/"),
        Shot("review-week", "department_manager", "/review/?by=week"),
        *(
            Shot("review-missing", "department_manager", f"/review/{THURSDAY}/{row.person.employee_no}/")
            for row in missing[:1]
        ),
    ]


def of_the_client_manager(people):
    me, today = "client_manager", f"/today/{FRIDAY}"
    return [
        Shot("today", me, "/today/"),
        *(Shot(f"sheet-{kind}", me, "/today/", press=name) for kind, name in SHEETS.items()),
        Shot("sheet-page", me, f"{today}/visit/new/"),
        Shot("whole-day", me, f"{today}/form/"),
        Shot("submit", me, f"{today}/submit/"),
        Shot("today-returned", me, f"/today/{THURSDAY}/"),
        Shot("my-week", me, "/week/"),
        Shot("figure-day", me, f"{today}/figures/calls/"),
        Shot("my-week-closed", me, f"/people/{people[me].employee_no}/week/{LAST}/"),
        Shot("figure-week", me, f"/week/{WEEK}/figures/visits/"),
        Shot("figure-required", me, f"/week/{WEEK}/figures/required/"),
        Shot("clients", me, "/clients/"),
        Shot("client", me, a_client(people)),
        Shot("inbox", me, "/inbox/"),
        Shot("me", me, "/me/"),
    ]


def of_the_desks(people):
    desks = [post.value for post in Post if post is not Post.CLIENT_MANAGER]
    return [Shot(f"desk-{post.replace('_', '-')}", post, "/") for post in desks]


def of_the_readers(people):
    employee_no = people["client_manager"].employee_no
    log = DailyLog.objects.get(person=people["client_manager"], day=WEDNESDAY)
    return [
        Shot("inbox-empty", "clinician", "/inbox/"),
        Shot("department", "department_manager", f"/report/{LAST}/370202T/"),
        Shot("person-week", "department_manager", f"/people/{employee_no}/week/{WEEK}/"),
        Shot("person-week-short", "branch_deputy_gm", f"/people/{somebody_short()}/week/{LAST}/"),
        Shot("results", "department_manager", f"/weeks/{WEEK}/units/370202T/results/"),
        Shot("results-closed", "department_manager", f"/weeks/{LAST}/units/370202T/results/"),
        Shot("results-branch", "branch_deputy_gm", f"/weeks/{LAST}/units/370202/results/"),
        Shot("results-city", "hq_staff", f"/weeks/{LAST}/units/3702/results/"),
        Shot("log", "branch_deputy_gm", f"/logs/{log.pk}/"),
        Shot("branch", "branch_deputy_gm", f"/report/{LAST}/370202/"),
        Shot("people", "branch_clerk", "/people/"),
        Shot("person", "branch_clerk", f"/people/{employee_no}/"),
        Shot("client-masked", "hq_staff", a_client(people)),
        Shot("city-now", "hq_staff", "/report/"),
        Shot("city-last", "hq_staff", f"/report/{LAST}/"),
        Shot("city-board", "hq_staff", f"/report/{LAST}/?board=1"),
        Shot("working-days", "hq_staff", "/working-days/2026-10/"),
        Shot("working-day", "hq_staff", "/working-days/2026-10-10/"),
    ]


def of_saturday():
    return [
        Shot("city", "hq_staff", f"/report/{WEEK}/"),
        Shot("mailbox", "hq_staff", "/mailbox/"),
        Shot("inbox-hq", "hq_staff", "/inbox/"),
        Shot("today-day-off", "client_manager", "/today/"),
    ]


def somebody_short():
    """Of the branch, in the last closed week, with the longest row of short weeks."""
    found = WeekAssessment.objects.current().filter(week=LAST_MONDAY, status="short", unit__code__startswith="370202")
    return found.order_by("-streak", "person__employee_no").first().person.employee_no


def a_client(people):
    """The client with the most contacts, so that the page is full."""
    mine = Prospect.objects.filter(owner=people["client_manager"])
    return f"/clients/{mine.annotate(n=Count('contacts')).order_by('-n', 'name').first().pk}/"
