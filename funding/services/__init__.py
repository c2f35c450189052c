"""Every write about programmes, what was granted and drawn, and how things are financed."""

from funding.services.amounts import (
    add_drawdown,
    add_notice,
    correct_drawdown,
    correct_notice,
    withdraw_drawdown,
    withdraw_notice,
)
from funding.services.financings import create_financing, delete_financing, edit_financing
from funding.services.milestones import (
    delete_programme_milestone,
    set_programme_milestone,
    set_programme_milestone_done,
)
from funding.services.programmes import create_programme, delete_programme, edit_programme, set_programme_schools

__all__ = [
    "add_drawdown",
    "add_notice",
    "correct_drawdown",
    "correct_notice",
    "create_financing",
    "create_programme",
    "delete_financing",
    "delete_programme",
    "delete_programme_milestone",
    "edit_financing",
    "edit_programme",
    "set_programme_milestone",
    "set_programme_milestone_done",
    "set_programme_schools",
    "withdraw_drawdown",
    "withdraw_notice",
]
