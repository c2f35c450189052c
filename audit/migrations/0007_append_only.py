"""From here on the database refuses to change or delete acts, entries and links."""

from django.db import migrations

from audit import guard


def install(apps, schema_editor):
    guard.install()


def remove(apps, schema_editor):
    guard.remove()


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_link_old_acts")]
    operations = [migrations.RunPython(install, remove)]
