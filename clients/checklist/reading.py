"""What the owner's pages show of the ten items."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from clients.checklist.advice import Given, advise, waiting
from clients.checklist.models import ClientLink, ConsultationChecklist, HealthAnswer, Submission
from clients.checklist.rules import Answers, Item, differing, known, missing
from clients.checklist.words import ABOUT, Told, listed, said, short, title, told
from clients.diagnosis.models import NeedsDiagnosis
from clients.diagnosis.rules import BAND
from org.rules.book import book_on

if TYPE_CHECKING:
    from clients.prospects.models import Prospect
    from org.people.models import Person


class Row(NamedTuple):
    item: Item
    title: str
    lines: list[str]
    lacks: str  # "" where the item is complete
    source: str
    at: datetime | None
    is_known: bool


class Overview(NamedTuple):
    """`k` of the ten are known; `health` only whether it was answered."""

    rows: list[Row]
    k: int
    health: bool
    answers: Answers
    checklist: ConsultationChecklist | None

    @property
    def of(self) -> int:
        return len(self.rows)

    @property
    def known_titles(self) -> str:
        return short(row.item for row in self.rows if row.is_known)


def overview(prospect: Prospect, person: Person, on: date) -> Overview:
    """Three statements, however much is known."""
    checklist = ConsultationChecklist.objects.visible_to(person, on).filter(prospect=prospect).first()
    rows = {one.item: one for one in checklist.answers.all()} if checklist else {}
    health = bool(checklist) and HealthAnswer.objects.filter(submission__link__checklist=checklist).exists()
    answers = {name: one.value for name, one in rows.items()}
    lacks = missing(answers, health=health)
    found = [
        Row(
            item, title(item), said(item, answers.get(item)), listed(item, lacks.get(item, ())),
            str(rows[item].get_source_display()) if item in rows else "", rows[item].at if item in rows else None,
            item not in lacks,
        )
        for item in Item
    ]  # fmt: skip
    return Overview(found, len(known(answers, health=health)), health, answers, checklist)


def newest_link(checklist: ConsultationChecklist | None) -> ClientLink | None:
    return checklist.links.order_by("-created_at", "pk").first() if checklist else None


def to_review(checklist: ConsultationChecklist | None) -> Submission | None:
    """What the client filled in and the owner has not compared yet."""
    if checklist is None:
        return None
    waits = Submission.objects.filter(link__checklist=checklist, link__state=ClientLink.State.FILLED)
    return waits.select_related("link__checklist__prospect").order_by("-at").first()


class Difference(NamedTuple):
    item: Item
    title: str
    before: list[str]
    told: list[str]


def differences(answers: Answers, submission: Submission) -> list[Difference]:
    items = differing(answers, submission.answers)
    return [
        Difference(item, title(item), said(item, answers.get(item)), said(item, submission.answers[item]))
        for item in items
    ]


class Analysis(NamedTuple):
    advice: list[Told]
    waits: list[tuple[str, str, str]]  # rule, its title, the items it needs


def analysis(answers: Answers, today: date) -> Analysis:
    given = Given(answers, book_on(today).consultation.reserve_months, BAND, today.year)
    waits = [
        (number, str(ABOUT[number]), "、".join(title(item) for item in items))
        for number, items in waiting(given).items()
    ]
    return Analysis([told(one) for one in advise(given)], waits)


def panel_of(prospect: Prospect, person: Person, on: date) -> dict[str, Any]:
    return {"overview": overview(prospect, person, on), "prospect": prospect}


def is_diagnosed(prospect: Prospect, person: Person) -> bool:
    return NeedsDiagnosis.objects.of(prospect.pk).filter(person=person).exists()
