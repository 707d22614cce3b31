"""The rows of 整日填写. A blank row is the same for everybody, so each is drawn once a process and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple

from django import forms as django_forms
from django.http import QueryDict
from django.template.loader import render_to_string

from activity.daily_log import forms
from activity.daily_log.recording import New, NewCall, NewOther, NewStudy, NewVisit
from clients.prospects.actions import NewProspect
from org.working_days.rules import instant

OWN = {"result"}  # to which a sheet adds what was said
PAPER, ROW = "activity/daily_log/paper.html", "activity/daily_log/paper_line.html"


class Kind(NamedTuple):
    """How many rows stand on the paper, their columns, what one becomes, and the columns that make a row begun."""

    code: str
    rows: int
    form: type[forms.EntryForm]
    make: Callable[..., New]
    columns: tuple[str, ...]
    begun_by: tuple[str, ...]

    def row(self, data: QueryDict | None, prefix: str, *, day: date, at: datetime) -> forms.EntryForm:
        return _sheet_of(self)(data, day=day, at=at, prefix=prefix)


@lru_cache
def _sheet_of(kind: Kind) -> type[forms.EntryForm]:
    """The sheet without what the paper has no column for, and without the key: the page has one for all rows.

    Its fields are the same for every row of everybody, so all share them, but for what a sheet changes (`OWN`): twelve
    rows copied them for longer than the database took to keep a day. A row says what is wrong with it in its own cell
    and puts no focus on a field.
    """
    absent = dict.fromkeys(set(kind.form.base_fields) - set(kind.columns))
    more = {**absent, "full_clean": django_forms.Form.full_clean}
    sheet: type[forms.EntryForm] = type(f"{kind.form.__name__}OnPaper", (kind.form,), more)
    fields = {name: deepcopy(field) for name, field in sheet.base_fields.items()}
    sheet.base_fields = {name: field if name in OWN else _shared(field) for name, field in fields.items()}
    return sheet


def _shared(field: django_forms.Field) -> django_forms.Field:
    vars(field)["__deepcopy__"] = lambda _memo: field  # what a form asks of each of its fields
    return field


def _call(call_at: time, **more: Any) -> NewCall:
    return NewCall(at=call_at, **more)


KINDS = (
    Kind(
        "call", 6, forms.CallForm, _call,
        ("client", "contact", "kind", "answer", "purpose", "result", "call_at"), ("client", "contact", "purpose"),
    ),
    Kind(
        "visit", 3, forms.VisitForm, NewVisit,
        ("client", "contact", "kind", "starts_at", "purpose", "outcome", "next_step", "next_step_on"),
        ("client", "contact", "purpose", "outcome", "next_step"),
    ),
    Kind(
        "prospect", 1, forms.ProspectForm, NewProspect,
        ("name", "handler", "source", "phone", "headcount", "uscc"), ("name", "handler", "phone", "uscc"),
    ),
    Kind("study", 1, forms.StudyForm, NewStudy, ("topic", "title", "learnt"), ("title", "learnt")),
    Kind("other", 1, forms.OtherForm, NewOther, ("content",), ("content",)),
)  # fmt: skip


class Cell(NamedTuple):
    name: str
    word: str  # what the column asks for
    label: str  # the same with the number of the row
    type: str  # of the input; "select" for a choice
    value: str
    options: list[tuple[str, str]]
    errors: list[str]


class Line(NamedTuple):
    """One row; `form` is there where something was written."""

    kind: Kind
    number: int
    form: forms.EntryForm | None

    @property
    def html(self) -> str:
        return _drawn(self.kind, self.number, self.form) if self.form else _blank(self.kind, self.number)


def lines(data: QueryDict | None, *, day: date, at: datetime) -> Iterator[Line]:
    """The rows of the page, blank or as they were posted."""
    for kind in KINDS:
        for number in range(1, kind.rows + 1):
            prefix = f"{kind.code}-{number}"
            begun = data is not None and any(data.get(f"{prefix}-{name}", "").strip() for name in kind.begun_by)
            yield Line(kind, number, kind.row(data, prefix, day=day, at=at) if begun else None)


def tables(page: Sequence[Line]) -> str:
    """The paper with these rows; wholly blank it is kept, too."""
    return _blank_tables() if all(line.form is None for line in page) else _tables(page)


@lru_cache(maxsize=1)
def _blank_tables() -> str:
    return _tables([Line(kind, number, None) for kind in KINDS for number in range(1, kind.rows + 1)])


def _tables(page: Sequence[Line]) -> str:
    rows = {kind.code: [line.html for line in page if line.kind is kind] for kind in KINDS}
    return render_to_string(PAPER, rows)


@lru_cache(maxsize=64)
def _blank(kind: Kind, number: int) -> str:
    some_day = date(2000, 1, 1)
    return _drawn(kind, number, kind.row(None, f"{kind.code}-{number}", day=some_day, at=instant(some_day, time())))


def _drawn(kind: Kind, number: int, form: forms.EntryForm) -> str:
    cells = [_cell(form, name, number) for name in kind.columns]
    return render_to_string(ROW, {"cells": cells, "errors": form.non_field_errors() if form.is_bound else []})


def _cell(form: forms.EntryForm, name: str, number: int) -> Cell:
    field, full = form.fields[name], form.add_prefix(name)
    value: Any = form.data.get(full, "") if form.is_bound else field.initial
    errors = [str(error) for error in form.errors.get(name, ())] if form.is_bound else []
    options = _options(field) if isinstance(field, django_forms.ChoiceField) else []
    return Cell(full, str(field.label), f"{field.label} {number}", _type(field), str(value or ""), options, errors)


def _options(field: django_forms.ChoiceField) -> list[tuple[str, str]]:
    choices = [(str(value), str(label)) for value, label in field.choices if value != ""]  # type: ignore[misc, union-attr]
    return choices if field.initial else [("", "–"), *choices]


def _type(field: django_forms.Field) -> str:
    kinds = (django_forms.ChoiceField, "select"), (django_forms.TimeField, "time"), (django_forms.DateField, "date")
    return next((word for kind, word in kinds if isinstance(field, kind)), "text")
