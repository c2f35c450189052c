"""Writing the catalogue: manufacturers and models are only created on purpose."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from audit.services import Record, log_records
from common.bulk import ids
from common.parsing import normalise_heading
from inventory.models import Category, DeviceModel, Manufacturer


class NewModel(NamedTuple):
    """A catalogue entry to be created; ``price`` gross in euro."""

    manufacturer: str
    name: str
    category: Category
    price: Decimal | None = None


def create_models(models: Sequence[NewModel], act: Act) -> list[DeviceModel]:
    """Create catalogue entries; the caller has made sure that none exists yet."""
    manufacturers = {m.key: m for m in Manufacturer.objects.all()}
    makers, created = [], []
    for new in models:
        key = normalise_heading(new.manufacturer)
        if key not in manufacturers:
            manufacturers[key] = Manufacturer.objects.create(name=new.manufacturer, key=key)
            makers.append(manufacturers[key])
        model = DeviceModel(
            manufacturer=manufacturers[key],
            name=new.name,
            key=normalise_heading(new.name),
            category=new.category,
            price=new.price,
        )
        model.full_clean()
        model.save()
        created.append(model)
    log_records(act, Manufacturer, [Record(m.pk, m.name, None, {"name": [None, m.name]}) for m in makers])
    log_records(act, DeviceModel, [Record(m.pk, str(m), None, {"name": [None, m.name]}) for m in created])
    return created


def update_models(changes: Mapping[int, Mapping[str, Any]], act: Act) -> int:
    """Set category or price ``{model key: {field: value}}``; returns how many models changed.

    A category of another workflow is refused by ``ValidationError``: the history of the devices
    would no longer follow its rules.
    """
    models = DeviceModel.objects.filter(pk__in=ids(changes)).select_related("category", "manufacturer")
    records, changed = [], []
    for model in models.select_for_update(of=("self",)).order_by("pk"):
        given = changes[model.pk]
        if "category" in given and given["category"].workflow != model.category.workflow:
            raise ValidationError(
                _("%(model)s: the new category has other states than the old one."), "other_workflow", {"model": model}
            )
        pairs = {name: [getattr(model, name), value] for name, value in given.items()}
        pairs = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        if pairs:
            for name, (_old, value) in pairs.items():
                setattr(model, name, value)
            changed.append(model)
            told = {name: [_key(value) for value in pair] for name, pair in pairs.items()}
            records.append(Record(model.pk, str(model), None, told))
    if changed:
        DeviceModel.objects.bulk_update(changed, ["category", "price"], batch_size=500)
        log_records(act, DeviceModel, records)
    return len(changed)


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Category) else value
