"""What is bound is not retired, unless somebody with the right to it says why."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.enums import Channel
from audit.models import Act
from common.bulk import ids
from inventory.binding import bound_until
from inventory.enums import RETIREMENT
from inventory.models import DeviceState
from schools.access import Right, has_right

#: Channels of acts that nobody who signed in performs.
_UNATTENDED = (Channel.COMMAND, Channel.SETUP)


def not_to_be_retired(devices: Sequence[int], act: Act | None = None) -> dict[int, date]:
    """The last day of the binding of each of ``devices``; empty where ``act`` has leave to retire them all the same.

    Leave has an act with a reason of somebody who looks after binding periods, or of a command on the server; and each
    act for the devices that it recorded itself: they came with their past.
    """
    if not devices or (act and act.reason and _is_entitled(act)):
        return {}
    known = DeviceState.objects.filter(device__in=ids(devices)).exclude(act=act) if act else None
    return bound_until(devices if known is None else known.order_by().values_list("device", flat=True).distinct())


def refuse_bound(before: str | None, status: str, on: date, until: date | None) -> None:
    """Raise ``ValidationError(code="bound")`` for a retirement on a day up to ``until``."""
    if until is None or on > until or status not in RETIREMENT or before in RETIREMENT:
        return
    text = _(
        "It is bound until %(day)s. To retire it earlier needs a reason, and the right to look after binding periods."
    )
    raise ValidationError(text, "bound", {"day": until.strftime("%d.%m.%Y")})


def _is_entitled(act: Act) -> bool:
    return has_right(act.user, Right.FUND) if act.user else act.channel in _UNATTENDED
