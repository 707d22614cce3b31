"""Leave and duty in every state, a relief and trial runs; and the pages that show them."""

from datetime import date
from uuid import uuid4

from org.absences import actions, relieving
from org.absences.models import AbsenceRequest
from org.absences.rules import Stretch, Wish
from org.people.models import Person
from org.posts import Post
from org.trials.actions import start_trial
from org.trials.models import TrialRun
from org.week import Week
from tests.factories import at
from tests.screenshots.camera import Shot

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
NOW = at(FRIDAY, 14)


def happens(people):
    """Some people of the manager ask; two are decided; HQ relieves the branch and starts a trial run."""
    me, manager, hq = (people[post] for post in ("client_manager", "department_manager", "hq_staff"))
    unit = manager.appointments.get(post=Post.DEPARTMENT_MANAGER).unit
    others = Person.objects.of_unit(unit, on=FRIDAY).holding(Post.CLIENT_MANAGER, on=FRIDAY).exclude(pk=me.pk)[:2]
    actions.grant(asked(me, "duty", date(2026, 11, 12), reason="市公司投标"), by=manager, at=NOW)
    actions.refuse(
        asked(me, "leave", date(2026, 11, 30), reason="家里有事"), by=manager, at=NOW, reason="月底结账走不开"
    )
    asked(me, "leave", MONDAY, "pm", reason="体检")
    for one in others:
        asked(one, "leave", date(2026, 11, 16), reason="发烧，当天没来得及请")
    asked(manager, "duty", MONDAY, "am", date(2026, 11, 25), reason="全市培训")
    branch, city = unit.branch, unit.city
    given = {"by": hq, "at": NOW}
    relieving.grant_relief(
        [branch], Stretch(MONDAY, "pm", date(2026, 11, 24), "am"), reason="寒潮停工通知", key=uuid4(), **given
    )
    batch = relieving.grant_relief(
        [city], Stretch(FRIDAY, "pm", FRIDAY, "pm"), reason="系统停用", key=uuid4(), **given
    )["batch"]
    relieving.withdraw_relief(batch, **given)
    start_trial(unit, first=Week(MONDAY), last=None, reason="新单位第一个月", key=uuid4(), **given)
    start_trial(city, first=Week.of(FRIDAY), last=Week.of(FRIDAY), reason="系统上线第一周", key=uuid4(), **given)


def asked(who, kind, first, first_half="am", last=None, *, reason):
    wish = Wish(kind, Stretch(first, first_half, last or first, "pm"), reason)
    made = actions.ask(who, wish, at=NOW, key=uuid4())
    return AbsenceRequest.objects.select_related("unit", "person").get(pk=made["request"])


def shots(people):
    me, manager = "client_manager", "department_manager"
    mine = AbsenceRequest.objects.of(people[me])
    waiting = AbsenceRequest.objects.to_decide(people[manager], FRIDAY).order_by("first").first()
    return [
        Shot("absences", me, "/absences/"),
        Shot("absence-new", me, "/absences/new/"),
        Shot("absence-mine", me, f"/absences/{mine.get(state='asked').pk}/"),
        Shot("absence-queue", manager, "/absences/queue/"),
        Shot("absence-decide", manager, f"/absences/{waiting.pk}/"),
        Shot("absence-granted", manager, f"/absences/{mine.get(state='granted').pk}/"),
        Shot("absence-of-manager", "branch_deputy_gm", "/absences/queue/"),
        Shot("absence-record", "branch_clerk", "/absences/record/"),
        Shot("absences-empty", "team_leader", "/absences/"),
        Shot("relief", "hq_staff", "/relief/"),
        Shot("relief-new", "hq_staff", "/relief/new/"),
        Shot("trials", "hq_staff", "/trials/"),
        Shot("trial-new", "hq_staff", "/trials/new/"),
        Shot("trial-end", "hq_staff", f"/trials/{TrialRun.objects.order_by('-starts_on').first().pk}/end/"),
    ]
