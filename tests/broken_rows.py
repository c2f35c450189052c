"""Rows of programmes, costs and works that break one constraint each: its name → a function that makes them.

Of several rows the last one is the broken one; the others are what it collides with.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import models
from django.utils import timezone

from accounts.models import User
from costs.models import CostEntry, CostPart
from funding.models import Drawdown, Financing, FinancingShare, GrantNotice, Programme, ProgrammeSchool
from inventory.models import Category, FundedCategory, LabelSheet, PlannedHandOver
from reports.models import (
    CustomFigure,
    DefaultView,
    Publication,
    ReportTemplate,
    SavedView,
    Subscription,
    SubscriptionMail,
)
from rollout.models import (
    Initiative,
    JournalEntry,
    MasterPlan,
    Milestone,
    MilestoneState,
    Objective,
    ProgressEntry,
    ProjectRoom,
    ProjectRoomState,
    PublicFigure,
    TemplateStep,
    TradeOrder,
    WorksDefect,
)
from tests.factories import DAY, an_act, make_order, make_project, make_room, make_school
from tests.factories_plan import frozen, make_objective, make_plan

Made: TypeAlias = "models.Model | list[models.Model]"
NOW = timezone.now()
LATER = date(2030, 1, 1)
BEFORE = DAY - timedelta(days=1)
#: Broken periods, and later ones beside which a first row from ``DAY`` on stands.
EMPTY = {"valid_from": DAY, "valid_until": DAY}
UNKNOWN = {"superseded_at": NOW - timedelta(days=1)}
CLOSED = {"valid_from": LATER, "valid_until": date(2031, 1, 1)}
SAME_DAY = {"valid_from": DAY, "valid_until": LATER}


def recorded(**fields: Any) -> dict[str, Any]:
    return {"recorded_at": NOW, "act": an_act(), **fields}


def twice(make: Callable[[], models.Model]) -> Callable[[], Made]:
    return lambda: [make(), make()]


def timeline(prefix: str, make: Callable[..., Made]) -> dict[str, Callable[[], Made]]:
    """The four promises of a timeline; ``make`` gives a first open row from ``DAY`` on and then the broken one."""
    return {
        f"{prefix}_valid_period": lambda: make(**EMPTY),
        f"{prefix}_recorded_period": lambda: make(**CLOSED, **UNKNOWN),
        f"{prefix}_one_open": lambda: make(valid_from=LATER),
        f"{prefix}_one_per_day": lambda: make(**SAME_DAY),
    }


# --- programmes -------------------------------------------------------------------------------------------------------


def _own() -> Programme:
    return Programme.objects.get(key="own")


def _programme(**fields: Any) -> Programme:
    return Programme(**({"key": "p", "name": "P"} | fields))


def _notice(**fields: Any) -> GrantNotice:
    given = {"programme": _own(), "number": "1", "amount": Decimal(1), "valid_from": DAY}
    return GrantNotice(**recorded(**(given | fields)))


def _drawdown(**fields: Any) -> Drawdown:
    return Drawdown(**recorded(**({"programme": _own(), "amount": Decimal(1), "valid_from": DAY} | fields)))


def _twin_schools() -> Made:
    school = make_school()
    return [ProgrammeSchool(programme=_own(), school=school) for _ in "ab"]


def _shares(*percents: int) -> Made:
    financing = Financing.objects.create(name="F")
    return [FinancingShare(financing=financing, programme=_own(), percent=percent) for percent in percents]


def of_funding() -> dict[str, Callable[[], Made]]:
    return {
        "funding_programme_key": lambda: _programme(key="own"),
        "funding_programme_rate": lambda: _programme(rate=0),
        "funding_programme_period": lambda: _programme(begins_on=DAY, ends_on=BEFORE),
        "funding_programme_binding_years": lambda: _programme(binding_start="purchase"),
        "funding_programme_binding_end": lambda: _programme(binding_start="end_of_period", binding_years=5),
        "funding_programme_binding_until": lambda: _programme(binding_start="fixed"),
        "funding_programme_cap": lambda: _programme(cap_per_device=0),
        "funding_programmeschool_once": _twin_schools,
        "funding_programmeschool_cap": lambda: ProgrammeSchool(programme=_own(), school=make_school(), cap=0),
        "funding_grantnotice_number": twice(_notice),
        "funding_grantnotice_amount": lambda: _notice(amount=0),
        "funding_grantnotice_valid_period": lambda: _notice(**EMPTY),
        "funding_grantnotice_recorded_period": lambda: _notice(**UNKNOWN),
        "funding_drawdown_amount": lambda: _drawdown(amount=-1),
        "funding_drawdown_valid_period": lambda: _drawdown(**EMPTY),
        "funding_drawdown_recorded_period": lambda: _drawdown(**UNKNOWN),
        "funding_financing_name": twice(lambda: Financing(name="F")),
        "funding_financingshare_once": lambda: _shares(50, 50),
        "funding_financingshare_percent": lambda: _shares(101),
    }


# --- costs ------------------------------------------------------------------------------------------------------------


def _entry(**fields: Any) -> CostEntry:
    return CostEntry(**({"stage": "paid", "on": DAY, "amount": Decimal(1)} | fields))


def _part(**fields: Any) -> CostPart:
    entry = _entry()
    entry.save()
    given = {"entry": entry, "stage": "paid", "programme": _own(), "amount": Decimal(1), "valid_from": DAY}
    return CostPart(**recorded(**(given | fields)))


def of_costs() -> dict[str, Callable[[], Made]]:
    return {
        "costs_costentry_amount": lambda: _entry(amount=-1),
        "costs_costentry_credit_stage": lambda: _entry(stage="planned", is_credit=True, amount=-1),
        "costs_costentry_net": lambda: _entry(net=2),
        "costs_costpart_amount": lambda: _part(amount=0),
        "costs_costpart_trade_or_category": lambda: _part(trade="lan", category=Category.objects.get(key="tablet")),
        "costs_costpart_order_or_project": lambda: _part(order=make_order(), project=make_project(make_school())),
        "costs_costpart_valid_period": lambda: _part(**EMPTY),
        "costs_costpart_recorded_period": lambda: _part(**UNKNOWN),
    }


# --- reports ---------------------------------------------------------------------------------------------------------


def _report(**fields: Any) -> Publication:
    return Publication(title="Sachstand", committee="Ausschuss", session_on=LATER, as_of=DAY, **fields)


def _view(owner: User | None = None, name: str = "A") -> SavedView:
    return SavedView(owner=owner or _owner(), list_name="devices", name=name)


def _two_defaults() -> list[DefaultView]:
    owner = _owner()
    views = [_view(owner, name) for name in "ab"]
    for view in views:
        view.save()
    return [DefaultView(user=owner, list_name="devices", view=view) for view in views]


def _figure(**fields: Any) -> CustomFigure:
    given = {"name": "A", "subject": "devices", "measure": "count"} | fields
    return CustomFigure(owner=_owner(), **given)


def _subscription(**fields: Any) -> Subscription:
    given = {"subject": "progress", "rhythm": "weekly", "language": "de", "address": "x", "begins_on": DAY} | fields
    return Subscription(owner=_owner(), **given)


def _two_mails() -> list[SubscriptionMail]:
    subscription = _subscription()
    subscription.save()
    return [SubscriptionMail(subscription=subscription, due_on=DAY, at=NOW) for _ in "ab"]


def _owner() -> User:
    return User.objects.get_or_create(username="sven.sicht")[0]


def of_publications() -> dict[str, Callable[[], Made]]:
    return {
        "reports_publication_frozen": lambda: _report(published_at=NOW),
        "reports_publication_edition": lambda: _report(edition=2),
        "reports_publication_since": lambda: _report(since=LATER),
        "reports_publication_compare_with": lambda: _report(compare_with=DAY),
        "reports_reporttemplate_name": lambda: [ReportTemplate(name="A", size=1, added_at=NOW) for _ in "ab"],
        "reports_savedview_name": lambda: [_view() for _ in "ab"],
        "reports_defaultview_one": _two_defaults,
        "reports_customfigure_name": lambda: [_figure() for _ in "ab"],
        "reports_customfigure_part": lambda: _figure(part_query="use=teachers"),
        "reports_customfigure_places": lambda: _figure(subject="schools", measure="places"),
        "reports_customfigure_sum": lambda: _figure(subject="deliveries", measure="sum"),
        "reports_customfigure_public": lambda: _figure(public_at=timezone.now()),
        "reports_subscription_one": lambda: [_subscription() for _ in "ab"],
        "reports_subscription_figure": lambda: _subscription(subject="figure"),
        "reports_subscriptionmail_once": _two_mails,
    }


# --- devices ----------------------------------------------------------------------------------------------------------


def _funded(**fields: Any) -> FundedCategory:
    return FundedCategory(programme=_own(), category=Category.objects.get(key="tablet"), **fields)


def _planned(**fields: Any) -> PlannedHandOver:
    period = {"due_from": DAY, "due_until": LATER, "valid_from": DAY}
    given = {"category": Category.objects.get(key="tablet"), "quantity": 1, **period}
    return PlannedHandOver(**recorded(**(given | fields)))


def _sheet(**measures: Any) -> LabelSheet:
    usual = {"page_width": 100, "page_height": 30, "columns": 2, "rows": 1, "label_width": 48, "label_height": 28}
    return LabelSheet(name="Klein", **(usual | measures))


def of_inventory() -> dict[str, Callable[[], Made]]:
    return {
        "inventory_fundedcategory_once": twice(_funded),
        "inventory_fundedcategory_cap": lambda: _funded(cap=0),
        "inventory_plannedhandover_quantity": lambda: _planned(quantity=0),
        "inventory_plannedhandover_due": lambda: _planned(due_until=DAY),
        "inventory_plannedhandover_valid_period": lambda: _planned(**EMPTY),
        "inventory_plannedhandover_recorded_period": lambda: _planned(**UNKNOWN),
        "inventory_labelsheet_name": lambda: [_sheet(), _sheet()],
        "inventory_labelsheet_number": lambda: _sheet(rows=0),
        "inventory_labelsheet_size": lambda: _sheet(label_height=7),
        "inventory_labelsheet_space": lambda: _sheet(gap_x=-1),
        "inventory_labelsheet_page": lambda: _sheet(page_width=501),
        "inventory_labelsheet_width": lambda: _sheet(label_width=51),
        "inventory_labelsheet_height": lambda: _sheet(rows=2),
    }


# --- works ------------------------------------------------------------------------------------------------------------


def _contract() -> Made:
    project = make_project(make_school())
    project.contract_sum = Decimal(-1)
    return project


def _milestone() -> Milestone:
    return Milestone.objects.create(project=make_project(make_school()), phase="accepted")


def _twin_milestones() -> Made:
    project = make_project(make_school())
    return [Milestone(project=project, phase="accepted") for _ in "ab"]


def milestone_states(**fields: Any) -> Made:
    fact = recorded(milestone=_milestone(), planned_on=DAY)
    return [MilestoneState(**fact, valid_from=DAY), MilestoneState(**(fact | fields))]


def _twin_rooms() -> list[models.Model]:
    school = make_school()
    project, room = make_project(school), make_room(school)
    return [ProjectRoom(project=project, room=room) for _ in "ab"]


def room_states(**fields: Any) -> Made:
    covered = _twin_rooms()[0]
    covered.save()
    fact = recorded(covered=covered, is_done=False)
    return [ProjectRoomState(**fact, valid_from=DAY), ProjectRoomState(**(fact | fields))]


def _defect(**fields: Any) -> WorksDefect:
    return WorksDefect(project=make_project(make_school()), text="Dose fehlt", found_on=DAY, **fields)


def _another_step() -> TemplateStep:
    return TemplateStep(trade="lan", phase="accepted", days=1)


def _of_plan() -> dict[str, Callable[[], Made]]:
    def project(**fields: Any) -> Initiative:
        return Initiative(**({"objective": make_objective(), "title": "x", "changed_at": NOW} | fields))

    def entry(**fields: Any) -> ProgressEntry:
        return ProgressEntry(**({"text": "x", "on": DAY, "state": "done", "act": an_act(), "changed_at": NOW} | fields))

    gone = {"published_at": NOW, "withdrawn_at": NOW}
    return {
        "rollout_masterplan_title": twice(lambda: MasterPlan(title="x")),
        "rollout_objective_title": twice(lambda: Objective(plan=make_plan(), title="x")),
        "rollout_initiative_title": twice(project),
        "rollout_initiative_withdrawn": lambda: project(**gone),
        "rollout_progressentry_withdrawn": lambda: entry(**gone),
        "rollout_progressentry_figure": lambda: entry(figure_key="schools"),
        "rollout_publicfigure_key": twice(lambda: PublicFigure(**frozen().fields())),
        "rollout_publicfigure_whole": lambda: PublicFigure(**(frozen().fields() | {"as_of": None})),
    }


def of_works() -> dict[str, Callable[[], Made]]:
    return {
        "rollout_project_contract_sum": _contract,
        "rollout_milestone_phase": _twin_milestones,
        **_of_plan(),
        **timeline("rollout_milestonestate", milestone_states),
        "rollout_milestonestate_not_empty": lambda: milestone_states(planned_on=None, **CLOSED),
        "rollout_projectroom_once": _twin_rooms,
        **timeline("rollout_projectroomstate", room_states),
        "rollout_journalentry_text": lambda: JournalEntry(project=make_project(make_school()), on=DAY, act=an_act()),
        "rollout_worksdefect_due": lambda: _defect(due_on=BEFORE),
        "rollout_worksdefect_resolved": lambda: _defect(resolved_on=BEFORE),
        "rollout_templatestep_once": _another_step,
        "rollout_tradeorder_once": lambda: TradeOrder(trade="wlan", needs="lan"),
        "rollout_tradeorder_other": lambda: TradeOrder(trade="lan", needs="lan"),
    }
