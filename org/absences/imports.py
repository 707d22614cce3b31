"""请假 rows of the activity workbook: 上午 and 下午 of one day make 全天, a half named twice counts once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from org.absences.models import Absence, AbsenceKind, Half
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.people.directory import Directory
from org.week import Week
from org.workbooks import account
from org.workbooks.columns import Table, choice, code, day
from org.workbooks.importing import Row, Tally
from org.workbooks.upserting import Upsert

HALVES = {(Half.AM, Half.PM): _("全天"), (Half.AM,): _("上午"), (Half.PM,): _("下午")}
ABSENCES = Table(
    "请假",
    (
        code("工号", required=True),
        day("日期", required=True),
        choice("时段", HALVES, required=True),
        choice("类别", dict(AbsenceKind.choices), empty=AbsenceKind.LEAVE),
    ),
    key=("工号", "日期", "时段"),
)


def write_absences(rows: Iterable[Row], directory: Directory, *, at: datetime) -> Tally:
    """One row is one or two half days; the first row of a file that names a half decides its kind."""
    rows = list(rows)
    known = Absence.objects.filter(
        person__in={directory.ids[row["工号"]] for row in rows}, day__in={row["日期"] for row in rows}
    )
    absences = Upsert(Absence, {(one.person_id, one.day, one.half): one for one in known})
    named, tally = set(), Tally()
    for row in rows:
        before = (absences.tally.created, absences.tally.updated)
        for half in row["时段"]:
            key = (directory.ids[row["工号"]], row["日期"], half)
            if key not in named:
                named.add(key)
                first = dict(zip(("person_id", "day", "half"), key, strict=True))
                absences.put(key, _said(absences.existing.get(key), row["类别"]), first=first)
        created, updated = absences.tally.created - before[0], absences.tally.updated - before[1]
        tally += Tally(bool(created), bool(updated and not created), not (created or updated))
    absences.save(at=at)
    _correct([*absences.new, *absences.changed.values()], at=at)
    return tally


def _said(known: Absence | None, kind: str) -> dict[str, str]:
    """Leave that was granted stands over the duty of a workbook, whichever came first."""
    if known and known.request_id and known.kind == AbsenceKind.LEAVE and kind == AbsenceKind.DUTY:
        return {"was": AbsenceKind.DUTY}
    return {"kind": kind}


def _correct(changed: Iterable[Absence], *, at: datetime) -> None:
    """A span for each person and week, which may be closed."""
    days: dict[tuple[int, Week], list[date]] = {}
    for one in changed:
        days.setdefault((one.person_id, Week.of(one.day)), []).append(one.day)
    spans = [(person, min(touched), max(touched)) for (person, _week), touched in days.items()]
    corrections.note_all(
        Correction.Cause.LEAVE, spans, at=at, note=gettext("导入的请假与公务"), actor=account.current().actor
    )
