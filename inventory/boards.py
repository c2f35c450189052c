"""Digital boards hang in rooms: one to a room is enough."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet
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


def crowding(devices: QuerySet[Device] | Iterable[Device], changes: Mapping[str, Any]) -> list[str]:
    """The same before it is done: a sentence for each room in which ``changes`` put a second board. Three queries.

    ``changes``: what a form or a request says of all of them; records or their keys.
    """
    keys = devices.order_by().values("pk") if isinstance(devices, QuerySet) else ids(one.pk for one in devices)
    given = {
        name: getattr(changes[name], "pk", changes[name]) for name in ("status", "school", "room") if name in changes
    }
    given = {name: value for name, value in given.items() if isinstance(value, int | str | None)}
    coming: Counter[int] = Counter()
    boards = Device.objects.existing().filter(model__category__key=BOARD)
    chosen = boards.filter(pk__in=keys).order_by()
    for status, school, room in chosen.values_list("status", "school", "room") if given else ():
        moved = given.get("school", school) != school
        new_room = given.get("room", None if moved else room)
        is_news = new_room != room or status not in HANGING
        if new_room and is_news and (given.get("status") or status) in HANGING:
            coming[new_room] += 1
    if not coming:
        return []
    there = boards.filter(room__in=coming, status__in=HANGING).exclude(pk__in=keys).order_by()
    numbers = coming + Counter(dict(there.values_list("room").annotate(n=Count("pk"))))
    text = _("%(room)s: %(number)s boards would hang there.")
    crowded = {room for room, number in numbers.items() if number > 1}
    return [text % {"room": room, "number": numbers[room.pk]} for room in Room.objects.filter(pk__in=crowded)]
