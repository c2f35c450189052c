"""Writing the catalogue: categories, manufacturers and models are only created on purpose."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.bulk import ids
from common.parsing import normalise_heading
from inventory.models import Category, DeviceModel, Manufacturer

CATEGORY_FIELDS = ("name", "name_en", "default_use", "lifetime_years", "test_interval_months", "holds_data", "position")
MODEL_FIELDS = ("name", "category", "price", "warranty_months", "support_until")


class NewModel(NamedTuple):
    """A catalogue entry to be created; ``price`` gross in euro, warranty from the purchase."""

    manufacturer: str
    name: str
    category: Category
    price: Decimal | None = None
    warranty_months: int | None = None
    support_until: date | None = None


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
            warranty_months=new.warranty_months,
            support_until=new.support_until,
        )
        model.full_clean()
        model.save()
        created.append(model)
    log_records(act, Manufacturer, [Record(m.pk, m.name, None, {"name": [None, m.name]}) for m in makers])
    log_records(act, DeviceModel, [Record(m.pk, str(m), None, {"name": [None, m.name]}) for m in created])
    return created


def update_models(changes: Mapping[int, Mapping[str, Any]], act: Act) -> int:
    """Set ``MODEL_FIELDS`` ``{model key: {field: value}}``; returns how many models changed.

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
            model.key = normalise_heading(model.name)
    if changed:
        DeviceModel.objects.bulk_update(changed, ["key", *MODEL_FIELDS], batch_size=500)
        log_records(act, DeviceModel, records)
    return len(changed)


def add_category(*, by: Actor, reason: str = "", **values: Any) -> Category:
    """Create a category: ``key``, ``workflow`` and ``CATEGORY_FIELDS``. Raises ``ValidationError`` by field."""
    with transaction.atomic():
        act = open_act(by, "category.create", subject=values["key"], reason=reason)
        return insert_record(Category(**values), act, tuple(values))


def edit_category(category: Category, *, by: Actor, reason: str = "", **values: Any) -> Category:
    """Set ``CATEGORY_FIELDS``; key and workflow stay, because devices live by them."""
    if unknown := values.keys() - set(CATEGORY_FIELDS):
        raise TypeError(f"cannot be set: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        current = locked(category)
        act = open_act(by, "category.edit", subject=current.key, reason=reason)
        edit_record(current, values, act)
        return current


def add_manufacturer(*, name: str, by: Actor, reason: str = "") -> Manufacturer:
    with transaction.atomic():
        act = open_act(by, "manufacturer.create", subject=name, reason=reason)
        return insert_record(Manufacturer(name=name, key=normalise_heading(name)), act, ("name",))


def edit_manufacturer(manufacturer: Manufacturer, *, name: str, by: Actor, reason: str = "") -> Manufacturer:
    with transaction.atomic():
        current = locked(manufacturer)
        act = open_act(by, "manufacturer.edit", subject=current.name, reason=reason)
        edit_record(current, {"name": name}, act, derived={"key": normalise_heading(name)})
        return current


def add_model(
    *,
    manufacturer: Manufacturer,
    name: str,
    category: Category,
    by: Actor,
    price: Decimal | None = None,
    warranty_months: int | None = None,
    support_until: date | None = None,
    reason: str = "",
) -> DeviceModel:
    """Create one catalogue entry. Raises ``ValidationError`` by field, e.g. for a name that the maker has already."""
    with transaction.atomic():
        act = open_act(by, "model.create", subject=f"{manufacturer} {name}", reason=reason)
        new = NewModel(manufacturer.name, name, category, price, warranty_months, support_until)
        _check_model(DeviceModel(**new._asdict() | {"manufacturer": manufacturer}))
        return create_models([new], act)[0]


def edit_model(model: DeviceModel, *, by: Actor, reason: str = "", **values: Any) -> DeviceModel:
    """Set ``MODEL_FIELDS``; see ``update_models``."""
    if unknown := values.keys() - set(MODEL_FIELDS):
        raise TypeError(f"cannot be set: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        current = locked(model)
        act = open_act(by, "model.edit", subject=str(current), reason=reason)
        for name, value in values.items():
            setattr(current, name, value)
        _check_model(current)
        update_models({current.pk: values}, act)
        return current


def _check_model(model: DeviceModel) -> None:
    model.key = normalise_heading(model.name)
    model.full_clean()
    if model.price is not None and model.price < 0:
        raise ValidationError({"price": ValidationError(_("A price cannot be negative."), "negative")})


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Category) else value
