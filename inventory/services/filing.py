"""Delivery notes whose devices are in the inventory already, because a list of them was taken in first."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.services import Record, log_records, open_act
from common.bulk import codes, update_rows
from common.parsing import normalise_code
from inventory.models import Delivery, Device, Order
from inventory.services.orders import Code


def file_delivery(
    order: Order, *, note_number: str, delivered_on: date, serials: Sequence[Code], by: Actor
) -> Delivery:
    """Record a past delivery of known devices: they get their order line, their states stay as they are.

    Raises ``ValidationError`` naming the serials that are unknown, given twice, or of another delivery.
    """
    with transaction.atomic():
        act = open_act(by, "delivery.file", subject=f"{order.number} / {note_number}")
        order = Order.objects.select_for_update().get(pk=order.pk)
        if delivered_on < order.ordered_on:
            raise ValidationError(_("The delivery lies before the day of the order."), "before_order")
        devices = _devices(serials)
        delivery = Delivery(order=order, note_number=note_number, delivered_on=delivered_on)
        delivery.full_clean()
        delivery.save()
        pairs = list(zip(devices, serials, strict=True))
        update_rows(Device, ("order_line", "delivery"), [(d.pk, c.line.pk, delivery.pk) for d, c in pairs])
        log_records(
            act, Device, (Record(d.pk, str(d), d.school_id, {"delivery": [None, delivery.pk]}) for d, _c in pairs)
        )
        log_records(act, Delivery, [Record(delivery.pk, str(delivery), None, {"devices": [0, len(pairs)]})])
    return delivery


def _devices(serials: Sequence[Code]) -> list[Device]:
    """The device of each code, in the given order."""
    wanted = [(code.line.model.manufacturer_id, normalise_code(code.serial) or "") for code in serials]
    found = Device.objects.filter(serial__in=codes(serial for _maker, serial in wanted)).select_for_update()
    known = {(d.manufacturer_id, d.serial): d for d in found.order_by("pk") if d.delivery_id is None}
    times = Counter(wanted)
    bad = [serial for maker, serial in wanted if times[maker, serial] > 1 or (maker, serial) not in known]
    if bad or not wanted:
        raise ValidationError(
            _("Not in the inventory, given twice, or of another delivery: %(serials)s."),
            "unknown_serials",
            {"serials": ", ".join(sorted(set(bad))[:20]) or "–"},
        )
    return [known[pair] for pair in wanted]
