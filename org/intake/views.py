"""导入: one's files and where they stand; of each file the columns, the rows to correct, what was done, the undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import IntegerField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from org.intake import actions, showing
from org.intake.fixing import Fixes
from org.intake.forms import UploadForm
from org.intake.kinds import KINDS, WORDS, allowed, importer_of, title_of
from org.intake.models import ImportBatch
from org.intake.tasks import get_going
from org.pages.telling import tried
from org.reach import words_of
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.reading import Unusable
from org.workbooks.templates import template
from org.workflow import Refused

PAGE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL = "c."  # before the names of the cells to correct
tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(*WORDS)
@tapped
def imports(request: SignedIn) -> HttpResponse:
    """A new file above, one's files below."""
    kinds = allowed(request.user, request.today)
    choices = [(kind.word, title_of(kind.word)) for kind in kinds]
    form = UploadForm(request.POST or None, request.FILES or None, kinds=choices, initial=_asked_for(request))
    if request.method == "POST" and (pk := _uploaded(request, form)):
        return redirect("import", pk)
    rows = Cast(KT("result__rows"), IntegerField())
    mine = ImportBatch.objects.visible_to(request.user, request.today).light().defer("fixes", "result")
    mine = mine.annotate(row_count=rows)
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "kinds": [(kind, title_of(kind.word)) for kind in kinds],
        "page": page,
        "rows": [(one, title_of(one.kind)) for one in page],
    }
    return render(request, "org/intake/list.html", context, status=422 if request.method == "POST" else 200)


def _asked_for(request: SignedIn) -> dict[str, str]:
    return {"kind": request.GET["kind"]} if "kind" in request.GET else {}


