"""Addresses of goods receipt. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

GET = {
    "web:delivery_free": ("", rows.BOOK),
    "web:delivery_unbook": ("delivery", rows.OWN_CHANGE),
    # what the authority has to settle with the supplier
    "web:delivery_report": ("delivery", rows.ORDER),
    "web:delivery_report_workbook": ("delivery", rows.ORDER),
    "web:delivery_file_attach": ("delivery", rows.OWN_CHANGE),
    # an invoice has prices
    "web:delivery_file": ("delivery_file", but(rows.OWN_CHANGE, auditor=200)),
    "web:delivery_file_remove": ("delivery_file", rows.OWN_CHANGE),
}

POST = {
    "web:delivery_free": ("", rows.POST_BOOK),
    # without a reason
    "web:delivery_unbook": ("delivery", rows.POST_OWN),
    "web:delivery_file_attach": ("delivery", rows.POST_OWN),
    "web:delivery_file_remove": ("delivery_file", but(rows.OWN_CHANGE, it_staff=302, manager=302, administrator=302)),
}
