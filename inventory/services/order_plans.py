"""An order that says at once which school is to get what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.services import open_act
from funding.models import Programme
from inventory.models import Order, OrderLine
from inventory.services.financing import NewHandOver, record_hand_overs
from inventory.services.orders import NewOrder, create_orders
from schools.models import School


class Sharing(NamedTuple):
    """How the lines of an order (by their place in it, from 0) are shared among schools, and when.

    ``due_from`` … ``due_until``: half-open. ``on``: the day of the plan. ``programme``: that pays for all of it.
    """

    shares: Sequence[Mapping[School, int]]
    due_from: date
    due_until: date
    on: date
    programme: Programme | None = None
    note: str = ""


def create_shared_order(new: NewOrder, sharing: Sharing, *, by: Actor, reason: str = "") -> Order:
    """Create an order with its lines and a planned hand-over for each line and school, all or none.

    What of a line is shared with no school stays undistributed. Raises ``ValidationError`` as ``create_order``,
    for more than a line has, and for days that cannot be.
    """
    with transaction.atomic():
        act = open_act(by, "order.create", subject=new.number, reason=reason)
        (key,) = create_orders([new], act)
        lines = list(OrderLine.objects.filter(order=key).select_related("model__category").order_by("position"))
        record_hand_overs(list(_hand_overs(lines, sharing)), act)
        return Order.objects.get(pk=key)


def _hand_overs(lines: Sequence[OrderLine], sharing: Sharing) -> Iterator[NewHandOver]:
    for line, shares in zip(lines, sharing.shares, strict=True):
        if sum(shares.values()) > line.quantity:
            raise ValidationError(_("%(line)s: more is shared than is ordered."), "over_shared", {"line": line})
        for school, number in shares.items():
            yield NewHandOver(
                line.model.category,
                number,
                sharing.due_from,
                sharing.due_until,
                sharing.on,
                line.model,
                school,
                sharing.programme,
                line,
                sharing.note,
            )
