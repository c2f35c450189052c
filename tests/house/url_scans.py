"""Addresses of the scan page: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

_COUNT = but(rows.OWN_CHANGE, it_staff=302, manager=302, administrator=302)
_SCAN = but(rows.SIGNED_IN, outsider=403, ended=403)

GET = {
    "web:scan": ("", _SCAN),
    "web:scan_undo": ("scan", rows.POST_ONLY),
    "web:scan_worker": ("", rows.OPEN),
    "web:stocktake_list": ("", _SCAN),
    "web:stocktake_create": ("", rows.BOOK),
    "web:stocktake_detail": ("stocktake", rows.OWN),
    "web:stocktake_count": ("stocktake", rows.POST_ONLY),
    "web:stocktake_sign_off": ("stocktake", rows.OWN_CHANGE),
    "web:stocktake_workbook": ("stocktake", but(rows.OWN, school_reader=403, school_reporter=403)),
    "web:stocktake_uncount": ("stock_item", rows.POST_ONLY),
    "web:stocktake_add": ("stock_item", rows.POST_ONLY),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:scan": ("", _SCAN),
    # a scan that changed nothing
    "web:scan_undo": ("scan", but(rows.everybody(404), anonymous=302)),
    "web:stocktake_create": ("", but(rows.BOOK, it_staff=302, manager=302, administrator=302)),
    "web:stocktake_count": ("stocktake", _COUNT),
    "web:stocktake_sign_off": ("stocktake", _COUNT),
    "web:stocktake_uncount": ("stock_item", _COUNT),
    "web:stocktake_add": ("stock_item", _COUNT),
}
