"""What somebody is writing and has not handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from org.people.models import Person


class Name(NamedTuple):
    """Of a draft among those of one person."""

    form: str
    subject: str = ""


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def visible_to(self, person: Person) -> FormDraftQuerySet:
        """The writer's alone, whatever the form is about and whoever stands above him."""
        return self.filter(person=person)


class FormDraft(models.Model):
    """One of a person, a form and what it is about; `version` counts the savings, `page` is the open page that saved
    last, `data` are the fields by name."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    form = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)
    page = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("保存时间"), db_index=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("草稿")
        constraints = [
            models.UniqueConstraint(fields=["person", "form", "subject"], name="one_draft_a_person_and_form")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.subject}"
