"""Addresses of completion over time and of proposals for orders. Part of ``url_table``."""

from tests.house import rows

GET = {
    "web:completion_overview": ("", rows.SIGNED_IN),
    "web:completion_workbook": ("", rows.EXPORT),
    "web:completion_csv": ("", rows.EXPORT),
    "api-completion-outlook": ("", rows.API_LIST),
    "web:order_proposal": ("", rows.MONEY),
    "web:order_proposal_workbook": ("", rows.MONEY),
    "api-order-proposal": ("", rows.API_MONEY),
    "api-costs-to-complete": ("", rows.API_MONEY),
}

#: What happens to somebody who posts an empty form.
POST = {"web:order_proposal": ("", rows.FUND)}
