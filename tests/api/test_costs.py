"""Costs and how devices are paid: parts by amount and percent, corrections, sums, files, planned hand-overs."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from costs.models import CostEntry, CostFile
from funding.models import Programme
from inventory.models import Device, OrderLine, PlannedHandOver
from tests.factories import make_device, make_order
from tests.factories_money import make_cost, make_notice, make_programme, whole


@pytest.fixture
def programme():
    return make_programme("DigitalPakt", key="digitalpakt")


def a_cost(programme, **extra):
    part = {"programme": programme.pk, "amount": "119.00", "trade": "wlan", "school": "100100"}
    return {"stage": "paid", "on": "2024-03-01", "number": "R-1", "payee": "Netzbau", "parts": [part]} | extra


def test_cost_is_recorded_shown_corrected_and_withdrawn(write, get, manager, reader, school, programme, refused):
    made = write(manager, "post", "costs/", a_cost(programme, net="100.00"))
    path = f"costs/{made.json()['id']}/"
    part = made.json()["parts"][0]

    assert made.json() == {
        "id": CostEntry.objects.get().pk,
        "stage": "paid",
        "is_credit": False,
        "on": "2024-03-01",
        "number": "R-1",
        "payee": "Netzbau",
        "text": "",
        "amount": "119.00",
        "net": "100.00",
        "parts": [part],
    }
    assert part == {
        "id": part["id"],
        "programme": programme.pk,
        "programme_name": "DigitalPakt",
        "amount": "119.00",
        "trade": "wlan",
        "category": None,
        "school": "100100",
        "site": None,
        "order": None,
        "project": None,
        "valid_until": None,
    }
    better = a_cost(programme, is_credit=True, reason="war eine Gutschrift")
    corrected = write(manager, "post", f"{path}correct/", better, of=path)
    assert (corrected.json()["amount"], corrected.json()["parts"][0]["amount"]) == ("-119.00", "-119.00")
    assert refused(write(manager, "post", f"{path}correct/", better), 428) == []
    assert refused(write(manager, "post", f"{path}withdraw/", {}, of=path), 400) == [("reason", "required")]
    assert write(manager, "post", f"{path}withdraw/", {"reason": "doppelt"}, of=path).status_code == 204
    assert get(manager, path)[0] == get(reader, path)[0] == 404
    assert get(reader, "costs/")[0] == 403


def test_parts_by_percent_lose_no_cent(write, manager, programme, refused):
    own = Programme.objects.get(key="own")
    parts = [{"programme": programme.pk, "percent": "33.33"}, {"programme": own.pk, "percent": "66.67"}]
    body = {"stage": "invoiced", "on": "2024-03-01", "amount": "100.01", "parts": parts}

    made = write(manager, "post", "costs/", body)

    assert [part["amount"] for part in made.json()["parts"]] == ["33.33", "66.68"]
    assert made.json()["amount"] == "100.01"
    without = {name: value for name, value in body.items() if name != "amount"}
    assert refused(write(manager, "post", "costs/", without), 400) == [("amount", "required")]
    half = body | {"parts": [parts[0]]}
    assert refused(write(manager, "post", "costs/", half), 400) == [("parts", "not_100")]
    mixed = body | {"parts": [parts[0], {"programme": own.pk, "amount": "1"}]}
    assert refused(write(manager, "post", "costs/", mixed), 400) == [("parts", "mixed")]
    assert CostEntry.objects.count() == 1


def test_refusal_names_the_part(write, manager, school, other_school, refused):
    tied = make_programme(is_tied=True, schools={other_school: None})

    answer = write(manager, "post", "costs/", a_cost(tied))

    assert refused(answer, 400) == [("parts.0.school", "not_listed")]
    assert refused(write(manager, "post", "costs/", a_cost(tied, amount="5")), 400)[0] == ("parts", "other_sum")


def test_check_warns_and_writes_nothing(write, manager, school, programme):
    make_notice(programme, "100")

    told = write(manager, "post", "costs/check/", a_cost(programme)).json()

    assert (told["amount"], told["parts"], len(told["warnings"])) == ("119.00", ["119.00"], 1)
    assert CostEntry.objects.count() == 0


def test_filters_and_past_days_are_those_of_the_page(get, write, manager, school, programme):
    wlan = make_cost("10", programme=programme, trade="wlan", school=school, on=date(2024, 2, 1))
    plan = make_cost("20", stage="planned", trade="lan", on=date(2024, 3, 1))
    path = f"costs/{plan.pk}/"
    write(manager, "post", f"{path}end/", {"on": "2024-05-01"}, of=path)

    def found(**query):
        return {row["id"] for row in get(manager, "costs/", **query)[1]["results"]}

    assert found() == {wlan.pk, plan.pk}
    assert found(programme="digitalpakt") == found(trade="wlan") == found(school="100100") == {wlan.pk}
    assert found(as_of="2024-04-01") == {wlan.pk, plan.pk}
    assert found(as_of="2024-05-01") == found(as_of="2024-02-15") == {wlan.pk}
    assert get(manager, "costs/", colour="red")[0] == 400


def test_sums_are_by_what_was_asked(get, manager, reader, school, programme):
    make_cost("10", programme=programme, trade="wlan", school=school, on=date(2023, 2, 1))
    make_cost("20", programme=programme, trade="lan", on=date(2024, 2, 1))

    def sums(**query):
        return get(manager, "costs/sums/", **query)[1]["sums"]

    assert sums() == [{"amount": "30.00"}]
    assert sums(by="year") == [{"year": 2023, "amount": "10.00"}, {"year": 2024, "amount": "20.00"}]
    assert sums(by="programme,school", as_of="2023-12-31") == [
        {"programme": programme.pk, "school": "100100", "amount": "10.00"}
    ]
    assert sums(by="stage", since="2024-01-01") == [{"stage": "paid", "amount": "20.00"}]
    assert get(manager, "costs/sums/", by="colour")[0] == 400
    assert get(reader, "costs/sums/")[0] == 403


def test_document_is_kept_handed_out_and_removed(api, write, get, manager, it_staff, programme, refused):
    path = f"costs/{make_cost().pk}/files/"
    client = api(manager)

    def send(content, name):
        upload = SimpleUploadedFile(name, content)
        return client.post(f"/api/v1/{path}", {"file": upload, "name": "Rechnung"}, format="multipart")

    made = send(b"%PDF-1.7\nx", "r.pdf")
    one = f"{path}{made.json()['id']}/"
    content = api(it_staff).get(f"/api/v1/{one}content/")

    assert (made.status_code, made["Location"]) == (201, f"http://testserver/api/v1/{one}")
    assert (made.json()["name"], made.json()["media_type"]) == ("Rechnung", "application/pdf")
    assert b"".join(content.streaming_content) == b"%PDF-1.7\nx"
    assert content["Content-Disposition"] == 'attachment; filename="Rechnung.pdf"'
    assert refused(send(b"MZ", "x.exe"), 400) == [("file", "unknown_type")]
    assert write(manager, "delete", one, of=one).status_code == 204
    assert not CostFile.objects.exists()


def test_devices_and_order_lines_say_how_they_are_paid(write, get, manager, it_staff, reader, school, refused):
    bound = make_programme("Gebunden", binding_start="fixed", binding_until=date(2029, 12, 31))
    device, line = make_device(school=school), OrderLine.objects.get(order=make_order())
    path, body = f"devices/{device.pk}/", {"financing": whole(bound).pk}

    assert refused(write(it_staff, "patch", path, body, of=path), 403) == []
    paid = write(manager, "patch", path, body | {"note": "neu"}, of=path).json()
    shown = get(reader, path)[1]
    order = f"orders/{line.order_id}/"
    lines = write(manager, "patch", order, {"lines": [{"id": line.pk, **body}]}, of=order).json()["lines"]

    assert (paid["financing_name"], paid["bound_until"], paid["note"]) == ("Gebunden", "2029-12-31", "neu")
    assert (shown["financing"], shown["bound_until"]) == (whole(bound).pk, "2029-12-31")
    assert (lines[0]["financing"], lines[0]["financing_name"]) == (whole(bound).pk, "Gebunden")
    assert [row["id"] for row in get(reader, "devices/", programme=bound.key)[1]["results"]] == [device.pk]


def test_many_devices_are_paid_in_one_act(write, manager, school, other_school):
    tied = make_programme("Gebunden", is_tied=True, schools={school: None})
    devices = [make_device(school=school), make_device(school=other_school)]
    body = {"ids": [device.pk for device in devices], "financing": whole(tied).pk}

    trial = write(manager, "post", "devices/finance/", body | {"dry_run": True}).json()
    done = write(manager, "post", "devices/finance/", body).json()

    assert (trial["changed"], trial["dry_run"], len(trial["warnings"])) == (2, True, 1)
    assert (done["changed"], done["rows"][0]["changes"]) == (2, {"financing": [None, whole(tied).pk]})
    assert Device.objects.filter(financing=whole(tied)).count() == 2


def test_transition_warns_of_tied_devices(write, manager, school, other_school):
    tied = make_programme("Gebunden", is_tied=True, schools={school: None})
    device = make_device(school=school)
    write(manager, "post", "devices/finance/", {"ids": [device.pk], "financing": whole(tied).pk})
    body = {"ids": [device.pk], "on": "2024-09-01", "school": "100200", "dry_run": True}

    assert len(write(manager, "post", "devices/transition/", body).json()["warnings"]) == 1


def test_hand_overs_are_planned_and_given_up(write, get, manager, school_admin, school, other_school, refused):
    row = {"category": "tablet", "quantity": 30, "due_from": "2025-01-01", "due_until": "2025-04-01"}
    rows = [row | {"on": "2024-06-01", "school": number} for number in ("100100", "100200")]

    made = write(manager, "post", "planned-hand-overs/", {"rows": rows})
    own = get(school_admin, "planned-hand-overs/")[1]["results"]
    wrong = [rows[0], rows[1] | {"due_until": "2025-01-01"}]
    ended = write(manager, "post", f"planned-hand-overs/{made.json()['rows'][0]['id']}/withdraw/", {"on": "2024-07-01"})

    assert made.status_code == 201
    assert [(plan["school"], plan["quantity"]) for plan in own] == [("100100", 30)]
    assert own[0].keys() & {"programme", "order_line", "note"} == set()
    assert refused(write(manager, "post", "planned-hand-overs/", {"rows": wrong}), 400) == [("rows.1.due_until", "due")]
    assert ended.status_code == 204
    assert get(school_admin, "planned-hand-overs/")[1]["results"] == []
    assert len(get(school_admin, "planned-hand-overs/", as_of="2024-06-15")[1]["results"]) == 1
    assert PlannedHandOver.objects.known().count() == 2


def test_list_takes_the_same_number_of_queries_for_1_and_3(api, manager, school, django_assert_max_num_queries):
    client = api(manager)
    client.get("/api/v1/costs/")
    counts = []
    for expected in (1, 3):
        while CostEntry.objects.count() < expected:
            make_cost(programme=make_programme(), school=school)
        with django_assert_max_num_queries(8) as captured:
            assert len(client.get("/api/v1/costs/").json()["results"]) == expected
        counts.append(len(captured))

    assert counts[0] == counts[1]
