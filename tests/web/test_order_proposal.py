"""The page from gaps to an order: the grid, its sums, the order with its distribution, and who may place it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from inventory.models import Order, OrderLine, PlannedHandOver
from schools.models import School
from tests.factories import make_devices, make_headcount, make_model, make_order
from tests.factories_money import make_programme, whole
from tests.web.pages import tables

pytestmark = pytest.mark.django_db
PAGE = "/reports/order-proposal/"


@pytest.fixture
def page(signed_in, manager) -> Client:
    client = signed_in(manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture(autouse=True)
def needy(school: School, other_school: School) -> None:
    """Gaps of 20 and 10 pupil devices, three on order for nobody: they go to the larger gap and the smaller one."""
    make_headcount(school, pupils=90)
    make_headcount(other_school, pupils=30)
    make_devices(10, school=school)
    make_order()


def sent(client: Client, **changed: str):
    """The page's own form with ``changed`` fields, as a browser posts it."""
    form = client.get(PAGE).context["form"]
    today = timezone.localdate()
    values = {bound.html_name: bound.value() for bound in form}
    for column in form.columns:
        values[f"priced-{column.column.key}"] = column.model.value()
    frame = {"number": "B-7", "supplier": "Muster GmbH", "due_until": (today + timedelta(days=30)).isoformat()}
    given = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return client.post(PAGE, given | frame | {"version": str(form.version_now), "action": "order"} | changed)


def test_grid_sums_up_by_requirement_school_and_in_all(page):
    response = page.get(PAGE)
    lines, grid, payers = tables(response)

    assert lines[1][1:5] == ["30", "0", "0", "3"]
    assert lines[1][-2:] == ["27", "10,773.00"]
    assert {row[0]: row[-2:] for row in grid[1:]} == {
        "Kastanienschule": ["9", "3,591.00"],
        "Lindenschule": ["18", "7,182.00"],
        "For no school yet": ["", ""],
        "Total": ["27", "10,773.00"],
    }
    assert payers[1][0] == "Eigenmittel"
    assert page.get(f"{PAGE}workbook/").status_code == 200


def test_changed_grid_becomes_an_order_with_its_distribution(page, school, other_school):
    financing = whole(make_programme("Pakt", granted="100000", key="pakt"))
    values = {
        "n-pupil_devices-100100": "12",
        "spare-pupil_devices": "2",
        "note": "Los 3",
        "financing": str(financing.pk),
    }
    response = sent(page, **values)

    order = Order.objects.get(number="B-7")
    assert response.status_code == 302
    assert response["Location"] == f"/deliveries/orders/{order.pk}/"
    line = OrderLine.objects.get(order=order)
    assert (line.model, line.quantity, str(line.unit_price), line.financing) == (make_model(), 23, "399.00", financing)
    plans = PlannedHandOver.objects.order_by("quantity")
    assert [(one.school, one.quantity, one.order_line, str(one.programme)) for one in plans] == [
        (other_school, 9, line, "Pakt"),
        (school, 12, line, "Pakt"),
    ]
    planned = [table for table in tables(page.get(response["Location"])) if table[0][0] == "School"][-1]
    assert [row[:3] for row in planned[1:]] == [
        ["Kastanienschule", "9", "Apple iPad 9"],
        ["Lindenschule", "12", "Apple iPad 9"],
    ]
    # the other school has its 9, and one of the five that both orders leave; the rest of them goes to this one
    assert tables(page.get(PAGE))[0][1][1:5] == ["20", "0", "12", "4"]


def test_other_model_shows_its_price_before_anything_is_ordered(page):
    other = make_model("iPad 10")
    shown = sent(page, **{"model-pupil_devices": str(other.pk), "action": "sum"})
    assert shown.context["form"]["price-pupil_devices"].value() == ""
    assert tables(shown)[0][1][-1] == "unknown"
    assert [row[-1] for row in tables(shown)[1][1:3]] == ["–", "–"]
    refused = sent(page, **{"model-pupil_devices": str(other.pk)})
    assert refused.context["form"].errors.keys() == {"price-pupil_devices"}
    assert not Order.objects.filter(number="B-7").exists()


def test_sums_are_shown_without_the_frame_of_an_order(page):
    shown = sent(
        page, **{"n-pupil_devices-100100": "1", "number": "", "supplier": "", "due_until": "", "action": "sum"}
    )
    assert shown.context["form"].errors == {}
    assert tables(shown)[1][-1][-2:] == ["10", "3,990.00"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"due_until": "2020-01-01"}, "due_until"),
        ({"model-pupil_devices": "", "priced-pupil_devices": ""}, "model-pupil_devices"),
        ({"n-pupil_devices-100100": "-1"}, "n-pupil_devices-100100"),
        ({"n-pupil_devices-100100": "", "n-pupil_devices-100200": ""}, "__all__"),
        ({"n-boards-100100": "4"}, "__all__"),
        ({"number": "B-1"}, "__all__"),
    ],
)
def test_order_that_cannot_be_is_refused_at_its_field(page, changed, place):
    Order.objects.update(number="B-1")
    response = sent(page, **changed)
    assert response.context["form"].errors.keys() == {place}
    assert Order.objects.count() == 1


def test_financing_that_does_not_suffice_is_said_and_taken_the_second_time(page):
    financing = whole(make_programme("Pakt", granted="1000", key="pakt"))
    warned = sent(page, financing=str(financing.pk))
    warnings = warned.context["form"].warnings
    assert warnings == ["Pakt: 10,773.00 euro are needed, 1,000.00 euro of the budget are left."]
    assert not Order.objects.filter(number="B-7").exists()
    assert sent(page, financing=str(financing.pk), warned=warnings[0]).status_code == 302


def test_who_looks_after_no_programmes_sees_the_proposal_and_places_none(signed_in, it_staff):
    client = signed_in(it_staff)
    response = client.get(PAGE)
    assert "n-pupil_devices-100100" not in response.content.decode()
    assert tables(response)[1][1][0] == "Kastanienschule"
    assert client.post(PAGE, {"action": "order"}).status_code == 403


def test_target_is_proposed_on_demand_and_nonsense_means_the_usual(page):
    target = page.get(PAGE, {"level": "target"})
    assert [row[0].split(" Apple")[0] for row in tables(target)[0][1:] if "Apple" in row[0]] == [
        "Pupil devices",
        "Pupil devices (target)",
    ]
    usual = page.get(PAGE, {"level": "most", "standard": "x"})
    assert (usual.context["proposal"].level, usual.context["ask"].errors.keys()) == ("basis", {"level", "standard"})
