"""Addresses of labels: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

_EXPORTS = [person for person in rows.CAST if rows.EXPORT[person] == 200]

GET = {
    "web:label_print": ("", rows.EXPORT),
    # without a choice back to the page on which one is made
    "web:label_pdf": ("", but(rows.EXPORT, **dict.fromkeys(_EXPORTS, 302))),
    "web:label_sheet_list": ("", rows.EXPORT),
    "web:label_sheet_test": ("label_sheet", rows.EXPORT),
    "web:label_sheet_create": ("", rows.BOOK),
    "web:label_sheet_change": ("label_sheet", rows.BOOK),
    "web:label_sheet_delete": ("label_sheet", rows.BOOK),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:label_sheet_create": ("", rows.BOOK),
    "web:label_sheet_change": ("label_sheet", rows.BOOK),
    # the reason is optional
    "web:label_sheet_delete": ("label_sheet", rows.BULK),
}
