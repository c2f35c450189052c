import django.db.models.deletion
from django.db import migrations, models

from common.bulk import in_chunks
from inventory.holdings import by_place, changes_of, rows_from

#: So many rows are written at a time.
ROWS = 2000


def count_holdings(apps, schema_editor):
    """Count what an older version has recorded; school by school, so that a large history fits into memory."""
    holdings, states, tests, schools = (
        apps.get_model(*name)
        for name in (
            ("inventory", "Holding"), ("inventory", "DeviceState"), ("inventory", "DeviceTest"), ("schools", "School"),
        )
    )  # fmt: skip
    believed = states.objects.filter(superseded_at=None)
    for school in (*schools.objects.values_list("pk", flat=True), None):
        there = believed.filter(school=school)
        known = tests.objects.filter(superseded_at=None, device__in=there.values("device"))
        for place, changes in by_place(changes_of(there, known)).items():
            rows = (holdings(school_id=place, day=day, counts=counts) for day, counts in rows_from(changes))
            for some in in_chunks(rows, ROWS):
                holdings.objects.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0007_financing"),
        ("schools", "0004_district"),
    ]

    operations = [
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="from day")),
                ("counts", models.JSONField(verbose_name="counts")),
                (
                    "school",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="schools.school",
                        verbose_name="school",
                    ),
                ),
            ],
            options={
                "verbose_name": "holding",
                "verbose_name_plural": "holdings",
                "ordering": ["school", "day"],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "day"), name="inventory_holding_school_day"),
                    models.UniqueConstraint(
                        condition=models.Q(("school__isnull", True)),
                        fields=("day",),
                        name="inventory_holding_store_day",
                    ),
                ],
            },
        ),
        migrations.RunPython(count_holdings, migrations.RunPython.noop),
    ]
