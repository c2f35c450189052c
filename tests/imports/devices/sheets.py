"""Lists of devices to import."""

from datetime import date

from tests.imports.workbooks import write_xlsx

HEADER = ["Inv.-Nr.", "SerNr", "Hersteller", "Modell", "Kategorie", "Status", "In Betrieb seit", "Schule", "Raum"]


def sheet(tmp_path, *rows, header=HEADER, name="devices.xlsx"):
    return write_xlsx(tmp_path / name, [header, *rows])


def row(
    tag="OB-1", serial="S1", model="iPad 9", status="im Einsatz", on=date(2021, 3, 12), school="Lindenschule", room=None
):
    return [tag, serial, "Apple", model, None, status, on, school, room]


def board(status, on=date(2022, 1, 10)):
    return ["T-1", "B1", "Prowise", "Board 75", None, status, on, "Lindenschule", "101"]
