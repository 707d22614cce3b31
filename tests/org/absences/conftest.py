"""Wishes in few words."""

from datetime import date
from uuid import uuid4

import pytest

from org.absences import actions
from org.absences.actions import Wish
from org.absences.models import AbsenceRequest
from org.absences.rules import Stretch
from tests import factories as make

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
NOW = make.at(make.THURSDAY, 10)


def wish(first=TUESDAY, first_half="am", last=None, last_half="pm", *, kind="leave", reason="看病"):
    return Wish(kind, Stretch(first, first_half, last or first, last_half), reason)


def ask(who, *given, at=NOW, **more):
    made = actions.ask(who, wish(*given, **more), at=at, key=uuid4())
    return AbsenceRequest.objects.select_related("unit", "person").get(pk=made["request"])


def record(who, by, *given, at=NOW, **more):
    made = actions.record(who, wish(*given, **more), by=by, at=at, key=uuid4())
    return AbsenceRequest.objects.select_related("unit", "person").get(pk=made["request"])


@pytest.fixture
def clerk(branch):
    """孙洁, the clerk of the branch."""
    return make.person("branch_clerk", unit=branch, name="孙洁")
