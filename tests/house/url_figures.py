"""Addresses of figures, their records and of comparisons: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

#: Who takes away reports: without the other report there is nothing to compare.
_EXPORTS = [person for person, code in rows.API_EXPORT.items() if code == 200]
_COMPARE = but(rows.API_EXPORT, **dict.fromkeys(_EXPORTS, 400))

GET = {
    "web:figure_detail": ("figure", rows.SIGNED_IN),
    "web:figure_records": ("figure_file", rows.EXPORT),
    "web:report_compare": ("", rows.EXPORT),
    "web:report_compare_workbook": ("", rows.EXPORT),
    "web:figure_compare": ("figure", rows.EXPORT),
    "web:figure_compare_workbook": ("figure", rows.EXPORT),
    "api-figure-detail": ("figure", rows.API_LIST),
    "api-figure-compare": ("", _COMPARE),
    "api-figure-compare-detail": ("figure", _COMPARE),
}
