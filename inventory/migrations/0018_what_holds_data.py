"""Which kinds of equipment hold nothing that somebody could have left on it."""

from django.db import migrations

BARE = ("projector", "document_camera", "access_point", "switch", "trolley")


def mark(apps, schema_editor):
    apps.get_model("inventory", "Category").objects.filter(key__in=BARE).update(holds_data=False)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0017_retirement")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
