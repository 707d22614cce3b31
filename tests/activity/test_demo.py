"""What `seed_demo` fills an empty database with: sixteen accounts, and every colour that decisions give."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from activity.assessment.models import WeekAssessment, WeekClose, WeekExcuse
from activity.demo.people import BRANCH, CLIENT_MANAGER, RELIEVED, TRIED
from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.verifying import faults
from activity.itinerary.models import Itinerary
from org import clock
from org.absences.models import Absence, AbsenceRequest, Relief
from org.accounts.passwords import DEMO_PASSWORD
from org.corrections.models import Correction
from org.people.models import Person
from org.periods.due import run_due
from org.posts import Post
from org.trials.models import TrialRun
from org.week import Week
from tests import factories as make
from tests.permissions.asking import signed_in

pytestmark = pytest.mark.long  # tests/config/test_stack.py fills an empty database with it in make test too
NOW = make.at(make.THURSDAY, 10)
TODAY = NOW.date()


@pytest.fixture(scope="module")
def accounts(django_db_setup, django_db_blocker):
    """By post, as the command prints them."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.shift_clock(to=NOW)
        yield told()
        transaction.set_rollback(True)


def told():
    out = StringIO()
    call_command("seed_demo", "--json", stdout=out)
    by_role = {one["role"]: one for one in json.loads(out.getvalue())["accounts"]}
    return {post: by_role[str(post.label)] for post in Post}


def person(accounts, post):
    return Person.objects.get(employee_no=accounts[post]["employee"])


def fines(*states):
    return Fine.objects.filter(unit__code__startswith=BRANCH, state__in=states)


def counted():
    """How many rows each table has, but for those of signing in."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.split("_")[0] != "django"]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names))
        return dict(cursor.fetchall())


def test_an_account_of_each_post(accounts):
    assert accounts.keys() == set(Post)
    assert len({one["employee"] for one in accounts.values()}) == len(Post)
    assert accounts[Post.CLIENT_MANAGER]["employee"] == CLIENT_MANAGER
    assert all(one["password"] == DEMO_PASSWORD for one in accounts.values())
    assert person(accounts, Post.AUDITOR).check_password(DEMO_PASSWORD)


def test_the_older_proposals_are_decided_and_five_wait(accounts):
    deputy = person(accounts, Post.BRANCH_DEPUTY_GM)
    waiting = Fine.objects.to_decide(deputy, TODAY)
    last_two = WeekClose.objects.order_by("-week").values_list("week", flat=True)[:2]
    assert waiting.count() == 5
    assert {fine.week for fine in waiting} <= set(last_two)
    confirmed, dismissed = fines("confirmed"), fines("dismissed")
    assert confirmed.count() > 20
    assert {fine.decided_by for fine in confirmed} == {deputy}
    assert dismissed.count() == 2
    reasons = LedgerEntry.objects.filter(fine__in=dismissed, kind="dismissal").values_list("reason", flat=True)
    assert len(set(reasons)) == 2
    assert all(reasons)
    assert fines("confirmed", "dismissed").latest("week").week <= waiting.earliest("week").week


def test_an_excused_week_took_its_fine_back(accounts):
    row = WeekExcuse.objects.select_related("person").get()
    (gone,) = fines("reversed")
    assert (gone.person, gone.week) == (row.person, row.week)
    assert WeekAssessment.objects.current().get(person=row.person, week=row.week).status == "excused"
    assert row.reason in gone.entries.get(kind="reversal").reason


def test_leave_waits_for_the_manager_and_was_granted_before(accounts):
    manager = person(accounts, Post.DEPARTMENT_MANAGER)
    (asked,) = AbsenceRequest.objects.to_decide(manager, TODAY)
    assert asked.person.employee_no == CLIENT_MANAGER
    assert asked.first > TODAY
    granted = {one.kind: one for one in AbsenceRequest.objects.filter(state="granted")}
    assert granted.keys() == {"leave", "duty"}
    for one in granted.values():
        assert one.decided_by == manager
        assert one.asked_at < one.decided_at < NOW
        assert one.last < TODAY
        assert Absence.objects.filter(person=one.person, day=one.first).count() == 2


def test_next_week_is_drafted_and_waits_to_be_merged(accounts):
    manager = person(accounts, Post.DEPARTMENT_MANAGER)
    unit = manager.appointments.get(post=Post.DEPARTMENT_MANAGER).unit
    plan = Itinerary.objects.get(unit=unit, week=Week.of(TODAY).next.monday)
    drafts = plan.targets.all()
    assert plan.state == "draft"
    assert drafts.filter(handed_in_at__isnull=False).count() >= 5
    assert not drafts.get(person__employee_no=CLIENT_MANAGER).handed_in_at
    assert plan.items.filter(origin="next_step").exists()
    assert Itinerary.objects.exclude(unit=unit).get(week=plan.week).unit.code.startswith(RELIEVED)


def test_half_a_day_of_relief_and_a_trial_run_elsewhere(accounts):
    hq = person(accounts, Post.HQ_STAFF)
    relief, trial = Relief.objects.get(), TrialRun.objects.get()
    assert (relief.unit.code, relief.by, trial.unit.code, trial.by) == (RELIEVED, hq, TRIED, hq)
    assert trial.starts_on < relief.day < TODAY
    weeks = WeekAssessment.objects.current().filter(unit__code__startswith=TRIED)
    assert set(weeks.filter(week__gte=trial.starts_on).values_list("spared", flat=True)) == {"trial"}
    assert set(weeks.filter(week__lt=trial.starts_on).values_list("spared", flat=True)) == {""}
    assert not Fine.objects.filter(unit__code__startswith=TRIED, week__gte=trial.starts_on).exists()


def test_nothing_is_left_to_put_right(accounts):
    assert list(faults()) == []
    assert not Correction.objects.waiting().exists()
    assert run_due() == []


@pytest.mark.parametrize(
    ("post", "path"),
    [
        (Post.BRANCH_DEPUTY_GM, "/fines/"),
        (Post.DEPARTMENT_MANAGER, "/absences/queue/"),
        (Post.CLIENT_MANAGER, "/absences/"),
        (Post.HQ_STAFF, "/trials/"),
        (Post.HQ_STAFF, "/relief/"),
        *((post, "/") for post in Post),
    ],
)
def test_the_pages_open(accounts, post, path):
    assert signed_in(person(accounts, post)).get(path, follow=True).status_code == 200


def test_seeding_again_changes_nothing(accounts):
    before = counted()
    assert told() == accounts
    assert counted() == before


def test_a_seeding_that_was_broken_off_is_ended(accounts, monkeypatch):
    """Killed after the history was in: the next call decides."""
    decided = []
    monkeypatch.setattr("activity.demo.decisions.made", lambda: False)
    monkeypatch.setattr("activity.demo.decisions.about_fines", decided.append)
    told()
    assert len(decided) == 1


def test_beside_others_it_is_refused(db):
    make.person(Post.AUDITOR, unit=make.city())
    with pytest.raises(CommandError, match="演示数据只放进空库"):
        call_command("seed_demo")
