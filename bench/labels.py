"""``python -m bench.labels``: 500 labels with their codes as a PDF, from the database to the file.

Goal: less than 3 s. Printed again, the codes are known: what is left is the database and typst.
"""

from collections.abc import Callable
from typing import Any

from bench.scratch import best_in_turns, prepare

RUNS = 5
LABELS = 500


def main() -> None:
    prepare()
    from django.utils import timezone  # noqa: PLC0415 - needs django.setup()

    from inventory.models import Device, LabelSheet  # noqa: PLC0415
    from reports import labels  # noqa: PLC0415

    sheet, now = LabelSheet.objects.get(columns=3, label_width=70), timezone.now()
    devices = Device.objects.existing().present()
    found = labels.labels_of(devices, most=LABELS)

    def whole(*, is_first: bool) -> Callable[[], Any]:
        def print_labels() -> bytes:
            if is_first:
                labels.code_of.cache_clear()
            return labels.write_labels(sheet, labels.labels_of(devices, most=LABELS), at=now, line="Stadt Lindenfurt")

        return print_labels

    def codes() -> None:
        labels.code_of.cache_clear()
        for label in found:
            labels.code_of(label.number)

    first, again, reading, coding = best_in_turns(
        RUNS, whole(is_first=True), whole(is_first=False), lambda: labels.labels_of(devices, most=LABELS), codes
    )
    print(f"labels                      {len(found):>10,} on {labels.sheets_for(sheet, len(found))} sheets")
    print(f"first print                 {first * 1000:>10.0f} ms (goal 3,000)")
    print(f"  reading the devices       {reading * 1000:>10.0f} ms")
    print(f"  computing the codes       {coding * 1000:>10.0f} ms")
    print(f"the same again              {again * 1000:>10.0f} ms")
    print(f"ratio first to typesetting  {first / max(again - reading, 0.001):>10.2f}")


if __name__ == "__main__":
    main()
