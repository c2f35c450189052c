from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of Django's database cache, as `createcachetable` would make it. No model stands for it."""

    dependencies = [("accounts", "0002_erased_at")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.CreateModel(
                    name="Cache",
                    fields=[
                        ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                        ("value", models.TextField()),
                        ("expires", models.DateTimeField(db_index=True)),
                    ],
                    options={"db_table": "accounts_cache"},
                )
            ]
        )
    ]
