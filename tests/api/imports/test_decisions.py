"""What is answered, corrected and chosen before rows are taken."""

import pytest
from django.core.exceptions import ValidationError

from imports.answers import Answer, decide_values
from imports.models import ImportBatch
from inventory.models import Device, DeviceModel
from tests.api.batches import URL, counts, row, workbook
from tests.factories import make_model, make_user

pytestmark = pytest.mark.django_db


def test_rejected_rows_stop_all_and_the_good_ones_can_be_taken(mine, tmp_path, school):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1), row(2, since="31.02.2024")))
    (problem,) = mine.detail(pk)["problems"]
    assert {name: problem[name] for name in ("sheet", "row", "column", "cell", "value", "severity")} == {
        "sheet": "Geräte",
        "row": 3,
        "column": "Seit",
        "cell": "G3",
        "value": "31.02.2024",
        "severity": "error",
    }

    assert mine.send(pk, "take/").json()["status"] == "previewed"
    assert Device.objects.count() == 0
    assert mine.send(pk, "take/", {"mode": "valid"}).json()["status"] == "taken"
    assert list(Device.objects.values_list("serial", flat=True)) == ["SN1"]


def test_unknown_values_are_answered(mine, tmp_path, school, other_school):
    known = make_model()
    pk = mine.upload(workbook(tmp_path, row(1, model="iPad Neun"), row(2, model="Nordbook"), row(3, school="Linden")))
    asked = {(one["kind"], one["text"]) for one in mine.detail(pk)["unknown"]}
    assert asked == {("model", "Apple iPad Neun"), ("model", "Apple Nordbook"), ("school", "Linden")}
    choices = mine.get(pk, "choices/", kind="school", text="Linden").json()["choices"]
    assert sorted(choice["id"] for choice in choices) == [school.pk, other_school.pk]

    answers = [
        {"kind": "model", "text": "Apple iPad Neun", "action": "map", "to": known.pk},
        {
            "kind": "model",
            "text": "Apple Nordbook",
            "action": "create",
            "manufacturer": "Nord",
            "model": "Nordbook 1",
            "category": "laptop",
        },
    ]
    answer = mine.send(pk, "decide/", {"answers": answers, "others": {"school": "reject"}})

    assert (answer.status_code, counts(answer.json())) == (202, (2, 0, 0, 0, 0, 1))
    given = {(one["kind"], one["text"], one["action"], one["to"]) for one in mine.detail(pk)["decisions"]}
    assert given == {
        ("model", "Apple iPad Neun", "map", known.pk),
        ("model", "Apple Nordbook", "create", None),
        ("school", "Linden", "reject", None),
    }
    withdrawn = mine.send(pk, "decide/", {"answers": [{"kind": "school", "text": "Linden", "action": "withdraw"}]})
    assert counts(withdrawn.json()) == (2, 0, 0, 1, 0, 0)
    assert mine.send(pk, "take/", {"mode": "valid"}).json()["status"] == "taken"
    assert DeviceModel.objects.filter(name="Nordbook 1", category__key="laptop").count() == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"kind": "model", "text": "Apple X", "action": "map", "to": 987654321}, "not_offered"),
        ({"kind": "model", "text": "Apple X", "action": "map", "to": "1"}, "not_offered"),
        ({"kind": "model", "text": "Apple X", "action": "map"}, "not_offered"),
        ({"kind": "model", "text": "Apple Y", "action": "reject"}, "no_question"),
        ({"kind": "model", "text": "Apple X", "action": "create", "manufacturer": "Nord"}, "incomplete"),
        (
            {
                "kind": "model",
                "text": "Apple X",
                "action": "create",
                "manufacturer": "N",
                "model": "X",
                "category": "nonsense",
            },
            "incomplete",
        ),
        ({"kind": "model", "text": "Apple X", "action": "withdraw"}, "not_answered"),
        ({"kind": "nonsense", "text": "Apple X", "action": "withdraw"}, "not_answered"),
    ],
)
def test_answer_to_nothing_that_was_asked_is_refused(mine, tmp_path, school, refused, answer, code):
    make_model("Y")
    pk = mine.upload(workbook(tmp_path, row(1, model="X")))
    before = mine.detail(pk)

    assert refused(mine.send(pk, "decide/", {"answers": [answer]}), 400) == [("", code)]
    assert mine.detail(pk) == before


def test_school_of_somebody_else_is_no_answer(school, other_school):
    """The same question to somebody who does not see the other school."""
    user = make_user("sara", role="school_admin", school=school)
    batch = ImportBatch(summary={"unknown": [_unknown_school()]})
    answer = Answer("school", "Linden", "map", other_school.pk)
    with pytest.raises(ValidationError) as refusal:
        decide_values(batch, user, [answer], {})
    assert [one.code for one in refusal.value.error_list] == ["not_offered"]


