"""From the rows of a delivery note to its devices: new ones, and known ones that get their delivery."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from imports.enums import Outcome
from imports.kinds.deliveries.stock import Note, Stock
from imports.matching import similar
from imports.preview import Choice, Plan
from imports.reader import Cells, other_rows
from imports.texts import as_read
from inventory.models import Delivery, Device, Order, OrderLine
from inventory.services.deliveries import NewDelivery
from inventory.services.receipt import MESSAGES, Code
from schools.models import School


@dataclass(slots=True)
class DeliveryRows:
    """All that the rows say. ``places``: school per row, ``None`` for the central store; ``models``: keys."""

    plan: Plan
    cells: Cells
    places: Sequence[School | None]
    models: Sequence[int | None]
    stock: Stock
    _first: dict[tuple[int, str], int] = field(default_factory=dict)
    _numbers: list[tuple[int, str]] = field(default_factory=list)

    def notes(self) -> dict[Note, list[int]]:
        """Rows by delivery note; what does not say to which it belongs has a problem."""
        found: dict[Note, list[int]] = {}
        for i, (number, note, serial) in enumerate(
            zip(self.cells["order"], self.cells["note_number"], self.cells["serial"], strict=True)
        ):
            for key, value in (("order", number), ("note_number", note), ("serial", serial)):
                if value is None and not self.plan.has_value(i, key):
                    self.plan.reject(i, key, "missing", _("Please fill in this cell."))
            order = self._order(i, number) if number else None
            if order and note:
                found.setdefault(Note(order.pk, note), []).append(i)
        return found

    def read(self, note: Note, rows: Sequence[int]) -> None:
        """Plan the devices of one note, which came on one day to one place."""
        on, school = self._agreed(note, rows)
        booked = self.stock.notes.get(note)
        for i in rows:
            self.plan.touches(i, school.pk if school else None)
            serial = self.cells["serial"][i]
            line = self._line(i, note, serial) if serial else None
            if line:
                self._read_device(i, note, line, serial, booked)
        if on:
            order = self.stock.by_pk[note.order]
            self.plan.work.notes[note] = NewDelivery(order, note.number, on, school=school)

    def _order(self, i: int, number: str) -> Order | None:
        """The order of that number, or the one that somebody said it means."""
        if order := self.stock.orders.get(number):
            return order
        decision = self.plan.context.decision("order", number)
        if decision and decision.action == "map" and decision.to in self.stock.by_pk:
            return self.stock.by_pk[decision.to]
        obstacle = _("An order is created from a list of orders, or on its page.")
        self.plan.wonder(i, "order", "order", number, self._similar, obstacle)
        return None

    def _similar(self, text: str) -> list[Choice]:
        self._numbers = self._numbers or list(Order.objects.values_list("pk", "number"))
        return similar(text, self._numbers)

    def _agreed(self, note: Note, rows: Sequence[int]) -> tuple[date | None, School | None]:
        """Day and place of a note, as all its rows and an earlier import have it."""
        booked, order = self.stock.notes.get(note), self.stock.by_pk[note.order]
        days = {day for i in rows if (day := self.cells["delivered_on"][i])}
        places = {self.places[i] for i in rows if self._is_placed(i)}
        if len(days) > 1:
            self._reject_all(rows, "delivered_on", _("A delivery note has one day, but its rows name several."))
        if len(places) > 1:
            self._reject_all(
                rows, self._school_key(), _("A delivery note goes to one place, but its rows name several.")
            )
        on = min(days, default=booked.delivered_on if booked else self.plan.context.options.on)
        school = next(iter(places), None) if self._has_places() or not booked else booked.school
        if on is None:
            for i in rows:
                if not self.plan.has_value(i, "delivered_on"):
                    self.plan.reject(i, "delivered_on", "missing", _("A new delivery note needs its day."))
        elif on < order.ordered_on:
            self._reject_all(rows, "delivered_on", _("The delivery lies before the day of the order."), "before_order")
        if booked and on and on != booked.delivered_on:
            message = _("This delivery note is booked with another day: %(day)s.")
            self._reject_all(rows, "delivered_on", message % {"day": as_read(booked.delivered_on)}, "other_note")
        if booked and school != booked.school:
            message = _("This delivery note is booked for another place: %(place)s.")
            place = booked.school or _("central store")
            self._reject_all(rows, self._school_key(), message % {"place": place}, "other_note")
        return on, school

    def _line(self, i: int, note: Note, serial: str) -> OrderLine | None:
        """The order line of row ``i``: by position, by model, by the known device, or the only one."""
        lines, position, model = self.stock.lines[note.order], self.cells["position"][i], self.models[i]
        if position is not None:
            lines = [line for line in lines if line.position == position]
            if not lines:
                self.plan.reject(i, "position", "unknown_position", _("The order has no such position."))
        if model is not None and lines:
            lines = [line for line in lines if line.model.pk == model]
            if not lines:
                self.plan.reject(i, "model", "wrong_model", self._wrong_model(note, position))
        if any(
            self.plan.has_value(i, key) and value is None for key, value in (("position", position), ("model", model))
        ):
            return None  # whatever is wrong with that cell has been said
        if len({line.model.pk for line in lines}) > 1:
            known = {device.model_id for device in self.stock.by_serial.get(serial, ())}
            lines = [line for line in lines if line.model.pk in known]
            if len({line.model.pk for line in lines}) != 1:
                self.plan.reject(
                    i, "model", "no_line", _("The order has several lines: please give position or model.")
                )
                return None
        return self._one_of(i, lines, serial)

    def _one_of(self, i: int, lines: Sequence[OrderLine], serial: str) -> OrderLine | None:
        """Of lines of one model: the one that has the device already, else the first that still waits for some."""
        if not lines:
            return None
        own = {device.order_line_id for device in self.stock.by_serial.get(serial, ())}
        waiting = (line for line in lines if self.stock.rest[line.pk] > 0)
        return next((line for line in lines if line.pk in own), None) or next(waiting, lines[0])

    def _read_device(self, i: int, note: Note, line: OrderLine, serial: str, booked: Delivery | None) -> None:
        plan, pair = self.plan, (line.model.manufacturer_id, serial)
        device = next((d for d in self.stock.by_serial.get(serial, ()) if d.manufacturer_id == pair[0]), None)
        label = str(device) if device else self.cells["asset_tag"][i] or serial
        plan.matched(i, "serial" if device else "", device.pk if device else None, label)
        first = self._first.setdefault(pair, i)
        if first != i:
            for row, other in ((i, first), (first, i)):
                message = _("The same serial number is in row %(rows)s.") % {"rows": other_rows(plan, row, [other])}
                plan.reject(row, "serial", "duplicate_serial", message)
            return
        tag = self._tag(i, device)
        if device is None:
            self._book(i, note, line, serial, tag)
        elif booked and device.delivery_id == booked.pk:
            self._outcome(i, Outcome.CHANGED if tag else Outcome.UNCHANGED, device, tag)
        elif device.delivery:
            message = _("%(serial)s came with another delivery note: %(note)s.")
            plan.reject(i, "serial", "in_stock", message % {"serial": serial, "note": device.delivery.note_number})
        else:
            self._file(i, note, line, device, tag)

    def _book(self, i: int, note: Note, line: OrderLine, serial: str, tag: str) -> None:
        if self._takes_share(i, line, serial):
            self.plan.outcomes[i] = Outcome.NEW
            self.plan.work.new.setdefault(note, []).append((i, Code(line, serial, tag)))

    def _file(self, i: int, note: Note, line: OrderLine, device: Device, tag: str) -> None:
        """A device that came into the inventory by a list gets its delivery; its states stay."""
        plan = self.plan
        plan.touches(i, device.school_id)
        if device.model_id != line.model.pk:
            message = _("Here this device is a “%(model)s”, in the order a “%(ordered)s”.")
            plan.reject(i, "serial", "wrong_model", message % {"model": device.model, "ordered": line.model})
        if self._takes_share(i, line, device.serial):
            plan.work.filed.setdefault(note, []).append((i, Code(line, device.serial)))
            plan.change(i, "note_number", None, note.number)
            self._outcome(i, Outcome.CHANGED, device, tag)

    def _outcome(self, i: int, outcome: Outcome, device: Device, tag: str) -> None:
        if self.plan.is_open(i):
            self.plan.outcomes[i] = outcome
            if tag:
                self.plan.work.tags[device.pk] = {"asset_tag": tag}
                self.plan.change(i, "asset_tag", None, tag)

    def _takes_share(self, i: int, line: OrderLine, serial: str) -> bool:
        """Whether the line still waits for a device; each good row takes one from what is left."""
        if not self.plan.is_open(i):
            return False
        if self.stock.rest[line.pk] < 1:
            message = str(MESSAGES["too_many"]) % {"serial": serial, "position": line.position}
            self.plan.reject(i, "serial", "too_many", message)
            return False
        self.stock.rest[line.pk] -= 1
        return True

    def _tag(self, i: int, device: Device | None) -> str:
        """The asset tag that row ``i`` gives to a device without one; empty where there is nothing to do."""
        tag: str = self.cells["asset_tag"][i] or ""
        owner = self.stock.by_tag.get(tag)
        if owner is not None and (device is None or owner != device.pk):
            self.plan.reject(i, "asset_tag", "ambiguous", _("The asset tag belongs to another device."))
        elif device and device.asset_tag and tag and tag != device.asset_tag:
            message = _("The device has another asset tag here: %(tag)s.") % {"tag": device.asset_tag}
            self.plan.reject(i, "asset_tag", "other_tag", message)
        return "" if device and (device.asset_tag or self.plan.is_skipped_column("asset_tag")) else tag

    def _wrong_model(self, note: Note, position: int | None) -> str:
        lines = [line for line in self.stock.lines[note.order] if position in (None, line.position)]
        ordered = ", ".join(dict.fromkeys(str(line.model) for line in lines))
        return _("This model was not ordered. In the order: %(models)s.") % {"models": ordered or "–"}

    def _reject_all(self, rows: Sequence[int], key: str, message: str, code: str = "contradiction") -> None:
        for i in rows:
            self.plan.reject(i, key, code, message)

    def _has_places(self) -> bool:
        return bool({"school", "school_number"} & self.plan.table.index.keys())

    def _is_placed(self, i: int) -> bool:
        """Whether row ``i`` says where it went: to a known school, or to none."""
        return bool(self.places[i]) or not (self.cells["school"][i] or self.plan.has_value(i, "school_number"))

    def _school_key(self) -> str:
        return "school_number" if "school_number" in self.plan.table.index else "school"
