"""Sums and pages of money with 100,000 cost entries: milliseconds and queries."""

from bench.scratch import best_of, prepare

prepare()

from collections.abc import Callable, Iterator  # noqa: E402 - the models need django.setup()
from datetime import date, timedelta  # noqa: E402
from decimal import Decimal  # noqa: E402
from functools import partial  # noqa: E402
from random import Random  # noqa: E402
from typing import Any  # noqa: E402

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.actor import Actor  # noqa: E402
from audit.enums import Channel  # noqa: E402
from audit.services import open_act  # noqa: E402
from costs.enums import CostStage  # noqa: E402
from costs.models import CostEntry  # noqa: E402
from costs.services import NewCost, NewPart, create_costs  # noqa: E402
from costs.sums import programme_money, sums_by  # noqa: E402
from funding.enums import ProgrammeKind  # noqa: E402
from funding.models import Programme  # noqa: E402
from funding.services import add_notice, create_programme  # noqa: E402
from inventory.models import Category  # noqa: E402
from schools.enums import Role, Trade  # noqa: E402
from schools.models import Membership, School  # noqa: E402

NUMBER = 100_000
CHUNK = 10_000
FIRST, DAYS = date(2019, 1, 1), 365 * 6
PAST = date(2023, 1, 31)
BY = Actor(None, Channel.COMMAND)
LIMIT_MS = 200


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    _fill()
    today, before = timezone.localdate(), timezone.now()
    client = Client()
    client.force_login(_manager())
    print(f"{CostEntry.objects.count()} cost entries; limit of a page: {LIMIT_MS} ms")
    print(f"{'what':<58} {'ms':>7} {'queries':>8}")
    _measure("all programmes", lambda: programme_money(today))
    _measure("all programmes as of a past day", lambda: programme_money(PAST))
    _measure("all programmes as known now, by instant", lambda: programme_money(today, before))
    _measure(
        "per programme, stage, trade, category", lambda: sums_by("programme", "stage", "trade", "category", day=today)
    )
    _measure("per year and stage", lambda: sums_by("year", "stage", day=today))
    _measure("per school", lambda: sums_by("school", day=today, stage=CostStage.PAID))
    instant = f"known_at={before:%Y-%m-%dT%H:%M}"
    programme = Programme.objects.exclude(kind=ProgrammeKind.OWN).order_by("pk")[0]
    of_programme = f"/funding/{programme.pk}/"
    for path in (
        "/funding/",
        f"/funding/?as_of={PAST}",
        "/funding/?by=year",
        f"/funding/?by=school&as_of={PAST}",
        of_programme,
        f"{of_programme}?as_of={PAST}",
        f"{of_programme}?by=school",
        "/costs/",
        f"/costs/?as_of={PAST}",
        f"/costs/?programme={programme.key}&stage=paid",
        f"/costs/?trade=wlan&as_of={PAST}",
        "/costs/?q=Firma+17",
        "/costs/?on_from=2022-01-01&on_to=2022-12-31&ordering=-amount",
        "/reports/cut-off/",
        f"/reports/cut-off/?{instant}",
    ):
        _measure(path, partial(_get, client, path))


def _measure(name: str, work: Callable[[], Any]) -> None:
    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        work()
    print(f"{name:<58} {best_of(5, work) * 1000:>7.0f} {len(asked):>8}")


def _get(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, f"{path}: {response.status_code}"


def _fill() -> None:
    """Six programmes beside the own money, and entries until there are enough."""
    missing = NUMBER - CostEntry.objects.count()
    if missing <= 0:
        return
    for n in range(Programme.objects.count(), 7):
        programme = create_programme(by=BY, values={"name": f"Programm {n}", "key": f"bench-{n}", "rate": Decimal(90)})
        add_notice(programme, by=BY, on=FIRST, number="1", amount=Decimal(50_000_000))
    costs = _costs(Random(4))
    for _ in range(0, missing, CHUNK):
        with transaction.atomic():
            create_costs([next(costs) for _ in range(CHUNK)], open_act(BY, "bench"))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def _costs(dice: Random) -> Iterator[NewCost]:
    programmes, schools = list(Programme.objects.all()), list(School.objects.all())
    subjects: list[dict[str, Any]] = [{"trade": trade} for trade in Trade.values]
    subjects += [{"category": category} for category in Category.objects.all()] + [{}]
    for n in range(NUMBER):
        parts = tuple(
            NewPart(programme, Decimal(dice.randrange(1, 500_000)) / 100, school=dice.choice(schools), **subject)
            for programme, subject in zip(
                dice.sample(programmes, 1 + n % 3 // 2), dice.sample(subjects, 2), strict=False
            )
        )
        day = FIRST + timedelta(days=dice.randrange(DAYS))
        yield NewCost(dice.choice(CostStage.values), day, parts, number=f"R {n}", payee=f"Firma {n % 200}")


def _manager() -> User:
    user, is_new = User.objects.get_or_create(username="bench")
    if is_new:
        Membership.objects.create(user=user, role=Role.MANAGER)
    return user


if __name__ == "__main__":
    main()
