"""我的, and 机构与人员: units and people within reach, their posts and their accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from org.accounts import actions, lockout, rules
from org.accounts.views import qr
from org.pages import navigation
from org.people.forms import KeyForm, SearchForm
from org.people.models import Appointment, Person, PersonQuerySet
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires, signed_in
from org.trace.models import Trace
from org.trace.words import actor, word
from org.units.models import Unit
from org.workbooks.downloads import download_list
from org.workflow import Refused

PAGE = 50
PEOPLE_SHEET = (
    _("工号"), _("姓名"), _("岗位"), _("单位代码"), _("单位"), _("起"), _("止"), _("入司日期"), _("离司日期"),
)  # fmt: skip
TRACES = 20


@signed_in
@require_safe
def me(request: SignedIn) -> HttpResponse:
    person = request.user
    traces = Trace.objects.of(person).select_related("by")[:TRACES]
    context = {
        "held": person.posts_on(request.today),
        "ended": person.appointments.filter(ends_on__lt=request.today).select_related("unit").order_by("-ends_on"),
        "traces": [(trace, word(trace.verb), actor(trace)) for trace in traces],
        "at_hand": navigation.at_hand(request),
    }
    return render(request, "org/people/me.html", context)


def _found(request: SignedIn, asked: QueryDict) -> tuple[SearchForm, PersonQuerySet]:
    person, today = request.user, request.today
    form = SearchForm(asked, units=Unit.objects.visible_to(person, today))
    found = Person.objects.visible_to(person, on=today).matching(form.text)
    return form, found.of_unit(form.chosen, on=today) if form.chosen else found


@requires(Permission.PEOPLE_READ)
@require_safe
def people(request: SignedIn) -> HttpResponse:
    """Everybody within reach, by unit; searched by name, pinyin or 工号, narrowed to a unit and those below it."""
    person, today = request.user, request.today
    form, found = _found(request, request.GET)
    page = Paginator(found.with_posts(today), PAGE).get_page(request.GET.get("page"))
    query = urlencode({"q": form.text, "unit": form.chosen.code if form.chosen else ""}) + "&"
    context = {
        "form": form,
        "page": page,
        "query": query,
        "accounts": bool(reach(person, Permission.ACTIVATION, on=today).paths),
        "exports": person.can(Permission.PEOPLE_EXPORT, on=today),
    }
    return render(request, "org/people/people.html", context)


@requires(Permission.PEOPLE_EXPORT)
@require_POST
def people_export(request: SignedIn) -> HttpResponse:
    """The list as it is filtered, without numbers and addresses; those whom he exports, not all whom he reads."""
    person, today = request.user, request.today
    form, found = _found(request, request.POST)
    held = Appointment.objects.on(today).filter(person__in=found.exported_by(person, today))
    rows = (
        [one.person.employee_no, one.person.name, one.get_post_display(), one.unit.code, one.unit.name, one.starts_on,
         one.ends_on, one.person.joined_on, one.person.left_on]
        for one in held.select_related("person", "unit").order_by("unit__path", "person__employee_no").iterator()
    )  # fmt: skip
    filters = {str(_("查找")): form.text, str(_("单位")): form.chosen.name if form.chosen else ""}
    return download_list(str(_("人员")), PEOPLE_SHEET, rows, filters=filters, by=person, at=request.now)


def _visible(request: SignedIn, employee_no: str) -> Person:
    seen = Person.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(seen, employee_no=employee_no)


@requires(Permission.PEOPLE_READ)
@require_safe
def person(request: SignedIn, employee_no: str) -> HttpResponse:
    found, by, at = _visible(request, employee_no), request.user, request.now
    may_hand_out = actions.may(by, Permission.ACTIVATION, found, at.date())
    context = {
        "person": found,
        "trail": [(_("机构与人员"), reverse("people")), (found.name, "")],
        "appointments": found.appointments.select_related("unit").order_by("-starts_on", "pk"),
        "employed": found.employed_on(at.date()),
        "card_waits": found.activation_expires_at is not None and at < found.activation_expires_at,
        "locked_until": lockout.of_account(found.employee_no, at).until if may_hand_out else None,
        "may_hand_out": may_hand_out,
        "may_administer": actions.may(by, Permission.PEOPLE_ADMIN, found, at.date()),
        "has_second_factor": TOTPDevice.objects.devices_for_user(found, confirmed=True).exists(),
        "key": uuid4(),
    }
    return render(request, "org/people/person.html", context)


@requires(Permission.ACTIVATION)
@require_POST
def activation_card(request: SignedIn, employee_no: str) -> HttpResponse:
    """The card to print, shown this once; the same form again shows the same card."""
    found, form = _visible(request, employee_no), KeyForm(request.POST)
    if not form.is_valid():
        return redirect("people-person", employee_no)
    try:
        code = actions.hand_out_code(found, by=request.user, at=request.now, key=form.cleaned_data["key"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people-person", employee_no)
    address = request.build_absolute_uri(f"{reverse('activate')}?{urlencode({'no': found.employee_no})}")
    card = {"person": found, "code": rules.printed(code), "address": address, "picture": qr(address)}
    return render(request, "org/people/card.html", {**card, "held": found.posts_on(request.today)})


def _account_verb(needs: Permission, verb: Callable[..., None], done: Any) -> Any:
    """A POST that does one thing to an account and comes back to its page."""

    @requires(needs)
    @require_POST
    def view(request: SignedIn, employee_no: str) -> HttpResponse:
        found = _visible(request, employee_no)
        try:
            verb(found, by=request.user, at=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect("people-person", employee_no)

    return view


unlock = _account_verb(Permission.ACTIVATION, actions.unlock, _("账号已解锁"))
suspend = _account_verb(Permission.PEOPLE_ADMIN, actions.suspend, _("账号已停用"))
restore = _account_verb(Permission.PEOPLE_ADMIN, actions.restore, _("账号已恢复"))
forget_second_factor = _account_verb(
    Permission.PEOPLE_ADMIN, actions.forget_second_factor, _("验证器已解除，下次登录要重新绑定")
)
