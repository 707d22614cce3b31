"""One worker at a time in a 市公司, so that its weeks stay in order; the locks die with the transaction."""

from django.db import connection

from org.units.models import Unit, UnitKind

LOCK = 6311


def claimed(city: Unit) -> bool:
    """Whether what falls due in the city is ours until the transaction ends; False when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, city.pk])
        return bool(cursor.fetchone()[0])


def hold_cities() -> None:
    """Wait until nothing falls due in any city, and let nothing until the transaction ends; in one order."""
    with connection.cursor() as cursor:
        for city in Unit.objects.filter(kind=UnitKind.CITY).order_by("path"):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, city.pk])
