"""Own money of the authority: what no funder pays."""

from django.db import migrations


def add_own_money(apps, schema_editor):
    programme, _is_new = apps.get_model("funding", "Programme").objects.get_or_create(
        key="own", defaults={"name": "Eigenmittel", "kind": "own"}
    )
    financing, _is_new = apps.get_model("funding", "Financing").objects.get_or_create(name="Eigenmittel")
    apps.get_model("funding", "FinancingShare").objects.get_or_create(
        financing=financing, programme=programme, defaults={"percent": 100}
    )


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial")]
    operations = [migrations.RunPython(add_own_money, migrations.RunPython.noop)]
