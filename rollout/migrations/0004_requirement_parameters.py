"""A requirement states what its measure computes with. Lines made before this are completed first.

What was left empty keeps the meaning it had in the computation; a line that could not be computed at all is
switched off and can be completed and switched on again by hand.
"""

from django.db import migrations, models
from django.db.models import Q

import rollout.models

#: Measures, parameter, value that an empty one stood for.
IMPLIED = [
    (["devices_per_head"], "per", 1),
    (["devices_per_room"], "quantity", 1),
    (["devices_flat"], "quantity", 0),
    (["share", "managed", "tested"], "percent", 100),
]
HOPELESS = (
    Q(measure="devices_per_head", head="")
    | Q(measure="share", of_key="")
    | Q(measure__in=["trade_live", "trade_accepted"], trade="")
)


def complete(apps, schema_editor):
    lines = apps.get_model("rollout", "Requirement").objects.all()
    lines.filter(HOPELESS).update(is_applicable=False)
    for measures, parameter, value in IMPLIED:
        lines.filter(measure__in=measures, **{parameter: None}).update(**{parameter: value})
    lines.filter(measure="minimum", amount=None, amount_per_class=None).update(amount=0)


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0003_no_overlap'),
        ('rollout', '0003_default_standard'),
        ('schools', '0002_no_overlap'),
    ]

    operations = [
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='requirement',
            name='room_kinds',
            field=models.JSONField(blank=True, default=list, validators=[rollout.models.check_room_kinds], verbose_name='room kinds'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('is_applicable', False), models.Q(('measure__in', ('devices_per_head',)), _negated=True), models.Q(models.Q(('head', ''), _negated=True), ('per__isnull', False)), _connector='OR'), name='rollout_requirement_heads_given', violation_error_message='“Devices per pupil, teacher or class” needs the counted heads and “one per … heads”.'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('is_applicable', False), models.Q(('measure__in', ('devices_per_room', 'devices_flat')), _negated=True), ('quantity__isnull', False), _connector='OR'), name='rollout_requirement_quantity_given', violation_error_message='Devices per room or per school need a quantity.'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('is_applicable', False), models.Q(('measure__in', ('share',)), _negated=True), models.Q(models.Q(('of_key', ''), _negated=True), ('percent__isnull', False)), _connector='OR'), name='rollout_requirement_whole_given', violation_error_message='A share of another requirement needs that requirement and a percentage.'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('is_applicable', False), models.Q(('measure__in', ('managed', 'tested')), _negated=True), ('percent__isnull', False), _connector='OR'), name='rollout_requirement_percent_given', violation_error_message='A share of the devices needs a percentage.'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('is_applicable', False), models.Q(('measure__in', ('trade_live', 'trade_accepted')), _negated=True), models.Q(('trade', ''), _negated=True), _connector='OR'), name='rollout_requirement_trade_given', violation_error_message='“Trade live” and “trade accepted” need a trade.'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('is_applicable', False), models.Q(('measure__in', ('minimum',)), _negated=True), ('amount__isnull', False), ('amount_per_class__isnull', False), _connector='OR'), name='rollout_requirement_amount_given', violation_error_message='A minimum value needs an amount, or an amount per class.'),
        ),
    ]
