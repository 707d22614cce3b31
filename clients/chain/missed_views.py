"""应陪未陪: the shares of a stretch of days, and the visits behind each number."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clients.chain.missed import chained, narrowed, shares
from clients.chain.models import Accompaniment
from org.forms import DateBox
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires

PAGE = 50
LETTERS = 20


class DaysForm(forms.Form):
    """From when to when; without either, the quarter so far."""

    first = forms.DateField(label=_("从"), required=False, widget=DateBox())
    last = forms.DateField(label=_("到"), required=False, widget=DateBox())

    def days(self, today: date) -> tuple[date, date]:
        known = self.cleaned_data if self.is_valid() else {}
        begun = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        return known.get("first") or begun, known.get("last") or today


def _asked(request: SignedIn) -> tuple[DaysForm, date, date]:
    form = DaysForm(request.GET)
    return form, *form.days(request.today)


@requires(Permission.VISIT_READ)
@require_safe
def missed(request: SignedIn) -> HttpResponse:
    """By 基层单位 and person."""
    form, first, last = _asked(request)
    every, units = shares(chained(request.user, request.today, first, last))
    context = {"form": form, "first": first, "last": last, "every": every, "units": units}
    return render(request, "clients/chain/missed.html", context)


@requires(Permission.VISIT_READ)
@require_safe
def missed_visits(request: SignedIn) -> HttpResponse:
    """The visits behind one number, the last first."""
    _form, first, last = _asked(request)
    chosen = {name: request.GET.get(name, "").replace("\0", "")[:LETTERS] for name in ("unit", "person", "which")}
    found = narrowed(chained(request.user, request.today, first, last), chosen)
    rows = found.select_related("person", "companion", "missed_by", "unit").prefetch_related(
        Prefetch("companions", Accompaniment.objects.objected().select_related("companion"), "objections")
    )
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "page": Paginator(rows.order_by("-day", "-starts_at", "pk"), PAGE).get_page(request.GET.get("page")),
        "first": first,
        "last": last,
        "which": chosen["which"],
        "query": f"{asked.urlencode()}&" if asked else "",
    }
    return render(request, "clients/chain/missed_visits.html", context)
