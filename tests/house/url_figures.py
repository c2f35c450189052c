"""Addresses of figures, their records and of comparisons: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but, who

#: Who takes away reports: without the other report there is nothing to compare.
_EXPORTS = [person for person, code in rows.API_EXPORT.items() if code == 200]
_COMPARE = but(rows.API_EXPORT, **dict.fromkeys(_EXPORTS, 400))

#: A shared figure is changed by its owner, in the world a person of the IT staff, and by those who publish reports.
_FIGURE = but(
    who(anonymous=302, strangers=404, school=403, readers=403, workers=200),
    foreign_admin=403,
)
_FIGURE_DONE = but(_FIGURE, it_staff=302, manager=302, administrator=302)
_SHARED = but(rows.API_LIST, outsider=404, ended=404)
_WRITES = but(rows.API_EXPORT, **dict.fromkeys(_EXPORTS, 400))
#: Everybody ends what came to themselves.
_OWN_MAIL = but(rows.everybody(404), anonymous=302, it_staff=302)

GET = {
    "web:custom_figure_list": ("", rows.EXPORT),
    "web:custom_figure_create": ("", rows.EXPORT),
    "web:custom_figure_change": ("own_figure", _FIGURE),
    "web:custom_figure_delete": ("own_figure", _FIGURE),
    "web:subscription_list": ("", rows.EXPORT),
    "web:subscription_end": ("subscription", rows.POST_ONLY),
    "web:subscription_end_by_link": ("mail_link", rows.OPEN),
    "web:figure_detail": ("figure", rows.SIGNED_IN),
    "web:figure_records": ("figure_file", rows.EXPORT),
    "web:report_compare": ("", rows.EXPORT),
    "web:report_compare_workbook": ("", rows.EXPORT),
    "web:figure_compare": ("figure", rows.EXPORT),
    "web:figure_compare_workbook": ("figure", rows.EXPORT),
    "api-own-figure-list": ("", rows.API_EXPORT),
    "api-own-figure-detail": ("own_figure", _SHARED),
    "api-figure-detail": ("figure", rows.API_LIST),
    "api-figure-compare": ("", _COMPARE),
    "api-figure-compare-detail": ("figure", _COMPARE),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:custom_figure_create": ("", rows.EXPORT),
    "web:custom_figure_change": ("own_figure", _FIGURE),
    "web:custom_figure_delete": ("own_figure", _FIGURE_DONE),
    "web:subscription_list": ("", rows.EXPORT),
    "web:subscription_end": ("subscription", _OWN_MAIL),
    "web:subscription_end_by_link": ("mail_link", rows.OPEN),
    "api-own-figure-list": ("", _WRITES),
}

SEND = {
    ("PATCH", "api-own-figure-detail"): ("own_figure", _WRITES),
    ("DELETE", "api-own-figure-detail"): ("own_figure", but(_WRITES, **dict.fromkeys(_EXPORTS, 428))),
}
