"""Addresses of refresh planning: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

GET = {
    "web:refresh_plan": ("", rows.MONEY),
    "web:refresh_workbook": ("", rows.MONEY),
    # without a column there is no list
    "web:refresh_devices": ("", but(rows.MONEY, auditor=404, it_staff=404, manager=404, administrator=404)),
}
