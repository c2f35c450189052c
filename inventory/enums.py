"""States of devices and what each of them means for the equipment standard."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeviceStatus(TextChoices):
    """States of portable devices and of installed ones; which apply stands in ``workflow``."""

    PLANNED = "planned", _("planned")
    ORDERED = "ordered", _("ordered")
    DELIVERED = "delivered", _("delivered")
    INVENTORIED = "inventoried", _("inventoried")
    CONFIGURED = "configured", _("configured")
    IN_STOCK = "in_stock", _("in stock")
    ROOM_PREPARED = "room_prepared", _("room prepared")
    MOUNTED = "mounted", _("mounted")
    TESTED = "tested", _("electrically tested")
    ACCEPTED = "accepted", _("accepted")
    IN_SERVICE = "in_service", _("in service")
    RETURNED = "returned", _("returned")
    IN_REPAIR = "in_repair", _("in repair")
    DEFECTIVE = "defective", _("defective")
    DISMOUNTED = "dismounted", _("dismounted")
    LOST = "lost", _("lost")
    STOLEN = "stolen", _("stolen")
    RETIRED = "retired", _("retired")
    DISPOSED = "disposed", _("disposed")


_S = DeviceStatus

#: Counts towards the standard.
COUNTS = (_S.IN_SERVICE,)
#: Shown as "on the way", never as present.
ON_THE_WAY = (
    _S.ORDERED,
    _S.DELIVERED,
    _S.INVENTORIED,
    _S.CONFIGURED,
    _S.ROOM_PREPARED,
    _S.MOUNTED,
    _S.TESTED,
    _S.ACCEPTED,
)
#: No longer there.
GONE = (_S.LOST, _S.STOLEN, _S.RETIRED, _S.DISPOSED)
#: Taken out of use on purpose: of what is bound only with a reason.
RETIREMENT = (_S.RETIRED, _S.DISPOSED)
#: A device that needs somebody's attention.
BROKEN = (_S.IN_REPAIR, _S.DEFECTIVE)


class WorkflowKind(TextChoices):
    PORTABLE = "portable", _("portable")
    INSTALLED = "installed", _("installed in a room")


class Use(TextChoices):
    """For whom a device is there: a role, never a person."""

    PUPILS = "pupils", _("pupils")
    TEACHERS = "teachers", _("teachers")
    ADMINISTRATION = "administration", _("administration")
    ROOM = "room", _("room")
