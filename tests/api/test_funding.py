"""Programmes, what was granted and drawn, financings: exact answers, rights, versions, refusals."""

from datetime import date
from decimal import Decimal

import pytest

from funding.models import Financing, GrantNotice, Programme
from tests.factories_money import make_cost, make_drawdown, make_notice, make_programme


@pytest.fixture
def programme(school):
    return make_programme("DigitalPakt", key="digitalpakt", rate=Decimal(90), schools={school: Decimal("5000.00")})


def test_programme_is_shown_without_amounts_to_readers(get, reader, manager, school_admin, programme):
    expected = {
        "id": programme.pk,
        "key": "digitalpakt",
        "name": "DigitalPakt",
        "kind": "grant",
        "funder": "",
        "rate": "90.00",
        "begins_on": None,
        "ends_on": None,
        "proof_due_on": None,
        "binding_start": "none",
        "binding_years": None,
        "binding_until": None,
        "trades": [],
        "is_tied": False,
        "contact": "",
        "note": "",
        "binding_end": None,
        "schools": [{"school": "100100"}],
        "categories": [],
    }

    assert get(reader, f"programmes/{programme.pk}/") == (200, expected)
    seen = get(manager, f"programmes/{programme.pk}/")[1]
    assert seen == expected | {"cap_per_device": None, "schools": [{"school": "100100", "cap": "5000.00"}]}
    assert get(school_admin, f"programmes/{programme.pk}/")[0] == 404
    assert get(school_admin, "programmes/")[1]["results"] == []


def test_programme_is_created_changed_and_deleted(write, manager, school, other_school, refused):
    body = {
        "name": "Landesmittel",
        "rate": "80",
        "trades": ["wlan"],
        "schools": [{"school": "100100", "cap": "1000.00"}],
        "categories": [{"category": "tablet"}],
    }

    made = write(manager, "post", "programmes/", body)
    path = f"programmes/{made.json()['id']}/"
    change = {"funder": "Land", "schools": [{"school": "100200"}], "reason": "Bescheid"}
    changed = write(manager, "patch", path, change, of=path)

    assert (made.status_code, made["Location"]) == (201, f"http://testserver/api/v1/{path}")
    assert (made.json()["key"], made.json()["trades"]) == ("landesmittel", ["wlan"])
    assert made.json()["categories"] == [{"category": "tablet", "cap": None}]
    assert changed.json()["schools"] == [{"school": "100200", "cap": None}]
    assert (changed.json()["funder"], changed.json()["categories"]) == ("Land", made.json()["categories"])
    assert refused(write(manager, "patch", path, {"funder": "X"}), 428) == []
    assert write(manager, "delete", path, of=path).status_code == 204
    assert not Programme.objects.filter(name="Landesmittel").exists()


def test_used_programme_is_not_deleted(write, manager, programme, refused):
    make_notice(programme, "1000")
    path = f"programmes/{programme.pk}/"

    assert refused(write(manager, "delete", path, of=path), 400) == [("", "used")]


def test_notices_and_drawdowns_are_recorded_corrected_and_withdrawn(write, get, manager, reader, programme, refused):
    path = f"programmes/{programme.pk}/notices/"

    made = write(manager, "post", path, {"on": "2024-02-01", "number": "ZB-1", "amount": "1000.00"})
    first = made.json()["id"]
    better = write(manager, "post", f"{path}{first}/correct/", {"amount": "900.00", "reason": "Zahlendreher"})
    drawn = write(manager, "post", f"programmes/{programme.pk}/drawdowns/", {"on": "2024-03-01", "amount": "50.00"})

    assert (made.status_code, made["Location"]) == (201, f"http://testserver/api/v1/{path}{first}/")
    assert (better.json()["amount"], better.json()["number"]) == ("900.00", "ZB-1")
    assert drawn.json()["amount"] == "50.00"
    assert [row["amount"] for row in get(manager, path)[1]["results"]] == ["900.00"]
    assert get(manager, path, as_of="2024-01-31")[1]["results"] == []
    assert get(reader, path)[0] == 403
    assert refused(write(manager, "post", f"{path}{first}/withdraw/", {"reason": "doppelt"}), 404) == []
    gone = write(manager, "post", f"{path}{better.json()['id']}/withdraw/", {"reason": "doppelt"})
    assert gone.status_code == 204
    assert list(GrantNotice.objects.known()) == []
    nothing = write(manager, "post", path, {"on": "2024-02-01", "number": "Z", "amount": "0"})
    assert [field for field, _code in refused(nothing, 400)] == ["amount"]


