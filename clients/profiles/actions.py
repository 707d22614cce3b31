"""The writers of 客户资料档案卡: its sections and lists. The owner of the client writes, each form once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.profiles.known import known_of
from clients.profiles.models import ClientProfile, Part
from clients.prospects.models import Prospect
from org.idempotency.actions import Result, once
from org.permissions import Permission
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

MOST_ROWS = 500  # of one list of a client


def write_section(
    prospect: Prospect, section: str, said: Mapping[str, Any], *, key: UUID, by: Person, at: datetime
) -> Result:
    """The values of one section of the card, made with the first of them."""

    def effect() -> Result:
        held = held_by(prospect, by=by, at=at)
        given = {"changed_by": by, "changed_at": at}
        profile, _new = ClientProfile.objects.get_or_create(prospect=held, defaults=given)
        before = {name: getattr(profile, name) for name in said}
        changed = {name: [before[name], value] for name, value in said.items() if before[name] != value}
        for name, value in {**said, **given}.items():
            setattr(profile, name, value)
        profile.save(update_fields=[*said, *given])
        if changed:
            record(profile, f"card_{section}", by=by, at=at, changes=plain(changed))
        return {"changed": sorted(changed), "made": settle(held, by=by, at=at)}

    return _once(f"card_{section}", prospect, said, effect, key=key, by=by, at=at)


def add_row(
    model: type[Part], prospect: Prospect, said: Mapping[str, Any], *, key: UUID, by: Person, at: datetime
) -> Result:
    verb = f"add_{model._meta.model_name}"

    def effect() -> Result:
        held = held_by(prospect, by=by, at=at)
        if model.objects.filter(prospect=held).count() >= MOST_ROWS:
            raise Refused(_("这一栏最多 {n} 条，先删去不用的").format(n=MOST_ROWS))
        row = model(prospect=held, changed_by=by, changed_at=at, **said)
        _save(row)
        record(row, verb, by=by, at=at, changes=plain({"prospect": held.pk, **said}))
        return {"row": str(row.pk), "made": settle(held, by=by, at=at)}

    return _once(verb, prospect, said, effect, key=key, by=by, at=at)


def change_row(row: Part, said: Mapping[str, Any], *, key: UUID, by: Person, at: datetime) -> Result:
    verb = f"change_{row._meta.model_name}"

    def effect() -> Result:
        held = held_by(row.prospect, by=by, at=at)
        fresh = _found(row)
        changed = {name: [getattr(fresh, name), v] for name, v in said.items() if getattr(fresh, name) != v}
        for name, value in {**said, "changed_by": by, "changed_at": at}.items():
            setattr(fresh, name, value)
        _save(fresh)
        if changed:
            record(fresh, verb, by=by, at=at, changes=plain(changed))
        return {"row": str(fresh.pk), "made": settle(held, by=by, at=at)}

    return _once(verb, row, said, effect, key=key, by=by, at=at)


def remove_row(row: Part, *, key: UUID, by: Person, at: datetime) -> Result:
    """What stood in it stays in the trace."""
    verb = f"remove_{row._meta.model_name}"

    def effect() -> Result:
        held_by(row.prospect, by=by, at=at)
        fresh = _found(row)
        stood = {field.name: getattr(fresh, field.attname) for field in fresh._meta.concrete_fields}
        record(fresh, verb, by=by, at=at, changes=plain(stood))
        fresh.delete()
        return {}

    return _once(verb, row, {}, effect, key=key, by=by, at=at)


def held_by(prospect: Prospect, *, by: Person, at: datetime) -> Prospect:
    """The client, locked: one writes at a time. Refused to everybody but the owner with his post of that day."""
    held = Prospect.objects.select_for_update(of=("self",)).get(pk=prospect.pk)
    if held.owner_id != by.pk or held.released_at or not by.can(Permission.CARD_WRITE, on=at.date()):
        raise Refused(_("档案卡由负责人填写，这件事不归你办。"))
    return held


def settle(prospect: Prospect, *, by: Person, at: datetime) -> bool:
    """建档 once the core is known (`rules.completeness`); the time never moves. Says whether that is now."""
    if prospect.card_made_at is not None or not known_of(prospect).is_made:
        return False
    Prospect.objects.filter(pk=prospect.pk, card_made_at=None).update(card_made_at=at)
    record(prospect, "make_card", by=by, at=at)
    return True


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the trace keeps them: money and days as text."""
    return {
        name: [_text(one) for one in value] if isinstance(value, list) else _text(value)
        for name, value in values.items()
    }


def _text(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


def _once(
    verb: str, about: Any, said: Mapping[str, Any], effect: Callable[[], Result], *, key: UUID, by: Person, at: datetime
) -> Result:
    parameters = {"about": str(about.pk), **plain(said)}
    return once(key, by=by, verb=verb, at=at, parameters=parameters, effect=effect)


def _found(row: Part) -> Any:
    fresh = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if fresh is None:
        raise Refused(_("这一条已经删掉了，刷新看看。"))
    return fresh


def _save(row: Any) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("「{what}」已经有一条，改那一条就行。").format(what=row)) from None
