from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("costs", "0002_sums_in_order")]
    operations = [
        migrations.RemoveIndex("costpart", "costs_costpart_as_of"),
        migrations.AddIndex(
            "costpart",
            models.Index(
                fields=[
                    "programme",
                    "stage",
                    "trade",
                    "category",
                    "school",
                    "valid_from",
                    "valid_until",
                    "recorded_at",
                    "superseded_at",
                    "amount",
                ],
                name="costs_costpart_as_of",
            ),
        ),
    ]
