import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_append_only"),
        ("rollout", "0011_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="journalentry",
            name="corrected_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.act",
                verbose_name="corrected by",
            ),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="text",
            field=models.CharField(blank=True, max_length=1000, verbose_name="text"),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True), ("corrected_by__isnull", False), _connector="OR"
                ),
                name="rollout_journalentry_text",
                violation_error_code="blank",
                violation_error_message="Please write what happened.",
            ),
        ),
    ]
