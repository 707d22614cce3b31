"""扣罚 in the pictures: what the demo's weeks proposed, one of them decided, one taken back."""

from datetime import timedelta
from uuid import uuid4

from activity.assessment.excusing import excuse
from activity.discipline import actions
from activity.discipline.models import Fine
from org.periods.due import run_due
from org.week import Week
from tests.screenshots.camera import Shot

DEPUTY = "branch_deputy_gm"


def happens(people, at):
    """分管总 confirms the oldest two, lets one go, and excuses the last week of somebody."""
    by = people[DEPUTY]
    waiting = [*Fine.objects.to_decide(by, at.date()).order_by("week", "person__employee_no")]
    first, second, third, *_, last = waiting
    for fine in (first, second):
        actions.confirm(fine, by=by, at=at - timedelta(days=1), key=uuid4())
    actions.dismiss(
        third, by=by, at=at - timedelta(hours=2), key=uuid4(), reason="那两周在总公司参加投标，没有登记公务"
    )
    excuse(last.person, Week(last.week), by=by, at=at - timedelta(hours=1), key=uuid4(), reason="台风停航，人在岛上")
    run_due()


def shots(people, at):
    by = people[DEPUTY]
    seen = Fine.objects.visible_to(by, at.date()).listed()
    waits, confirmed, gone = (seen.filter(state=state).first() for state in ("proposed", "confirmed", "reversed"))
    people["fined"] = waits.person
    return [
        Shot("fine-own", "fined", f"/fines/{waits.pk}/"),
        Shot("fines", DEPUTY, "/fines/"),
        Shot("fine", DEPUTY, f"/fines/{waits.pk}/"),
        Shot("fine-reversed", DEPUTY, f"/fines/{gone.pk}/"),
        Shot("fine-manager", "department_manager", f"/fines/{waits.pk}/"),
        Shot("fine-confirmed", "gm_office", f"/fines/{confirmed.pk}/"),
        Shot("fines-city", "hq_staff", "/fines/"),
        Shot("fines-own", "client_manager", "/fines/"),
    ]
