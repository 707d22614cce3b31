"""What Django cannot say: words for the rows that were there before their columns; functions and triggers."""

from django.db import migrations

from clients.prospects.rules import normalised
from clients.prospects.sounding import of_company, of_people, sorted_by

BATCH = 1_000


def say_what_clients_are_found_by(apps, schema_editor):
    prospects = apps.get_model("clients", "Prospect").objects
    keys = list(prospects.filter(pinyin="").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        rows = list(prospects.filter(pk__in=keys[start : start + BATCH]).prefetch_related("contacts"))
        for one in rows:
            people = sorted((contact.name, contact.phone) for contact in one.contacts.all())
            one.found_by = of_company(one.name_key, one.uscc)
            one.found_by_people = of_people((normalised(name), phone) for name, phone in people)
            one.pinyin = sorted_by(one.name_key, is_person=one.kind == "household")
        prospects.bulk_update(rows, ["found_by", "found_by_people", "pinyin"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_article_five")]

    operations = [
        migrations.RunPython(say_what_clients_are_found_by, migrations.RunPython.noop),
    ]
