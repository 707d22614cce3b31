"""A name that a client gave (转介绍) becomes a prospect of the day: registered on 今日, never typed twice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django import forms

from activity.daily_log.actions import register_prospect
from activity.daily_log.forms import ProspectForm
from clients.prospects.models import Registration, Source
from clients.referrals import actions as referrals
from clients.referrals.models import ReferredName, ReferredNameQuerySet
from org.idempotency.actions import Result, once
from org.people.models import Person

MOST = 60  # characters of 介绍人


class RegisterForm(ProspectForm):
    """The sheet of a registration; it carries the name along that it is for."""

    referred = forms.UUIDField(required=False, widget=forms.HiddenInput)


def own_open(person: Person) -> ReferredNameQuerySet:
    """The names that he may register: of clients that are his."""
    return ReferredName.objects.owned_by(person).open().select_related("referral__prospect")


def prefilled(name: ReferredName) -> dict[str, Any]:
    """What the sheet need not ask, because the referral knows it."""
    return {
        "referred": name.pk,
        "name": name.company,
        "handler": name.name,
        "phone": name.phone,
        "source": Source.REFERRAL.value,
        "referrer": _referrer(name),
    }


def _referrer(name: ReferredName) -> str:
    return f"{name.referral.prospect.name} {name.referral.contact}"[:MOST]


def register(
    person: Person, *, day: date, at: datetime, key: UUID, referred: UUID | None = None, **fields: Any
) -> Result:
    """As any other registration; the name knows what came of it, in the same transaction or not at all."""
    if referred is None:
        return register_prospect(person, day=day, at=at, key=key, **fields)

    def effect() -> Result:
        name = own_open(person).filter(pk=referred).first()
        said = {**fields, "referrer": fields.get("referrer") or _referrer(name)} if name else fields
        result = register_prospect(person, day=day, at=at, key=uuid5(NAMESPACE_URL, f"register/{key}"), **said)
        made = Registration.objects.get(pk=result["entry"])
        if made.prospect_id is not None:
            referrals.become(referred, prospect_id=made.prospect_id, by=person, at=at)
        return result

    asked = {"referred": referred, "day": day, **fields}
    return once(key, by=person, verb="register_referred", at=at, parameters=asked, effect=effect)