def _uploaded(request: SignedIn, form: UploadForm) -> str:
    """The key of the batch; empty with the errors on the form."""
    if not form.is_valid():
        return ""
    file = form.cleaned_data["file"]
    given = {"name": file.name or "", "content": file.read(), "key": form.cleaned_data["key"]}
    try:
        pk = str(actions.upload(form.cleaned_data["kind"], **given, by=request.user, at=request.now)["batch"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    get_going(_mine(request, UUID(pk)))
    return pk


@requires(*WORDS)
@require_safe
def template_file(request: SignedIn) -> HttpResponse:
    """The empty workbook of a kind with its drop-downs."""
    wanted = request.GET.get("kind", "")
    kind = next((one for one in allowed(request.user, request.today) if one.word == wanted), None)
    if kind is None:
        return redirect("imports")
    return _download(template(importer_of(kind.word)), _("{kind}模板.xlsx").format(kind=title_of(kind.word)))


def _mine(request: SignedIn, pk: UUID) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.visible_to(request.user, request.today).light(), pk=pk)


@requires(*WORDS)
@require_safe
def batch(request: SignedIn, pk: UUID) -> HttpResponse:
    """Where the file stands; the rest of the page follows from that."""
    found = _mine(request, pk)
    if request.htmx and found.works:
        return render(request, "org/intake/bar.html", _context(request, found))
    if request.htmx and request.headers.get("HX-Target") == "bar":
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _page(request, found)


def _page(request: SignedIn, found: ImportBatch, *, status: int = 200) -> HttpResponse:
    return render(request, "org/intake/batch.html", _context(request, found), status=status)


def _context(request: SignedIn, found: ImportBatch) -> dict[str, Any]:
    view = request.GET.get("show") or request.POST.get("show") or "bad"
    view = view if view in ("bad", "likely", "dropped") else "bad"
    if view == "bad" and not found.result.get("bad") and found.result.get("likely"):
        view = "likely"
    rows = found.result.get(showing.WORDS.get(view, ""), [])
    page = Paginator(rows, showing.PAGE).get_page(request.GET.get("page"))
    return {
        "batch": found,
        "title": title_of(found.kind),
        "dropping": importer_of(found.kind).dropping,
        "steps": showing.steps(found),
        "view": view,
        "page": page,
        "query": f"show={view}&",
        "sheets": showing.sheets_shown(found, page, editable=view == "bad" and found.state == "checked"),
        "dropped": [(sheet, row, _place(found, sheet, row)) for sheet, row in Fixes.of(found.fixes).dropped],
        "fresh": sum(found.result.get(name) or 0 for name in ("bad", "likely")),
        "may_undo": showing.may_undo(found, request.now),
        "shown_at": _shown_at(request, found),
        "columns": showing.columns_shown(found),
    }


def _place(found: ImportBatch, sheet: str, row: int) -> str:
    names = [table.sheet for table in importer_of(found.kind).tables]
    return f"{names.index(sheet)}.{row}" if sheet in names else ""


def _shown_at(request: SignedIn, found: ImportBatch) -> str:
    """The list of what was imported, to who may open it."""
    route = KINDS[found.kind].shown_at
    try:
        address = reverse(route) if route else ""
    except NoReverseMatch:
        return ""
    declared: frozenset[str] = getattr(resolve(address).func, "declared", frozenset()) if address else frozenset()
    seats = request.user.seats_on(request.today)
    return address if any(set(words_of(held, request.user)) & declared for held in seats) else ""


@requires(*WORDS)
@tapped
def columns(request: SignedIn, pk: UUID) -> HttpResponse:
    """Which columns were found; a required one that is missing is chosen among those that nobody knows."""
    found = _mine(request, pk)
    if found.state not in ImportBatch.OPEN:
        return _page(request, found)
    if request.method == "POST":
        named = showing.columns_named(found, request.POST)
        return _changed(request, found, lambda: actions.match(found, named, by=request.user, at=request.now))
    return render(request, "org/intake/columns.html", _context(request, found))


def _changed(request: SignedIn, found: ImportBatch, act: Callable[[], None]) -> HttpResponse:
    """Act, let the work go on, and back to the page; refused: the sentence on the page as it stands."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        get_going(_mine(request, found.pk))
    if request.htmx:
        return _page(request, _mine(request, found.pk))
    view = request.POST.get("show", "")
    where = reverse("import", args=[found.pk])
    return redirect(f"{where}?show={view}" if view in ("bad", "likely", "dropped") else where)


@requires(*WORDS)
@require_POST
def fix(request: SignedIn, pk: UUID) -> HttpResponse:
    """Corrected cells, and the button that was pressed: a suggestion, drop, take back, accept."""
    found = _mine(request, pk)
    return _changed(request, found, lambda: actions.fix(found, _said(request, found), by=request.user, at=request.now))


def _said(request: SignedIn, found: ImportBatch) -> Callable[[Fixes], None]:
    def change(fixes: Fixes) -> None:
        for name, text in request.POST.items():
            if name.startswith(CELL) and (cell := showing.cell_named(found, name.removeprefix(CELL))):
                fixes.set(*cell, str(text))
        where, _dot, meant = _split(request.POST.get("meant", ""))
        if meant and (cell := showing.cell_named(found, where)):
            fixes.set(*cell, meant)
        for verb, act in (("drop", fixes.drop), ("restore", fixes.take_back), ("accept", fixes.accept)):
            if place := showing.place_named(found, request.POST.get(verb, "")):
                act([place])
        if "accept-all" in request.POST:
            fixes.accept((row["sheet"], row["row"]) for row in found.result.get("doubles", []))
        if "drop-all" in request.POST:
            kept = found.result.get("doubles" if request.POST["drop-all"] == "likely" else "problems", [])
            fixes.drop((row["sheet"], row["row"]) for row in kept)

    return change


def _split(meant: str) -> tuple[str, str, str]:
    """`0.80.10.缘故` → where and what."""
    parts = meant.split(".", 3)
    return (".".join(parts[:3]), ".", parts[3]) if len(parts) == 4 else ("", "", "")


@requires(*WORDS)
@require_POST
def run(request: SignedIn, pk: UUID) -> HttpResponse:
    """Cells that were typed and not yet checked are checked first, and seen before anything is imported."""
    found = _mine(request, pk)
    if any(name.startswith(CELL) and _is_new(found, name, str(text)) for name, text in request.POST.items()):
        messages.warning(request, _("刚改的格子已重新核对，请看过再导入"))
        return fix(request, pk)
    shown = request.POST.get("version", "")
    version = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 9 else 0
    return _changed(request, found, lambda: actions.begin(found, version=version, by=request.user, at=request.now))


def _is_new(found: ImportBatch, name: str, text: str) -> bool:
    cell = showing.cell_named(found, name.removeprefix(CELL))
    if cell is None:
        return False
    (sheet, row), column = cell
    names = [one.name for table in importer_of(found.kind).tables if table.sheet == sheet for one in table.columns]
    stood = next(
        (one["cells"] for one in found.result.get("problems", []) if (one["sheet"], one["row"]) == (sheet, row)), None
    )
    return stood is not None and stood[names.index(column)] != text.strip()


@requires(*WORDS)
@require_POST
def cancel(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _mine(request, pk)
    tried(request, lambda: actions.cancel(found, by=request.user, at=request.now), _("已取消，什么都没有写入"))
    return redirect("imports" if found.state != "importing" else reverse("import", args=[pk]))


@requires(*WORDS)
@require_POST
def undo(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _mine(request, pk)
    return _changed(request, found, lambda: actions.undo(found, by=request.user, at=request.now))


@requires(*WORDS)
@require_safe
def problems(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _mine(request, pk)
    has_some = bool(found.result.get("bad") or found.result.get("likely"))
    if not has_some or found.content is None or found.state not in ("checked", "done"):
        return _page(request, found)
    try:
        content = showing.problem_workbook(found, request.now)
    except Unusable as refusal:
        messages.error(request, str(refusal))
        return redirect("import", pk)
    actions.problems_taken(found, by=request.user, at=request.now)
    return _download(content, _("问题表_{file}").format(file=found.file_name))


def _download(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition or ""})
