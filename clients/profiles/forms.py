"""The forms of 客户资料档案卡: a section, a row of a list, a proposal, its receipt, a consent. Money in 万元."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.profiles.files import ACCEPT, MOST, Upload, kind_of, named
from clients.profiles.known import AGES, CLASSES, SEXES
from clients.profiles.models import (
    CardConsent,
    ClientProfile,
    Cover,
    KeyDate,
    Proposal,
    ServiceRecord,
    Stakeholder,
    YearRecord,
)
from org.forms import DateBox, KeyedForm, TextArea
from org.money import exact_wan, yuan

PEOPLE = 10_000_000  # more than a client employs
FIRST_YEAR = 1990


class WanBox(forms.DecimalField):
    """Yuan in the row, 万元 in the box."""

    def __init__(self, **given: Any) -> None:
        given["label"] = _("{what}（万元）").format(what=given["label"])
        box = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"})
        super().__init__(max_digits=10, decimal_places=4, min_value=0, widget=box, **given)

    def prepare_value(self, value: Any) -> Any:
        return exact_wan(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        said = super().clean(value)
        return None if said is None else yuan(said)


def _box(field: Any) -> forms.Field:
    """The form field of a model's field, as this house draws it."""
    given = {"label": field.verbose_name, "required": not field.blank}
    match field:
        case models.DateField():
            return forms.DateField(widget=DateBox(), **given)
        case models.DecimalField(decimal_places=2):
            return WanBox(**given)
        case models.PositiveSmallIntegerField() | models.PositiveIntegerField():
            digits = forms.NumberInput(attrs={"inputmode": "numeric"})
            return forms.IntegerField(min_value=0, max_value=PEOPLE, widget=digits, **given)
        case models.CharField() if field.choices:
            first = field.default if field.has_default() else None
            return forms.ChoiceField(choices=field.choices, widget=forms.RadioSelect, initial=first, **given)
        case models.TextField():
            box = TextArea(attrs={"rows": 8})
            return forms.CharField(max_length=field.max_length, widget=box, **given)
        case _:
            made: forms.Field = field.formfield()
            return made


class CardForm(KeyedForm):
    """Fields of a model by name, filled from the row where there is one."""

    model: type[models.Model]
    names: Sequence[str]
    past: Sequence[str] = ()  # days that cannot lie ahead

    def __init__(
        self, data: Any = None, files: Any = None, *, today: date, row: models.Model | None = None, **kwargs: Any
    ) -> None:
        initial = {name: getattr(row, name) for name in self.names} if row is not None else {}
        super().__init__(data, files, initial=initial, **kwargs)
        self.today = today
        for name in self.names:
            self.fields[name] = _box(self.model._meta.get_field(name))
        for name in self.past:
            self.fields[name].widget.attrs["max"] = today.isoformat()

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names}

    @property
    def boxes(self) -> list[tuple[forms.BoundField, bool]]:
        """Each field, and whether it is a choice."""
        return [(self[name], isinstance(self.fields[name], forms.ChoiceField)) for name in self.names]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        for name in self.past:
            if cleaned.get(name) and cleaned[name] > self.today:
                self.add_error(name, _("这一天还没到"))
        return cleaned


class CompanyForm(CardForm):
    model = ClientProfile
    names = ("legal_representative", "business", "founded_on", "concerns")
    past = ("founded_on",)


class WorkforceForm(CardForm):
    model = ClientProfile
    names = (*SEXES, *AGES, "average_age", *CLASSES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.1"})
        self.fields["average_age"] = forms.DecimalField(
            label=_("平均年龄"), max_digits=4, decimal_places=1, min_value=14, max_value=100, required=False, widget=box
        )

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        named = ((_("性别"), SEXES), (_("年龄"), (*AGES, "average_age")), (_("职业类别"), CLASSES))
        return [(title, [self[name] for name in names]) for title, names in named]


class BenefitForm(CardForm):
    model = ClientProfile
    names = ("benefit_policy",)


class StakeholderForm(CardForm):
    model = Stakeholder
    names = ("name", "title", "role", "attitude", "influence", "note")


class YearForm(CardForm):
    model = YearRecord
    names = ("year", "insurer", "premium", "claims", "insured")

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= self.today.year:
            raise forms.ValidationError(_("年度写四位数，不晚于今年"))
        return year


class CoverForm(CardForm):
    model = Cover
    names = ("insurer", "line", "standing", "premium", "expires_on", "quoted_on", "note")
    past = ("quoted_on",)


class DateForm(CardForm):
    model = KeyDate
    names = ("kind", "what", "on", "yearly")

    def clean(self) -> dict[str, Any]:
        """A birthday comes back by itself."""
        cleaned = super().clean()
        if cleaned.get("kind") == KeyDate.Kind.BIRTHDAY:
            cleaned["yearly"] = True
        return cleaned


class ServiceForm(CardForm):
    model = ServiceRecord
    names = ("day", "kind", "what", "result")
    past = ("day",)


class FileBox(forms.FileField):
    """A file of one of the types that are kept, told by its content."""

    def __init__(self, **given: Any) -> None:
        words = {"required": _("选一个文件"), "empty": _("文件是空的"), "max_length": _("文件名太长")}
        super().__init__(
            widget=forms.FileInput(attrs={"accept": ACCEPT}),
            help_text=_("PDF、Excel（.xlsx）、Word（.docx）或 PNG、JPG 图片，不超过 10 MB"),
            error_messages=words,
            **given,
        )

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > MOST:
            raise forms.ValidationError(_("文件超过 10 MB，压缩或拆开后再上传"))
        content = file.read()
        if not (kind := kind_of(content)):
            raise forms.ValidationError(_("认不出这个文件：只收 PDF、.xlsx、.docx、PNG、JPG，不收带宏的"))
        return Upload(named(file.name or "", kind), kind, content)


class ProposalForm(CardForm):
    model = Proposal
    names = ("line", "premium", "sent_on", "note")
    past = ("sent_on",)
    file = FileBox(label=_("计划书文件"))


class SentForm(KeyedForm):
    on = forms.DateField(label=_("送达日期"), widget=DateBox())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("这一天还没到"))
        return on


class ReceiptForm(CardForm):
    model = Proposal
    names = ("receipt_on", "receipt_by", "receipt_note")
    past = ("receipt_on",)
    file = FileBox(label=_("回执扫描件或照片"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("receipt_on", "receipt_by"):
            self.fields[name].required = True


class ConsentForm(CardForm):
    model = CardConsent
    names = ("purpose", "version", "given_by", "given_on")
    past = ("given_on",)


class WithdrawForm(SentForm):
    on = forms.DateField(label=_("撤回日期"), widget=DateBox())
    who = forms.CharField(label=_("谁撤回"), max_length=40)


class Section(NamedTuple):
    title: Any
    form: type[CardForm]


SECTIONS = {
    "company": Section(_("单位情况"), CompanyForm),
    "workforce": Section(_("员工结构"), WorkforceForm),
    "benefit": Section(_("员工福利政策"), BenefitForm),
}
PARTS = {
    "stakeholders": Section(_("干系人"), StakeholderForm),
    "history": Section(_("保费与理赔历史"), YearForm),
    "covers": Section(_("现有保障与竞争"), CoverForm),
    "dates": Section(_("重要日期"), DateForm),
    "services": Section(_("服务记录"), ServiceForm),
}
