"""Every write about costs."""

from costs.rules import NewCost, NewPart
from costs.services.entries import (
    correct_cost,
    correct_costs,
    cost_as_new,
    costs_as_new,
    create_costs,
    end_plan,
    is_same_cost,
    part_as_new,
    record_cost,
    withdraw_cost,
)
from costs.services.files import attach_document, remove_document
from costs.splitting import split

__all__ = [
    "NewCost",
    "NewPart",
    "attach_document",
    "correct_cost",
    "correct_costs",
    "cost_as_new",
    "costs_as_new",
    "create_costs",
    "end_plan",
    "is_same_cost",
    "part_as_new",
    "record_cost",
    "remove_document",
    "split",
    "withdraw_cost",
]
