from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rollout", "0005_revoked")]

    operations = [
        migrations.AddField(
            model_name="standard",
            name="recorded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="recorded at"),
        ),
    ]
