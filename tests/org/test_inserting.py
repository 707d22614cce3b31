"""org.inserting: what a row says is what the table holds, whatever the tables, in one statement."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms import model_to_dict

from clients.prospects.models import Contact, Prospect, Source
from org.inserting import insert
from org.trace.actions import lines
from org.trace.models import Trace

AT = datetime(2026, 11, 17, 10, 0, 0, 123456, tzinfo=UTC)  # to the microsecond


def card(owner, **more):
    unit = owner.appointments.get().unit
    known = {"name": '博远 "科技"\\', "name_key": "博远科技", "source": Source.COLD, "created_at": AT}
    place = {"owner": owner, "unit": unit, "city": unit.city, "registered_on": date(2026, 11, 17)}
    return Prospect(**known, **place, **more)


def test_rows_of_three_tables_come_back_as_they_went(zhou, django_assert_num_queries):
    made = card(zhou, expected_premium=Decimal("12345.60"), headcount=120)
    contact = Contact(prospect=made, name="李主任", is_handler=True)
    with django_assert_num_queries(1):
        insert([contact, made, *lines([made], "register", by=zhou, at=AT)])  # what points at another may come first
    for row in (made, contact):
        assert model_to_dict(type(row).objects.get(pk=row.pk)) == model_to_dict(row)
        assert not row._state.adding
    assert Prospect.objects.get().created_at == AT
    line = Trace.objects.get(verb="register")
    assert (line.about_id, line.changes) == (str(made.pk), {"what": made.name})


def test_nothing_is_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert([])


def test_constraints_hold_and_nothing_stays(zhou):
    code = "91370200MA3C0XXX1A"
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([card(zhou, uscc=code), card(zhou, uscc=code)])
    assert not Prospect.objects.exists()


def test_a_row_that_points_nowhere_is_refused(zhou):
    orphan = Contact(prospect=card(zhou), name="李主任")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([orphan])
        connection.check_constraints()


def test_a_value_that_is_no_value_is_an_error(zhou):
    with pytest.raises(TypeError, match="no value of a column"):
        insert([card(zhou, industry=object())])


def test_then_follows_in_the_same_round_trip(zhou, django_assert_num_queries):
    made = card(zhou)
    with django_assert_num_queries(1):
        insert([made], then=[("UPDATE clients_prospect SET industry = %s WHERE id = %s", ["物流", made.pk])])
    assert Prospect.objects.get().industry == "物流"
