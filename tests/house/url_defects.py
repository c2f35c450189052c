"""Addresses of defects of devices and of swapped devices: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

_QUEUE = but(rows.everybody(302), outsider=403, ended=403)
#: Who may report: in their own schools, or for the whole authority.
_REPORT = but(rows.BOOK, foreign_admin=200, school_reporter=200, school_admin=200, two_schools=200)
_REPORT_OWN = but(rows.OWN, school_reader=403, reader=403, auditor=403)
_REMOVED = but(
    _REPORT_OWN,
    **dict.fromkeys(("school_reporter", "school_admin", "two_schools", *rows.WORKERS), 302),
)

GET = {
    "web:device_defect_list": ("", _QUEUE),
    "web:device_defect_find": ("", _REPORT),
    "web:device_defect_report": ("device", _REPORT_OWN),
    "web:device_defect": ("device_defect", rows.OWN),
    "web:device_defect_step": ("device_step", rows.OWN_CHANGE),
    "web:device_defect_photo": ("defect_photo", rows.OWN),
    "web:device_defect_photo_add": ("device_defect", _REPORT_OWN),
    "web:device_defect_photo_remove": ("defect_photo", _REPORT_OWN),
    "web:device_swap": ("device", rows.OWN_CHANGE),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:device_defect_report": ("device", _REPORT_OWN),
    "web:device_defect_step": ("device_step", rows.OWN_CHANGE),
    "web:device_defect_photo_add": ("device_defect", _REPORT_OWN),
    "web:device_defect_photo_remove": ("defect_photo", _REMOVED),
    "web:device_swap": ("device", rows.OWN_CHANGE),
}
