"""What a card already says, in two queries whatever hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from clients.policies.models import Policy
from clients.profiles.models import CardConsent, ClientProfile, Cover, KeyDate, Stakeholder, YearRecord
from clients.profiles.rules import Completeness, completeness
from clients.prospects.models import Contact, Prospect, ProspectQuerySet

SEXES = ("men", "women")
AGES = ("age_to_25", "age_26_35", "age_36_45", "age_46_55", "age_from_56")
CLASSES = ("class_1", "class_2", "class_3", "class_4", "class_5", "class_6")
COUNTED = {"sex": SEXES, "age": AGES, "occupation": CLASSES}
LISTS = ("decider", "decides", "history", "covered", "insured", "dates", "consents")
FACTS = ("uscc", "industry", "headcount", "social_insurance", "budget")  # of the prospect itself


def known_of(prospect: Prospect, profile: ClientProfile | None = None) -> Completeness:
    """Of the prospect's own facts, the card's single values, and which lists have a row."""
    profile = profile or ClientProfile.objects.filter(prospect=prospect).first()
    lists = _with_lists(Prospect.objects.filter(pk=prospect.pk)).values(*LISTS).get()
    return _known(prospect, profile, lists)


def made_of(found: ProspectQuerySet) -> Iterator[UUID]:
    """Those whose core is known: one statement, however many they are."""
    for one in _with_lists(found).select_related("profile"):
        lists = {name: getattr(one, name) for name in LISTS}
        if _known(one, getattr(one, "profile", None), lists).is_made:
            yield one.pk


def _known(prospect: Prospect, profile: ClientProfile | None, lists: Mapping[str, bool]) -> Completeness:
    known = {name for name in FACTS if getattr(prospect, name)}
    if profile is not None:
        known |= {name for name in ("legal_representative", "concerns", "benefit_policy") if getattr(profile, name)}
        known |= {
            name for name, fields in (("sex", SEXES), ("age", AGES), ("occupation", CLASSES)) if total(profile, fields)
        }
    said = {
        "decider": lists["decider"] or lists["decides"],
        "history": lists["history"],
        "cover": lists["covered"] or lists["insured"] or bool(prospect.insurer or prospect.cover),
        "dates": lists["dates"],
        "consents": lists["consents"],
    }
    known |= {name for name, is_there in said.items() if is_there}
    return completeness(known, household=prospect.kind == Prospect.Kind.HOUSEHOLD)


def total(profile: ClientProfile, fields: tuple[str, ...]) -> int:
    return sum(getattr(profile, name) or 0 for name in fields)


def _with_lists(found: ProspectQuerySet) -> ProspectQuerySet:
    """Which of the lists have a row; a policy with us is history and cover too."""

    def has(rows: QuerySet) -> Exists:  # type: ignore[type-arg]
        return Exists(rows.filter(prospect=OuterRef("pk")))

    deciders = Stakeholder.objects.filter(role=Stakeholder.Role.DECIDES)
    held = Cover.objects.exclude(standing=Cover.Standing.ENDED)
    return found.annotate(
        decider=has(deciders),
        decides=has(Contact.objects.filter(decides=True)),
        history=has(YearRecord.objects.all()),
        covered=has(held),
        insured=has(Policy.objects.all()),
        dates=has(KeyDate.objects.all()),
        consents=has(CardConsent.objects.filter(withdrawn_on=None)),
    )
