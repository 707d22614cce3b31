"""What the page of a card shows: its lists, sums and chart, and what is still missing with where to write it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.policies.models import Policy
from clients.profiles.known import AGES, CLASSES, SEXES, known_of, total
from clients.profiles.models import (
    CardConsent,
    ClientProfile,
    Cover,
    KeyDate,
    Proposal,
    ProposalFile,
    ServiceRecord,
    Stakeholder,
    YearRecord,
)
from clients.profiles.rules import Chart, Completeness, Item, chart, loss_percent, next_time, uneven
from org.money import wan
from org.permissions import Permission

if TYPE_CHECKING:
    from clients.prospects.models import Prospect
    from org.people.models import Person

ITEM_WORDS = {
    "uscc": gettext_lazy("统一社会信用代码"), "industry": gettext_lazy("行业"), "headcount": gettext_lazy("员工人数"),
    "legal_representative": gettext_lazy("法定代表人"), "decider": gettext_lazy("决策人"),
    "sex": gettext_lazy("性别结构"), "age": gettext_lazy("年龄结构"), "occupation": gettext_lazy("职业类别"),
    "social_insurance": gettext_lazy("社保"), "benefit_policy": gettext_lazy("员工福利政策"),
    "budget": gettext_lazy("年度预算"), "concerns": gettext_lazy("关注"), "history": gettext_lazy("保费与理赔历史"),
    "cover": gettext_lazy("现有保障"), "dates": gettext_lazy("重要日期"), "consents": gettext_lazy("知情同意"),
}  # fmt: skip
SECTION_ROUTES = {"company", "workforce", "benefit"}
MOST = 100  # rows of a list on the page, the latest; all of them are in the workbook


class Gap(NamedTuple):
    word: Any
    address: str  # "" where this reader cannot write it
    core: bool


def reads_fully(prospect: Prospect, person: Person, on: date) -> bool:
    """The owner and who reads the unit's clients unmasked; others see neither files nor what is said of people."""
    return _holds(prospect, person) or person.can(Permission.PROSPECT_READ, prospect, on=on)


def writes(prospect: Prospect, person: Person, on: date) -> bool:
    return _holds(prospect, person) and person.can(Permission.CARD_WRITE, on=on)


def _holds(prospect: Prospect, person: Person) -> bool:
    """What is in the pool is nobody's."""
    return prospect.owner_id == person.pk and prospect.released_at is None


def gaps(found: Iterable[Item], prospect: Prospect, *, may_write: bool) -> list[Gap]:
    return [Gap(ITEM_WORDS[i.name], _where(i.section, prospect) if may_write else "", i.core) for i in found]


def _where(section: str, prospect: Prospect) -> str:
    """The form in which it is written; 补充资料 belongs to the log."""
    try:
        if section == "facts":
            return reverse("client-enrich", args=[prospect.pk])
    except NoReverseMatch:
        return ""
    if section == "consents":
        return reverse("client-consent-new", args=[prospect.pk])
    route = "client-card-section" if section in SECTION_ROUTES else "client-card-new"
    return reverse(route, args=[prospect.pk, section])


class Share(NamedTuple):
    word: Any
    people: int
    percent: int


def shares(profile: ClientProfile, fields: tuple[str, ...]) -> list[Share]:
    """Each group with its share of those counted; empty while nobody is counted."""
    whole = total(profile, fields)
    counts = [(ClientProfile._meta.get_field(name), getattr(profile, name) or 0) for name in fields]
    return [Share(field.verbose_name, n, round(n * 100 / whole)) for field, n in counts if whole]  # type: ignore[union-attr]


def uneven_words(prospect: Prospect, profile: ClientProfile) -> list[str]:
    """Sums that do not agree, said as a sentence each."""
    sums = {
        _("员工人数"): prospect.headcount, _("性别合计"): total(profile, SEXES), _("年龄合计"): total(profile, AGES),
        _("职业类别合计"): total(profile, CLASSES),
    }  # fmt: skip
    known = [(name, value) for name, value in sums.items() if value]
    return [
        _("{name} {n} 人，与{first} {m} 人不一致").format(name=name, n=n, first=known[0][0], m=known[0][1])
        for name, n in uneven(sums)
    ]


class Year(NamedTuple):
    row: YearRecord
    loss: int | None


