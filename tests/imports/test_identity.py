"""By which key a row finds its device, and what happens where its keys do not agree."""

from pathlib import Path
from typing import Any

import pytest

from audit.actor import Actor
from common.sheets.reader import read_workbook
from imports import services
from imports.options import Options
from imports.preview import Plan
from inventory.models import Device
from inventory.services import update_details
from tests.factories import an_act, make_devices, make_model
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Inventarnummer", "Jamf ID", "Hersteller", "Modell", "Status", "Bemerkung"]


@pytest.fixture
def two(db: None) -> list[Device]:
    devices = make_devices(2, status="in_stock")
    update_details({devices[0].pk: {"mdm_id": "A-1"}}, an_act())
    return devices


def row(serial: str = "", tag: str = "", mdm_id: str = "", note: str = "neu", maker: str = "Apple") -> list[Any]:
    return [serial, tag, mdm_id, maker, "iPad 9", "im Lager", note]


def planned(path: Path, *rows: list[Any], decisions: Any = None) -> Plan:
    book = read_workbook(write_xlsx(path, [HEADER, *rows]))
    return services.plan_workbook(book, kind="devices", options=Options(), decisions=decisions)[1]


def test_row_says_by_which_key_it_was_found(two, tmp_path):
    rows = [row(two[0].serial, two[0].asset_tag, "A-1"), row(tag=two[1].asset_tag), row(mdm_id="a-1")]
    plans = [planned(tmp_path / "a.xlsx", one) for one in rows]
    assert [(plan.matched_by, plan.records) for plan in plans] == [
        (["serial"], [two[0].pk]),
        (["asset_tag"], [two[1].pk]),
        (["mdm_id"], [two[0].pk]),
    ]


def test_id_of_the_mdm_is_taken_and_kept_unique(two, tmp_path):
    result = import_file(write_xlsx(tmp_path / "a.xlsx", [HEADER, row(two[1].serial, mdm_id="b-2")]))
    assert (result.counts, Device.objects.get(pk=two[1].pk).mdm_id) == ((0, 1, 0, 0, 0), "B-2")
    twice = [row("NEU1", mdm_id="C-3"), row("NEU2", mdm_id="c-3")]
    assert [code for _row, _column, code in import_file(write_xlsx(tmp_path / "b.xlsx", [HEADER, *twice])).cells] == [
        "duplicate_mdm_id"
    ] * 2


def test_new_device_needs_more_than_an_id_of_the_mdm(two, tmp_path):
    result = import_file(write_xlsx(tmp_path / "a.xlsx", [HEADER, row(mdm_id="Z-9")]))
    assert [code for _row, _column, code in result.cells] == ["no_number"]


@pytest.mark.parametrize("key", ["asset_tag", "mdm_id"])
def test_keys_of_two_devices_are_a_question(two, tmp_path, key):
    numbers = {"tag": two[0].asset_tag} if key == "asset_tag" else {"mdm_id": "A-1"}
    plan = planned(tmp_path / "a.xlsx", row(two[1].serial, **numbers))
    (question,) = plan.summary()["questions"]
    assert (plan.counts["ambiguous"], [choice["id"] for choice in question["candidates"]]) == (
        1,
        [two[1].pk, two[0].pk],
    )


@pytest.mark.parametrize("chosen", [0, 1])
def test_chosen_device_is_changed_and_takes_no_number_of_the_other(two, tmp_path, by: Actor, chosen):
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, row(two[1].serial, tag=two[0].asset_tag)])
    with path.open("rb") as file:
        batch = services.preview_batch(services.upload_batch(file, name="a.xlsx", by=by, kind="devices"))
    text = batch.summary["questions"][0]["text"]
    services.decide(batch, by=by, decisions={"row": {text: {"action": "map", "to": two[chosen].pk}}})
    batch = services.take_batch(services.preview_batch(batch), by=by)
    after = list(Device.objects.filter(pk__in=[d.pk for d in two]).order_by("pk"))
    assert [d.note for d in after] == (["neu", ""] if chosen == 0 else ["", "neu"])
    assert [(d.serial, d.asset_tag) for d in after] == [(d.serial, d.asset_tag) for d in two]
    assert (batch.status, batch.summary["changed"]) == ("taken", 1)


def test_row_in_doubt_is_left_out_if_somebody_says_so(two, tmp_path):
    doubtful = row(two[1].serial, tag=two[0].asset_tag)
    text = planned(tmp_path / "a.xlsx", doubtful).summary()["questions"][0]["text"]
    plan = planned(tmp_path / "a.xlsx", doubtful, decisions={"row": {text: {"action": "reject"}}})
    assert plan.counts["skipped"] == 1


def test_serial_of_several_makers_is_a_question_without_the_maker(two, tmp_path):
    other = make_devices(1, model=make_model("Tab", manufacturer="Nord"), status="in_stock")[0]
    update_details({other.pk: {"serial": two[0].serial}}, an_act())
    without = row(two[0].serial, maker="")
    without[4] = ""
    assert planned(tmp_path / "a.xlsx", without).counts["ambiguous"] == 1
    assert planned(tmp_path / "a.xlsx", row(two[0].serial)).records == [two[0].pk]
