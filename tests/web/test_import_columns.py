"""What headings mean is seen and changed on the page of an import, and kept as a profile."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from imports.enums import BatchStatus
from imports.models import ImportBatch, ImportProfile
from inventory.models import Device
from tests.factories import make_model
from tests.imports.workbooks import write_xlsx
from tests.web.pages import tables, text

pytestmark = pytest.mark.django_db
HEADER = ["Seriennumer", "Hersteller", "Modell", "Status", "Kennung X", "Zuordnung"]
ROWS = [
    ["S1", "Apple", "iPad 9", "im Lager", "OB-1", "Erika Mustermann"],
    ["S2", "Apple", "iPad 9", "Klasse 5b iPad-Schrank", "OB-2", "Jan Kowalski"],
]


@pytest.fixture
def page(signed_in, it_staff) -> Client:
    client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def batch(page, tmp_path, school) -> ImportBatch:
    make_model("iPad 9")
    return uploaded(page, tmp_path)


def uploaded(page, tmp_path, header=HEADER, rows=ROWS) -> ImportBatch:
    with write_xlsx(tmp_path / "liste.xlsx", [header, *rows]).open("rb") as file:
        page.post("/imports/", {"file": file})
    return ImportBatch.objects.latest("pk")


def at(batch, name="detail"):
    return reverse(f"web:import_{name}", args=[batch.pk])


def form_of(response):
    return next(part["form"] for part in response.context if "form" in part and hasattr(part["form"], "rows"))


def shown(response):
    """Heading → (examples, what it is taken for, why) of the form on a page."""
    return {row.heading: (row.values, row.field.value(), row.why) for row in form_of(response).rows()}


def chosen(response, **changes):
    """The form as a browser sends it, with other choices for the headings that begin like the given names."""
    data = {}
    for row in form_of(response).rows():
        change = next((key for name, key in changes.items() if row.heading.startswith(name)), None)
        data[row.field.html_name] = row.field.value() if change is None else change
    return data


def test_page_says_what_each_heading_was_taken_for_and_why(page, batch):
    response = page.get(at(batch))
    assert shown(response) == {
        "Seriennumer": (["S1", "S2"], "serial", "similar (95 %)"),
        "Hersteller": (["Apple"], "manufacturer", "same name"),
        "Modell": (["iPad 9"], "model", "same name"),
        "Status": (["im Lager", "Klasse 5b iPad-Schrank"], "status", "same name"),
        "Kennung X": (["OB-1", "OB-2"], "", ""),
        "Zuordnung": ([], "", "left out: may name persons"),
    }
    assert [row[0] for row in tables(response, "content")[0]] == ["Heading in the file", *HEADER]
    assert "4 of 6 are used (not used: Kennung X, Zuordnung)" in text(response)
    assert "Erika" not in response.content.decode()


def test_heading_chosen_by_hand_is_read_by_the_worker(page, batch):
    response = page.post(at(batch, "columns"), chosen(page.get(at(batch)), Kennung="asset_tag"), follow=True)
    assert shown(response)["Kennung X"] == (["OB-1", "OB-2"], "asset_tag", "chosen by hand")
    assert shown(response)["Hersteller"] == (["Apple"], "manufacturer", "same name")
    batch.refresh_from_db()
    assert (batch.status, batch.mapping) == (BatchStatus.PREVIEWED, {"Kennung X": "asset_tag"})

    back = page.post(at(batch, "columns"), {"reset": "1"}, follow=True)
    assert shown(back)["Kennung X"] == (["OB-1", "OB-2"], "", "")


def test_column_can_be_chosen_for_one_heading_only(page, batch):
    response = page.post(at(batch, "columns"), chosen(page.get(at(batch)), Kennung="serial"))
    assert response.status_code == 422
    assert "“Serial number” is chosen for “Seriennumer” already." in text(response)
    batch.refresh_from_db()
    assert batch.mapping == {}


def test_column_of_names_needs_the_right(page, batch, manager):
    response = page.post(at(batch, "columns"), chosen(page.get(at(batch)), Zuordnung="note"))
    assert response.status_code == 422
    assert "only a manager or an administrator may take it in" in text(response)

    page.force_login(manager)
    response = page.post(at(batch, "columns"), chosen(page.get(at(batch)), Zuordnung="note"), follow=True)
    assert shown(response)["Zuordnung"][1:] == ("note", "chosen by hand")


def test_unknown_word_is_asked_about_once_and_mapped(page, batch):
    response = page.get(at(batch))
    (form,) = response.context["decisions"].forms
    assert "Words in the column “Status” that are not known" in text(response)
    data = {f"{form.prefix}-meaning": "map:in_stock"}
    answered = page.post(at(batch, "decide"), data, follow=True)
    assert "means in stock" in text(answered)
    page.post(at(batch, "take"), {"mode": "all"})
    assert set(Device.objects.values_list("status", flat=True)) == {"in_stock"}


def test_profile_is_saved_used_renamed_and_deleted(page, batch, tmp_path):
    response = page.get(at(batch))
    (form,) = response.context["decisions"].forms
    page.post(at(batch, "decide"), {f"{form.prefix}-meaning": "map:in_stock"})
    page.post(at(batch, "columns"), chosen(page.get(at(batch)), Kennung="asset_tag"))
    saved = page.post(at(batch, "profile_save"), {"name": "Lieferant Bechtle", "sender": "Bechtle"}, follow=True)
    assert "Kept as the profile “Lieferant Bechtle”." in text(saved)

    later = uploaded(page, tmp_path, rows=[["S3", *ROWS[1][1:4], "OB-3", "Ali Demir"]])
    response = page.get(at(later))
    assert "Profile: “Lieferant Bechtle”" in text(response)
    assert "means in stock (from the profile)" in text(response)
    assert shown(response)["Kennung X"] == (["OB-3"], "asset_tag", "as in the profile")

    without = page.post(at(later, "profile"), {"profile": "0"}, follow=True)
    assert "Profile: none" in text(without)
    assert shown(without)["Kennung X"][1:] == ("asset_tag", "as in an earlier import")

    profile = ImportProfile.objects.get()
    listed = tables(page.get(reverse("web:profile_list")))[0]
    assert listed[1][:4] == ["Lieferant Bechtle", "Bechtle", "devices and boards", "ina.it"]
    change = reverse("web:profile_change", args=[profile.pk])
    assert "Asset tagkennungx" in text(page.get(change))
    page.post(change, {"name": "Bechtle", "sender": ""})
    assert ImportProfile.objects.get().name == "Bechtle"
    page.post(reverse("web:profile_delete", args=[profile.pk]))
    assert not ImportProfile.objects.exists()


def test_profile_of_the_same_name_is_refused_in_a_sentence(page, batch):
    page.post(at(batch, "profile_save"), {"name": "P", "sender": ""})
    page.post(at(batch, "profile"), {"profile": "0"})
    response = page.post(at(batch, "profile_save"), {"name": "P", "sender": ""})
    assert response.status_code == 422
    assert "There is already a profile of this name." in text(response)


def test_columns_of_a_taken_batch_are_only_shown(page, batch):
    page.post(at(batch, "take"), {"mode": "valid"})
    response = page.get(at(batch))
    rows = tables(response, "content")[0]
    assert rows[1] == ["Seriennumer", "S1 · S2", "Serial number", "similar (95 %)"]
    refused = page.post(at(batch, "columns"), chosen(response, Kennung="asset_tag"))
    assert refused.status_code == 422


def test_page_takes_the_same_queries_with_one_and_three_profiles(page, batch):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page.get(at(batch))
        return len(queries)

    page.post(at(batch, "profile_save"), {"name": "A", "sender": ""})
    one = count()
    for name in ("B", "C"):
        ImportProfile.objects.create(
            name=name, kind="devices", fingerprint="0" * 64, created_at=ImportProfile.objects.get(name="A").created_at
        )
    assert count() == one


# --- lists of whose headings none is known ----------------------------------------------------------------------------

UNKNOWN = [["Kennung X", "Was", "Lage", "Wer"], ["S1", "iPad 9", "im Lager", "Erika Mustermann"]]
WANTED = "Please say which column is “Serial number” or “Asset tag”."


@pytest.fixture
def unknown(page, tmp_path, school) -> ImportBatch:
    make_model("iPad 9")
    return uploaded(page, tmp_path, UNKNOWN[0], UNKNOWN[1:])


def reread(page, batch, **chosen):
    return page.post(at(batch, "reread"), chosen, follow=True)


def is_takeable(response, batch):
    return at(batch, "take") in response.content.decode()


def test_kind_then_columns_of_an_unknown_list_are_chosen_on_its_page(page, unknown):
    response = page.get(at(unknown))
    assert "The headings do not say what is in this list." in text(response)
    assert "columns are to be chosen" in text(response)
    assert response.context["step"] == 2
    assert [row[0] for row in tables(response, "content")[0]] == ["Heading in the file", *UNKNOWN[0]]
    assert (is_takeable(response, unknown), '<select name="c' in response.content.decode()) == (False, False)

    response = reread(page, unknown, kind="devices")
    assert WANTED in text(response)
    assert not is_takeable(response, unknown)
    assert shown(response) == {
        "Kennung X": (["S1"], "", ""),
        "Was": (["iPad 9"], "", ""),
        "Lage": (["im Lager"], "", ""),
        "Wer": ([], "", "left out: may name persons"),
    }

    response = page.post(at(unknown, "columns"), chosen(response, Kennung="serial", Was="model", Lage="status"))
    response = page.get(at(unknown))
    assert "Please say" not in text(response)
    assert is_takeable(response, unknown)
    page.post(at(unknown, "take"), {"mode": "all"})
    assert Device.objects.get().serial == "S1"


def test_list_without_its_columns_is_not_taken(page, unknown):
    reread(page, unknown, kind="devices")
    response = page.post(at(unknown, "take"), {"mode": "valid"}, follow=True)
    assert WANTED in text(response)
    unknown.refresh_from_db()
    assert (unknown.status, bool(unknown.file)) == (BatchStatus.PREVIEWED, True)
    assert not Device.objects.exists()


def test_list_of_imports_says_that_columns_are_to_be_chosen(page, unknown):
    (_head, row) = tables(page.get(reverse("web:import_list")), "content")[-1]
    assert row[4] == "columns are to be chosen"


def test_row_with_the_headings_is_chosen_by_its_number(page, tmp_path, school):
    batch = uploaded(page, tmp_path, ["Geräte", "der", "Stadt"], [["Seriennummer", "Hersteller", "Modell"], ["S1"]])
    response = reread(page, batch, kind="devices", header_row="7")
    assert "In row 7 there is no cell in which anything stands" in text(response)
    response = reread(page, batch, kind="devices", header_row="2")
    assert (list(shown(response)), 'value="2"' in response.content.decode()) == (
        ["Seriennummer", "Hersteller", "Modell"],
        True,
    )
    refused = reread(page, batch, kind="devices", header_row="0")
    assert "greater than or equal to 1" in text(refused)


def test_unknown_list_can_be_discarded(page, unknown):
    page.post(at(unknown, "discard"))
    unknown.refresh_from_db()
    assert (unknown.status, bool(unknown.file)) == (BatchStatus.DISCARDED, False)
