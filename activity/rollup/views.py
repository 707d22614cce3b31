"""全市周报 and its units, the frozen workbook, and 报送信箱."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from activity.rollup import exporting, table
from activity.rollup.shown import shown
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.units.models import Unit, UnitKind
from org.week import Week

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.ROLLUP_READ)
@require_safe
def city(request: SignedIn, week: Week | None = None) -> HttpResponse:
    """The city's report; who reads less is led to the highest unit that he reads, or to his own week."""
    week = week or Week.of(request.today)
    tops = table.tops(request.user, request.today)
    if not tops:
        return redirect("person-week", request.user.employee_no, week)
    whole = tops[0] if tops[0].kind == UnitKind.CITY else tops[0].city
    if len(tops) == 1 and tops[0] != whole:
        return redirect("report-unit", week, tops[0].code)
    if whole is None:
        raise Http404
    return _page(request, whole, week)


@requires(Permission.ROLLUP_READ)
@require_safe
def report_unit(request: SignedIn, week: Week, code: str) -> HttpResponse:
    unit = get_object_or_404(table.readable_units(request.user, request.today), code=code)
    if unit.kind == UnitKind.CITY:
        return redirect("city", week)
    return _page(request, unit, week)


@requires(Permission.ROLLUP_READ)
@require_safe
def unit_now(request: SignedIn, code: str) -> HttpResponse:
    """单位周报 of the menu: this week."""
    return report_unit(request, Week.of(request.today), code)


def _page(request: SignedIn, unit: Unit, week: Week) -> HttpResponse:
    report = table.report(request.user, unit, week, at=request.now, on=request.today)
    exports = reach(request.user, Permission.ROLLUP_EXPORT, on=request.today).covers(unit.path)
    context = {
        "report": report,
        "previous": table.address(unit, week.previous) if report.earlier else "",
        "next": table.address(unit, week.next) if week.next.monday <= request.today else "",
        "exports": exports,
        "has_workbook": exports and report.has_file,
        "opens_policies": reach(request.user, Permission.POLICY_READ, on=request.today).covers(unit.path),
        "premium_names": {
            "week": _("本周"),
            "month": _("{month} 月").format(month=week.saturday.month),
            "year": _("{year} 年").format(year=week.saturday.year),
        },
        "is_city": unit.kind == UnitKind.CITY,
        "board": "?board=1" if "board" in request.GET else "",
    }
    return render(request, "activity/rollup/report.html", context)


@requires(Permission.ROLLUP_EXPORT)
@require_GET
def workbook(request: SignedIn, week: Week) -> HttpResponse:
    """A marked copy of the frozen workbook: of the latest version, or of the one that is asked for."""
    files = table.exportable(request.user, request.today).filter(rollup__week=week.monday)
    if asked := request.GET.get("version", ""):
        files = (
            files.filter(rollup__version=asked)
            if asked.isascii() and asked.isdigit() and len(asked) < 5
            else files.none()
        )
    file = files.select_related("rollup__city").order_by("rollup__city__path", "-rollup__version").first()
    if file is None:
        raise Http404
    content = exporting.export(
        file.rollup, content=bytes(file.content), name=file.name, by=request.user, at=request.now
    )
    name = _("{city}周报 {week} 第 {n} 版.xlsx").format(city=file.rollup.city, week=week, n=file.rollup.version)
    return _download(content, name)


@requires(Permission.ROLLUP_EXPORT)
@require_GET
def export(request: SignedIn, week: Week, code: str) -> HttpResponse:
    """The table of a unit as it is shown, as a workbook; traced."""
    unit = get_object_or_404(table.exportable_units(request.user, request.today), code=code)
    report = table.report(request.user, unit, week, at=request.now, on=request.today)
    if report.why_none:
        raise Http404
    content = exporting.export_table(
        report.frozen or unit, content=shown(report, by=request.user, at=request.now), name=f"{week.code}-{unit.code}",
        by=request.user, at=request.now,
    )  # fmt: skip
    return _download(content, _("{unit}周报表 {week}.xlsx").format(unit=unit.name, week=week.code))


@requires(Permission.ROLLUP_EXPORT)
@require_safe
def mailbox(request: SignedIn) -> HttpResponse:
    """What left for headquarters, and what waits and why."""
    found = table.letters(request.user, request.today).select_related("unit").defer("attachment", "body")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "activity/rollup/mailbox.html", {"page": page})


@requires(Permission.ROLLUP_EXPORT)
@require_GET
def attachment(request: SignedIn, pk: int) -> HttpResponse:
    """A marked copy of what was mailed."""
    letters = table.letters(request.user, request.today).exclude(attachment=None)
    letter = get_object_or_404(letters, pk=pk)
    name = letter.attachment_name
    content = exporting.export(
        letter, content=bytes(letter.attachment or b""), name=name, by=request.user, at=request.now
    )
    return _download(content, name)


def _download(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})
