"""What becomes of a planned visit when its client goes to another client manager: same time, same companions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from clients.chain.inviting import ASKED, when
from clients.chain.models import Accompaniment, PlannedVisit
from clients.chain.seats import hold_places, leave_seat, take_seat
from clients.chain.telling import lapse, tell
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit

State = Accompaniment.State


def hand_on(planned: PlannedVisit, to: Person, *, unit: Unit, by: Person, at: datetime) -> None:
    """His from now on; refused in words, with nothing changed, where the new owner is promised elsewhere.

    An answer stands: the companion promised the client, not the owner. Who has not answered is asked by the new one.
    """
    asked = list(planned.accompaniments.exclude(state=State.WITHDRAWN).select_related("companion", "person"))
    if planned.accompaniments.filter(companion=to).exists():
        raise Refused(_("{name}原是这次的陪访人，请重新约。").format(name=to.name))
    was = planned.person
    with transaction.atomic():
        hold_places([was.pk, to.pk])
        leave_seat(planned, was)
        planned.person, planned.unit = to, unit
        planned.save(update_fields=["person", "unit"])
        take_seat(planned, to, told=to, at=at)
    planned.accompaniments.update(person=to, unit=unit)
    record(planned, "hand_on_visit", by=by, at=at, changes={"from": was.employee_no, "to": to.employee_no})
    for one in asked:
        one.person = to
        _tell(one, planned, was, at)


def _tell(one: Accompaniment, planned: PlannedVisit, was: Person, at: datetime) -> None:
    if one.state == State.DECLINED:
        return
    client = planned.prospect.name
    body = _("原由{name}约，现由{to}接手，时间不变").format(name=was.name, to=planned.person.name)
    body = "，".join(filter(None, (when(planned), planned.place, body)))
    if one.state == State.ASKED:
        lapse(one, at)
        title = _("{name} 请你陪访「{client}」").format(name=planned.person.name, client=client)
        tell(ASKED, one, title, body, at=at, mail=True)
    else:
        title = _("「{client}」的拜访换由{name}约").format(name=planned.person.name, client=client)
        tell("accompany_handed_on", one, title, body, at=at)
