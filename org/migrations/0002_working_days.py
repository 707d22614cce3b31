"""The working days of the years around the first one in use."""

from django.db import migrations


def fill(apps, schema_editor):
    from org.working_days.actions import sync

    sync(range(2024, 2028))


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