def _unknown_school():
    return {"kind": "school", "text": "Linden", "can_create": False, "suggestions": []}


def test_corrected_cell_is_read_instead_of_the_file(mine, tmp_path, school):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1, since="31.02.2024")))

    answer = mine.send(pk, "correct/", {"cells": [{"sheet": "Geräte", "cell": "G2", "text": "28.02.2024"}]})

    assert (answer.status_code, counts(answer.json())) == (202, (1, 0, 0, 0, 0, 0))
    assert mine.detail(pk)["corrections"] == [{"sheet": "Geräte", "cell": "G2", "text": "28.02.2024"}]
    back = mine.send(pk, "correct/", {"cells": [{"sheet": "Geräte", "cell": "G2", "text": None}]})
    assert counts(back.json()) == (0, 0, 0, 1, 0, 0)


def test_headings_and_options_are_chosen(mine, tmp_path, school):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1)))
    change = {"mapping": {"Kategorie": None}, "status": "in_stock", "skip": ["note"], "mode": "valid"}

    answer = mine.send(pk, "", change, method="patch")

    assert answer.status_code == 202
    detail = mine.detail(pk)
    assert detail["mapping"] == {"Kategorie": None}
    assert [one["key"] for one in detail["columns"] if one["heading"] == "Kategorie"] == [None]
    assert {name: detail["options"][name] for name in ("status", "skip", "mode")} == {
        "status": "in_stock",
        "skip": ["note"],
        "mode": "valid",
    }
    mine.send(pk, "", {"mapping": {}}, method="patch")
    assert [one["key"] for one in mine.detail(pk)["columns"] if one["heading"] == "Kategorie"] == ["category"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"mapping": {"Nichts": "serial"}}, ("", "no_heading")),
        ({"mapping": {"SerNr": "nonsense"}}, ("", "unknown_column")),
        ({"mapping": {"SerNr": "serial", "Modell": "serial"}}, ("", "chosen_twice")),
        ({"skip": ["nonsense"]}, ("skip", "unknown_column")),
        ({"sheet": "Tabelle 9"}, ("sheet", "no_sheet")),
        ({"on": "2999-01-01"}, ("on", "invalid")),
        ({"profile": 987654321}, ("profile", "does_not_exist")),
        ({"kind": "nonsense"}, ("kind", "invalid_choice")),
        ({"colour": "red"}, ("colour", "unknown_field")),
        ({}, ("", "nothing_to_change")),
    ],
)
def test_wrong_reading_is_refused(mine, tmp_path, school, refused, change, problem):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1)))

    assert refused(mine.send(pk, "", change, method="patch"), 400) == [problem]


def test_who_decides_on_an_older_preview_is_told(mine, tmp_path, school, refused):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1)))
    seen = mine.version(pk)
    mine.send(pk, "", {"status": "in_stock"}, method="patch")

    answer = mine.send(pk, "take/", version=seen)

    assert refused(answer, 412) == []
    assert (answer.json()["current"]["id"], answer["ETag"]) == (pk, mine.version(pk))
    assert refused(mine.client.post(f"{URL}{pk}/take/", {}), 428) == []
    assert Device.objects.count() == 0


def test_reading_alone_changes_no_version(mine, tmp_path, school):
    pk = mine.upload(workbook(tmp_path, row(1)))
    assert mine.version(pk) == mine.version(pk)


def test_progress_says_that_nobody_works(mine, tmp_path, school, it_staff):
    pk = mine.upload(workbook(tmp_path, row(1)))
    expected = {
        "id": pk,
        "status": "previewed",
        "phase": "waiting",
        "done": 0,
        "total": 0,
        "error": "",
        "is_stuck": False,
    }
    assert mine.get(pk, "progress/").json() == expected


def test_batch_that_waits_can_be_cancelled_and_discarded(mine, tmp_path, school, refused):
    pk = mine.upload(workbook(tmp_path, row(1)))
    assert refused(mine.send(pk, "cancel/"), 400) == [("", "too_late")]
    assert mine.send(pk, "discard/").json()["status"] == "discarded"
    assert refused(mine.send(pk, "discard/"), 400) == [("", "finished")]
    assert refused(mine.send(pk, "take/"), 400) == [("", "finished")]
    assert mine.get(pk, "file/").status_code == 404

    ImportBatch.objects.filter(pk=pk).update(status="uploaded", summary={})
    assert mine.send(pk, "cancel/").json()["status"] == "discarded"
