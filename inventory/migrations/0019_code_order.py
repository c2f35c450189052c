from django.db import migrations, models

import inventory.codes


class Migration(migrations.Migration):
    """Codes in the order of their bytes, so that PostgreSQL finds by these indexes what begins alike."""

    dependencies = [
        ("inventory", "0018_what_holds_data"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="device", name="inventory_device_serial_folded"),
        migrations.RemoveIndex(model_name="device", name="inventory_device_tag_folded"),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(inventory.codes.Folded("serial"), name="inventory_device_serial_folded"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(inventory.codes.Folded("asset_tag"), name="inventory_device_tag_folded"),
        ),
    ]
