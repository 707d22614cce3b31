"""Cards as a workbook in the columns of the import, and who took it. Without files, numbers and, for who does not read
fully, what is said of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.policies.models import Policy
from clients.profiles.models import CardConsent, KeyDate, Part, Proposal
from clients.profiles.rules import loss_percent
from clients.profiles.sheets import CARDS, DATES, FIELDS, KEYED, LISTED, SERVICES, SINGLE, STAKEHOLDERS, YEARS
from clients.prospects.exports import exportable
from clients.prospects.models import Prospect, ProspectQuerySet
from clients.prospects.named import HEADER, client_cells
from org.permissions import Permission
from org.reach import Reach, reach
from org.workbooks.downloads import download_book
from org.workbooks.listings import Takeaway
from org.workbooks.writing import SheetOut, Value

if TYPE_CHECKING:
    from org.people.models import Person

AT_ONCE = 1_000
OF_PEOPLE = ("attitude", "influence", "note")  # said of people
ORDER = ("prospect__name", "prospect_id")
MORE = ("industry", "headcount", "insurer", "card_made_at")  # of the client, beside the first sheet
BESIDE: dict[str, tuple[tuple[Any, Callable[[Any], Value]], ...]] = {  # what no import reads of a list
    YEARS.sheet: ((gettext_lazy("赔付率 %"), lambda one: loss_percent(one.premium, one.claims)),),
    SERVICES.sheet: ((gettext_lazy("经手"), lambda one: one.changed_by.name),),
}


class _Reader:
    """What one reader sees of each client."""

    def __init__(self, person: Person, on: date) -> None:
        self.person, self.on = person, on
        self.full: Reach = reach(person, Permission.PROSPECT_READ, on=on)

    def fully(self, one: Prospect) -> bool:
        return self.full.covers(one.unit.path) or (one.owner_id == self.person.pk and one.released_at is None)


def sheets(found: ProspectQuerySet, person: Person, on: date) -> Iterator[SheetOut]:
    """A fixed number of statements, whatever the number of clients. Money in yuan, as it is kept."""
    reader, ids = _Reader(person, on), found.order_by().values("pk")
    yield _cards(found)
    lists: dict[str, type[Part]] = {name: one for name, (one, _key) in KEYED.items()} | LISTED
    for sheet, model in lists.items():
        rows = model._default_manager.filter(prospect__in=ids)
        rows = rows.select_related("prospect__owner", "prospect__unit", "changed_by")
        yield _list(sheet, rows.order_by(*ORDER, *(model._meta.ordering or ())), reader)
    yield _proposals(ids, reader)
    policies = Policy.objects.visible_to(person, on).filter(prospect__in=ids).select_related("prospect__owner")
    yield _beside(
        _("保单"), ("number", "line", "premium", "issued_on", "expires_on", "insured"),
        [_("保单号"), _("险种"), _("保费"), _("承保日期"), _("到期日"), _("被保险人数")],
        policies.order_by(*ORDER, "-issued_on", "number"),
    )  # fmt: skip
    consents = CardConsent.objects.filter(prospect__in=ids).select_related("prospect__owner")
    yield _beside(
        _("知情同意"), ("get_purpose_display", "version", "given_by", "given_on", "withdrawn_on"),
        [_("用途"), _("告知书版本"), _("同意人"), _("同意日期"), _("撤回日期")],
        consents.order_by(*ORDER, "-given_on", "pk"),
    )  # fmt: skip


def _cards(found: ProspectQuerySet) -> SheetOut:
    fields = Prospect._meta.get_field
    more = [fields(name).verbose_name for name in MORE]  # type: ignore[union-attr]
    header: list[Value] = [*(column.name for column in CARDS.columns), *more, _("负责人")]
    told = Q(profile__isnull=False) | Q(budget__isnull=False) | ~Q(social_insurance="")
    rows = found.filter(told).select_related("owner", "profile").order_by("name", "pk")
    return SheetOut(CARDS.sheet, header, (_card(one) for one in rows.iterator(AT_ONCE)), [18] * len(header))


def _card(one: Prospect) -> list[Value]:
    profile = getattr(one, "profile", None)
    single: list[Value] = [getattr(profile, name, None) for name in SINGLE]
    more: list[Value] = [getattr(one, name) for name in MORE]
    return [*client_cells(one), one.social_insurance, one.budget, *single, *more, one.owner.name]


def _list(sheet: str, rows: Any, reader: _Reader) -> SheetOut:
    """How people stand and what they weigh is for who reads fully, as on the page; birthdays too."""
    fields = dict(FIELDS[sheet])
    if sheet == STAKEHOLDERS.sheet and not (reader.full.own or reader.full.paths):
        fields = {name: column for name, column in fields.items() if name not in OF_PEOPLE}

    more = BESIDE.get(sheet, ())

    def lines() -> Iterator[Sequence[Value]]:
        for one in rows.iterator(AT_ONCE):
            fully = reader.fully(one.prospect)
            if sheet == DATES.sheet and one.kind == KeyDate.Kind.BIRTHDAY and not fully:
                continue
            own = (_shown(one, name) if fully or not _of_people(sheet, name) else None for name in fields)
            yield [*client_cells(one.prospect), *own, *(tell(one) for _name, tell in more)]

    header: list[Value] = [*HEADER, *fields.values(), *(name for name, _tell in more)]
    return SheetOut(sheet, header, lines(), [18] * len(header))


def _of_people(sheet: str, name: str) -> bool:
    return sheet == STAKEHOLDERS.sheet and name in OF_PEOPLE


def _shown(one: Any, name: str) -> Value:
    """A choice by its word."""
    shown = getattr(one, f"get_{name}_display", None)
    found: Value = shown() if shown else getattr(one, name)
    return found


def _proposals(ids: Any, reader: _Reader) -> SheetOut:
    """客户意见 like what is said of people."""
    names = ("version", "line", "premium", "sent_on", "receipt_on", "receipt_by")
    header: list[Value] = [
        *HEADER, _("版本"), _("险种"), _("保费"), _("送达日期"), _("回执日期"), _("客户签收人"), _("客户意见"),
    ]  # fmt: skip
    found = Proposal.objects.filter(prospect__in=ids).select_related("prospect__owner", "prospect__unit")
    rows = (
        [
            *client_cells(one.prospect),
            *(getattr(one, name) for name in names),
            one.receipt_note if reader.fully(one.prospect) else None,
        ]
        for one in found.order_by(*ORDER, "-version").iterator(AT_ONCE)
    )
    return SheetOut(_("计划书"), header, rows, [18] * len(header))


def _beside(sheet: str, names: Sequence[str], header: list[str], found: Any) -> SheetOut:
    """For reading: no import takes it."""

    def cell(one: Any, name: str) -> Value:
        value: Any = getattr(one, name)
        return value() if callable(value) else value

    rows = ([*client_cells(one.prospect), *(cell(one, name) for name in names)] for one in found.iterator(AT_ONCE))
    return SheetOut(sheet, [*HEADER, *header], rows, [18] * (len(HEADER) + len(header)))


def every_card(person: Person, on: date) -> Iterable[SheetOut]:
    return sheets(exportable(person, on).filter(released_at=None), person, on)


def download(prospect: Prospect, *, by: Person, at: datetime) -> HttpResponse:
    name = _("档案卡_{name}").format(name=prospect.name)
    told = sheets(Prospect.objects.filter(pk=prospect.pk), by, at.date())
    return download_book(name, told, filters={}, by=by, at=at, mark_in=MARK_IN)


MARK_IN = len(CARDS.columns) + len(MORE) + 1
CARDS_BOOK = Takeaway(gettext_lazy("客户资料档案卡"), Permission.PROSPECT_EXPORT, every_card, MARK_IN)
