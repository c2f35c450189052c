"""Pages of programmes: what there is of each as of a day, and every change that somebody who looks after them makes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.models import Act
from funding.models import Financing, GrantNotice, Programme, ProgrammeMilestone
from funding.services import edit_programme, set_programme_milestone, set_programme_schools
from inventory.models import Category
from inventory.services.details import edit_device
from inventory.services.financing import finance_devices
from rollout.services import edit_project
from tests.factories import make_device, make_project
from tests.factories_money import (
    COMMAND,
    make_cost,
    make_drawdown,
    make_financing,
    make_notice,
    make_programme,
    own_money,
    whole,
)
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(signed_in, manager):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def pact(db):
    return make_programme("DigitalPakt", key="dp", granted="900000", rate=Decimal(90), funder="Land")


def _sent(client, address, **values):
    """What the browser sends back, with ``values`` entered."""
    form = client.get(address).context["form"]
    shown = {bound.name: bound.value() for bound in form}
    known = {name: value for name, value in shown.items() if value not in (None, "", False)}
    return known | {"version": getattr(form, "version_now", "")} | values


# --- reading ----------------------------------------------------------------------------------------------------------


def test_overview_tells_each_programme_as_of_the_day(boss, pact):
    make_cost("250000", programme=pact, stage="committed", trade="wlan")
    make_cost("100000", programme=pact, stage="paid", trade="wlan")
    make_cost("5000", programme=pact, stage="paid", on=date(2024, 6, 1))
    make_drawdown(pact, "60000")

    then = tables(boss.get("/funding/?as_of=2024-03-31"), "content")

    assert then[0][1] == ["DigitalPaktLand", "25 %", "900,000", "0", "250,000", "0", "100,000", "60,000", "750,000"]
    assert then[1][1:] == [
        ["WLAN", "–", "250,000.00", "–", "100,000.00", "150,000.00"],
        ["Total", "0.00", "250,000.00", "0.00", "100,000.00", "150,000.00"],
    ]
    today = tables(boss.get("/funding/"), "content")
    assert today[1][2] == ["not itemised", "–", "–", "–", "5,000.00", "–"]


def test_overview_tells_sums_by_year_and_school(boss, pact, school):
    make_cost("10", programme=pact, school=school)
    make_cost("7.50", programme=pact, on=date(2025, 1, 9))
    make_drawdown(pact, "4", on=date(2026, 2, 1))

    by_year = tables(boss.get("/funding/?by=year"), "content")[1]
    by_school = tables(boss.get("/funding/?by=school"), "content")[1]

    assert [[row[0], row[4], row[5]] for row in by_year[1:]] == [
        ["2024", "10.00", "–"],
        ["2025", "7.50", "–"],
        ["2026", "–", "4.00"],
        ["Total", "17.50", "4.00"],
    ]
    assert [[row[0], row[4]] for row in by_school[1:]] == [
        [school.name, "10.00"],
        ["no school named", "7.50"],
        ["Total", "17.50"],
    ]


@pytest.mark.parametrize("way", ["kind", "year", "school"])
def test_sums_lead_to_the_costs_that_they_add_up(boss, pact, school, way):
    make_cost("10", programme=pact, school=school, trade="wlan")
    make_cost("3", programme=pact, school=school, category=Category.objects.get(key="tablet"), on=date(2025, 1, 9))
    make_cost("500", programme=own_money(), school=school, trade="wlan")
    address = f"/funding/{pact.pk}/?by={way}&as_of=2025-06-30"
    page = boss.get(address)
    paid = {row[0]: row[4] for row in tables(page, "content")[0][1:]}

    behind = {name: boss.get(links(page)[name]).context["sums"][-1]["amount"] for name in paid if name in links(page)}

    lines = {"kind": {"WLAN": 10, "Tablet": 3}, "year": {"2024": 10, "2025": 3}, "school": {school.name: 13}}
    assert behind == lines[way]
    assert paid == {name: f"{amount}.00" for name, amount in lines[way].items()} | {"Total": "13.00"}


def test_overview_asks_as_much_for_three_programmes(boss, pact, school, django_assert_max_num_queries):
    def ask():
        make_cost("10", programme=make_programme(granted="5"), school=school)
        boss.get("/funding/?by=school")

    ask()
    with django_assert_max_num_queries(60) as first:
        boss.get("/funding/?by=school")
    number = len(first)
    ask()
    ask()
    with django_assert_max_num_queries(number):
        boss.get("/funding/?by=school")


def test_own_money_without_a_budget_has_no_rest(boss):
    make_cost("80", programme=own_money())

    row = tables(boss.get("/funding/"), "content")[0][1]

    assert (row[1], row[6], row[8]) == ("no budget", "80", "–")


def test_programme_names_rules_lists_and_amounts(boss, pact, school):
    make_notice(pact, "-100", on=date(2024, 5, 1), number="Ä1")
    set_programme_milestone(pact, "Proof", by=COMMAND, due_on=date(2024, 4, 1))

    page = text(boss.get(f"/funding/{pact.pk}/"), "content")

    assert "90 % grant, the rest is own share" in page
    assert "899,900.00 € budget with own share 999,888.89 €" in page
    assert "Ä1" in page
    assert "Proof overdue" in page


def test_programme_says_what_is_used_of_the_cap_of_a_school(boss, pact, school):
    set_programme_schools(pact, {school: Decimal(1000)}, by=COMMAND)
    make_cost("400", programme=pact, school=school, stage="committed")
    make_cost("250", programme=pact, school=school)

    assert "400.00 € of 1,000.00 € used" in text(boss.get(f"/funding/{pact.pk}/"), "content")


def test_programme_says_when_its_binding_period_ends(boss):
    pakt = make_programme(
        "Pakt", begins_on=date(2019, 5, 17), ends_on=date(2024, 10, 31), binding_start="end_of_period", binding_years=5
    )

    page = text(boss.get(f"/funding/{pakt.pk}/"), "content")

    assert "until 31 Dec 2029 5 years, end of the implementation period" in page


def test_programme_leads_to_its_proof_and_to_a_distribution(boss, pact):
    found = links(boss.get(f"/funding/{pact.pk}/?as_of=2024-06-30"))

    assert found["Proof of use"] == f"/reports/proof-of-use/{pact.pk}/?as_of=2024-06-30"
    assert found["Share devices among schools"] == f"/reports/distribution/?programme={pact.key}"


def test_people_without_the_right_to_amounts_get_none(signed_in, reader, pact):
    client = signed_in(reader)

    answers = [client.get(address).status_code for address in ("/funding/", f"/funding/{pact.pk}/", "/costs/")]

    assert answers == [403, 403, 403]
    assert "/funding/" not in links(client.get("/")).values()


# --- looking after programmes -----------------------------------------------------------------------------------------


def test_programme_is_made_with_its_financing(boss, manager):
    sent = _sent(boss, "/funding/new/", name="Startchancen", rate="70", trades=["wlan"], binding_start="none")

    answer = boss.post("/funding/new/", sent)

    new = Programme.objects.get(name="Startchancen")
    assert answer["Location"] == f"/funding/{new.pk}/"
    assert (new.key, new.rate, new.trades) == ("startchancen", Decimal(70), ["wlan"])
    assert Financing.objects.filter(name="Startchancen").exists()
    assert Act.objects.latest("pk").user == manager


def test_programme_that_ends_before_it_begins_is_refused_at_the_field(boss):
    sent = _sent(boss, "/funding/new/", name="X", begins_on="2024-05-01", ends_on="2024-04-01")

    form = boss.post("/funding/new/", sent).context["form"]

    assert list(form.errors) == ["ends_on"]
    assert not Programme.objects.filter(name="X").exists()


def test_programme_changed_by_another_meanwhile_is_not_overwritten(boss, pact):
    address = f"/funding/{pact.pk}/change/"
    sent = _sent(boss, address)
    edit_programme(pact, by=COMMAND, changes={"contact": "Dezernat 48"})

    refused = boss.post(address, sent | {"note": "Phase 2"})
    boss.post(address, _sent(boss, address, note="Phase 2"))

    pact.refresh_from_db()
    assert [one.now for one in refused.context["form"].meanwhile.differences] == ["Dezernat 48"]
    assert (pact.note, pact.contact) == ("Phase 2", "Dezernat 48")


def test_programme_in_use_is_not_deleted_and_says_why(boss, pact):
    answer = boss.post(f"/funding/{pact.pk}/delete/", {"reason": ""})

    assert answer.status_code == 200
    assert "Still used, so it cannot be deleted" in text(answer, "content")
    assert Programme.objects.filter(pk=pact.pk).exists()


def test_schools_of_a_programme_are_ticked_with_a_cap(boss, pact, school, other_school):
    address = f"/funding/{pact.pk}/schools/"
    sent = _sent(boss, address) | {
        f"on-{school.pk}": "on",
        f"cap-{school.pk}": "1.500,50 €",
        f"on-{other_school.pk}": "on",
    }

    boss.post(address, sent)

    assert dict(pact.schools.values_list("school", "cap")) == {school.pk: Decimal("1500.50"), other_school.pk: None}


def test_cap_of_a_school_that_is_not_ticked_is_refused(boss, pact, school):
    address = f"/funding/{pact.pk}/schools/"

    form = boss.post(address, _sent(boss, address) | {f"cap-{school.pk}": "5"}).context["form"]

    assert list(form.errors) == [f"cap-{school.pk}"]
    assert pact.schools.count() == 0


def test_categories_of_a_programme_are_ticked_with_a_cap(boss, pact):
    tablet = Category.objects.get(key="tablet")
    address = f"/funding/{pact.pk}/categories/"

    boss.post(address, _sent(boss, address) | {f"on-{tablet.pk}": "on", f"cap-{tablet.pk}": "500"})

    assert list(pact.categories.values_list("category", "cap")) == [(tablet.pk, Decimal(500))]


def test_notice_is_recorded_corrected_and_withdrawn(boss, pact):
    new = f"/funding/{pact.pk}/notices/new/"
    boss.post(new, {"on": "2024-05-01", "number": "ZB-9", "amount": "1.000,00", "note": "", "reason": ""})
    notice = GrantNotice.objects.get(number="ZB-9")
    address = f"/funding/{pact.pk}/notices/{notice.pk}"

    boss.post(f"{address}/correct/", _sent(boss, f"{address}/correct/", amount="1200", reason="typing error"))
    better = GrantNotice.objects.known().get(number="ZB-9")
    gone = boss.get(f"{address}/correct/")
    boss.post(f"/funding/{pact.pk}/notices/{better.pk}/withdraw/", {"reason": "of another authority"})

    assert (better.amount, gone.status_code) == (Decimal(1200), 404)
    assert not GrantNotice.objects.known().filter(number="ZB-9").exists()


def test_correction_of_a_notice_needs_a_reason(boss, pact):
    notice = GrantNotice.objects.get(programme=pact)
    address = f"/funding/{pact.pk}/notices/{notice.pk}/correct/"

    form = boss.post(address, _sent(boss, address, amount="1")).context["form"]

    assert list(form.errors) == ["reason"]


def test_drawdown_without_a_positive_amount_is_refused_at_the_field(boss, pact):
    address = f"/funding/{pact.pk}/drawdowns/new/"

    form = boss.post(address, _sent(boss, address, amount="-5")).context["form"]

    assert list(form.errors) == ["amount"]


def test_date_of_the_funder_is_moved_met_and_deleted(boss, pact):
    boss.post(f"/funding/{pact.pk}/milestones/new/", {"name": "Proof", "due_on": "2025-01-31"})
    step = ProgrammeMilestone.objects.get(programme=pact)
    address = f"/funding/{pact.pk}/milestones/{step.pk}/change/"

    boss.post(address, {"due_on": "2025-02-28", "done_on": "2025-02-01"})
    step.refresh_from_db()
    boss.post(address, {"due_on": "2025-02-28", "action": "delete"})

    assert (step.due_on, step.done_on) == (date(2025, 2, 28), date(2025, 2, 1))
    assert not ProgrammeMilestone.objects.filter(programme=pact).exists()


# --- financings and binding -------------------------------------------------------------------------------------------


def test_financing_is_a_mix_that_sums_up(boss, pact):
    own = own_money()
    sent = _sent(boss, "/funding/financings/new/", name="90/10") | {f"share-{pact.pk}": "90 %", f"share-{own.pk}": "9"}

    refused = boss.post("/funding/financings/new/", sent)
    boss.post("/funding/financings/new/", sent | {f"share-{own.pk}": "10"})

    assert "The shares sum up to 99 percent, not to 100." in text(refused, "content")
    shares = Financing.objects.get(name="90/10").shares.values_list("programme", "percent")
    assert dict(shares) == {pact.pk: Decimal(90), own.pk: Decimal(10)}


def test_financing_is_changed_and_deleted(boss, pact):
    mix = make_financing({pact: 50, own_money(): 50}, "half")
    address = f"/funding/financings/{mix.pk}"

    boss.post(f"{address}/change/", _sent(boss, f"{address}/change/", name="Hälften"))
    mix.refresh_from_db()
    boss.post(f"{address}/delete/", {})

    assert mix.name == "Hälften"
    assert not Financing.objects.filter(pk=mix.pk).exists()


def test_binding_list_shows_what_leaves_soon_in_order(boss, signed_in, school, other_school, school_admin):
    today = timezone.localdate()
    bought = {"a": today - timedelta(days=800), "b": today - timedelta(days=1700)}
    programme = make_programme("Dienstgeräte", binding_start="purchase", binding_years=5)
    devices = {
        name: edit_device(
            make_device(school=school if name == "a" else other_school), by=COMMAND, asset_tag=name, purchased_on=day
        )
        for name, day in bought.items()
    }
    finance_devices(list(devices.values()), whole(programme), by=COMMAND)

    year = tables(boss.get("/funding/binding/"), "content")[0]
    far = tables(boss.get("/funding/binding/?months=60"), "content")[0]

    assert [row[0] for row in year[1:]] == ["B"]
    assert [row[0] for row in far[1:]] == ["B", "A"]
    own = signed_in(school_admin).get("/funding/binding/?months=60")
    assert [row[0] for row in tables(own, "content")[0][1:]] == ["A"]


def test_binding_list_shows_works_that_leave_by_its_filters(boss, school, other_school):
    soon, late = (timezone.localdate() + timedelta(days=days) for days in (100, 1000))
    paid = {day: make_programme(f"bis {day}", binding_start="fixed", binding_until=day) for day in (soon, late)}
    for place, day in ((school, soon), (other_school, late)):
        edit_project(make_project(place, trade="wlan"), by=COMMAND, changes={"financing": whole(paid[day])})

    def shown(query=""):
        return [row[1] for found in tables(boss.get(f"/funding/binding/{query}"), "content") for row in found[1:]]

    assert shown() == [f"bis {soon}"]
    assert shown("?months=60") == [f"bis {soon}", f"bis {late}"]
    assert shown(f"?months=60&school={other_school.number}") == [f"bis {late}"]
    assert shown("?months=60&category=tablet") == []


def test_binding_list_asks_as_much_for_three_works(boss, school, django_assert_max_num_queries):
    soon = timezone.localdate() + timedelta(days=100)
    paid = whole(make_programme(binding_start="fixed", binding_until=soon))

    def ask(trade):
        edit_project(make_project(school, trade=trade), by=COMMAND, changes={"financing": paid})
        with django_assert_max_num_queries(60) as asked:
            boss.get("/funding/binding/")
        return len(asked)

    ask("wlan")

    assert ask("lan") == ask("fibre")


def test_day_of_an_amount_lies_not_ahead(boss, pact):
    address = f"/funding/{pact.pk}/notices/new/"
    ahead = date(timezone.localdate().year + 1, 1, 1)

    form = boss.post(address, _sent(boss, address, number="Z", amount="1", on=ahead.isoformat())).context["form"]

    assert list(form.errors) == ["on"]
