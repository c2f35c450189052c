"""``python -m bench.scale [STATES]``: a large authority on PostgreSQL (``DATABASE_URL``), any past day of its history.

Goals: all devices of the day in less than 200 ms, completion of all schools in less than 500 ms, and a cost that grows
slower than the history. The floor is the same count over the states themselves. ``STATES``: so many states each
(default 5) where the database is filled first, which takes some minutes; one with fewer tells how the cost grows.
"""

import os
import sys
from collections.abc import Iterator

from bench.scratch import best_in_turns, set_up

RUNS = 7


def main() -> None:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("not measured: needs PostgreSQL in DATABASE_URL")
        return
    set_up()
    from bench import authority  # noqa: PLC0415 - its models need django.setup()

    if authority.fill(*(int(states) for states in sys.argv[1:2])):
        print("large authority made")
    for line in _measured():
        print(line)


def _measured() -> Iterator[str]:
    from django.db.models import Count  # noqa: PLC0415

    from bench.authority import PAST  # noqa: PLC0415
    from config.collecting import collect_rarely  # noqa: PLC0415
    from inventory.models import Device, DeviceState, Holding  # noqa: PLC0415
    from reports.queries import Records  # noqa: PLC0415
    from rollout.completion import completion  # noqa: PLC0415
    from schools.models import School  # noqa: PLC0415

    collect_rarely()  # as the server does
    states = DeviceState.objects.as_of(PAST).order_by().values("school", "device__model", "status", "use", "is_managed")
    floor, totals, all_schools = best_in_turns(
        RUNS,
        lambda: list(states.annotate(number=Count("pk"))),
        lambda: Records(PAST).tallies,
        lambda: completion(PAST),
    )
    sizes = [model.objects.count() for model in (School, Device, DeviceState, Holding)]
    yield "schools, devices, states, holdings {:,}, {:,}, {:,}, {:,}".format(*sizes)
    yield f"count of the states (floor)        {floor * 1000:>8.0f} ms"
    yield f"devices of the day                 {totals * 1000:>8.0f} ms   {totals / floor:.2f} × (goal 200 ms)"
    share = all_schools / floor
    yield f"completion of all schools          {all_schools * 1000:>8.0f} ms   {share:.2f} × (goal 500 ms)"


if __name__ == "__main__":
    main()
