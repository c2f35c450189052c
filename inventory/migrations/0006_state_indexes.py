from django.db import migrations, models

from common.dated import PeriodEnd


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0005_revoked"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="devicestate",
            name="inventory_state_as_of",
        ),
        migrations.AddIndex(
            model_name="devicestate",
            index=models.Index(PeriodEnd("valid_until"), models.F("valid_from"), models.F("valid_until"), models.F("superseded_at"), models.F("school"), models.F("status"), models.F("use"), models.F("is_managed"), models.F("device"), condition=models.Q(("superseded_at__isnull", True)), name="inventory_state_as_of"),
        ),
        migrations.AddIndex(
            model_name="devicestate",
            index=models.Index(condition=models.Q(("status__in", ("in_service",)), ("superseded_at__isnull", True)), fields=["status", "device", "valid_from", "superseded_at"], name="inventory_state_in_service"),
        ),
    ]
