"""Rows for the services of imports."""

from datetime import date

HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule"]


def row(serial="S1", model="iPad 9", school="Lindenschule"):
    return [serial, "Apple", model, "im Einsatz", date(2021, 3, 12), school]
