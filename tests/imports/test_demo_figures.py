"""All twenty published figures come out of the records of the full demo city, each at its as-of date."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.utils import translation

from imports.demo.loading import load_demo
from imports.demo.logins import create_staff
from imports.demo.planning import LAST_DAY, plan_demo
from reports.enums import Wording
from reports.figures import FIGURES, FigureValue, figure_values
from reports.figures.wording import worded
from reports.models import Publication
from reports.queries import Records
from rollout.models import ProgressEntry, PublicFigure

pytestmark = pytest.mark.django_db
SUMMER, YEAR_END, WINTER = date(2022, 6, 30), date(2022, 12, 31), date(2023, 1, 31)
TWO_YEARS, SERVICE = date(2021, 1, 1), date(2020, 7, 1)
EXACT, ROUND, ABOUT, MORE = Wording.EXACT, Wording.ROUND, Wording.ABOUT, Wording.MORE_THAN


class Published(NamedTuple):
    """What the source says, in English: ``text`` as it words ``key`` at ``as_of``; ``step``: what it rounds to."""

    ref: str
    key: str
    text: str
    wording: str
    as_of: date
    since: date | None = None
    step: int | None = None


TWENTY = (
    Published("F1", "digitalpakt_granted", "yes", EXACT, SUMMER),
    Published("F2", "works_paid", "around 25.5 million euro", ROUND, YEAR_END, TWO_YEARS, 100_000),
    Published("F3", "works_paid_network", "around 13.1 million euro", ROUND, YEAR_END, TWO_YEARS, 100_000),
    Published("F4", "works_paid_building", "around 6.7 million euro", ROUND, YEAR_END, TWO_YEARS, 100_000),
    Published("F5", "works_paid_fibre", "around 4.1 million euro", ROUND, date(2021, 12, 31), TWO_YEARS, 100_000),
    Published("F6", "works_paid_rest", "around 1.6 million euro", ROUND, YEAR_END, TWO_YEARS, 100_000),
    Published("F7", "tablets_ordered", "13,000", EXACT, SUMMER),
    Published("F8", "tablets_delivered", "9,600", EXACT, SUMMER),
    Published("F9", "fibre_finished", "yes", EXACT, WINTER),
    Published("F10", "schools_finished", "13", EXACT, WINTER),
    Published("F11", "sites_under_construction", "20", EXACT, WINTER),
    Published("F12", "digitalpakt_bound", "about 15 million euro", ABOUT, WINTER),
    Published("F13", "put_into_service", "about 15,000", ABOUT, WINTER, SERVICE),
    Published("F14", "put_into_service_cost", "about 7 million euro", ABOUT, WINTER, SERVICE),
    Published("F15", "boards_in_service", "about 100", ABOUT, WINTER),
    Published("F16", "extra_boards_planned", "69", EXACT, WINTER),
    Published("F17", "boards_planned", "about 150", ABOUT, WINTER),
    Published("F18", "own_money_paid", "more than 2 million euro", MORE, WINTER),
    Published("F19", "committee_reports", "", EXACT, LAST_DAY),
    Published("F20", "standard_presented", "yes", EXACT, WINTER),
)


@contextmanager
def silently(name: str) -> Iterator[None]:
    yield


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The full city, taken in once; rolled back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(plan_demo(LAST_DAY), tmp_path_factory.mktemp("demo"), create_staff(), silently)
        yield
        transaction.set_rollback(True)
        values.cache_clear()


@cache
def values(as_of: date, since: date | None) -> dict[str, tuple[FigureValue, Any]]:
    records = Records(as_of, since=since)
    return {one.figure.key: (one, one.figure.behind(records)) for one in figure_values(records)}


def test_table_lists_all_twenty():
    assert [one.ref for one in TWENTY] == [f"F{n}" for n in range(1, 21)]
    assert {one.ref: one.key for one in TWENTY} == {figure.ref: figure.key for figure in FIGURES if figure.ref}


@pytest.mark.parametrize("one", TWENTY, ids=lambda one: one.ref)
def test_demo_city_reproduces_the_published_figure(city: None, one: Published):
    found, behind = values(one.as_of, one.since)[one.key]
    with translation.override("en"):
        if one.ref == "F19":
            assert found.value == (Publication.objects.published().newest().count() or None)
        else:
            unit = "euro" if found.figure.is_money else ""
            assert worded(found.value, one.wording, unit=unit, step=one.step) == one.text
    assert (behind.total() or None) == (found.value or None)


def test_sum_of_the_itemised_and_the_rest_is_the_whole(city: None):
    found = values(YEAR_END, TWO_YEARS)
    parts = [found[f"works_paid_{name}"][0].value for name in ("network", "building", "fibre", "rest")]
    assert sum(parts, Decimal(0)) == found["works_paid"][0].value


def test_extra_boards_are_among_those_planned(city: None):
    found = values(WINTER, None)
    assert (found["extra_boards_planned"][0].value, found["boards_planned"][0].value) == (69, 150)


def test_master_plan_keeps_what_the_figures_say(city: None):
    kept = [*ProgressEntry.objects.exclude(figure_key=""), *PublicFigure.objects.all()]
    found = [values(one.as_of, one.since)[one.figure_key][0].value for one in kept]
    assert [one.figure_value for one in kept] == [Decimal(value) for value in found]
    assert len(kept) == 13
