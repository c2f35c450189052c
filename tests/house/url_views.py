"""Addresses of lists whose columns can be chosen, and of the views of them: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

_LIST = but(rows.SIGNED_IN, outsider=403, ended=403)
_SHARED = but(rows.SIGNED_IN, outsider=404, ended=404)
#: Only who keeps a view changes it: in the world a person of the IT staff.
_OWN = but(_SHARED, **{person: 403 for person in rows.CAST if _SHARED[person] == 200}) | {"it_staff": 200}
_DONE = but(_OWN, it_staff=302)
_POST_ONLY = but(rows.everybody(405), anonymous=302)
_API_SHARED = but(_SHARED, anonymous=401)
_API_SEES = [person for person in rows.CAST if _API_SHARED[person] == 200]
_API_MINE = but(rows.everybody(404), anonymous=401, it_staff=200)
_API_EXPORTS = [person for person in rows.CAST if rows.API_EXPORT[person] == 200]

GET = {
    "web:list_table": ("list", _LIST),
    "web:list_workbook": ("list", rows.EXPORT),
    "web:list_csv": ("list", rows.EXPORT),
    "web:view_save": ("list", _LIST),
    "web:view_list": ("", rows.SIGNED_IN),
    "web:view_open": ("view", but(_SHARED, **{person: 302 for person in rows.CAST if _SHARED[person] == 200})),
    "web:view_change": ("view", _OWN),
    "web:view_delete": ("view", _OWN),
    "web:view_keep": ("view", _POST_ONLY),
    "web:view_begin": ("view", _POST_ONLY),
    "api-view-list": ("", rows.API_SEE),
    "api-view-detail": ("view", _API_SHARED),
    "api-view-begin": ("view", rows.API_POST_ONLY),
    "api-subscription-list": ("", rows.API_EXPORT),
    "api-subscription-detail": ("subscription", _API_MINE),
    "api-subscription-mails": ("subscription", _API_MINE),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:view_save": ("list", _LIST),
    "web:view_change": ("view", _OWN),
    "web:view_delete": ("view", _DONE),
    "web:view_keep": ("view", _DONE),
    "web:view_begin": ("view", but(_SHARED, **{person: 302 for person in rows.CAST if _SHARED[person] == 200})),
    "api-view-list": ("", but(rows.API_SEE, **{person: 400 for person in rows.CAST if rows.API_SEE[person] == 200})),
    "api-view-begin": ("view", but(rows.API_SEE, **dict.fromkeys(_API_SEES, 428))),
    "api-subscription-list": ("", but(rows.API_EXPORT, **dict.fromkeys(_API_EXPORTS, 400))),
}

SEND = {
    ("PATCH", "api-view-detail"): ("view", but(rows.API_SEE, **dict.fromkeys(_API_SEES, 400))),
    ("DELETE", "api-view-detail"): ("view", but(rows.API_SEE, **dict.fromkeys(_API_SEES, 428))),
    ("DELETE", "api-subscription-detail"): ("subscription", but(_API_MINE, it_staff=428)),
}
