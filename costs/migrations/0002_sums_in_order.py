from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("costs", "0001_initial")]
    operations = [
        migrations.RemoveIndex("costpart", "costs_costpart_as_of"),
        migrations.AddIndex(
            "costpart",
            models.Index(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=[
                    "programme",
                    "stage",
                    "trade",
                    "category",
                    "school",
                    "valid_from",
                    "valid_until",
                    "superseded_at",
                    "amount",
                ],
                name="costs_costpart_as_of",
            ),
        ),
    ]
