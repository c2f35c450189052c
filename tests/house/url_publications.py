"""Addresses of reports to a committee: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

#: Drafts are seen by those who publish, all others get no hint of them.
_DRAFT = but(rows.ORDER, reader=404, auditor=404, it_staff=404)
_LIST = but(rows.ORDER, **dict.fromkeys((*rows.STRANGERS, *rows.SCHOOL), 403))
_CORRECT = but(rows.ORDER_CHANGE, it_staff=403)
_POST_DONE = but(_DRAFT, manager=302, administrator=302)

GET = {
    "web:publication_list": ("", _LIST),
    "web:publication_create": ("", rows.STANDARDS),
    "web:publication_detail": ("publication", rows.ORDER),
    "web:publication_pdf": ("publication", rows.ORDER),
    "web:publication_workbook": ("publication", rows.ORDER),
    "web:publication_compare": ("publication", rows.ORDER),
    "web:publication_change": ("draft", _DRAFT),
    "web:publication_texts": ("draft", _DRAFT),
    "web:publication_figures": ("draft", _DRAFT),
    "web:publication_publish": ("draft", _DRAFT),
    "web:publication_delete": ("draft", _DRAFT),
    "web:publication_correct": ("publication", _CORRECT),
    "api-publication-list": ("", but(_LIST, anonymous=401)),
    "api-publication-detail": ("publication", rows.API_ORDER),
    "api-publication-compare": ("publication", rows.API_ORDER),
    "api-publication-pdf": ("publication", rows.API_ORDER),
    "api-publication-workbook": ("publication", rows.API_ORDER),
    "api-publication-publish": ("draft", rows.API_POST_ONLY),
    "api-publication-correct": ("publication", rows.API_POST_ONLY),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:publication_create": ("", rows.STANDARDS),
    "web:publication_change": ("draft", _DRAFT),
    "web:publication_texts": ("draft", _DRAFT),
    "web:publication_figures": ("draft", _DRAFT),
    "web:publication_publish": ("draft", _POST_DONE),
    "web:publication_delete": ("draft", _POST_DONE),
    "web:publication_correct": ("publication", _CORRECT),
    "api-publication-list": ("", rows.API_STANDARDS),
    "api-publication-publish": ("draft", rows.API_STANDARDS_UNVERSIONED),
    "api-publication-correct": ("publication", rows.API_STANDARDS),
}

SEND = {
    ("PATCH", "api-publication-detail"): ("draft", rows.API_STANDARDS),
    ("DELETE", "api-publication-detail"): ("draft", rows.API_STANDARDS_UNVERSIONED),
}
