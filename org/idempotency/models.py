"""One form, one effect: the key of a form, kept with what it did (ground.md, Idempotency)."""

from django.conf import settings
from django.db import models


class Once(models.Model):
    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    verb = models.CharField(max_length=40)
    parameters = models.CharField(max_length=64)  # sha256 of what was asked
    result = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"
