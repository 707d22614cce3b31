"""A release may widen a text while people write: whoever has a plan of the old one goes on writing."""

import pytest
from django.db import connection

from clients.prospects.models import Prospect
from org.workflow import Refused
from tests import factories as make

COLUMNS = {
    "clients_prospect": ("name", "name_key", "uscc"), "clients_registration": ("name", "name_key", "uscc"),
    "activity_logentry": ("client", "client_key", "contact"), "clients_contact": ("name",), "org_unit": ("name",),
}  # fmt: skip


def writes(who, stranger, mark):
    """Every statement of a day's save: a call, a visit, a registration, and one of what somebody else has."""
    make.call(who, client=f"云帆物流{mark}")
    make.visit(who, client=f"云帆物流{mark}")
    make.prospect(stranger, f"晨光幼儿园{mark}")
    make.registration(who, name=f"宏达机械{mark}")
    with pytest.raises(Refused, match="已有人报备"):
        make.registration(who, name=f"晨光幼儿园{mark}")


def test_who_has_written_before_writes_on(zhou, stranger, transactional_db):
    writes(zhou, stranger, "甲")
    with connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            wider = ", ".join(f"ALTER COLUMN {column} TYPE varchar(300)" for column in columns)
            cursor.execute(f"ALTER TABLE {table} {wider}")
    writes(zhou, stranger, "乙")
    assert Prospect.objects.filter(owner=zhou).count() == 2
