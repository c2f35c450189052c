"""Addresses of the search: who gets what. Part of ``url_table``. Without a question the interface has no answer."""

from tests.house import rows
from tests.house.rows import but

GET = {
    "web:search": ("", but(rows.SIGNED_IN, outsider=403, ended=403)),
    "api-search": (
        "",
        but(rows.everybody(400), anonymous=401, outsider=403, ended=403),
    ),
}
