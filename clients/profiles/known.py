"""What a card already says, in two queries whatever hangs on it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from clients.policies.models import Policy
from clients.profiles.models import CardConsent, ClientProfile, Cover, KeyDate, Stakeholder, YearRecord
from clients.profiles.rules import Completeness, completeness
from clients.prospects.models import Contact, Prospect

SEXES = ("men", "women")
AGES = ("age_to_25", "age_26_35", "age_36_45", "age_46_55", "age_from_56")
CLASSES = ("class_1", "class_2", "class_3", "class_4", "class_5", "class_6")
COUNTED = {"sex": SEXES, "age": AGES, "occupation": CLASSES}
FACTS = ("uscc", "industry", "headcount", "social_insurance", "budget")  # of the prospect itself


def known_of(prospect: Prospect, profile: ClientProfile | None = None) -> Completeness:
    """Of the prospect's own facts, the card's single values, and which lists have a row."""
    profile = profile or ClientProfile.objects.filter(prospect=prospect).first()
    lists = _lists(prospect)
    known = {
        name for name in ("uscc", "industry", "headcount", "social_insurance", "budget") if getattr(prospect, name)
    }
    if profile is not None:
        known |= {name for name in ("legal_representative", "concerns", "benefit_policy") if getattr(profile, name)}
        known |= {
            name for name, fields in (("sex", SEXES), ("age", AGES), ("occupation", CLASSES)) if total(profile, fields)
        }
    known |= {name for name, is_there in lists.items() if is_there}
    return completeness(known, household=prospect.kind == Prospect.Kind.HOUSEHOLD)


def total(profile: ClientProfile, fields: tuple[str, ...]) -> int:
    return sum(getattr(profile, name) or 0 for name in fields)


def _lists(prospect: Prospect) -> dict[str, bool]:
    """Which of the lists have a row; a policy with us is history and cover too."""

    def has(rows: QuerySet) -> Exists:  # type: ignore[type-arg]
        return Exists(rows.filter(prospect=OuterRef("pk")))

    deciders = Stakeholder.objects.filter(role=Stakeholder.Role.DECIDES)
    held = Cover.objects.exclude(standing=Cover.Standing.ENDED)
    found = Prospect.objects.filter(pk=prospect.pk).annotate(
        decider=has(deciders),
        decides=has(Contact.objects.filter(decides=True)),
        history=has(YearRecord.objects.all()),
        covered=has(held),
        insured=has(Policy.objects.all()),
        dates=has(KeyDate.objects.all()),
        consents=has(CardConsent.objects.filter(withdrawn_on=None)),
    )
    row = found.values("decider", "decides", "history", "covered", "insured", "dates", "consents").get()
    return {
        "decider": row["decider"] or row["decides"],
        "history": row["history"],
        "cover": row["covered"] or row["insured"] or bool(prospect.insurer or prospect.cover),
        "dates": row["dates"],
        "consents": row["consents"],
    }
