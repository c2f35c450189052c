"""``python -m bench.completion``: completion of all schools as of a past day (goal: < 50 ms, constant queries).

The floor is the same question asked of the day's devices alone: one count over the covering index of periods.
"""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.scratch import best_in_turns, prepare

RUNS = 25


def main() -> None:
    prepare()
    from django.utils import timezone  # noqa: PLC0415 - needs django.setup()

    from bench.city import PAST  # noqa: PLC0415
    from inventory.models import Device, DeviceState  # noqa: PLC0415
    from rollout.completion import completion  # noqa: PLC0415

    yesterday, now = timezone.localdate() - timedelta(days=1), timezone.now()
    with CaptureQueriesContext(connection) as queries:
        report = completion(PAST)
    floor, past, recent, known = best_in_turns(
        RUNS,
        lambda: DeviceState.objects.as_of(PAST).count(),
        lambda: completion(PAST),
        lambda: completion(yesterday),
        lambda: completion(PAST, now),
    )
    sizes = len(report.schools), Device.objects.count(), DeviceState.objects.count()
    print("schools, devices, states    {:,}, {:,}, {:,}".format(*sizes))
    print(f"queries                     {len(queries):>10}")
    print(f"count of the day (floor)    {floor * 1000:>10.1f} ms")
    print(f"completion as of {PAST} {past * 1000:>10.1f} ms   {past / floor:.1f} × the floor (goal 50 ms)")
    print(f"completion as of yesterday  {recent * 1000:>10.1f} ms   {recent / floor:.1f} ×")
    print(f"… as known at an instant    {known * 1000:>10.1f} ms   {known / floor:.1f} ×")


if __name__ == "__main__":
    main()
