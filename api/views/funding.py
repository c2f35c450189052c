"""Programmes: their rules, what was granted and drawn, what funders expect when; and how things are financed."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.funding import (
    DrawdownInput,
    DrawdownSerializer,
    FactCorrectionInput,
    FinancingInput,
    FinancingSerializer,
    MoneyOverviewSerializer,
    NoticeInput,
    NoticeSerializer,
    ProgrammeInput,
    ProgrammeMilestoneChange,
    ProgrammeMilestoneInput,
    ProgrammeMilestoneSerializer,
    ProgrammeSerializer,
    WhyInput,
)
from api.serializers.queries import AsOfQuery
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, ReadViewSet, actor
from api.views.parts import PartViewSet
from costs.sums import programme_money
from funding.models import Drawdown, Financing, GrantNotice, Programme, ProgrammeMilestone
from funding.services import (
    add_drawdown,
    add_notice,
    correct_drawdown,
    correct_notice,
    create_financing,
    create_programme,
    delete_financing,
    delete_programme,
    delete_programme_milestone,
    edit_financing,
    edit_programme,
    set_programme_milestone,
    set_programme_milestone_done,
    set_programme_schools,
    withdraw_drawdown,
    withdraw_notice,
)
from inventory.services.financing import set_eligible_categories
from schools.access import Right

_FUND = dict.fromkeys(("create", "partial_update", "destroy"), Right.FUND)


class ProgrammeViewSet(CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """Sources of money are the authority's business: a school sees none."""

    serializer_class = ProgrammeSerializer
    queries = {"money": AsOfQuery}
    inputs = {"create": ProgrammeInput, "partial_update": ProgrammeInput}
    outputs = {"money": MoneyOverviewSerializer}
    rights = {**_FUND, "money": Right.MONEY}

    def get_queryset(self) -> QuerySet[Programme]:
        rows: QuerySet[Programme] = Programme.objects.visible_to(self.request.user)
        return rows.prefetch_related("schools__school", "categories__category").order_by("kind", "name", "pk")

    def add(self, data: dict[str, Any]) -> Programme:
        """Create a programme, with the financing "100 percent" of its name."""
        reason, by = data.pop("reason", ""), actor(self.request)
        schools, categories = _caps(data, "schools", "school"), _caps(data, "categories", "category")
        with transaction.atomic():
            programme = create_programme(by=by, values=data, schools=schools, reason=reason)
            if categories:
                set_eligible_categories(programme, categories, by=by, reason=reason)
        return programme

    def change(self, record: Programme, data: dict[str, Any]) -> None:
        """Change fields; of schools and categories the whole list."""
        how: dict[str, Any] = {"by": actor(self.request), "reason": data.pop("reason", "")}
        schools, categories = _caps(data, "schools", "school"), _caps(data, "categories", "category")
        if data:
            edit_programme(record, changes=data, **how)
        if schools is not None:
            set_programme_schools(record, schools, **how)
        if categories is not None:
            set_eligible_categories(record, categories, **how)

    def remove(self, record: Programme) -> None:
        """Delete a programme that nothing uses."""
        delete_programme(record, by=actor(self.request))

    @action(detail=False)
    def money(self, request: Request) -> Response:
        """What is granted, planned, bound, invoiced, paid, drawn and left of each programme, as of a day."""
        day, known_at = self.query.get("as_of") or timezone.localdate(), self.query.get("known_at")
        overview = {"as_of": day, "known_at": known_at, "programmes": programme_money(day, known_at)}
        return Response(self.get_serializer(overview).data)


def _caps(data: dict[str, Any], field: str, name: str) -> dict[Any, Any] | None:
    """Takes a list of records with caps out of ``data``; ``None`` where it is not named."""
    rows = data.pop(field, None)
    return None if rows is None else {row[name]: row.get("cap") for row in rows}


