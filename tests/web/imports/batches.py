"""Uploading workbooks as the page does, and reading its answer."""

from datetime import date

from django.urls import reverse

from imports.models import ImportBatch
from tests.imports.workbooks import write_xlsx

HEADER = ["Inv.-Nr.", "SerNr", "Hersteller", "Modell", "Kategorie", "Status", "Seit", "Schule", "Besitzer"]
LIST = "/imports/"


def row(number, *, maker="Apple", model="iPad 9", category="Tablet", school="Lindenschule", since=date(2024, 3, 1)):
    return [f"OB-{number}", f"SN{number}", maker, model, category, "im Einsatz", since, school, "Erika Muster"]


def devices(tmp_path, *rows, name="liste.xlsx"):
    return write_xlsx(tmp_path / name, [["Liste 2024"], HEADER, *rows], sheet="Geräte")


def upload(page, path, **fields):
    with path.open("rb") as file:
        return page.post(LIST, {"file": file, **fields})


def uploaded(page, path, **fields) -> ImportBatch:
    response = upload(page, path, **fields)
    batch = ImportBatch.objects.latest("pk")
    assert (response.status_code, response["Location"]) == (303, f"/imports/{batch.pk}/")
    return batch


def at(batch, name="detail"):
    return reverse(f"web:import_{name}", args=[batch.pk])