def by_year(records: Iterable[YearRecord]) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Sums over the insurers of a year; None where no row of the year says it."""
    sums: dict[int, list[Decimal | None]] = defaultdict(lambda: [None, None])
    for one in records:
        for place, value in enumerate((one.premium, one.claims)):
            if value is not None:
                sums[one.year][place] = (sums[one.year][place] or Decimal(0)) + value
    return [(str(year), premium, claims) for year, (premium, claims) in sorted(sums.items())]


def chart_words(years: Iterable[tuple[str, Decimal | None, Decimal | None]]) -> str:
    """The chart in a sentence, for who cannot see it."""
    unknown = _("不详")
    said = [
        _("{year} 年保费 {premium}、赔款 {claims}").format(
            year=year, premium=unknown if p is None else wan(p), claims=unknown if c is None else wan(c)
        )
        for year, p, c in years
    ]
    return _("各年保费与赔款，万元：{years}").format(years="；".join(said))


class Day(NamedTuple):
    row: KeyDate
    on: date
    left: int  # days from today; negative once past
    shown: bool  # a birthday is for those who read fully


def days_of(dates: Iterable[KeyDate], today: date, *, fully: bool) -> list[Day]:
    """The next return of each, nearest first, past ones last."""
    found = []
    for one in dates:
        on = next_time(one.on, today) if one.yearly else one.on
        found.append(Day(one, on, (on - today).days, fully or one.kind != KeyDate.Kind.BIRTHDAY))
    return sorted(found, key=lambda day: (day.left < 0, abs(day.left)))


class Card(NamedTuple):
    """Everything of a card for one reader."""

    profile: ClientProfile
    known: Completeness
    gaps: list[Gap]
    stakeholders: list[Stakeholder]
    influence: list[tuple[Any, list[list[Stakeholder]]]]  # influence → by attitude
    years: list[Year]
    chart: Chart | None
    chart_words: str
    covers: list[Cover]
    days: list[Day]
    services: list[ServiceRecord]
    proposals: list[Proposal]
    policies: list[Policy]
    consents: list[CardConsent]
    workforce: list[tuple[Any, list[Share]]]
    uneven: list[str]
    fully: bool
    writes: bool


def card_of(prospect: Prospect, person: Person, today: date) -> Card:
    """About a dozen queries, whatever hangs on the client; the prospect is one that he may see."""
    profile = ClientProfile.objects.filter(prospect=prospect).first() or ClientProfile(prospect=prospect)
    known = known_of(prospect, profile)
    fully, may_write = reads_fully(prospect, person, today), writes(prospect, person, today)
    stakeholders = list(Stakeholder.objects.filter(prospect=prospect)[:MOST])
    records = list(YearRecord.objects.filter(prospect=prospect)[:MOST])
    years = by_year(records)
    dates = KeyDate.objects.filter(prospect=prospect)[:MOST]
    policies = Policy.objects.visible_to(person, today).filter(prospect=prospect)
    return Card(
        profile=profile,
        known=known,
        gaps=gaps(known.missing, prospect, may_write=may_write),
        stakeholders=stakeholders,
        influence=_map(stakeholders),
        years=[Year(one, loss_percent(one.premium, one.claims)) for one in records],
        chart=chart(years) if years else None,
        chart_words=chart_words(years),
        covers=list(Cover.objects.filter(prospect=prospect)[:MOST]),
        days=days_of(dates, today, fully=fully),
        services=list(ServiceRecord.objects.filter(prospect=prospect).select_related("changed_by")[:MOST]),
        proposals=list(proposals_of(prospect)),
        policies=list(policies.order_by("-issued_on", "number")[:MOST]),
        consents=list(CardConsent.objects.filter(prospect=prospect)[:MOST]),
        workforce=_workforce(profile),
        uneven=uneven_words(prospect, profile),
        fully=fully,
        writes=may_write,
    )


def proposals_of(prospect: Prospect) -> QuerySet[Proposal]:
    """With the names of their files, never the content."""
    files = ProposalFile.objects.defer("content").order_by("which")
    return Proposal.objects.filter(prospect=prospect).prefetch_related(Prefetch("files", files, to_attr="papers"))


def _workforce(profile: ClientProfile) -> list[tuple[Any, list[Share]]]:
    named = ((_("性别"), SEXES), (_("年龄"), AGES), (_("职业类别"), CLASSES))
    return [(word, found) for word, fields in named if (found := shares(profile, fields))]


def _map(stakeholders: Iterable[Stakeholder]) -> list[tuple[Any, list[list[Stakeholder]]]]:
    cells: dict[tuple[str, str], list[Stakeholder]] = defaultdict(list)
    for one in stakeholders:
        cells[one.influence, one.attitude].append(one)
    return [
        (influence.label, [cells[influence, attitude] for attitude in Stakeholder.Attitude])
        for influence in Stakeholder.Influence
    ]
