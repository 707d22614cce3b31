"""行事历 in the pictures: a draft on the phone, the merge, and a plan that waits with one goal too high."""

from datetime import timedelta
from decimal import Decimal

from activity.itinerary.models import Itinerary, Target
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.screenshots.camera import Shot

COMING = Week(make.MONDAY).next
DEPUTY = "branch_deputy_gm"


def shots(people):
    """Before anybody has handed in: next week's plan of the account, and of his department."""
    return [
        Shot("plan", "client_manager", f"/plan/{COMING}/"),
        Shot("itinerary", "department_manager", "/itinerary/"),
        Shot("imports", "client_manager", "/imports/"),
        Shot("review-together", "department_manager", "/review/together/2026-11-19/"),
    ]


def of_the_approval(people, at):
    """The department's plan as it stands is handed in; one goal is far above what is usual."""
    unit = people["department_manager"].appointments.get(post=Post.DEPARTMENT_MANAGER).unit
    Itinerary.objects.filter(unit=unit, week=COMING.monday).update(
        state="submitted", person=people["department_manager"], version=1, summary="续保名单核完九成，云帆物流确定续保",
        first_submitted_at=at - timedelta(minutes=9), submitted_at=at - timedelta(minutes=9),
        feasibility="55 万里 31 万来自十二月到期续保，七户已确认", support="周四陪访瑞丰食品；雇主责任险费率测算",
    )  # fmt: skip
    high = Target.objects.filter(itinerary__unit=unit, itinerary__week=COMING.monday, visits__isnull=False).first()
    Target.objects.filter(pk=high.pk).update(visits=24, premium=Decimal(900_000))
    address = f"/approvals/{COMING}/{unit.code}/"
    return [Shot("approvals", DEPUTY, "/approvals/"), Shot("approval", DEPUTY, address)]
