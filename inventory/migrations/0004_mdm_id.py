from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_no_overlap")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="mdm_id",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="MDM id"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                condition=~Q(mdm_id=""),
                fields=("mdm_id",),
                name="inventory_device_mdm_id",
                violation_error_message="There is already a device with this MDM id.",
            ),
        ),
    ]
