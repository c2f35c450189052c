"""``python -m bench.proof_of_use``: the proof of use of 15,000 devices against the same cells by bare XlsxWriter.

Goal: less than 5 s, and at most twice as long. What it is about is forgotten afterwards.
"""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils import timezone

from bench.export_progress import _cells, _write_bare
from bench.scratch import best_in_turns, prepare

RUNS = 5
COSTS = 3_000


def main() -> None:
    prepare()
    with transaction.atomic():
        _measure()
        transaction.set_rollback(True)


def _measure() -> None:
    from bench.city import PAST  # noqa: PLC0415 - needs django.setup()
    from reports.proof_of_use import read_proof  # noqa: PLC0415
    from reports.workbooks.proof_of_use import write_proof, write_workbook  # noqa: PLC0415

    programme, now = _programme(), timezone.now()
    ours, proof = BytesIO(), read_proof(programme, PAST)
    write_workbook(ours, proof, now)
    sheets = _cells(ours)
    floor, whole, reading, writing = best_in_turns(
        RUNS,
        lambda: _write_bare(sheets),
        lambda: write_proof(BytesIO(), programme, as_of=PAST, now=now),
        lambda: read_proof(programme, PAST),
        lambda: write_workbook(BytesIO(), proof, now),
    )
    print(f"devices                     {len(proof.items):>10,}")
    print(f"cost entries                {len(proof.lines):>10,}")
    print(f"cells                       {sum(map(len, sheets)):>10,}")
    print(f"bare XlsxWriter             {floor * 1000:>10.0f} ms")
    print(f"proof of use                {whole * 1000:>10.0f} ms (goal 5,000)")
    print(f"ratio                       {whole / floor:>10.2f} (goal 2)")
    print(f"  reading the records alone {reading / floor:>10.2f}")
    print(f"  writing alone             {writing / floor:>10.2f}")


def _programme() -> Any:
    """A programme that pays nine tenths of every device of the city, bound from the day of purchase."""
    from audit.actor import Actor  # noqa: PLC0415
    from audit.enums import Channel  # noqa: PLC0415
    from audit.services import open_act  # noqa: PLC0415
    from bench.city import FIRST_DAY  # noqa: PLC0415
    from costs.enums import CostStage  # noqa: PLC0415
    from costs.services import NewCost, NewPart, create_costs  # noqa: PLC0415
    from funding.models import Programme  # noqa: PLC0415
    from funding.services import create_financing, create_programme  # noqa: PLC0415
    from inventory.models import Device  # noqa: PLC0415
    from inventory.services import update_details  # noqa: PLC0415

    by = Actor(None, Channel.COMMAND)
    values = {"name": "Messung", "key": "measured", "rate": Decimal(90), "binding_start": "purchase"}
    programme = create_programme(by=by, values=values | {"binding_years": 4})
    own = Programme.objects.get(key="own")
    financing = create_financing("Messung mit Eigenanteil", {programme: Decimal(90), own: Decimal(10)}, by=by)
    act = open_act(by, "bench")
    devices = Device.objects.existing().values_list("pk", flat=True)
    update_details({pk: {"financing": financing, "price": Decimal(39900 + pk % 7) / 100} for pk in devices}, act)
    days = [FIRST_DAY + timedelta(days=n % 700) for n in range(COSTS)]
    parts = [NewPart(programme, Decimal(100_000 + n) / 100, trade="wlan") for n in range(COSTS)]
    stages = CostStage.values
    create_costs([NewCost(stages[n % 4], days[n], (parts[n],), number=f"M {n}") for n in range(COSTS)], act)
    return programme


if __name__ == "__main__":
    main()
