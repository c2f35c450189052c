"""Waivers, evidence of what is fulfilled by hand, and grace periods. Believed periods never overlap, see ``0002_no_overlap``."""

import django.db.models.deletion
from django.db import migrations, models

# The key is text, which has no range of its own without an extension: its digest stands for it.
ADD = """
ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap EXCLUDE USING gist (
    int8range(school_id, school_id, '[]') WITH &&,
    int8range(hashtextextended(key, 0) >> 1, hashtextextended(key, 0) >> 1, '[]') WITH &&,
    daterange(valid_from, valid_until) WITH &&
) WHERE (superseded_at IS NULL)
"""


def add_constraints(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in ("rollout_waiver", "rollout_attainment"):
            schema_editor.execute(ADD.format(table=table))


def remove_constraints(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in ("rollout_waiver", "rollout_attainment"):
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_no_overlap")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_append_only"),
        ("inventory", "0007_financing"),
        ("rollout", "0009_trades"),
        ("schools", "0003_memberships_invitations_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=250, upload_to="files/%Y/", verbose_name="file")),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("size", models.PositiveIntegerField(verbose_name="size")),
                ("media_type", models.CharField(max_length=100, verbose_name="media type")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("added_at", models.DateTimeField(verbose_name="added at")),
                ("key", models.SlugField(max_length=40, verbose_name="requirement")),
            ],
            options={
                "verbose_name": "file of evidence",
                "verbose_name_plural": "files of evidence",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("superseded_at", models.DateTimeField(blank=True, null=True, verbose_name="superseded at")),
                ("key", models.SlugField(max_length=40, verbose_name="requirement")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
            ],
            options={
                "verbose_name": "waiver",
                "verbose_name_plural": "waivers",
                "ordering": ["valid_from", "pk"],
            },
        ),
        migrations.AddField(
            model_name="attainment",
            name="evidence",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="evidence"),
        ),
        migrations.AddField(
            model_name="requirement",
            name="grace_months",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="grace period in months"),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grace_months__isnull", True),
                    models.Q(("grace_months__gt", 0), ("grace_months__lte", 240)),
                    _connector="OR",
                ),
                name="rollout_requirement_grace",
                violation_error_message="A grace period lasts between 1 and 240 months.",
            ),
        ),
        migrations.AddField(
            model_name="evidencefile",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.school",
                verbose_name="school",
            ),
        ),
        migrations.AddField(
            model_name="attainment",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="facts",
                to="rollout.evidencefile",
                verbose_name="file of evidence",
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="act",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.act",
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="waivers",
                to="schools.school",
                verbose_name="school",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="rollout_waiver_valid_period",
                violation_error_message="The end must be after the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("superseded_at__isnull", True), ("superseded_at__gte", models.F("recorded_at")), _connector="OR"
                ),
                name="rollout_waiver_recorded_period",
                violation_error_message="A fact cannot be superseded before it was recorded.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True), ("valid_until__isnull", True)),
                fields=("school", "key"),
                name="rollout_waiver_one_open",
                violation_error_message="There is already a current entry.",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("school", "key", "valid_from"),
                name="rollout_waiver_one_per_day",
                violation_error_message="There is already an entry for this day.",
            ),
        ),
        migrations.RunPython(add_constraints, remove_constraints),
    ]
