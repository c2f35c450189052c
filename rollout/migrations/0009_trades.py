"""Usual durations of the trades and which waits for which: assumptions that every authority edits."""

from django.db import migrations

PREPARATION = {"surveyed": 30, "designed": 60, "tendered": 60, "awarded": 45, "under_construction": 45}
#: trade → days from the beginning of the works to acceptance, and from there to going live.
BUILD = {
    "fibre": (70, 40),
    "lan": (90, 14),
    "wlan": (60, 14),
    "presentation": (25, 3),
    "electrical": (75, 7),
    "building": (240, 14),
}
#: No board before the power socket, no WLAN before the cabling.
NEEDS = (("wlan", "lan"), ("presentation", "electrical"))


def add_trades(apps, schema_editor):
    step, order = apps.get_model("rollout", "TemplateStep"), apps.get_model("rollout", "TradeOrder")
    for trade, (accepted, live) in BUILD.items():
        for phase, days in {**PREPARATION, "accepted": accepted, "live": live}.items():
            step.objects.get_or_create(trade=trade, phase=phase, defaults={"days": days})
    for trade, needs in NEEDS:
        order.objects.get_or_create(trade=trade, needs=needs)


class Migration(migrations.Migration):
    dependencies = [("rollout", "0008_works_no_overlap")]
    operations = [migrations.RunPython(add_trades, migrations.RunPython.noop)]
