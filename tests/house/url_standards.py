"""Addresses of waivers, of what is stated by hand, and of two versions side by side. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

GET = {
    "web:waiver_list": ("", rows.SIGNED_IN),
    "web:waiver_grant": ("requirement", rows.OWN_STANDARDS),
    "web:waiver_end": ("waiver", rows.OWN_STANDARDS),
    "web:waiver_withdraw": ("waiver", rows.OWN_STANDARDS),
    "web:attainment_correct": ("attainment", rows.OWN_CHANGE),
    "web:attainment_withdraw": ("attainment", rows.OWN_CHANGE),
    "web:evidence_file": ("evidence", rows.OWN),
    "web:evidence_remove": ("evidence", rows.OWN_CHANGE),
    "web:standard_compare": ("", rows.SIGNED_IN),
    # there is one version alone: the page says so
    "web:standard_compare_workbook": ("", rows.EXPORT),
    "api-waiver-list": ("", rows.API_LIST),
    "api-waiver-detail": ("waiver", rows.API_OWN),
    "api-waiver-end": ("waiver", rows.API_POST_ONLY),
    "api-waiver-withdraw": ("waiver", rows.API_POST_ONLY),
    "api-attainment-detail": ("attainment", rows.API_OWN),
    "api-attainment-correct": ("attainment", rows.API_POST_ONLY),
    "api-attainment-withdraw": ("attainment", rows.API_POST_ONLY),
}

POST = {
    "web:waiver_grant": ("requirement", rows.OWN_STANDARDS),
    # it has no end as before
    "web:waiver_end": ("waiver", but(rows.OWN_STANDARDS, manager=302, administrator=302)),
    "web:waiver_withdraw": ("waiver", rows.OWN_STANDARDS),
    "web:attainment_correct": ("attainment", rows.POST_OWN),
    "web:attainment_withdraw": ("attainment", rows.POST_OWN),
    "web:evidence_remove": ("evidence", rows.POST_OWN),
    "api-waiver-list": ("", rows.API_STANDARDS),
    "api-waiver-end": ("waiver", rows.API_STANDARDS),
    # a reason need not be given
    "api-waiver-withdraw": ("waiver", but(rows.API_STANDARDS, manager=204, administrator=204)),
    "api-attainment-correct": ("attainment", rows.API_POST_BOOK),
    "api-attainment-withdraw": ("attainment", but(rows.API_BOOK, it_staff=204, manager=204, administrator=204)),
}
