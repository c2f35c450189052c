"""Pages of costs: the list and its filters, a form with several parts, corrections, warnings, files."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from costs.models import CostEntry, CostFile, CostPart
from costs.services import NewPart
from inventory.models import Category
from inventory.services import finance_line
from rollout.services import update_projects
from tests.factories import an_act, make_order, make_project
from tests.factories_money import COMMAND, make_cost, make_financing, make_programme, own_money, whole
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.fixture
def boss(signed_in, manager):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def pact(db):
    return make_programme(
        "DigitalPakt", key="dp", granted="1000", begins_on=date(2024, 1, 1), ends_on=date(2024, 12, 31)
    )


def _shown(client, address):
    """What the browser would send back unchanged, rows included."""
    form = client.get(address).context["form"]
    every = [form, form.parts.management_form, *form.parts.forms]
    shown = {bound.html_name: bound.value() for one in every for bound in one}
    known = {name: value for name, value in shown.items() if value is not None and value is not False}
    return known | {"version": form.version_now}


def _rows(*rows):
    """``(programme, amount, percent, purpose, place, paper)`` per row, the last ones may be left out."""
    names = ("programme", "amount", "percent", "purpose", "place", "paper")
    return {f"parts-{i}-{name}": value for i, row in enumerate(rows) for name, value in zip(names, row, strict=False)}


def _filled(form):
    """Programme, percent, purpose, place and paper of the rows that begin with something."""
    names = ("programme", "percent", "purpose", "place", "paper")
    return [tuple(row[name].value() for name in names) for row in form.parts.forms if row.initial]


def _invoice(client, *rows, **values):
    sent = _shown(client, "/costs/new/") | {"stage": "invoiced", "on": "2024-05-02", "number": "R1", "payee": "Netz"}
    return client.post("/costs/new/", sent | values | _rows(*rows))


def _parts(entry):
    believed = CostPart.objects.known().filter(entry=entry).order_by("-amount")
    return list(believed.values_list("programme__key", "amount"))


# --- list -------------------------------------------------------------------------------------------------------------


def test_list_tells_documents_and_sums_as_of_the_day(boss, pact, school):
    make_cost("100", programme=pact, number="A", trade="wlan", school=school, stage="invoiced", on=date(2024, 5, 1))
    make_cost("40.50", programme=pact, number="B", stage="paid", on=date(2024, 7, 1))

    before = boss.get("/costs/?as_of=2024-06-30")
    today = boss.get("/costs/")

    assert [row[0] for row in tables(before, "content")[0][1:]] == ["A"]
    assert [row[0] for row in tables(today, "content")[0][1:]] == ["B", "A"]
    assert "invoiced 100.00 €" in text(before, "content")
    assert "paid 40.50 €" in text(today, "content")


def test_list_asks_one_part_for_all(boss, pact, school, other_school):
    """A document of two parts is found by what one of them says, not by a mixture of both."""
    parts = (NewPart(pact, Decimal(60), school=school), NewPart(own_money(), Decimal(40), school=other_school))
    make_cost(parts=parts, number="A")

    both = tables(boss.get(f"/costs/?programme=dp&school={school.number}"), "content")
    mixed = tables(boss.get(f"/costs/?programme=dp&school={other_school.number}"), "content")

    assert ([row[0] for row in both[0][1:]], mixed) == (["A"], [])
    assert "paid 60.00 €" in text(boss.get("/costs/?programme=dp"), "content")


def test_list_filters_by_stage_text_and_days(boss, pact):
    make_cost("1", programme=pact, number="A", stage="paid", on=date(2024, 5, 1))
    make_cost("2", programme=pact, number="B", stage="invoiced", on=date(2024, 6, 1))

    def found(query):
        return [row[0] for table in tables(boss.get(f"/costs/?{query}"), "content") for row in table[1:]]

    assert found("stage=paid") == ["A"]
    assert found("q=b") == ["B"]
    assert found("on_from=2024-05-15") == ["B"]
    assert found("stage=nonsense") == []


def test_list_asks_as_much_for_three_documents(boss, pact, school, django_assert_max_num_queries):
    make_cost("1", programme=pact, school=school)
    boss.get("/costs/")
    with django_assert_max_num_queries(60) as first:
        boss.get("/costs/")
    number = len(first)
    make_cost("2", programme=pact, school=school)
    make_cost("3", school=school)
    with django_assert_max_num_queries(number):
        boss.get("/costs/")


# --- recording --------------------------------------------------------------------------------------------------------


def test_invoice_over_two_programmes_by_percent_loses_no_cent(boss, pact, school):
    answer = _invoice(
        boss, (pact.pk, "", "33,33", "t-wlan", f"s-{school.pk}"), (own_money().pk, "", "66,67"), amount="100,01"
    )

    entry = CostEntry.objects.get()
    assert answer["Location"] == f"/costs/{entry.pk}/"
    assert (entry.amount, _parts(entry)) == (
        Decimal("100.01"),
        [("own", Decimal("66.68")), ("dp", Decimal("33.33"))],
    )
    part = CostPart.objects.get(programme=pact)
    assert (part.trade, part.school) == ("wlan", school)


def test_single_part_takes_the_total(boss, pact):
    _invoice(boss, (pact.pk,), amount="99")

    assert _parts(CostEntry.objects.get()) == [("dp", Decimal(99))]


def test_credit_note_is_typed_positive_and_kept_negative(boss, pact):
    _invoice(boss, (pact.pk, "12,50"), is_credit="on", net="10")

    entry = CostEntry.objects.get()
    assert (entry.amount, entry.net, entry.is_credit) == (Decimal("-12.50"), Decimal(-10), True)


@pytest.mark.parametrize(
    ("rows", "total", "said"),
    [
        ([("50", ""), ("49", "")], "100", "The parts sum up to 99.00 euro, not to 100.00."),
        ([("", "50"), ("", "49")], "100", "they sum up to 99."),
        ([("", "50"), ("", "50")], "", "Percentages need the total."),
        ([("50", ""), ("", "50")], "100", "amounts for all parts, or percentages for all"),
        ([("", ""), ("5", "")], "", "Each part needs an amount or a percentage."),
        ([], "5", "A cost needs at least one part."),
    ],
)
def test_parts_that_do_not_add_up_are_refused(boss, rows, total, said):
    own = own_money().pk

    answer = _invoice(boss, *((own, amount, percent) for amount, percent in rows), amount=total)

    assert said in " ".join(map(str, answer.context["form"].non_field_errors()))
    assert CostEntry.objects.count() == 0


def test_refusals_of_the_service_stand_at_their_row(boss, pact, school):
    project = make_project(school, trade="wlan")
    paper = f"{project}, {project.building}" if project.building else str(project)

    rows = ((), (own_money().pk, "5"), (pact.pk, "-3"), (pact.pk, "4", "", "t-fibre", "", paper))
    answer = _invoice(boss, *rows, **{"parts-TOTAL_FORMS": "4"})

    rows = answer.context["form"].parts.forms
    assert [list(row.errors) for row in rows] == [[], [], ["amount"], ["purpose"]]
    assert CostEntry.objects.count() == 0


def test_day_outside_the_period_is_said_at_the_day(boss, pact):
    answer = _invoice(boss, (pact.pk, "5"), on="2025-02-01")

    assert list(answer.context["form"].errors) == ["on"]


def test_unknown_order_is_said_at_the_row_and_a_known_one_is_kept(boss):
    order = make_order()

    refused = _invoice(boss, (own_money().pk, "5", "", "", "", "B-unknown"))
    _invoice(boss, (own_money().pk, "5", "", "", "", order.number))

    assert list(refused.context["form"].parts.forms[0].errors) == ["paper"]
    assert CostPart.objects.get().order == order


def test_more_rows_come_without_judging_and_keep_what_was_entered(boss):
    sent = _shown(boss, "/costs/new/") | {"action": "more", "number": "R7"} | _rows(("", "5"))

    form = boss.post("/costs/new/", sent).context["form"]

    assert (len(form.parts.forms), form["number"].value(), form.parts.forms[0]["amount"].value()) == (6, "R7", "5")
    assert (form.errors, [row.errors for row in form.parts.forms]) == ({}, [{}] * 6)


def test_budget_that_would_be_exceeded_is_confirmed_first(boss, pact):
    first = _invoice(boss, (pact.pk, "1200"))
    said = first.context["form"].warnings

    assert (CostEntry.objects.count(), said) == (
        0,
        ["DigitalPakt: with this, 1,200.00 euro of a budget of 1,000.00 euro; 200.00 euro too much."],
    )
    _invoice(boss, (pact.pk, "1300"), warned=said)
    assert CostEntry.objects.count() == 0
    _invoice(boss, (pact.pk, "1200"), warned=said)
    assert CostEntry.objects.get().amount == 1200


def test_rows_begin_with_the_order_one_comes_from(boss, pact):
    order = make_order()

    form = boss.get(f"/costs/new/?order={order.pk}&programme={pact.pk}").context["form"]

    first = form.parts.forms[0]
    assert (first["programme"].value(), first["paper"].value()) == (str(pact.pk), order.number)


def test_cost_of_an_order_begins_with_its_supplier_categories_and_payers(boss, pact):
    order = make_order()
    line, tablet = order.lines.get(), Category.objects.get(key="tablet")
    finance_line(line, make_financing({pact: 70, own_money(): 30}), by=COMMAND)

    form = boss.get(links(boss.get(f"/deliveries/orders/{order.pk}/"))["Record a cost"]).context["form"]

    assert form["payee"].value() == "Bürotechnik Nord"
    assert _filled(form) == [
        (str(pact.pk), "70.00", f"c-{tablet.pk}", None, order.number),
        (str(own_money().pk), "30.00", f"c-{tablet.pk}", None, order.number),
    ]


def test_cost_of_a_project_begins_with_its_company_trade_place_and_payer(boss, pact, school):
    project = make_project(school, trade="wlan")
    update_projects({project.pk: {"financing": whole(pact).pk, "contractor": "Funkwerk"}}, an_act())

    form = boss.get(f"/costs/new/?project={project.pk}").context["form"]

    assert form["payee"].value() == "Funkwerk"
    assert _filled(form) == [(str(pact.pk), None, "t-wlan", f"s-{school.pk}", str(project))]
    sent = _shown(boss, f"/costs/new/?project={project.pk}") | {"amount": "9", "on": "2024-05-02"}
    boss.post("/costs/new/", sent)
    part = CostPart.objects.get()
    assert (part.programme, part.trade, part.school, part.project) == (pact, "wlan", school, project)


def test_list_of_costs_is_exported_with_its_filters(boss, pact):
    make_cost("1", programme=pact, number="R1")
    make_cost("2", number="R2")

    address = links(boss.get("/costs/?programme=dp"))["Export"]

    assert address == "/reports/lists/costs/?programme=dp"
    rows = load_workbook(BytesIO(b"".join(boss.get(address).streaming_content))).worksheets[0].values
    assert [number for row in rows for number in ("R1", "R2") if number in row] == ["R1"]


# --- changing ---------------------------------------------------------------------------------------------------------


def test_correction_keeps_the_entry_and_needs_a_reason(boss, pact, school):
    entry = make_cost("10", programme=pact, number="A", trade="wlan", school=school, stage="invoiced")
    address = f"/costs/{entry.pk}/correct/"
    sent = _shown(boss, address) | {"amount": "12", "parts-0-amount": "12"}

    refused = boss.post(address, sent)
    boss.post(address, sent | {"reason": "typing error"})

    entry.refresh_from_db()
    assert list(refused.context["form"].errors) == ["reason"]
    assert (entry.amount, _parts(entry)) == (Decimal(12), [("dp", Decimal(12))])
    assert CostPart.objects.known().get(entry=entry).school == school


def test_correction_shows_a_credit_note_as_it_is_typed(boss, pact):
    entry = make_cost("10", programme=pact, number="A", is_credit=True)

    form = boss.get(f"/costs/{entry.pk}/correct/").context["form"]

    assert (form["amount"].value(), form.parts.forms[0]["amount"].value()) == ("10.00", "10.00")


def test_correction_of_two_people_is_noticed(boss, pact):
    entry = make_cost("10", programme=pact, number="A")
    address = f"/costs/{entry.pk}/correct/"
    mine = _shown(boss, address) | {"number": "B", "reason": "mine"}
    boss.post(address, _shown(boss, address) | {"number": "C", "reason": "theirs"})

    answer = boss.post(address, mine)

    entry.refresh_from_db()
    assert (answer.context["form"].meanwhile is not None, entry.number) == (True, "C")


def test_withdrawn_entry_is_in_no_list(boss, pact):
    entry = make_cost("10", programme=pact, number="A")

    boss.post(f"/costs/{entry.pk}/withdraw/", {"reason": "twice"})

    assert tables(boss.get("/costs/"), "content") == []
    assert boss.get(f"/costs/{entry.pk}/").status_code == 404


def test_plan_ends_and_stays_in_earlier_reports(boss, pact):
    entry = make_cost("10", programme=pact, stage="planned")
    today = timezone.localdate()

    boss.post(f"/costs/{entry.pk}/end/", {"on": today.isoformat()})

    assert tables(boss.get("/costs/"), "content") == []
    assert len(tables(boss.get("/costs/?as_of=2024-06-01"), "content")[0]) == 2
    assert "This plan ended on" in text(boss.get(f"/costs/{entry.pk}/"), "content")


def test_file_comes_with_the_cost_and_is_handed_out_as_a_download(boss, pact, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    _invoice(boss, (pact.pk, "5"), file=SimpleUploadedFile("Rechnung.pdf", PDF))
    file = CostFile.objects.get()

    answer = boss.get(f"/costs/{file.entry_id}/files/{file.pk}/")

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="Rechnung.pdf"'
    boss.post(f"/costs/{file.entry_id}/files/{file.pk}/remove/", {})
    assert not CostFile.objects.exists()


def test_file_of_another_type_is_refused_and_nothing_is_half_saved(boss, pact):
    answer = _invoice(boss, (pact.pk, "5"), file=SimpleUploadedFile("x.pdf", b"MZ nonsense"))

    assert list(answer.context["form"].errors) == ["file"]
    assert CostEntry.objects.count() == 0