class _AmountViewSet(CreateMixin, PartViewSet):
    """An entry never changes, so its key is its version: a correction makes a new one."""

    owner_class, owner_name, reading = Programme, "programme", Right.MONEY
    queries = {"list": AsOfQuery}
    rights = dict.fromkeys(("create", "correct", "withdraw"), Right.FUND)
    unversioned = ("correct", "withdraw")
    fact: type[Any]
    add_fact: Callable[..., Any]
    correct_fact: Callable[..., Any]
    withdraw_fact: Callable[..., None]

    def get_queryset(self) -> QuerySet[Any]:
        rows = self.fact.objects.visible_to(self.request.user).filter(**self.of_owner).select_related("act__user")
        if self.query:
            rows = rows.as_of(self.query.get("as_of") or timezone.localdate(), self.query.get("known_at"))
        else:
            rows = rows.known()
        return rows.order_by("valid_from", "pk")

    def add(self, data: dict[str, Any]) -> Any:
        return type(self).add_fact(self.owner, by=actor(self.request), **data)

    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str, programme: str) -> Response:
        """Supersede a wrong entry by a better one, which is the answer."""
        fact, data = self.get_object(), self.read_input()
        reason = data.pop("reason")
        return self.answer(type(self).correct_fact(fact, by=actor(request), changes=data, reason=reason))

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str, programme: str) -> Response:
        """Take back an entry that should never have been made."""
        fact, data = self.get_object(), self.read_input()
        type(self).withdraw_fact(fact, by=actor(request), **data)
        return Response(status=204)


class NoticeViewSet(_AmountViewSet):
    """Grant notices; of own money the decisions on its budget."""

    fact = GrantNotice
    serializer_class = NoticeSerializer
    inputs = {"create": NoticeInput, "correct": FactCorrectionInput, "withdraw": WhyInput}
    add_fact, correct_fact, withdraw_fact = add_notice, correct_notice, withdraw_notice


class DrawdownViewSet(_AmountViewSet):
    """Money that was called from the funder."""

    fact = Drawdown
    serializer_class = DrawdownSerializer
    inputs = {"create": DrawdownInput, "correct": FactCorrectionInput, "withdraw": WhyInput}
    add_fact, correct_fact, withdraw_fact = add_drawdown, correct_drawdown, withdraw_drawdown


class ProgrammeMilestoneViewSet(CreateMixin, ChangeMixin, DeleteMixin, PartViewSet):
    """Days that the funder set, such as the end of applications."""

    owner_class, owner_name = Programme, "programme"
    serializer_class = ProgrammeMilestoneSerializer
    inputs = {"create": ProgrammeMilestoneInput, "partial_update": ProgrammeMilestoneChange}
    rights = _FUND

    def get_queryset(self) -> QuerySet[ProgrammeMilestone]:
        rows: QuerySet[ProgrammeMilestone] = ProgrammeMilestone.objects.visible_to(self.request.user)
        return rows.filter(**self.of_owner).order_by("due_on", "pk")

    def add(self, data: dict[str, Any]) -> ProgrammeMilestone:
        return set_programme_milestone(self.owner, data.pop("name"), by=actor(self.request), **data)

    def change(self, record: ProgrammeMilestone, data: dict[str, Any]) -> None:
        """Move the day, or say when it was reached; ``null``: not yet."""
        how: dict[str, Any] = {"by": actor(self.request), "reason": data.get("reason", "")}
        if "due_on" in data:
            set_programme_milestone(self.owner, record.name, due_on=data["due_on"], **how)
        if "done_on" in data:
            set_programme_milestone_done(record, on=data["done_on"], **how)

    def remove(self, record: ProgrammeMilestone) -> None:
        delete_programme_milestone(record, by=actor(self.request))


class FinancingViewSet(CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """How things are paid: programmes by fixed shares. Devices, order lines and projects name one."""

    serializer_class = FinancingSerializer
    inputs = {"create": FinancingInput, "partial_update": FinancingInput}
    rights = _FUND

    def get_queryset(self) -> QuerySet[Financing]:
        rows: QuerySet[Financing] = Financing.objects.visible_to(self.request.user)
        return rows.prefetch_related("shares__programme").order_by("name", "pk")

    def add(self, data: dict[str, Any]) -> Financing:
        shares = _shares(data.pop("shares"))
        return create_financing(data.pop("name"), shares, by=actor(self.request), **data)

    def change(self, record: Financing, data: dict[str, Any]) -> None:
        """Name or all shares. All that is financed like this has the new shares then."""
        if "shares" in data:
            data["shares"] = _shares(data["shares"])
        edit_financing(record, by=actor(self.request), **data)

    def remove(self, record: Financing) -> None:
        """Delete a financing that nothing has."""
        delete_financing(record, by=actor(self.request))


def _shares(rows: list[dict[str, Any]]) -> dict[Programme, Any]:
    return {row["programme"]: row["percent"] for row in rows}
