"""Orders: one row per line, known by order number and position, or by number and model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.bulk import codes
from funding.models import Financing
from imports.catalogue import Catalogue
from imports.enums import KindName, Outcome
from imports.financings import Programmes, resolve_financings
from imports.kinds.base import Kind
from imports.kinds.devices.models import resolve_models
from imports.options import Context
from imports.preview import Choice, Plan
from imports.reader import Cells, Table, other_rows, read_cells, refuse_future
from imports.texts import as_read
from inventory.columns import ORDER_COLUMNS
from inventory.models import Delivery, Order, OrderLine
from inventory.services import create_orders, update_orders
from inventory.services.orders import NewLine, NewOrder, OrderChange

#: What the rows of one order say about it as a whole.
_HEAD = ("supplier", "ordered_on", "expected_on")


@dataclass(slots=True)
class _Line:
    """A new line as ``row`` has it. ``model``: position in the catalogue."""

    row: int
    model: int
    quantity: int
    unit_price: Any
    position: int | None
    financing: Financing | None


@dataclass(slots=True)
class _OrderRows:
    """The rows about one order; ``lines``: those it has, ``with_delivered``; ``head``: what all rows agree on."""

    number: str
    known: Order | None = None
    lines: list[Any] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    new: list[_Line] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class OrderWork:
    catalogue: Catalogue
    orders: list[_OrderRows] = field(default_factory=list)

    def write(self, act: Act) -> None:
        self.catalogue.create(self._used_models(), act)
        new = [order for order in self.orders if not order.known and order.new]
        if new:
            create_orders([NewOrder(o.number, lines=self._lines(o), **o.head) for o in new], act)
        changes = {
            o.known.pk: OrderChange(o.head, {pk: self._fields(f) for pk, f in o.changed.items()}, self._lines(o))
            for o in self.orders
            if o.known and (o.head or o.changed or o.new)
        }
        if changes:
            update_orders(changes, act)

    def _used_models(self) -> set[int]:
        changed = {fields["model"] for order in self.orders for fields in order.changed.values() if "model" in fields}
        return changed | {line.model for order in self.orders for line in order.new}

    def _lines(self, order: _OrderRows) -> list[NewLine]:
        entries = self.catalogue.entries
        return [
            NewLine(entries[line.model], line.quantity, line.unit_price, line.position, line.financing)
            for line in order.new
        ]

    def _fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        model = {"model": self.catalogue.entries[fields["model"]]} if "model" in fields else {}
        return {**fields, **model}


def plan_orders(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, ORDER_COLUMNS)
    refuse_future(plan, cells, "ordered_on")
    catalogue = Catalogue()
    models = resolve_models(plan, cells, catalogue)
    cells["financing"] = resolve_financings(plan, cells, Programmes())
    orders = _grouped(plan, cells)
    _load(orders)
    came = _first_deliveries(orders)
    for order in orders.values():
        _read_head(plan, cells, order, came.get(order.known.pk) if order.known else None)
        _read_lines(plan, cells, order, models, catalogue)
        _settle(plan, order)
    plan.work = OrderWork(catalogue, list(orders.values()))
    return plan


def write_orders(plan: Plan, act: Act) -> None:
    plan.work.write(act)


def _grouped(plan: Plan, cells: Cells) -> dict[str, _OrderRows]:
    orders: dict[str, _OrderRows] = {}
    for i, number in enumerate(cells["order"]):
        if number is not None:
            orders.setdefault(number, _OrderRows(number)).rows.append(i)
        elif not plan.has_value(i, "order"):
            plan.reject(i, "order", "missing", _("Please fill in this cell."))
    return orders


def _load(orders: Mapping[str, _OrderRows]) -> None:
    for known in Order.objects.filter(number__in=codes(orders)):
        orders[known.number].known = known
    lines = OrderLine.objects.filter(order__number__in=codes(orders)).select_related("order")
    for line in lines.with_delivered():
        orders[line.order.number].lines.append(line)


def _first_deliveries(orders: Mapping[str, _OrderRows]) -> dict[int, date]:
    """Day of the first delivery per known order."""
    first: dict[int, date] = {}
    notes = Delivery.objects.filter(order__number__in=codes(orders)).order_by("-delivered_on")
    first.update(notes.values_list("order", "delivered_on"))
    return first


def _read_head(plan: Plan, cells: Cells, order: _OrderRows, came: date | None) -> None:
    """What the rows say of the order itself; they must agree, and a new order needs supplier and day."""
    for key in _HEAD:
        given = {cells[key][i] for i in order.rows if cells[key][i] is not None}
        if len(given) > 1:
            _reject_contradiction(plan, cells, order, key)
        elif given:
            order.head[key] = given.pop()
    if "ordered_on" not in order.head and not order.known and plan.context.options.on:
        order.head["ordered_on"] = plan.context.options.on
    if order.known is None:
        _need(plan, order, "supplier", _("A new order needs its supplier."))
        _need(plan, order, "ordered_on", _("A new order needs its day."))
    else:
        _compare_head(plan, order, order.known)
    _check_days(plan, order, came)


def _reject_contradiction(plan: Plan, cells: Cells, order: _OrderRows, key: str) -> None:
    for i in order.rows:
        others = [other for other in order.rows if cells[key][other] not in (None, cells[key][i])]
        message = _("Row %(rows)s says something else about the same order.") % {"rows": other_rows(plan, -1, others)}
        plan.reject(i, key, "contradiction", message)


def _need(plan: Plan, order: _OrderRows, key: str, message: str) -> None:
    """Of what no row says all rows are told; of what one says in a way that cannot be used, the others."""
    is_said = any(plan.has_value(i, key) for i in order.rows)
    for i in order.rows if key not in order.head else ():
        if not plan.has_value(i, key) and (plan.is_open(i) or not is_said):
            plan.reject(i, key, "missing", message)


def _compare_head(plan: Plan, order: _OrderRows, known: Order) -> None:
    """Keep of the head what is new about a known order."""
    if known.expected_on and "expected_on" not in order.head and all(plan.clears(i, "expected_on") for i in order.rows):
        order.head["expected_on"] = None
    order.head = {
        key: value
        for key, value in order.head.items()
        if value != getattr(known, key) and not plan.is_skipped_column(key)
    }


def _check_days(plan: Plan, order: _OrderRows, came: date | None) -> None:
    ordered_on = order.head.get("ordered_on") or (order.known.ordered_on if order.known else None)
    expected_on = order.head.get("expected_on", order.known.expected_on if order.known else None)
    if ordered_on and expected_on and expected_on < ordered_on:
        key = "expected_on" if "expected_on" in order.head else "ordered_on"
        for i in order.rows:
            plan.reject(i, key, "expected_before", _("The expected day lies before the day of the order."))
    if came and ordered_on and came < ordered_on:
        message = _("Something was delivered before that day already: on %(day)s.") % {"day": as_read(came)}
        for i in order.rows:
            plan.reject(i, "ordered_on", "delivered_before", message)


def _read_lines(
    plan: Plan, cells: Cells, order: _OrderRows, models: Sequence[int | None], catalogue: Catalogue
) -> None:
    first_rows: dict[Any, int] = {}
    for i in order.rows:
        position, model = cells["position"][i], models[i]
        if position is None and plan.has_value(i, "position"):
            continue
        line = _known_line(plan, i, order, position, model, catalogue)
        key = line.pk if line else (position or f"model {model}")
        first = first_rows.setdefault(key, i)
        if first != i and (line or position or model is not None):
            message = _("The same order line is in row %(row)d: please give each line its position.")
            plan.reject(i, "position", "duplicate", message % {"row": plan.table.numbers[first]})
        by = ("position" if position else "model") if line else ""
        plan.matched(i, by, line.pk if line else None, _label(order, line.position if line else position))
        if line:
            _change_line(plan, i, cells, order, line, model, catalogue)
        else:
            _add_line(plan, i, cells, order, model)


def _known_line(
    plan: Plan, i: int, order: _OrderRows, position: int | None, model: int | None, catalogue: Catalogue
) -> Any:
    """The line by its position, else the one of the model; of several a person says which."""
    if position is not None:
        return next((line for line in order.lines if line.position == position), None)
    key = catalogue.entries[model].pk if model is not None else None
    found = [line for line in order.lines if key is not None and line.model.pk == key]
    if len(found) < 2:
        return found[0] if found else None
    choices = [Choice(line.pk, _described(line)) for line in found]
    message = _("The order has several lines of this model: please give the position.")
    answer = plan.ambiguous(i, "model", choices, message)
    return next((line for line in found if answer and line.pk == answer.to), None)


def _described(line: Any) -> str:
    return _("Position %(position)d: %(quantity)d × %(model)s") % {
        "position": line.position,
        "quantity": line.quantity,
        "model": line.model,
    }


def _add_line(plan: Plan, i: int, cells: Cells, order: _OrderRows, model: int | None) -> None:
    for key in ("model", "quantity"):
        if cells[key][i] is None and not plan.has_value(i, key):
            plan.reject(i, key, "missing", _("Please fill in this cell."))
    if plan.is_open(i) and model is not None:
        plan.outcomes[i] = Outcome.NEW
        said = (cells[key][i] for key in ("quantity", "unit_price", "position", "financing"))
        order.new.append(_Line(i, model, *said))


def _change_line(
    plan: Plan, i: int, cells: Cells, order: _OrderRows, line: Any, model: int | None, catalogue: Catalogue
) -> None:
    """Plan what row ``i`` says anew about a known line; what came already binds it."""
    given = {key: cells[key][i] for key in ("quantity", "unit_price", "financing")}
    fields: dict[str, Any] = {key: value for key, value in given.items() if value not in (None, getattr(line, key))}
    blank = (key for key in ("unit_price", "financing") if plan.clears(i, key) and getattr(line, key) is not None)
    fields |= dict.fromkeys(blank)
    if model is not None and catalogue.entries[model].pk != line.model.pk:
        fields["model"] = model
    fields = {key: value for key, value in fields.items() if not plan.is_skipped_column(key)}
    if fields.get("quantity", line.quantity) < min(line.delivered, line.quantity):
        message = _("%(count)d were delivered already: no fewer can have been ordered.") % {"count": line.delivered}
        plan.reject(i, "quantity", "below_delivered", message)
    if "model" in fields and line.delivered:
        message = _("This position is “%(model)s”, of which %(count)d were delivered already.")
        plan.reject(i, "model", "delivered_model", message % {"model": line.model, "count": line.delivered})
    if not plan.is_open(i):
        return
    plan.outcomes[i] = Outcome.CHANGED if fields else Outcome.UNCHANGED
    if fields:
        order.changed[line.pk] = fields
    for key, value in fields.items():
        new = catalogue.entries[value] if key == "model" else value
        plan.change(i, key, as_read(getattr(line, key)), as_read(new))


def _label(order: _OrderRows, position: int | None) -> str:
    return f"{order.number} / {position or '–'}"


def _settle(plan: Plan, order: _OrderRows) -> None:
    """Lines without a position come after the others.

    What changes of the order itself is a change of each of its rows; without any row left nothing does.
    """
    known = [line.position for line in order.lines]
    last = max(known + [line.position for line in order.new if line.position], default=0)
    for line in order.new:
        if line.position is None:
            line.position = last = last + 1
            plan.matched(line.row, "", None, _label(order, line.position))
    taken = [i for i in order.rows if plan.is_open(i)]
    if not order.known:
        return
    if not taken:
        order.head = {}
    for i in taken:
        for key, value in order.head.items():
            plan.change(i, key, as_read(getattr(order.known, key)), as_read(value))
        if order.head and plan.outcomes[i] is Outcome.UNCHANGED:
            plan.outcomes[i] = Outcome.CHANGED


ORDERS = Kind(
    KindName.ORDERS,
    ORDER_COLUMNS,
    (("order",), ("model",), ("quantity",)),
    plan_orders,
    write_orders,
    marks=(("supplier", "ordered_on", "expected_on", "position", "unit_price"),),
    counted=ngettext_lazy("%(n)s order line", "%(n)s order lines", "count"),
    record=OrderLine,
)
