"""Orders with their lines."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from api.serializers.orders import OrderChangeInput, OrderInput, OrderSerializer
from api.views.authority import AuthorityMixin, check_money
from api.views.base import ChangeMixin, CreateMixin, ReadViewSet, actor
from inventory.models import Order, OrderLine
from inventory.services import create_order, edit_order
from inventory.services.financing import finance_line
from inventory.services.orders import DETAILS, LINE_DETAILS, NewLine, OrderChange
from schools.access import Right, require


class OrderViewSet(AuthorityMixin, CreateMixin, ChangeMixin, ReadViewSet):
    """Orders are the authority's business: a school sees none."""

    serializer_class = OrderSerializer
    inputs = {"create": OrderInput, "partial_update": OrderChangeInput}
    rights = {"create": Right.BOOK, "partial_update": Right.BOOK}

    def get_queryset(self) -> QuerySet[Order]:
        user = self.request.user
        lines = OrderLine.objects.visible_to(user).with_delivered()
        orders = Order.objects.visible_to(user).with_quantities()
        orders = orders.prefetch_related(Prefetch("lines", lines)) if self.shows("lines") else orders
        return orders.order_by("-ordered_on", "-pk")

    def add(self, data: dict[str, Any]) -> Order:
        """Create an order with its lines."""
        lines = [self._new_line(line) for line in data.pop("lines")]
        return create_order(lines=lines, by=actor(self.request), **data)

    def change(self, record: Order, data: dict[str, Any]) -> None:
        """Change an order, some of its lines, or add lines."""
        lines = {}
        for line in data.get("lines", ()):
            check_money(self.request.user, line, "unit_price")
            if "financing" in line:
                self._finance(record, line)
            lines[line["id"]] = {name: line[name] for name in LINE_DETAILS if name in line and name != "financing"}
        change = OrderChange(
            {name: data[name] for name in DETAILS if name in data},
            lines,
            [self._new_line(line) for line in data.get("new_lines", ())],
        )
        edit_order(record, change=change, by=actor(self.request), reason=data.get("reason", ""))

    def _finance(self, order: Order, data: dict[str, Any]) -> None:
        """The devices that came with the line follow it."""
        require(self.request.user, Right.FUND)
        line = order.lines.filter(pk=data["id"]).first()
        if line:  # for one of another order there is a message below
            finance_line(line, data["financing"], by=actor(self.request))

    def _new_line(self, data: dict[str, Any]) -> NewLine:
        check_money(self.request.user, data, "unit_price")
        return NewLine(**data)
