"""The ten items of one's own families as a workbook in the columns of the import: for whoever asked, nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.checklist.models import Answer, ConsultationChecklist, ConsultationChecklistQuerySet
from clients.checklist.rules import Item
from clients.checklist.sheets import CHECKLISTS, HEAD, LISTS, Rows, about_a_child, shown
from clients.prospects.named import HEADER, client_cells
from org.permissions import Permission
from org.workbooks.listings import Takeaway
from org.workbooks.writing import SheetOut, Value

if TYPE_CHECKING:
    from org.people.models import Person

MARK_IN = len(CHECKLISTS.columns) + 1
Answered = tuple[ConsultationChecklist, dict[str, Any]]


def sheets(found: ConsultationChecklistQuerySet) -> Iterator[SheetOut]:
    """What the client filled in himself stays in the house, as do his health and what is said of a child."""
    own = Answer.objects.exclude(source=Answer.Source.CLIENT)
    rows = found.select_related("prospect__owner").prefetch_related(Prefetch("answers", own, to_attr="told"))
    told: list[Answered] = [
        (one, {answer.item: answer.value for answer in one.told})  # type: ignore[attr-defined]
        for one in rows.order_by("prospect__name", "pk")
    ]
    header: list[Value] = [*(column.name for column in CHECKLISTS.columns), _("更新时间")]
    yield SheetOut(CHECKLISTS.sheet, header, (_head(*one) for one in told), [18] * len(header))
    for sheet, rows_of in LISTS.items():
        header = [*HEADER, *(column.name for column in rows_of.columns.values())]
        lines = (line for one in told for line in _lines(*one, rows_of))
        yield SheetOut(sheet, header, lines, [18] * len(header))


def _head(one: ConsultationChecklist, answers: dict[str, Any]) -> list[Value]:
    """Who has policies is not said to have none, whatever was ticked beside them."""
    told = {(item, name): value for item, answer in answers.items() for name, value in answer.items()}
    if told.get((Item.POLICIES, LISTS["已购保险"].name)):
        told.pop((Item.POLICIES, "none"), None)
    cells = (shown(field.name, told.get((field.item, field.name))) for field in HEAD)
    return [*client_cells(one.prospect), *cells, one.changed_at]


def _lines(one: ConsultationChecklist, answers: dict[str, Any], rows: Rows) -> Iterator[list[Value]]:
    for row in answers.get(rows.item, {}).get(rows.name) or ():
        if not about_a_child(rows.item, row):
            yield [*client_cells(one.prospect), *(shown(name, row.get(name)) for name in rows.columns)]


def every_checklist(person: Person, on: date) -> Iterable[SheetOut]:
    return sheets(ConsultationChecklist.objects.visible_to(person, on).filter(prospect__released_at=None))


CHECKLISTS_BOOK = Takeaway(gettext_lazy("十项资料"), Permission.DIAGNOSIS_WRITE, every_checklist, MARK_IN)
