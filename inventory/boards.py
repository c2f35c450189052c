"""Digital boards hang in rooms: one to a room is enough."""

from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import gettext as _

from common.bulk import ids
from inventory.enums import HANGING
from inventory.models import Device
from schools.models import Room

#: Key of the category of which a room has one (``domain``: a second active board in a room warns).
BOARD = "board"


def crowded_rooms(devices: Iterable[int]) -> list[str]:
    """A sentence for each room in which one of these boards is not the only one that hangs there. Two queries at most.

    ``devices``: keys, of any category.
    """
    boards = Device.objects.existing().filter(model__category__key=BOARD, status__in=HANGING, room__isnull=False)
    rooms = boards.filter(pk__in=ids(devices)).order_by().values("room")
    counted = boards.filter(room__in=rooms).order_by().values_list("room").annotate(n=Count("pk"))
    crowded = dict(counted.filter(n__gt=1))
    if not crowded:
        return []
    text = _("%(room)s: %(number)s boards hang there now.")
    return [text % {"room": room, "number": crowded[room.pk]} for room in Room.objects.filter(pk__in=crowded)]
