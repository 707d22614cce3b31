"""Clients are searched by parts of names, pinyin and numbers: trigram indexes (a trusted extension)."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [TrigramExtension()]
