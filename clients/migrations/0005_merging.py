import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_by_hand"),
        ("org", "0007_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Distinct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "不是同一家",
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("own", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("moved", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "合并",
                "ordering": ["-at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MergedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=40)),
                ("before", models.JSONField(null=True)),
                ("after", models.CharField(blank=True, max_length=32)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="prospect",
            name="one_prospect_a_uscc_in_a_city",
        ),
        migrations.AddField(
            model_name="prospect",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="clients.prospect",
            ),
        ),
        migrations.AddIndex(
            model_name="prospect",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="prospect_merged"
            ),
        ),
        migrations.AddConstraint(
            model_name="prospect",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("uscc", ""), _negated=True), ("merged_into", None)),
                fields=("city", "uscc"),
                name="one_prospect_a_uscc_in_a_city",
            ),
        ),
        migrations.AddField(
            model_name="distinct",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="distinct",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.prospect"
            ),
        ),
        migrations.AddField(
            model_name="distinct",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.prospect"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="absorbed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.prospect"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.prospect"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"),
        ),
        migrations.AddField(
            model_name="mergedrow",
            name="merge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="clients.merge"
            ),
        ),
        migrations.AddConstraint(
            model_name="distinct",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="two_clients_are_told_apart_once"),
        ),
        migrations.AddConstraint(
            model_name="distinct",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="the_smaller_key_is_the_first"
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["survivor", "-at"], name="merge_by_survivor"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["by", "-at"], name="merge_by_person"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(condition=models.Q(("settled_at", None)), fields=["at"], name="merge_to_settle"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("survivor", models.F("absorbed")), _negated=True),
                name="no_client_is_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_merge_was_undone_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("absorbed",), name="a_client_is_merged_away_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mergedrow",
            constraint=models.UniqueConstraint(fields=("merge", "model", "key"), name="a_row_once_a_merge"),
        ),
    ]
