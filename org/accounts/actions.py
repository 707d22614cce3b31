"""The writers of accounts: activation cards, passwords, locks, second factors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from org.accounts import rules
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.reach import reach
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from datetime import date

CARD_LASTS = timedelta(days=7)


def may(by: Person, word: Permission, person: Person, on: date) -> bool:
    """Whether every post that he holds or will hold is within the word's reach; never himself.

    Who takes over an account takes over all of its posts. So 内勤 gives access to those only whom the branch's
    deputy GM leads (DESIGN.md 4, "resets logins"); to everybody else the administrator does.
    """
    theirs = list(
        Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), person=person).select_related("unit")
    )
    if by.pk == person.pk or all(held.starts_on > on for held in theirs):
        return False

    def reaches(needs: Permission) -> bool:
        within = reach(by, needs, on=on)
        return all(within.covers(held.unit.path) for held in theirs)

    if reaches(Permission.PEOPLE_ADMIN):
        return True
    return word == Permission.ACTIVATION and reaches(word) and {held.post for held in theirs} <= rules.RESET_BY_CLERK


def _authorise(by: Person, word: Permission, person: Person, at: datetime) -> None:
    if not may(by, word, person, at.date()):
        raise Refused(_("这个账号不归你管。"))


@transaction.atomic
def hand_out_code(person: Person, *, by: Person, at: datetime, key: UUID) -> str:
    """A one-time code for a printed card; an earlier card is void. Only its hash is kept.

    The code follows from the form's key and SECRET_KEY, so a repeated request prints the same card.
    """
    _authorise(by, Permission.ACTIVATION, person, at)
    if not person.employed_on(at.date()):
        raise Refused(_("已离司或停用，不能发激活卡。"))
    code = rules.code_from(salted_hmac("org.accounts.card", f"{person.pk} {key}", algorithm="sha256").digest())

    def effect() -> Result:
        person.activation_code = make_password(code)
        person.activation_expires_at = at + CARD_LASTS
        person.save(update_fields=["activation_code", "activation_expires_at"])
        record(person, "activation_card", by=by, at=at)
        _tell(person, by=by, at=at, key=key)
        return {"expires_at": person.activation_expires_at.isoformat()}

    done = once(key, by=by, verb="activation_card", at=at, parameters={"person": person.pk}, effect=effect)
    person.activation_expires_at = datetime.fromisoformat(done["expires_at"])
    return code


def _tell(person: Person, *, by: Person, at: datetime, key: UUID) -> None:
    """Whoever has an account learns that somebody could take it over."""
    body = _("%(who)s发的，7 天内有效。不是你要的，马上告诉本单位内勤。") % {"who": by.name}
    title = _("有人为你发了激活卡")
    notices.post("activation_card", to=person, at=at, about=person, once=f"{by.pk}:{key}", title=title, body=body)


@transaction.atomic
def activate(person: Person, *, password: str, at: datetime) -> Person:
    """The person's own password, for the code he showed; the code is used up."""
    mine = Person.objects.select_for_update().get(pk=person.pk)
    if not mine.activation_code or mine.activation_code != person.activation_code:
        raise Refused(_("这个激活码已经用过。"))
    _take(mine, password)
    record(mine, "activate", by=mine, at=at)
    return mine


@transaction.atomic
def change_password(person: Person, *, password: str, at: datetime) -> None:
    """His other sessions end with the old password."""
    _take(person, password)
    record(person, "change_password", by=person, at=at)


def _take(person: Person, password: str) -> None:
    """A password of his own; a card that is still about becomes void."""
    person.set_password(password)
    person.must_change_password = False
    person.activation_code, person.activation_expires_at = "", None
    person.save(update_fields=["password", "must_change_password", "activation_code", "activation_expires_at"])


@transaction.atomic
def unlock(person: Person, *, by: Person, at: datetime) -> None:
    """Forget the failed tries of the account."""
    _authorise(by, Permission.ACTIVATION, person, at)
    AxesProxyHandler.reset_attempts(username=person.employee_no)
    record(person, "unlock", by=by, at=at)


@transaction.atomic
def suspend(person: Person, *, by: Person, at: datetime) -> None:
    """No sign-in any more; open sessions end at their next request."""
    _authorise(by, Permission.PEOPLE_ADMIN, person, at)
    if Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        record(person, "suspend", by=by, at=at)


@transaction.atomic
def restore(person: Person, *, by: Person, at: datetime) -> None:
    _authorise(by, Permission.PEOPLE_ADMIN, person, at)
    if Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        record(person, "restore", by=by, at=at)


@transaction.atomic
def forget_second_factor(person: Person, *, by: Person, at: datetime) -> None:
    """For a lost phone: the next sign-in enrols a new one."""
    _authorise(by, Permission.PEOPLE_ADMIN, person, at)
    TOTPDevice.objects.filter(user=person).delete()
    record(person, "forget_second_factor", by=by, at=at)


@transaction.atomic
def enrol_second_factor(person: Person, *, key: str, token: str, at: datetime) -> TOTPDevice | None:
    """Keep the authenticator once it has shown a right code; None for a wrong one. `key` is hex."""
    Person.objects.select_for_update().get(pk=person.pk)
    if TOTPDevice.objects.filter(user=person, confirmed=True).exists():
        raise Refused(_("已经绑定过验证器。"))
    device = TOTPDevice(user=person, name="TOTP", key=key, confirmed=False)
    if not device.verify_token(int(token)):
        device.delete()
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record(person, "second_factor", by=person, at=at)
    return device