def test_milestone_of_a_programme_is_moved_and_reached(write, manager, programme):
    path = f"programmes/{programme.pk}/milestones/"
    made = write(manager, "post", path, {"name": "Antragsende", "due_on": "2024-06-30"}).json()
    one = f"{path}{made['id']}/"

    changed = write(manager, "patch", one, {"due_on": "2024-07-31", "done_on": "2024-07-01"}, of=one)

    assert changed.json() == {
        "id": made["id"],
        "name": "Antragsende",
        "due_on": "2024-07-31",
        "done_on": "2024-07-01",
    }
    assert write(manager, "delete", one, of=one).status_code == 204


def test_financing_sums_up_to_100(write, manager, programme, refused):
    own = Programme.objects.get(key="own")
    shares = [{"programme": programme.pk, "percent": "90"}, {"programme": own.pk, "percent": "10"}]

    made = write(manager, "post", "financings/", {"name": "90/10", "shares": shares})
    path = f"financings/{made.json()['id']}/"
    changed = write(manager, "patch", path, {"name": "Mischung"}, of=path)

    told = [(share["programme"], share["percent"]) for share in changed.json()["shares"]]
    assert told == [(programme.pk, "90.00"), (own.pk, "10.00")]
    assert changed.json()["name"] == "Mischung"
    wrong = {"name": "X", "shares": shares[:1]}
    assert refused(write(manager, "post", "financings/", wrong), 400) == [("shares", "not_100")]
    assert write(manager, "delete", path, of=path).status_code == 204
    assert set(Financing.objects.values_list("name", flat=True)) >= {"DigitalPakt"}


def test_money_says_what_is_left(get, manager, reader, programme):
    make_notice(programme, "900", on=date(2024, 1, 1))
    make_cost("300", programme=programme, stage="committed", on=date(2024, 2, 1))
    make_cost("100", programme=programme, stage="paid", on=date(2024, 3, 1))
    make_drawdown(programme, "50", on=date(2024, 3, 2))

    def money(**query):
        overview = get(manager, "programmes/money/", **query)[1]
        return next(row for row in overview["programmes"] if row["key"] == "digitalpakt")

    now, then = money(), money(as_of="2024-02-15")
    names = ("granted", "budget", "bound", "paid", "rest", "drawn", "grant_part", "own_share", "to_draw")
    assert [now[name] for name in names] == [
        "900.00",
        "1000.00",
        "300.00",
        "100.00",
        "700.00",
        "50.00",
        "90.00",
        "10.00",
        "40.00",
    ]
    assert (then["bound"], then["paid"], then["drawn"]) == ("300.00", "0.00", "0.00")
    assert get(reader, "programmes/money/")[0] == 403


@pytest.mark.parametrize("path", ["programmes/", "financings/", "costs/", "planned-hand-overs/"])
def test_it_staff_reads_and_does_not_write(path, api, it_staff, refused, programme):
    assert api(it_staff).get(f"/api/v1/{path}").status_code == 200
    assert refused(api(it_staff).post(f"/api/v1/{path}", {}), 403) == []


def test_programme_is_created_once_for_the_same_key(api, manager):
    body, headers = {"name": "Einmal"}, {"Idempotency-Key": "p-1"}

    client = api(manager)
    first, again = (client.post("/api/v1/programmes/", body, headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert Programme.objects.filter(name="Einmal").count() == 1
