"""Whether the ledger is still what was written: its chain, its numbers, and the fate of every fine (reliability C24).

Reads every line in order, in one snapshot, and names what does not fit. It changes nothing and takes no lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from activity.discipline.chain import LINE
from activity.discipline.models import Announced, Fine, Ledger, LedgerEntry
from activity.discipline.proposing import IN_FORCE
from activity.discipline.rules import Line, fold

LINES = f"""
    SELECT entry.number, entry.hash, {LINE.format(row="entry")}
    FROM activity_ledgerentry AS entry WHERE entry.ledger_id = %s ORDER BY entry.number
"""  # noqa: S608
LOOSE = """
    SELECT coalesce(city.code, ''), entry.number
    FROM activity_ledgerentry AS entry LEFT JOIN activity_ledger AS ledger ON ledger.id = entry.ledger_id
    LEFT JOIN org_unit AS city ON city.id = ledger.city_id
    LEFT JOIN activity_fine AS fine ON fine.id = entry.fine_id AND fine.ledger_id = entry.ledger_id
    WHERE city.id IS NULL OR fine.id IS NULL ORDER BY 1, 2
"""
UNCALLED = f"""
    SELECT city.code, person.employee_no, coalesce(due.week, fine.week), fine.id
    FROM (
        SELECT a.person_id, a.week, close.city_id FROM activity_weekassessment AS a
        JOIN activity_weekclose AS close ON close.id = a.close_id WHERE a.proposes AND {IN_FORCE.format(row="a")}
    ) AS due
    FULL JOIN (
        SELECT fine.*, ledger.city_id FROM activity_fine AS fine JOIN activity_ledger AS ledger ON ledger.id = ledger_id
        WHERE kind = 'two_short_weeks' AND state <> 'reversed'
    ) AS fine ON fine.person_id = due.person_id AND fine.week = due.week
    JOIN org_unit AS city ON city.id = coalesce(due.city_id, fine.city_id)
    JOIN org_person AS person ON person.id = coalesce(due.person_id, fine.person_id)
    WHERE fine.id IS NULL OR due.person_id IS NULL AND fine.state NOT IN ('dismissed', 'waived')
    ORDER BY 1, 2, 3
"""  # noqa: S608
DECIDING = (LedgerEntry.Kind.CONFIRMATION, LedgerEntry.Kind.DISMISSAL, LedgerEntry.Kind.DECISION)
BATCH = 2_000


class Fault(NamedTuple):
    """`number` of the line in the city's ledger, 0 where it is not about one line."""

    city: str
    number: int
    what: str


def faults() -> Iterator[Fault]:
    """Everything that does not fit, city by city; nothing when all is well."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for ledger in Ledger.objects.select_related("city").order_by("city__code"):
            yield from _chain_faults(ledger)
            yield from _fine_faults(ledger)
            yield from _told_more(ledger)
        yield from _loose_lines()
        yield from _uncalled()


def _chain_faults(ledger: Ledger) -> Iterator[Fault]:
    """Each line against the one before it, so that one that was touched is named and not all that follow."""
    city, before, expected = ledger.city.code, "", 1
    with connection.chunked_cursor() as cursor:
        cursor.execute(LINES, [ledger.pk])
        while rows := cursor.fetchmany(BATCH):
            for number, stored, text in rows:
                if number > expected:
                    yield _missing(city, expected, number - 1)
                elif number < expected or sha256((before + text).encode()).hexdigest() != stored:
                    yield Fault(city, number, _("内容与摘要不符"))
                if number > ledger.number:
                    yield Fault(city, number, _("链头还没有这一条"))
                before, expected = stored, number + 1
    if expected <= ledger.number:
        yield _missing(city, expected, ledger.number)
    if expected == ledger.number + 1 and before != ledger.head:
        yield Fault(city, ledger.number, _("链头与最后一条不符"))


def _missing(city: str, first: int, last: int) -> Fault:
    """However many they are: a line that was given a number far away is no flood of faults."""
    return Fault(city, first, _("少了第 {first} 到 {last} 条").format(first=first, last=last))


def _fine_faults(ledger: Ledger) -> Iterator[Fault]:
    """Each fine against the fold of its lines, and against what its first line and its decision say of it."""
    fines = Fine.objects.filter(ledger=ledger).prefetch_related("entries").order_by("pk")
    for fine in fines.iterator(chunk_size=BATCH):
        lines = sorted(fine.entries.all(), key=lambda one: one.number)
        said = fold([Line(one.kind, one.proposed, one.owed, one.paid, _facts(one)) for one in lines], fine.yuan)
        if not lines or said.fault or said.state != fine.state:
            what = _("扣罚 {fine} 的状态或金额与分录不符")
        elif not _as_written(fine, lines):
            what = _("扣罚 {fine} 的对象、周次、规则或决定人与分录不符")
        else:
            continue
        yield Fault(ledger.city.code, lines[-1].number if lines else 0, what.format(fine=fine.pk))


def _as_written(fine: Fine, lines: Sequence[LedgerEntry]) -> bool:
    """Whose it is, of which week and rules, when it was proposed, and who decided it and when."""
    of = {"person": fine.person_id, "unit": fine.unit_id, "kind": fine.kind, "week": fine.week.isoformat()}
    of |= {"round": fine.round, "rules": fine.rules_id}
    decisions = [(one.by_id, one.at) for one in lines if one.kind in DECIDING]
    decided, first = (fine.decided_by_id, fine.decided_at), lines[0]
    is_proposal = _facts(first).get("fine") == of and first.at == fine.proposed_at
    return is_proposal and (decided in decisions if decisions else decided == (None, None))


def _facts(line: LedgerEntry) -> dict[str, Any]:
    """Whatever stands there: a forged line may hold anything."""
    return line.facts if isinstance(line.facts, dict) else {}


def _told_more(ledger: Ledger) -> Iterator[Fault]:
    """A ledger that is shorter than what was told or mailed of it lost its end."""
    announced = Announced.objects.filter(ledger=ledger).first()
    known = max(announced.told, announced.mailed) if announced else 0
    if known > ledger.number:
        yield _missing(ledger.city.code, ledger.number + 1, known)


def _uncalled() -> Iterator[Fault]:
    """Weeks in force that call for a fine and have none, and fines that wait or are owed and no week calls for."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(UNCALLED)
        while rows := cursor.fetchmany(BATCH):
            for city, employee, week, fine in rows:
                what = _("{who} {week} 的扣罚没有考核依据") if fine else _("{who} {week} 应提出的扣罚没有提出")
                yield Fault(city, 0, what.format(who=employee, week=week))


def _loose_lines() -> Iterator[Fault]:
    """Lines whose ledger or fine is gone, or whose fine is another ledger's: no constraint holds a superuser."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(LOOSE)
        while rows := cursor.fetchmany(BATCH):
            for city, number in rows:
                yield Fault(city, number, _("没有这一条的台账或扣罚"))
