"""What is known of the orders and devices that a serial list speaks about."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from common.bulk import codes
from imports.reader import Cells
from inventory.models import Delivery, Device, Order, OrderLine


class Note(NamedTuple):
    """A delivery note: key of its order, its number."""

    order: int
    number: str


class Stock:
    """The orders that the file names, with lines and notes, and the devices that it may mean."""

    def __init__(self, numbers: Iterable[str], cells: Cells, mapped: Iterable[int]) -> None:
        wanted = Order.objects.filter(number__in=codes(set(numbers)))
        if mapped := set(mapped):
            wanted |= Order.objects.filter(pk__in=mapped)
        self.orders = {order.number: order for order in wanted}
        self.by_pk = {order.pk: order for order in self.orders.values()}
        self.lines: dict[int, list[Any]] = {pk: [] for pk in self.by_pk}
        for line in OrderLine.objects.filter(order__in=self.by_pk).with_delivered():
            self.lines[line.order_id].append(line)
        self.rest = Counter({line.pk: line.backlog for lines in self.lines.values() for line in lines})
        booked = Delivery.objects.filter(order__in=self.by_pk).select_related("school")
        self.notes = {Note(note.order_id, note.note_number): note for note in booked}
        self.by_serial: dict[str, list[Device]] = {}
        known = Device.objects.existing().filter(serial__in=codes(set(filter(None, cells["serial"]))))
        for device in known.select_related("delivery", "model__manufacturer").order_by():
            self.by_serial.setdefault(device.serial, []).append(device)
        tagged = Device.objects.existing().filter(asset_tag__in=codes(set(filter(None, cells["asset_tag"]))))
        self.by_tag = dict(tagged.order_by().values_list("asset_tag", "pk"))
