"""Filters of lists: a value of others is answered like one that does not exist, and offered to nobody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django_filters
import pytest
from django.test import Client

from common.filters import ListFilter
from inventory.models import Delivery, ReturnCampaign
from schools.models import Building, Room, School, Site, SiteUse
from tests.factories import DAY, make_order
from tests.house.world import World

pytestmark = pytest.mark.django_db

#: Filters by a record of a school: name of the filter → (value of the other school, value of none).
NONE = {"school": "999999", "room": 10**9, "site": 10**9, "building": 10**9, "delivery": 10**9, "campaign": 10**9}
#: Lists of pages and interface that take filters.
LISTS = (
    "/schools/", "/devices/", "/projects/", "/devices/export/", "/reports/lists/devices/", "/api/v1/schools/",
    "/api/v1/devices/", "/api/v1/projects/", "/api/v1/rooms/", "/api/v1/sites/", "/api/v1/buildings/",
    "/api/v1/headcounts/", "/api/v1/completion/", "/api/v1/figures/", "/lists/returns/",
)  # fmt: skip


def filter_sets(base: type[ListFilter] = ListFilter) -> Iterator[type[ListFilter]]:
    for one in base.__subclasses__():
        yield one
        yield from filter_sets(one)


def by_record() -> set[str]:
    """Names of all filters that take a record, without reference data."""
    return {
        name
        for one in filter_sets()
        if one.__module__.split(".")[0] != "tests"
        for name, made in one.base_filters.items()
        if isinstance(made, django_filters.ModelChoiceFilter | django_filters.ModelMultipleChoiceFilter)
    }


#: Filters by reference data, which is the same for everybody; people are for those who read the whole audit trail,
#: programmes for those who work for the authority.
OPEN = {"category", "manufacturer", "model", "programme", "standard", "user"}


def test_every_filter_by_a_record_is_looked_at() -> None:
    assert by_record() - OPEN - NONE.keys() == set()


@pytest.fixture
def foreign(almighty: World) -> dict[str, Any]:
    """Keys that stand nowhere else in an answer."""
    other = almighty.other
    site = Site.objects.create(pk=7654321, name="Fern")
    SiteUse.objects.create(site=site, school=other)
    building = Building.objects.create(pk=7654322, site=site, name="Fern")
    room = Room.objects.create(pk=7654323, building=building, school=other, name="Fern")
    order = make_order()
    delivery = Delivery.objects.create(pk=7654324, order=order, school=other, note_number="Fern", delivered_on=DAY)
    campaign = ReturnCampaign.objects.create(
        pk=7654325, school=other, name="Fern", started_on=DAY, closed_on=DAY + timedelta(days=1)
    )
    return {
        "campaign": campaign.pk,
        "school": other.number,
        "room": room.pk,
        "site": site.pk,
        "building": building.pk,
        "delivery": delivery.pk,
    }


@pytest.mark.parametrize("url", LISTS)
def test_value_of_others_is_answered_like_one_that_does_not_exist(
    url: str, almighty: World, foreign: dict[str, Any]
) -> None:
    client = almighty.client("school_admin")
    for name, value in foreign.items():
        assert _answer(client, url, name, value) == _answer(client, url, name, NONE[name]), name


@pytest.mark.parametrize("url", ["/devices/", "/projects/"])
def test_choices_hold_what_is_visible(url: str, almighty: World) -> None:
    answer = almighty.client("school_admin").get(url)
    offered = {
        record
        for field in answer.context["filter_form"].fields.values()
        if hasattr(field, "queryset") and field.queryset.model in (School, Room, Site, Building, Delivery)
        for record in field.queryset
    }
    assert {record for record in offered if isinstance(record, School)} <= {almighty.own}
    assert {record.school for record in offered if isinstance(record, Room | Delivery)} <= {almighty.own}


def _answer(client: Client, url: str, name: str, value: Any) -> tuple[int, str]:
    answer = client.get(url, {name: value})
    if answer.streaming:
        for close in answer._resource_closers:
            close()
        return answer.status_code, ""
    text = answer.content.decode().replace(str(value), "x")
    lines = (line for line in text.splitlines() if "csrf" not in line.lower())
    return answer.status_code, "\n".join(lines)
