"""One form, one effect: the key of a form, kept with what it did (ground.md, Idempotency)."""

from django.conf import settings
from django.db import models


class Once(models.Model):
    """A key is one person's: nobody can use up another's."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    key = models.UUIDField()
    verb = models.CharField(max_length=40)
    parameters = models.CharField(max_length=64)  # sha256 of what was asked
    result = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="a_form_has_one_effect")]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"
