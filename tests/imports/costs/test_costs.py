"""Lists of costs: documents and their parts, what is known again, and what is asked."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.sheets.reader import read_workbook
from costs.models import CostEntry, CostPart
from funding.models import Programme
from imports import services
from imports.options import Options
from schools.models import School
from tests.factories import main_site, make_order, make_project
from tests.factories_money import make_financing, make_notice, make_programme, own_money
from tests.imports.costs.sheets import DAY, HEADER, entries, parts, row, take
from tests.imports.workbooks import write_xlsx

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def _world(digitalpakt: Programme, school: School, other_school: School) -> None:
    pass


def test_rows_of_one_document_are_its_parts(tmp_path: Path, school: School) -> None:
    invoice = {"number": "RE-1", "payee": "Kranich GmbH", "stage": "Rechnung"}
    rows = (
        row("1.190,00 €", net="1.000,00 €", trade="WLAN", school="Lindenschule", **invoice),
        row("€ 238.00", "own", net=200, category="Tablets", **invoice),
        row(50.5, "dp", number="RE-1", payee="Kranich GmbH", stage="bezahlt"),
    )
    assert take(tmp_path, *rows)["kind"] == "costs"
    assert entries() == [
        (DAY, "invoiced", "RE-1", "Kranich GmbH", D("1428.00"), D("1200.00")),
        (DAY, "paid", "RE-1", "Kranich GmbH", D("50.50"), None),
    ]
    assert parts() == [
        ("DigitalPakt", D("1190.00"), "wlan", None, school.name),
        (own_money().name, D("238.00"), "", "tablet", None),
        ("DigitalPakt", D("50.50"), "", None, None),
    ]
    again = take(tmp_path, *rows)
    assert (again.counts, len(again["notes"])) == ((0, 0, 3, 0, 0), 1)


def test_other_amount_corrects_the_entry(tmp_path: Path) -> None:
    take(tmp_path, row("100", number="RE-1", text="Leitungen"), row("7", number="RE-2"))
    result = take(tmp_path, row("120", number="RE-1"), row("7", number="RE-2"))
    assert result.counts == (0, 1, 1, 0, 0)
    assert entries() == [(DAY, "paid", "RE-1", "", D(120), None), (DAY, "paid", "RE-2", "", D(7), None)]
    assert CostEntry.objects.get(number="RE-1").text == "Leitungen"
    assert CostPart.objects.count() == 3


def test_blank_cells_keep_what_is_recorded(tmp_path: Path, school: School) -> None:
    take(tmp_path, row("100", number="RE-1", trade="LAN", school="Lindenschule", net="84,03"))
    assert take(tmp_path, row("100", number="RE-1")).counts == (0, 0, 1, 0, 0)
    assert take(tmp_path, row("60", number="RE-1")).counts == (0, 1, 0, 0, 0)
    assert parts() == [("DigitalPakt", D(60), "lan", None, school.name)]
    assert entries()[0][-1] is None  # more than what is left of the gross amount


def test_document_that_is_split_anew_loses_and_gains_parts(tmp_path: Path) -> None:
    take(tmp_path, row("100", number="RE-1", trade="LAN"), row("40", number="RE-1", trade="WLAN"))
    result = take(tmp_path, row("100", number="RE-1", trade="LAN"), row("30", "own", number="RE-1", trade="Elektro"))
    assert result.counts == (0, 1, 1, 0, 0)
    assert parts() == [("DigitalPakt", D(100), "lan", None, None), (own_money().name, D(30), "electrical", None, None)]
    only = take(tmp_path, row("100", number="RE-1", trade="LAN"))
    assert [problem["code"] for problem in only["problems"]] == ["part_gone"]
    assert (only.counts, entries()[0][4]) == ((0, 1, 0, 0, 0), D(100))


def test_mix_of_programmes_is_divided_to_the_cent(tmp_path: Path, digitalpakt: Programme) -> None:
    make_financing({digitalpakt: 90, own_money(): 10}, "DigitalPakt 90/10")
    rows = (row("99,99", "DigitalPakt 90/10", number="A"), row("10", "DigitalPakt 90/10"))
    assert take(tmp_path, *rows).counts == (2, 0, 0, 0, 0)
    assert [amount for _name, amount, *_rest in parts()] == [D("89.99"), D("10.00"), D(9), D(1)]
    assert take(tmp_path, *rows).counts == (0, 0, 2, 0, 0)


def test_credit_notes_are_negative_and_say_so(tmp_path: Path) -> None:
    rows = (
        row("-20", number="GS-1", credit="Gutschrift", stage="Rechnung"),
        row("30", number="GS-2", stage="Gutschrift"),
        row("-5,00", number="GS-3", credit="ja"),
    )
    assert take(tmp_path, *rows).counts == (3, 0, 0, 0, 0)
    assert [(entry[1], entry[4]) for entry in entries()] == [
        ("invoiced", D(-20)),
        ("invoiced", D(-30)),
        ("paid", D(-5)),
    ]
    assert take(tmp_path, *rows).counts == (0, 0, 3, 0, 0)


def test_problems_are_told_at_their_cells(tmp_path: Path) -> None:
    result = take(
        tmp_path,
        row("$ 100"),
        row("100 CHF", net="0"),
        row("-100"),
        row("0"),
        row("12,345"),
        row("100", on=date(2999, 1, 1)),
        row("100", on=None),
        row(None),
        row("100", stage="gestern"),
        row("100", credit="Gutschrift", stage="geplant"),
        row("100", trade="LAN", category="Tablet"),
        row("100", site="Nirgendweg 1"),
        row("100", project="WLAN"),
        row("100", number="X" * 61),
    )
    assert result.cells == [
        (3, "Betrag brutto", "other_currency"),
        (4, "Betrag brutto", "other_currency"),
        (4, "Netto", "zero"),
        (5, "Betrag brutto", "negative"),
        (6, "Betrag brutto", "zero"),
        (7, "Betrag brutto", "fraction_of_cent"),
        (8, "Datum", "future_day"),
        (9, "Datum", "missing"),
        (10, "Betrag brutto", "missing"),
        (11, "Stand", "unknown_choice"),
        (12, "Belegart", "credited_plan"),
        (13, "Kategorie", "trade_and_category"),
        (14, "Standort", "unknown_site"),
        (15, "Bauprojekt", "unknown_project"),
        (16, "Belegnummer", "too_long"),
    ]
    assert CostEntry.objects.count() == 0


def test_rules_of_programmes_are_told_at_their_cells(tmp_path: Path, school: School, other_school: School) -> None:
    make_programme("Startchancen", is_tied=True, schools={school: None})
    result = take(
        tmp_path,
        row("100", stage="Rechnung", on=date(2025, 1, 7)),
        row("100", on=date(2025, 1, 7)),
        row("100", "Startchancen", school=other_school.name),
        row("100", "Startchancen", school=school.name, site=main_site(other_school).street),
        options=("--mode", "valid"),
    )
    assert result.cells == [
        (3, "Datum", "outside_period"),
        (5, "Schule", "not_listed"),
        (6, "Standort", "unknown_site"),
    ]
    assert len(entries()) == 1


def test_unknown_references_are_asked_once_and_never_created(tmp_path: Path) -> None:
    result = take(
        tmp_path,
        row("1", "DigitalPact"),
        row("2", "DigitalPact"),
        row("3", category="Tablette"),
        row("4", order="B-77"),
        row("5", school="Unbekannt"),
        row("6", trade="Dach"),
    )
    asked = {(one["kind"], one["text"], one["can_create"]) for one in result["unknown"]}
    assert asked == {
        ("programme", "DigitalPact", False),
        ("category", "Tablette", False),
        ("order", "B-77", False),
        ("school", "Unbekannt", False),
        ("value:trade", "Dach", False),
    }
    (programme,) = [one for one in result["unknown"] if one["kind"] == "programme"]
    assert [choice["label"] for choice in programme["suggestions"]] == ["DigitalPakt"]
    assert Programme.objects.filter(kind="grant").count() == 1


def test_order_project_and_site_are_found(tmp_path: Path, school: School, other_school: School) -> None:
    order = make_order(number="B-1")
    wlan, other = make_project(school, trade="wlan"), make_project(other_school, trade="wlan")
    rows = (
        row("1", order="B-1", category="Tablets"),
        row("2", project="WLAN-Ausbau", school=school.name),
        row("3", project=str(other)),
        row("4", project="WLAN", site=main_site(school).street),
        row("5", project="WLAN"),
    )
    result = take(tmp_path, *rows, options=("--mode", "valid"))
    assert (result.counts, result.cells) == ((4, 0, 0, 0, 0), [(7, "Bauprojekt", "ambiguous")])
    found = CostPart.objects.order_by("amount").values_list("order", "project", "trade", "site")
    assert list(found) == [
        (order.pk, None, "", None),
        (None, wlan.pk, "wlan", main_site(school).pk),
        (None, other.pk, "wlan", main_site(other_school).pk),
        (None, wlan.pk, "wlan", main_site(school).pk),
    ]


def test_document_of_another_day_is_asked_about(tmp_path: Path) -> None:
    take(tmp_path, row("100", number="RE-1", payee="Kranich"))
    later = date(2023, 6, 1)
    result = take(tmp_path, row("100", number="RE-1", payee="KRANICH", on=later))
    assert result.cells == [(3, "Belegnummer", "ambiguous")]
    (question,) = result["questions"]
    assert (question["can_create"], len(question["candidates"])) == (True, 1)
    other_firm = take(tmp_path, row("100", number="RE-1", payee="Storch", on=later))
    assert other_firm.counts == (1, 0, 0, 0, 0)


def test_document_with_a_bad_row_is_not_half_taken(tmp_path: Path) -> None:
    rows = (row("100", number="RE-1"), row("100 $", number="RE-1"), row("100", number="RE-2"))
    result = take(tmp_path, *rows, options=("--mode", "valid"))
    assert result.cells == [(3, "Belegnummer", "document"), (4, "Betrag brutto", "other_currency")]
    assert [entry[2] for entry in entries()] == ["RE-2"]


def test_net_amounts_are_stated_by_all_rows_of_a_document_or_none(tmp_path: Path) -> None:
    rows = (row("119", number="RE-1", net="100"), row("119", number="RE-1"), row("7", number="RE-2", net="9"))
    result = take(tmp_path, *rows)
    assert result.cells == [(3, "Belegnummer", "document"), (4, "Netto", "missing"), (5, "Netto", "net")]
    assert sum(result.counts) == 3


def test_blank_cells_that_clear_take_away(tmp_path: Path, school: School) -> None:
    full = {"number": "RE-1", "trade": "LAN", "school": school.name, "net": "50", "payee": "Kranich", "text": "Kabel"}
    take(tmp_path, row("100", **full))
    path = write_xlsx(tmp_path / "leer.xlsx", [HEADER, row("100", number="RE-1", payee="Kranich")])
    _kind, plan = services.plan_workbook(read_workbook(path), kind="costs", options=Options(blank="clear"))
    (cost,) = plan.work.changes.values()
    assert (cost.text, cost.net, cost.payee) == ("", None, "Kranich")
    assert [(part.trade, part.school) for part in cost.parts] == [("", None)]
    assert set(plan.changes[0]) == {"text", "net", "trade", "school"}


def test_columns_whose_changes_are_not_wanted_stay(tmp_path: Path) -> None:
    take(tmp_path, row("100", number="RE-1", trade="LAN"))
    rows = [row("90", number="RE-1", trade="LAN"), row("5", "own", number="RE-1", trade="Elektro")]
    path = write_xlsx(tmp_path / "neu.xlsx", [HEADER, *rows])
    options = Options(skip=("amount",))
    _kind, plan = services.plan_workbook(read_workbook(path), kind="costs", options=options)
    (cost,) = plan.work.changes.values()
    assert [(part.amount, part.trade) for part in cost.parts] == [(D(100), "lan"), (D(5), "electrical")]


def test_exceeded_budget_is_told(tmp_path: Path, digitalpakt: Programme) -> None:
    make_notice(digitalpakt, "-899910", number="Widerruf")
    result = take(tmp_path, row("60", number="A"), row("60", number="B"))
    assert result.counts == (2, 0, 0, 0, 0)
    assert [note for note in result["notes"] if "120,00" in note and "20,00" in note] != []


def test_number_of_queries_does_not_depend_on_rows(tmp_path: Path) -> None:
    counts = []
    for n, number in enumerate((2, 40)):
        rows = [row("10", number=f"N{n}-{i // 2}", payee=f"F {i}", school="Lindenschule") for i in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert take(tmp_path, *rows).counts == (number, 0, 0, 0, 0)
        counts.append(len(queries))
    assert counts[0] == counts[1]
